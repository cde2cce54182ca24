//! An issuer of certificates that replaces its CA every six seconds: it publishes a SPIFFE bundle, and issues WICs over HTTP.

use crate::server::{Received, Reply, Server, response};
use crate::service::BILLING;
use crate::source::DOMAIN;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};
use wimse::creds::key::{Algorithm, PublicKey, SigningKey};
use wimse::creds::wic::{CertificateAuthority, WicCredential, WicTemplate, WorkloadIdentityCertificate};
use wimse::creds::{UnixTime, Validity};
use wimse::mtls::{TlsEnvironment, TlsIdentity};
use wimse_trust::protocol::{CredentialRequest, CredentialResponse};

/// How long a CA is published before it issues, and how long it issues after that until the next one is published.
const LEAD: Duration = Duration::from_secs(4);
const REST: Duration = Duration::from_secs(2);
/// Of certificates. A caller that renews has one of each CA.
const LIFETIME: Duration = Duration::from_secs(9);
/// A CA is published for so much longer than its last certificate is valid.
const SPARE: Duration = Duration::from_secs(2);
/// Of CAs, and of what is stolen: no certificate is refused because it has expired.
const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const HOST: &str = "orders.example.com";

pub(crate) struct Authority {
    server: Server,
    cas: Arc<Mutex<Cas>>,
}

#[derive(Default)]
struct Cas {
    /// The newest last.
    published: Vec<Ca>,
    /// Which of them issues.
    issuing: usize,
    sequence: u64,
    /// By serial number, which CA has issued a certificate.
    issued: BTreeMap<String, String>,
    /// One certificate of each CA, good for as long as the CA.
    stolen: Vec<(String, TlsIdentity)>,
    /// Those that issue no more.
    retired: Vec<String>,
}

struct Ca {
    name: String,
    authority: CertificateAuthority,
    retired: Option<Instant>,
}

impl Authority {
    pub(crate) fn start() -> Self {
        let (server, cas) = (Server::plain(), Arc::<Mutex<Cas>>::default());
        cas.lock().unwrap().publish();
        cas.lock().unwrap().use_newest();
        let (serving, url) = (Arc::clone(&cas), server.url("/credentials"));
        server.handle(move |received| {
            let mut cas = serving.lock().unwrap();
            let content =
                if received.head.starts_with("GET ") { cas.bundle() } else { cas.answer(received, &url) };
            Reply::Bytes(response("200 OK", "Content-Type: application/json\r\n", &content))
        });
        Self { server, cas }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url("")
    }

    /// Replaces the CA again and again. Each step takes its time from the one before, also where the machine is slow.
    pub(crate) fn rotate(&self) -> impl Future<Output = ()> + use<> {
        let cas = Arc::clone(&self.cas);
        async move {
            loop {
                cas.lock().unwrap().publish();
                tokio::time::sleep(LEAD).await;
                cas.lock().unwrap().use_newest();
                tokio::time::sleep(REST).await;
                cas.lock().unwrap().remove_expired();
            }
        }
    }

    /// Which CA has issued it.
    pub(crate) fn issuer_of(&self, wic: &WorkloadIdentityCertificate) -> String {
        self.cas.lock().unwrap().issued[&wic.claimed_serial_number()].clone()
    }

    /// Certificates, each by another CA, after the first so many.
    pub(crate) fn stolen_after(&self, known: usize) -> Vec<(String, TlsIdentity)> {
        self.cas.lock().unwrap().stolen[known..].to_vec()
    }

    pub(crate) fn is_published(&self, name: &str) -> bool {
        self.cas.lock().unwrap().published.iter().any(|ca| ca.name == name)
    }

    /// CAs that have issued, and do so no more.
    pub(crate) fn retired(&self) -> Vec<String> {
        self.cas.lock().unwrap().retired.clone()
    }
}

impl Cas {
    fn publish(&mut self) {
        self.sequence += 1;
        let name = format!("ca-{}", self.sequence);
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let validity = Validity::starting(now().minus(HOUR), HOUR * 3);
        let authority = CertificateAuthority::root(&DOMAIN.parse().unwrap(), key, validity).unwrap();
        self.published.push(Ca { name, authority, retired: None });
    }

    fn use_newest(&mut self) {
        let newest = self.published.len() - 1;
        if newest > self.issuing {
            let before = &mut self.published[self.issuing];
            before.retired = Some(Instant::now());
            self.retired.push(before.name.clone());
        }
        self.issuing = newest;
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let template = template(BILLING, key.public_key(), HOUR);
        let ca = &self.published[newest];
        let credential = WicCredential::new(ca.authority.issue(&template).unwrap(), key).unwrap();
        let identity = TlsIdentity::new(&TlsEnvironment::aws_lc(), &credential, now()).unwrap();
        self.stolen.push((ca.name.clone(), identity));
    }

    fn remove_expired(&mut self) {
        let is_over = |ca: &Ca| ca.retired.is_some_and(|at| at.elapsed() >= LIFETIME + SPARE);
        while is_over(&self.published[0]) {
            self.published.remove(0);
            self.issuing -= 1;
            self.sequence += 1;
        }
    }

    /// SPIFFE Trust Domain and Bundle 4.
    fn bundle(&self) -> String {
        let entries = self.published.iter().map(|ca| {
            let mut key: Map<String, Value> =
                serde_json::from_str(&ca.authority.key().public_key().to_jwk()).unwrap();
            key.retain(|name, _| name != "alg" && name != "kid");
            key.insert("use".to_owned(), json!("x509-svid"));
            key.insert("x5c".to_owned(), json!([STANDARD.encode(ca.authority.certificate().der())]));
            Value::Object(key)
        });
        let entries: Vec<Value> = entries.collect();
        json!({ "spiffe_sequence": self.sequence, "spiffe_refresh_hint": 1, "keys": entries }).to_string()
    }

    /// The token names the workload.
    fn answer(&mut self, received: &Received, url: &str) -> String {
        let request = CredentialRequest::from_json(&received.body, url, now()).unwrap();
        let name = received.field("authorization").unwrap().strip_prefix("Bearer ").unwrap();
        let key = request.certificate_request().unwrap().public_key();
        let template = template(&format!("{DOMAIN}/{name}"), key, LIFETIME);
        let ca = &self.published[self.issuing];
        let wic = ca.authority.issue(&template.dns_name(HOST).unwrap()).unwrap();
        self.issued.insert(wic.claimed_serial_number(), ca.name.clone());
        CredentialResponse::default().with_wic(&wic).to_json()
    }
}

fn template(identifier: &str, key: &PublicKey, lifetime: Duration) -> WicTemplate {
    let validity = Validity::starting(now().minus(HOUR), HOUR + lifetime);
    WicTemplate::new(identifier.parse().unwrap(), key, validity)
}

fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}
