//! Requests as they go over the wire, where anyone who captures one can send it again.

use crate::proofs::now;
use http::Request;
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{Nonce, WitCredential};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{Validity, WitClaims, WitPolicy, WitVerifier};
use wimse_httpsig::{RequestOptions, Signer};
use wimse_wpt::{ProofOptions, Prover};

/// Where callers say they send it.
pub(crate) const BASE: &str = "https://api.example.com";
/// How long a proof lives: longer than a test.
pub(crate) const LIFETIME: Duration = Duration::from_secs(300);

/// How the caller proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    WorkloadProofToken,
    Signature,
}

impl Proof {
    pub(crate) const ALL: [Self; 2] = [Self::WorkloadProofToken, Self::Signature];

    /// What a second use is answered with.
    pub(crate) fn replayed(self) -> (u16, &'static str) {
        match self {
            Self::WorkloadProofToken => (401, "wpt.replayed"),
            Self::Signature => (400, "httpsig.replayed"),
        }
    }
}

/// A workload, and who believes its issuer.
pub(crate) struct Caller {
    credential: WitCredential,
    pub(crate) wits: Arc<WitVerifier>,
}

impl Caller {
    pub(crate) fn new() -> Self {
        let key = || SigningKey::generate(Algorithm::Ed25519).unwrap();
        let (issuer, workload) = (key(), key());
        let hour = Validity::starting(now(), Duration::from_secs(3600));
        let subject = "wimse://example.com/billing".parse().unwrap();
        let wit = WitClaims::new(subject, workload.public_key(), hour).sign(&issuer).unwrap();
        let domain = DomainAnchors::new("wimse://example.com".parse().unwrap());
        let domain = domain.with_key(issuer.public_key().clone()).unwrap();
        let anchors = TrustAnchors::none().with(domain).unwrap();
        Self {
            credential: WitCredential::new(wit, workload).unwrap(),
            wits: Arc::new(WitVerifier::new(anchors, WitPolicy::default())),
        }
    }

    /// A new request, with a proof of this kind.
    pub(crate) fn request(&self, proof: Proof) -> Vec<u8> {
        let body = br#"{"cones":2}"#;
        let mut request = Request::post(format!("{BASE}/orders"));
        let headers = request.headers_mut().unwrap();
        headers.insert("host", "api.example.com".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("content-length", body.len().into());
        let mut request = request.body(()).unwrap();
        let (now, nonce) = (now(), Nonce::random().unwrap());
        match proof {
            Proof::WorkloadProofToken => {
                let options = ProofOptions::default().lifetime(LIFETIME);
                Prover::with_options(&self.credential, options).attach(&mut request, now, nonce).unwrap();
            }
            Proof::Signature => {
                let options = RequestOptions::default().lifetime(LIFETIME);
                let signer = Signer::with_options(&self.credential, options);
                // Nobody here verifies a response.
                drop(signer.sign(&mut request, body, now, nonce).unwrap());
            }
        }
        let mut wire = format!("POST {} HTTP/1.1\r\n", request.uri().path()).into_bytes();
        for (name, value) in request.headers() {
            wire.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
        }
        wire.extend(b"\r\n");
        wire.extend(body);
        wire
    }
}
