//! The CA that a command issues with, from its files.

use super::chain_file::read_chain;
use crate::exit::Failure;
use crate::input::{Input, at_most_one_stdin};
use crate::key::read_private;
use crate::secret::Readable;
use wimse::creds::wic::{CertificateAuthority, WicIssueError};
use wimse::identifier::Origin;

/// The options of a command that issues.
#[derive(Debug, clap::Args)]
pub(crate) struct AuthorityOptions {
    /// Certificates of the CA: its own, then those above it but the root
    #[arg(long, value_name = "FILE")]
    ca: Input,
    /// The private key of the CA
    #[arg(long, value_name = "FILE")]
    ca_key: Input,
    #[command(flatten)]
    pub(crate) readable: Readable,
}

impl AuthorityOptions {
    /// The CA, for the workloads of a trust domain.
    pub(crate) fn load(&self, origin: &Origin) -> Result<CertificateAuthority, Failure> {
        load(origin, &self.ca, &self.ca_key, self.readable)
    }
}

/// Reads a CA. What is wrong with it is wrong usage.
pub(crate) fn load(
    origin: &Origin,
    certificates: &Input,
    key: &Input,
    readable: Readable,
) -> Result<CertificateAuthority, Failure> {
    at_most_one_stdin([("--ca", certificates), ("--ca-key", key)])?;
    let chain = read_chain(certificates)?.map_err(|error| {
        let failure = Failure::unusable(format!("{certificates} holds no certificate of a CA"))(error);
        failure.next("give the PEM file that \"wimse ca init --out\" has written")
    })?;
    let key = read_private(key, None, readable)?;
    CertificateAuthority::from_der(origin, chain, key).map_err(|error| refused(&error, certificates, origin))
}

/// The failure for a CA that cannot issue for this trust domain.
fn refused(error: &WicIssueError, certificates: &Input, origin: &Origin) -> Failure {
    let next = match error {
        WicIssueError::KeyMismatch => "give the key that belongs to the first certificate of --ca".to_owned(),
        WicIssueError::OtherOrigin => {
            format!("give the CA of {origin}, or make one: wimse ca init --trust-domain {origin}")
        }
        _ => "give the certificate of a CA; \"wimse ca init\" makes one".to_owned(),
    };
    let doing = format!("{certificates} cannot be used as a CA of {origin} ({})", error.code());
    Failure::unusable(doing)(error.clone()).next(next)
}
