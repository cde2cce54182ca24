//! Deny-lists.

use crate::{Verified, WorkloadIdentityToken};

/// A list of tokens that are refused although they verify (workload-creds 9.3.1).
///
/// It is asked on every verification, also for tokens in the cache. A verifier with a deny-list refuses tokens
/// without `jti`, since they could not be named on it. It must answer from memory.
pub trait WitDenyList: Send + Sync {
    /// Whether the token with this `jti` is refused. A `jti` is unique per trust domain, so look at both.
    fn is_denied(&self, token_id: &str, token: &Verified<WorkloadIdentityToken>) -> bool;
}
