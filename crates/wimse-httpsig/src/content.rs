//! The content of a message, and whether it is what the signature covers (decision 20).

use crate::HttpSignatureError;
use crate::digest::{ComputedDigest, ContentDigest, ContentHasher, DigestAlgorithm, DigestError};
use http::{Method, StatusCode};

/// Content as it is at hand: whole, or as what was computed while it went by.
#[derive(Clone, Copy)]
pub(crate) enum Content<'a> {
    Bytes(&'a [u8]),
    Computed(&'a ComputedDigest),
}

impl Content<'_> {
    pub(crate) const NONE: Self = Content::Bytes(&[]);

    pub(crate) fn is_empty(self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Computed(computed) => computed.is_empty(),
        }
    }

    /// Every supported value of a field must be that of the content.
    pub(crate) fn verify(self, digest: &ContentDigest) -> Result<(), DigestError> {
        match self {
            Self::Bytes(bytes) => digest.verify(bytes),
            Self::Computed(computed) => digest.verify_computed(computed),
        }
    }

    /// `None` if none was computed, but only the length.
    pub(crate) fn digest(self, algorithm: DigestAlgorithm) -> Option<ContentDigest> {
        match self {
            Self::Bytes(bytes) => Some(ContentDigest::of(algorithm, bytes)),
            Self::Computed(computed) => computed.to_content_digest(),
        }
    }
}

/// SIG-3-18, SIG-3-19: content is there when bytes are, whatever the fields say.
pub(crate) fn check(digest: Option<&ContentDigest>, content: Content<'_>) -> Result<(), HttpSignatureError> {
    match digest {
        Some(digest) => content.verify(digest).map_err(HttpSignatureError::Digest),
        None if content.is_empty() => Ok(()),
        None => Err(HttpSignatureError::DigestMissing),
    }
}

/// A hasher for what a digest field needs; without one it only counts.
pub(crate) fn hasher(digest: Option<&ContentDigest>) -> ContentHasher {
    digest.map_or_else(|| ContentHasher::new([]), ContentDigest::hasher)
}

/// Whether a response can have content at all (RFC 9110 6.4.1, 15.3.6).
pub(crate) fn is_sent(method: &Method, status: StatusCode) -> bool {
    let never = status.is_informational()
        || matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
        || *method == Method::HEAD
        || (*method == Method::CONNECT && status.is_success());
    !never
}
