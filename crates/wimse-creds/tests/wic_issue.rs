//! What a CA issues, and what not.
#![cfg(all(feature = "wic", any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod forge;

use forge::Draft;
use std::time::Duration;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::wic::pki_types::CertificateDer;
use wimse_creds::wic::{
    CaCertificate, CaCertificates, CertificateAuthority, CertificateRequest, Purpose, WicIssueError,
    WicTemplate, WorkloadIdentityCertificate, chain,
};
use wimse_creds::{UnixTime, Validity};
use x509_cert::certificate::Certificate;
use x509_cert::der::asn1::BitString;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::request::CertReq;

const NOW: UnixTime = UnixTime::from_secs(1_745_508_910);
const DOMAIN: &str = "wimse://example.com";
const BILLING: &str = "wimse://example.com/billing";
const HOUR: Duration = Duration::from_secs(3600);

fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

fn hours(count: u32) -> Validity {
    Validity::starting(NOW, HOUR * count)
}

fn root() -> CertificateAuthority {
    CertificateAuthority::root(&DOMAIN.parse().unwrap(), key(), hours(24)).unwrap()
}

fn template(key: &SigningKey) -> WicTemplate {
    WicTemplate::new(BILLING.parse().unwrap(), key.public_key(), hours(1))
}

fn code<T>(result: Result<T, WicIssueError>) -> Result<(), &'static str> {
    result.map(drop).map_err(|error| error.code())
}

/// X509-SVID 4, RFC 5280 4.1 and 4.2, MTLS-3.2-5, -6.
#[test]
fn the_fields_of_a_certificate() {
    let ca = root().intermediate(key(), hours(12)).unwrap();
    let template = template(&key()).dns_name("Billing.example.com.").unwrap();
    let wic = ca.issue(&template).unwrap();
    let read = Certificate::from_der(wic.leaf()).unwrap();
    let leaf = read.tbs_certificate();
    let issuer = Certificate::from_der(ca.certificate().der()).unwrap();
    assert!(leaf.subject().is_empty());
    assert_eq!(leaf.issuer(), issuer.tbs_certificate().subject());
    let (critical, names) = leaf.get_extension::<SubjectAltName>().unwrap().unwrap();
    // RFC 5280 4.1.2.6: without a subject the names are critical.
    assert!(critical);
    assert_eq!(names.0.len(), 2);
    assert!(wic.claimed_dns_names().eq(["billing.example.com"]));
    let (critical, usage) = leaf.get_extension::<KeyUsage>().unwrap().unwrap();
    assert!(critical && usage == KeyUsage(KeyUsages::DigitalSignature.into()));
    let (_, usages) = leaf.get_extension::<ExtendedKeyUsage>().unwrap().unwrap();
    assert_eq!(
        usages.0.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [forge::SERVER_AUTH, forge::CLIENT_AUTH]
    );
    let (_, constraints) = leaf.get_extension::<BasicConstraints>().unwrap().unwrap();
    assert!(!constraints.ca);
    let (_, authority) = leaf.get_extension::<AuthorityKeyIdentifier>().unwrap().unwrap();
    let (_, own) = issuer.tbs_certificate().get_extension::<SubjectKeyIdentifier>().unwrap().unwrap();
    assert_eq!(authority.key_identifier, Some(own.0));
    assert!(leaf.get_extension::<SubjectKeyIdentifier>().unwrap().is_some());

    // The CA: X509-SVID 3.2, 4.1, 4.3.
    let ca = issuer.tbs_certificate();
    let (critical, constraints) = ca.get_extension::<BasicConstraints>().unwrap().unwrap();
    assert!(critical && constraints.ca && constraints.path_len_constraint == Some(0));
    let (critical, usage) = ca.get_extension::<KeyUsage>().unwrap().unwrap();
    assert!(critical && usage.key_cert_sign() && !usage.digital_signature());
    assert!(!ca.subject().is_empty());
}

#[test]
fn lifetimes() {
    assert_eq!(WicTemplate::DEFAULT_LIFETIME, HOUR);
    let ca = root();
    for (validity, expected) in [
        (hours(24), Ok(())),
        (Validity::starting(NOW, HOUR * 24 + Duration::from_secs(1)), Err("wic.issue_outlives_ca")),
        (Validity::starting(NOW, Duration::from_secs(1)), Ok(())),
        (Validity::starting(NOW, Duration::ZERO), Err("wic.issue_validity")),
        // Before the CA is one: the path is good from then on.
        (Validity::starting(NOW.minus(HOUR), HOUR * 2), Ok(())),
    ] {
        let template = WicTemplate::new(BILLING.parse().unwrap(), key().public_key(), validity);
        let issued = ca.issue(&template);
        if let Ok(wic) = &issued {
            assert_eq!(wic.claimed_validity(), validity);
        }
        assert_eq!(code(issued), expected);
        let below = ca.intermediate(key(), validity);
        assert_eq!(code(below), expected);
    }
}

#[test]
fn what_a_ca_refuses() {
    let ca = root();
    assert_eq!(code(ca.issue(&template(&key()))), Ok(()));
    for other in ["spiffe://example.com/billing", "wimse://sub.example.com/billing"] {
        let template = WicTemplate::new(other.parse().unwrap(), key().public_key(), hours(1));
        assert_eq!(code(ca.issue(&template)), Err("wic.issue_other_origin"), "{other}");
    }
    assert_eq!(code(ca.issue(&template(ca.key()))), Err("wic.issue_issuer_key"));
    for name in ["*.example.com", "", "a b", "-a.example"] {
        assert_eq!(code(template(&key()).dns_name(name)), Err("wic.issue_dns_name"), "{name}");
    }
    let below = ca.intermediate(key(), hours(12)).unwrap();
    assert_eq!(code(below.intermediate(key(), hours(1))), Err("wic.issue_path_length"));
}

/// A CA is stored as PEM and read again, and one from elsewhere is taken.
#[test]
fn a_ca_from_files() {
    let origin = DOMAIN.parse().unwrap();
    let root = root();
    let below = root.intermediate(key(), hours(12)).unwrap();
    let roots = CaCertificates::new().with(root.certificate().clone()).unwrap();
    let rules = chain::Rules::new(Purpose::ClientAuth);
    for ca in [&root, &below] {
        let pem = ca.key().to_pkcs8_pem().unwrap();
        let again = CertificateAuthority::from_pem(&origin, ca.to_pem(), &*pem).unwrap();
        assert_eq!(again.to_pem(), ca.to_pem());
        let wic = again.issue(&template(&key())).unwrap();
        assert!(chain::verify(wic.chain(), &roots, &rules, NOW).is_ok());
        let other = key().to_pkcs8_pem().unwrap();
        assert_eq!(
            code(CertificateAuthority::from_pem(&origin, ca.to_pem(), &*other)),
            Err("wic.issue_key_mismatch")
        );
        let edwards = SigningKey::generate(Algorithm::Ed25519).unwrap().to_pkcs8_pem().unwrap();
        assert_eq!(
            code(CertificateAuthority::from_pem(&origin, ca.to_pem(), &*edwards)),
            Err("wic.issue_key_mismatch")
        );
        let other = "wimse://other.example".parse().unwrap();
        assert_eq!(
            code(CertificateAuthority::from_pem(&other, ca.to_pem(), &*pem)),
            Err("wic.issue_other_origin")
        );
    }
    // One without a URI, and without a key identifier, as other software makes them.
    let foreign = key();
    let certificate = Draft::ca("foreign", NOW).sign(&foreign, &foreign);
    let roots = CaCertificates::new().with(CaCertificate::from_der(certificate.clone()).unwrap()).unwrap();
    let ca = CertificateAuthority::from_der(&origin, [certificate], foreign).unwrap();
    let wic = ca
        .issue(&WicTemplate::new(BILLING.parse().unwrap(), key().public_key(), Validity::starting(NOW, HOUR)))
        .unwrap();
    assert!(chain::verify(wic.chain(), &roots, &rules, NOW).is_ok());
    // A workload is none.
    let workload = key();
    let leaf = root.issue(&template(&workload)).unwrap();
    let taken = CertificateAuthority::from_der(&origin, leaf.chain().to_vec(), workload);
    assert_eq!(code(taken), Err("wic.issue_ca_basic_constraints"));
}

/// Certificates that are no anchors.
#[test]
fn anchors() {
    let signer = key();
    let judge = |draft: &Draft| {
        CaCertificate::from_der(draft.sign(&signer, &signer)).map(drop).map_err(|error| error.code())
    };
    let ca = || Draft::ca("ca", NOW);
    for (what, draft, expected) in [
        ("good", ca(), Ok(())),
        ("without key usage", ca().without("2.5.29.15"), Ok(())),
        ("with a path length", ca().basic_constraints(true, true, Some(3)), Ok(())),
        ("signed by another", ca().issuer("other"), Ok(())),
        ("expired", ca().valid(NOW.minus(HOUR * 2), NOW.minus(HOUR)), Ok(())),
        ("not a CA", ca().basic_constraints(true, false, None), Err("ca.basic_constraints")),
        ("not critical", ca().basic_constraints(false, true, None), Err("ca.basic_constraints")),
        ("without basic constraints", ca().without("2.5.29.19"), Err("ca.basic_constraints")),
        ("may not sign certificates", ca().key_usage(&[KeyUsages::CRLSign]), Err("ca.key_usage")),
        (
            "unknown and critical",
            ca().and("1.3.6.1.4.1.32473.1", true, vec![5, 0]),
            Err("ca.critical_extension"),
        ),
        ("twice the same", ca().and("2.5.29.15", true, vec![3, 2, 2, 4]), Err("ca.encoding")),
        ("too large", ca().and("1.3.6.1.4.1.32473.1", false, vec![0; 16 * 1024]), Err("ca.too_large")),
    ] {
        assert_eq!(judge(&draft), expected, "{what}");
    }
    for garbage in [&b""[..], b"\x30\x00", b"garbage"] {
        assert_eq!(
            CaCertificate::from_der(CertificateDer::from(garbage.to_vec())).unwrap_err().code(),
            "ca.encoding"
        );
        assert_eq!(CaCertificates::from_pem(garbage).unwrap_err().code(), "ca.encoding");
    }
}

/// MTLS-5-9: the workload gives a request, never its key.
#[test]
fn requests() {
    let ca = root();
    for algorithm in Algorithm::all() {
        let workload = SigningKey::generate(algorithm).unwrap();
        let billing = BILLING.parse().unwrap();
        for asked in [None, Some(&billing)] {
            let pem = CertificateRequest::new(&workload, asked).unwrap().to_pem();
            let request = CertificateRequest::from_pem(&pem).unwrap();
            assert_eq!(request.claimed_identifier(), asked);
            let thumbprint = workload.public_key().thumbprint();
            assert_eq!(request.public_key().thumbprint(), thumbprint);
            let template = WicTemplate::for_request(&request, billing.clone(), hours(1)).unwrap();
            let wic = ca.issue(&template).unwrap();
            assert_eq!(wic.claimed_identifier(), &billing);
            assert_eq!(wic.claimed_public_key().unwrap().thumbprint(), thumbprint);
            // The issuer decides; a wish for another identifier is refused, and no wish is fine.
            let other =
                WicTemplate::for_request(&request, "wimse://example.com/web".parse().unwrap(), hours(1));
            let expected = if asked.is_some() { Err("wic.request_identifier") } else { Ok(()) };
            assert_eq!(code(other), expected);
        }
    }
}

#[test]
fn a_request_proves_possession() {
    let (workload, thief) = (key(), key());
    let request = CertificateRequest::new(&workload, Some(&BILLING.parse().unwrap())).unwrap();
    let read = |der: &[u8]| code(CertificateRequest::from_der(der));
    assert_eq!(read(request.as_der()), Ok(()));
    // Somebody else's key under an own signature: the key is swapped.
    let mut swapped = CertReq::from_der(request.as_der()).unwrap();
    let own = CertReq::from_der(CertificateRequest::new(&thief, None).unwrap().as_der()).unwrap();
    swapped.info.public_key = own.info.public_key.clone();
    assert_eq!(read(&swapped.to_der().unwrap()), Err("wic.request_signature"));
    // The signature of another request.
    let mut moved = CertReq::from_der(request.as_der()).unwrap();
    moved.signature = own.signature;
    assert_eq!(read(&moved.to_der().unwrap()), Err("wic.request_signature"));
    moved.signature = BitString::from_bytes(&[]).unwrap();
    assert_eq!(read(&moved.to_der().unwrap()), Err("wic.request_signature"));
    // Another identifier than was signed.
    let text = request.as_der().to_vec();
    let at = text.windows(7).position(|bytes| bytes == b"billing").unwrap();
    let mut renamed = text.clone();
    renamed[at] = b'B';
    assert_eq!(read(&renamed), Err("wic.request_signature"));
    for byte in 0..text.len() {
        let mut changed = text.clone();
        changed[byte] ^= 1 << (byte % 8);
        assert!(read(&changed).is_err(), "byte {byte}");
    }
    for garbage in [&b""[..], &[0x30, 0], &[0; 17 * 1024]] {
        assert_eq!(read(garbage), Err("wic.request"));
    }
}

#[test]
fn keys_are_never_in_what_is_shown() {
    let ca = root();
    let secret = ca.key().to_private_jwk();
    let d: serde_json::Value = serde_json::from_str(&secret).unwrap();
    let shown = format!("{ca:?}");
    assert!(!shown.contains(d["d"].as_str().unwrap()));
    let wic: WorkloadIdentityCertificate = ca.issue(&template(&key())).unwrap();
    assert!(format!("{wic:?}").contains(BILLING));
}
