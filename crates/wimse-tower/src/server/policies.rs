//! Policies by path, where the framework has no layers by route.

use super::Policy;
use std::collections::HashMap;

/// Policies by the path of the request, as it was received. A single [`Policy`] is one for every path.
///
/// axum has layers by route, and needs this hardly ever; a gRPC server has one for all of its services.
///
/// The policy of an exact path counts first, then that of the longest prefix, which ends at a segment, then the default.
/// A path with empty or dot segments, or with an encoded slash, backslash or dot, gets the default, since what is beneath may
/// read it as another. So the default is to be the strictest.
///
/// ```
/// use wimse_tower::{Policies, Policy};
///
/// fn policies(strict: Policy, health: Policy, read: Policy) -> Policies {
///     Policies::new(strict).at("/grpc.health.v1.Health/Check", health).beneath("/orders.Reader", read)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Policies {
    default: Policy,
    exact: HashMap<String, Policy>,
    /// Without a slash at the end; the longest first.
    beneath: Vec<(String, Policy)>,
}

impl Policies {
    /// The policy of every path that has no other.
    #[must_use]
    pub fn new(default: Policy) -> Self {
        Self { default, exact: HashMap::new(), beneath: Vec::new() }
    }

    /// The policy of one path.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>, policy: Policy) -> Self {
        self.exact.insert(path.into(), policy);
        self
    }

    /// The policy of this path and of all beneath it.
    #[must_use]
    pub fn beneath(mut self, prefix: impl Into<String>, policy: Policy) -> Self {
        let mut prefix = prefix.into();
        prefix.truncate(prefix.trim_end_matches('/').len());
        self.beneath.retain(|(known, _)| *known != prefix);
        self.beneath.push((prefix, policy));
        self.beneath.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        self
    }

    pub(super) fn of(&self, path: &str) -> &Policy {
        if !is_unambiguous(path) {
            return &self.default;
        }
        let is_beneath = |prefix: &str| {
            path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.exact
            .get(path)
            .or_else(|| self.beneath.iter().find(|(prefix, _)| is_beneath(prefix)).map(|(_, policy)| policy))
            .unwrap_or(&self.default)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Policy> {
        let others = self.exact.values().chain(self.beneath.iter().map(|(_, policy)| policy));
        std::iter::once(&self.default).chain(others)
    }
}

impl From<Policy> for Policies {
    fn from(policy: Policy) -> Self {
        Self::new(policy)
    }
}

/// Whether everybody reads the path alike.
fn is_unambiguous(path: &str) -> bool {
    let encoded =
        |pair: &[u8]| pair[0] == b'%' && matches!(&pair[1..], b"2f" | b"2F" | b"5c" | b"5C" | b"2e" | b"2E");
    let Some(rest) = path.strip_prefix('/') else { return false };
    // A slash at the very end makes an empty segment that harms nobody.
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    !path.contains('\\')
        && !path.as_bytes().windows(3).any(encoded)
        && (rest.is_empty() || rest.split('/').all(|segment| !matches!(segment, "" | "." | "..")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimse_creds::pop::binding::Binding;
    use wimse_creds::pop::{LayerPolicy, PeerPolicy};

    #[test]
    fn the_closest_policy_counts_and_odd_paths_get_the_default() {
        let nobody = LayerPolicy::Either(PeerPolicy::default());
        let strict = Policy::all_of([Binding::HttpSignature, Binding::MutualTls], nobody.clone());
        let token = Policy::any_of([Binding::WorkloadProofToken], nobody.clone());
        let signed = Policy::any_of([Binding::HttpSignature], nobody);
        let policies = Policies::new(strict).at("/a/exact", signed.clone()).beneath("/a/", token);
        let policies = policies.beneath("/a/b", signed);
        for (path, proofs) in [
            ("/", "httpsig, mtls"),
            ("/a", "wpt"),
            ("/a/", "wpt"),
            ("/a/c", "wpt"),
            ("/ab", "httpsig, mtls"),
            ("/a/exact", "httpsig"),
            ("/a/exact/", "wpt"),
            ("/a/b", "httpsig"),
            ("/a/b/c", "httpsig"),
            ("/a/bc", "wpt"),
            ("/a/../x", "httpsig, mtls"),
            ("/a/./x", "httpsig, mtls"),
            ("/a//x", "httpsig, mtls"),
            ("/a/%2e%2e/x", "httpsig, mtls"),
            ("/a%2Fx", "httpsig, mtls"),
            ("/a/\\x", "httpsig, mtls"),
            ("/a/%5cx", "httpsig, mtls"),
            ("/a/%20x", "wpt"),
            ("*", "httpsig, mtls"),
            ("", "httpsig, mtls"),
        ] {
            assert_eq!(policies.of(path).accepted.to_string(), proofs, "{path}");
        }
    }
}
