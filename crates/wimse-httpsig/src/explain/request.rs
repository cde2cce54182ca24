//! The rules for a request, in the order of verification.

use super::message_rules::{
    AUDIENCE, COVERAGE, CREATED, EXCLUDED, EXPIRY, LIFETIME, ORDER, REPLAY, RESPONSE_SIGNING, SINGLE,
};
use super::parameter_rules::{
    AUDIENCE_PRESENT, CREATED_PRESENT, EXPIRES_PRESENT, KEY_PARAMETERS, NONCE, OTHER_PARAMETERS,
    SIGN_RESPONSE,
};
use super::parts::{
    covered, explain_content, explain_parameter, explain_selection, explain_signature, explain_validity,
    explain_wit,
};
use super::{Excerpt, Explanation, Rule};
use crate::message::{RequestMessage, SignatureInput, TargetContext};
use crate::profile::coverage::{self, Required};
use crate::profile::{Present, Terms, WIMSE_AUD, WIMSE_SIGN_RESPONSE, parameters};
use crate::{HttpSignatureError, Inbound, Verifier};
use http::Request;
use std::borrow::Cow;
use wimse_creds::UnixTime;
use wimse_creds::pop::ReplayGuard;

impl Verifier {
    /// Judges a request by every rule of [`verify`](Self::verify), in its order, and goes on after a refusal wherever a
    /// later rule can still be judged.
    ///
    /// It accepts what `verify` accepts, and its first refusal has the code of the error of `verify`. If the WIT is
    /// refused and can be read, the signature is judged by the key that the WIT claims, and the texts say so.
    ///
    /// The guard is asked by a real verification, and only when every other rule is met: an accepted request is then
    /// admitted, and used up, as by `verify`. Explain a request that was refused before with a guard that has seen the
    /// same, or with [`NoReplayGuard`](wimse_creds::pop::NoReplayGuard).
    ///
    /// For local use: it does the work of several verifications, and a peer must not learn what it says. See
    /// [`explain`](crate::explain) for an example.
    #[must_use]
    pub fn explain<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
        target: &TargetContext<'_>,
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Explanation {
        let headers = request.headers();
        let message = RequestMessage::new(request.method().as_str(), target.borrowed(), headers);
        let mut found = Explanation::new();
        let received = explain_selection(&mut found, message.headers(), self.terms());
        match &received {
            Some(received) => self.explain_input(&mut found, received.input(), &message, now),
            None => found.not_reached(INPUT_RULES),
        }
        let (mut found, credential) = explain_wit(found, self.wits(), headers, now);
        explain_signature(&mut found, received.as_ref(), (&message).into(), &credential);
        explain_content(&mut found, headers, request.body().as_ref());
        explain_admission(found, || self.verify(request, target, guard, now))
    }

    fn explain_input(
        &self,
        found: &mut Explanation,
        input: &SignatureInput,
        message: &RequestMessage<'_>,
        now: UnixTime,
    ) {
        let terms = self.terms();
        let read = Read::explain(found, input, terms);
        let (method, present) = (message.method(), Present::in_request(message.headers()));
        found.judge(&[&SINGLE], present.single());
        explain_coverage(found, input, method, || coverage::of_request(method, &present).collect());
        self.explain_audience(found, read.audience.as_deref(), message);
        explain_validity(found, read.created, read.expires, terms, now);
    }

    fn explain_audience(
        &self,
        found: &mut Explanation,
        audience: Option<&str>,
        message: &RequestMessage<'_>,
    ) {
        let Some(received) = audience else { return found.not_reached(&[&AUDIENCE]) };
        found.judge(&[&AUDIENCE], self.check_audience(received, message));
        let path = message.target().path(message.method());
        let configured = self.audience().configured();
        let bases = configured.bases().iter().map(|base| match path {
            Ok(path) => format!("{base} followed by {}", Excerpt::new(path)),
            Err(_) => format!("{base} and a path, which the request has not"),
        });
        let values = configured.values().iter().map(|value| format!("\"{value}\""));
        found.expect(&AUDIENCE, bases.chain(values).collect::<Vec<_>>().join(" or "));
        found.receive(&AUDIENCE, Excerpt::new(received));
    }
}

/// As many of the parameters as could be read.
struct Read<'a> {
    created: Option<UnixTime>,
    expires: Option<UnixTime>,
    audience: Option<Cow<'a, str>>,
}

impl<'a> Read<'a> {
    fn explain(found: &mut Explanation, input: &'a SignatureInput, terms: &Terms) -> Self {
        found.judge(&[&KEY_PARAMETERS], parameters::no_key_parameters(input));
        found.judge(&[&OTHER_PARAMETERS], parameters::none_of_responses(input));
        let created =
            explain_parameter(found, &CREATED_PRESENT, "created", input, parameters::created(input));
        let expires =
            explain_parameter(found, &EXPIRES_PRESENT, "expires", input, parameters::expires(input));
        explain_parameter(found, &NONCE, "nonce", input, parameters::nonce(input, terms));
        let audience = parameters::audience(input);
        let audience = explain_parameter(found, &AUDIENCE_PRESENT, WIMSE_AUD, input, audience);
        let demand = parameters::sign_response(input);
        explain_parameter(found, &SIGN_RESPONSE, WIMSE_SIGN_RESPONSE, input, demand);
        Self { created, expires, audience }
    }
}

/// Judges what is covered, of requests and responses. `method` is that of the request.
pub(super) fn explain_coverage(
    found: &mut Explanation,
    input: &SignatureInput,
    method: &str,
    required: impl Fn() -> Vec<Required>,
) {
    found.judge(&[&EXCLUDED], coverage::nothing_excluded(input, method));
    found.judge(&[&COVERAGE], coverage::everything_required(input, required().into_iter()));
    let names = required().into_iter().map(|one| {
        let form = if one.is_req { ";req" } else { "" };
        format!("\"{}\"{form}", one.name)
    });
    found.expect(&COVERAGE, names.collect::<Vec<_>>().join(", "));
    found.receive(&COVERAGE, covered(input));
}

/// SIG-3-37: only now, so that what is refused is not remembered.
fn explain_admission(
    mut found: Explanation,
    verify: impl FnOnce() -> Result<Inbound, HttpSignatureError>,
) -> Explanation {
    if found.is_accepted() {
        found.judge(&[&REPLAY, &RESPONSE_SIGNING], verify());
    } else {
        found.not_reached(&[&REPLAY, &RESPONSE_SIGNING]);
    }
    found
}

const INPUT_RULES: &[&Rule] = &[
    &KEY_PARAMETERS,
    &OTHER_PARAMETERS,
    &CREATED_PRESENT,
    &EXPIRES_PRESENT,
    &NONCE,
    &AUDIENCE_PRESENT,
    &SIGN_RESPONSE,
    &SINGLE,
    &EXCLUDED,
    &COVERAGE,
    &AUDIENCE,
    &ORDER,
    &LIFETIME,
    &CREATED,
    &EXPIRY,
];
