//! The backend `aws-lc-rs`. ECDSA and RSA-PSS signatures are randomised.

use crate::key::kind::{EcCurve, KeyKind};
use crate::key::material::Material;
use crate::key::{Algorithm, KeyError, SignatureError, SigningError, edwards, rsa};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, RsaKeyPair,
    RsaSignatureEncoding, VerificationAlgorithm,
};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::{Decode as _, Encode as _};
use sec1::EcPrivateKey;
use zeroize::Zeroizing;

pub(crate) struct VerifyingKey {
    key: ParsedPublicKey,
    is_ed25519: bool,
}

impl VerifyingKey {
    pub(super) fn import(algorithm: Algorithm, material: &Material) -> Result<Self, KeyError> {
        let parsed = match material {
            Material::Ec { point, .. } => ParsedPublicKey::new(verification(algorithm), point),
            // The library looks at the point only when it verifies.
            Material::Ed25519 { x } if !edwards::is_on_curve(x) => return Err(KeyError::NotOnCurve),
            Material::Ed25519 { x } => ParsedPublicKey::new(verification(algorithm), x),
            Material::Rsa { n, e } => {
                let der = rsa::write_public(n, e).map_err(|_| KeyError::Encoding)?;
                ParsedPublicKey::new(verification(algorithm), der)
            }
        };
        let is_ed25519 = algorithm.kind() == KeyKind::Ed25519;
        parsed.map(|key| Self { key, is_ed25519 }).map_err(|_| KeyError::NotOnCurve)
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        if self.is_ed25519 {
            edwards::check_signature(signature)?;
        }
        self.key.verify_sig(message, signature).map_err(|_| SignatureError)
    }
}

fn verification(algorithm: Algorithm) -> &'static dyn VerificationAlgorithm {
    match algorithm {
        Algorithm::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
        Algorithm::Es384 => &signature::ECDSA_P384_SHA384_FIXED,
        Algorithm::Es512 => &signature::ECDSA_P521_SHA512_FIXED,
        Algorithm::Ed25519 | Algorithm::EdDsa => &signature::ED25519,
        Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &signature::RSA_PSS_2048_8192_SHA512,
    }
}

pub(crate) enum SigningKey {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair, &'static RsaSignatureEncoding),
}

impl SigningKey {
    /// The key, and its public numbers where they are not in the secret.
    pub(super) fn import(algorithm: Algorithm, secret: &[u8]) -> Result<(Self, Option<Material>), KeyError> {
        match algorithm {
            Algorithm::Es256 => ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, EcCurve::P256, secret),
            Algorithm::Es384 => ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, EcCurve::P384, secret),
            Algorithm::Es512 => ecdsa(&signature::ECDSA_P521_SHA512_FIXED_SIGNING, EcCurve::P521, secret),
            Algorithm::Ed25519 | Algorithm::EdDsa => ed25519(secret),
            Algorithm::Rs256 => rsa(&signature::RSA_PKCS1_SHA256, secret),
            Algorithm::Rs384 => rsa(&signature::RSA_PKCS1_SHA384, secret),
            Algorithm::Rs512 => rsa(&signature::RSA_PKCS1_SHA512, secret),
            Algorithm::Ps256 => rsa(&signature::RSA_PSS_SHA256, secret),
            Algorithm::Ps384 => rsa(&signature::RSA_PSS_SHA384, secret),
            Algorithm::Ps512 => rsa(&signature::RSA_PSS_SHA512, secret),
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        // The library has random bytes of its own, and ignores these.
        let random = SystemRandom::new();
        match self {
            Self::Ecdsa(key) => {
                key.sign(&random, message).map(|made| made.as_ref().to_vec()).map_err(|_| SigningError)
            }
            Self::Ed25519(key) => {
                key.try_sign(message).map(|made| made.as_ref().to_vec()).map_err(|_| SigningError)
            }
            Self::Rsa(key, encoding) => {
                let mut made = vec![0; key.public_modulus_len()];
                key.sign(*encoding, &random, message, &mut made).map_err(|_| SigningError)?;
                Ok(made)
            }
        }
    }
}

type Imported = Result<(SigningKey, Option<Material>), KeyError>;

fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm, curve: EcCurve, scalar: &[u8]) -> Imported {
    // Without a public key in it, the library computes it.
    let der = EcPrivateKey { private_key: scalar, parameters: None, public_key: None }.to_der();
    let der = Zeroizing::new(der.map_err(|_| KeyError::Secret)?);
    let key = EcdsaKeyPair::from_private_key_der(algorithm, &der).map_err(|_| KeyError::Secret)?;
    let public = Material::from_point(curve, key.public_key().as_ref())?;
    Ok((SigningKey::Ecdsa(key), Some(public)))
}

fn ed25519(seed: &[u8]) -> Imported {
    let key = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| KeyError::Secret)?;
    let x = key.public_key().as_ref().try_into().map_err(|_| KeyError::Secret)?;
    Ok((SigningKey::Ed25519(key), Some(Material::Ed25519 { x })))
}

fn rsa(encoding: &'static RsaSignatureEncoding, der: &[u8]) -> Imported {
    let key = RsaKeyPair::from_der(der).map_err(|_| KeyError::Secret)?;
    Ok((SigningKey::Rsa(key, encoding), None))
}

/// Makes an `RSAPrivateKey`.
pub(super) fn generate_rsa(bits: u32) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let size = match bits {
        2048 => KeySize::Rsa2048,
        3072 => KeySize::Rsa3072,
        4096 => KeySize::Rsa4096,
        _ => return Err(KeyError::Unsupported),
    };
    let key = RsaKeyPair::generate(size).map_err(|_| KeyError::Random)?;
    let der: Pkcs8V1Der<'_> = key.as_der().map_err(|_| KeyError::Encoding)?;
    let info = PrivateKeyInfoRef::from_der(der.as_ref()).map_err(|_| KeyError::Encoding)?;
    Ok(Zeroizing::new(info.private_key.as_bytes().to_vec()))
}
