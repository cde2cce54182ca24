//! What outlasts the server, in a folder of its own: its signing keys, and which join tokens were used.

use super::generation::{Generation, Generations};
use super::private::PrivateFolder;
use crate::config::TokenHash;
use crate::input::read_file;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use wimse::creds::UnixTime;
use wimse::creds::key::SigningKey;
use wimse::creds::wic::CertificateAuthority;
use wimse::identifier::Origin;
use zeroize::Zeroizing;

/// A folder that one server has for itself.
#[derive(Debug)]
pub(crate) struct State {
    folder: PrivateFolder,
    /// Hashes in hexadecimal digits, and when the tokens expire.
    used: Mutex<BTreeMap<String, i64>>,
    _lock: File,
}

/// The file of the keys.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    schema: String,
    trust_domain: String,
    sequence: u64,
    #[serde(borrow)]
    generations: Vec<KeptGeneration<'a>>,
}

#[derive(Serialize, Deserialize)]
struct KeptGeneration<'a> {
    active: u64,
    retires: u64,
    #[serde(borrow)]
    key: &'a RawValue,
    #[serde(borrow)]
    ca_key: &'a RawValue,
    ca: String,
}

#[derive(Serialize, Deserialize)]
struct Used {
    schema: String,
    /// By hash, when the token expires.
    used: BTreeMap<String, i64>,
}

impl State {
    /// Opens a folder, which is made if it is not there. No other server has it, and nobody else may write to it.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let folder = PrivateFolder::open(folder)?;
        let lock = folder.lock("lock")?;
        lock.try_lock().map_err(|_| io::Error::other("another server uses this folder"))?;
        let mut state = Self { folder, used: Mutex::default(), _lock: lock };
        if let Some(content) = state.read(USED)? {
            let used: Used = serde_json::from_slice(&content).map_err(|_| broken(USED))?;
            if used.schema != SCHEMA {
                return Err(broken(USED));
            }
            state.used = Mutex::new(used.used);
        }
        Ok(state)
    }

    /// Whether there are keys of an earlier server.
    pub(crate) fn has_keys(&self) -> bool {
        self.folder.path(KEYS).exists()
    }

    /// The keys that were kept; none is no mistake.
    pub(crate) fn generations(&self, origin: &Origin) -> io::Result<Generations> {
        let Some(content) = self.read(KEYS)? else { return Ok(Generations::none()) };
        let kept: Kept<'_> = serde_json::from_slice(&content).map_err(|_| broken(KEYS))?;
        if kept.schema != SCHEMA {
            return Err(broken(KEYS));
        }
        if kept.trust_domain != origin.as_str() {
            return Err(io::Error::other(format!("its keys are of {}", kept.trust_domain.escape_debug())));
        }
        let read = |one: &KeptGeneration<'_>| read(one, origin).map(Arc::new);
        let all: Option<Vec<_>> = kept.generations.iter().map(read).collect();
        Ok(Generations { all: all.ok_or_else(|| broken(KEYS))?, sequence: kept.sequence })
    }

    /// Keeps keys. After this they are on the disk.
    pub(crate) fn keep(&self, origin: &Origin, generations: &Generations) -> io::Result<()> {
        let all: Vec<Zeroizing<String>> = generations.all.iter().map(|one| write(one)).collect();
        let all: Vec<&str> = all.iter().map(|one| one.as_str()).collect();
        let all = Zeroizing::new(all.join(","));
        let content = Zeroizing::new(format!(
            r#"{{"schema":"{SCHEMA}","trust_domain":"{origin}","sequence":{},"generations":[{}]}}"#,
            generations.sequence,
            all.as_str(),
        ));
        self.write(KEYS, content.as_bytes())
    }

    /// Whether a token was used.
    pub(crate) fn was_used(&self, sha256: &[u8; 32]) -> bool {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&hex(sha256))
    }

    /// Remembers that a token was used. After this it is on the disk.
    pub(crate) fn remember_used(&self, token: &TokenHash, now: UnixTime) -> io::Result<()> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut more = used.clone();
        // One that has expired is refused for that.
        more.retain(|_, expires| *expires > now.as_secs());
        more.insert(hex(&token.sha256), token.expires.as_secs());
        let content = Used { schema: SCHEMA.to_owned(), used: more };
        self.write(USED, &serde_json::to_vec(&content)?)?;
        *used = content.used;
        Ok(())
    }

    fn read(&self, name: &str) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        self.folder.check(name)?;
        match read_file(&self.folder.path(name), MAX_BYTES) {
            Ok(content) if content.len() > MAX_BYTES => Err(broken(name)),
            Ok(content) => Ok(Some(Zeroizing::new(content))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// In one step: after a failure the file is as it was.
    fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let new = format!("{name}.new");
        let mut file = self.folder.make(&new)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(self.folder.path(&new), self.folder.path(name))?;
        self.folder.sync()
    }
}

/// As [`read`] reads it. Private keys are in it.
fn write(one: &Generation) -> Zeroizing<String> {
    let (key, ca_key) = (one.key.to_private_jwk(), one.authority.key().to_private_jwk());
    Zeroizing::new(format!(
        r#"{{"active":{},"retires":{},"key":{},"ca_key":{},"ca":{}}}"#,
        one.active.as_secs(),
        one.retires.as_secs(),
        key.as_str(),
        ca_key.as_str(),
        serde_json::Value::from(one.authority.certificate().to_pem()),
    ))
}

fn read(kept: &KeptGeneration<'_>, origin: &Origin) -> Option<Generation> {
    let key = SigningKey::from_jwk(kept.key.get()).ok()?;
    let ca_key = SigningKey::from_jwk(kept.ca_key.get()).ok()?;
    let ca = wimse::creds::wic::CaCertificate::from_pem(&kept.ca).ok()?;
    let authority = CertificateAuthority::from_der(origin, [ca.der().clone()], ca_key).ok()?;
    let (active, retires) = (UnixTime::from_secs(kept.active), UnixTime::from_secs(kept.retires));
    Some(Generation { key, authority, active, retires })
}

fn broken(name: &str) -> io::Error {
    io::Error::other(format!("{name} is not what this server has written"))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const SCHEMA: &str = "wimse-dev-server-state/1";
const KEYS: &str = "keys.json";
const USED: &str = "used-tokens.json";
const MAX_BYTES: usize = 4 * 1024 * 1024;
