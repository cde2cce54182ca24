//! A signed request on its way to a peer: head, content, replay.

use super::{Inbound, ResponseSigning};
use crate::HttpSignatureError;
use crate::content::{self, Content};
use crate::digest::{ComputedDigest, ContentDigest, ContentHasher};
use crate::exchange::Exchange;
use std::fmt;
use wimse_creds::UnixTime;
use wimse_creds::pop::binding::Possession;
use wimse_creds::pop::{
    Admissible, AdmitError, AuthenticatedPeer, CheckedProof, ReplayGuard, ReplayScope, ReplayStore,
};
use wimse_identifier::WorkloadIdentifier;

/// The replay scope of requests: the nonce alone, whoever sent it (SIG-3-37, decision 23).
const SCOPE: ReplayScope = ReplayScope::new("httpsig-request");

/// The head of a request has been verified, the content is still to come. There is no peer yet.
#[must_use = "a head without its content authenticates nobody"]
pub struct HeadChecked {
    pub(super) possession: Possession,
    pub(super) admissible: Admissible,
    pub(super) digest: Option<ContentDigest>,
    pub(super) asked: Asked,
}

/// What the answer needs to know.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) nonce: Box<str>,
    pub(super) exchange: Exchange,
    pub(super) response_demanded: bool,
    pub(super) response_signing: ResponseSigning,
}

impl HeadChecked {
    /// Who has signed the head. It is no peer: content and replay are still to be checked, and the head may have been sent by
    /// somebody else. It is for refusing early, and for the sender's share of what is held meanwhile.
    #[must_use]
    pub fn sender(&self) -> &WorkloadIdentifier {
        self.possession.sender()
    }

    /// Whether there is a `Content-Digest`. If there is none, content of any length will be refused, so it need not be
    /// read.
    #[must_use]
    pub fn expects_content(&self) -> bool {
        self.digest.is_some()
    }

    /// A hasher for the content, for bodies that are not held in memory: feed it every byte as received, content codings
    /// not undone, and finish with [`digest`](Self::digest). Spool the content meanwhile: nobody may use it before it
    /// has been verified (SIG-3-39).
    #[must_use]
    pub fn hasher(&self) -> ContentHasher {
        content::hasher(self.digest.as_ref())
    }

    /// Checks the content, as received: content codings are not undone. An empty slice if there is none.
    ///
    /// # Errors
    ///
    /// [`HttpSignatureError::Digest`] or [`HttpSignatureError::DigestMissing`].
    pub fn body(self, content: &[u8]) -> Result<CheckedRequest, HttpSignatureError> {
        self.content(Content::Bytes(content))
    }

    /// Checks the content by what [`hasher`](Self::hasher) has computed of it.
    ///
    /// # Errors
    ///
    /// As [`body`](Self::body).
    pub fn digest(self, computed: &ComputedDigest) -> Result<CheckedRequest, HttpSignatureError> {
        self.content(Content::Computed(computed))
    }

    fn content(self, content: Content<'_>) -> Result<CheckedRequest, HttpSignatureError> {
        content::check(self.digest.as_ref(), content)?;
        let replay_key = self.possession.replay_key(SCOPE, self.asked.nonce.clone());
        Ok(CheckedRequest {
            proof: self.possession.into_checked(replay_key, self.admissible),
            asked: self.asked,
        })
    }
}

impl fmt::Debug for HeadChecked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeadChecked").field("exchange", &self.asked.exchange).finish_non_exhaustive()
    }
}

/// A request of which everything has been verified but replay.
///
/// With two proofs on one request, check both and then admit both, so that a failing one burns nothing.
#[must_use = "a request that is not admitted authenticates nobody"]
#[derive(Debug)]
pub struct CheckedRequest {
    proof: CheckedProof,
    asked: Asked,
}

impl CheckedRequest {
    /// The proof that is to be admitted.
    pub fn proof(&self) -> &CheckedProof {
        &self.proof
    }

    /// Admits the request, if its nonce has not been seen before: one atomic check-and-insert.
    ///
    /// # Errors
    ///
    /// [`HttpSignatureError::Admit`], and [`HttpSignatureError::SignedResponseUnsupported`] if the request is good and
    /// demands what this server does not offer.
    pub fn admit(self, guard: &dyn ReplayGuard, now: UnixTime) -> Result<Inbound, HttpSignatureError> {
        let admitted = self.proof.admit(guard, now);
        self.asked.inbound(admitted)
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
    ) -> Result<Inbound, HttpSignatureError> {
        let admitted = self.proof.admit_async(store, now).await;
        self.asked.inbound(admitted)
    }
}

impl Asked {
    fn inbound(self, admitted: Result<AuthenticatedPeer, AdmitError>) -> Result<Inbound, HttpSignatureError> {
        let peer = admitted.map_err(HttpSignatureError::Admit)?;
        let response_required = match self.response_signing {
            // SIG8-3.6-3, decision 4: only now is it known who asks.
            ResponseSigning::Unsupported if self.response_demanded => {
                return Err(HttpSignatureError::SignedResponseUnsupported);
            }
            ResponseSigning::Unsupported => false,
            ResponseSigning::WhenRequired => self.response_demanded,
            ResponseSigning::Always => true,
        };
        Ok(Inbound { peer, nonce: self.nonce, exchange: self.exchange, response_required })
    }
}
