//! How a workload says who it is before it has a credential.

use super::RenewalError;
use ::http::HeaderValue;
use std::fmt;
use std::path::PathBuf;
use wimse_mtls::read_file;
use zeroize::Zeroizing;

/// How a workload introduces itself to an identity server: by a bearer token that its platform has given to it.
pub enum Enrolment {
    /// A token in a file, read again for each request, as the token of a Kubernetes service account.
    TokenFile(PathBuf),
    /// A token that is good for the first time only. After that the workload proves who it is by its current WIT and a
    /// Workload Proof Token; without a valid WIT the join token is tried again.
    JoinToken(Zeroizing<String>),
}

impl Enrolment {
    /// A token that is good for the first time only.
    #[must_use]
    pub fn join_token(token: impl Into<String>) -> Self {
        Self::JoinToken(Zeroizing::new(token.into()))
    }

    /// A token in a file, read again for each request.
    #[must_use]
    pub fn token_file(path: impl Into<PathBuf>) -> Self {
        Self::TokenFile(path.into())
    }

    /// Whether a valid WIT is to be used instead.
    pub(super) fn is_for_once(&self) -> bool {
        matches!(self, Self::JoinToken(_))
    }

    /// The field value `Bearer …` (RFC 6750 2.1).
    pub(super) async fn authorization(&self) -> Result<HeaderValue, RenewalError> {
        match self {
            Self::JoinToken(token) => bearer(token.as_bytes()),
            Self::TokenFile(path) => {
                let path = path.clone();
                let content = tokio::task::spawn_blocking(move || read_file(&path)).await;
                bearer(&content.map_err(|_| RenewalError::Cancelled)??)
            }
        }
    }
}

fn bearer(token: &[u8]) -> Result<HeaderValue, RenewalError> {
    let token = token.trim_ascii();
    let is_token_character = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte);
    if token.is_empty() || token.len() > LIMIT || !token.iter().all(is_token_character) {
        return Err(RenewalError::Enrolment);
    }
    let value = Zeroizing::new([b"Bearer ", token].concat());
    let mut value = HeaderValue::from_bytes(&value).map_err(|_| RenewalError::Enrolment)?;
    value.set_sensitive(true);
    Ok(value)
}

const LIMIT: usize = 16 * 1024;

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TokenFile(path) => f.debug_tuple("TokenFile").field(path).finish(),
            Self::JoinToken(_) => f.write_str("JoinToken"),
        }
    }
}
