//! CAs as trust anchors: which certificates can be one, and for how many trust domains (workload-creds 9.4).

use serde_json::{Value, json};

use super::super::{
    Cases,
    authorities::{CA, Certificate, OTHER_CA, YEAR, ca_domain, root},
    certificate_cases::{between, by_ca, usual},
    certificates::{BASIC_CONSTRAINTS, CRL_SIGN, Draft},
    der::{boolean, sequence},
    keys::{Keys, by_both},
    tokens::NOW,
};
use crate::vector::Vector;

const SHARED: [&str; 5] = ["WIT-3-1", "WIT-9.4-1", "WIT-9.4-2", "MTLS-3.2-1", "ID-7.3-2"];
const A_CA: [&str; 3] = ["WIT-9.4-1", "MTLS-3.2-1", "MTLS-5-1"];

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let load = |id: &str, anchors: Value, comment: &str| {
        Vector::accepted(id, "anchors.load", comment)
            .needs("ca-anchors")
            .requires(&SHARED)
            .config("anchors", anchors)
    };
    let other = || root(OTHER_CA, keys.other_ca);
    let origins = json!(["wimse://example.com", "wimse://other.example"]);
    let twin =
        load("anchors-cas", two_domains(ours(keys)?, other()?), "Each trust domain has a CA of its own.")
            .output("origins", origins.clone());
    let below = || between().sign(keys.between, keys.ca);
    let mut vectors = vec![
        twin.clone(),
        load(
            "anchors-cas-rollover",
            json!([ca_domain("wimse://example.com", [ours(keys)?, root(CA, keys.next_ca)?])]),
            "The old CA and the next one, of one name and of one trust domain.",
        )
        .output("origins", json!(["wimse://example.com"])),
        load(
            "anchors-cas-of-one",
            json!([ca_domain("wimse://example.com", [ours(keys)?, below()?])]),
            "A CA and the one above it, of one trust domain.",
        )
        .output("origins", json!(["wimse://example.com"])),
        load(
            "anchors-cas-shared-by-policy",
            two_domains(ours(keys)?, ours(keys)?),
            "A deployment may say that one CA vouches for both.",
        )
        .config("allow_shared_keys", true)
        .output("origins", origins),
    ];
    let renamed = root("another name", keys.ca);
    vectors.extend(
        [
            (
                "anchors-cas-shared",
                two_domains(ours(keys)?, ours(keys)?),
                "both trust domains have one CA",
                "The CA of one could name workloads of the other.",
            ),
            (
                "anchors-cas-shared-renamed",
                two_domains(ours(keys)?, renamed?),
                "both have the key of one CA, under two names",
                "A CA is its key and not its name.",
            ),
            (
                "anchors-cas-below",
                two_domains(ours(keys)?, below()?),
                "the other has a CA that ours has issued",
                "What the lower CA names is good under the upper one, too.",
            ),
            (
                "anchors-cas-above",
                two_domains(below()?, ours(keys)?),
                "the other has the CA that has issued ours",
                "The same, in the other order.",
            ),
        ]
        .map(|(id, anchors, differs, comment)| {
            twin.refused(id, &["trust.shared_ca"], differs, comment)
                .requires(&SHARED)
                .config("anchors", anchors)
        }),
    );
    vectors.extend(no_cas(keys, &twin)?);
    Ok(vectors)
}

/// What is no CA, or may not be used as one (RFC 5280 4.2 and 4.2.1.9, X509-SVID 4.3).
fn no_cas(keys: &Keys, twin: &Vector) -> Cases {
    let signed = |draft: &Draft| draft.sign(keys.other_ca, keys.other_ca);
    let other = || Draft::ca(OTHER_CA, OTHER_CA).valid(NOW, NOW + YEAR);
    let not_critical = other().set(BASIC_CONSTRAINTS, false, sequence([boolean(true)]));
    let rows = [
        (
            "anchors-cas-workload",
            "trust.ca_basic_constraints",
            by_ca(keys, &usual())?,
            "the certificate of a workload",
            "A workload that could name others.",
        ),
        (
            "anchors-cas-no-constraints",
            "trust.ca_basic_constraints",
            signed(&other().without(BASIC_CONSTRAINTS))?,
            "no basic constraints",
            "It does not say that it is a CA.",
        ),
        (
            "anchors-cas-not-critical",
            "trust.ca_basic_constraints",
            signed(&not_critical)?,
            "basic constraints that are not critical",
            "Those who do not know them would take a CA for anything.",
        ),
        (
            "anchors-cas-lists-only",
            "trust.ca_key_usage",
            signed(&other().key_usage(CRL_SIGN))?,
            "a key for revocation lists alone",
            "Its key must not sign certificates.",
        ),
        (
            "anchors-cas-unknown-critical",
            "trust.ca_critical_extension",
            signed(&other().and("1.3.6.1.4.1.32473.1", true, vec![5, 0]))?,
            "an unknown critical extension",
            "A limit that nobody here understands.",
        ),
        (
            "anchors-cas-key",
            "trust.ca_encoding",
            Vec::from(keys.other_ca.private_jwk()),
            "a private key in place of the certificate",
            "The wrong file.",
        ),
    ];
    rows.into_iter()
        .map(|(id, code, certificate, differs, comment)| {
            Ok(twin
                .refused(id, &[code], differs, comment)
                .requires(&A_CA)
                .config("anchors", two_domains(ours(keys)?, certificate)))
        })
        .collect()
}

/// The usual CA.
fn ours(keys: &Keys) -> Certificate {
    root(CA, keys.ca)
}

fn two_domains(ours: Vec<u8>, others: Vec<u8>) -> Value {
    json!([ca_domain("wimse://example.com", [ours]), ca_domain("wimse://other.example", [others])])
}
