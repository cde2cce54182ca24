//! WIMSE Workload Proof Token.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod claims;
mod context;
mod error;
mod field;
mod prepare;
mod prove;
mod response;
mod target;
mod verify;

pub use context::TXN_TOKEN;
pub use error::{ProveError, WptError};
pub use field::authorization;
pub use prepare::{PreparedProof, RemoteProver};
pub use prove::{ProofContext, ProofOptions, Prover};
pub use response::challenge;
pub use verify::{Message, Verifier};
