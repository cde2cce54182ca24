//! A request that demands a signed response, and what came.

use std::sync::Arc;

use http::{Request, Response};
use wimse::creds::pop::MemoryReplayGuard;
use wimse::httpsig::{
    Answer, ExpectedPeer, PendingExchange, ResponseVerifier,
    message::{ParameterValue, SignatureInput, Signatures, TargetContext},
    profile::TAG,
};

use super::{bench::Bench, folder::now, wire::Message};

/// Both sides of an exchange.
#[derive(Debug)]
pub(crate) struct Exchanged<'b> {
    pub(super) bench: &'b Bench,
    pub(super) request: Message,
    pub(crate) response: Message,
}

impl Exchanged<'_> {
    /// The one signature with the tag of the profile.
    pub(crate) fn input(&self) -> Result<SignatureInput, String> {
        let headers = self.response.headers().ok_or("a field of the response is malformed")?;
        let signatures = Signatures::parse(&headers).map_err(|error| format!("Signature: {error}"))?;
        let signature = signatures.tagged(TAG).map_err(|error| error.to_string())?;
        Ok(signature.input().clone())
    }

    /// A parameter of it.
    pub(crate) fn parameter(&self, name: &str) -> Result<ParameterValue<'static>, String> {
        let input = self.input()?;
        let value = input.parameters().get(name).map(ParameterValue::into_owned);
        value.ok_or_else(|| format!("{name} is absent"))
    }

    /// The nonce of the request.
    pub(crate) fn nonce(&self) -> String {
        self.pending().map(|pending| pending.nonce().to_owned()).unwrap_or_default()
    }

    /// Who has answered this request is the server that is expected.
    pub(crate) fn verify(&self) -> Result<(), String> {
        let wits = Arc::new(self.bench.folder.wits().map_err(|error| error.to_string())?);
        let expected = self.bench.folder.server.parse().map_err(|error| format!("{error}"))?;
        let expected = ExpectedPeer::Workload(expected);
        let mut response = Response::new(());
        *response.status_mut() = self.response.status().ok_or("there is no status")?;
        *response.headers_mut() = self.response.headers().ok_or("a field of the response is malformed")?;
        let guard = MemoryReplayGuard::new(1);
        let verifier = ResponseVerifier::new(wits);
        let answer = self.pending()?.verify_response(
            &response,
            &self.response.content,
            &verifier,
            &expected,
            &guard,
            now(),
        );
        match answer {
            Ok(Answer::Authenticated(_)) => Ok(()),
            Ok(_) => Err("it is not signed".to_owned()),
            Err(error) => Err(format!("{} ({error})", error.code())),
        }
    }

    fn pending(&self) -> Result<PendingExchange, String> {
        let (method, target) = self.request.request_line().ok_or("the request is malformed")?;
        let mut request = Request::new(());
        *request.method_mut() = method.parse().map_err(|_| "the method is malformed")?;
        *request.headers_mut() = self.request.headers().ok_or("a field of the request is malformed")?;
        let (parts, ()) = request.into_parts();
        let authority = self.bench.target.authority.as_str();
        let context = TargetContext::new(target).scheme(self.bench.target.scheme).authority(authority);
        PendingExchange::of_sent(&parts, &context).map_err(|error| error.to_string())
    }
}
