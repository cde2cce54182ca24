//! The vectors of the mutual TLS draft, one topic per file.

use super::{Cases, Topic};

mod clients;
mod dns_servers;
mod handshake;
mod host;
mod layers;
mod party;
mod path;
mod role;
mod servers;

pub(super) const TOPICS: &[Topic] = &[
    topic("path", path::vectors),
    topic("role", role::vectors),
    topic("host", host::vectors),
    topic("clients", clients::vectors),
    topic("servers", servers::vectors),
    topic("dns-servers", dns_servers::vectors),
    topic("handshake", handshake::vectors),
    topic("layers", layers::vectors),
];

const fn topic(name: &'static str, vectors: fn() -> Cases) -> Topic {
    Topic { draft: "mutual-tls", revision: "towards-03", name, vectors }
}
