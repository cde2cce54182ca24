//! Private keys of all backends.

#[cfg(feature = "aws-lc")]
use super::aws_lc;
use super::choice::Backend;
#[cfg(feature = "josekit")]
use super::josekit;
#[cfg(feature = "pure")]
use super::pure;
use super::verifying::VerifyingKey;
use crate::key::kind::KeyKind;
use crate::key::material::Material;
use crate::key::{Algorithm, KeyError, SigningError, rsa};
use zeroize::Zeroizing;

/// A private key. Zeroised on drop by the library that holds it.
pub(crate) enum SigningKey {
    #[cfg(feature = "aws-lc")]
    AwsLc(aws_lc::SigningKey),
    #[cfg(feature = "josekit")]
    Josekit(josekit::SigningKey),
    #[cfg(feature = "pure")]
    Pure(pure::SigningKey),
}

impl SigningKey {
    /// Takes a secret (a scalar, a seed, or an `RSAPrivateKey`), and gives the public numbers that belong to it.
    pub(crate) fn import(
        algorithm: Algorithm,
        secret: &[u8],
        backend: Option<Backend>,
    ) -> Result<(Self, Material), KeyError> {
        let backend = Backend::to_sign(backend, algorithm).ok_or(KeyError::NoBackend)?;
        algorithm.kind().check_secret(secret)?;
        let of_rsa = match algorithm.kind() {
            KeyKind::Rsa => Some(rsa::public_of_private(secret)?),
            KeyKind::Ec(_) | KeyKind::Ed25519 => None,
        };
        if let Some(public) = &of_rsa {
            public.check()?;
            rsa::check_private(secret)?;
        }
        let (key, derived): (Self, _) = match backend {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc => {
                aws_lc::SigningKey::import(algorithm, secret).map(|(key, public)| (Self::AwsLc(key), public))
            }
            #[cfg(feature = "josekit")]
            Backend::Josekit => josekit::SigningKey::import(algorithm, secret)
                .map(|(key, public)| (Self::Josekit(key), public)),
            #[cfg(feature = "pure")]
            Backend::Pure => {
                pure::SigningKey::import(algorithm, secret).map(|(key, public)| (Self::Pure(key), public))
            }
            #[cfg(not(all(feature = "aws-lc", feature = "josekit", feature = "pure")))]
            _ => Err(KeyError::NoBackend),
        }?;
        let public = of_rsa.or(derived).ok_or(KeyError::Secret)?;
        if algorithm.kind() == KeyKind::Rsa {
            key.try_out(algorithm, &public)?;
        }
        Ok((key, public))
    }

    /// Libraries look differently hard at the numbers of an RSA key, such as whether its primes are prime. Signatures of
    /// a key that is none do not verify.
    fn try_out(&self, algorithm: Algorithm, public: &Material) -> Result<(), KeyError> {
        let message = b"wimse";
        let signature = self.sign(message).map_err(|_| KeyError::Secret)?;
        let verifying = VerifyingKey::import(algorithm, public, Some(self.backend()))?;
        verifying.verify(message, &signature).map_err(|_| KeyError::Secret)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::AwsLc(key) => key.sign(message),
            #[cfg(feature = "josekit")]
            Self::Josekit(key) => key.sign(message),
            #[cfg(feature = "pure")]
            Self::Pure(key) => Ok(key.sign(message)),
            #[cfg(not(any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
            _ => Err(SigningError),
        }
    }

    pub(crate) fn backend(&self) -> Backend {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::AwsLc(_) => Backend::AwsLc,
            #[cfg(feature = "josekit")]
            Self::Josekit(_) => Backend::Josekit,
            #[cfg(feature = "pure")]
            Self::Pure(_) => Backend::Pure,
            #[cfg(not(any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
            _ => Backend::Pure,
        }
    }
}

/// Makes an `RSAPrivateKey` of a size that we make.
pub(crate) fn generate_rsa(algorithm: Algorithm, bits: u32) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if algorithm.kind() != KeyKind::Rsa {
        return Err(KeyError::AlgorithmMismatch);
    }
    if !rsa::GENERATED_BITS.contains(&bits) {
        return Err(KeyError::Unsupported);
    }
    match Backend::to_sign(None, algorithm).ok_or(KeyError::NoBackend)? {
        #[cfg(feature = "aws-lc")]
        Backend::AwsLc => aws_lc::generate_rsa(bits),
        #[cfg(feature = "josekit")]
        Backend::Josekit => josekit::generate_rsa(bits),
        _ => Err(KeyError::NoBackend),
    }
}
