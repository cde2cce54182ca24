//! Digests of content that comes in pieces.

use super::{ContentDigest, DigestAlgorithm};
use sha2::{Digest as _, Sha256, Sha512};

/// Hashes content piece by piece.
#[derive(Debug, Clone)]
pub struct ContentHasher {
    sha256: Option<Sha256>,
    sha512: Option<Sha512>,
    length: u64,
}

impl ContentHasher {
    /// Computes these digests. A recipient takes [`ContentDigest::hasher`], which computes what the field has.
    #[must_use]
    pub fn new(algorithms: impl IntoIterator<Item = DigestAlgorithm>) -> Self {
        let mut hasher = Self { sha256: None, sha512: None, length: 0 };
        for algorithm in algorithms {
            match algorithm {
                DigestAlgorithm::Sha256 => hasher.sha256 = Some(Sha256::new()),
                DigestAlgorithm::Sha512 => hasher.sha512 = Some(Sha512::new()),
            }
        }
        hasher
    }

    /// The next piece of the content.
    pub fn update(&mut self, piece: &[u8]) {
        if let Some(sha256) = &mut self.sha256 {
            sha256.update(piece);
        }
        if let Some(sha512) = &mut self.sha512 {
            sha512.update(piece);
        }
        self.length = self.length.saturating_add(piece.len() as u64);
    }

    /// How many bytes came so far.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// That was all.
    #[must_use]
    pub fn finish(self) -> ComputedDigest {
        ComputedDigest {
            sha256: self.sha256.map(|hash| hash.finalize().into()),
            sha512: self.sha512.map(|hash| hash.finalize().into()),
            length: self.length,
        }
    }
}

/// The digests of some content, computed here. Only a [`ContentHasher`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComputedDigest {
    pub(super) sha256: Option<[u8; 32]>,
    pub(super) sha512: Option<[u8; 64]>,
    length: u64,
}

impl ComputedDigest {
    /// The digests of a whole content.
    #[must_use]
    pub fn of(algorithms: impl IntoIterator<Item = DigestAlgorithm>, content: &[u8]) -> Self {
        let mut hasher = ContentHasher::new(algorithms);
        hasher.update(content);
        hasher.finish()
    }

    /// The length of the content, in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Whether there was no content.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The field for this content; `None` if nothing was computed.
    #[must_use]
    pub fn to_content_digest(&self) -> Option<ContentDigest> {
        ContentDigest::from_parts(self.sha256, self.sha512)
    }
}
