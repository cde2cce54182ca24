//! Signing responses.

use super::ResponseOptions;
use crate::content::Content;
use crate::digest::ComputedDigest;
use crate::{Inbound, SignError};
use http::Response;
use wimse_creds::UnixTime;
use wimse_creds::pop::{Nonce, WitCredential};

/// Signs the responses to verified requests, with the key of the server's own WIT (SIG-3.5-1).
///
/// ```
/// use http::Response;
/// use wimse_creds::UnixTime;
/// use wimse_creds::pop::{Nonce, WitCredential};
/// use wimse_httpsig::{Inbound, ResponseOptions, ResponseSigner};
///
/// fn answer(
///     inbound: &Inbound,
///     credential: &WitCredential,
///     now: UnixTime,
/// ) -> Result<Response<&'static str>, Box<dyn std::error::Error>> {
///     let mut response = Response::builder().header("content-type", "text/plain").body("two cones")?;
///     let options = ResponseOptions::default().cover_request_wit();
///     let signer = ResponseSigner::with_options(credential, options);
///     signer.sign(inbound, &mut response, b"two cones", now, Nonce::random()?)?;
///     Ok(response)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct ResponseSigner<'a> {
    credential: &'a WitCredential,
    options: ResponseOptions,
}

#[allow(clippy::needless_pass_by_value, reason = "a nonce is given away: it is good for one signature")]
impl<'a> ResponseSigner<'a> {
    /// With default options.
    #[must_use]
    pub fn new(credential: &'a WitCredential) -> Self {
        Self::with_options(credential, ResponseOptions::default())
    }

    /// With options.
    #[must_use]
    pub fn with_options(credential: &'a WitCredential, options: ResponseOptions) -> Self {
        Self { credential, options }
    }

    /// Signs a response, last of all: nothing that is covered may change afterwards. Adds the server's WIT,
    /// `Content-Digest` if there is content, `Signature-Input` and `Signature`.
    ///
    /// `content` is the body as it will be sent, after content coding. It is taken as none where a response has none:
    /// to HEAD, with 204 and 304, and so on. `nonce` must be new for every response.
    ///
    /// # Errors
    ///
    /// A [`SignError`]; the response is unchanged then.
    pub fn sign<B>(
        &self,
        inbound: &Inbound,
        response: &mut Response<B>,
        content: &[u8],
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<(), SignError> {
        self.sign_content(inbound, response, Content::Bytes(content), now, &nonce)
    }

    /// As [`sign`](Self::sign), for content of which the digest has been computed.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign).
    pub fn sign_with_digest<B>(
        &self,
        inbound: &Inbound,
        response: &mut Response<B>,
        content: &ComputedDigest,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<(), SignError> {
        self.sign_content(inbound, response, Content::Computed(content), now, &nonce)
    }

    fn sign_content<B>(
        &self,
        inbound: &Inbound,
        response: &mut Response<B>,
        content: Content<'_>,
        now: UnixTime,
        nonce: &Nonce,
    ) -> Result<(), SignError> {
        let wit = self.credential.wit();
        let draft = self.options.draft(inbound, response, content, wit, now, nonce)?;
        let signature = self.credential.sign(draft.0.base.as_bytes(), now);
        draft.finish(response, &signature.map_err(SignError::Credential)?)
    }
}
