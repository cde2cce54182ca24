//! Whatever bytes arrive, there is a typed error and no panic.

use crate::forge::{CLIENT_AUTH, Draft};
use crate::workshop::*;
use proptest::prelude::*;
use wimse_creds::wic::pki_types::CertificateDer;
use wimse_creds::wic::{CaCertificate, CertificateRequest, Purpose, WorkloadIdentityCertificate};

fn refused(forger: &Forger, der: Vec<u8>) -> bool {
    let _ = CaCertificate::from_der(der.clone());
    let _ = CertificateRequest::from_der(&der);
    let _ = WorkloadIdentityCertificate::from_pem(&der);
    let presented = [CertificateDer::from(der)];
    if let Ok(wic) = WorkloadIdentityCertificate::from_der(presented.clone()) {
        let _ = (wic.claimed_public_key(), wic.claimed_serial_number(), wic.to_pem(), format!("{wic:?}"));
    }
    forger.judge_chain(&presented).is_err()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(refused(&Forger::new(), bytes));
    }

    /// A good certificate with bytes written over, taken out, or put in.
    #[test]
    fn a_mutilated_certificate(
        at in any::<prop::sample::Index>(),
        gone in 0..4_usize,
        put in prop::collection::vec(any::<u8>(), 0..4),
    ) {
        let forger = Forger::new();
        let der = good().sign(&key(), &forger.key).to_vec();
        let at = at.index(der.len());
        let mut changed = der.clone();
        changed.splice(at..(at + gone).min(der.len()), put);
        if changed != der {
            prop_assert!(refused(&forger, changed));
        }
    }

    /// Any text as URI: it is an identifier of the domain, or refused.
    #[test]
    fn any_uri(uri in r"(wimse://example\.com/)?[ -~]{0,40}") {
        let forger = Forger::new();
        let decision = forger.judge(&Draft::leaf("ca", NOW).names(&[&uri], &[]));
        match uri.parse::<wimse_identifier::WorkloadIdentifier>() {
            Ok(identifier) if identifier.origin_str() == DOMAIN => prop_assert_eq!(decision, Ok(uri)),
            Ok(_) => prop_assert_eq!(decision, Err("wic.trust_domain_unknown")),
            Err(_) => prop_assert_eq!(decision, Err("wic.uri_not_an_identifier")),
        }
    }
}

/// What was verified for one purpose does not come out of the cache for the other.
#[test]
fn the_cache_knows_the_purpose() {
    let forger = Forger::new();
    let only = good().extended_key_usage(&[CLIENT_AUTH]).sign(&key(), &forger.key);
    let chain = std::slice::from_ref(&only);
    for _ in 0..2 {
        assert_eq!(code(forger.verifier.verify(chain, Purpose::ClientAuth, NOW)), Ok(BILLING.to_owned()));
        assert_eq!(code(forger.verifier.verify(chain, Purpose::ServerAuth, NOW)), Err("wic.eku"));
    }
}
