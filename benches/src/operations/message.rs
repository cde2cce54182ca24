//! Plain RFC 9421, by the generic core of `wimse-httpsig`: the components of a WIMSE request, without what is special to WIMSE.

use super::{Operation, Planned, Side, proof};
use crate::Error;
use crate::peers::{httpsig, wimsey};
use crate::scenario::{NOW, Scenario, Signed, Turn};
use http::Request;
use std::hint::black_box;
use std::rc::Rc;
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::key::{PublicKey, SigningKey};
use wimse_creds::pop::Nonce;
use wimse_httpsig::message::{Component, RequestMessage, SignatureInput, Signatures, TargetContext};

/// A signed request of each caller.
pub struct Plain {
    /// The requests, with both fields.
    pub requests: Vec<Request<()>>,
    keys: Vec<SigningKey>,
    publics: Vec<PublicKey>,
    signed: Vec<Signed>,
}

impl Plain {
    /// What is covered, in order.
    pub const COMPONENTS: [&str; 4] =
        [r#""@method""#, r#""@path""#, r#""@query""#, r#""workload-identity-token""#];
    /// The label.
    pub const LABEL: &str = "sig";
    /// The tag.
    pub const TAG: &str = "benchmark";
    /// When it was signed, in seconds since 1970.
    pub const CREATED: u64 = NOW.as_secs().cast_unsigned();
    /// In the year 2100: a peer reads the clock itself.
    pub const EXPIRES: u64 = 4_102_444_800;

    fn new(scenario: &Scenario) -> Result<Self, Error> {
        let mut plain =
            Self { requests: Vec::new(), keys: Vec::new(), publics: Vec::new(), signed: Vec::new() };
        for caller in &scenario.callers {
            let key = scenario.suite.library.of_jwk(&caller.private_jwk)?;
            let mut request = Request::get("https://orders.example.com/orders/17?page=2").body(())?;
            request.headers_mut().insert(WIT, caller.credential.wit().as_str().parse()?);
            let input = input(&Nonce::random()?)?;
            let base = input.base(&message(&request))?.as_bytes().to_vec();
            let signature = key.sign(&base)?;
            input.attach(request.headers_mut(), &signature)?;
            plain.signed.push(Signed { input: base, signature: signature[..].try_into()? });
            plain.requests.push(request);
            plain.publics.push(scenario.suite.library.public(key.public_key())?);
            plain.keys.push(key);
        }
        Ok(plain)
    }

    /// The value of a component in the request of one caller.
    #[must_use]
    pub fn value(&self, component: usize, index: usize) -> String {
        let request = &self.requests[index];
        match component {
            0 => request.method().as_str().to_owned(),
            1 => request.uri().path().to_owned(),
            2 => format!("?{}", request.uri().query().unwrap_or_default()),
            _ => request.headers()[WIT].to_str().unwrap_or_default().to_owned(),
        }
    }
}

/// Every operation, for keys of one algorithm.
pub(super) fn all(scenario: &Rc<Scenario>) -> [Planned; 2] {
    let (keys, own, other) = (proof(scenario), Rc::clone(scenario), Rc::clone(scenario));
    [
        Planned::new("RFC 9421 alone, sign GET", keys, move || sign(&own)),
        Planned::new("RFC 9421 alone, verify GET", keys, move || verify(&other)),
    ]
}

/// Makes both fields. The floor: one signature.
fn sign(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let plain = Rc::new(Plain::new(scenario)?);
    let (ours, our_turn) = (Rc::clone(&plain), Turn::default());
    let ours = Side::new(move || {
        let index = our_turn.next();
        let sign = || -> Result<_, Error> {
            let input = input(&Nonce::random()?)?;
            let signature = input.sign(&message(&ours.requests[index]), &ours.keys[index])?;
            Ok((input.to_value(), input.signature_value(&signature)))
        };
        black_box(sign()).is_ok()
    });
    let (floor, signed, floor_turn) = (Rc::clone(scenario), Rc::clone(&plain), Turn::default());
    let floor = Side::new(move || {
        let index = floor_turn.next();
        floor.callers[index].secret.sign(&signed.signed[index].input);
        true
    });
    Ok(Operation::new("http-signature", ours, floor)
        .peer(wimsey::sign_plain(scenario, &plain)?)
        .peer(httpsig::sign(scenario, &plain)?))
}

/// Reads both fields, checks the times, and verifies with a kept key. The floor: one signature.
fn verify(scenario: &Rc<Scenario>) -> Result<Operation, Error> {
    let plain = Rc::new(Plain::new(scenario)?);
    let (ours, our_turn) = (Rc::clone(&plain), Turn::default());
    let ours = Side::new(move || {
        let index = our_turn.next();
        black_box(verify_one(&ours.requests[index], &ours.publics[index])).is_ok()
    });
    let (floor, signed, floor_turn) = (Rc::clone(scenario), Rc::clone(&plain), Turn::default());
    let floor = Side::new(move || {
        let index = floor_turn.next();
        let Signed { input, signature } = &signed.signed[index];
        floor.callers[index].public.verify(input, signature)
    });
    Ok(Operation::new("http-signature", ours, floor)
        .peer(wimsey::verify_plain(scenario, &plain)?)
        .peer(httpsig::verify(scenario, &plain)?))
}

fn verify_one(request: &Request<()>, key: &PublicKey) -> Result<(), Error> {
    let received = Signatures::parse(request.headers())?.into_tagged(Plain::TAG)?;
    received.input().check_validity(NOW, Duration::from_secs(30))?;
    Ok(received.verify(&message(request), key)?)
}

fn input(nonce: &Nonce) -> Result<SignatureInput, Error> {
    let covered = [Component::METHOD, Component::PATH, Component::QUERY, Component::field(WIT)?];
    let input = SignatureInput::builder(Plain::LABEL).components(covered);
    let input = input.created(NOW).expires(UnixTime::from_secs(Plain::EXPIRES));
    Ok(input.nonce(nonce.as_str()).tag(Plain::TAG).build()?)
}

fn message(request: &Request<()>) -> RequestMessage<'_> {
    RequestMessage::of(request, TargetContext::of_uri(request.uri()))
}

const WIT: &str = "workload-identity-token";
