//! What makes a proof unique.

use crate::jose::base64url;
use std::fmt;

/// The unique identifier of one proof: the `jti` of a WPT, the `nonce` of a signature.
///
/// 16 random bytes in base64url (WPT-2-7), or a value that the caller was given.
///
/// ```
/// use wimse_creds::pop::Nonce;
///
/// assert_eq!(Nonce::random()?.as_str().len(), 22);
/// assert_eq!(Nonce::from_bytes([0; 16]).as_str(), "AAAAAAAAAAAAAAAAAAAAAA");
/// # Ok::<(), wimse_creds::pop::NonceError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Nonce(Box<str>);

impl Nonce {
    /// A new one, from 16 random bytes of the operating system.
    ///
    /// # Errors
    ///
    /// [`NonceError::Random`].
    pub fn random() -> Result<Self, NonceError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| NonceError::Random)?;
        Ok(Self::from_bytes(bytes))
    }

    /// From 16 bytes, which must be unpredictable and new, except where output is to be reproduced.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(base64url::encode(&bytes).into_boxed_str())
    }

    /// A value given by someone else: 1 to 256 visible ASCII characters without `"` and `\`.
    ///
    /// # Errors
    ///
    /// [`NonceError::Text`].
    pub fn from_text(text: &str) -> Result<Self, NonceError> {
        let fits = (1..=256).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'));
        if fits { Ok(Self(text.into())) } else { Err(NonceError::Text) }
    }

    /// As it stands in the proof.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Nonce> for Box<str> {
    fn from(nonce: Nonce) -> Self {
        nonce.0
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nonce({})", self.0)
    }
}

/// Why there is no nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NonceError {
    /// The operating system gave no random bytes.
    #[error("no random bytes from the operating system")]
    Random,
    /// Empty, longer than 256 characters, or with characters that do not fit.
    #[error("a nonce has 1 to 256 visible ASCII characters, without quotes and backslashes")]
    Text,
}

impl NonceError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Random => "nonce.random",
            Self::Text => "nonce.text",
        }
    }
}
