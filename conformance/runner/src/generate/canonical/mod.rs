//! The vectors of the canonical-serialization proposal, one topic per file.

use super::{Cases, Topic, identifier};

mod consumer;
mod length;
mod serialization;

pub(super) const TOPICS: &[Topic] = &[
    topic("serialization", || Ok(serialization::vectors())),
    topic("consumer", || Ok(consumer::vectors())),
    topic("length", || Ok(length::vectors())),
];

const fn topic(name: &'static str, vectors: fn() -> Cases) -> Topic {
    Topic { draft: "identifier-canonical", revision: "proposal", name, vectors }
}
