//! Policies by path, where the framework has no layers by route.

use super::paths::{names, only_reading, readings, trunk};
use super::{ConfigError, Policy};
use std::collections::HashMap;

/// Policies by the path of the request, as it was received. A single [`Policy`] is one for every path.
///
/// axum has layers by route, and needs this hardly ever; a gRPC server has one for all of its services.
///
/// The policy of an exact path counts first, with a slash at its end or without, then that of the longest prefix, which ends at a
/// segment, then the default. Upper and lower case are two.
///
/// What is behind the layer may read a path in its own way: decode it, once or twice, merge slashes, resolve dot segments, or cut
/// parameters such as `;v=1` off. So **a path that could be read as one of another policy is refused** with 400
/// (`tower.path_ambiguous`), whatever it proves. Beside a policy for `/admin` that are `/%61dmin`, `//admin`, `/x/..;/admin` and
/// `/admin;v=1`, for instance. `/files/a%2Fb` is not, and has the default policy, or that of what is beneath `/files`.
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

    /// Whether a policy can be for this path, or for what is beneath it: it begins with `/` and can be read in one way only.
    #[must_use]
    pub fn can_be_for(path: &str) -> bool {
        only_reading(path).is_some()
    }

    /// The policy of one path, with a slash at its end or without, unless both are given.
    #[must_use]
    pub fn at(mut self, path: impl Into<String>, policy: Policy) -> Self {
        self.exact.insert(normal(path.into()), policy);
        self
    }

    /// The policy of this path and of all beneath it.
    #[must_use]
    pub fn beneath(mut self, prefix: impl Into<String>, policy: Policy) -> Self {
        let mut prefix = normal(prefix.into());
        prefix.truncate(prefix.trim_end_matches('/').len());
        self.beneath.retain(|(known, _)| *known != prefix);
        self.beneath.push((prefix, policy));
        self.beneath.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        self
    }

    /// The policy of a path, unless what is beneath may read it as one that has another.
    pub(super) fn of(&self, path: &str) -> Option<&Policy> {
        let is_one_for_all = self.exact.is_empty() && self.beneath.is_empty();
        // "*" of OPTIONS, and the nothing of CONNECT.
        if is_one_for_all || matches!(path, "*" | "") {
            return Some(&self.default);
        }
        let readings = readings(path).unwrap_or_default();
        let mut policies = readings.iter().map(|reading| self.select(reading));
        match policies.next() {
            Some(first) if policies.all(|other| std::ptr::eq(first, other)) => Some(first),
            _ => self.however_read(path),
        }
    }

    /// The policy of a path that everybody may read in his own way, as long as that leads to no other.
    fn however_read(&self, path: &str) -> Option<&Policy> {
        let names = names(path)?;
        let goes_up = names.iter().any(|name| name == "..");
        let trunk: Vec<&str> = if goes_up { Vec::new() } else { trunk(path).collect() };
        let is_above = |prefix: &str| trunk.starts_with(&of_route(prefix));
        let may_be_read = |route: &str| {
            let mut names = names.iter();
            of_route(route).iter().all(|segment| names.any(|name| name == segment))
        };
        let mut others = self.beneath.iter().map(|(prefix, _)| prefix).filter(|prefix| !is_above(prefix));
        if self.exact.keys().any(|path| may_be_read(path)) || others.any(|prefix| may_be_read(prefix)) {
            return None;
        }
        let above = self.beneath.iter().find(|(prefix, _)| is_above(prefix));
        Some(above.map_or(&self.default, |(_, policy)| policy))
    }

    fn select(&self, path: &str) -> &Policy {
        let is_beneath = |prefix: &str| {
            path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let twin = || match path.strip_suffix('/') {
            Some(shorter) => self.exact.get(shorter),
            None => self.exact.get(&format!("{path}/")),
        };
        self.exact
            .get(path)
            .or_else(twin)
            .or_else(|| self.beneath.iter().find(|(prefix, _)| is_beneath(prefix)).map(|(_, policy)| policy))
            .unwrap_or(&self.default)
    }

    pub(super) fn default(&self) -> &Policy {
        &self.default
    }

    /// Policies are for paths that requests can have.
    pub(super) fn check_paths(&self) -> Result<(), ConfigError> {
        let exact = self.exact.keys().map(|path| (path, only_reading(path)));
        let beneath = self.beneath.iter().map(|(prefix, _)| (prefix, only_reading(&format!("{prefix}/"))));
        match exact.chain(beneath).find(|(_, reading)| reading.is_none()) {
            Some((path, _)) => Err(ConfigError::PolicyPath(path.clone())),
            None => Ok(()),
        }
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

fn of_route(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

/// As paths of requests are compared with it. What has no such form is left, and refused with the configuration.
fn normal(path: String) -> String {
    only_reading(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimse_creds::pop::binding::Binding;
    use wimse_creds::pop::{LayerPolicy, PeerPolicy};

    fn nobody() -> LayerPolicy {
        LayerPolicy::Either(PeerPolicy::default())
    }

    fn strict() -> Policy {
        Policy::all_of([Binding::HttpSignature, Binding::MutualTls], nobody())
    }

    fn policies() -> Policies {
        let token = Policy::any_of([Binding::WorkloadProofToken], nobody());
        let signed = Policy::any_of([Binding::HttpSignature], nobody());
        let policies = Policies::new(strict()).at("/a/exact", signed.clone()).beneath("/a/", token);
        policies.beneath("/a/b", signed.clone()).at("/caf%c3%a9/", signed.clone()).at("/u/@me", signed)
    }

    #[test]
    fn the_closest_policy_counts() {
        let policies = policies();
        policies.check_paths().unwrap();
        for (path, proofs) in [
            ("/", "httpsig, mtls"),
            ("/a", "wpt"),
            ("/a/", "wpt"),
            ("/a/c", "wpt"),
            ("/ab", "httpsig, mtls"),
            ("/a/exact", "httpsig"),
            ("/a/exact/", "httpsig"),
            ("/a/exact/x", "wpt"),
            ("/a/b", "httpsig"),
            ("/a/b/c", "httpsig"),
            ("/a/bc", "wpt"),
            ("/a/%20x", "wpt"),
            ("/a/x%40y", "wpt"),
            ("/a/x;v=1/y", "wpt"),
            ("/a/b;v=1/c", "-"),
            ("/a/exact;v=1", "-"),
            ("/a;v=1", "-"),
            ("/x;v=1", "httpsig, mtls"),
            ("/caf%C3%A9", "httpsig"),
            ("/caf%c3%a9", "httpsig"),
            ("/u/@me", "httpsig"),
            ("/u/%40me", "-"),
            ("/u/%40you", "httpsig, mtls"),
            ("/%61/c", "-"),
            ("/a/../x", "-"),
            ("/a/./x", "wpt"),
            ("/a//x", "wpt"),
            ("/a//x/..", "-"),
            ("/a//b", "-"),
            ("/a/x%2Fy", "wpt"),
            ("/a/x%2Fb", "-"),
            ("/a/b/x%2Fy", "httpsig"),
            ("/a/b/x%2F..", "-"),
            ("/x%2Fy", "httpsig, mtls"),
            ("/x/..;/y", "httpsig, mtls"),
            ("/x//%2561", "-"),
            ("/x//%zz", "-"),
            ("//a", "-"),
            ("/x/..;/a", "-"),
            ("/a/%2e%2e/x", "-"),
            ("/a%2Fx", "-"),
            ("/a/\\x", "wpt"),
            ("/a/%5cx", "wpt"),
            ("x", "-"),
            ("*", "httpsig, mtls"),
            ("", "httpsig, mtls"),
        ] {
            let found = policies.of(path).map_or("-".to_owned(), |policy| policy.accepted.to_string());
            assert_eq!(found, proofs, "{path}");
        }
        // One policy for every path is so however they are read.
        let one = Policies::new(strict());
        for path in ["/a", "//a", "/%61", "/a/../b", "*"] {
            assert!(one.of(path).is_some(), "{path}");
        }
    }

    #[test]
    fn policies_for_paths_that_no_request_has() {
        assert!(Policies::can_be_for("/a/") && !Policies::can_be_for("/a//"));
        for path in ["a", "*", "//a", "/a/../b", "/%61", "/a;v=1", "/u/%40me"] {
            for policies in [policies().at(path, strict()), policies().beneath(format!("{path}/b"), strict())]
            {
                assert_eq!(policies.check_paths().unwrap_err().code(), "tower.policy_path", "{path}");
            }
        }
        policies().beneath("/", strict()).check_paths().unwrap();
    }
}
