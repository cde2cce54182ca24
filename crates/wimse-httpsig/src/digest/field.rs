//! The `Content-Digest` field (RFC 9530 2).

use super::{CONTENT_DIGEST, ComputedDigest, ContentHasher, DigestAlgorithm};
use crate::message::{Excerpt, Fields, unfold};
use http::header::HeaderValue;
use sfv::visitor::{
    DictionaryVisitor, EntryVisitor, Ignored, InnerListVisitor, ItemVisitor, ParameterVisitor,
};
use sfv::{BareItemFromInput, DictSerializer, KeyRef, Parser};
use std::fmt;

/// The digests of a `Content-Digest` field that this crate supports; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentDigest {
    sha256: Option<[u8; 32]>,
    sha512: Option<[u8; 64]>,
}

impl ContentDigest {
    /// Bytes of all lines of the field together: 4 KiB.
    pub const MAX_BYTES: usize = 4 * 1024;
    /// Members of the field: 16.
    pub const MAX_MEMBERS: usize = 16;

    /// Reads the field, in one line or several; `None` if it is not there.
    ///
    /// At least one digest must be supported. One that is insecure is refused (RFC 9530 5: `md5`, `sha`, `unixsum`,
    /// `unixcksum`, `adler`, `crc32c`), any other is ignored.
    ///
    /// # Errors
    ///
    /// A [`DigestError`].
    pub fn parse<'f>(fields: impl Into<Fields<'f>>) -> Result<Option<Self>, DigestError> {
        let (fields, name) = (fields.into(), CONTENT_DIGEST);
        let field = fields.field(&name);
        if !field.is_there() {
            return Ok(None);
        }
        if field.bytes() > Self::MAX_BYTES {
            return Err(DigestError::TooLarge { limit: Self::MAX_BYTES });
        }
        let mut members =
            Members { found: Self { sha256: None, sha512: None }, others: Vec::new(), error: None };
        for line in field.lines() {
            let line = unfold(line).map_err(|_| DigestError::Malformed)?;
            if line.is_empty() {
                return Err(DigestError::Malformed);
            }
            let read = Parser::new(&line).parse_dictionary_with_visitor(Visit(&mut members));
            read.map_err(|_| members.error.take().unwrap_or(DigestError::Malformed))?;
        }
        let found = members.found;
        Self::from_parts(found.sha256, found.sha512).map(Some).ok_or(DigestError::Unsupported)
    }

    /// The digest of a whole content.
    #[must_use]
    pub fn of(algorithm: DigestAlgorithm, content: &[u8]) -> Self {
        let computed = ComputedDigest::of([algorithm], content);
        Self { sha256: computed.sha256, sha512: computed.sha512 }
    }

    pub(super) fn from_parts(sha256: Option<[u8; 32]>, sha512: Option<[u8; 64]>) -> Option<Self> {
        (sha256.is_some() || sha512.is_some()).then_some(Self { sha256, sha512 })
    }

    /// The algorithms of the digests.
    pub fn algorithms(&self) -> impl Iterator<Item = DigestAlgorithm> + use<> {
        let sha256 = self.sha256.map(|_| DigestAlgorithm::Sha256);
        let sha512 = self.sha512.map(|_| DigestAlgorithm::Sha512);
        sha256.into_iter().chain(sha512)
    }

    /// A hasher for content that comes in pieces.
    #[must_use]
    pub fn hasher(&self) -> ContentHasher {
        ContentHasher::new(self.algorithms())
    }

    /// Checks that every digest is that of the content.
    ///
    /// # Errors
    ///
    /// [`DigestError::Mismatch`].
    pub fn verify(&self, content: &[u8]) -> Result<(), DigestError> {
        self.verify_computed(&ComputedDigest::of(self.algorithms(), content))
    }

    /// Checks that every digest is the one that was computed. One that was not computed counts as a wrong one.
    ///
    /// # Errors
    ///
    /// [`DigestError::Mismatch`].
    pub fn verify_computed(&self, computed: &ComputedDigest) -> Result<(), DigestError> {
        let is_sha256 = self.sha256.is_none() || self.sha256 == computed.sha256;
        let is_sha512 = self.sha512.is_none() || self.sha512 == computed.sha512;
        if is_sha256 && is_sha512 { Ok(()) } else { Err(DigestError::Mismatch) }
    }

    /// The value of the field.
    #[must_use]
    pub fn to_value(&self) -> HeaderValue {
        HeaderValue::try_from(self.to_text()).unwrap_or(HeaderValue::from_static(""))
    }

    fn to_text(&self) -> String {
        let mut text = String::with_capacity(128);
        let mut members = DictSerializer::with_buffer(&mut text);
        if let Some(hash) = &self.sha256 {
            let _ = members.bare_item(sfv::key_ref("sha-256"), &hash[..]);
        }
        if let Some(hash) = &self.sha512 {
            let _ = members.bare_item(sfv::key_ref("sha-512"), &hash[..]);
        }
        let _ = members.finish();
        text
    }
}

/// The value of the field.
impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

/// RFC 9530 5: "Deprecated", which must not be used where somebody may want to deceive.
const INSECURE: [&str; 6] = ["md5", "sha", "unixsum", "unixcksum", "adler", "crc32c"];

/// Why a `Content-Digest` was refused. The variants are in the order of the checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DigestError {
    /// The lines together are longer than the limit, in bytes.
    #[error("the Content-Digest field is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// A line is empty or no Dictionary, or a digest is no Byte Sequence of the right length.
    #[error("the Content-Digest field is malformed")]
    Malformed,
    /// More members than the limit.
    #[error("the Content-Digest field has more than {limit} members")]
    TooManyMembers {
        /// The limit.
        limit: usize,
    },
    /// An algorithm is there twice.
    #[error("the algorithm {0} is there twice")]
    Repeated(Excerpt),
    /// An insecure algorithm.
    #[error("the algorithm {0} is insecure")]
    Insecure(Excerpt),
    /// No algorithm is supported.
    #[error("the Content-Digest field has no supported algorithm")]
    Unsupported,
    /// A digest is not that of the content.
    #[error("the content has another digest")]
    Mismatch,
}

impl DigestError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "httpsig.digest_too_large",
            Self::Malformed => "httpsig.digest_malformed",
            Self::TooManyMembers { .. } => "httpsig.digest_too_many_members",
            Self::Repeated(_) => "httpsig.digest_repeated",
            Self::Insecure(_) => "httpsig.digest_insecure",
            Self::Unsupported => "httpsig.digest_unsupported",
            Self::Mismatch => "httpsig.digest_mismatch",
        }
    }
}

struct Members {
    found: ContentDigest,
    /// The keys so far of what is not supported, to see one that is there twice.
    others: Vec<String>,
    error: Option<DigestError>,
}

impl Members {
    fn refuse(&mut self, error: DigestError) -> Stop {
        self.error = Some(error);
        Stop
    }

    fn begin(&mut self, key: &str) -> Result<(), DigestError> {
        if self.others.len() + self.found.algorithms().count() == ContentDigest::MAX_MEMBERS {
            return Err(DigestError::TooManyMembers { limit: ContentDigest::MAX_MEMBERS });
        }
        // A supported one has been taken before the next one begins.
        let supported = DigestAlgorithm::ALL.into_iter().find(|algorithm| algorithm.key() == key);
        let is_repeated = match supported {
            Some(algorithm) => self.found.algorithms().any(|found| found == algorithm),
            None => self.others.iter().any(|earlier| earlier == key),
        };
        if is_repeated {
            return Err(DigestError::Repeated(Excerpt::new(key)));
        }
        if INSECURE.contains(&key) {
            return Err(DigestError::Insecure(Excerpt::new(key)));
        }
        if supported.is_none() {
            self.others.push(key.to_owned());
        }
        Ok(())
    }

    fn take(&mut self, key: &str, value: &BareItemFromInput<'_>) -> Result<(), DigestError> {
        let bytes = value.as_byte_sequence().unwrap_or_default();
        match key {
            "sha-256" => self.found.sha256 = Some(bytes.try_into().map_err(|_| DigestError::Malformed)?),
            "sha-512" => self.found.sha512 = Some(bytes.try_into().map_err(|_| DigestError::Malformed)?),
            _ => {}
        }
        Ok(())
    }
}

/// Ends the parsing; the cause is kept beside, since the parser keeps only its text.
#[derive(Debug)]
struct Stop;

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl std::error::Error for Stop {}

struct Visit<'s>(&'s mut Members);

impl<'de> DictionaryVisitor<'de> for Visit<'_> {
    type Out = ();
    type Error = Stop;

    fn entry(&mut self, key: &'de KeyRef) -> Result<impl EntryVisitor<'de>, Stop> {
        let (members, key) = (&mut *self.0, key.as_str());
        members.begin(key).map_err(|error| members.refuse(error))?;
        Ok(Member { members, key })
    }

    fn finish(self) -> Result<(), Stop> {
        Ok(())
    }
}

struct Member<'s, 'de> {
    members: &'s mut Members,
    key: &'de str,
}

impl<'de> EntryVisitor<'de> for Member<'_, 'de> {
    type Error = Stop;

    fn item(self) -> Result<impl ItemVisitor<'de>, Stop> {
        Ok(self)
    }

    fn inner_list(self) -> Result<impl InnerListVisitor<'de>, Stop> {
        // A list is nobody's digest: what is not supported is not looked into.
        let taken = self.members.take(self.key, &BareItemFromInput::Boolean(true));
        taken.map_err(|error| self.members.refuse(error))?;
        Ok(Ignored)
    }
}

impl<'de> ItemVisitor<'de> for Member<'_, 'de> {
    type Out = ();
    type Error = Stop;

    fn bare_item(self, item: BareItemFromInput<'de>) -> Result<impl ParameterVisitor<'de, Out = ()>, Stop> {
        let taken = self.members.take(self.key, &item);
        taken.map_err(|error| self.members.refuse(error))?;
        Ok(Ignored)
    }
}
