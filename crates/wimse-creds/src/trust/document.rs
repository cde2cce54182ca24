//! JWK Sets and SPIFFE bundles.

use super::TrustError;
use crate::jose::JoseError;
use crate::jose::json::Object;
use crate::key::{AlgorithmError, AnchorKey, KeyError, KeyPurpose};
use crate::limits;
#[cfg(feature = "wic")]
use crate::wic::CaCertificates;
use serde_json::value::RawValue;

/// The usable keys of a JWK Set (RFC 7517 5) or a SPIFFE bundle (SPIFFE Trust Domain and Bundle 4).
///
/// Entries of an unknown type, curve, algorithm or use are skipped and listed; entries that would be used must be
/// valid, or the whole document is refused. A document may leave no usable key: then nothing of the domain verifies.
#[derive(Debug, Clone)]
pub struct KeyDocument {
    keys: Vec<AnchorKey>,
    skipped: Vec<SkippedKey>,
    refresh_hint: Option<u64>,
    sequence: Option<u64>,
    #[cfg(feature = "wic")]
    ca_certificates: CaCertificates,
}

/// An entry that was not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedKey {
    /// Its place in `keys`, from 0.
    pub index: usize,
    /// Why it was not used.
    pub reason: KeyError,
}

impl KeyDocument {
    /// Reads a JWK Set of at most 1 MiB.
    ///
    /// # Errors
    ///
    /// A [`TrustError`].
    pub fn jwk_set(json: &[u8]) -> Result<Self, TrustError> {
        Self::read(json, KeyPurpose::Verify)
    }

    /// Reads a SPIFFE bundle of at most 1 MiB; only entries with `use` "wit-svid" are used, and with the feature `wic`
    /// the CA certificates of those with `use` "x509-svid".
    ///
    /// # Errors
    ///
    /// A [`TrustError`].
    pub fn spiffe_bundle(json: &[u8]) -> Result<Self, TrustError> {
        Self::read(json, KeyPurpose::VerifyWitSvid)
    }

    fn read(json: &[u8], purpose: KeyPurpose) -> Result<Self, TrustError> {
        if json.len() > limits::KEY_DOCUMENT_BYTES {
            return Err(TrustError::DocumentTooLarge { limit: limits::KEY_DOCUMENT_BYTES });
        }
        let document = Object::from_bytes(json).map_err(TrustError::Json)?;
        let entries = document.get("keys").ok_or(TrustError::Keys)?;
        let entries: Vec<&RawValue> = serde_json::from_str(entries.get()).map_err(|_| TrustError::Keys)?;
        let number = |name| document.get(name).and_then(|value| serde_json::from_str(value.get()).ok());
        let mut read = Self {
            keys: Vec::new(),
            skipped: Vec::new(),
            refresh_hint: number("spiffe_refresh_hint"),
            sequence: number("spiffe_sequence"),
            #[cfg(feature = "wic")]
            ca_certificates: CaCertificates::new(),
        };
        for (index, entry) in entries.into_iter().enumerate() {
            read.entry(index, entry, purpose)?;
        }
        Ok(read)
    }

    fn entry(&mut self, index: usize, entry: &RawValue, purpose: KeyPurpose) -> Result<(), TrustError> {
        #[cfg(feature = "wic")]
        if purpose == KeyPurpose::VerifyWitSvid
            && let Some(certificate) =
                super::x509_svid::certificate(entry).map_err(TrustError::CaCertificate)?
        {
            return self.ca_certificates.add(certificate).map_err(TrustError::CaCertificate);
        }
        match AnchorKey::read(entry.get(), purpose) {
            Ok(key) if purpose == KeyPurpose::VerifyWitSvid && key.key_id().is_none() => {
                return Err(TrustError::KeyIdMissing { index });
            }
            Ok(key) => {
                if self.keys.len() == limits::KEYS_PER_DOMAIN {
                    return Err(TrustError::TooManyKeys { limit: limits::KEYS_PER_DOMAIN });
                }
                self.keys.push(key);
            }
            Err(KeyError::Json(JoseError::Json)) => return Err(TrustError::Keys),
            Err(reason) if is_of_another_kind(&reason) => self.skipped.push(SkippedKey { index, reason }),
            Err(source) => return Err(TrustError::Key { index, source }),
        }
        Ok(())
    }

    /// The usable keys.
    #[must_use]
    pub fn keys(&self) -> &[AnchorKey] {
        &self.keys
    }

    /// The X509-SVID CA certificates of a SPIFFE bundle.
    #[cfg(feature = "wic")]
    #[must_use]
    pub fn ca_certificates(&self) -> &CaCertificates {
        &self.ca_certificates
    }

    /// The entries that were not used, and why.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// `spiffe_refresh_hint` in seconds.
    #[must_use]
    pub fn refresh_hint(&self) -> Option<u64> {
        self.refresh_hint
    }

    /// `spiffe_sequence`.
    #[must_use]
    pub fn sequence(&self) -> Option<u64> {
        self.sequence
    }

    pub(crate) fn into_keys(self) -> Vec<AnchorKey> {
        self.keys
    }
}

/// Whether an entry is for something else, rather than broken.
fn is_of_another_kind(reason: &KeyError) -> bool {
    matches!(
        reason,
        KeyError::Unsupported
            | KeyError::Symmetric
            | KeyError::Usage
            | KeyError::MemberMissing("kty")
            | KeyError::Algorithm(
                AlgorithmError::Unsupported | AlgorithmError::Encryption | AlgorithmError::Symmetric
            )
    )
}
