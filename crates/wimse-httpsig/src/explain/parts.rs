//! What is explained alike of requests and responses.

use super::form_rules::{COMPONENTS, FIELDS};
use super::message_rules::{CONTENT, CREATED, DIGEST, EXPIRY, LIFETIME, ORDER, SIGNATURE, TAG};
use super::{Coded, Excerpt, Explanation, Moment, Rule, Span};
use crate::content::{self, Content};
use crate::digest::{ContentDigest, DigestAlgorithm};
use crate::message::{Fields, Message, ReceivedSignature, SignatureInput};
use crate::profile::parameters::CommonParameters;
use crate::profile::{TAG as PROFILE_TAG, Terms, existing, select, validity};
use crate::{HttpSignatureError, ResponseError};
use http::HeaderMap;
use wimse_creds::explain::judge_wit_field;
use wimse_creds::key::PublicKey;
use wimse_creds::{UnixTime, WitVerifier, WorkloadIdentityToken};

impl Coded for HttpSignatureError {
    fn code(&self) -> &'static str {
        Self::code(self)
    }
}

impl Coded for ResponseError {
    fn code(&self) -> &'static str {
        Self::code(self)
    }
}

/// Judges the fields, and which signature is meant.
pub(super) fn explain_selection(
    found: &mut Explanation,
    headers: Fields<'_>,
    terms: &Terms,
) -> Option<ReceivedSignature> {
    let received = found.judge(&[&FIELDS, &TAG], select(headers, &terms.limits));
    found.expect(&TAG, format!("tag \"{PROFILE_TAG}\""));
    if let Ok(present) = existing(headers, &terms.limits) {
        let tags = present.iter().flat_map(|present| present.iter()).map(|one| shown_tag(one.input()));
        let tags = tags.collect::<Vec<_>>();
        found.receive(&TAG, if tags.is_empty() { "no signature".to_owned() } else { tags.join(", ") });
    }
    received
}

fn shown_tag(input: &SignatureInput) -> String {
    match input.tag() {
        Ok(Some(tag)) => format!("tag {}", Excerpt::new(&tag)),
        Ok(None) => "a signature without a tag".to_owned(),
        Err(_) => "a tag that is no string".to_owned(),
    }
}

/// Judges a parameter, and shows what it says where it cannot be read.
pub(super) fn explain_parameter<T>(
    found: &mut Explanation,
    rule: &'static Rule,
    name: &str,
    input: &SignatureInput,
    outcome: Result<T, HttpSignatureError>,
) -> Option<T> {
    let value = found.judge(&[rule], outcome);
    let shown = input.parameters().iter().find(|(key, _)| *key == name);
    let shown =
        shown.map_or_else(|| format!("no {name}"), |(_, value)| format!("{name} is {}", shown_value(&value)));
    found.receive(rule, shown);
    value
}

fn shown_value(value: &crate::message::ParameterValue<'_>) -> String {
    use crate::message::ParameterValue as Value;
    match value {
        Value::Boolean(value) => if *value { "true" } else { "false" }.to_owned(),
        Value::Integer(value) => value.to_string(),
        Value::String(value) => Excerpt::new(value).to_string(),
        Value::Token(value) => format!("the token {}", Excerpt::new(value)),
        _ => "of another type".to_owned(),
    }
}

/// Judges what time has to do with it, as far as the parameters could be read.
pub(super) fn explain_validity(
    found: &mut Explanation,
    created: Option<UnixTime>,
    expires: Option<UnixTime>,
    terms: &Terms,
    now: UnixTime,
) {
    // A time that could not be read says nothing about the other.
    let at = |created, expires| CommonParameters { created, expires, nonce: "".into() };
    match (created, expires) {
        (Some(created), Some(expires)) => {
            found.judge(&[&ORDER], validity::order(&at(created, expires)));
            found.judge(&[&LIFETIME], validity::lifetime(&at(created, expires), terms));
            found.expect(&LIFETIME, format!("at most {}", Span(terms.max_lifetime)));
            found.receive(&LIFETIME, Span(created.until(expires)).to_string());
        }
        _ => found.not_reached(&[&ORDER, &LIFETIME]),
    }
    let leeway = Span(terms.leeway);
    match created {
        Some(created) => {
            found.judge(&[&CREATED], validity::created(&at(created, created), terms, now));
            let latest = Moment(now.plus(terms.leeway));
            found.expect(
                &CREATED,
                format!("not after {latest}, which is now and {leeway} for clocks that differ"),
            );
            found.receive(&CREATED, Moment(created).seen_from(now));
        }
        None => found.not_reached(&[&CREATED]),
    }
    match expires {
        Some(expires) => {
            found.judge(&[&EXPIRY], validity::expires(&at(expires, expires), terms, now));
            let earliest = Moment(now.minus(terms.leeway));
            found.expect(
                &EXPIRY,
                format!("not before {earliest}, which is now less {leeway} for clocks that differ"),
            );
            found.receive(&EXPIRY, Moment(expires).seen_from(now));
        }
        None => found.not_reached(&[&EXPIRY]),
    }
}

/// The components of a signature; the first of many.
pub(super) fn covered(input: &SignatureInput) -> String {
    let shown = input.components().take(SHOWN).map(|one| {
        let name = Excerpt::new(&one.name()).to_string();
        let form = one
            .parameters()
            .iter()
            .map(|(key, _)| format!(";{}", Excerpt::new(key).to_string().trim_matches('"')));
        name + &form.collect::<String>()
    });
    let shown: Vec<String> = shown.collect();
    let rest = input.components().len().saturating_sub(SHOWN);
    match (shown.len(), rest) {
        (0, _) => "nothing is covered".to_owned(),
        (_, 0) => format!("{} are covered", shown.join(", ")),
        _ => format!("{} and {rest} more are covered", shown.join(", ")),
    }
}

const SHOWN: usize = 16;

/// What the WIT says of its key, vouched for or not.
pub(super) struct Credential {
    pub(super) claimed: Option<WorkloadIdentityToken>,
    pub(super) key: Option<PublicKey>,
    pub(super) is_vouched_for: bool,
}

/// Judges the WIT by all of its rules.
pub(super) fn explain_wit(
    found: Explanation,
    wits: &WitVerifier,
    headers: &HeaderMap,
    now: UnixTime,
) -> (Explanation, Credential) {
    let mut field = Explanation::new();
    let wit = judge_wit_field(&mut field, headers);
    let is_there = wit.is_some();
    let explained = wit.map(|wit| wits.explain(wit, now));
    let is_vouched_for = is_there && explained.as_ref().is_some_and(Explanation::is_accepted);
    match explained {
        Some(explained) => field = field.join(explained),
        None => wits.not_reached(&mut field),
    }
    let claimed = wit.and_then(|wit| WorkloadIdentityToken::parse_with(wit, wits.policy()).ok());
    let key = claimed.as_ref().and_then(|wit| wit.claimed_confirmation_key().ok());
    (found.join(field), Credential { claimed, key, is_vouched_for })
}

/// Judges the values of what is covered, and the signature: by the key that a refused WIT claims where there is no other.
pub(super) fn explain_signature(
    found: &mut Explanation,
    received: Option<&ReceivedSignature>,
    message: Message<'_>,
    credential: &Credential,
) {
    let Some(received) = received else { return found.not_reached(&[&COMPONENTS, &SIGNATURE]) };
    let base = received.input().base(message).map_err(HttpSignatureError::Base);
    let base = found.judge(&[&COMPONENTS], base);
    found.receive(&COMPONENTS, covered(received.input()));
    let (Some(base), Some(key)) = (base, &credential.key) else { return found.not_reached(&[&SIGNATURE]) };
    let verified = key.verify(base.as_bytes(), received.signature());
    found.judge(&[&SIGNATURE], verified.map_err(|_| HttpSignatureError::Signature));
    let whose =
        if credential.is_vouched_for { "in the cnf of the WIT" } else { "that the refused WIT claims" };
    let (algorithm, thumbprint) = (key.algorithm(), key.thumbprint());
    found.expect(&SIGNATURE, format!("by the {algorithm} key {whose}, of thumbprint {thumbprint}"));
    let (bytes, length) = (received.signature().len(), key.signature_bytes());
    if bytes != length {
        found.receive(&SIGNATURE, format!("{bytes} bytes, where such a key makes {length}"));
    }
}

/// Judges digest and content.
pub(super) fn explain_content(found: &mut Explanation, headers: &HeaderMap, content: &[u8]) {
    let digest = ContentDigest::parse(headers).map_err(HttpSignatureError::Digest);
    let Some(digest) = found.judge(&[&DIGEST], digest) else { return found.not_reached(&[&CONTENT]) };
    found.expect(&DIGEST, "sha-256 or sha-512");
    let algorithms =
        digest.as_ref().map(|digest| digest.algorithms().map(DigestAlgorithm::key).collect::<Vec<_>>());
    found.receive(
        &DIGEST,
        algorithms.map_or_else(|| "no Content-Digest".to_owned(), |names| names.join(", ")),
    );
    found.judge(&[&CONTENT], content::check(digest.as_ref(), Content::Bytes(content)));
    if let Some(digest) = &digest {
        found.expect(&CONTENT, digest.to_string());
    }
    let algorithm = digest.as_ref().and_then(|digest| digest.algorithms().next());
    let computed = ContentDigest::of(algorithm.unwrap_or(DigestAlgorithm::Sha256), content);
    found.receive(&CONTENT, format!("{} bytes with {computed}", content.len()));
}
