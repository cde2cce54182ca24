//! Whose anchors count.

use crate::forge::Draft;
use crate::workshop::*;
use std::sync::{Arc, Mutex};
use wimse_creds::Verified;
use wimse_creds::key::SigningKey;
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource};
use wimse_creds::wic::{
    CaCertificate, CertificateAuthority, Purpose, WicDenyList, WicPolicy, WicTemplate, WicVerifier,
    WorkloadIdentityCertificate,
};
use wimse_identifier::Origin;

/// Issue 335: A's identifier signed by B, both configured. WIT-9.4-2.
#[test]
fn a_ca_speaks_for_its_own_domain() {
    let (a, b) = (root("wimse://a.example"), root("wimse://b.example"));
    let verifier = verifier([
        domain("wimse://a.example", a.certificate().clone()),
        domain("wimse://b.example", b.certificate().clone()),
    ]);
    let issue = |ca: &CertificateAuthority, id: &str| {
        ca.issue(&WicTemplate::new(id.parse().unwrap(), key().public_key(), hours(1)))
    };
    let own = issue(&a, "wimse://a.example/x").unwrap();
    assert_eq!(
        code(verifier.verify(own.chain(), Purpose::ClientAuth, NOW)),
        Ok("wimse://a.example/x".into())
    );
    // Our CA does not do it.
    assert_eq!(issue(&b, "wimse://a.example/x").unwrap_err().code(), "wic.issue_other_origin");
    // A CA of B that takes itself for one of A: its certificate is B's, and it names an identifier of A.
    let rogue_key = key();
    let rogue = CaCertificate::from_der(Draft::ca("b", NOW).sign(&rogue_key, &rogue_key)).unwrap();
    let with_rogue = crate::workshop::verifier([
        domain("wimse://a.example", a.certificate().clone()),
        domain("wimse://b.example", rogue),
    ]);
    let judge = |id: &str| {
        let leaf = Draft::workload("b", id, NOW).sign(&key(), &rogue_key);
        code(with_rogue.verify(&[leaf], Purpose::ClientAuth, NOW))
    };
    assert_eq!(judge("wimse://b.example/x"), Ok("wimse://b.example/x".into()));
    assert_eq!(judge("wimse://a.example/x"), Err("wic.unknown_issuer"));
}

/// Row 51: one domain, two schemes, two sets of anchors.
#[test]
fn schemes_have_anchors_of_their_own() {
    let (wimse, spiffe) = (root("wimse://example.com"), root("spiffe://example.com"));
    let verifier = verifier([
        domain("wimse://example.com", wimse.certificate().clone()),
        domain("spiffe://example.com", spiffe.certificate().clone()),
    ]);
    for (ca, id) in [(&wimse, "wimse://example.com/x"), (&spiffe, "spiffe://example.com/x")] {
        let wic = ca.issue(&WicTemplate::new(id.parse().unwrap(), key().public_key(), hours(1))).unwrap();
        assert_eq!(code(verifier.verify(wic.chain(), Purpose::ServerAuth, NOW)), Ok(id.to_owned()));
    }
    // The same names of CAs, but for the scheme.
    let (ca_key, other_key) = (key(), key());
    let ca = |key: &SigningKey| CaCertificate::from_der(Draft::ca("ca", NOW).sign(key, key)).unwrap();
    let verifier = crate::workshop::verifier([
        domain("wimse://example.com", ca(&ca_key)),
        domain("spiffe://example.com", ca(&other_key)),
    ]);
    for (id, signer, expected) in [
        ("wimse://example.com/x", &ca_key, Ok("wimse://example.com/x".to_owned())),
        ("wimse://example.com/x", &other_key, Err("wic.signature")),
        ("spiffe://example.com/x", &other_key, Ok("spiffe://example.com/x".to_owned())),
        ("spiffe://example.com/x", &ca_key, Err("wic.signature")),
    ] {
        let leaf = Draft::workload("ca", id, NOW).sign(&key(), signer);
        assert_eq!(code(verifier.verify(&[leaf], Purpose::ServerAuth, NOW)), expected, "{id}");
    }
}

#[test]
fn domains_without_anchors() {
    let ca = root(DOMAIN);
    let wic = ca.issue(&WicTemplate::new(BILLING.parse().unwrap(), key().public_key(), hours(1))).unwrap();
    let empty = DomainAnchors::new(DOMAIN.parse().unwrap());
    for (verifier, expected) in [
        (verifier([domain(DOMAIN, ca.certificate().clone())]), Ok(BILLING.to_owned())),
        (verifier([empty]), Err("wic.anchor_missing")),
        (verifier([]), Err("wic.trust_domain_unknown")),
    ] {
        assert_eq!(code(verifier.verify(wic.chain(), Purpose::ClientAuth, NOW)), expected);
    }
}

#[test]
fn a_deny_list_is_asked_each_time() {
    struct Serial(String);
    impl WicDenyList for Serial {
        fn is_denied(&self, certificate: &Verified<WorkloadIdentityCertificate>) -> bool {
            certificate.serial_number() == self.0
        }
    }
    let ca = root(DOMAIN);
    let issue =
        || ca.issue(&WicTemplate::new(BILLING.parse().unwrap(), key().public_key(), hours(1))).unwrap();
    let (denied, other) = (issue(), issue());
    let verifier = verifier([domain(DOMAIN, ca.certificate().clone())])
        .with_deny_list(Serial(denied.claimed_serial_number()));
    for _ in 0..2 {
        assert_eq!(code(verifier.verify(denied.chain(), Purpose::ClientAuth, NOW)), Err("wic.denied"));
        assert_eq!(code(verifier.verify(other.chain(), Purpose::ClientAuth, NOW)), Ok(BILLING.to_owned()));
    }
}

/// The cache does not outlive the anchors.
#[test]
fn anchors_that_change() {
    struct Changing(Mutex<Option<Arc<DomainAnchors>>>);
    impl TrustAnchorSource for Changing {
        fn anchors_for(&self, _: &Origin) -> Option<Arc<DomainAnchors>> {
            self.0.lock().unwrap().clone()
        }
    }
    let (old, new) = (root(DOMAIN), root(DOMAIN));
    let anchors = |ca: &CertificateAuthority| Arc::new(domain(DOMAIN, ca.certificate().clone()));
    let source = Arc::new(Changing(Mutex::new(Some(anchors(&old)))));
    let verifier = WicVerifier::new(Arc::clone(&source), WicPolicy::default());
    let wic = old.issue(&WicTemplate::new(BILLING.parse().unwrap(), key().public_key(), hours(1))).unwrap();
    let judge = || code(verifier.verify(wic.chain(), Purpose::ClientAuth, NOW));
    assert_eq!((judge(), judge()), (Ok(BILLING.to_owned()), Ok(BILLING.to_owned())));
    *source.0.lock().unwrap() = Some(anchors(&new));
    assert_eq!(judge(), Err("wic.signature"));
    *source.0.lock().unwrap() = None;
    assert_eq!(judge(), Err("wic.trust_domain_unknown"));
    // A source that mixes origins up lets nobody in.
    *source.0.lock().unwrap() = Some(Arc::new(domain("wimse://other.example", old.certificate().clone())));
    assert_eq!(judge(), Err("wic.trust_domain_unknown"));
}
