//! Requests that are signed elsewhere: in a KMS, an HSM, an agent.

use super::draft::RequestDraft;
use super::{PendingExchange, RequestOptions};
use crate::SignError;
use crate::content::Content;
use crate::digest::ComputedDigest;
use http::{Request, Uri};
use std::fmt;
use wimse_creds::key::PublicKey;
use wimse_creds::pop::{CredentialError, Nonce};
use wimse_creds::{UnixTime, WorkloadIdentityToken};

/// Signs requests with a key that this process does not hold.
///
/// ```
/// use http::Request;
/// use wimse_creds::pop::Nonce;
/// use wimse_creds::{UnixTime, WorkloadIdentityToken};
/// use wimse_httpsig::{PendingExchange, RemoteSigner, RequestOptions, SignError};
///
/// fn call(
///     wit: &WorkloadIdentityToken,
///     sign_in_kms: impl Fn(&[u8]) -> Vec<u8>,
///     request: &mut Request<Vec<u8>>,
///     now: UnixTime,
///     nonce: Nonce,
/// ) -> Result<PendingExchange, SignError> {
///     let signer = RemoteSigner::new(wit, RequestOptions::default())?;
///     let prepared = signer.prepare(request, request.body(), now, nonce)?;
///     let signature = sign_in_kms(prepared.signing_input());
///     signer.attach(request, prepared, &signature)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct RemoteSigner<'a> {
    wit: &'a WorkloadIdentityToken,
    key: PublicKey,
    options: RequestOptions,
}

impl<'a> RemoteSigner<'a> {
    /// For the holder of the key of this WIT.
    ///
    /// # Errors
    ///
    /// [`SignError::Credential`] if the WIT has no usable key.
    pub fn new(wit: &'a WorkloadIdentityToken, options: RequestOptions) -> Result<Self, SignError> {
        let key = wit.claimed_confirmation_key();
        let key = key.map_err(|error| SignError::Credential(CredentialError::Wit(error)))?;
        Ok(Self { wit, key, options })
    }

    /// Makes everything but the signature. Nothing is added to the request yet.
    ///
    /// # Errors
    ///
    /// A [`SignError`].
    pub fn prepare<B>(
        &self,
        request: &Request<B>,
        content: &[u8],
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PreparedRequest, SignError> {
        self.draft(request, Content::Bytes(content), now, nonce)
    }

    /// As [`prepare`](Self::prepare), for content of which the digest has been computed.
    ///
    /// # Errors
    ///
    /// As [`prepare`](Self::prepare).
    pub fn prepare_with_digest<B>(
        &self,
        request: &Request<B>,
        content: &ComputedDigest,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PreparedRequest, SignError> {
        self.draft(request, Content::Computed(content), now, nonce)
    }

    fn draft<B>(
        &self,
        request: &Request<B>,
        content: Content<'_>,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PreparedRequest, SignError> {
        let draft = self.options.draft(request, content, self.wit, now, nonce)?;
        Ok(PreparedRequest { draft, uri: request.uri().clone() })
    }

    /// Adds the signature, and all that it covers, to the request that it was prepared for.
    ///
    /// # Errors
    ///
    /// [`SignError::Signature`] if it is not by the key of the WIT, [`SignError::OtherMessage`] if the request has
    /// changed since, or any that [`prepare`](Self::prepare) could give. The request is unchanged then.
    pub fn attach<B>(
        &self,
        request: &mut Request<B>,
        prepared: PreparedRequest,
        signature: &[u8],
    ) -> Result<PendingExchange, SignError> {
        prepared.draft.draft.check_signature(&self.key, signature)?;
        // Scheme and authority are not covered, and decide who gets the request, and over which channel.
        if *request.uri() != prepared.uri {
            return Err(SignError::OtherMessage);
        }
        prepared.draft.attach(request, signature)
    }
}

/// A request without its signature.
#[derive(Clone)]
#[must_use = "a prepared signature is to be made and attached"]
pub struct PreparedRequest {
    draft: RequestDraft,
    uri: Uri,
}

impl PreparedRequest {
    /// The signature base: the bytes to sign, with the algorithm of the key, in JWS form, so R || S for ECDSA.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.draft.draft.base.as_bytes()
    }
}

impl fmt::Debug for PreparedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PreparedRequest").field(&self.draft).finish()
    }
}
