//! Signing requests.

use super::{PendingExchange, RequestOptions};
use crate::SignError;
use crate::content::Content;
use crate::digest::ComputedDigest;
use http::Request;
use wimse_creds::UnixTime;
use wimse_creds::pop::{Nonce, WitCredential};

/// Signs requests with the key of a WIT.
///
/// ```
/// use http::Request;
/// use wimse_creds::UnixTime;
/// use wimse_creds::pop::{Nonce, WitCredential};
/// use wimse_httpsig::{PendingExchange, Signer};
///
/// fn order(
///     credential: &WitCredential,
///     now: UnixTime,
/// ) -> Result<(Request<&'static [u8]>, PendingExchange), Box<dyn std::error::Error>> {
///     let body: &[u8] = br#"{"cones":2}"#;
///     let mut request = Request::post("https://api.example.com/orders?dry-run")
///         .header("content-type", "application/json")
///         .body(body)?;
///     let signer = Signer::new(credential).require_signed_response();
///     let pending = signer.sign(&mut request, body, now, Nonce::random()?)?;
///     Ok((request, pending))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Signer<'a> {
    credential: &'a WitCredential,
    options: RequestOptions,
}

impl<'a> Signer<'a> {
    /// With default options.
    #[must_use]
    pub fn new(credential: &'a WitCredential) -> Self {
        Self::with_options(credential, RequestOptions::default())
    }

    /// With options.
    #[must_use]
    pub fn with_options(credential: &'a WitCredential, options: RequestOptions) -> Self {
        Self { credential, options }
    }

    /// As [`RequestOptions::require_signed_response`].
    #[must_use]
    pub fn require_signed_response(mut self) -> Self {
        self.options = self.options.require_signed_response();
        self
    }

    /// Signs a request, last of all: nothing that is covered may change afterwards. Adds WIT, `Content-Digest` if there
    /// is content, `Signature-Input` and `Signature`.
    ///
    /// `content` is the body as it will be sent, after content coding; empty if there is none. `nonce` must be new for
    /// every request, a retry included. Keep the [`PendingExchange`]: it verifies the response.
    ///
    /// # Errors
    ///
    /// A [`SignError`]; the request is unchanged then.
    pub fn sign<B>(
        &self,
        request: &mut Request<B>,
        content: &[u8],
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PendingExchange, SignError> {
        self.sign_content(request, Content::Bytes(content), now, nonce)
    }

    /// As [`sign`](Self::sign), for content of which the digest has been computed.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    pub fn sign_with_digest<B>(
        &self,
        request: &mut Request<B>,
        content: &ComputedDigest,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PendingExchange, SignError> {
        self.sign_content(request, Content::Computed(content), now, nonce)
    }

    fn sign_content<B>(
        &self,
        request: &mut Request<B>,
        content: Content<'_>,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PendingExchange, SignError> {
        let draft = self.options.draft(request, content, self.credential.wit(), now, nonce)?;
        let signature = self.credential.sign(draft.draft.base.as_bytes(), now);
        let signature = signature.map_err(SignError::Credential)?;
        draft.finish(request, &signature)
    }
}
