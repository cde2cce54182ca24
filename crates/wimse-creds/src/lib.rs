//! WIMSE Workload Credentials: keys, trust anchors and the Workload Identity Token.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod jose;
pub mod key;
pub mod limits;
pub mod pop;
mod time;
pub mod trust;
mod verified;
mod wit;

pub use key::KeyError;
pub use time::UnixTime;
pub use verified::Verified;
pub use wit::{
    ClaimError, Validity, WORKLOAD_IDENTITY_TOKEN, WitClaims, WitDenyList, WitError, WitIssueError,
    WitPolicy, WitProfile, WitVerifier, WorkloadIdentityToken, single_field,
};
