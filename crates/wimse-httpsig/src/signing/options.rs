//! The options of every signature.

use super::SignError;
use crate::WantedSignature;
use crate::digest::DigestAlgorithm;
use crate::message::{Component, Signatures};
use crate::profile::revision_08::MIN_SENT_NONCE_CHARS;
use std::borrow::Cow;
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::pop::Nonce;

/// What requests and responses have in common.
#[derive(Debug, Clone)]
pub(crate) struct SigningOptions {
    pub(crate) lifetime: Duration,
    pub(crate) label: Option<String>,
    pub(crate) extra: Vec<Component<'static>>,
    pub(crate) wanted: Option<WantedSignature>,
    pub(crate) digest_algorithm: DigestAlgorithm,
}

impl SigningOptions {
    pub(crate) const DEFAULT_LIFETIME: Duration = Duration::from_secs(60);
    pub(crate) const MAX_LIFETIME: Duration = Duration::from_secs(300);

    /// Whole seconds, within the limit (SIG-3-22).
    pub(crate) fn expires(&self, now: UnixTime) -> Result<UnixTime, SignError> {
        let lifetime = Duration::from_secs(self.lifetime.as_secs());
        if lifetime.is_zero() || lifetime > Self::MAX_LIFETIME {
            return Err(SignError::Lifetime { limit: Self::MAX_LIFETIME.as_secs() });
        }
        Ok(now.plus(lifetime))
    }

    /// The label: as given, else ours or the first free one after it. Recipients find the signature by its tag.
    pub(crate) fn label(&self, present: Option<&Signatures>) -> Cow<'_, str> {
        if let Some(label) = &self.label {
            return label.into();
        }
        let is_free = |label: &str| present.is_none_or(|present| present.labelled(label).is_none());
        let numbered = (2u32..).map(|number| format!("{DEFAULT_LABEL}-{number}").into());
        let mut labels = std::iter::once(DEFAULT_LABEL.into()).chain(numbered);
        labels.find(|label: &Cow<'_, str>| is_free(label)).unwrap_or(DEFAULT_LABEL.into())
    }
}

impl Default for SigningOptions {
    fn default() -> Self {
        Self {
            lifetime: Self::DEFAULT_LIFETIME,
            label: None,
            extra: Vec::new(),
            wanted: None,
            digest_algorithm: DigestAlgorithm::Sha256,
        }
    }
}

/// SIG8-3-4.
pub(crate) fn check_nonce(nonce: &Nonce) -> Result<(), SignError> {
    if nonce.as_str().len() < MIN_SENT_NONCE_CHARS {
        return Err(SignError::NonceTooShort { limit: MIN_SENT_NONCE_CHARS });
    }
    Ok(())
}

const DEFAULT_LABEL: &str = "wimse";
