//! Who vouches for a token, and whether it is good now.

use super::super::rules::{self, Profiled};
use super::super::{WitPolicy, WitProfile, WitVerifier, payload, token};
use super::token::{Claims, Token};
use crate::UnixTime;
use crate::explain::{
    ALGORITHM_ALLOWED, AUDIENCE, CONFIRMATION, CONFIRMATION_ALGORITHM, CONFIRMATION_ALLOWED,
    CONFIRMATION_KEY, CONFIRMATION_PUBLIC, CONFIRMATION_USAGE, EXPIRY, Excerpt, Explanation, ISSUER, JWS,
    KEY, LIFETIME, Moment, NOT_BEFORE, PROFILE, SIGNATURE, Span, TOKEN_ID, TRUST_DOMAIN,
};
use crate::key::{Algorithm, AnchorKey, PublicKey, explain_confirmation_key};
use crate::trust::DomainAnchors;

impl WitVerifier {
    /// Judges what a token says, as far as it could be read, in the order of verification.
    pub(super) fn explain_claims(&self, found: &mut Explanation, token: &Token<'_>, now: UnixTime) {
        let Token { header, claims } = token;
        let policy = self.policy();
        explain_profile(found, token, policy);
        explain_expiry(found, claims, policy, now);

        let domain = claims.subject.as_ref().map(|subject| {
            let domain = found.judge(&[&TRUST_DOMAIN], self.anchors_of(subject));
            found.receive(&TRUST_DOMAIN, Excerpt::new(subject.origin().as_str()));
            domain
        });
        if domain.is_none() {
            found.not_reached(&[&TRUST_DOMAIN]);
        }
        let domain = domain.flatten();
        explain_issuer(found, claims, domain.as_deref(), policy);
        let key = explain_key(found, token, domain.as_deref(), policy);
        match (header.jws, key) {
            (Some(jws), Some(key)) => {
                let checked = token::check_signature(jws.as_str(), key);
                found.judge(&[JWS.encoding, &SIGNATURE], checked);
                found.expect(&SIGNATURE, format!("a signature by the key {}", named(key)));
            }
            (Some(jws), None) => {
                JWS.explain_signature(found, &jws, super::WitError::Token);
                found.not_reached(&[&SIGNATURE]);
            }
            (None, _) => found.not_reached(&[&SIGNATURE]),
        }
        explain_present(found, claims, policy, now);
        explain_audience(found, claims, policy);
        explain_confirmation(found, claims, policy);
        if self.requires_token_id() {
            explain_token_id(found, claims);
        }
    }
}

fn explain_profile(found: &mut Explanation, Token { header, claims }: &Token<'_>, policy: &WitPolicy) {
    if policy.profile != WitProfile::WitSvid {
        return;
    }
    match (&header.typ, header.algorithm, &header.key_id, &claims.subject) {
        (Some(typ), Some(algorithm), Some(key_id), Some(subject)) => {
            let profiled = Profiled { typ, algorithm, key_id: key_id.as_deref(), subject };
            found.judge(&[&PROFILE], rules::profile(&profiled, policy));
            found.expect(
                &PROFILE,
                "typ spelt wit+jwt, an algorithm of WIT-SVID, a kid, and a SPIFFE ID as subject",
            );
        }
        _ => found.not_reached(&[&PROFILE]),
    }
}

fn explain_expiry(found: &mut Explanation, claims: &Claims, policy: &WitPolicy, now: UnixTime) {
    let Some(expires) = claims.expires else { return found.not_reached(&[&EXPIRY]) };
    found.judge(&[&EXPIRY], rules::expiry(expires, policy, now));
    let earliest = Moment(now.minus(policy.leeway));
    found.expect(
        &EXPIRY,
        format!("after {earliest}, which is now less {} for clocks that differ", Span(policy.leeway)),
    );
    found.receive(&EXPIRY, Moment(expires).seen_from(now));
}

fn explain_issuer(
    found: &mut Explanation,
    claims: &Claims,
    domain: Option<&DomainAnchors>,
    policy: &WitPolicy,
) {
    let (Some(issuer), Some(domain)) = (&claims.issuer, domain) else { return found.not_reached(&[&ISSUER]) };
    found.judge(&[&ISSUER], rules::issuer(issuer.as_deref(), domain, policy));
    let listed = listed(domain.issuers().iter().map(|issuer| format!("\"{issuer}\"")));
    let expected = match (domain.issuers().is_empty(), policy.issuer_required) {
        (true, true) => "any issuer".into(),
        (true, false) => "any issuer, or none".into(),
        (false, true) => listed,
        (false, false) => format!("{listed}, or none"),
    };
    found.expect(&ISSUER, expected);
    found.receive(&ISSUER, text_or_nothing(issuer.as_deref()));
}

fn explain_key<'d>(
    found: &mut Explanation,
    Token { header, .. }: &Token<'_>,
    domain: Option<&'d DomainAnchors>,
    policy: &WitPolicy,
) -> Option<&'d PublicKey> {
    match header.algorithm {
        Some(algorithm) => drop(found.judge(&[&ALGORITHM_ALLOWED], rules::algorithm_name(algorithm, policy))),
        None => found.not_reached(&[&ALGORITHM_ALLOWED]),
    }
    let (Some(algorithm), Some(key_id), Some(domain)) = (header.algorithm, &header.key_id, domain) else {
        found.not_reached(&[&ALGORITHM_ALLOWED, &KEY]);
        return None;
    };
    let key = domain.select(key_id.as_deref(), algorithm).map_err(super::WitError::Key);
    let key = found.judge(&[&ALGORITHM_ALLOWED, &KEY], key);
    found.receive(&ALGORITHM_ALLOWED, algorithm.name());
    let keys = listed(domain.keys().iter().map(described));
    found.expect(&KEY, if key_id.is_some() { keys } else { format!("exactly one key that fits, of {keys}") });
    let received = match key_id {
        Some(key_id) => format!("kid {} with {algorithm}", Excerpt::new(key_id)),
        None => format!("no kid, with {algorithm}"),
    };
    found.receive(&KEY, received);
    key
}

/// `nbf` and the lifetime.
fn explain_present(found: &mut Explanation, claims: &Claims, policy: &WitPolicy, now: UnixTime) {
    match claims.not_before {
        Some(not_before) => {
            found.judge(&[&NOT_BEFORE], rules::not_before(not_before, policy, now));
            let latest = Moment(now.plus(policy.leeway));
            let leeway = Span(policy.leeway);
            found.expect(
                &NOT_BEFORE,
                format!("not after {latest}, which is now and {leeway} for clocks that differ, or no nbf"),
            );
            found.receive(
                &NOT_BEFORE,
                not_before.map_or_else(|| "no nbf".into(), |at| Moment(at).seen_from(now)),
            );
        }
        None => found.not_reached(&[&NOT_BEFORE]),
    }
    let (Some(expires), Some(issued_at)) = (claims.expires, claims.issued_at) else {
        return found.not_reached(&[&LIFETIME]);
    };
    found.judge(&[&LIFETIME], rules::lifetime(expires, issued_at, policy, now));
    let (limit, leeway) = (Span(policy.max_lifetime), Span(policy.leeway));
    found.expect(&LIFETIME, format!("at most {limit} after iat, and {leeway} more than that after now"));
    let from_now = Span(now.until(expires));
    let received = match issued_at {
        Some(issued_at) => format!("{} after iat, {from_now} after now", Span(issued_at.until(expires))),
        None => format!("{from_now} after now, and no iat"),
    };
    found.receive(&LIFETIME, received);
}

fn explain_audience(found: &mut Explanation, claims: &Claims, policy: &WitPolicy) {
    let Some((has_audience, shown)) = &claims.audience else { return found.not_reached(&[&AUDIENCE]) };
    found.judge(&[&AUDIENCE], rules::audience(*has_audience, policy));
    if *has_audience {
        found.receive(&AUDIENCE, shown.as_str());
    }
}

fn explain_confirmation(found: &mut Explanation, claims: &Claims, policy: &WitPolicy) {
    let parts = [&CONFIRMATION_KEY, &CONFIRMATION_PUBLIC, &CONFIRMATION_USAGE, &CONFIRMATION_ALGORITHM];
    let Some(confirmation) = &claims.confirmation else {
        found.not_reached(&[&CONFIRMATION]);
        found.not_reached(&parts);
        return found.not_reached(&[&CONFIRMATION_ALLOWED]);
    };
    let jwk = found.judge(&[&CONFIRMATION], payload::confirmation_jwk(confirmation.as_deref()));
    let key = match jwk {
        Some(jwk) => explain_confirmation_key(found, jwk, policy.backend),
        None => {
            found.not_reached(&parts);
            None
        }
    };
    let Some(key) = key else { return found.not_reached(&[&CONFIRMATION_ALLOWED]) };
    found.judge(&[&CONFIRMATION_ALLOWED], rules::confirmation_algorithm(key.algorithm(), policy));
    if let Some(allowed) = &policy.proof_algorithms {
        let allowed = allowed.iter().copied().filter(|algorithm| policy.allows_name(*algorithm));
        found.expect(&CONFIRMATION_ALLOWED, listed(allowed.map(|algorithm| algorithm.name().to_owned())));
    }
    found.receive(&CONFIRMATION_ALLOWED, key.algorithm().name());
}

fn explain_token_id(found: &mut Explanation, claims: &Claims) {
    let Some(token_id) = &claims.token_id else { return found.not_reached(&[&TOKEN_ID]) };
    found.judge(&[&TOKEN_ID], rules::token_id(token_id.as_deref(), true));
    found.receive(&TOKEN_ID, text_or_nothing(token_id.as_deref()));
}

fn text_or_nothing(text: Option<&str>) -> String {
    text.map_or_else(|| "nothing".into(), |text| Excerpt::new(text).into())
}

/// A key that is configured: its id and algorithms.
fn described(key: &AnchorKey) -> String {
    let algorithms: Vec<&str> = key.algorithms().map(Algorithm::name).collect();
    let algorithms = algorithms.join(" or ");
    match key.key_id() {
        Some(key_id) => format!("\"{key_id}\" with {algorithms}"),
        None => format!("a key without kid for {algorithms}"),
    }
}

fn named(key: &PublicKey) -> String {
    match key.key_id() {
        Some(key_id) => format!("\"{key_id}\" of thumbprint {}", key.thumbprint()),
        None => format!("of thumbprint {}", key.thumbprint()),
    }
}

/// Alternatives from the configuration; the first of many.
fn listed(alternatives: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = alternatives.collect();
    match all.len() {
        0 => "nothing: none is configured".into(),
        count if count > SHOWN => format!("{} or one of {} more", all[..SHOWN].join(", "), count - SHOWN),
        _ => all.join(" or "),
    }
}

const SHOWN: usize = 8;
