//! What a state keeps.

use super::renewal::proven;
use super::*;
use crate::config::TokenHash;
use crate::dev_server::state::State;
use crate::dev_server::token::{hash, make};
use std::path::{Path, PathBuf};

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wimse-dev-server-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn start(registry: Registry, folder: Option<&Path>, clock: &Arc<ManualClock>) -> Stage {
    let state = folder.map(|folder| Arc::new(State::open(folder).unwrap()));
    let server = IdentityServer::start(registry, names(), state, Arc::clone(clock) as _).unwrap();
    Stage { server: Arc::new(server), clock: Arc::clone(clock) }
}

/// A registry with the hash of a token.
fn with_token(token: &str) -> Registry {
    let expires = UnixTime::from_secs(START + 3600);
    let mut registry = registry();
    registry.workloads[0].join_tokens.push(TokenHash { sha256: hash(token), expires });
    registry
}

#[test]
fn keys_and_used_tokens_outlast_the_server() {
    let folder = Folder::new("kept");
    let (clock, token) = (Arc::new(ManualClock::default()), make().unwrap());
    let stage = start(with_token(&token), Some(&folder.0), &clock);
    stage.wit(&bearer(&token), &key()).unwrap();
    let (_, before) = stage.server.keys().unwrap();
    assert!(State::open(&folder.0).is_err(), "one server at a time");
    drop(stage);
    let stage = start(with_token(&token), Some(&folder.0), &clock);
    let (_, after) = stage.server.keys().unwrap();
    assert_eq!((&before.jwk_set, &before.spiffe_bundle), (&after.jwk_set, &after.spiffe_bundle));
    assert_eq!(before.ca_certificates, after.ca_certificates);
    assert_eq!(stage.wit(&bearer(&token), &key()).unwrap_err(), "join_token.used");
    drop(stage);
    // The twin: without a state nothing is remembered.
    let stage = start(with_token(&token), None, &clock);
    assert!(stage.wit(&bearer(&token), &key()).is_ok());
    assert_ne!(stage.server.keys().unwrap().1.jwk_set, after.jwk_set);
}

/// A proof that may have been used before the restart is refused, and one of half a minute later is not.
#[test]
fn proofs_of_before_a_restart_are_not_admitted_after() {
    let folder = Folder::new("fence");
    let clock = Arc::new(ManualClock::default());
    let stage = start(registry(), Some(&folder.0), &clock);
    let credential = stage.credential(BILLING);
    let used = proven(&stage, &credential, URL);
    assert!(stage.wit(&used, &key()).is_ok());
    drop(stage);
    let stage = start(registry(), Some(&folder.0), &clock);
    let refused = stage.ask(&used, &stage.for_wit(&key())).unwrap_err();
    assert_eq!((refused.code(), refused.status().as_u16()), ("replay.fenced", 503));
    clock.advance(31);
    assert_eq!(stage.wit(&used, &key()).unwrap_err(), "replay.fenced");
    assert!(stage.wit(&proven(&stage, &credential, URL), &key()).is_ok());
}

#[test]
fn keys_that_rolled_are_kept_too() {
    let folder = Folder::new("rolled");
    let clock = Arc::new(ManualClock::default());
    let stage = start(registry(), Some(&folder.0), &clock);
    let first = stage.server.keys().unwrap().1;
    clock.advance(24 * 3600);
    let second = stage.server.keys().unwrap().1;
    assert_ne!(first.jwk_set, second.jwk_set);
    drop(stage);
    let stage = start(registry(), Some(&folder.0), &clock);
    assert_eq!(stage.server.keys().unwrap().1.spiffe_bundle, second.spiffe_bundle);
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("modes");
    let (clock, token) = (Arc::new(ManualClock::default()), make().unwrap());
    let stage = start(with_token(&token), Some(&folder.0), &clock);
    stage.wit(&bearer(&token), &key()).unwrap();
    drop(stage);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.0), 0o700);
    for entry in folder.0.read_dir().unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        // No token is there in the clear.
        assert!(!std::fs::read_to_string(&path).unwrap().contains(token.as_str()));
    }
    let keys = folder.0.join("keys.json");
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o644)).unwrap();
    let state = Arc::new(State::open(&folder.0).unwrap());
    assert!(IdentityServer::start(registry(), names(), Some(state), Arc::clone(&clock) as _).is_err());
    std::fs::set_permissions(&keys, std::fs::Permissions::from_mode(0o600)).unwrap();
    start(registry(), Some(&folder.0), &clock);
}

#[test]
fn a_broken_state_is_told_and_not_overwritten() {
    let folder = Folder::new("broken");
    let clock = Arc::new(ManualClock::default());
    drop(start(registry(), Some(&folder.0), &clock));
    let keys = folder.0.join("keys.json");
    let good = std::fs::read_to_string(&keys).unwrap();
    for broken in
        [&good[..good.len() / 2], "", "{}", &good.replace("wimse://example.com", "wimse://other.example")]
    {
        std::fs::write(&keys, broken).unwrap();
        let state = Arc::new(State::open(&folder.0).unwrap());
        let started = IdentityServer::start(registry(), names(), Some(state), Arc::clone(&clock) as _);
        assert!(started.is_err(), "{broken}");
        assert_eq!(std::fs::read_to_string(&keys).unwrap(), broken);
    }
    std::fs::write(&keys, &good).unwrap();
    start(registry(), Some(&folder.0), &clock);
}

/// A token that cannot be written down as used lets nobody in, and is not used up.
#[cfg(unix)]
#[test]
fn what_cannot_be_remembered_is_not_issued() {
    let folder = Folder::new("unwritable");
    let (clock, token) = (Arc::new(ManualClock::default()), make().unwrap());
    let stage = start(with_token(&token), Some(&folder.0), &clock);
    // A folder is where the file would be made.
    let blocked = folder.0.join("used-tokens.json.new");
    std::fs::create_dir(&blocked).unwrap();
    let refused = stage.ask(&bearer(&token), &stage.for_wit(&key())).unwrap_err();
    assert_eq!((refused.code(), refused.status().as_u16()), ("dev_server.state", 503));
    std::fs::remove_dir(&blocked).unwrap();
    assert!(stage.wit(&bearer(&token), &key()).is_ok());
}
