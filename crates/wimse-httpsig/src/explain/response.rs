//! The rules for a response, in the order of verification.

use super::message_rules::{
    COVERAGE, CREATED, DEMAND, EXCLUDED, EXPIRY, LIFETIME, ORDER, PEER, REPLAY, REQUEST_COVERAGE,
    REQUEST_NONCE, SINGLE,
};
use super::parameter_rules::{
    CREATED_PRESENT, EXPIRES_PRESENT, KEY_PARAMETERS, NONCE, OTHER_PARAMETERS, REQUEST_NONCE_PRESENT,
};
use super::parts::{
    covered, explain_content, explain_parameter, explain_selection, explain_signature, explain_validity,
    explain_wit,
};
use super::request::explain_coverage;
use super::{Excerpt, Explanation, Rule};
use crate::message::{ReceivedSignature, ResponseMessage};
use crate::profile::{Present, WIMSE_REQ_NONCE, coverage, parameters, select};
use crate::{ExpectedPeer, PendingExchange, ResponseError, ResponseVerifier};
use http::Response;
use wimse_creds::UnixTime;
use wimse_creds::pop::ReplayGuard;

impl PendingExchange {
    /// Judges a response by every rule of [`verify_response`](Self::verify_response), in its order, and goes on after a
    /// refusal wherever a later rule can still be judged.
    ///
    /// It accepts what `verify_response` accepts, and its first refusal has the code of that error. An unsigned response
    /// that may be unsigned is accepted, and the rules for signatures are left out: nobody is authenticated. As for the
    /// guard, and what else has to be known, see [`Verifier::explain`](crate::Verifier::explain).
    #[must_use]
    pub fn explain_response<B>(
        &self,
        response: &Response<B>,
        content: &[u8],
        verifier: &ResponseVerifier,
        expected: &ExpectedPeer,
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Explanation {
        let verify = || self.verify_response(response, content, verifier, expected, guard, now);
        let headers = response.headers();
        let unsigned =
            select(headers.into(), &verifier.terms().limits).is_err_and(|error| error.is_unsigned());
        if unsigned {
            return self.explain_unsigned(response, verify().map(drop));
        }
        let mut found = Explanation::new();
        let received = explain_selection(&mut found, headers.into(), verifier.terms());
        let request = self.exchange.message();
        let message = ResponseMessage::of(response).answering(&request);
        match &received {
            Some(received) => {
                found.judge(&[&DEMAND], Ok::<_, ResponseError>(()));
                self.explain_input(&mut found, received, &message, verifier, now);
            }
            None => found.not_reached(INPUT_RULES),
        }
        let (mut found, credential) = explain_wit(found, verifier.wits(), headers, now);
        match &credential.claimed {
            Some(wit) => {
                let is_expected = expected.includes(wit.claimed_subject());
                let outcome = if is_expected { Ok(()) } else { Err(ResponseError::UnexpectedPeer) };
                found.judge(&[&PEER], outcome);
                found.expect(&PEER, expected.to_string());
                found.receive(&PEER, Excerpt::new(wit.claimed_subject().as_str()));
            }
            None => found.not_reached(&[&PEER]),
        }
        explain_signature(&mut found, received.as_ref(), (&message).into(), &credential);
        explain_content(&mut found, headers, content);
        if found.is_accepted() {
            found.judge(&[&REPLAY], verify());
        } else {
            found.not_reached(&[&REPLAY]);
        }
        found
    }

    /// There is nothing to be judged but whether it may be so.
    fn explain_unsigned<B>(&self, response: &Response<B>, verdict: Result<(), ResponseError>) -> Explanation {
        let mut found = Explanation::new();
        found.judge(&[&DEMAND], verdict);
        let demand =
            if self.response_required() { "a signed response" } else { "a signed or unsigned response" };
        found.expect(&DEMAND, demand);
        let status = response.status().as_u16();
        found
            .receive(&DEMAND, format!("an unsigned response with status {status}, for which nobody vouches"));
        found
    }

    fn explain_input(
        &self,
        found: &mut Explanation,
        received: &ReceivedSignature,
        message: &ResponseMessage<'_>,
        verifier: &ResponseVerifier,
        now: UnixTime,
    ) {
        let (input, terms) = (received.input(), verifier.terms());
        let method = self.exchange.method.as_str();

        found.judge(&[&KEY_PARAMETERS], parameters::no_key_parameters(input));
        found.judge(&[&OTHER_PARAMETERS], parameters::none_of_requests(input));
        let created =
            explain_parameter(found, &CREATED_PRESENT, "created", input, parameters::created(input));
        let expires =
            explain_parameter(found, &EXPIRES_PRESENT, "expires", input, parameters::expires(input));
        explain_parameter(found, &NONCE, "nonce", input, parameters::nonce(input, terms));
        let nonce = parameters::request_nonce(input);
        let nonce = explain_parameter(found, &REQUEST_NONCE_PRESENT, WIMSE_REQ_NONCE, input, nonce);

        let present = Present::in_response(message.headers());
        found.judge(&[&SINGLE], present.single());
        explain_coverage(found, input, method, || coverage::of_response(method, &present).collect());
        found.judge(&[&REQUEST_COVERAGE], verifier.check_request_coverage(input, &self.exchange));
        found.receive(&REQUEST_COVERAGE, covered(input));
        match nonce {
            Some(nonce) => {
                found.judge(&[&REQUEST_NONCE], self.check_nonce(&nonce));
                found.expect(&REQUEST_NONCE, Excerpt::new(self.nonce()));
                found.receive(&REQUEST_NONCE, Excerpt::new(&nonce));
            }
            None => found.not_reached(&[&REQUEST_NONCE]),
        }
        explain_validity(found, created, expires, terms, now);
    }
}

const INPUT_RULES: &[&Rule] = &[
    &DEMAND,
    &KEY_PARAMETERS,
    &OTHER_PARAMETERS,
    &CREATED_PRESENT,
    &EXPIRES_PRESENT,
    &NONCE,
    &REQUEST_NONCE_PRESENT,
    &SINGLE,
    &EXCLUDED,
    &COVERAGE,
    &REQUEST_COVERAGE,
    &REQUEST_NONCE,
    &ORDER,
    &LIFETIME,
    &CREATED,
    &EXPIRY,
];
