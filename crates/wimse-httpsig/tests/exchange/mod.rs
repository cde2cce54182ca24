//! Keys, WITs, verifiers and messages that the tests of the profile share.
#![allow(dead_code, reason = "no test file uses all of it")]

use http::{HeaderMap, Request, Response};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{Audience, MemoryReplayGuard, NoReplayGuard, Nonce, WitCredential};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims, WitPolicy, WitVerifier, WorkloadIdentityToken};
use wimse_httpsig::explain::Explanation;
use wimse_httpsig::message::{RequestMessage, SignatureInput, SignatureInputBuilder, TargetContext};
use wimse_httpsig::{
    ExpectedPeer, Inbound, PendingExchange, RequestOptions, ResponseVerifier, Signer, Verifier,
};

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_789_405_135);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const BASE: &str = "https://api.example.com";
pub(crate) const TARGET: &str = "https://api.example.com/orders/7?page=2";
pub(crate) const TAG: &str = "wimse-workload-to-workload";

pub(crate) fn at(seconds: u64) -> UnixTime {
    NOW.plus(Duration::from_secs(seconds))
}

/// A key that is the same in every run, by a number.
pub(crate) fn key(algorithm: Algorithm, number: u8) -> SigningKey {
    let head: &[u8] = match algorithm {
        // PKCS#8 around an RFC 5915 key without its public half.
        Algorithm::Es256 => {
            b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20"
        }
        _ => b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20",
    };
    SigningKey::from_pkcs8_der(algorithm, &[head, &[number; 32]].concat()).unwrap()
}

pub(crate) fn issuer() -> SigningKey {
    key(Algorithm::Es256, 1)
}

/// The WIT and key of `wimse://example.com/{name}`: the same WIT each time, also where signatures are randomised.
pub(crate) fn credential_of(name: &str, key: SigningKey) -> WitCredential {
    static WITS: Mutex<BTreeMap<String, WorkloadIdentityToken>> = Mutex::new(BTreeMap::new());
    let mut wits = WITS.lock().unwrap();
    let wit = wits.entry(format!("{name} {}", key.public_key().to_jwk())).or_insert_with(|| {
        let subject = format!("wimse://example.com/{name}").parse().unwrap();
        let claims = WitClaims::new(subject, key.public_key(), Validity::starting(NOW, HOUR));
        claims.sign(&issuer()).unwrap()
    });
    WitCredential::new(wit.clone(), key).unwrap()
}

/// The caller.
pub(crate) fn billing() -> WitCredential {
    credential_of("billing", key(Algorithm::Ed25519, 2))
}

/// The callee.
pub(crate) fn orders() -> WitCredential {
    credential_of("orders", key(Algorithm::Es256, 3))
}

pub(crate) fn wits() -> Arc<WitVerifier> {
    let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
    let domain = domain.with_key(issuer().public_key().clone()).unwrap();
    Arc::new(WitVerifier::new(TrustAnchors::none().with(domain).unwrap(), WitPolicy::default()))
}

pub(crate) fn verifier() -> Verifier {
    verifier_for(Audience::base(BASE).unwrap())
}

pub(crate) fn verifier_for(audience: Audience) -> Verifier {
    Verifier::new(wits(), audience)
}

pub(crate) fn response_verifier() -> ResponseVerifier {
    ResponseVerifier::new(wits())
}

pub(crate) fn expected() -> ExpectedPeer {
    ExpectedPeer::Workload("wimse://example.com/orders".parse().unwrap())
}

pub(crate) fn guard() -> MemoryReplayGuard {
    MemoryReplayGuard::new(10_000)
}

pub(crate) fn nonce(number: u8) -> Nonce {
    Nonce::from_bytes([number; 16])
}

pub(crate) fn get() -> Request<Vec<u8>> {
    Request::get(TARGET).body(Vec::new()).unwrap()
}

pub(crate) fn post(body: &str) -> Request<Vec<u8>> {
    Request::post(TARGET).header("content-type", "application/json").body(body.into()).unwrap()
}

/// A signed request, and what is kept of it.
pub(crate) fn sign(request: Request<Vec<u8>>) -> (Request<Vec<u8>>, PendingExchange) {
    sign_with(request, RequestOptions::default())
}

pub(crate) fn sign_with(
    mut request: Request<Vec<u8>>,
    options: RequestOptions,
) -> (Request<Vec<u8>>, PendingExchange) {
    let content = request.body().clone();
    let signer = billing();
    let signer = Signer::with_options(&signer, options);
    let pending = signer.sign(&mut request, &content, NOW, nonce(1)).unwrap();
    (request, pending)
}

/// What a verifier without a memory says.
pub(crate) fn verdict(verifier: &Verifier, request: &Request<Vec<u8>>) -> Result<Inbound, &'static str> {
    verdict_at(verifier, request, NOW)
}

pub(crate) fn verdict_at(
    verifier: &Verifier,
    request: &Request<Vec<u8>>,
    now: UnixTime,
) -> Result<Inbound, &'static str> {
    let target = TargetContext::of_uri(request.uri());
    let verdict = verifier.verify(request, &target, &NoReplayGuard, now).map_err(|error| error.code());
    let explanation = verifier.explain(request, &target, &NoReplayGuard, now);
    agrees(&explanation, verdict.as_ref().err().copied(), request.headers());
    verdict
}

/// An explanation says what verification says, and shows neither tokens nor signatures.
pub(crate) fn agrees(explanation: &Explanation, refused: Option<&str>, headers: &HeaderMap) {
    let first = explanation.first_refusal().and_then(|finding| finding.code());
    assert_eq!(first, refused, "{explanation:#?}");
    assert_eq!(explanation.is_accepted(), refused.is_none(), "{explanation:#?}");
    let texts =
        explanation.iter().flat_map(|finding| [finding.expected(), finding.received(), finding.message()]);
    let shown = texts.flatten().collect::<Vec<_>>().join("\n");
    for name in ["workload-identity-token", "signature", "authorization", "txn-token"] {
        let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
        for part in values.flat_map(|value| value.split(['.', ':', ' '])).filter(|part| part.len() > 12) {
            assert!(!shown.contains(part), "{name}: {shown}");
        }
    }
}

/// A request with a WIT and a signature that says whatever `say` makes of the usual one: valid, whatever it is.
pub(crate) fn forge(
    mut request: Request<Vec<u8>>,
    components: &[&str],
    say: impl FnOnce(SignatureInputBuilder) -> SignatureInputBuilder,
) -> Request<Vec<u8>> {
    let credential = billing();
    let wit = credential.wit().as_str().parse().unwrap();
    request.headers_mut().insert("workload-identity-token", wit);
    let builder = SignatureInput::builder("sig1").components(components.iter().map(|name| component(name)));
    let input = say(builder).build().unwrap();
    let uri = request.uri().clone();
    let message = RequestMessage::of(&request, TargetContext::of_uri(&uri));
    let base = input.base(&message).unwrap();
    let signature = credential.sign(base.as_bytes(), NOW).unwrap();
    input.attach(request.headers_mut(), &signature).unwrap();
    request
}

/// A component by its name; the names of derived ones begin with `@`, and `;req` may follow.
pub(crate) fn component(text: &str) -> wimse_httpsig::message::Component<'static> {
    use wimse_httpsig::message::Component;
    let (name, parameter) = text.split_once(';').unwrap_or((text, ""));
    let component = match name {
        "@method" => Component::METHOD,
        "@authority" => Component::AUTHORITY,
        "@target-uri" => Component::TARGET_URI,
        "@scheme" => Component::SCHEME,
        "@request-target" => Component::REQUEST_TARGET,
        "@path" => Component::PATH,
        "@query" => Component::QUERY,
        "@status" => Component::STATUS,
        field => Component::field(field.to_owned()).unwrap(),
    };
    match parameter {
        "" => component,
        "req" => component.req(),
        "sf" => component.sf(),
        "bs" => component.bs(),
        "tr" => component.tr(),
        other => panic!("{other}"),
    }
}

/// What every GET covers.
pub(crate) const GET: [&str; 4] = ["@method", "@path", "@query", "workload-identity-token"];

/// The parameters of every request.
pub(crate) fn usual(builder: SignatureInputBuilder) -> SignatureInputBuilder {
    let builder = builder.created(NOW).expires(at(60)).nonce("AAAAAAAAAAAAAAAAAAAAAA").tag(TAG);
    builder.parameter("wimse-aud", "https://api.example.com/orders/7")
}

/// A response and its content, as they come back.
pub(crate) fn response(status: u16, body: &str) -> Response<Vec<u8>> {
    Response::builder().status(status).header("content-type", "text/plain").body(body.into()).unwrap()
}

/// Another value for a field.
pub(crate) fn replace(headers: &mut HeaderMap, name: &'static str, change: impl Fn(&str) -> String) {
    let text = change(headers[name].to_str().unwrap());
    headers.insert(name, text.parse().unwrap());
}
