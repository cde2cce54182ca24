//! A signed response on its way to a peer: head, content, replay.

use crate::content::{self, Content};
use crate::digest::{ComputedDigest, ContentDigest, ContentHasher};
use crate::{HttpSignatureError, ResponseError};
use std::fmt;
use wimse_creds::UnixTime;
use wimse_creds::pop::binding::Possession;
use wimse_creds::pop::{
    Admissible, AdmitError, AuthenticatedPeer, CheckedProof, ReplayGuard, ReplayScope, ReplayStore,
};

/// The replay scope of responses: the nonce alone, apart from those of requests (SIG-3-37, decision 23).
const SCOPE: ReplayScope = ReplayScope::new("httpsig-response");

/// Who has answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// This workload, and it is the one expected.
    Authenticated(AuthenticatedPeer),
    /// Nobody knows: the response is not signed, and was not demanded to be (SIG-3.5-5). A middlebox may have taken the
    /// signature away, or written the response.
    Unsigned,
}

impl Answer {
    /// The workload that has answered, if it is known.
    #[must_use]
    pub fn peer(&self) -> Option<&AuthenticatedPeer> {
        match self {
            Self::Authenticated(peer) => Some(peer),
            Self::Unsigned => None,
        }
    }
}

/// What the head of a response says.
#[derive(Debug)]
#[must_use = "a head without its content authenticates nobody"]
// There is one for each response, and what is in it is taken out at once.
#[allow(clippy::large_enum_variant)]
pub enum ResponseHead {
    /// It is signed, and the signature is good so far.
    Signed(SignedResponse),
    /// It is not signed, and was not demanded to be.
    Unsigned,
}

/// The head of a signed response has been verified, the content is still to come. There is no peer yet.
#[must_use = "a head without its content authenticates nobody"]
pub struct SignedResponse {
    pub(super) possession: Possession,
    pub(super) nonce: Box<str>,
    pub(super) admissible: Admissible,
    pub(super) digest: Option<ContentDigest>,
}

impl SignedResponse {
    /// A hasher for the content, for bodies that are not held in memory: feed it every byte as received and finish with
    /// [`digest`](Self::digest). Nobody may use the content before (SIG-3-39).
    #[must_use]
    pub fn hasher(&self) -> ContentHasher {
        content::hasher(self.digest.as_ref())
    }

    /// Checks the content, as received: content codings are not undone. An empty slice for HEAD and where there is none.
    ///
    /// # Errors
    ///
    /// [`HttpSignatureError::Digest`] or [`HttpSignatureError::DigestMissing`].
    pub fn body(self, content: &[u8]) -> Result<CheckedResponse, ResponseError> {
        self.content(Content::Bytes(content))
    }

    /// Checks the content by what [`hasher`](Self::hasher) has computed of it.
    ///
    /// # Errors
    ///
    /// As [`body`](Self::body).
    pub fn digest(self, computed: &ComputedDigest) -> Result<CheckedResponse, ResponseError> {
        self.content(Content::Computed(computed))
    }

    fn content(self, content: Content<'_>) -> Result<CheckedResponse, ResponseError> {
        content::check(self.digest.as_ref(), content)?;
        let replay_key = self.possession.replay_key(SCOPE, self.nonce);
        Ok(CheckedResponse(self.possession.into_checked(replay_key, self.admissible)))
    }
}

impl fmt::Debug for SignedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedResponse").field("valid_until", &self.admissible.until).finish_non_exhaustive()
    }
}

/// A response of which everything has been verified but replay.
#[must_use = "a response that is not admitted authenticates nobody"]
#[derive(Debug)]
pub struct CheckedResponse(CheckedProof);

impl CheckedResponse {
    /// The proof that is to be admitted.
    pub fn proof(&self) -> &CheckedProof {
        &self.0
    }

    /// Admits the response, if its nonce has not been seen before: one atomic check-and-insert.
    ///
    /// # Errors
    ///
    /// [`HttpSignatureError::Admit`].
    pub fn admit(self, guard: &dyn ReplayGuard, now: UnixTime) -> Result<AuthenticatedPeer, ResponseError> {
        self.0.admit(guard, now).map_err(refused)
    }

    /// As [`admit`](Self::admit), by a store that is asked over a network.
    ///
    /// # Errors
    ///
    /// As [`admit`](Self::admit).
    pub async fn admit_async(
        self,
        store: &dyn ReplayStore,
        now: UnixTime,
    ) -> Result<AuthenticatedPeer, ResponseError> {
        self.0.admit_async(store, now).await.map_err(refused)
    }
}

fn refused(error: AdmitError) -> ResponseError {
    ResponseError::Refused(HttpSignatureError::Admit(error))
}
