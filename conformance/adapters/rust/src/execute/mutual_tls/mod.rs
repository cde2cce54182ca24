//! The operations of the mutual TLS draft: handshakes between two ends in memory.
//!
//! | Operation | Client | Server | What is judged |
//! | --- | --- | --- | --- |
//! | `mtls.accept` | any TLS client | ours | the client, by the server |
//! | `mtls.connect` | ours | any TLS server | the server, by the client |
//! | `mtls.handshake` | ours | ours | both |
//! | `mtls.recheck` | ours | ours | both again, later |

use super::{InvalidCase, Operation, Outcome, Step};

mod connection;
mod handshake;
mod later;
mod party;
mod plain;

pub(super) const OPERATIONS: &[Operation] = &[
    ("mtls.accept", handshake::accept),
    ("mtls.connect", handshake::connect),
    ("mtls.handshake", handshake::handshake),
    ("mtls.recheck", later::recheck),
];

/// The refusal of an error of mutual TLS.
fn refusal(error: &wimse_mtls::MtlsError) -> Outcome {
    Outcome::reject(error.code(), error)
}
