//! Who vouches for a certificate, by which path.

use crate::forge::{Draft, SERVER_AUTH};
use crate::workshop::*;
use wimse_creds::wic::pki_types::CertificateDer;
use wimse_creds::wic::{CaCertificate, Purpose};
use x509_cert::der::asn1::Ia5String;
use x509_cert::ext::pkix::KeyUsages;
use x509_cert::ext::pkix::name::GeneralName;

#[test]
fn who_vouches_for_it() {
    let forger = Forger::new();
    let workload = key();
    // Signed by itself, as a leaf and as a CA.
    let alone = Draft::workload("billing", BILLING, NOW).subject("billing");
    assert_eq!(forger.judge_chain(&[alone.sign(&workload, &workload)]), Err("wic.unknown_issuer"));
    let own_ca = alone.basic_constraints(true, true, None);
    assert_eq!(forger.judge_chain(&[own_ca.sign(&workload, &workload)]), Err("wic.ca_as_leaf"));
    // Another CA of the same name, with its certificate or without.
    let other = key();
    let by_other = good().sign(&workload, &other);
    assert_eq!(forger.judge_chain(std::slice::from_ref(&by_other)), Err("wic.signature"));
    let other_ca = Draft::ca("ca", NOW).sign(&other, &other);
    assert_eq!(forger.judge_chain(&[by_other, other_ca]), Err("wic.signature"));
    // Another name.
    assert_eq!(forger.judge(&good().issuer("other")), Err("wic.unknown_issuer"));
}

#[test]
fn anchors_expire() {
    for (last, expected) in [(NOW, Ok(BILLING.to_owned())), (at(-1), Err("wic.expired"))] {
        let forger = Forger::with(&Draft::ca("ca", NOW).valid(at(-100), last));
        assert_eq!(forger.judge(&good()), expected, "{last}");
    }
    for (start, expected) in [(NOW, Ok(BILLING.to_owned())), (at(1), Err("wic.not_yet_valid"))] {
        let forger = Forger::with(&Draft::ca("ca", NOW).valid(start, at(100)));
        assert_eq!(forger.judge(&good()), expected, "{start}");
    }
    // A renewed one of the same name and key takes over, in any order.
    let ca_key = key();
    let ca = |last| {
        CaCertificate::from_der(Draft::ca("ca", NOW).valid(at(-100), last).sign(&ca_key, &ca_key)).unwrap()
    };
    for (first, second) in [(at(-1), at(50)), (at(50), at(-1))] {
        let both = domain(DOMAIN, ca(first)).with_ca_certificate(ca(second)).unwrap();
        let leaf = good().sign(&key(), &ca_key);
        let verified = verifier([both]).verify(&[leaf], Purpose::ClientAuth, NOW).unwrap();
        // The end of the path is that of the anchor, which is the earlier one.
        assert_eq!(verified.expires(), at(51));
    }
}

/// The intermediate CAs of a path.
#[test]
fn intermediates() {
    let forger = Forger::new();
    let between = key();
    let leaf = Draft::workload("between", BILLING, NOW).sign(&key(), &between);
    let ca = || Draft::ca("between", NOW).issuer("ca");
    let uri = || GeneralName::UniformResourceIdentifier(Ia5String::new("example.com").unwrap());
    let dns = |name: &str| GeneralName::DnsName(Ia5String::new(name).unwrap());
    for (what, draft, expected) in [
        ("good", ca(), Ok(())),
        ("path length 0", ca().basic_constraints(true, true, Some(0)), Ok(())),
        ("no key usage", ca().without("2.5.29.15"), Ok(())),
        ("an SVID of its own", ca().names(&[DOMAIN], &[]), Ok(())),
        ("not a CA", ca().basic_constraints(true, false, None), Err("wic.issuer_not_ca")),
        ("no basic constraints", ca().without("2.5.29.19"), Err("wic.issuer_not_ca")),
        ("no keyCertSign", ca().key_usage(&[KeyUsages::DigitalSignature]), Err("wic.issuer_not_ca")),
        ("expired", ca().valid(at(-100), at(-1)), Err("wic.expired")),
        ("not yet valid", ca().valid(at(1), at(100)), Err("wic.not_yet_valid")),
        ("for servers only", ca().extended_key_usage(&[SERVER_AUTH]), Err("wic.eku")),
        ("DNS constraint, nothing to constrain", ca().permitted(dns("example.com")), Ok(())),
        ("URI constraint, even if met", ca().permitted(uri()), Err("wic.name_constraint")),
        (
            "critical and unknown",
            ca().and("1.3.6.1.4.1.32473.1", true, vec![5, 0]),
            Err("wic.critical_extension"),
        ),
    ] {
        let chain = [leaf.clone(), draft.sign(&between, &forger.key)];
        assert_eq!(forger.judge_chain(&chain).map(drop), expected, "{what}");
    }
    assert_eq!(forger.judge_chain(std::slice::from_ref(&leaf)), Err("wic.unknown_issuer"));
    // A DNS name outside the constraint, and inside.
    for (name, expected) in [("a.example.com", Ok(())), ("a.example.org", Err("wic.name_constraint"))] {
        let leaf = Draft::leaf("between", NOW).names(&[BILLING], &[name]).sign(&key(), &between);
        let chain = [leaf, ca().permitted(dns("example.com")).sign(&between, &forger.key)];
        assert_eq!(forger.judge_chain(&chain).map(drop), expected, "{name}");
    }
    // A workload as a CA of another.
    let workload = key();
    let below = Draft::workload("between", BILLING, NOW).sign(&key(), &workload);
    let middle = Draft::workload("ca", "wimse://example.com/orders", NOW).subject("between");
    let chain = [below, middle.sign(&workload, &forger.key)];
    assert_eq!(forger.judge_chain(&chain), Err("wic.issuer_not_ca"));
}

#[test]
fn limits_come_first() {
    let forger = Forger::new();
    let leaf = good().sign(&key(), &forger.key);
    let padding = Draft::ca("unrelated", NOW).sign(&key(), &forger.key);
    let chain = |count: usize| [vec![leaf.clone()], vec![padding.clone(); count - 1]].concat();
    assert_eq!(forger.judge_chain(&chain(6)), Ok(BILLING.to_owned()));
    assert_eq!(forger.judge_chain(&chain(7)), Err("wic.chain_too_long"));
    assert_eq!(forger.judge_chain(&[]), Err("wic.empty"));
    let large = |bytes: usize| [leaf.clone(), CertificateDer::from(vec![0; bytes - leaf.len()])];
    assert_eq!(forger.judge_chain(&large(64 * 1024)), Ok(BILLING.to_owned()));
    assert_eq!(forger.judge_chain(&large(64 * 1024 + 1)), Err("wic.too_large"));
    // One certificate of 16 KiB.
    let padded = |bytes: usize| good().and("1.3.6.1.4.1.32473.1", false, vec![0; bytes]);
    assert_eq!(forger.judge(&padded(15 * 1024)), Ok(BILLING.to_owned()));
    assert_eq!(forger.judge(&padded(16 * 1024)), Err("wic.too_large"));
    for garbage in [&[][..], &[0x30], &[0x30, 0], b"-----BEGIN CERTIFICATE-----"] {
        assert_eq!(forger.judge_chain(&[CertificateDer::from(garbage)]), Err("wic.encoding"));
    }
}

#[test]
fn any_changed_bit_is_refused() {
    let forger = Forger::new();
    let leaf = good().sign(&key(), &forger.key).to_vec();
    for byte in 0..leaf.len() {
        let mut changed = leaf.clone();
        changed[byte] ^= 1 << (byte % 8);
        assert!(forger.judge_chain(&[changed.into()]).is_err(), "byte {byte}");
    }
}
