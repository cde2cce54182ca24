//! The Workload Identity Token (workload-creds 5).

mod cache;
mod claims;
mod deny;
mod error;
mod explain;
mod field;
mod issue;
mod payload;
mod policy;
pub(crate) mod rules;
mod token;
mod verify;

pub use claims::{Validity, WitClaims};
pub use deny::WitDenyList;
pub use error::{WitError, WitIssueError};
pub use explain::judge_wit_field;
pub use field::{WORKLOAD_IDENTITY_TOKEN, wit_field};
pub use policy::{WitPolicy, WitProfile};
pub use token::WorkloadIdentityToken;
pub use verify::WitVerifier;
