//! Proofs that are signed elsewhere: a KMS, an HSM, an agent.

use crate::bound::Bound;
use crate::header;
use crate::prove::attach;
use crate::{ProofContext, ProofOptions, ProveError, Verifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use wimse_creds::key::PublicKey;
use wimse_creds::pop::{CredentialError, Nonce};
use wimse_creds::{UnixTime, WorkloadIdentityToken};

/// Proves possession with a key that this process does not hold.
///
/// ```
/// use wimse_creds::pop::Nonce;
/// use wimse_creds::{UnixTime, WorkloadIdentityToken};
/// use wimse_wpt::{ProofOptions, ProveError, RemoteProver};
///
/// fn call<B>(
///     wit: &WorkloadIdentityToken,
///     sign_in_kms: impl Fn(&[u8]) -> Vec<u8>,
///     request: &mut http::Request<B>,
///     now: UnixTime,
///     nonce: Nonce,
/// ) -> Result<(), ProveError> {
///     let prover = RemoteProver::new(wit, ProofOptions::default())?;
///     let prepared = prover.prepare(request, now, nonce)?;
///     let signature = sign_in_kms(prepared.signing_input());
///     prover.attach(request, prepared, &signature)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct RemoteProver<'a> {
    wit: &'a WorkloadIdentityToken,
    key: PublicKey,
    options: ProofOptions,
}

#[allow(clippy::needless_pass_by_value, reason = "a nonce is given away: it is good for one proof")]
impl<'a> RemoteProver<'a> {
    /// For the holder of the key of this WIT.
    ///
    /// # Errors
    ///
    /// [`ProveError::Credential`] if the WIT has no usable key.
    pub fn new(wit: &'a WorkloadIdentityToken, options: ProofOptions) -> Result<Self, ProveError> {
        let key = wit.claimed_confirmation_key();
        let key = key.map_err(|error| ProveError::Credential(CredentialError::Wit(error)))?;
        Ok(Self { wit, key, options })
    }

    /// Makes everything but the signature, for a request. Nothing is attached yet.
    ///
    /// # Errors
    ///
    /// A [`ProveError`].
    pub fn prepare<B>(
        &self,
        request: &Request<B>,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PreparedProof, ProveError> {
        let bound = Bound::to_request(request, &self.options, self.wit)?;
        self.options.prepare(bound, self.wit, &self.key, now, &nonce)
    }

    /// Makes everything but the signature, for another message.
    ///
    /// # Errors
    ///
    /// A [`ProveError`].
    pub fn prepare_message(
        &self,
        context: &ProofContext<'_>,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<PreparedProof, ProveError> {
        let bound = Bound::to_message(context, &self.options, self.wit)?;
        self.options.prepare(bound, self.wit, &self.key, now, &nonce)
    }

    /// Finishes a proof and attaches it, with the WIT, to the request it was prepared for.
    ///
    /// # Errors
    ///
    /// [`ProveError::Signature`], [`ProveError::OtherRequest`] if target, context tokens or WIT are not those that the
    /// proof was prepared for, and those of a request that cannot carry a proof.
    pub fn attach<B>(
        &self,
        request: &mut Request<B>,
        prepared: PreparedProof,
        signature: &[u8],
    ) -> Result<(), ProveError> {
        if Bound::to_request(request, &self.options, self.wit)? != prepared.bound {
            return Err(ProveError::OtherRequest);
        }
        attach(request, self.wit, prepared.checked(signature)?.into_field(signature), &self.options)
    }
}

/// A WPT without its signature.
#[derive(Clone)]
#[must_use = "a prepared proof is to be signed and finished"]
pub struct PreparedProof {
    /// What the `Authorization` field will say, up to the signature.
    field: String,
    key: PublicKey,
    bound: Bound,
}

impl PreparedProof {
    pub(crate) fn new(claims: &str, bound: Bound, key: &PublicKey) -> Result<Self, ProveError> {
        let header = header::encoded(key.algorithm());
        let encoded = |bytes: usize| (bytes * 4).div_ceil(3);
        let token = header.len() + 1 + encoded(claims.len()) + 1 + encoded(key.signature_bytes());
        // What a verifier would refuse for its size is not sent.
        if token > Verifier::DEFAULT_MAX_BYTES {
            return Err(ProveError::TooLarge { limit: Verifier::DEFAULT_MAX_BYTES });
        }
        let mut field = String::with_capacity(SCHEME.len() + token);
        for text in [SCHEME, &*header, "."] {
            field.push_str(text);
        }
        URL_SAFE_NO_PAD.encode_string(claims, &mut field);
        Ok(Self { field, key: key.clone(), bound })
    }

    /// The bytes to sign, with the algorithm of the key: JWS form, so R || S for ECDSA.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        &self.field.as_bytes()[SCHEME.len()..]
    }

    /// Checks the signature and makes the WPT.
    ///
    /// # Errors
    ///
    /// [`ProveError::Signature`] if it is not by the key of the WIT.
    pub fn finish(self, signature: &[u8]) -> Result<String, ProveError> {
        Ok(self.checked(signature)?.into_token(signature))
    }

    fn checked(self, signature: &[u8]) -> Result<Self, ProveError> {
        self.key.verify(self.signing_input(), signature).map_err(|_| ProveError::Signature)?;
        Ok(self)
    }

    /// The WPT, with a signature that our own key made or that has been checked.
    pub(crate) fn into_token(self, signature: &[u8]) -> String {
        self.into_field(signature).split_off(SCHEME.len())
    }

    /// The same, as the `Authorization` field has it (WPT-2.2-1).
    pub(crate) fn into_field(self, signature: &[u8]) -> String {
        let mut field = self.field;
        field.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut field);
        field
    }
}

/// The scheme of the field, and the space after it.
const SCHEME: &str = "WPT ";

impl std::fmt::Debug for PreparedProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreparedProof").field("key", &self.key).finish_non_exhaustive()
    }
}
