//! Requests with proofs, good and bad.

use super::capture;
use super::{BASE, NOW, World};
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use wimse_creds::pop::{Nonce, WitCredential};
use wimse_httpsig::{PendingExchange, RequestOptions, Signer};
use wimse_wpt::{ProofOptions, Prover};

/// As the caller sees it.
pub(crate) fn dialled(method: Method, path: &str, content: &'static str) -> Request<Bytes> {
    let uri = format!("{BASE}{path}");
    Request::builder().method(method).uri(uri).body(Bytes::from_static(content.as_bytes())).unwrap()
}

pub(crate) fn get(path: &str) -> Request<Bytes> {
    dialled(Method::GET, path, "")
}

pub(crate) fn post(path: &str, content: &'static str) -> Request<Bytes> {
    dialled(Method::POST, path, content)
}

/// As the service receives it: the target in origin form.
pub(crate) fn received(mut request: Request<Bytes>) -> Request<Full<Bytes>> {
    capture::fields(request.headers());
    let target = request.uri().path_and_query().unwrap().to_string();
    *request.uri_mut() = target.parse::<Uri>().unwrap();
    request.map(Full::new)
}

impl World {
    pub(crate) fn prove(&self, request: &mut Request<Bytes>) {
        prove(&self.billing, request, ProofOptions::default());
    }

    pub(crate) fn proven(&self, mut request: Request<Bytes>) -> Request<Full<Bytes>> {
        self.prove(&mut request);
        received(request)
    }

    pub(crate) fn sign(&self, request: &mut Request<Bytes>) -> PendingExchange {
        sign(&self.billing, request, RequestOptions::default())
    }

    pub(crate) fn signed(&self, mut request: Request<Bytes>) -> Request<Full<Bytes>> {
        let _ = self.sign(&mut request);
        received(request)
    }
}

pub(crate) fn prove(credential: &WitCredential, request: &mut Request<Bytes>, options: ProofOptions) {
    let prover = Prover::with_options(credential, options);
    prover.attach(request, NOW, Nonce::random().unwrap()).unwrap();
}

pub(crate) fn sign(
    credential: &WitCredential,
    request: &mut Request<Bytes>,
    options: RequestOptions,
) -> PendingExchange {
    let content = request.body().clone();
    let signer = Signer::with_options(credential, options);
    signer.sign(request, &content, NOW, Nonce::random().unwrap()).unwrap()
}

/// Another signature of the same length.
pub(crate) fn break_token(request: &mut Request<Bytes>) {
    let value = request.headers()[AUTHORIZATION].to_str().unwrap();
    let at = value.rfind('.').unwrap() + 1;
    let other = if value[at..].starts_with('A') { 'B' } else { 'A' };
    let broken = format!("{}{other}{}", &value[..at], &value[at + 1..]);
    request.headers_mut().insert(AUTHORIZATION, HeaderValue::from_str(&broken).unwrap());
}
