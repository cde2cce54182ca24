//! Workloads with their WITs, and what they sign by the WIMSE profile when the peer does the signing.

use crate::case::{Case, LIFETIME, now};
use http::{Request, Response};
use hyper::body::Bytes;
use std::sync::Arc;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{Audience, MemoryReplayGuard, Nonce, WitCredential};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{
    Validity, WORKLOAD_IDENTITY_TOKEN, WitClaims, WitPolicy, WitVerifier, WorkloadIdentityToken,
};
use wimse_httpsig::message::{Component, ParameterValue, SignatureInput, TargetContext};
use wimse_httpsig::profile::{TAG, WIMSE_AUD, WIMSE_SIGN_RESPONSE};
use wimse_httpsig::{Inbound, Verifier};

/// What the server is called: TLS would end before it.
pub(crate) const BASE: &str = "https://api.example.com";
pub(crate) const CLIENT: &str = "wimse://example.com/billing";
pub(crate) const SERVER: &str = "wimse://example.com/orders";

/// A trust domain.
pub(crate) struct Domain {
    issuer: SigningKey,
    pub(crate) wits: Arc<WitVerifier>,
}

impl Domain {
    pub(crate) fn new() -> Self {
        let issuer = SigningKey::generate(Algorithm::Es256).unwrap();
        let anchors = DomainAnchors::new("wimse://example.com".parse().unwrap());
        let anchors =
            TrustAnchors::none().with(anchors.with_key(issuer.public_key().clone()).unwrap()).unwrap();
        Self { issuer, wits: Arc::new(WitVerifier::new(anchors, WitPolicy::default())) }
    }

    pub(crate) fn wit(&self, subject: &str, key: &SigningKey) -> WorkloadIdentityToken {
        let validity = Validity::starting(now(), LIFETIME);
        WitClaims::new(subject.parse().unwrap(), key.public_key(), validity).sign(&self.issuer).unwrap()
    }

    /// A workload on our side, with a key of the same algorithm as the peer's.
    pub(crate) fn credential(&self, subject: &str, case: &Case) -> WitCredential {
        let key = SigningKey::generate(case.key.algorithm()).unwrap();
        WitCredential::new(self.wit(subject, &key), key).unwrap()
    }

    /// Verifies as the server does that has seen no request before.
    pub(crate) fn judge(&self, request: &Request<Bytes>) -> Result<Inbound, &'static str> {
        let verifier = Verifier::new(Arc::clone(&self.wits), Audience::base(BASE).unwrap());
        let guard = MemoryReplayGuard::new(16);
        let verified = verifier.verify(request, &TargetContext::of_uri(request.uri()), &guard, now());
        verified.map_err(|error| error.code())
    }

    /// The request of a case with the WIT of the peer; not signed.
    pub(crate) fn request(&self, case: &Case, authority: &str) -> Request<Bytes> {
        let mut request = case.request(authority);
        let wit = self.wit(CLIENT, &case.key).as_str().parse().unwrap();
        request.headers_mut().insert(WORKLOAD_IDENTITY_TOKEN, wit);
        request
    }

    /// The response of a case with the WIT of the peer; not signed.
    pub(crate) fn response(&self, case: &Case) -> Response<Bytes> {
        let mut response = case.response();
        let wit = self.wit(SERVER, &case.key).as_str().parse().unwrap();
        response.headers_mut().insert(WORKLOAD_IDENTITY_TOKEN, wit);
        response
    }
}

/// What the peer is asked to sign.
#[derive(Clone)]
pub(crate) struct Signed {
    components: Vec<Component<'static>>,
    parameters: Vec<(&'static str, ParameterValue<'static>)>,
}

impl Signed {
    /// A request that is accepted, with one field more than need be.
    pub(crate) fn request(case: &Case) -> Self {
        let components = vec![Component::METHOD, Component::PATH, Component::QUERY];
        let audience = format!("{BASE}{}", case.request("localhost").uri().path());
        let signed = Self { components, parameters: common() }.fields(case);
        signed.with(WIMSE_AUD, audience).with(WIMSE_SIGN_RESPONSE, true)
    }

    /// A response that is accepted once it has the nonce of the request.
    pub(crate) fn response(case: &Case) -> Self {
        let of_request = [Component::METHOD, Component::PATH, Component::QUERY];
        let mut components = vec![Component::STATUS];
        components.extend(of_request.map(Component::req));
        Self { components, parameters: common() }.fields(case)
    }

    fn fields(mut self, case: &Case) -> Self {
        let content: &[&str] = if case.has_content { &["content-type", "content-digest"] } else { &[] };
        let names = ["workload-identity-token", "x-tenant"].iter().chain(content);
        self.components.extend(names.map(|name| Component::field(*name).unwrap()));
        self
    }

    pub(crate) fn with(&self, name: &'static str, value: impl Into<ParameterValue<'static>>) -> Self {
        let mut changed = self.without(name);
        changed.parameters.push((name, value.into()));
        changed
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        let mut changed = self.clone();
        changed.parameters.retain(|parameter| parameter.0 != name);
        changed
    }

    pub(crate) fn not_covering(&self, component: &Component<'_>) -> Self {
        let mut changed = self.clone();
        changed.components.retain(|covered| covered != component);
        changed
    }

    pub(crate) fn input(&self) -> SignatureInput {
        let input = SignatureInput::builder("wimse").components(self.components.iter().cloned());
        let parameters = self.parameters.iter().cloned();
        parameters.fold(input, |input, (name, value)| input.parameter(name, value)).build().unwrap()
    }
}

fn common() -> Vec<(&'static str, ParameterValue<'static>)> {
    vec![
        ("created", now().as_secs().into()),
        ("expires", now().plus(LIFETIME).as_secs().into()),
        ("nonce", Nonce::random().unwrap().as_str().to_owned().into()),
        ("tag", TAG.into()),
    ]
}
