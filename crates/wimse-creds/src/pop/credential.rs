//! A WIT together with its key.

use crate::key::{Algorithm, PublicKey, SigningError, SigningKey};
use crate::{UnixTime, WitError, WorkloadIdentityToken};

/// What a workload holds: its WIT and the private key that the WIT binds.
///
/// It takes the key by value, so that the key belongs to this one credential (WIT-9.5-2), and signs nothing once the
/// WIT has expired (WIT-9.5-3).
#[derive(Debug)]
pub struct WitCredential {
    wit: WorkloadIdentityToken,
    key: SigningKey,
}

impl WitCredential {
    /// Joins a WIT and its key.
    ///
    /// # Errors
    ///
    /// [`CredentialError::Wit`] if the WIT has no usable `cnf.jwk`, [`CredentialError::KeyMismatch`] if that is
    /// another key, or the same key with another algorithm.
    pub fn new(wit: WorkloadIdentityToken, key: SigningKey) -> Result<Self, CredentialError> {
        let confirmed = wit.claimed_confirmation_key().map_err(CredentialError::Wit)?;
        if confirmed != *key.public_key() {
            return Err(CredentialError::KeyMismatch);
        }
        Ok(Self { wit, key })
    }

    /// The WIT.
    #[must_use]
    pub fn wit(&self) -> &WorkloadIdentityToken {
        &self.wit
    }

    /// The public key that the WIT binds.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    /// The algorithm of the key, and so of every proof.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.key.algorithm()
    }

    /// Signs with the key of the WIT, while the WIT is valid.
    ///
    /// # Errors
    ///
    /// [`CredentialError::Expired`]; there is no leeway: renew before expiry. [`CredentialError::Signing`].
    pub fn sign(&self, message: &[u8], now: UnixTime) -> Result<Vec<u8>, CredentialError> {
        if now >= self.wit.claimed_expiry() {
            return Err(CredentialError::Expired);
        }
        self.key.sign(message).map_err(CredentialError::Signing)
    }
}

/// Why a credential cannot be made or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The WIT has no usable key.
    #[error("the WIT has no usable key")]
    Wit(#[source] WitError),
    /// The private key is not the one that the WIT binds.
    #[error("the private key is not the one that the WIT binds")]
    KeyMismatch,
    /// The WIT has expired: its key must not be used any more.
    #[error("the WIT has expired: its key must not be used any more")]
    Expired,
    /// The crypto backend gave no signature.
    #[error("the crypto backend gave no signature")]
    Signing(#[source] SigningError),
}

impl CredentialError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wit(error) => error.code(),
            Self::KeyMismatch => "credential.key_mismatch",
            Self::Expired => "credential.expired",
            Self::Signing(error) => error.code(),
        }
    }
}
