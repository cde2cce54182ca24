//! Paths judged against x509-limbo, which names peers by DNS: the chain alone, without any rule of WIMSE.
//!
//! The cases are read from the folder `WIMSE_VECTORS` and skipped without it.
#![cfg(all(feature = "wic", any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use serde_json::Value;
use std::collections::BTreeMap;
use wimse_creds::UnixTime;
use wimse_creds::wic::chain::{self, Purpose, Rules};
use wimse_creds::wic::pki_types::pem::PemObject as _;
use wimse_creds::wic::pki_types::{CertificateDer, ServerName};
use wimse_creds::wic::{CaCertificate, CaCertificates};

/// Where we decide otherwise than the set, and why. Whatever is not in here must be decided as the set says.
const DIVERGENCES: [(&str, Decision, &str); 7] = [
    (
        "pathlen::validation-ignores-pathlen-in-leaf",
        Err("chain.ca_as_leaf"),
        "the leaf is a CA, which X509-SVID 5.2 wants refused",
    ),
    (
        "pathlen::self-issued-certs-pathlen",
        Err("chain.signature"),
        "webpki does not follow certificates that a CA has issued to itself",
    ),
    (
        "pathlen::max-chain-depth-1-self-issued",
        Err("chain.chain_too_long"),
        "the limit is on the certificates presented, self-issued or not",
    ),
    ("webpki::eku::ee-anyeku", Ok(()), "a rule of the CA/Browser Forum, not of RFC 5280"),
    ("webpki::eku::ee-critical-eku", Ok(()), "a rule of the CA/Browser Forum, not of RFC 5280"),
    ("webpki::eku::ee-without-eku", Ok(()), "the draft lets the extension be absent (row 38)"),
    ("webpki::eku::root-has-eku", Ok(()), "a rule of the CA/Browser Forum, not of RFC 5280"),
];

/// Accepted, or the code of the refusal.
type Decision = Result<(), &'static str>;

#[test]
fn every_case() {
    let Some(folder) = support::vectors() else { return };
    let set = support::json(&folder.join("x509-limbo/limbo.json"));
    let cases = set["testcases"].as_array().unwrap();
    let mut divergences: BTreeMap<&str, Decision> =
        DIVERGENCES.iter().map(|(id, decision, _)| (*id, *decision)).collect();
    let mut tally = (0, 0);
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let decision = judge(case);
        match divergences.remove(id) {
            Some(expected) => assert_eq!(decision, expected, "{id} diverges otherwise"),
            None => assert_eq!(
                if decision.is_ok() { "SUCCESS" } else { "FAILURE" },
                case["expected_result"],
                "{id}: {decision:?}, {}",
                case["description"]
            ),
        }
        if decision.is_ok() { tally.0 += 1 } else { tally.1 += 1 }
    }
    assert!(divergences.is_empty(), "not in the set any more: {divergences:?}");
    assert!(cases.len() >= 43 && tally.0 >= 15 && tally.1 >= 20, "{tally:?}");
}

/// What our refusals say, for one case of each kind.
#[test]
fn reasons() {
    let Some(folder) = support::vectors() else { return };
    let set = support::json(&folder.join("x509-limbo/limbo.json"));
    let cases = set["testcases"].as_array().unwrap();
    for (id, expected) in [
        ("rfc5280::eku::ee-wrong-eku", "chain.eku"),
        ("rfc5280::eku::ee-eku-empty", "chain.eku"),
        ("rfc5280::validity::expired-root", "chain.expired"),
        ("rfc5280::validity::expired-intermediate", "chain.expired"),
        ("rfc5280::validity::expired-leaf", "chain.expired"),
        ("rfc5280::validity::not-yet-valid-1-second", "chain.not_yet_valid"),
        ("rfc5280::unknown-critical-extension-ee", "chain.critical_extension"),
        ("rfc5280::unknown-critical-extension-intermediate", "chain.critical_extension"),
        ("rfc5280::unknown-critical-extension-root", "chain.unknown_issuer"),
        ("rfc5280::chain-untrusted-root", "chain.unknown_issuer"),
        ("rfc5280::intermediate-ca-without-ca-bit", "chain.issuer_not_ca"),
        ("pathlen::intermediate-violates-pathlen-0", "chain.path_length"),
    ] {
        let case = cases.iter().find(|case| case["id"] == id).unwrap();
        assert_eq!(judge(case), Err(expected), "{id}");
    }
}

fn judge(case: &Value) -> Decision {
    let purpose = match case["validation_kind"].as_str().unwrap() {
        "SERVER" => Purpose::ServerAuth,
        _ => Purpose::ClientAuth,
    };
    // A root that we would not take into a store is not in it.
    let roots = texts(&case["trusted_certs"])
        .filter_map(|pem| CaCertificate::from_pem(pem).ok())
        .fold(CaCertificates::new(), |roots, root| roots.with(root).unwrap());
    let peer = case["peer_certificate"].as_str().unwrap();
    let chain: Vec<_> = [peer].into_iter().chain(texts(&case["untrusted_intermediates"])).map(der).collect();
    let name = case["expected_peer_name"]["value"].as_str().map(|name| ServerName::try_from(name).unwrap());
    let mut rules = Rules::new(purpose);
    if let Some(name) = &name {
        rules = rules.server_name(name);
    }
    if let Some(depth) = case["max_chain_depth"].as_u64() {
        rules = rules.max_certificates(usize::try_from(depth).unwrap() + 1);
    }
    chain::verify(&chain, &roots, &rules, time(&case["validation_time"]))
        .map(drop)
        .map_err(|error| error.code())
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap())
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

/// `2024-03-01T00:00:00.999+00:00`, in whole seconds; without a time, any will do.
fn time(value: &Value) -> UnixTime {
    let Some(text) = value.as_str() else { return UnixTime::from_secs(1_745_508_910) };
    let number = |from: usize, to: usize| text[from..to].parse::<u64>().unwrap();
    assert!(text.ends_with("+00:00"), "{text}");
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    // Days since 1 March of the year 0, by which leap days come last.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    let days = days - 719_468;
    UnixTime::from_secs(days * 86_400 + number(11, 13) * 3600 + number(14, 16) * 60 + number(17, 19))
}
