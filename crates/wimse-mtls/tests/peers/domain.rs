//! One trust domain, and what its workloads, and others, may show.

use crate::forge::{CLIENT_AUTH, Draft, SERVER_AUTH};
use crate::workshop::{Forged, key, now};
use std::time::Duration;
use wimse_creds::Validity;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::PeerPolicy;
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::wic::pki_types::CertificateDer;
use wimse_creds::wic::{CertificateAuthority, Purpose, WicCredential, WicTemplate};
use wimse_identifier::WorkloadIdentifier;
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsServer, TlsEnvironment, TlsIdentity};

pub(crate) const SCHEMES: [&str; 2] = ["wimse", "spiffe"];

/// The name by which all servers are reached, theirs and ours.
pub(crate) const HOST: &str = "orders.example.com";

/// `example.com` under one of the schemes.
pub(crate) struct Domain {
    scheme: &'static str,
    root: CertificateAuthority,
    /// The distinguished name of the root, without `CN=`.
    root_name: String,
}

/// A certificate, and what becomes of it: "accepted", or the code of our refusal.
pub(crate) struct Case {
    pub(crate) what: &'static str,
    pub(crate) shown: Forged,
    pub(crate) expected: &'static str,
}

impl Domain {
    pub(crate) fn new(scheme: &'static str) -> Self {
        Self { scheme, root: root(scheme), root_name: format!("example.com,OU=root,O={scheme}") }
    }

    /// A workload of the domain.
    pub(crate) fn id(&self, path: &str) -> WorkloadIdentifier {
        format!("{}://example.com/{path}", self.scheme).parse().unwrap()
    }

    /// What programs take as their CA file.
    pub(crate) fn ca_pem(&self) -> String {
        self.root.to_pem()
    }

    pub(crate) fn credential(&self, path: &str) -> WicCredential {
        issue(&self.root, &self.id(path))
    }

    /// Our server "orders", for one caller.
    pub(crate) fn orders(&self, caller: &str) -> MtlsServer {
        let policy = PeerPolicy::exactly([self.id(caller)]);
        MtlsServer::new(&TlsEnvironment::aws_lc(), self.identity("orders"), self.anchors(), policy).unwrap()
    }

    /// Our client "billing", for one server.
    pub(crate) fn billing(&self, server: &str) -> (MtlsClient, TlsIdentity) {
        let (identity, expected) = (self.identity("billing"), ExpectedServer::Workload(self.id(server)));
        let client = MtlsClient::new(&TlsEnvironment::aws_lc(), identity.clone(), self.anchors(), expected);
        (client.unwrap(), identity)
    }

    /// Everything that a peer shows us who says to be the workload at `path`, each beside the first, which is accepted.
    pub(crate) fn cases(&self, path: &str, role: Purpose) -> Vec<Case> {
        let identifier = self.id(path);
        let other_role = match role {
            Purpose::ClientAuth => SERVER_AUTH,
            Purpose::ServerAuth => CLIENT_AUTH,
        };
        let (hour, minute) = (Duration::from_secs(3600), Duration::from_secs(60));
        let stranger = format!("{}://other.example/{path}", self.scheme);
        let second = self.id("second");
        let good = || Draft::leaf(&self.root_name, now()).names(&[identifier.as_str()], &[HOST]);
        let intermediate =
            self.root.intermediate(key(), Validity::starting(now().minus(minute), hour * 2)).unwrap();
        let edwards = SigningKey::generate(Algorithm::Ed25519).unwrap();
        let alone = good().subject("alone").issuer("alone");
        let case = |what, shown, expected| Case { what, shown, expected };
        vec![
            case("issued", Forged::of(&issue(&self.root, &identifier)), "accepted"),
            case("issued for Ed25519", Forged::of(&issue_for(edwards, &self.root, &identifier)), "accepted"),
            case("issued by an intermediate", Forged::of(&issue(&intermediate, &identifier)), "accepted"),
            case("made by hand", self.sign(&good()), "accepted"),
            case("another workload", Forged::of(&self.credential("second")), "mtls.not_expected"),
            case(
                "wrong trust domain",
                self.sign(&good().names(&[&stranger], &[HOST])),
                "wic.trust_domain_unknown",
            ),
            case(
                "other CA with the same name",
                Forged::of(&issue(&root(self.scheme), &identifier)),
                "wic.signature",
            ),
            case("expired", self.sign(&good().valid(now().minus(hour), now().minus(minute))), "wic.expired"),
            case(
                "not yet valid",
                self.sign(&good().valid(now().plus(hour), now().plus(hour * 2))),
                "wic.not_yet_valid",
            ),
            case(
                "two URI SANs",
                self.sign(&good().names(&[identifier.as_str(), second.as_str()], &[HOST])),
                "wic.uri_repeated",
            ),
            case("no URI SAN", self.sign(&good().names(&[], &[HOST])), "wic.uri_missing"),
            case("CA as leaf", self.sign(&good().basic_constraints(true, true, None)), "wic.ca_as_leaf"),
            case("wrong EKU", self.sign(&good().extended_key_usage(&[other_role])), "wic.eku"),
            case("self-signed", by_itself(&alone), "wic.unknown_issuer"),
        ]
    }

    fn identity(&self, path: &str) -> TlsIdentity {
        TlsIdentity::new(&TlsEnvironment::aws_lc(), &self.credential(path), now()).unwrap()
    }

    fn anchors(&self) -> TrustAnchors {
        let domain = DomainAnchors::new(self.root.origin().clone());
        let domain = domain.with_ca_certificate(self.root.certificate().clone()).unwrap();
        TrustAnchors::none().with(domain).unwrap()
    }

    /// Signs what the CA would not issue.
    fn sign(&self, draft: &Draft) -> Forged {
        let subject = key();
        forged(vec![draft.sign(&subject, self.root.key())], &subject)
    }
}

fn root(scheme: &str) -> CertificateAuthority {
    let origin = format!("{scheme}://example.com").parse().unwrap();
    let day = Validity::starting(now().minus(Duration::from_secs(60)), Duration::from_secs(24 * 3600));
    CertificateAuthority::root(&origin, key(), day).unwrap()
}

fn issue(ca: &CertificateAuthority, identifier: &WorkloadIdentifier) -> WicCredential {
    issue_for(key(), ca, identifier)
}

fn issue_for(key: SigningKey, ca: &CertificateAuthority, identifier: &WorkloadIdentifier) -> WicCredential {
    let hour = Validity::starting(now().minus(Duration::from_secs(30)), WicTemplate::DEFAULT_LIFETIME);
    let template = WicTemplate::new(identifier.clone(), key.public_key(), hour).dns_name(HOST).unwrap();
    WicCredential::new(ca.issue(&template).unwrap(), key).unwrap()
}

fn by_itself(draft: &Draft) -> Forged {
    let subject = key();
    forged(vec![draft.sign(&subject, &subject)], &subject)
}

fn forged(chain: Vec<CertificateDer<'static>>, key: &SigningKey) -> Forged {
    Forged { chain, key: key.to_pkcs8_der().unwrap().to_vec() }
}
