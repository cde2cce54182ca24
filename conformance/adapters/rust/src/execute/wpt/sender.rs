//! The party that sends: makes a proof and attaches it.

use std::{collections::BTreeMap, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};
use serde_json::{Value, json};
use wimse::{
    creds::{
        ClaimError, WorkloadIdentityToken, jose,
        key::{PublicKey, SigningKey},
        pop::{CredentialError, Nonce, WitCredential},
    },
    wpt::{ProofOptions, ProveError, Prover, authorization},
};

use super::super::{
    InvalidCase, Outcome,
    credentials::{jws::part, setup::now},
    fields::Fields,
};
use super::recipient::field_names;
use crate::{Bytes, Case};

/// Accepted when a proof is made, with the `Authorization` field and what is in it.
pub(super) fn create(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let mut request = request(case)?;
    let now = now(config)?;
    let attached = made(case)?.and_then(|Made { credential, options, nonce }| {
        let prover = Prover::with_options(&credential, options);
        prover.attach(&mut request, now, nonce).map_err(|error| refusal(error.code(), &error))?;
        Ok(credential)
    });
    let credential = match attached {
        Ok(credential) => credential,
        Err(refused) => return Ok(refused),
    };
    let field = request.headers().get(http::header::AUTHORIZATION).map_or(&b""[..], HeaderValue::as_bytes);
    Ok(outcome(&String::from_utf8_lossy(field), credential.wit().as_str(), credential.public_key()))
}

/// What the fields are that were made for the case.
pub(super) fn examine(case: &Case, made: Fields<'_>) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let key: Value = config.required("key")?;
    let key = SigningKey::from_jwk(&key.to_string()).map_err(|error| config.invalid("key", &error.code()))?;
    let (field, wit): (String, String) =
        (made.required("authorization")?, made.required("workload_identity_token")?);
    Ok(outcome(&field, &wit, key.public_key()))
}

fn outcome(field: &str, wit: &str, key: &PublicKey) -> Outcome {
    let value = HeaderValue::from_str(field).ok().map(|value| (http::header::AUTHORIZATION, value));
    let headers: HeaderMap = value.into_iter().collect();
    let proof = authorization(&headers).unwrap_or_default();
    let payload = jose::verify(proof, key, &[key.algorithm()]);
    Outcome::accept([
        ("authorization", json!(field)),
        ("workload_identity_token", json!(wit)),
        ("header", part(proof, 0)),
        ("claims", part(proof, 1)),
        ("signature_valid", json!(payload.is_ok())),
    ])
}

/// What a sender has at hand for one proof.
pub(super) struct Made {
    pub(super) credential: WitCredential,
    pub(super) options: ProofOptions,
    pub(super) nonce: Nonce,
}

/// Credential, options and nonce; or the first of them that is refused.
pub(super) fn made(case: &Case) -> Result<Result<Made, Outcome>, InvalidCase> {
    let config = case.config_fields();
    let (wit, key, nonce): (String, Value, String) =
        (config.required("wit")?, config.required("key")?, config.required("nonce")?);
    let wit = WorkloadIdentityToken::parse(&wit).map_err(|error| config.invalid("wit", &error.code()))?;
    let key = SigningKey::from_jwk(&key.to_string()).map_err(|error| config.invalid("key", &error.code()))?;
    let options = options(config)?;
    let credential = WitCredential::new(wit, key);
    let credential = credential.map_err(|error: CredentialError| refusal(error.code(), &error));
    let nonce = Nonce::from_text(&nonce).map_err(|error| refusal(error.code(), &error));
    Ok(credential.and_then(|credential| Ok(Made { credential, options: options?, nonce: nonce? })))
}

/// The request as the application has written it, before the proof.
pub(super) fn request(case: &Case) -> Result<Request<()>, InvalidCase> {
    let input = case.input_fields();
    let (method, uri): (String, String) = (input.required("method")?, input.required("uri")?);
    let mut request = Request::new(());
    *request.method_mut() =
        Method::from_bytes(method.as_bytes()).map_err(|error| input.invalid("method", &error))?;
    *request.uri_mut() = uri.parse::<Uri>().map_err(|error| input.invalid("uri", &error))?;
    for (name, value) in input.optional::<Vec<(String, Bytes)>>("headers")?.unwrap_or_default() {
        let name: HeaderName = name.parse().map_err(|error| input.invalid("headers", &error))?;
        let value = value.decode().map_err(|error| input.invalid("headers", &error))?;
        let value = HeaderValue::from_bytes(&value).map_err(|error| input.invalid("headers", &error))?;
        request.headers_mut().append(name, value);
    }
    Ok(request)
}

/// The options; a claim that may not be added is refused here.
fn options(config: Fields<'_>) -> Result<Result<ProofOptions, Outcome>, InvalidCase> {
    let mut options = ProofOptions::default();
    if let Some(seconds) = config.optional("lifetime")? {
        options = options.lifetime(Duration::from_secs(seconds));
    }
    if let Some(audience) = config.optional::<String>("aud")? {
        options = options.audience(audience);
    }
    if let Some(names) = config.optional::<Vec<String>>("context_fields")? {
        options = options.context_fields(field_names(config, &names)?);
    }
    if config.optional("channel_is_secure")?.unwrap_or(false) {
        options = options.channel_is_secure();
    }
    let claims: BTreeMap<String, Value> = config.optional("claims")?.unwrap_or_default();
    let private: BTreeMap<String, Value> = config.optional("private_claims")?.unwrap_or_default();
    let with_claims =
        claims.into_iter().try_fold(options, |options, (name, value)| options.claim(name, value));
    let with_claims = with_claims.and_then(|options| {
        private.into_iter().try_fold(options, |options, (name, value)| options.private_claim(name, value))
    });
    Ok(with_claims.map_err(|error: ClaimError| {
        let error = ProveError::Claim(error);
        refusal(error.code(), &error)
    }))
}

fn refusal(code: &str, error: &impl ToString) -> Outcome {
    Outcome::reject(code, error)
}
