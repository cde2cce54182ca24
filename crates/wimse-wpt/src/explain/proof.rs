//! The rules for the WPT itself.

use super::meaning::{
    AUDIENCE, AUDIENCE_PRESENT, CONTEXT_COVERED, CONTEXT_KNOWN, CONTEXT_MATCH, CONTEXT_PRESENT, EXPIRY,
    EXPIRY_PRESENT, HASHES, LIFETIME, NOT_BEFORE, NOT_BEFORE_FORM, SIGNATURE, TOKEN_ID, TXN_TOKEN, WIT_HASH,
    WIT_HASH_PRESENT,
};
use super::request::{Credential, Tokens};
use super::table::{ALGORITHM_MATCH, CONTEXT_FIELDS, JWS};
use super::{Excerpt, Explanation, Finding, Moment, Rule, Span};
use crate::claims::{self, OtherHashes};
use crate::context;
use crate::rules::{check_algorithm, check_covered, check_not_repeated, check_txn_token, check_wit_hash};
use crate::{Verifier, WptError};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use wimse_creds::UnixTime;
use wimse_creds::explain::Header;
use wimse_creds::jose::{Claims, MediaType};

impl Verifier {
    /// Judges every rule of `check_message` after the WIT.
    pub(super) fn explain_proof(
        &self,
        found: &mut Explanation,
        tokens: &Tokens<'_>,
        credential: &Credential<'_>,
        now: UnixTime,
    ) {
        let header = match tokens.proof {
            Some(proof) => {
                let limits = (self.max_bytes, MediaType::WPT);
                JWS.explain_header(found, proof, limits, WptError::Token)
            }
            None => {
                JWS.not_reached(found);
                Header::default()
            }
        };
        explain_algorithm(found, &header, credential);
        let payload = header.jws.and_then(|jws| JWS.explain_payload(found, &jws, WptError::Token));
        let claims = payload
            .as_deref()
            .and_then(|payload| JWS.explain_claims(found, Claims::parse(payload).map_err(WptError::Token)));
        let claims = match claims {
            Some(claims) => Read::explain(found, &claims),
            None => {
                found.not_reached(CLAIM_RULES);
                Read::default()
            }
        };
        let signature = header.jws.and_then(|jws| JWS.explain_signature(found, &jws, WptError::Token));

        self.explain_time(found, &claims, now);
        self.explain_audience(found, &claims, tokens.path);
        explain_signature(found, &header, signature.as_deref(), credential);
        self.explain_lifetime(found, &claims, now);
        explain_wit_hash(found, &claims, credential);
        self.explain_context(found, &claims, tokens);
    }

    fn explain_time(&self, found: &mut Explanation, claims: &Read<'_>, now: UnixTime) {
        let leeway = Span(self.leeway);
        match claims.expires {
            Some(expires) => {
                found.judge(&[&EXPIRY], self.check_expiry(expires, now));
                let earliest = Moment(now.minus(self.leeway));
                found.expect(
                    &EXPIRY,
                    format!("after {earliest}, which is now less {leeway} for clocks that differ"),
                );
                found.receive(&EXPIRY, Moment(expires).seen_from(now));
            }
            None => found.not_reached(&[&EXPIRY]),
        }
        match claims.not_before {
            Some(not_before) => {
                found.judge(&[&NOT_BEFORE], self.check_not_before(not_before, now));
                let latest = Moment(now.plus(self.leeway));
                found.expect(
                    &NOT_BEFORE,
                    format!(
                        "not after {latest}, which is now and {leeway} for clocks that differ, or no nbf"
                    ),
                );
                let received = not_before.map_or_else(|| "no nbf".into(), |at| Moment(at).seen_from(now));
                found.receive(&NOT_BEFORE, received);
            }
            None => found.not_reached(&[&NOT_BEFORE]),
        }
    }

    fn explain_audience(&self, found: &mut Explanation, claims: &Read<'_>, path: Option<&str>) {
        let Some(audience) = &claims.audience else { return found.not_reached(&[&AUDIENCE]) };
        found.judge(&[&AUDIENCE], self.check_audience(audience, path));
        let configured = self.audience.configured();
        let bases = configured.bases().iter().map(|base| match path {
            Some(path) => format!("{base} followed by {}", Excerpt::new(path)),
            None => format!("{base} and a path, which the message has not"),
        });
        let values = configured.values().iter().map(|value| format!("\"{value}\""));
        found.expect(&AUDIENCE, bases.chain(values).collect::<Vec<_>>().join(" or "));
        found.receive(&AUDIENCE, Excerpt::new(audience));
    }

    fn explain_lifetime(&self, found: &mut Explanation, claims: &Read<'_>, now: UnixTime) {
        let Some(expires) = claims.expires else { return found.not_reached(&[&LIFETIME]) };
        found.judge(&[&LIFETIME], self.check_lifetime(expires, now));
        found.expect(&LIFETIME, format!("at most {} after now", Span(self.max_lifetime)));
        found.receive(&LIFETIME, format!("{} after now", Span(now.until(expires))));
    }

    fn explain_context(&self, found: &mut Explanation, claims: &Read<'_>, tokens: &Tokens<'_>) {
        let (txn_token, context) = match &tokens.context {
            Some((txn_token, context)) => (*txn_token, Some(context)),
            None => (None, None),
        };
        match (&claims.txn_token_hash, context) {
            (Some(hash), Some(_)) => {
                found.judge(&[&TXN_TOKEN], check_txn_token(hash.as_deref(), txn_token));
                let is_there = |there| if there { "there" } else { "not there" };
                let (claim, field) = (is_there(hash.is_some()), is_there(txn_token.is_some()));
                found.receive(&TXN_TOKEN, format!("the Txn-Token is {field}, and tth is {claim}"));
            }
            _ => found.not_reached(&[&TXN_TOKEN]),
        }
        if !tokens.is_http
            && let Some(context) = context
        {
            found.judge(&[&CONTEXT_FIELDS], check_not_repeated(context));
        }
        let (Some(hashes), Some(context)) = (&claims.other_hashes, context) else {
            return found.not_reached(CONTEXT_RULES);
        };
        // There may be no entry, and then nothing is wrong with any.
        found.judge(ENTRY_RULES, Ok::<_, WptError>(()));
        for (name, hash) in hashes {
            found.judge(ENTRY_RULES, self.check_entry((name, hash), context));
        }
        found.judge(&[&CONTEXT_COVERED], check_covered(hashes, context));
        let configured = names(self.context_fields.iter().map(|field| Cow::Borrowed(field.as_str())));
        let entries = format!("oth names {}", names(hashes.iter().map(|(name, _)| Cow::Borrowed(&**name))));
        found.expect(&CONTEXT_KNOWN, format!("only fields that are configured here: {configured}"));
        for rule in [&CONTEXT_KNOWN, &CONTEXT_PRESENT, &CONTEXT_MATCH, &CONTEXT_COVERED] {
            found.receive(rule, entries.as_str());
        }
        let present = names(context.iter().map(|(name, _)| Cow::Borrowed(*name)));
        found.expect(&CONTEXT_PRESENT, format!("only fields of the request: {present}"));
        found.expect(&CONTEXT_COVERED, format!("all context fields of the request: {present}"));
    }
}

/// As many of the claims as could be read. The outer `None` is for what could not be read.
#[derive(Default)]
struct Read<'a> {
    audience: Option<Cow<'a, str>>,
    expires: Option<UnixTime>,
    not_before: Option<Option<UnixTime>>,
    wit_hash: Option<Cow<'a, str>>,
    txn_token_hash: Option<Option<Cow<'a, str>>>,
    other_hashes: Option<OtherHashes<'a>>,
}

impl<'a> Read<'a> {
    fn explain(found: &mut Explanation, claims: &Claims<'a>) -> Self {
        let read = Self {
            audience: found.judge(&[&AUDIENCE_PRESENT], claims::audience(claims)),
            expires: found.judge(&[&EXPIRY_PRESENT], claims::expiry(claims)),
            not_before: found.judge(&[&NOT_BEFORE_FORM], claims::not_before(claims)),
            wit_hash: {
                found.judge(&[&TOKEN_ID], claims::token_id(claims));
                found.judge(&[&WIT_HASH_PRESENT], claims::wit_hash(claims))
            },
            txn_token_hash: found.judge(&[&HASHES], claims::txn_token_hash(claims)),
            other_hashes: found.judge(&[&HASHES], claims::other_hashes(claims)),
        };
        for (rule, name) in [
            (&AUDIENCE_PRESENT, "aud"),
            (&EXPIRY_PRESENT, "exp"),
            (&NOT_BEFORE_FORM, "nbf"),
            (&TOKEN_ID, "jti"),
            (&WIT_HASH_PRESENT, "wth"),
        ] {
            // Those that are met are shown by the rules for what they mean, but for the id.
            let is_met = found.finding(rule).is_some_and(Finding::is_met);
            if !is_met || name == "jti" {
                let shown = claims.get(name).map_or_else(|| format!("no {name}"), |value| value.excerpt());
                found.receive(rule, shown);
            }
        }
        read
    }
}

fn explain_algorithm(found: &mut Explanation, header: &Header<'_>, credential: &Credential<'_>) {
    let Some(key) = &credential.key else { return found.not_reached(&[&ALGORITHM_MATCH]) };
    match header.algorithm {
        Some(algorithm) => {
            found.judge(&[&ALGORITHM_MATCH], check_algorithm(algorithm, key));
            found.receive(&ALGORITHM_MATCH, algorithm.name());
        }
        None => found.not_reached(&[&ALGORITHM_MATCH]),
    }
    found.expect(&ALGORITHM_MATCH, format!("{}, as the key {}", key.algorithm(), whose(credential)));
}

fn explain_signature(
    found: &mut Explanation,
    header: &Header<'_>,
    signature: Option<&[u8]>,
    credential: &Credential<'_>,
) {
    let (Some(jws), Some(signature), Some(key)) = (header.jws, signature, &credential.key) else {
        return found.not_reached(&[&SIGNATURE]);
    };
    let verified = key.verify(jws.signing_input(), signature).map_err(|_| WptError::Signature);
    found.judge(&[&SIGNATURE], verified);
    found.expect(&SIGNATURE, format!("by the key {}, of thumbprint {}", whose(credential), key.thumbprint()));
}

fn whose(credential: &Credential<'_>) -> &'static str {
    if credential.is_vouched_for { "in the cnf of the WIT" } else { "that the refused WIT claims" }
}

fn explain_wit_hash(found: &mut Explanation, claims: &Read<'_>, credential: &Credential<'_>) {
    let (Some(claimed), Some(wit)) = (&claims.wit_hash, credential.wit) else {
        return found.not_reached(&[&WIT_HASH]);
    };
    let hash = Sha256::digest(wit.as_bytes()).into();
    found.judge(&[&WIT_HASH], check_wit_hash(claimed, &hash));
    let which = if credential.is_vouched_for { "the WIT" } else { "the refused WIT" };
    found.expect(&WIT_HASH, format!("{}, the hash of {which}", context::encode(&hash)));
    found.receive(&WIT_HASH, Excerpt::new(claimed));
}

const CLAIM_RULES: &[&Rule] =
    &[&AUDIENCE_PRESENT, &EXPIRY_PRESENT, &NOT_BEFORE_FORM, &TOKEN_ID, &WIT_HASH_PRESENT, &HASHES];

const ENTRY_RULES: &[&Rule] = &[&CONTEXT_KNOWN, &CONTEXT_PRESENT, &CONTEXT_MATCH];

const CONTEXT_RULES: &[&Rule] = &[&CONTEXT_KNOWN, &CONTEXT_PRESENT, &CONTEXT_MATCH, &CONTEXT_COVERED];

/// Names of fields; the first of many.
fn names<'a>(names: impl Iterator<Item = Cow<'a, str>>) -> String {
    let all: Vec<String> = names.map(|name| Excerpt::new(&name).to_string()).collect();
    match all.len() {
        0 => "none".into(),
        count if count > SHOWN => format!("{} and {} more", all[..SHOWN].join(", "), count - SHOWN),
        _ => all.join(", "),
    }
}

const SHOWN: usize = 8;
