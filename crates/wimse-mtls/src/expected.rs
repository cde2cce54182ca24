//! Which server a client means.

use crate::MtlsError;
use rustls::RootCertStore;
use rustls::pki_types::{DnsName, ServerName};
use std::sync::Arc;
use wimse_identifier::{ExternalHandle, IdentityMap, WorkloadIdentifier};

/// Whom a client expects to reach. There is no default, and nothing here accepts just any workload of a trust domain
/// (mutual-tls 5).
///
/// A connection is made by a DNS host name when the [`ServerName`] that rustls is given is one. Then the certificate
/// must be for that name, whatever else is expected (MTLS-3.2.1-2); only
/// [`WorkloadIgnoringDnsName`](Self::WorkloadIgnoringDnsName) does without.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum ExpectedServer {
    /// This workload. On a connection by DNS host name the certificate must be for that name too.
    Workload(WorkloadIdentifier),
    /// This workload, and a connection by this DNS host name only.
    Both {
        /// Who it must be.
        identifier: WorkloadIdentifier,
        /// By which name it must be reached.
        name: DnsName<'static>,
    },
    /// The workload that a map has for the name of the connection: a [DNS name](ExternalHandle::dns_name), or an IP
    /// address as a [key](ExternalHandle::key). A name without an entry is refused. On a connection by DNS host name the
    /// certificate must be for that name too.
    Mapped(IdentityMap),
    /// A server with this DNS name, which is perhaps no workload: its certificate is no WIC, gives no identifier, and is
    /// judged by anchors of its own.
    DnsName {
        /// By which name it must be reached, and which its certificate must be for.
        name: DnsName<'static>,
        /// Whom to believe about DNS names: never the anchors of a trust domain.
        anchors: Arc<RootCertStore>,
    },
    /// This workload, whatever DNS name the connection is made by. It gives up a check that the draft demands: only for
    /// names that say where to connect, not whom to, as inside a mesh.
    WorkloadIgnoringDnsName(WorkloadIdentifier),
}

impl ExpectedServer {
    /// [`Both`](Self::Both), of a name that is parsed.
    ///
    /// # Errors
    ///
    /// [`MtlsError::DnsName`].
    pub fn both(identifier: WorkloadIdentifier, name: &str) -> Result<Self, MtlsError> {
        Ok(Self::Both { identifier, name: dns_name(name)? })
    }

    /// [`DnsName`](Self::DnsName), of a name that is parsed.
    ///
    /// # Errors
    ///
    /// [`MtlsError::DnsName`].
    pub fn dns_name(name: &str, anchors: impl Into<Arc<RootCertStore>>) -> Result<Self, MtlsError> {
        Ok(Self::DnsName { name: dns_name(name)?, anchors: anchors.into() })
    }

    /// What must hold of a server that is connected to by a name.
    pub(crate) fn at<'a>(&self, reached: &'a ServerName<'a>) -> Result<Expectation<'a>, MtlsError> {
        let host = matches!(reached, ServerName::DnsName(_)).then_some(reached);
        match self {
            Self::Workload(identifier) => Ok(Expectation::Workload { identifier: identifier.clone(), host }),
            Self::WorkloadIgnoringDnsName(identifier) => {
                Ok(Expectation::Workload { identifier: identifier.clone(), host: None })
            }
            Self::Both { identifier, name } => {
                check_name(name, reached)?;
                Ok(Expectation::Workload { identifier: identifier.clone(), host })
            }
            Self::Mapped(map) => {
                let identifier = handle(reached).and_then(|handle| map.expected(&handle));
                let identifier = identifier.ok_or(MtlsError::NotMapped)?;
                Ok(Expectation::Workload { identifier, host })
            }
            Self::DnsName { name, .. } => {
                check_name(name, reached)?;
                Ok(Expectation::DnsName(name.clone()))
            }
        }
    }
}

/// What must hold of one connection.
pub(crate) enum Expectation<'a> {
    /// A WIC with this identifier, and for this host if there is one.
    Workload { identifier: WorkloadIdentifier, host: Option<&'a ServerName<'a>> },
    /// A certificate for this name, by other anchors.
    DnsName(DnsName<'static>),
}

fn check_name(expected: &DnsName<'_>, reached: &ServerName<'_>) -> Result<(), MtlsError> {
    match reached {
        ServerName::DnsName(name) if name == expected => Ok(()),
        _ => Err(MtlsError::OtherName),
    }
}

fn handle(name: &ServerName<'_>) -> Option<ExternalHandle> {
    match name {
        ServerName::DnsName(name) => ExternalHandle::dns_name(name.as_ref()).ok(),
        ServerName::IpAddress(address) => {
            ExternalHandle::key(&std::net::IpAddr::from(*address).to_string()).ok()
        }
        _ => None,
    }
}

fn dns_name(name: &str) -> Result<DnsName<'static>, MtlsError> {
    DnsName::try_from(name.to_owned()).map_err(|_| MtlsError::DnsName)
}
