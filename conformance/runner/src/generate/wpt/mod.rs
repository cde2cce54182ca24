//! The vectors of the WPT draft, one topic per file.

use super::{Cases, Topic};

mod answer;
mod audience;
mod audience_value;
mod authorization;
mod authorize;
mod bearer;
mod claims;
mod context;
mod create;
mod create_refused;
mod examples;
mod exchange;
mod expiry;
mod header;
mod identity;
mod message;
mod printed;
mod replay;
mod rotation;
mod signature;
mod store;
mod target;
mod token;
mod txn_token;
mod wit;

pub(super) const TOPICS: &[Topic] = &[
    topic("examples", examples::vectors),
    topic("authorization", authorization::vectors),
    topic("token", token::vectors),
    topic("header", header::vectors),
    topic("signature", signature::vectors),
    topic("wit", wit::vectors),
    topic("audience", audience::vectors),
    topic("audience-value", audience_value::vectors),
    topic("target", target::vectors),
    topic("expiry", expiry::vectors),
    topic("claims", claims::vectors),
    topic("txn-token", txn_token::vectors),
    topic("context", context::vectors),
    topic("bearer", bearer::vectors),
    topic("identity", identity::vectors),
    topic("replay", replay::vectors),
    topic("store", store::vectors),
    topic("rotation", rotation::vectors),
    topic("authorize", authorize::vectors),
    topic("answer", answer::vectors),
    topic("message", message::vectors),
    topic("create", create::vectors),
    topic("create-refused", create_refused::vectors),
    topic("printed", printed::vectors),
];

const fn topic(name: &'static str, vectors: fn() -> Cases) -> Topic {
    Topic { draft: "wpt", revision: "02", name, vectors }
}
