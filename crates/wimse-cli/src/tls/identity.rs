//! Who we are in a handshake, by the options.

use crate::certificate::{Role, read_chain, refusal};
use crate::exit::Failure;
use crate::input::{Input, at_most_one_stdin};
use crate::key::read_private;
use crate::refusal::Stop;
use crate::secret::Readable;
use wimse::creds::UnixTime;
use wimse::creds::wic::{WicCredential, WorkloadIdentityCertificate};
use wimse::mtls::{TlsEnvironment, TlsIdentity};

/// The certificate and key to show.
#[derive(Debug, clap::Args)]
pub(super) struct IdentityOptions {
    /// Our certificate, then those of the CAs above it but the root
    #[arg(long, value_name = "FILE")]
    wic: Input,
    /// The private key of our certificate
    #[arg(long, value_name = "FILE")]
    key: Input,
    #[command(flatten)]
    readable: Readable,
}

impl IdentityOptions {
    /// What does not go together is wrong usage; a certificate that has expired is refused (WIT-9.5-3).
    pub(super) fn load(&self, environment: &TlsEnvironment, now: UnixTime) -> Result<TlsIdentity, Stop> {
        at_most_one_stdin([("--wic", &self.wic), ("--key", &self.key)])?;
        let chain = read_chain(&self.wic)?;
        let wic = chain.and_then(WorkloadIdentityCertificate::from_der).map_err(|error| {
            let doing = format!("{} holds no WIC that can be shown ({})", self.wic, error.code());
            Failure::unusable(doing)(error).next("\"wimse wic inspect FILE\" shows what it holds")
        })?;
        let key = read_private(&self.key, None, self.readable)?;
        let credential = WicCredential::new(wic, key).map_err(|error| {
            let doing = format!("{} and {} cannot be used together ({})", self.wic, self.key, error.code());
            Failure::unusable(doing)(error).next("give the key that the certificate was issued for")
        })?;
        if let Err(error) = credential.check_usable(now) {
            return Err(refusal(error.code(), &error, Role::Client).into());
        }
        let identity = TlsIdentity::new(environment, &credential, now);
        Ok(identity.map_err(Failure::unusable(format!("{} cannot be used in TLS", self.key)))?)
    }
}
