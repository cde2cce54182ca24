//! Making a WPT.

use crate::bound::Bound;
use crate::context::TXN_TOKEN;
use crate::{ProofContext, ProofOptions, ProveError};
use http::Request;
use http::header::{AUTHORIZATION, HeaderValue};
use wimse_creds::pop::{Nonce, WitCredential};
use wimse_creds::{UnixTime, WORKLOAD_IDENTITY_TOKEN, WorkloadIdentityToken};

/// Proves possession of the key of a WIT, request by request.
///
/// ```
/// use wimse_creds::UnixTime;
/// use wimse_creds::pop::{Nonce, WitCredential};
/// use wimse_wpt::{ProveError, Prover};
///
/// fn call(credential: &WitCredential, now: UnixTime) -> Result<http::Request<()>, Box<dyn std::error::Error>> {
///     let mut request = http::Request::post("https://api.example.com/orders").body(())?;
///     Prover::new(credential).attach(&mut request, now, Nonce::random()?)?;
///     assert!(request.headers().contains_key("workload-identity-token"));
///     Ok(request)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Prover<'a> {
    credential: &'a WitCredential,
    options: ProofOptions,
}

#[allow(clippy::needless_pass_by_value, reason = "a nonce is given away: it is good for one proof")]
impl<'a> Prover<'a> {
    /// With default options.
    #[must_use]
    pub fn new(credential: &'a WitCredential) -> Self {
        Self::with_options(credential, ProofOptions::default())
    }

    /// With options.
    #[must_use]
    pub fn with_options(credential: &'a WitCredential, options: ProofOptions) -> Self {
        Self { credential, options }
    }

    /// Attaches WIT and WPT to a request, last of all: context fields must be there already.
    ///
    /// `nonce` becomes the `jti` and must be new for every request, a retry included.
    ///
    /// # Errors
    ///
    /// A [`ProveError`]; the request is unchanged then.
    pub fn attach<B>(&self, request: &mut Request<B>, now: UnixTime, nonce: Nonce) -> Result<(), ProveError> {
        let (wit, key) = (self.credential.wit(), self.credential.public_key());
        let bound = Bound::to_request(request, &self.options, wit)?;
        let prepared = self.options.prepare(bound, wit, key, now, &nonce)?;
        let signature =
            self.credential.sign(prepared.signing_input(), now).map_err(ProveError::Credential)?;
        attach(request, wit, prepared.into_field(&signature), &self.options)
    }

    /// Makes the WPT for a message that is not an HTTP request. It travels with the WIT, however the protocol says.
    ///
    /// # Errors
    ///
    /// A [`ProveError`].
    pub fn prove(
        &self,
        context: &ProofContext<'_>,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<String, ProveError> {
        let (wit, key) = (self.credential.wit(), self.credential.public_key());
        let bound = Bound::to_message(context, &self.options, wit)?;
        let prepared = self.options.prepare(bound, wit, key, now, &nonce)?;
        let signature =
            self.credential.sign(prepared.signing_input(), now).map_err(ProveError::Credential)?;
        Ok(prepared.into_token(&signature))
    }
}

/// Puts both fields into a request, and marks what must not be logged: both, and the context tokens (WPT-3.1.5-1).
pub(crate) fn attach<B>(
    request: &mut Request<B>,
    wit: &WorkloadIdentityToken,
    authorization: String,
    options: &ProofOptions,
) -> Result<(), ProveError> {
    let wit = wit.to_field_value().ok_or(ProveError::Field)?;
    let mut authorization = HeaderValue::try_from(authorization).map_err(|_| ProveError::Field)?;
    authorization.set_sensitive(true);
    let headers = request.headers_mut();
    headers.insert(WORKLOAD_IDENTITY_TOKEN, wit);
    headers.insert(AUTHORIZATION, authorization);
    for name in [&TXN_TOKEN].into_iter().chain(options.covered_fields()) {
        if let Some(value) = headers.get_mut(name) {
            value.set_sensitive(true);
        }
    }
    Ok(())
}
