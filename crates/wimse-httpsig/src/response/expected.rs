//! Who is expected to answer.

use std::fmt;
use wimse_identifier::{ExternalHandle, IdentifierSet, IdentityMap, WorkloadIdentifier};

/// Which workload may have signed a response.
///
/// That a workload is of the right trust domain does not make it the one that was called (workload-creds 9.2).
///
/// ```
/// use wimse_httpsig::ExpectedPeer;
///
/// let orders = ExpectedPeer::Workload("wimse://example.com/orders".parse()?);
/// # let _ = orders;
/// # Ok::<(), wimse_identifier::IdentifierError>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ExpectedPeer {
    /// This workload.
    Workload(WorkloadIdentifier),
    /// One of these.
    OneOf(IdentifierSet),
    /// The one that is mapped to the handle by which the service was called, such as its DNS name. Nobody, if there is
    /// no entry.
    Mapped {
        /// The mapping of the deployment.
        map: IdentityMap,
        /// The handle.
        handle: ExternalHandle,
    },
    /// Any workload of any trusted domain: the opt-out, to be found by its name. Whoever can answer at all can be any
    /// of them.
    AnyTrustedWorkload,
}

impl ExpectedPeer {
    pub(crate) fn includes(&self, peer: &WorkloadIdentifier) -> bool {
        match self {
            Self::Workload(expected) => expected == peer,
            Self::OneOf(expected) => expected.contains(peer),
            Self::Mapped { map, handle } => map.expected(handle).is_some_and(|expected| expected == *peer),
            Self::AnyTrustedWorkload => true,
        }
    }
}

/// For logs and explanations.
impl fmt::Display for ExpectedPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workload(expected) => write!(f, "{expected}"),
            Self::OneOf(_) => f.write_str("one of those that are configured"),
            Self::Mapped { map, handle } => match map.expected(handle) {
                Some(expected) => write!(f, "{expected}, for {}", handle.as_str()),
                None => write!(f, "nobody: {} is not mapped", handle.as_str()),
            },
            Self::AnyTrustedWorkload => f.write_str("any workload of a trusted domain"),
        }
    }
}

impl From<WorkloadIdentifier> for ExpectedPeer {
    fn from(identifier: WorkloadIdentifier) -> Self {
        Self::Workload(identifier)
    }
}
