//! The vectors of the HTTP signature draft, and of RFC 9421 and RFC 9530 below it.

use super::{Cases, Topic};

mod accept;
mod answer;
mod audience;
mod base;
mod base_refused;
mod cases;
mod change;
mod components;
mod connect;
mod content;
mod coverage;
mod digest;
mod draft_text;
mod examples;
mod fields;
mod input;
mod making;
mod pairs;
mod parameters;
mod peer;
mod policy;
mod reissued;
mod replay;
mod required;
mod response;
mod rfc9421;
mod selection;
mod sign_request;
mod sign_request_refused;
mod sign_response;
mod sign_target;
mod signature;
mod signed;
mod structured;
mod target;
mod transfer;
mod types;
mod validity;
mod wire;
mod wish;
mod wit;

pub(super) const TOPICS: &[Topic] = &[
    topic("examples", examples::vectors),
    topic("examples-reissued", reissued::vectors),
    topic("rfc9421", rfc9421::vectors),
    topic("signature-base", base::vectors),
    topic("signature-fields", fields::vectors),
    topic("digest", digest::vectors),
    topic("coverage", coverage::vectors),
    topic("components", components::vectors),
    topic("parameters", parameters::vectors),
    topic("parameter-types", types::vectors),
    topic("selection", selection::vectors),
    topic("validity", validity::vectors),
    topic("audience", audience::vectors),
    topic("wit", wit::vectors),
    topic("signature", signature::vectors),
    topic("content", content::vectors),
    topic("content-transfer", transfer::vectors),
    topic("target", target::vectors),
    topic("replay", replay::vectors),
    topic("pairs", pairs::vectors),
    topic("structured-fields", structured::vectors),
    topic("local-policy", policy::vectors),
    topic("sign-request", sign_request::vectors),
    topic("sign-request-refused", sign_request_refused::vectors),
    topic("sign-request-target", sign_target::vectors),
    topic("response", response::vectors),
    topic("response-required", required::vectors),
    topic("response-peer", peer::vectors),
    topic("sign-response", sign_response::vectors),
    topic("accept-signature", accept::vectors),
    topic("accept-signature-granted", wish::vectors),
    of_08("connect", connect::vectors),
    of_08("answer", answer::vectors),
];

const fn topic(name: &'static str, vectors: fn() -> Cases) -> Topic {
    Topic { draft: "http-signature", revision: "07", name, vectors }
}

/// What is known of the next revision only.
const fn of_08(name: &'static str, vectors: fn() -> Cases) -> Topic {
    Topic { draft: "http-signature", revision: "08-known-changes", name, vectors }
}
