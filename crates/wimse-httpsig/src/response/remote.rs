//! Responses that are signed elsewhere: in a KMS, an HSM, an agent.

use super::ResponseOptions;
use super::draft::ResponseDraft;
use crate::content::Content;
use crate::digest::ComputedDigest;
use crate::{Inbound, SignError};
use http::Response;
use wimse_creds::key::PublicKey;
use wimse_creds::pop::{CredentialError, Nonce};
use wimse_creds::{UnixTime, WorkloadIdentityToken};

/// Signs responses with a key that this process does not hold. As [`RemoteSigner`](crate::RemoteSigner) does requests.
#[derive(Debug, Clone)]
pub struct RemoteResponseSigner<'a> {
    wit: &'a WorkloadIdentityToken,
    key: PublicKey,
    options: ResponseOptions,
}

#[allow(clippy::needless_pass_by_value, reason = "a nonce is given away: it is good for one signature")]
impl<'a> RemoteResponseSigner<'a> {
    /// For the holder of the key of this WIT.
    ///
    /// # Errors
    ///
    /// [`SignError::Credential`] if the WIT has no usable key.
    pub fn new(wit: &'a WorkloadIdentityToken, options: ResponseOptions) -> Result<Self, SignError> {
        let key = wit.claimed_confirmation_key();
        let key = key.map_err(|error| SignError::Credential(CredentialError::Wit(error)))?;
        Ok(Self { wit, key, options })
    }

    /// Makes everything but the signature. Nothing is added to the response yet.
    ///
    /// # Errors
    ///
    /// A [`SignError`].
    pub fn prepare<B>(
        &self,
        inbound: &Inbound,
        response: &Response<B>,
        content: &[u8],
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PreparedResponse, SignError> {
        self.draft(inbound, response, Content::Bytes(content), now, &nonce)
    }

    /// As [`prepare`](Self::prepare), for content of which the digest has been computed.
    ///
    /// # Errors
    ///
    /// As [`prepare`](Self::prepare).
    pub fn prepare_with_digest<B>(
        &self,
        inbound: &Inbound,
        response: &Response<B>,
        content: &ComputedDigest,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PreparedResponse, SignError> {
        self.draft(inbound, response, Content::Computed(content), now, &nonce)
    }

    fn draft<B>(
        &self,
        inbound: &Inbound,
        response: &Response<B>,
        content: Content<'_>,
        now: UnixTime,
        nonce: &Nonce,
    ) -> Result<PreparedResponse, SignError> {
        self.options.draft(inbound, response, content, self.wit, now, nonce).map(PreparedResponse)
    }

    /// Adds the signature, and all that it covers, to the response that it was prepared for.
    ///
    /// # Errors
    ///
    /// [`SignError::Signature`] if it is not by the key of the WIT, [`SignError::OtherMessage`] if the response, or the
    /// request that it answers, is another. The response is unchanged then.
    pub fn attach<B>(
        &self,
        inbound: &Inbound,
        response: &mut Response<B>,
        prepared: PreparedResponse,
        signature: &[u8],
    ) -> Result<(), SignError> {
        prepared.0.0.check_signature(&self.key, signature)?;
        prepared.0.attach(inbound, response, signature)
    }
}

/// A response without its signature.
#[derive(Debug, Clone)]
#[must_use = "a prepared signature is to be made and attached"]
pub struct PreparedResponse(ResponseDraft);

impl PreparedResponse {
    /// The signature base: the bytes to sign, with the algorithm of the key, in JWS form, so R || S for ECDSA.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.0.0.base.as_bytes()
    }
}
