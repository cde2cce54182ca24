//! The signature algorithms of certificates, over the keys of this crate.

use super::{WicIssueError, der, ecdsa_der, import};
use crate::key::{Algorithm, KeyError, PublicKey, SigningKey};
use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id};
use std::sync::LazyLock;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoRef};

/// What certificates may be signed with: the algorithms of this build, for [`chain::verify`](super::chain::verify).
///
/// An algorithm is a pair of key and hash, as in JOSE: ECDSA on P-256 with SHA-256, on P-384 with SHA-384, on P-521 with
/// SHA-512; RSA with these hashes, in both paddings, of keys that are named `rsaEncryption`; and Ed25519. A P-256 key with
/// SHA-384, and other such mixtures, are not among them, since no key of this crate can check one. A TLS provider has
/// more of them, and may be asked instead ([`Rules::algorithms`](super::chain::Rules::algorithms)).
#[must_use]
pub fn signature_algorithms() -> &'static [&'static dyn SignatureVerificationAlgorithm] {
    static ALL: LazyLock<Vec<&dyn SignatureVerificationAlgorithm>> =
        LazyLock::new(|| rows().map(|row| row as _).collect());
    &ALL
}

/// Where several rows have one kind of key, the first is the algorithm that such a key is read with: for RSA, what TLS
/// 1.3 signs with.
static TABLE: [Row; 10] = [
    row(Algorithm::Es256, alg_id::ECDSA_P256, alg_id::ECDSA_SHA256, Form::Ecdsa),
    row(Algorithm::Ed25519, alg_id::ED25519, alg_id::ED25519, Form::AsIs),
    row(Algorithm::Es384, alg_id::ECDSA_P384, alg_id::ECDSA_SHA384, Form::Ecdsa),
    row(Algorithm::Es512, alg_id::ECDSA_P521, alg_id::ECDSA_SHA512, Form::Ecdsa),
    row(Algorithm::Ps256, alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA256, Form::AsIs),
    row(Algorithm::Ps384, alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA384, Form::AsIs),
    row(Algorithm::Ps512, alg_id::RSA_ENCRYPTION, alg_id::RSA_PSS_SHA512, Form::AsIs),
    row(Algorithm::Rs256, alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA256, Form::AsIs),
    row(Algorithm::Rs384, alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA384, Form::AsIs),
    row(Algorithm::Rs512, alg_id::RSA_ENCRYPTION, alg_id::RSA_PKCS1_SHA512, Form::AsIs),
];

/// The rows whose algorithm a backend of this build has.
fn rows() -> impl Iterator<Item = &'static Row> {
    TABLE.iter().filter(|row| Algorithm::all().any(|algorithm| algorithm == row.algorithm))
}

const fn row(
    algorithm: Algorithm,
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    form: Form,
) -> Row {
    Row { algorithm, key, signature, form }
}

/// One algorithm by its two names: in JOSE, and in X.509 for the key and the signature.
#[derive(Debug)]
struct Row {
    algorithm: Algorithm,
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    form: Form,
}

/// How a signature stands in a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The numbers R and S in DER; in JWS they are joined.
    Ecdsa,
    /// The bytes of JWS.
    AsIs,
}

impl SignatureVerificationAlgorithm for Row {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        let spki = der::public_key_info(&self.key, public_key);
        let key = import::public_key(self.algorithm, &spki).map_err(|_| InvalidSignature)?;
        verify(&key, self.form, message, signature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

fn verify(key: &PublicKey, form: Form, message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
    let signature = match form {
        Form::Ecdsa => {
            let joined = ecdsa_der::to_jws(signature, key.signature_bytes());
            &joined.ok_or(InvalidSignature)?[..]
        }
        Form::AsIs => signature,
    };
    key.verify(message, signature).map_err(|_| InvalidSignature)
}

/// Reads the `SubjectPublicKeyInfo` of a certificate or request. A key of X.509 does not name its JOSE algorithm.
pub(super) fn public_key(spki: &[u8]) -> Result<PublicKey, KeyError> {
    let info = SubjectPublicKeyInfoRef::from_der(spki).map_err(|_| KeyError::Encoding)?;
    let identifier = info.algorithm.to_der().map_err(|_| KeyError::Encoding)?;
    let row = rows().find(|row| der::sequence(&row.key) == identifier).ok_or(KeyError::Unsupported)?;
    import::public_key(row.algorithm, spki)
}

/// Checks a signature by a key, whatever algorithm of this build it names, as in a certificate request.
pub(super) fn verify_signed(
    spki: &[u8],
    algorithm: &AlgorithmIdentifierOwned,
    message: &[u8],
    signature: &[u8],
) -> Result<(), InvalidSignature> {
    let is_valid = judge_signed(spki, algorithm, message, signature);
    if is_valid == Some(true) { Ok(()) } else { Err(InvalidSignature) }
}

/// Whether a signature is by this key; `None` if the key or the algorithm is not of this build.
pub(super) fn judge_signed(
    spki: &[u8],
    algorithm: &AlgorithmIdentifierOwned,
    message: &[u8],
    signature: &[u8],
) -> Option<bool> {
    let info = SubjectPublicKeyInfoRef::from_der(spki).ok()?;
    let (key, named) = (info.algorithm.to_der().ok()?, algorithm.to_der().ok()?);
    let fits = |row: &&'static Row| der::sequence(&row.key) == key && der::sequence(&row.signature) == named;
    let row = rows().find(fits)?;
    let key = import::public_key(row.algorithm, spki).ok()?;
    Some(verify(&key, row.form, message, signature).is_ok())
}

/// How signatures by this key are named in X.509; `None` for an algorithm without such a name here.
pub(super) fn identifier(key: &SigningKey) -> Option<AlgorithmIdentifierOwned> {
    row_of(key.algorithm())
        .and_then(|row| AlgorithmIdentifierOwned::from_der(&der::sequence(&row.signature)).ok())
}

/// Signs in the form of X.509.
pub(super) fn sign(key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, WicIssueError> {
    let row = row_of(key.algorithm()).ok_or(WicIssueError::Algorithm)?;
    let signature = key.sign(message).map_err(WicIssueError::Signing)?;
    match row.form {
        Form::Ecdsa => ecdsa_der::from_jws(&signature).ok_or(WicIssueError::Encoding),
        Form::AsIs => Ok(signature),
    }
}

fn row_of(algorithm: Algorithm) -> Option<&'static Row> {
    // Two names of JOSE for one algorithm of X.509.
    let algorithm = if algorithm == Algorithm::EdDsa { Algorithm::Ed25519 } else { algorithm };
    rows().find(|row| row.algorithm == algorithm)
}

#[cfg(all(test, any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_of_the_build_has_a_name_in_x509() {
        for algorithm in Algorithm::all() {
            let key = SigningKey::generate(algorithm).unwrap();
            let named = identifier(&key).unwrap();
            let signature = sign(&key, b"message").unwrap();
            let spki = key.public_key().to_spki_der();
            assert!(verify_signed(&spki, &named, b"message", &signature).is_ok(), "{algorithm}");
            assert!(verify_signed(&spki, &named, b"massage", &signature).is_err(), "{algorithm}");
            assert_eq!(public_key(&spki).unwrap().thumbprint(), key.public_key().thumbprint());
        }
    }

    #[test]
    fn an_algorithm_of_another_key_is_refused() {
        let (ecdsa, edwards) = (
            SigningKey::generate(Algorithm::Es256).unwrap(),
            SigningKey::generate(Algorithm::Ed25519).unwrap(),
        );
        let signature = sign(&ecdsa, b"message").unwrap();
        let named = identifier(&edwards).unwrap();
        assert!(verify_signed(&ecdsa.public_key().to_spki_der(), &named, b"message", &signature).is_err());
    }
}
