//! Which server a client means, by the options.

use crate::exit::Failure;
use crate::input;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;
use wimse::creds::limits::KEY_DOCUMENT_BYTES;
use wimse::identifier::{IdentifierError, WorkloadIdentifier};
use wimse::mtls::ExpectedServer;
use wimse::mtls::rustls::RootCertStore;
use wimse::mtls::rustls::pki_types::pem::PemObject as _;
use wimse::mtls::rustls::pki_types::{CertificateDer, DnsName, ServerName};

/// There is no default: a client that means nobody in particular authenticates nobody.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("whom").required(true).multiple(true).args(["expect_workload", "expect_dns"])))]
pub(super) struct ExpectedOptions {
    /// The server has to be this workload
    #[arg(long, value_name = "ID", value_parser = identifier)]
    expect_workload: Option<WorkloadIdentifier>,
    /// The server has to have this DNS name; alone, it proves no workload
    #[arg(long, value_name = "NAME", value_parser = dns_name)]
    expect_dns: Option<DnsName<'static>>,
    /// CAs that are believed about DNS names, where that alone is expected
    #[arg(long, value_name = "FILE", conflicts_with = "expect_workload", requires = "expect_dns")]
    dns_ca: Option<PathBuf>,
}

/// For documents.
#[derive(Debug, Serialize)]
pub(super) struct Expected {
    workload: Option<String>,
    dns: Option<String>,
}

impl ExpectedOptions {
    pub(super) fn expected(&self) -> Result<ExpectedServer, Failure> {
        let (workload, dns) = (self.expect_workload.clone(), self.expect_dns.clone());
        match (workload, dns) {
            (Some(identifier), Some(name)) => Ok(ExpectedServer::Both { identifier, name }),
            (Some(identifier), None) => Ok(ExpectedServer::Workload(identifier)),
            (None, Some(name)) => {
                Ok(ExpectedServer::DnsName { name, anchors: Arc::new(self.dns_anchors()?) })
            }
            (None, None) => Err(Failure::usage("--expect-workload or --expect-dns is missing")),
        }
    }

    /// By which name to connect: that which is expected, else the host of the address.
    pub(super) fn server_name(&self, host: &str) -> Result<ServerName<'static>, Failure> {
        if let Some(name) = &self.expect_dns {
            return Ok(ServerName::DnsName(name.clone()));
        }
        ServerName::try_from(host.to_owned()).map_err(|error| {
            let failure = Failure::unusable(format!("{host} is no name of a host"))(error);
            failure.next("give an address such as 127.0.0.1:8443 or orders.example.com:443")
        })
    }

    pub(super) fn shown(&self) -> Expected {
        Expected {
            workload: self.expect_workload.as_ref().map(ToString::to_string),
            dns: self.expect_dns.as_ref().map(|name| name.as_ref().to_owned()),
        }
    }

    fn dns_anchors(&self) -> Result<RootCertStore, Failure> {
        let Some(path) = &self.dns_ca else {
            let failure = Failure::usage("--expect-dns alone needs CAs that are believed about DNS names");
            return Err(failure.next("give their certificates with --dns-ca, or add --expect-workload"));
        };
        let shown = path.display();
        let pem = input::read_file(path, KEY_DOCUMENT_BYTES)
            .map_err(Failure::environment(format!("{shown} cannot be read")))
            .map_err(|failure| failure.next("name a file that exists and is readable"))?;
        let mut anchors = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate =
                certificate.map_err(Failure::unusable(format!("{shown} is not well-formed PEM")))?;
            anchors.add(certificate).map_err(Failure::unusable(format!("{shown} holds no usable CA")))?;
        }
        if anchors.is_empty() {
            let failure = Failure::usage(format!("{shown} holds no certificate"));
            return Err(failure.next("give certificates of CAs in PEM"));
        }
        Ok(anchors)
    }
}

fn identifier(text: &str) -> Result<WorkloadIdentifier, IdentifierError> {
    text.parse()
}

fn dns_name(text: &str) -> Result<DnsName<'static>, &'static str> {
    DnsName::try_from(text.to_owned()).map_err(|_| "expected a host name, such as orders.example.com")
}
