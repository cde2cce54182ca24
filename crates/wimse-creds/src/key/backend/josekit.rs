//! The backend `josekit`, on OpenSSL: as a raw primitive, with keys that we have read. ECDSA and RSA-PSS signatures are
//! randomised. The library copies private keys into memory of its own on the way in, which it does not zeroise.

use crate::key::kind::{EcCurve, KeyKind};
use crate::key::material::Material;
use crate::key::{Algorithm, KeyError, SignatureError, SigningError, edwards, pkcs8, spki};
use ::josekit::jwk::KeyPair as _;
use ::josekit::jwk::alg::ec::{EcCurve as NamedCurve, EcKeyPair};
use ::josekit::jwk::alg::ed::EdKeyPair;
use ::josekit::jwk::alg::rsa::RsaKeyPair;
use ::josekit::jws::{self, JwsSigner, JwsVerifier};
use zeroize::Zeroizing;

pub(crate) struct VerifyingKey {
    key: Box<dyn JwsVerifier>,
    kind: KeyKind,
}

impl VerifyingKey {
    pub(super) fn import(algorithm: Algorithm, material: &Material) -> Result<Self, KeyError> {
        // The library looks at the point only when it verifies.
        if let Material::Ed25519 { x } = material
            && !edwards::is_on_curve(x)
        {
            return Err(KeyError::NotOnCurve);
        }
        let key = verifier(algorithm, &spki::write(material)).map_err(|_| KeyError::NotOnCurve)?;
        Ok(Self { key, kind: algorithm.kind() })
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        match self.kind {
            KeyKind::Ed25519 => edwards::check_signature(signature)?,
            // Written as DER on the way, where zero would have no digits.
            KeyKind::Ec(curve) => {
                let (r, s) = signature.split_at(curve.field_bytes());
                if [r, s].iter().any(|number| number.iter().all(|byte| *byte == 0)) {
                    return Err(SignatureError);
                }
            }
            KeyKind::Rsa => {}
        }
        self.key.verify(message, signature).map_err(|_| SignatureError)
    }
}

type Made<T> = Result<Box<T>, ::josekit::JoseError>;

fn verifier(algorithm: Algorithm, spki: &[u8]) -> Made<dyn JwsVerifier> {
    Ok(match algorithm {
        Algorithm::Es256 => Box::new(jws::ES256.verifier_from_der(spki)?),
        Algorithm::Es384 => Box::new(jws::ES384.verifier_from_der(spki)?),
        Algorithm::Es512 => Box::new(jws::ES512.verifier_from_der(spki)?),
        Algorithm::Ed25519 | Algorithm::EdDsa => Box::new(jws::EdDSA.verifier_from_der(spki)?),
        Algorithm::Rs256 => Box::new(jws::RS256.verifier_from_der(spki)?),
        Algorithm::Rs384 => Box::new(jws::RS384.verifier_from_der(spki)?),
        Algorithm::Rs512 => Box::new(jws::RS512.verifier_from_der(spki)?),
        Algorithm::Ps256 => Box::new(jws::PS256.verifier_from_der(spki)?),
        Algorithm::Ps384 => Box::new(jws::PS384.verifier_from_der(spki)?),
        Algorithm::Ps512 => Box::new(jws::PS512.verifier_from_der(spki)?),
    })
}

pub(crate) struct SigningKey(Box<dyn JwsSigner>);

impl SigningKey {
    /// The key, and its public numbers where they are not in the secret.
    pub(super) fn import(algorithm: Algorithm, secret: &[u8]) -> Result<(Self, Option<Material>), KeyError> {
        // Without a public point in it, the library computes it.
        let der = pkcs8::write(algorithm.kind(), secret, None)?;
        let public = match algorithm.kind() {
            KeyKind::Ec(curve) => Some(
                EcKeyPair::from_der(der.as_bytes(), Some(named(curve))).map(|pair| pair.to_der_public_key()),
            ),
            KeyKind::Ed25519 => {
                Some(EdKeyPair::from_der(der.as_bytes()).map(|pair| pair.to_der_public_key()))
            }
            KeyKind::Rsa => check_rsa(secret).map(|()| None)?,
        };
        let public = public.transpose().map_err(|_| KeyError::Secret)?;
        let public = public.map(|spki| spki::read(&spki)).transpose()?;
        let key = signer(algorithm, der.as_bytes()).map_err(|_| KeyError::Secret)?;
        Ok((Self(key), public))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        self.0.sign(message).map_err(|_| SigningError)
    }
}

fn signer(algorithm: Algorithm, pkcs8: &[u8]) -> Made<dyn JwsSigner> {
    Ok(match algorithm {
        Algorithm::Es256 => Box::new(jws::ES256.signer_from_der(pkcs8)?),
        Algorithm::Es384 => Box::new(jws::ES384.signer_from_der(pkcs8)?),
        Algorithm::Es512 => Box::new(jws::ES512.signer_from_der(pkcs8)?),
        Algorithm::Ed25519 | Algorithm::EdDsa => Box::new(jws::EdDSA.signer_from_der(pkcs8)?),
        Algorithm::Rs256 => Box::new(jws::RS256.signer_from_der(pkcs8)?),
        Algorithm::Rs384 => Box::new(jws::RS384.signer_from_der(pkcs8)?),
        Algorithm::Rs512 => Box::new(jws::RS512.signer_from_der(pkcs8)?),
        Algorithm::Ps256 => Box::new(jws::PS256.signer_from_der(pkcs8)?),
        Algorithm::Ps384 => Box::new(jws::PS384.signer_from_der(pkcs8)?),
        Algorithm::Ps512 => Box::new(jws::PS512.signer_from_der(pkcs8)?),
    })
}

fn named(curve: EcCurve) -> NamedCurve {
    match curve {
        EcCurve::P256 => NamedCurve::P256,
        EcCurve::P384 => NamedCurve::P384,
        EcCurve::P521 => NamedCurve::P521,
    }
}

/// OpenSSL itself takes numbers that do not belong together.
fn check_rsa(der: &[u8]) -> Result<(), KeyError> {
    let key = openssl::rsa::Rsa::private_key_from_der(der).map_err(|_| KeyError::Secret)?;
    if key.check_key().unwrap_or(false) { Ok(()) } else { Err(KeyError::Secret) }
}

/// Makes an `RSAPrivateKey`.
pub(super) fn generate_rsa(bits: u32) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let pair = RsaKeyPair::generate(bits).map_err(|_| KeyError::Random)?;
    Ok(Zeroizing::new(pair.to_raw_private_key()))
}
