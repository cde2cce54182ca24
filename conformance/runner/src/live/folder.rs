//! What the suite and the party under test agree on beforehand: a folder with anchors and credentials.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use serde::{Deserialize, Serialize};
use wimse::creds::{
    UnixTime, Validity, WitClaims, WitPolicy, WitVerifier, WorkloadIdentityToken,
    key::{Algorithm, SigningKey},
    pop::WitCredential,
    trust::{DomainAnchors, TrustAnchors},
    wic::WicCredential,
};

use super::{
    authority::{ALGORITHMS, Authority, key_id},
    configuration::wimse_toml,
};
use crate::generate::certificates::pem;

/// The trust domain of a run.
pub const DOMAIN: &str = "wimse://conformance.example";
/// Who calls.
pub const CALLER: &str = "wimse://conformance.example/caller";
/// A workload of the trust domain who may not call, and whose responses are not expected, though his credentials are good.
pub const STRANGER: &str = "wimse://conformance.example/stranger";
/// Who answers.
pub const SERVER: &str = "wimse://conformance.example/server";
/// The `iss` of the WITs.
pub const ISSUER: &str = "https://issuer.conformance.example";
/// How long the credentials of the folder are good for.
const LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// What the folder says.
#[derive(Debug)]
pub struct Folder {
    /// Where callers reach the server, in full: what proofs are meant for.
    pub url: String,
    /// By which responses are judged: who signs them.
    pub server: String,
    /// One for each of [`ALGORITHMS`].
    authorities: Vec<Authority>,
    path: PathBuf,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Live {
    url: String,
    server: String,
}

impl Folder {
    /// Makes keys and credentials and writes them there, with a configuration for `wimse serve`. What is in it for the two
    /// parties has keys of that algorithm, one of [`ALGORITHMS`]; both trust issuers and CAs of all.
    ///
    /// | File | For whom |
    /// | --- | --- |
    /// | `issuer.jwks.json`, `ca.pem` | both: the anchors of the trust domain |
    /// | `server.wit`, `server.jwk.json` | the server: with what it signs responses |
    /// | `server.crt`, `server.key` | the server: its certificate, for the host of the URL if that is a DNS name |
    /// | `caller.wit`, `caller.jwk.json` | a client under test |
    /// | `caller.crt`, `caller.key` | the suite, where a server wants a certificate; a client |
    /// | `expired.wit`, `expired.jwk.json` | a client under test that must not use them |
    /// | `live.toml`, `issuer.*.jwk.json`, `ca.*.jwk.json` | the suite |
    /// | `wimse.toml` | `wimse serve` |
    ///
    /// # Errors
    ///
    /// When the folder has been prepared already, or a file cannot be written.
    pub fn prepare(path: &Path, url: &str, algorithm: Algorithm) -> Result<Self, FolderError> {
        let target =
            super::Target::parse(url).map_err(|reason| FolderError::Url { url: url.to_owned(), reason })?;
        fs::create_dir_all(path).map_err(|source| FolderError::Io { path: path.to_owned(), source })?;
        let live = Live { url: url.to_owned(), server: SERVER.to_owned() };
        // First of all: it tells whether somebody was here before.
        let live = toml::to_string(&live).map_err(|error| FolderError::Making(error.to_string()))?;
        write(path, "live.toml", &live, Access::All)?;
        let mut authorities = Vec::new();
        for algorithm in ALGORITHMS {
            let authority = Authority::generate(algorithm)?;
            for (name, key) in [("issuer", &authority.issuer), ("ca", &authority.ca)] {
                write(path, &private(name, algorithm), &key.to_private_jwk(), Access::Owner)?;
            }
            authorities.push(authority);
        }
        let keys: Vec<_> =
            authorities.iter().map(|authority| authority.issuer.public_key().to_jwk()).collect();
        write(path, "issuer.jwks.json", &format!("{{\"keys\":[{}]}}\n", keys.join(",")), Access::All)?;
        let roots: Vec<_> = authorities.iter().map(Authority::root).collect::<Result<_, _>>()?;
        write(path, "ca.pem", &to_pem(&roots)?, Access::All)?;
        let folder =
            Self { url: url.to_owned(), server: SERVER.to_owned(), authorities, path: path.to_owned() };
        let authority = folder.authority(algorithm)?;
        let (now, past) = (now(), now().minus(2 * LIFETIME));
        for (name, identifier, from) in
            [("server", SERVER, now), ("caller", CALLER, now), ("expired", CALLER, past)]
        {
            let key = SigningKey::generate(algorithm).map_err(failed)?;
            let validity = Validity::starting(from, LIFETIME);
            let claims = WitClaims::new(identifier.parse().map_err(failed)?, key.public_key(), validity);
            let wit = claims.issuer(ISSUER).random_token_id().sign(&authority.issuer).map_err(failed)?;
            write(path, &format!("{name}.wit"), wit.as_str(), Access::All)?;
            write(path, &format!("{name}.jwk.json"), &key.to_private_jwk(), Access::Owner)?;
        }
        let host = Some(target.host()).filter(|host| !is_address(host));
        for (name, identifier, host) in [("server", SERVER, host), ("caller", CALLER, None)] {
            let key = SigningKey::generate(algorithm).map_err(failed)?;
            let certificate = authority.certificate_for(identifier, host, LIFETIME).sign(&key, &authority.ca);
            let certificate = certificate.map_err(|error| FolderError::Making(error.to_string()))?;
            write(path, &format!("{name}.crt"), &to_pem(&[certificate])?, Access::All)?;
            write(path, &format!("{name}.key"), &key.to_pkcs8_pem().map_err(failed)?, Access::Owner)?;
        }
        write(path, "wimse.toml", &wimse_toml(&target), Access::All)?;
        Ok(folder)
    }

    /// Reads a folder that was [prepared](Self::prepare).
    ///
    /// # Errors
    ///
    /// When a file cannot be read or is not of its shape.
    pub fn read(path: &Path) -> Result<Self, FolderError> {
        let live: Live = toml::from_str(&read(path, "live.toml")?).map_err(failed)?;
        let key =
            |name, algorithm| SigningKey::from_jwk(&read(path, &private(name, algorithm))?).map_err(failed);
        let authority = |algorithm| {
            let issuer = key("issuer", algorithm)?.with_key_id(key_id(algorithm));
            Ok(Authority { issuer, ca: key("ca", algorithm)? })
        };
        let authorities = ALGORITHMS.into_iter().map(authority).collect::<Result<_, FolderError>>()?;
        Ok(Self { url: live.url, server: live.server, authorities, path: path.to_owned() })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Who vouches with keys of that algorithm.
    pub(crate) fn authority(&self, algorithm: Algorithm) -> Result<&Authority, FolderError> {
        let found = self.authorities.iter().find(|authority| authority.algorithm() == algorithm);
        found.ok_or_else(|| FolderError::Making(format!("there are no keys of {algorithm} in a run")))
    }

    /// Who may be trusted, by `issuer.jwks.json` and `ca.pem`.
    ///
    /// # Errors
    ///
    /// When one of them cannot be read or is not of its kind.
    pub fn anchors(&self) -> Result<TrustAnchors, FolderError> {
        let (keys, cas) = (read(&self.path, "issuer.jwks.json")?, read(&self.path, "ca.pem")?);
        let domain = DomainAnchors::new(DOMAIN.parse().map_err(failed)?);
        let domain = domain.with_jwk_set(keys.as_bytes()).map_err(failed)?;
        let domain =
            domain.with_ca_certificates_pem(cas).map_err(failed)?.with_issuer(ISSUER).map_err(failed)?;
        TrustAnchors::none().with(domain).map_err(failed)
    }

    /// What judges WITs, by the [anchors](Self::anchors).
    ///
    /// # Errors
    ///
    /// As [`anchors`](Self::anchors).
    pub fn wits(&self) -> Result<WitVerifier, FolderError> {
        Ok(WitVerifier::new(self.anchors()?, WitPolicy::default()))
    }

    /// The WIT and key of `server`, `caller` or `expired`.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or key and WIT are not of one another.
    pub fn credential(&self, name: &str) -> Result<WitCredential, FolderError> {
        let wit = read(&self.path, &format!("{name}.wit"))?;
        let wit = WorkloadIdentityToken::parse(wit.trim()).map_err(failed)?;
        let key = SigningKey::from_jwk(&read(&self.path, &format!("{name}.jwk.json"))?).map_err(failed)?;
        WitCredential::new(wit, key).map_err(failed)
    }

    /// The certificate and key of `server` or `caller`.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or key and certificate are not of one another.
    pub fn certificate(&self, name: &str) -> Result<WicCredential, FolderError> {
        let file = |end: &str| read(&self.path, &format!("{name}.{end}"));
        WicCredential::from_pem(file("crt")?, file("key")?).map_err(failed)
    }
}

/// The time of the system. A live run is of the present.
#[must_use]
pub fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}

/// The name of a file with a private key of the suite.
fn private(name: &str, algorithm: Algorithm) -> String {
    format!("{name}.{algorithm}.jwk.json")
}

fn is_address(host: &str) -> bool {
    host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>().is_ok()
}

fn to_pem(certificates: &[Vec<u8>]) -> Result<String, FolderError> {
    pem(certificates).map_err(|error| FolderError::Making(error.to_string()))
}

#[derive(Clone, Copy)]
enum Access {
    All,
    Owner,
}

/// Writes a new file; one that is there is not written over.
fn write(folder: &Path, name: &str, text: &str, access: Access) -> Result<(), FolderError> {
    let path = folder.join(name);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if matches!(access, Access::Owner) {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let written = options.open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| FolderError::Io { path, source })
}

fn read(folder: &Path, name: &str) -> Result<String, FolderError> {
    let path = folder.join(name);
    fs::read_to_string(&path).map_err(|source| FolderError::Io { path, source })
}

pub(super) fn failed(error: impl std::error::Error) -> FolderError {
    FolderError::Making(error.to_string())
}

/// Why a folder is of no use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The URL is not one that can be driven.
    #[error("{url} cannot be used: {reason}")]
    Url {
        /// The URL.
        url: String,
        /// Why.
        reason: &'static str,
    },
    /// A file.
    #[error("{}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A key, a token or a configuration cannot be made or read.
    #[error("the credentials cannot be used: {0}")]
    Making(String),
}
