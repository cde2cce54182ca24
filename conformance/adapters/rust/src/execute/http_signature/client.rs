//! The party that calls: signs requests and verifies what comes back.

use std::sync::Arc;

use http::{HeaderName, HeaderValue, Method, Request, Uri};
use serde::Deserialize;
use serde_json::{Value, json};
use wimse::httpsig::{
    ExpectedPeer, PendingExchange, RequestOptions, ResponseHead, ResponseVerifier, Signer,
    explain::Explanation,
    message::{RequestMessage, TargetContext},
};
use wimse::{
    creds::{UnixTime, key::SigningKey, pop::ReplayGuard},
    identifier::{ExternalHandle, IdentifierPolicy, IdentifierSet, IdentityMap},
};

use super::{
    super::{InvalidCase, Outcome, credentials::setup, fields::Fields, recipient::guard},
    Step, done,
    received::Received,
    recipient::{self, Limits, with},
    refuse,
    signed::{self, Options, credential, wish},
};
use crate::{Bytes, Case};

/// Accepted when the request is signed, with what is in it.
pub(super) fn sign(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let (mut options, now) = (request_options(config)?, setup::now(config)?);
    match wish(case)? {
        Ok(Some(wanted)) => options = options.following(wanted),
        Ok(None) => {}
        Err(refused) => return Ok(refused),
    }
    let mut request = application_request(case.input_fields())?;
    let content = request.body().clone();
    let (credential, nonce) = match credential(config)? {
        Ok(at_hand) => at_hand,
        Err(refused) => return Ok(refused),
    };
    let signer = Signer::with_options(&credential, options);
    if let Err(error) = signer.sign(&mut request, &content, now, nonce) {
        return Ok(Outcome::reject(error.code(), &error));
    }
    let target = TargetContext::of_uri(request.uri());
    let message = RequestMessage::of(&request, target);
    signed::outcome(request.headers(), &message, credential.public_key())
}

/// What a request is that was signed for the case.
pub(super) fn examine(case: &Case, made: Fields<'_>) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let key: Value = config.required("key")?;
    let key = SigningKey::from_jwk(&key.to_string()).map_err(|error| config.invalid("key", &error))?;
    let mut request = application_request(case.input_fields())?;
    let before = std::mem::take(request.headers_mut());
    append(request.headers_mut(), made.required("headers")?)
        .map_err(|detail| made.invalid("headers", &detail))?;
    if let Err(changed) = signed::kept(&before, request.headers(), request.body()) {
        return Ok(changed);
    }
    let message = RequestMessage::of(&request, TargetContext::of_uri(request.uri()));
    signed::outcome(request.headers(), &message, key.public_key())
}

/// Accepted when the response may be used: signed by whom it should be, or unsigned where that is no matter.
pub(super) fn verify(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let (client, guard, now) = (Client::of(config)?, guard(config)?, setup::now(config)?);
    let bytes = case.input_fields().bytes("response")?;
    done(client.receive(&bytes, &*guard, now))
}

/// Every rule for the response.
pub(super) fn explain(case: &Case) -> Result<Option<Explanation>, InvalidCase> {
    let config = case.config_fields();
    let (client, guard, now) = (Client::of(config)?, guard(config)?, setup::now(config)?);
    let bytes = case.input_fields().bytes("response")?;
    let response = Received::response(&bytes).and_then(|received| received.to_response());
    Ok(response.ok().map(|response| {
        let Client { pending, verifier, expected } = &client;
        pending.explain_response(&response, response.body(), verifier, expected, &*guard, now)
    }))
}

/// A client that waits for the response to `config.sent`.
pub(super) struct Client {
    pending: PendingExchange,
    verifier: ResponseVerifier,
    expected: ExpectedPeer,
}

impl Client {
    pub(super) fn of(config: Fields<'_>) -> Result<Self, InvalidCase> {
        let mut verifier = ResponseVerifier::new(Arc::new(setup::wit_verifier(config)?));
        let limits = Limits::of(config)?;
        if let Some(leeway) = limits.leeway {
            verifier = verifier.leeway(leeway);
        }
        if let Some(lifetime) = limits.max_lifetime {
            verifier = verifier.max_lifetime(lifetime);
        }
        if let Some(characters) = limits.min_nonce_chars {
            verifier = verifier.min_nonce_chars(characters);
        }
        if config.optional("require_request_wit")?.unwrap_or(false) {
            verifier = verifier.require_request_wit();
        }
        if config.optional("require_request_digest")?.unwrap_or(false) {
            verifier = verifier.require_request_digest();
        }
        let pending = sent(&config.bytes("sent")?).map_err(|detail| config.invalid("sent", &detail))?;
        let expected: Expected = config.required("expected_peer")?;
        let expected = expected.peer().map_err(|detail| config.invalid("expected_peer", &detail))?;
        Ok(Self { pending, verifier, expected })
    }

    /// Accepted when the response, as bytes, may be used.
    pub(super) fn receive(&self, bytes: &[u8], guard: &dyn ReplayGuard, now: UnixTime) -> Step<Outcome> {
        let received = Received::response(bytes)?;
        let (parts, content) = received.to_response()?.into_parts();
        let head = self.pending.check_response_head(&parts, &self.verifier, &self.expected, now);
        match head.map_err(refuse!())? {
            ResponseHead::Unsigned => Ok(Outcome::accept([("signed", json!(false))])),
            ResponseHead::Signed(head) => {
                let checked = head.body(&content).map_err(refuse!())?;
                let nonce = checked.proof().replay_key().id().to_owned();
                let peer = checked.admit(guard, now).map_err(refuse!())?;
                Ok(with(recipient::outcome(&peer, &received, &nonce), "signed", json!(true)))
            }
        }
    }
}

/// Who may have answered.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Expected {
    Workload(String),
    OneOf(Vec<String>),
    /// The DNS name that was called, and the entries of the map: names and identifiers.
    Mapped {
        dns_name: String,
        table: Vec<(String, String)>,
    },
    AnyTrustedWorkload,
}

impl Expected {
    fn peer(self) -> Result<ExpectedPeer, String> {
        let policy = IdentifierPolicy::default();
        let identifier = |text: &str| policy.parse(text).map_err(|error| error.to_string());
        let handle = |name: &str| ExternalHandle::dns_name(name).map_err(|error| error.to_string());
        Ok(match self {
            Self::Workload(text) => ExpectedPeer::Workload(identifier(&text)?),
            Self::OneOf(texts) => {
                let mut set = IdentifierSet::none();
                for text in &texts {
                    set = set.with(identifier(text)?);
                }
                ExpectedPeer::OneOf(set)
            }
            Self::Mapped { dns_name, table } => {
                let mut map = IdentityMap::new();
                for (name, text) in &table {
                    map.insert(handle(name)?, identifier(text)?).map_err(|error| error.to_string())?;
                }
                ExpectedPeer::Mapped { map, handle: handle(&dns_name)? }
            }
            Self::AnyTrustedWorkload => ExpectedPeer::AnyTrustedWorkload,
        })
    }
}

/// What the client keeps of the signed request that it has sent.
fn sent(bytes: &[u8]) -> Result<PendingExchange, String> {
    let refused = |refused: Outcome| format!("{refused:?}");
    let received = Received::request(bytes).map_err(refused)?;
    let (parts, _) = received.to_request().map_err(refused)?.into_parts();
    let target = TargetContext::new(received.target());
    PendingExchange::of_sent(&parts, &target).map_err(|error| error.to_string())
}

/// The request as the application has written it, before the signature.
pub(super) fn application_request(input: Fields<'_>) -> Result<Request<Vec<u8>>, InvalidCase> {
    let (method, uri): (String, String) = (input.required("method")?, input.required("uri")?);
    let headers = input.optional("headers")?.unwrap_or_default();
    let content = input.optional("content")?.unwrap_or(Bytes::Text(String::new()));
    of_parts(&method, &uri, headers, &content).map_err(|detail| input.invalid("headers", &detail))
}

fn of_parts(
    method: &str,
    uri: &str,
    headers: Vec<(String, Bytes)>,
    content: &Bytes,
) -> Result<Request<Vec<u8>>, String> {
    let mut request = Request::new(content.decode().map_err(|error| error.to_string())?);
    *request.method_mut() = Method::from_bytes(method.as_bytes()).map_err(|error| error.to_string())?;
    *request.uri_mut() = uri.parse::<Uri>().map_err(|error| error.to_string())?;
    append(request.headers_mut(), headers)?;
    Ok(request)
}

/// Adds field lines of a case.
pub(super) fn append(headers: &mut http::HeaderMap, lines: Vec<(String, Bytes)>) -> Result<(), String> {
    for (name, value) in lines {
        let name: HeaderName = name.parse().map_err(|_| format!("{name} is no field name"))?;
        let value = value.decode().map_err(|error| error.to_string())?;
        headers.append(name, HeaderValue::from_bytes(&value).map_err(|error| error.to_string())?);
    }
    Ok(())
}

/// An option that is on or off.
type Switch = fn(RequestOptions) -> RequestOptions;

fn request_options(config: Fields<'_>) -> Result<RequestOptions, InvalidCase> {
    let Options { lifetime, label, covering, digest_algorithm } = Options::of(config)?;
    let mut options = RequestOptions::default().covering(covering);
    if let Some(lifetime) = lifetime {
        options = options.lifetime(lifetime);
    }
    if let Some(label) = label {
        options = options.label(label);
    }
    if let Some(algorithm) = digest_algorithm {
        options = options.digest_algorithm(algorithm);
    }
    if let Some(audience) = config.optional::<String>("aud")? {
        options = options.audience(audience);
    }
    let switches: [(&str, Switch); 3] = [
        ("require_signed_response", RequestOptions::require_signed_response),
        ("accept_signature", RequestOptions::accept_signature),
        ("channel_is_secure", RequestOptions::channel_is_secure),
    ];
    for (name, switch) in switches {
        if config.optional(name)?.unwrap_or(false) {
            options = switch(options);
        }
    }
    Ok(options)
}
