//! Identities and anchors in files.
#![cfg(feature = "aws-lc")]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::{Duration, SystemTime};
use std::{fs, process};
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::trust::TrustAnchorSource as _;
use wimse_creds::wic::{CertificateAuthority, WicTemplate};
use wimse_creds::{UnixTime, Validity};
use wimse_mtls::{
    AnchorFiles, IdentityFiles, Refresh as _, Refreshed, TlsEnvironment, Watcher, WicSource as _,
};

const DOMAIN: &str = "wimse://example.com";
const HOUR: Duration = Duration::from_secs(3600);

/// A folder of one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wimse-mtls-{name}-{}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn root(origin: &str) -> CertificateAuthority {
    CertificateAuthority::root(&origin.parse().unwrap(), key(), Validity::starting(now(), HOUR * 24)).unwrap()
}

/// A certificate and its key in PEM.
fn pair(ca: &CertificateAuthority) -> (String, String) {
    let key = key();
    let hour = Validity::starting(now(), HOUR);
    let template = WicTemplate::new(format!("{DOMAIN}/billing").parse().unwrap(), key.public_key(), hour);
    (ca.issue(&template).unwrap().to_pem(), key.to_pkcs8_pem().unwrap().to_string())
}

#[test]
fn an_identity_is_replaced_when_both_files_are() {
    let (folder, ca) = (Folder::new("identity"), root(DOMAIN));
    let (certificates, secret) = pair(&ca);
    let (chain_path, key_path) = (folder.write("svid.pem", &certificates), folder.write("svid.key", &secret));
    let environment = TlsEnvironment::aws_lc();
    let files = IdentityFiles::open(&environment, &chain_path, &key_path, now()).unwrap();
    let serial = || files.current().wic().claimed_serial_number();
    let first = serial();
    assert_eq!(files.refresh(now()).unwrap(), Refreshed::Unchanged);

    // The one without the other: what was in use stays.
    let (certificates, secret) = pair(&ca);
    folder.write("svid.pem", &certificates);
    assert_eq!(files.refresh(now()).unwrap_err().code(), "credential.key_mismatch");
    assert_eq!(serial(), first);
    folder.write("svid.key", &secret);
    assert_eq!(files.refresh(now()).unwrap(), Refreshed::Replaced);
    let second = serial();
    assert_ne!(second, first);
    assert_eq!(files.refresh(now()).unwrap(), Refreshed::Unchanged);

    for (what, content, expected) in [
        ("no certificate", String::new(), "wic.empty"),
        ("a key", secret, "wic.empty"),
        ("garbage", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".into(), "wic.encoding"),
        ("a CA", ca.to_pem(), "wic.ca_as_leaf"),
        ("too long", "x".repeat(1024 * 1024 + 1), "file.too_large"),
    ] {
        folder.write("svid.pem", content);
        assert_eq!(files.refresh(now()).unwrap_err().code(), expected, "{what}");
        assert_eq!(serial(), second, "{what}");
    }
    fs::remove_file(&chain_path).unwrap();
    assert_eq!(files.refresh(now()).unwrap_err().code(), "file.read");
    assert_eq!(serial(), second);

    // One that has expired in the meantime is not taken.
    folder.write("svid.pem", pair(&ca).0);
    let fresh = pair(&ca);
    folder.write("svid.pem", fresh.0 + &fresh.1);
    fs::copy(&chain_path, &key_path).unwrap();
    assert_eq!(files.refresh(now().plus(HOUR * 2)).unwrap_err().code(), "credential.expired");
    assert_eq!(files.refresh(now()).unwrap(), Refreshed::Replaced);
    assert_ne!(serial(), second);
}

#[test]
fn anchors_are_replaced_together() {
    let folder = Folder::new("anchors");
    let (ca, next, partner) = (root(DOMAIN), root(DOMAIN), root("spiffe://partner.example"));
    let bundle = |ca: &CertificateAuthority| {
        let pem = ca.to_pem();
        let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        format!(r#" {{"keys":[{{"use":"x509-svid","kty":"EC","crv":"P-256","x5c":["{base64}"]}}]}}"#)
    };
    let own = folder.write("ca.pem", ca.to_pem());
    let other = folder.write("bundle.json", bundle(&partner));
    let partner_origin = || "spiffe://partner.example".parse().unwrap();
    let files = AnchorFiles::open([(DOMAIN.parse().unwrap(), own), (partner_origin(), other)]).unwrap();
    let anchors = |origin: &str| {
        let domain = files.anchors_for(&origin.parse().unwrap()).unwrap();
        domain.ca_certificates().as_slice().iter().map(|ca| ca.serial_number()).collect::<Vec<_>>()
    };
    let serial = |ca: &CertificateAuthority| ca.certificate().serial_number();
    assert_eq!(anchors(DOMAIN), [serial(&ca)]);
    assert_eq!(anchors("spiffe://partner.example"), [serial(&partner)]);
    assert!(files.anchors_for(&"spiffe://example.com".parse().unwrap()).is_none());
    assert_eq!(files.refresh(now()).unwrap(), Refreshed::Unchanged);

    folder.write("ca.pem", ca.to_pem() + &next.to_pem());
    assert_eq!(files.refresh(now()).unwrap(), Refreshed::Replaced);
    assert_eq!(anchors(DOMAIN), [serial(&ca), serial(&next)]);

    for (what, content, expected) in [
        ("nothing", String::new(), "trust.ca_encoding"),
        ("the CA of another", partner.to_pem(), "trust.shared_ca"),
        ("a workload", pair(&ca).0, "trust.ca_basic_constraints"),
        ("broken JSON", "{".into(), "trust.json"),
    ] {
        folder.write("ca.pem", content);
        assert_eq!(files.refresh(now()).unwrap_err().code(), expected, "{what}");
        assert_eq!(anchors(DOMAIN), [serial(&ca), serial(&next)], "{what}");
    }
    folder.write("ca.pem", next.to_pem());
    assert_eq!(files.refresh(now()).unwrap(), Refreshed::Replaced);
    assert_eq!(anchors(DOMAIN), [serial(&next)]);

    // Two files for one trust domain add up.
    let two = [
        (DOMAIN.parse().unwrap(), folder.write("a.pem", ca.to_pem())),
        (DOMAIN.parse().unwrap(), folder.write("b.pem", next.to_pem())),
    ];
    let domain = AnchorFiles::open(two).unwrap().anchors_for(&DOMAIN.parse().unwrap()).unwrap();
    assert_eq!(domain.ca_certificates().as_slice().len(), 2);
}

#[test]
fn a_watcher_sees_the_change_and_stops() {
    let (folder, ca) = (Folder::new("watcher"), root(DOMAIN));
    let (certificates, secret) = pair(&ca);
    let path = folder.write("svid.pem", certificates + &secret);
    let environment = TlsEnvironment::aws_lc();
    let files = IdentityFiles::open(&environment, &path, &path, now()).unwrap();
    let before = files.current().wic().claimed_serial_number();
    let (reports, reported) = channel();
    let watched = vec![Box::new(files.clone()) as _];
    let watcher = Watcher::start(&environment, Duration::ZERO, watched, move |outcome| {
        let _ = reports.send(outcome.map_err(|error| error.code()));
    })
    .unwrap();
    assert_eq!(reported.recv().unwrap(), Ok(Refreshed::Unchanged));
    fs::remove_file(&path).unwrap();
    assert!(reported.iter().any(|outcome| outcome == Err("file.read")));
    let (certificates, secret) = pair(&ca);
    folder.write("new.pem", certificates + &secret);
    fs::rename(folder.0.join("new.pem"), &path).unwrap();
    assert!(reported.iter().any(|outcome| outcome == Ok(Refreshed::Replaced)));
    assert_ne!(files.current().wic().claimed_serial_number(), before);
    // Dropping it ends the thread, and with it the reports.
    drop(watcher);
    assert!(reported.iter().all(|outcome| outcome == Ok(Refreshed::Unchanged)));
}
