//! A WIC together with its key.

use super::authority::signing_key;
use super::{WicError, WicIssueError, WorkloadIdentityCertificate};
use crate::UnixTime;
use crate::key::{KeyError, SigningError, SigningKey, key_code};
use wimse_identifier::WorkloadIdentifier;
use zeroize::Zeroizing;

/// What a workload holds: its WIC and the private key that the WIC binds.
///
/// It takes the key by value, so that the key belongs to this one credential (WIT-9.5-2), and hands it out only while
/// the WIC is valid (WIT-9.5-3).
#[derive(Debug)]
pub struct WicCredential {
    wic: WorkloadIdentityCertificate,
    key: SigningKey,
}

impl WicCredential {
    /// Joins a WIC and its key.
    ///
    /// # Errors
    ///
    /// [`WicCredentialError::Key`] or [`WicCredentialError::KeyMismatch`].
    pub fn new(wic: WorkloadIdentityCertificate, key: SigningKey) -> Result<Self, WicCredentialError> {
        if wic.key_information() != key.public_key().to_spki_der() {
            return Err(WicCredentialError::KeyMismatch);
        }
        Ok(Self { wic, key })
    }

    /// Reads the chain and the PKCS#8 key of PEM texts, which may be one and the same. The certificate says what kind
    /// of key it is.
    ///
    /// # Errors
    ///
    /// A [`WicCredentialError`].
    pub fn from_pem(chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, WicCredentialError> {
        let wic = WorkloadIdentityCertificate::from_pem(chain).map_err(WicCredentialError::Wic)?;
        let key = signing_key(wic.key_information(), key.as_ref()).map_err(|error| match error {
            WicIssueError::Key(error) => WicCredentialError::Key(error),
            _ => WicCredentialError::KeyMismatch,
        })?;
        Self::new(wic, key)
    }

    /// The WIC.
    #[must_use]
    pub fn wic(&self) -> &WorkloadIdentityCertificate {
        &self.wic
    }

    /// Who this workload is.
    #[must_use]
    pub fn identifier(&self) -> &WorkloadIdentifier {
        self.wic.claimed_identifier()
    }

    /// The first second in which the key must not be used any more.
    #[must_use]
    pub fn expires(&self) -> UnixTime {
        self.wic.claimed_validity().end()
    }

    /// Refuses an expired WIC. There is no leeway: renew before expiry.
    ///
    /// # Errors
    ///
    /// [`WicCredentialError::Expired`].
    pub fn check_usable(&self, now: UnixTime) -> Result<(), WicCredentialError> {
        if now >= self.expires() { Err(WicCredentialError::Expired) } else { Ok(()) }
    }

    /// Signs in the form of JWS, while the WIC is valid.
    ///
    /// # Errors
    ///
    /// [`WicCredentialError::Expired`] or [`WicCredentialError::Signing`].
    pub fn sign(&self, message: &[u8], now: UnixTime) -> Result<Vec<u8>, WicCredentialError> {
        self.check_usable(now)?;
        self.key.sign(message).map_err(WicCredentialError::Signing)
    }

    /// The private key in DER PKCS#8, for a TLS library, while the WIC is valid. The library must ask
    /// [`check_usable`](Self::check_usable) before each use.
    ///
    /// # Errors
    ///
    /// [`WicCredentialError::Expired`] or [`WicCredentialError::Key`].
    pub fn key_for_tls(&self, now: UnixTime) -> Result<Zeroizing<Vec<u8>>, WicCredentialError> {
        self.check_usable(now)?;
        self.key.to_pkcs8_der().map_err(WicCredentialError::Key)
    }
}

/// Why a credential cannot be made or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WicCredentialError {
    /// The certificate is no WIC.
    #[error("the certificate is not usable as a WIC")]
    Wic(#[source] WicError),
    /// The private key is not usable.
    #[error("the private key is not usable")]
    Key(#[source] KeyError),
    /// The private key is not the one that the WIC binds.
    #[error("the private key is not the one that the WIC binds")]
    KeyMismatch,
    /// The WIC has expired: its key must not be used any more.
    #[error("the WIC has expired: its key must not be used any more")]
    Expired,
    /// The key has signed nothing.
    #[error("the key has signed nothing")]
    Signing(#[source] SigningError),
}

impl WicCredentialError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wic(error) => error.code(),
            Self::Key(error) => key_code!("credential.key_", error),
            Self::KeyMismatch => "credential.key_mismatch",
            Self::Expired => "credential.expired",
            Self::Signing(_) => "credential.signing",
        }
    }
}
