//! Whose certificates a command believes: by the configuration, or by CA files for the moment.

use crate::config::ConfigFile;
use crate::exit::Failure;
use crate::input;
use std::path::PathBuf;
use std::str::FromStr;
use wimse::creds::limits::KEY_DOCUMENT_BYTES;
use wimse::creds::trust::{DomainAnchors, TrustAnchors};
use wimse::creds::wic::WicPolicy;
use wimse::identifier::{IdentifierPolicy, Origin};

/// The options of a command that judges certificates.
#[derive(Debug, clap::Args)]
pub(crate) struct AnchorOptions {
    /// Believe this CA about this trust domain, instead of the configuration
    #[arg(long, value_name = "DOMAIN=FILE", conflicts_with = "config")]
    ca: Vec<CaFile>,
    #[command(flatten)]
    config: ConfigFile,
}

/// A trust domain and the CA certificates that vouch for its workloads, such as `wimse://example.com=ca.pem`. The domain
/// is the verifier's word: were it that of the certificate, any CA could vouch for any workload.
#[derive(Debug, Clone)]
struct CaFile {
    origin: Origin,
    path: PathBuf,
}

impl FromStr for CaFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (origin, path) =
            text.split_once('=').ok_or("expected DOMAIN=FILE, such as wimse://example.com=ca.pem")?;
        let origin = Origin::parse(origin)
            .map_err(|error| format!("{error}; expected DOMAIN=FILE, such as wimse://example.com=ca.pem"))?;
        Ok(Self { origin, path: path.into() })
    }
}

impl AnchorOptions {
    /// The anchors and what a certificate may be.
    pub(crate) fn load(&self) -> Result<(TrustAnchors, WicPolicy), Failure> {
        if self.ca.is_empty() {
            let loaded = self.config.load()?;
            return Ok((loaded.anchors().clone(), loaded.wic_policy()));
        }
        let policy = WicPolicy::default().identifiers(IdentifierPolicy::default());
        Ok((anchors_of(&self.ca)?, policy))
    }
}

fn anchors_of(files: &[CaFile]) -> Result<TrustAnchors, Failure> {
    let mut domains: Vec<DomainAnchors> = Vec::new();
    for CaFile { origin, path } in files {
        let shown = path.display();
        let pem = input::read_file(path, KEY_DOCUMENT_BYTES)
            .map_err(Failure::environment(format!("{shown} cannot be read")))
            .map_err(|failure| failure.next("name a file that exists and is readable"))?;
        let known = domains.iter().position(|domain| domain.origin() == origin);
        let domain = match known {
            Some(place) => domains.swap_remove(place),
            None => DomainAnchors::new(origin.clone()),
        };
        let domain = domain.with_ca_certificates_pem(pem).map_err(|error| {
            let doing = format!("{shown} holds no CA that can be trusted ({})", error.code());
            Failure::unusable(doing)(error)
                .next("give certificates of CAs in PEM, such as \"wimse ca init\" makes")
        })?;
        domains.push(domain);
    }
    domains.into_iter().try_fold(TrustAnchors::none(), TrustAnchors::with).map_err(|error| {
        let doing = format!("these CAs cannot be trusted together ({})", error.code());
        Failure::unusable(doing)(error).next("give each trust domain a CA of its own")
    })
}
