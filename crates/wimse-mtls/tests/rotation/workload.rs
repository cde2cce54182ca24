//! A trust domain whose CA is rolled over, and workloads that read their identity and anchors from files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::wic::{CertificateAuthority, WicTemplate};
use wimse_creds::{UnixTime, Validity};
use wimse_mtls::{AnchorFiles, IdentityFiles, Refresh as _, Refreshed, TlsEnvironment};

pub(crate) const DOMAIN: &str = "wimse://example.com";
pub(crate) const ORDERS: &str = "wimse://example.com/orders";
pub(crate) const BILLING: &str = "wimse://example.com/billing";
pub(crate) const RETIRED: &str = "wimse://example.com/retired";
pub(crate) const HOST: &str = "orders.example.com";

/// The CAs, the newest last, in a folder with the file of anchors.
pub(crate) struct Domain {
    folder: PathBuf,
    cas: Mutex<Vec<CertificateAuthority>>,
}

/// The files of one workload, which are in use.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) identity: IdentityFiles,
    pub(crate) anchors: AnchorFiles,
}

impl Domain {
    pub(crate) fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("wimse-mtls-rotation-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let domain = Self { folder, cas: Mutex::new(vec![root()]) };
        domain.write_anchors();
        domain
    }

    /// From now on certificates are by a new CA; the old one is still trusted.
    pub(crate) fn add_ca(&self) {
        self.cas.lock().unwrap().push(root());
        self.write_anchors();
    }

    /// Only the new CA is trusted.
    pub(crate) fn remove_ca(&self) {
        self.cas.lock().unwrap().remove(0);
        self.write_anchors();
    }

    fn write_anchors(&self) {
        let pem: String = self.cas.lock().unwrap().iter().map(CertificateAuthority::to_pem).collect();
        replace(&self.anchor_file(), &pem);
    }

    fn anchor_file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// Writes a certificate by the newest CA, and its key, into the one file of a workload.
    fn issue(&self, identifier: &str) -> PathBuf {
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let validity =
            Validity::starting(now().minus(Duration::from_secs(30)), WicTemplate::DEFAULT_LIFETIME);
        let template = WicTemplate::new(identifier.parse().unwrap(), key.public_key(), validity);
        let template = template.dns_name(HOST).unwrap();
        let wic = self.cas.lock().unwrap().last().unwrap().issue(&template).unwrap();
        let name = identifier.rsplit('/').next().unwrap();
        let path = self.folder.join(format!("{name}.pem"));
        replace(&path, &(wic.to_pem() + &key.to_pkcs8_pem().unwrap()));
        path
    }
}

impl Drop for Domain {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Workload {
    pub(crate) fn new(domain: &Domain, name: &'static str) -> Self {
        let file = domain.issue(name);
        let identity = IdentityFiles::open(&TlsEnvironment::aws_lc(), &file, &file, now()).unwrap();
        let anchors = AnchorFiles::open([(DOMAIN.parse().unwrap(), domain.anchor_file())]).unwrap();
        Self { name, identity, anchors }
    }

    /// A new key and certificate.
    pub(crate) fn renew(&self, domain: &Domain) {
        domain.issue(self.name);
        assert_eq!(self.identity.refresh(now()).unwrap(), Refreshed::Replaced);
    }

    pub(crate) fn refresh_anchors(&self) {
        assert_eq!(self.anchors.refresh(now()).unwrap(), Refreshed::Replaced);
    }
}

pub(crate) fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}

fn root() -> CertificateAuthority {
    let key = SigningKey::generate(Algorithm::Es256).unwrap();
    let day = Validity::starting(now().minus(Duration::from_secs(60)), Duration::from_secs(24 * 3600));
    CertificateAuthority::root(&DOMAIN.parse().unwrap(), key, day).unwrap()
}

/// As one step, as issuers should.
fn replace(path: &Path, content: &str) {
    let next = path.with_extension("next");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(&next).unwrap(), content.as_bytes()).unwrap();
    fs::rename(next, path).unwrap();
}
