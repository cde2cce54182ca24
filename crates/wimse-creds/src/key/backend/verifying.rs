//! Public keys of all backends.

#[cfg(feature = "aws-lc")]
use super::aws_lc;
use super::choice::Backend;
#[cfg(feature = "josekit")]
use super::josekit;
#[cfg(feature = "pure")]
use super::pure;
use crate::key::material::Material;
use crate::key::{Algorithm, KeyError, SignatureError};

/// A public key, parsed once and kept.
pub(crate) enum VerifyingKey {
    #[cfg(feature = "aws-lc")]
    AwsLc(Box<aws_lc::VerifyingKey>),
    #[cfg(feature = "josekit")]
    Josekit(josekit::VerifyingKey),
    #[cfg(feature = "pure")]
    Pure(pure::VerifyingKey),
}

impl VerifyingKey {
    /// Takes the numbers of a key, which have been checked and fit the algorithm.
    pub(crate) fn import(
        algorithm: Algorithm,
        material: &Material,
        backend: Option<Backend>,
    ) -> Result<Self, KeyError> {
        match Backend::to_verify(backend, algorithm).ok_or(KeyError::NoBackend)? {
            #[cfg(feature = "aws-lc")]
            Backend::AwsLc => Ok(Self::AwsLc(Box::new(aws_lc::VerifyingKey::import(algorithm, material)?))),
            #[cfg(feature = "josekit")]
            Backend::Josekit => Ok(Self::Josekit(josekit::VerifyingKey::import(algorithm, material)?)),
            #[cfg(feature = "pure")]
            Backend::Pure => Ok(Self::Pure(pure::VerifyingKey::import(material)?)),
            #[cfg(not(all(feature = "aws-lc", feature = "josekit", feature = "pure")))]
            _ => Err(KeyError::NoBackend),
        }
    }

    /// Checks a signature in JWS form, which has the right length.
    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureError> {
        match self {
            #[cfg(feature = "aws-lc")]
            Self::AwsLc(key) => key.verify(message, signature),
            #[cfg(feature = "josekit")]
            Self::Josekit(key) => key.verify(message, signature),
            #[cfg(feature = "pure")]
            Self::Pure(key) => key.verify(message, signature),
            #[cfg(not(any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
            _ => Err(SignatureError),
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
