//! What a token has to be, and what of it can be read.

use super::super::payload;
use super::super::{WitError, WitPolicy};
use crate::UnixTime;
use crate::explain::{CLAIMS, EXPIRY_PRESENT, Explanation, Header, JWS, SUBJECT, shown};
use crate::jose::MediaType;
use crate::jose::json::{self, Object};
use wimse_identifier::WorkloadIdentifier;

/// As much of a token as could be read.
#[derive(Default)]
pub(super) struct Token<'a> {
    pub(super) header: Header<'a>,
    pub(super) claims: Claims,
}

/// As many of the claims as could be read. The outer `None` is for what could not be read.
#[derive(Default)]
pub(super) struct Claims {
    pub(super) subject: Option<WorkloadIdentifier>,
    pub(super) expires: Option<UnixTime>,
    pub(super) not_before: Option<Option<UnixTime>>,
    pub(super) issued_at: Option<Option<UnixTime>>,
    pub(super) issuer: Option<Option<Box<str>>>,
    pub(super) token_id: Option<Option<Box<str>>>,
    /// Whether there is an `aud`, and what it shows.
    pub(super) audience: Option<(bool, String)>,
    pub(super) confirmation: Option<Option<Box<str>>>,
}

impl<'a> Token<'a> {
    /// Judges every rule of `WorkloadIdentityToken::parse_with`.
    pub(super) fn explain(found: &mut Explanation, compact: &'a str, policy: &WitPolicy) -> Self {
        let limits = (policy.max_bytes, MediaType::WIT);
        let header = JWS.explain_header(found, compact, limits, WitError::Token);
        let payload = header.jws.and_then(|jws| JWS.explain_payload(found, &jws, WitError::Token));
        let object = payload.as_deref().and_then(|payload| {
            JWS.explain_claims(found, Object::from_bytes(payload).map_err(WitError::Token))
        });
        let claims = match object {
            Some(object) => Claims::explain(found, &object, policy),
            None => {
                found.not_reached(&[&SUBJECT, &EXPIRY_PRESENT, &CLAIMS]);
                Claims::default()
            }
        };
        Self { header, claims }
    }
}

impl Claims {
    fn explain(found: &mut Explanation, claims: &Object<'_>, policy: &WitPolicy) -> Self {
        let subject = found.judge(&[&SUBJECT], payload::subject(claims, policy));
        found.expect(&SUBJECT, expected_subject(claims, policy));
        found.receive(&SUBJECT, shown(claims.get("sub")));
        let expires = found.judge(&[&EXPIRY_PRESENT], payload::expiry(claims));
        if expires.is_none() {
            found.expect(&EXPIRY_PRESENT, "a number of seconds since 1970");
            found.receive(&EXPIRY_PRESENT, shown(claims.get("exp")));
        }
        Self {
            subject,
            expires,
            not_before: other(found, claims, "nbf", payload::not_before(claims)),
            issued_at: other(found, claims, "iat", payload::issued_at(claims)),
            issuer: other(found, claims, "iss", payload::issuer(claims)),
            token_id: other(found, claims, "jti", payload::token_id(claims)),
            audience: Some((payload::has_audience(claims), shown(claims.get("aud")))),
            confirmation: Some(payload::confirmation(claims).map(Into::into)),
        }
    }
}

/// Judges one of the claims that share a rule; the first that is refused is shown.
fn other<T>(
    found: &mut Explanation,
    claims: &Object<'_>,
    name: &str,
    read: Result<T, WitError>,
) -> Option<T> {
    let first = found.finding(&CLAIMS).is_none_or(|finding| finding.code().is_none());
    let read = found.judge(&[&CLAIMS], read);
    if read.is_none() && first {
        found.receive(&CLAIMS, format!("{} in {name}", shown(claims.get(name))));
    }
    read
}

/// The rules for identifiers that the subject does not meet, in words.
fn expected_subject(claims: &Object<'_>, policy: &WitPolicy) -> String {
    let subject = claims.get("sub").and_then(json::string).unwrap_or_default();
    let explanation = policy.identifiers.explain(&subject);
    let rules: Vec<String> = explanation
        .refusals()
        .map(|finding| format!("{} ({})", finding.rule().says(), finding.requirement()))
        .collect();
    if rules.is_empty() || subject.is_empty() {
        return "a Workload Identifier".into();
    }
    format!("a Workload Identifier, so that {}", rules.join(" and "))
}
