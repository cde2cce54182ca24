//! Who is expected to answer, for each target.

use http::Uri;
use wimse_httpsig::ExpectedPeer;
use wimse_identifier::{ExternalHandle, IdentifierSet, IdentityMap, WorkloadIdentifier};

/// Which workload is behind a target.
///
/// ```
/// use wimse_identifier::{ExternalHandle, IdentityMap};
/// use wimse_tower::client::Peers;
///
/// let mut map = IdentityMap::new();
/// map.insert(ExternalHandle::dns_name("orders.example.com")?, "wimse://example.com/orders".parse()?)?;
/// let peers = Peers::Mapped(map);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Peers {
    /// The one that the deployment has mapped to the host of the target. The URL of the target without path, such as
    /// `https://orders.example.com:8443/`, is looked up first, then its host as a DNS name. Nobody, if neither has an
    /// entry: the response is refused.
    Mapped(IdentityMap),
    /// The same for every target.
    Always(ExpectedPeer),
}

impl Peers {
    pub(super) fn behind(&self, target: &Uri) -> ExpectedPeer {
        let map = match self {
            Self::Always(expected) => return expected.clone(),
            Self::Mapped(map) => map,
        };
        let handles = [url(target), name(target)];
        let workload = handles.iter().flatten().find_map(|handle| map.expected(handle));
        workload.map_or(ExpectedPeer::OneOf(IdentifierSet::none()), ExpectedPeer::Workload)
    }
}

impl From<IdentityMap> for Peers {
    fn from(map: IdentityMap) -> Self {
        Self::Mapped(map)
    }
}

impl From<WorkloadIdentifier> for Peers {
    fn from(identifier: WorkloadIdentifier) -> Self {
        Self::Always(identifier.into())
    }
}

fn url(target: &Uri) -> Option<ExternalHandle> {
    let (scheme, authority) = (target.scheme_str()?, target.authority()?);
    ExternalHandle::url(&format!("{scheme}://{authority}/")).ok()
}

fn name(target: &Uri) -> Option<ExternalHandle> {
    ExternalHandle::dns_name(target.host()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(map: &IdentityMap, target: &str) -> String {
        Peers::from(map.clone()).behind(&target.parse().unwrap()).to_string()
    }

    #[test]
    fn the_nearest_handle_counts() {
        let mut map = IdentityMap::new();
        let id = |name: &str| format!("wimse://example.com/{name}").parse().unwrap();
        map.insert(ExternalHandle::dns_name("orders.example.com").unwrap(), id("orders")).unwrap();
        map.insert(ExternalHandle::url("https://orders.example.com:8443/").unwrap(), id("admin")).unwrap();

        assert_eq!(expected(&map, "https://Orders.example.com/a?b"), "wimse://example.com/orders");
        assert_eq!(expected(&map, "https://orders.example.com:8443/a"), "wimse://example.com/admin");
        for nobody in ["https://other.example.com/", "/only/a/path"] {
            assert_eq!(expected(&map, nobody), "one of those that are configured", "{nobody}");
        }
    }
}
