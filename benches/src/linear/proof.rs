//! `Verifier::check_message`, with the limit raised, and the `Authorization` field.

use super::inputs::{decoded, deep, members, signing_input, string};
use super::{Case, Input, LARGEST};
use crate::Error;
use crate::library::Library;
use crate::primitive::sha256;
use crate::scenario::{NOW, Scenario, Suite};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::limits;
use wimse_wpt::{Message, Verifier, authorization};

pub(super) fn cases() -> Result<Vec<Case>, Error> {
    let scenario = Rc::new(Scenario::new(Suite::mixed(Library::Pure))?);
    let proof = |name, accepted, claims: fn(usize) -> String| {
        let scenario = Rc::clone(&scenario);
        Case::new(name, 64 * 1024, LARGEST, move |bytes| {
            check_message(&scenario, &claims(decoded(bytes)), accepted)
        })
    };
    Ok(vec![
        proof("WPT check, many members (refused)", false, |bytes| format!("{AUD},{}", members(bytes))),
        proof("WPT check, one long string", true, |bytes| format!("{AUD},{}", string(bytes))),
        proof("WPT check, too deep (refused)", false, |bytes| format!("{AUD},{}", deep(bytes))),
        proof("WPT check, a long aud (refused)", false, |bytes| {
            format!(r#""aud":"https://{}.example.com/""#, "a".repeat(bytes))
        }),
        proof("WPT check, an aud of many (refused)", false, |bytes| {
            format!(r#""aud":["a"{}]"#, r#","https://orders.example.com/""#.repeat(bytes / 30))
        }),
        proof("WPT check, a long jti", true, |bytes| format!(r#"{AUD},"jti":"{}""#, "a".repeat(bytes))),
        proof("WPT check, oth of many (refused)", false, |bytes| {
            let hashes = members(bytes).replace(":0", r#":"0""#);
            format!(r#"{AUD},"oth":{{"x-context":"0",{hashes}}}"#)
        }),
        Case::new("Authorization field, one token", 64 * 1024, LARGEST, |bytes| {
            field(&format!("WPT {}", "a".repeat(bytes)), true)
        }),
        Case::new("Authorization field, spaces and padding", 64 * 1024, LARGEST, |bytes| {
            field(&format!("WPT {}a{}", " ".repeat(bytes / 2), "=".repeat(bytes / 2)), true)
        }),
        Case::new("Authorization field, a comma at the end (refused)", 64 * 1024, LARGEST, |bytes| {
            field(&format!("WPT {},", "a".repeat(bytes)), false)
        }),
    ])
}

/// A proof that is well signed, of a WIT that is in the cache, so that the time is that of the proof.
fn check_message(scenario: &Rc<Scenario>, claims: &str, accepted: bool) -> Result<Input, Error> {
    let scenario = Rc::clone(scenario);
    let caller = &scenario.callers[0];
    let wth = URL_SAFE_NO_PAD.encode(sha256(caller.credential.wit().as_str().as_bytes()));
    let exp = NOW.as_secs() + 60;
    // A claim of the shape comes first; no name is there twice.
    let jti = if claims.contains(r#""jti":"#) { "" } else { r#""jti":"1","# };
    let payload = format!(r#"{{{claims},{jti}"exp":{exp},"wth":"{wth}"}}"#);
    let input = signing_input(r#"{"alg":"EdDSA","typ":"wpt+jwt"}"#, &payload);
    let signature = caller.credential.sign(input.as_bytes(), NOW)?;
    let proof = format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature));
    let service: Verifier = scenario
        .service(limits::CACHED_TOKENS)?
        .max_bytes(2 * LARGEST)
        .context_fields([HeaderName::from_static("x-context")]);
    let bytes = proof.len();
    Ok(Input::new(bytes, move || {
        let message = Message {
            wit: scenario.callers[0].credential.wit().as_str(),
            proof: black_box(&proof),
            path: Some("/"),
            txn_token: None,
            context: Vec::new(),
        };
        service.check_message(&message, NOW).is_ok() == accepted
    }))
}

fn field(value: &str, accepted: bool) -> Result<Input, Error> {
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, HeaderValue::from_str(value)?);
    Ok(Input::new(value.len(), move || authorization(black_box(&headers)).is_ok() == accepted))
}

const AUD: &str = r#""aud":"https://orders.example.com/""#;
