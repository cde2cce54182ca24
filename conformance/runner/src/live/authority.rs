//! Who vouches for workloads in a run: for each algorithm, an issuer of WITs and a CA.

use std::time::Duration;

use wimse::creds::{
    UnixTime, Validity,
    key::{Algorithm, SigningKey},
};

use super::folder::{FolderError, failed, now};
use crate::generate::certificates::{Draft, Name};

/// What live mode has keys of: ES256, and Ed25519 keys by both of their names.
pub const ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Ed25519];

/// How long a CA is good for.
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// An issuer and a CA whom the party under test trusts.
#[derive(Debug)]
pub(crate) struct Authority {
    /// Signs WITs; it has its `kid`.
    pub(crate) issuer: SigningKey,
    /// Signs certificates.
    pub(crate) ca: SigningKey,
}

impl Authority {
    pub(super) fn generate(algorithm: Algorithm) -> Result<Self, FolderError> {
        let key = || SigningKey::generate(algorithm).map_err(failed);
        Ok(Self { issuer: key()?.with_key_id(key_id(algorithm)), ca: key()? })
    }

    /// The algorithm of both keys.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.issuer.algorithm()
    }

    /// The certificate of the CA, as DER.
    pub(super) fn root(&self) -> Result<Vec<u8>, FolderError> {
        let (start, end) = seconds(Validity::starting(now(), YEAR));
        let name = ca_name(self.algorithm());
        let root = Draft::ca(&name, &name).valid(start, end).sign(&self.ca, &self.ca);
        root.map_err(|error| FolderError::Making(error.to_string()))
    }

    /// A certificate of a workload for an hour from now, before it is signed.
    pub(crate) fn certificate(&self, identifier: &str) -> Draft {
        self.certificate_for(identifier, None, HOUR)
    }

    /// The same for some time, and for a DNS name, too.
    pub(super) fn certificate_for(&self, identifier: &str, host: Option<&str>, lifetime: Duration) -> Draft {
        let (start, end) = seconds(Validity::starting(now(), lifetime));
        let names: Vec<_> = [Name::Uri(identifier)].into_iter().chain(host.map(Name::Dns)).collect();
        Draft::leaf(&ca_name(self.algorithm())).valid(start, end).names(&names)
    }
}

/// How long the certificates of requests are good for.
const HOUR: Duration = Duration::from_secs(3600);

/// The `kid` of the issuer's key.
pub(crate) fn key_id(algorithm: Algorithm) -> String {
    format!("live-{algorithm}")
}

/// The common name of the CA.
pub(crate) fn ca_name(algorithm: Algorithm) -> String {
    format!("CA of conformance.example, {algorithm}")
}

/// A validity as certificates have it. No clock of a run is before 1970.
fn seconds(validity: Validity) -> (u64, u64) {
    let seconds = |time: UnixTime| u64::try_from(time.as_secs()).unwrap_or(0);
    (seconds(validity.start()), seconds(validity.end()))
}
