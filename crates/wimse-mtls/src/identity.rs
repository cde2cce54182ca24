//! Who we are in a handshake.

use crate::{MtlsError, TlsEnvironment};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::time_provider::TimeProvider;
use rustls::{OtherError, SignatureAlgorithm, SignatureScheme};
use std::fmt;
use std::sync::Arc;
use wimse_creds::UnixTime;
use wimse_creds::wic::{WicCredential, WicCredentialError, WorkloadIdentityCertificate};

/// A WIC and its key, as TLS uses them: for handshakes of clients and of servers.
///
/// The key signs no handshake once the WIC has expired (WIT-9.5-3): such a handshake fails with
/// `credential.expired`, on our side. Cloning shares it.
#[derive(Clone)]
pub struct TlsIdentity {
    wic: Arc<WorkloadIdentityCertificate>,
    certified_key: Arc<CertifiedKey>,
}

impl TlsIdentity {
    /// Takes a credential into TLS.
    ///
    /// # Errors
    ///
    /// [`MtlsError::Credential`] if it has expired, [`MtlsError::Tls`] if the provider does not know its kind of key.
    pub fn new(
        environment: &TlsEnvironment,
        credential: &WicCredential,
        now: UnixTime,
    ) -> Result<Self, MtlsError> {
        let der = credential.key_for_tls(now).map_err(MtlsError::Credential)?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der.as_slice())).clone_key();
        let key = environment.provider.key_provider.load_private_key(der).map_err(MtlsError::Tls)?;
        Self::with_signing_key(environment, credential.wic().clone(), key, now)
    }

    /// Takes a WIC whose key is held elsewhere, such as in a hardware module.
    ///
    /// # Errors
    ///
    /// [`MtlsError::Credential`] if the WIC has expired, or if the key says that it is not that of the WIC.
    pub fn with_signing_key(
        environment: &TlsEnvironment,
        wic: WorkloadIdentityCertificate,
        key: Arc<dyn SigningKey>,
        now: UnixTime,
    ) -> Result<Self, MtlsError> {
        let expires = wic.claimed_validity().end();
        if now >= expires {
            return Err(MtlsError::Credential(WicCredentialError::Expired));
        }
        let certified_key = CertifiedKey::new(wic.chain().to_vec(), key);
        // A key that does not tell its public half is believed: no handshake succeeds with the wrong one.
        if let Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::KeyMismatch)) =
            certified_key.keys_match()
        {
            return Err(MtlsError::Credential(WicCredentialError::KeyMismatch));
        }
        let key = ExpiringKey { key: certified_key.key, expires, time: Arc::clone(&environment.time) };
        let certified_key = Arc::new(CertifiedKey::new(certified_key.cert, Arc::new(key)));
        Ok(Self { wic: Arc::new(wic), certified_key })
    }

    /// The certificate that is shown.
    #[must_use]
    pub fn wic(&self) -> &WorkloadIdentityCertificate {
        &self.wic
    }

    pub(crate) fn certified_key(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.certified_key)
    }
}

impl fmt::Debug for TlsIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TlsIdentity").field(&self.wic).finish()
    }
}

/// A key with the expiry of its credential.
struct ExpiringKey {
    key: Arc<dyn SigningKey>,
    expires: UnixTime,
    time: Arc<dyn TimeProvider>,
}

impl SigningKey for ExpiringKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let signer = self.key.choose_scheme(offered)?;
        Some(Box::new(ExpiringSigner { signer, expires: self.expires, time: Arc::clone(&self.time) }))
    }

    fn public_key(&self) -> Option<rustls::pki_types::SubjectPublicKeyInfoDer<'_>> {
        self.key.public_key()
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }
}

impl fmt::Debug for ExpiringKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExpiringKey").field("expires", &self.expires).finish_non_exhaustive()
    }
}

struct ExpiringSigner {
    signer: Box<dyn Signer>,
    expires: UnixTime,
    time: Arc<dyn TimeProvider>,
}

impl Signer for ExpiringSigner {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        let now = self.time.current_time().ok_or(rustls::Error::FailedToGetCurrentTime)?;
        if crate::environment::unix_time(now) >= self.expires {
            let expired = MtlsError::Credential(WicCredentialError::Expired);
            return Err(OtherError(Arc::new(expired)).into());
        }
        self.signer.sign(message)
    }

    fn scheme(&self) -> SignatureScheme {
        self.signer.scheme()
    }
}

impl fmt::Debug for ExpiringSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExpiringSigner").field("expires", &self.expires).finish_non_exhaustive()
    }
}
