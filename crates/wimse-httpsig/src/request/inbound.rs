//! A verified request, and its answer.

use crate::exchange::Exchange;
use crate::{ResponseOptions, ResponseSigner, SignError};
use http::Response;
use wimse_creds::UnixTime;
use wimse_creds::pop::{AuthenticatedPeer, Nonce, WitCredential};

/// A request that has been verified and admitted: who is calling, and what a signed response needs to know of it.
///
/// Only this can be answered with a signature: over the nonce of a request that failed, nothing is signed. It
/// cannot be made from anything but an admitted request:
///
/// ```compile_fail
/// use wimse_creds::pop::AuthenticatedPeer;
/// use wimse_httpsig::HeadChecked;
/// fn caller(head: HeadChecked) -> AuthenticatedPeer { head.peer().clone() }
/// ```
///
/// ```compile_fail
/// use wimse_creds::pop::AuthenticatedPeer;
/// use wimse_httpsig::CheckedRequest;
/// fn caller(checked: CheckedRequest) -> AuthenticatedPeer { checked.peer().clone() }
/// ```
///
/// The twin that compiles:
///
/// ```
/// use wimse_creds::UnixTime;
/// use wimse_creds::pop::{AuthenticatedPeer, ReplayGuard};
/// use wimse_httpsig::{HeadChecked, HttpSignatureError};
/// fn caller(
///     head: HeadChecked,
///     content: &[u8],
///     guard: &dyn ReplayGuard,
///     now: UnixTime,
/// ) -> Result<AuthenticatedPeer, HttpSignatureError> {
///     Ok(head.body(content)?.admit(guard, now)?.peer().clone())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Inbound {
    pub(super) peer: AuthenticatedPeer,
    pub(super) nonce: Box<str>,
    pub(crate) exchange: Exchange,
    pub(super) response_required: bool,
}

impl Inbound {
    /// Who is calling. [`AuthenticatedPeer::covers`] tells which components and fields the signature covers; do not act
    /// on others.
    #[must_use]
    pub fn peer(&self) -> &AuthenticatedPeer {
        &self.peer
    }

    /// `nonce` of the request, for logs and audit.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Whether the response must be signed, because the request or the local policy says so. If it cannot be, answer
    /// with [`problem::signed_response_unavailable`](crate::problem::signed_response_unavailable), never with a
    /// successful unsigned response (SIG-3.5-2, SIG-3.5-3).
    #[must_use]
    pub fn response_required(&self) -> bool {
        self.response_required
    }

    /// Signs the response, last of all, with the usual options: see [`ResponseSigner`] for others.
    ///
    /// `nonce` must be new for every response.
    ///
    /// # Errors
    ///
    /// A [`SignError`]; the response is unchanged then.
    pub fn sign_response<B>(
        &self,
        response: &mut Response<B>,
        content: &[u8],
        credential: &WitCredential,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<(), SignError> {
        let signer = ResponseSigner::with_options(credential, ResponseOptions::default());
        signer.sign(self, response, content, now, nonce)
    }
}
