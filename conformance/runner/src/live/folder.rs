//! The folder that a live run and the party under test share: whom to trust, and who is who.

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
};

/// The trust domain of a live run.
pub const DOMAIN: &str = "wimse://conformance.example";
/// Who calls, and may.
pub const CALLER: &str = "wimse://conformance.example/caller";
/// Who calls, and may not: his credentials are good.
pub const STRANGER: &str = "wimse://conformance.example/stranger";
/// Who answers.
pub const SERVER: &str = "wimse://conformance.example/server";
/// The `iss` of the WITs.
pub const ISSUER: &str = "https://issuer.conformance.example";
/// The `kid` of the issuer's key.
pub(crate) const KEY_ID: &str = "live";
/// How long the WITs of the folder are good for.
const LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// What the folder says.
#[derive(Debug)]
pub struct Folder {
    /// Where callers reach the server, in full: what proofs are meant for.
    pub url: String,
    /// By which responses are judged: who signs them.
    pub server: String,
    /// The key that the server under test trusts.
    pub(crate) issuer: SigningKey,
    path: PathBuf,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Live {
    url: String,
    server: String,
}

impl Folder {
    /// Makes keys and credentials and writes them there, with a configuration for `wimse serve`.
    ///
    /// | File | For whom |
    /// | --- | --- |
    /// | `issuer.jwks.json` | both: the anchors of the trust domain |
    /// | `server.wit`, `server.jwk.json` | the server: with what it signs responses |
    /// | `caller.wit`, `caller.jwk.json` | a client under test |
    /// | `live.toml`, `issuer.jwk.json` | the suite |
    /// | `wimse.toml` | `wimse serve` |
    ///
    /// # Errors
    ///
    /// When the folder has been prepared already, or a file cannot be written.
    pub fn prepare(path: &Path, url: &str) -> Result<Self, FolderError> {
        let target =
            super::Target::parse(url).map_err(|reason| FolderError::Url { url: url.to_owned(), reason })?;
        fs::create_dir_all(path).map_err(|source| FolderError::Io { path: path.to_owned(), source })?;
        let issuer = SigningKey::generate(Algorithm::Es256).map_err(failed)?.with_key_id(KEY_ID);
        let live = Live { url: url.to_owned(), server: SERVER.to_owned() };
        // First of all: it tells whether somebody was here before.
        let live = toml::to_string(&live).map_err(|error| FolderError::Making(error.to_string()))?;
        write(path, "live.toml", &live, Access::All)?;
        let keys = format!("{{\"keys\":[{}]}}\n", issuer.public_key().to_jwk());
        write(path, "issuer.jwks.json", &keys, Access::All)?;
        write(path, "issuer.jwk.json", &issuer.to_private_jwk(), Access::Owner)?;
        for (name, identifier) in [("server", SERVER), ("caller", CALLER)] {
            let key = SigningKey::generate(Algorithm::Es256).map_err(failed)?;
            let validity = Validity::starting(now(), LIFETIME);
            let claims = WitClaims::new(identifier.parse().map_err(failed)?, key.public_key(), validity);
            let wit = claims.issuer(ISSUER).random_token_id().sign(&issuer).map_err(failed)?;
            write(path, &format!("{name}.wit"), wit.as_str(), Access::All)?;
            write(path, &format!("{name}.jwk.json"), &key.to_private_jwk(), Access::Owner)?;
        }
        write(path, "wimse.toml", &configuration(&target), Access::All)?;
        Ok(Self { url: url.to_owned(), server: SERVER.to_owned(), issuer, path: path.to_owned() })
    }

    /// Reads a folder that was [prepared](Self::prepare).
    ///
    /// # Errors
    ///
    /// When a file cannot be read or is not of its shape.
    pub fn read(path: &Path) -> Result<Self, FolderError> {
        let live: Live = toml::from_str(&read(path, "live.toml")?).map_err(failed)?;
        let issuer = SigningKey::from_jwk(&read(path, "issuer.jwk.json")?).map_err(failed)?;
        let issuer = issuer.with_key_id(KEY_ID);
        Ok(Self { url: live.url, server: live.server, issuer, path: path.to_owned() })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Who may be trusted, by `issuer.jwks.json`.
    ///
    /// # Errors
    ///
    /// When it cannot be read or is no JWK Set.
    pub fn wits(&self) -> Result<WitVerifier, FolderError> {
        let keys = read(&self.path, "issuer.jwks.json")?;
        let domain = DomainAnchors::new(DOMAIN.parse().map_err(failed)?);
        let domain =
            domain.with_jwk_set(keys.as_bytes()).map_err(failed)?.with_issuer(ISSUER).map_err(failed)?;
        let anchors = TrustAnchors::none().with(domain).map_err(failed)?;
        Ok(WitVerifier::new(anchors, WitPolicy::default()))
    }

    /// The WIT and key of `server` or `caller`.
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
}

/// The time of the system. A live run is of the present.
#[must_use]
pub fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}

fn configuration(target: &super::Target) -> String {
    format!(
        "[recipient]\naudience-bases = [\"{origin}\"]\n\n[[domains]]\norigin = \"{DOMAIN}\"\n\
         jwks = [\"issuer.jwks.json\"]\nissuers = [\"{ISSUER}\"]\n\n[credentials]\nwit = \"server.wit\"\n\
         key = \"server.jwk.json\"\n\n[serve]\naccept = [\"wpt\", \"httpsig\"]\nreplay = \"local\"\n\
         listen = \"{address}\"\npermit = [\"{CALLER}\"]\n",
        origin = target.origin(),
        address = target.address,
    )
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

fn failed(error: impl std::error::Error) -> FolderError {
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
