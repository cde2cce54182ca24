//! TLS to the store: whose certificate is accepted, and which is shown.

use crate::program::{self, Folder};
use crate::proofs::{FRESH, Sender};
use crate::server::{Redis, patient};
use std::fs;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use wimse_creds::pop::ReplayError;
use wimse_replay::{RedisReplayStore, RedisSettings, StoreError};

const EXTENSIONS: &str = "[req]\ndistinguished_name = dn\n[dn]\n\
    [ca]\nbasicConstraints = critical, CA:TRUE\n\
    [here]\nbasicConstraints = CA:FALSE\nsubjectAltName = IP:127.0.0.1\n\
    [elsewhere]\nbasicConstraints = CA:FALSE\nsubjectAltName = IP:127.0.0.2\n";

/// A CA, and certificates that it has issued, made by OpenSSL.
struct Authority(Folder);

impl Authority {
    fn new() -> Option<Self> {
        let (openssl, folder) = (program::find("openssl")?, Folder::new());
        fs::write(folder.path().join("extensions"), EXTENSIONS).unwrap();
        for name in ["ca", "here", "elsewhere"] {
            let mut command = Command::new(&openssl);
            command.current_dir(folder.path()).args(["req", "-x509", "-config", "extensions", "-days", "2"]);
            command.args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]);
            command.args(["-subj", &format!("/CN={name}"), "-extensions", name]);
            command.args(["-keyout", &format!("{name}.key"), "-out", &format!("{name}.pem")]);
            if name != "ca" {
                command.args(["-CA", "ca.pem", "-CAkey", "ca.key"]);
            }
            assert!(command.stderr(Stdio::null()).status().unwrap().success(), "{command:?}");
        }
        Some(Self(folder))
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn pem(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.path().join(name)).unwrap()
    }
}

/// A server that shows one of its certificates, and what clients are to connect to.
fn start(authority: &Authority, shown: &str, clients: &str) -> Option<(Redis, RedisSettings)> {
    let first = 10_000 + u16::try_from(std::process::id() % 20_000).unwrap();
    let mut ports = (first..first + 1000).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    let port = ports.next().unwrap();
    let (certificate, key) =
        (authority.path(&format!("{shown}.pem")), authority.path(&format!("{shown}.key")));
    let redis = Redis::start(&[
        "--bind",
        "127.0.0.1",
        "--tls-port",
        &port.to_string(),
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &authority.path("ca.pem"),
        "--tls-auth-clients",
        clients,
    ])?;
    Some((redis, patient(RedisSettings::new(&format!("rediss://127.0.0.1:{port}")).unwrap())))
}

async fn connect(settings: RedisSettings) -> Result<(), StoreError> {
    RedisReplayStore::connect(settings).await.map(|_| ())
}

// One test: its servers are on ports, one after the other.
#[tokio::test]
async fn certificates() {
    let (Some(authority), Some(stranger)) = (Authority::new(), Authority::new()) else { return };
    let trusted = authority.pem("ca.pem");
    {
        let Some((_redis, settings)) = start(&authority, "here", "no") else { return };
        let store = RedisReplayStore::connect(settings.clone().root_certificates(trusted.clone()));
        let (store, sender) = (store.await.unwrap(), Sender::new("billing"));
        assert_eq!(sender.ask(&store, "1", FRESH).await, Ok(()));
        assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Replayed));
        for settings in [settings.clone().root_certificates(stranger.pem("ca.pem")), settings.clone()] {
            assert_eq!(connect(settings).await, Err(StoreError::Tls));
        }
        let nothing = settings.root_certificates("no certificate");
        assert_eq!(connect(nothing).await, Err(StoreError::Tls));
    }
    {
        let (_redis, settings) = start(&authority, "elsewhere", "no").unwrap();
        let refused = connect(settings.root_certificates(trusted.clone())).await;
        assert_eq!(refused, Err(StoreError::Tls), "it is for another address");
    }
    let (_redis, settings) = start(&authority, "here", "yes").unwrap();
    let settings = settings.root_certificates(trusted);
    let shown =
        |from: &Authority| settings.clone().client_certificate(from.pem("here.pem"), from.pem("here.key"));
    assert_eq!(connect(shown(&authority)).await, Ok(()));
    assert!(connect(shown(&stranger)).await.is_err());
    assert!(connect(settings.clone()).await.is_err());
    let mixed = settings.client_certificate(authority.pem("here.pem"), stranger.pem("here.key"));
    assert!(connect(mixed).await.is_err());
}

#[tokio::test]
async fn certificates_are_of_addresses_with_tls() {
    let settings = RedisSettings::new("redis://127.0.0.1:1").unwrap().root_certificates("none");
    assert_eq!(connect(settings).await, Err(StoreError::Tls));
}
