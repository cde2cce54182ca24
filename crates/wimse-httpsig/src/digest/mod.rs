//! `Content-Digest` (RFC 9530): the digest of the content, which a signature can cover.
//!
//! The digest is over the content as received: after content coding, before transfer coding. For content that comes in
//! pieces, feed a [`ContentHasher`]; nothing of it is good before the digest is known.
//!
//! ```
//! use http::HeaderMap;
//! use wimse_httpsig::digest::{ContentDigest, DigestAlgorithm};
//!
//! let mut headers = HeaderMap::new();
//! let digest = ContentDigest::of(DigestAlgorithm::Sha256, br#"{"hello": "world"}"#);
//! headers.insert("content-digest", digest.to_value());
//! assert_eq!(headers["content-digest"], "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
//!
//! let received = ContentDigest::parse(&headers)?.ok_or("no digest")?;
//! let mut hasher = received.hasher();
//! hasher.update(br#"{"hello": "#);
//! hasher.update(br#""world"}"#);
//! received.verify_computed(&hasher.finish())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod field;
mod hasher;

pub use field::{ContentDigest, DigestError};
pub use hasher::{ComputedDigest, ContentHasher};

use http::header::HeaderName;

/// The field name `Content-Digest`.
pub const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");

/// A hash algorithm that is good in an adversarial setting (RFC 9530 5, status "Active").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// Every algorithm that is supported.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Sha512];

    /// The key in the field, such as `sha-256`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Sha512 => "sha-512",
        }
    }
}
