//! The key in a file, whatever form it has.

use super::form::Form;
use super::parse;
use super::unfit::Unfit;
use crate::exit::Failure;
use crate::input::Input;
use crate::secret::{self, Readable};
use wimse::creds::key::{Algorithm, AnchorKey, KeyError, PublicKey, SigningKey};
use zeroize::Zeroizing;

/// A key that has been read.
#[derive(Debug)]
pub(crate) enum Held {
    Private(SigningKey),
    Public(PublicKey),
}

impl Held {
    /// Reads one key: a JWK, PKCS#8 or SPKI, the latter two as PEM or DER. Without an algorithm it is that of the JWK,
    /// or the usual one of the kind of key.
    pub(crate) fn read(bytes: &[u8], algorithm: Option<Algorithm>) -> Result<Self, Unfit> {
        let form = Form::of(bytes);
        let held = match form {
            Form::Pkcs8 | Form::Jwk { private: true } => parse::private(bytes, algorithm).map(Self::Private),
            Form::Spki | Form::Jwk { private: false } => parse::public(bytes, algorithm).map(Self::Public),
            _ => return Err(Unfit::form(form)),
        };
        held.map_err(|error| Unfit::key(error, bytes, algorithm))
    }

    pub(crate) fn public_key(&self) -> &PublicKey {
        match self {
            Self::Private(key) => key.public_key(),
            Self::Public(key) => key,
        }
    }

    pub(crate) fn is_private(&self) -> bool {
        matches!(self, Self::Private(_))
    }

    /// The same key under a key id.
    pub(crate) fn with_key_id(self, key_id: Option<String>) -> Self {
        match (self, key_id) {
            (Self::Private(key), Some(key_id)) => Self::Private(key.with_key_id(key_id)),
            (Self::Public(key), Some(key_id)) => Self::Public(key.with_key_id(key_id)),
            (held, None) => held,
        }
    }
}

/// Reads a file with a key. Only what is private, or may be, must not be readable by others.
pub(super) fn read_file(input: &Input, readable: Readable) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let mut mode = Ok(());
    let bytes = input.read_after(secret::MAX_BYTES, |file| {
        mode = secret::check_mode(input, file, readable);
        Ok(())
    })?;
    let bytes = Zeroizing::new(bytes);
    if Form::of(&bytes).is_private() {
        mode?;
    }
    Ok(bytes)
}

/// Reads a public key that is to vouch for credentials. Where it has no algorithm it is usable with each of its kind:
/// so it is with a JWK without `alg`, and so with SPKI, which has no place for one.
pub(crate) fn read_anchor(bytes: &[u8]) -> Result<AnchorKey, Unfit> {
    let form = Form::of(bytes);
    let key = match (form, std::str::from_utf8(bytes)) {
        _ if form.is_private() => return Err(Unfit::private()),
        (Form::Jwk { .. }, Ok(text)) => AnchorKey::from_jwk(text),
        (Form::Spki, _) => parse::public(bytes, None).and_then(|key| without_algorithm(&key)),
        _ => return Err(Unfit::form(form)),
    };
    key.map_err(|error| Unfit::key(error, bytes, None))
}

fn without_algorithm(key: &PublicKey) -> Result<AnchorKey, KeyError> {
    let members = serde_json::from_str::<serde_json::Map<_, _>>(&key.to_jwk());
    let mut members = members.map_err(|_| KeyError::Encoding)?;
    members.remove("alg");
    AnchorKey::from_jwk(&serde_json::Value::Object(members).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn algorithms(key: &AnchorKey) -> Vec<&'static str> {
        key.algorithms().map(Algorithm::name).collect()
    }

    #[test]
    fn every_form_is_the_same_key() {
        for algorithm in [Algorithm::Es256, Algorithm::Ed25519] {
            let key = SigningKey::generate(algorithm).unwrap();
            let public = key.public_key();
            let forms: [(bool, Vec<u8>); 6] = [
                (true, key.to_private_jwk().as_bytes().to_vec()),
                (true, key.to_pkcs8_pem().unwrap().as_bytes().to_vec()),
                (true, key.to_pkcs8_der().unwrap().to_vec()),
                (false, public.to_jwk().into_bytes()),
                (false, public.to_spki_pem().into_bytes()),
                (false, public.to_spki_der()),
            ];
            for (is_private, bytes) in forms {
                let held = Held::read(&bytes, None).unwrap();
                assert_eq!((held.is_private(), held.public_key()), (is_private, public));
                let anchor = read_anchor(&bytes);
                match anchor {
                    Ok(anchor) => assert!(!is_private && anchor.thumbprint() == public.thumbprint()),
                    Err(unfit) => assert!(is_private && unfit.code == "key.private"),
                }
            }
        }
    }

    #[test]
    fn an_algorithm_is_asked_for_and_never_assumed() {
        let key = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let pem = key.public_key().to_spki_pem();
        let read = |bytes: &str, algorithm| {
            let held = Held::read(bytes.as_bytes(), Some(algorithm));
            held.map(|held| held.public_key().algorithm()).map_err(|unfit| unfit.code)
        };
        assert_eq!(read(&pem, Algorithm::Ed25519), Ok(Algorithm::Ed25519));
        assert_eq!(read(&pem, Algorithm::EdDsa), Ok(Algorithm::EdDsa));
        assert_eq!(read(&pem, Algorithm::Es256), Err("key.alg_mismatch"));
        let jwk = key.to_private_jwk();
        assert_eq!(read(&jwk, Algorithm::Ed25519), Ok(Algorithm::Ed25519));
        assert_eq!(read(&jwk, Algorithm::EdDsa), Err("key.alg_mismatch"));

        assert_eq!(algorithms(&read_anchor(pem.as_bytes()).unwrap()), ["Ed25519", "EdDSA"]);
        assert_eq!(algorithms(&read_anchor(key.public_key().to_jwk().as_bytes()).unwrap()), ["Ed25519"]);
    }

    #[test]
    fn a_refusal_names_the_file() {
        let unfit = Held::read(b"-----BEGIN EC PRIVATE KEY-----\nAA", None).unwrap_err();
        assert_eq!(unfit.code, "key.sec1");
        assert_eq!(unfit.fix("a.pem"), "convert it: openssl pkcs8 -topk8 -nocrypt -in a.pem -out PKCS8.pem");
        let unfit = Held::read(br#"{"keys":[]}"#, None).unwrap_err();
        assert_eq!(unfit.code, "key.jwk_set");
    }
}
