//! The certificate of a workload itself.

use crate::forge::{CLIENT_AUTH, CODE_SIGNING, SERVER_AUTH};
use crate::workshop::*;
use wimse_creds::Validity;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::wic::{
    CertificateAuthority, Purpose, WicCredential, WicTemplate, WorkloadIdentityCertificate,
};
use x509_cert::ext::pkix::KeyUsages;

#[test]
fn issued_and_verified() {
    for algorithm in Algorithm::all() {
        let generate = || SigningKey::generate(algorithm).unwrap();
        let root = CertificateAuthority::root(&DOMAIN.parse().unwrap(), generate(), hours(24)).unwrap();
        let issuing = root.intermediate(generate(), hours(12)).unwrap();
        let workload = generate();
        let verifier = verifier([domain(DOMAIN, root.certificate().clone())]);
        for (ca, length) in [(&root, 1), (&issuing, 2)] {
            let template = WicTemplate::new(BILLING.parse().unwrap(), workload.public_key(), hours(1))
                .dns_name("billing.example.com")
                .unwrap();
            let wic = ca.issue(&template).unwrap();
            assert_eq!(wic.chain().len(), length);
            // A certificate does not tell Ed25519 from EdDSA, nor one algorithm of RSA from another.
            let thumbprint = workload.public_key().thumbprint();
            assert_eq!(wic.claimed_public_key().unwrap().thumbprint(), thumbprint);
            assert_eq!(wic.claimed_validity(), hours(1));
            assert!(wic.claimed_dns_names().eq(["billing.example.com"]));
            // 128 random bits, of which some at the start may be zero.
            assert!(
                (26..=32).contains(&wic.claimed_serial_number().len()),
                "{}",
                wic.claimed_serial_number()
            );
            for purpose in [Purpose::ClientAuth, Purpose::ServerAuth] {
                let verified = verifier.verify(wic.chain(), purpose, NOW).unwrap();
                assert_eq!(verified.identifier().as_str(), BILLING);
                assert_eq!(verified.confirmation_key().thumbprint(), thumbprint);
                assert_eq!(verified.expires(), hours(1).end());
            }
            // PEM and back.
            assert_eq!(WorkloadIdentityCertificate::from_pem(wic.to_pem()).unwrap(), wic);
            assert_ne!(ca.issue(&template).unwrap().claimed_serial_number(), wic.claimed_serial_number());
        }
    }
}

#[test]
fn a_role_at_a_time() {
    let ca = root(DOMAIN);
    let verifier = verifier([domain(DOMAIN, ca.certificate().clone())]);
    let roles = [Purpose::ClientAuth, Purpose::ServerAuth];
    for only in roles {
        let template =
            WicTemplate::new(BILLING.parse().unwrap(), key().public_key(), hours(1)).only_for(only);
        let wic = ca.issue(&template).unwrap();
        for role in roles {
            let expected = if role == only { Ok(BILLING.to_owned()) } else { Err("wic.eku") };
            assert_eq!(code(verifier.verify(wic.chain(), role, NOW)), expected);
        }
    }
}

#[test]
fn validity_to_the_second() {
    let ca = root(DOMAIN);
    let verifier = verifier([domain(DOMAIN, ca.certificate().clone())]).with_cache_capacity(0);
    let cached = crate::workshop::verifier([domain(DOMAIN, ca.certificate().clone())]);
    let validity = Validity::starting(at(10), HOUR);
    let wic = ca.issue(&WicTemplate::new(BILLING.parse().unwrap(), key().public_key(), validity)).unwrap();
    for verifier in [verifier, cached] {
        for (now, expected) in [
            (at(9), Err("wic.not_yet_valid")),
            (at(10), Ok(())),
            (at(3609), Ok(())),
            (at(3610), Err("wic.expired")),
            (at(9), Err("wic.not_yet_valid")),
        ] {
            let found = code(verifier.verify(wic.chain(), Purpose::ClientAuth, now)).map(drop);
            assert_eq!(found, expected, "{now}");
        }
    }
}

/// WIT-6.1-1, -2, X509-SVID 2.
#[test]
fn exactly_one_uri() {
    let forger = Forger::new();
    assert_eq!(forger.judge(&good()), Ok(BILLING.to_owned()));
    for (uris, expected) in [
        (&[BILLING][..], Ok(BILLING.to_owned())),
        (&[], Err("wic.uri_missing")),
        (&[BILLING, "wimse://example.com/orders"], Err("wic.uri_repeated")),
        (&[BILLING, BILLING], Err("wic.uri_repeated")),
        (&[BILLING, "https://example.com/"], Err("wic.uri_repeated")),
        (&["https://example.com/", BILLING], Err("wic.uri_repeated")),
        (&["https://example.com/billing"], Err("wic.uri_not_an_identifier")),
        (&["wimse://example.com"], Err("wic.uri_not_an_identifier")),
        (&["wimse://example.com/"], Err("wic.uri_not_an_identifier")),
        (&["wimse://EXAMPLE.com/billing"], Err("wic.uri_not_an_identifier")),
        (&["wimse://other.example/billing"], Err("wic.trust_domain_unknown")),
        (&["spiffe://example.com/billing"], Err("wic.trust_domain_unknown")),
    ] {
        assert_eq!(forger.judge(&good().names(uris, &["a.example.com"])), expected, "{uris:?}");
    }
    assert_eq!(forger.judge(&good().without("2.5.29.17")), Err("wic.uri_missing"));
    // A URI that is no text, hidden behind a good one, counts too: [6] of two bytes that are not ASCII.
    let hidden = |second: &[u8]| {
        let mut names = vec![0x86, u8::try_from(BILLING.len()).unwrap()];
        names.extend(BILLING.as_bytes());
        names.extend(second);
        names.splice(0..0, [0x30, u8::try_from(names.len()).unwrap()]);
        good().set("2.5.29.17", true, names)
    };
    assert_eq!(forger.judge(&hidden(&[])), Ok(BILLING.to_owned()));
    assert_eq!(forger.judge(&hidden(&[0x86, 2, 0xff, 0xfe])), Err("wic.encoding"));
    // Two extensions of the same kind.
    let twice = good().and("2.5.29.17", true, vec![0x30, 0]);
    assert_eq!(forger.judge(&twice), Err("wic.extension_repeated"));
}

/// X509-SVID 4 and 5.2.
#[test]
fn a_workload_is_no_ca() {
    let forger = Forger::new();
    for (what, draft, expected) in [
        ("cA", good().basic_constraints(true, true, None), Err("wic.ca_as_leaf")),
        ("no basic constraints", good().without("2.5.29.19"), Ok(())),
        ("no key usage", good().without("2.5.29.15"), Ok(())),
        (
            "also key agreement",
            good().key_usage(&[KeyUsages::DigitalSignature, KeyUsages::KeyAgreement]),
            Ok(()),
        ),
        (
            "keyCertSign",
            good().key_usage(&[KeyUsages::DigitalSignature, KeyUsages::KeyCertSign]),
            Err("wic.key_usage"),
        ),
        (
            "cRLSign",
            good().key_usage(&[KeyUsages::DigitalSignature, KeyUsages::CRLSign]),
            Err("wic.key_usage"),
        ),
        ("no digitalSignature", good().key_usage(&[KeyUsages::KeyEncipherment]), Err("wic.key_usage")),
        ("no EKU", good().without("2.5.29.37"), Ok(())),
        ("client EKU", good().extended_key_usage(&[CLIENT_AUTH]), Ok(())),
        ("server EKU", good().extended_key_usage(&[SERVER_AUTH]), Err("wic.eku")),
        ("another EKU", good().extended_key_usage(&[CODE_SIGNING]), Err("wic.eku")),
        (
            "a known extension, critical",
            good().set("2.5.29.37", true, vec![0x30, 10, 6, 8, 43, 6, 1, 5, 5, 7, 3, 2]),
            Ok(()),
        ),
        (
            "an unknown one, critical",
            good().and("1.3.6.1.4.1.32473.1", true, vec![5, 0]),
            Err("wic.critical_extension"),
        ),
        ("an unknown one", good().and("1.3.6.1.4.1.32473.1", false, vec![5, 0]), Ok(())),
    ] {
        assert_eq!(forger.judge(&draft).map(drop), expected, "{what}");
    }
}

/// WIT-9.5-2, -3.
#[test]
fn a_credential() {
    let ca = root(DOMAIN);
    let workload = key();
    let wic = ca.issue(&WicTemplate::new(BILLING.parse().unwrap(), workload.public_key(), hours(1))).unwrap();
    let pem = wic.to_pem() + &workload.to_pkcs8_pem().unwrap();
    assert_eq!(WicCredential::new(wic.clone(), key()).unwrap_err().code(), "credential.key_mismatch");
    let other_pem = key().to_pkcs8_pem().unwrap();
    assert_eq!(WicCredential::from_pem(&pem, &*other_pem).unwrap_err().code(), "credential.key_mismatch");
    let edwards = SigningKey::generate(Algorithm::Ed25519).unwrap().to_pkcs8_pem().unwrap();
    assert_eq!(WicCredential::from_pem(&pem, &*edwards).unwrap_err().code(), "credential.key_mismatch");
    assert_eq!(WicCredential::from_pem(&pem, wic.to_pem()).unwrap_err().code(), "credential.key_encoding");

    let credential = WicCredential::from_pem(&pem, &pem).unwrap();
    assert_eq!(credential.identifier().as_str(), BILLING);
    for (now, expected) in [(at(3599), None), (at(3600), Some("credential.expired"))] {
        assert_eq!(credential.check_usable(now).err().map(|error| error.code()), expected);
        assert_eq!(credential.sign(b"x", now).err().map(|error| error.code()), expected);
        assert_eq!(credential.key_for_tls(now).err().map(|error| error.code()), expected);
    }
    let signature = credential.sign(b"x", NOW).unwrap();
    assert!(workload.public_key().verify(b"x", &signature).is_ok());
    assert!(!format!("{credential:?}").contains(&*workload.to_private_jwk()));
}
