//! Which CA vouches for whom, and when (workload-creds 9.4).

use serde_json::json;

use super::super::{
    Cases,
    authorities::{CA, HOST_CA, OTHER_CA, YEAR, ca_domain, root},
    certificate_cases::{accept, accept_draft, by_ca, refuse, refuse_chain, usual},
    certificates::{Draft, Name},
    keys::{Keys, by_both},
    tokens::{HOUR, NOW, SUBJECT},
};
use crate::vector::Vector;

const TRUST: [&str; 6] = ["WIT-9.4-1", "WIT-9.4-2", "MTLS-3.2-1", "MTLS-5-1", "MTLS-5-2", "ID-7.3-2"];

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let twin = accept_draft(
        keys,
        "wic-trust",
        &usual(),
        &TRUST,
        "The CA of the trust domain vouches for a workload of it.",
    )?
    .output("algorithm", keys.algorithm);
    let mut vectors = vec![twin.clone()];
    vectors.extend(accepted(keys)?);
    vectors.extend(other_cas(keys, &twin)?);
    vectors.extend(anchors(keys, &twin)?);
    vectors.extend(times(keys, &twin)?);
    vectors.extend(mapping(keys)?);
    vectors.extend(denied(keys)?);
    Ok(vectors)
}

fn accepted(keys: &Keys) -> Cases {
    let other =
        Draft::workload(OTHER_CA, "wimse://other.example/billing").sign(keys.workload, keys.other_ca)?;
    let spiffe =
        Draft::workload(OTHER_CA, "spiffe://example.com/billing").sign(keys.workload, keys.other_ca)?;
    let both = json!([ca_domain("wimse://example.com", [root(CA, keys.ca)?, root(CA, keys.next_ca)?])]);
    Ok(vec![
        accept(keys, "wic-trust-other-domain", [other], &TRUST, "Each trust domain has a CA of its own.")?
            .output("identifier", "wimse://other.example/billing")
            .output("trust_domain", "other.example"),
        accept(
            keys,
            "wic-trust-two-schemes",
            [spiffe],
            &TRUST,
            "One name under two schemes: two trust domains, two CAs.",
        )?
        .config(
            "anchors",
            json!([
                ca_domain("wimse://example.com", [root(CA, keys.ca)?]),
                ca_domain("spiffe://example.com", [root(OTHER_CA, keys.other_ca)?]),
            ]),
        )
        .output("identifier", "spiffe://example.com/billing")
        .output("origin", "spiffe://example.com"),
        accept(
            keys,
            "wic-trust-rollover",
            [by_ca(keys, &usual())?],
            &["WIT-9.4-1", "MTLS-5-6"],
            "The old CA and the next one side by side, by one name.",
        )?
        .config("anchors", both),
    ])
}

/// A certificate of one trust domain by the CA of another, or of none.
fn other_cas(keys: &Keys, twin: &Vector) -> Cases {
    let signed = |draft: Draft, key| draft.sign(keys.workload, key);
    let itself = usual().issuer("billing").subject("billing").names(&[Name::Uri(SUBJECT)]);
    let rows = [
        (
            "wic-trust-foreign-ca",
            "wic.unknown_issuer",
            signed(usual().issuer(OTHER_CA), keys.other_ca)?,
            "signed by the CA of another trust domain",
            "A CA that is trusted for its own workloads names one of ours.",
        ),
        (
            "wic-trust-foreign-key",
            "wic.signature",
            signed(usual(), keys.other_ca)?,
            "signed by that CA under the name of ours",
            "The name of a CA proves nothing.",
        ),
        (
            "wic-trust-same-name",
            "wic.signature",
            signed(usual(), keys.next_ca)?,
            "signed by an unknown CA of the same name",
            "Anybody can name a CA like ours.",
        ),
        (
            "wic-trust-unknown-ca",
            "wic.unknown_issuer",
            signed(usual().issuer(HOST_CA), keys.host_ca)?,
            "signed by a CA that nobody trusts",
            "A chain that ends nowhere.",
        ),
        (
            "wic-trust-self-signed",
            "wic.unknown_issuer",
            itself.sign(keys.workload, keys.workload)?,
            "signed by itself",
            "A workload that vouches for itself.",
        ),
        (
            "wic-trust-foreign-domain",
            "wic.unknown_issuer",
            by_ca(keys, &Draft::workload(CA, "wimse://other.example/billing"))?,
            "an identifier of the other trust domain",
            "Our CA names a workload of somebody else.",
        ),
    ];
    let requirements = ["WIT-9.4-1", "WIT-9.4-2", "MTLS-3.2-1", "MTLS-5-1", "MTLS-5-2"];
    rows.into_iter()
        .map(|(id, code, certificate, differs, comment)| {
            refuse_chain(twin, &requirements, (id, code, vec![certificate], differs, comment))
        })
        .chain([refuse_chain(
            twin,
            &requirements,
            (
                "wic-trust-brings-root",
                "wic.signature",
                vec![signed(usual(), keys.next_ca)?, root(CA, keys.next_ca)?],
                "signed by an unknown CA, whose certificate is sent along",
                "What is presented is no anchor.",
            ),
        )])
        .collect()
}

/// The same certificate under other anchors, and other trust domains under the same.
fn anchors(keys: &Keys, twin: &Vector) -> Cases {
    let requirements = ["WIT-9.4-1", "WIT-9.4-2", "MTLS-3.2-1", "ID-7.3-1"];
    let unknown = "wic.trust_domain_unknown";
    let domain = |uri| Draft::workload(CA, uri);
    let mut vectors = refuse(
        keys,
        twin,
        &requirements,
        [
            (
                "wic-trust-unknown-domain",
                unknown,
                domain("wimse://unknown.example/billing"),
                "an unknown trust domain",
                "Nobody has configured it.",
            ),
            (
                "wic-trust-subdomain",
                unknown,
                domain("wimse://billing.example.com/billing"),
                "a name below the trust domain",
                "Trust domains are not inherited.",
            ),
            (
                "wic-trust-scheme",
                unknown,
                domain("spiffe://example.com/billing"),
                "another scheme",
                "The same name in another scheme is another trust domain.",
            ),
        ],
    )?;
    let ours = || root(CA, keys.ca);
    for (id, code, anchors, differs, comment) in [
        (
            "wic-trust-no-anchors",
            unknown,
            json!([]),
            "no trust domain at all",
            "Nobody is trusted by default.",
        ),
        (
            "wic-trust-other-anchors",
            unknown,
            json!([ca_domain("wimse://other.example", [ours()?])]),
            "the CA is configured for another trust domain",
            "The anchor would fit, and is not one of this trust domain.",
        ),
        (
            "wic-trust-empty-domain",
            "wic.anchor_missing",
            json!([ca_domain("wimse://example.com", [])]),
            "the trust domain has no CA",
            "A trust domain of tokens only.",
        ),
        (
            "wic-trust-retired",
            "wic.signature",
            json!([ca_domain("wimse://example.com", [root(CA, keys.next_ca)?])]),
            "the CA has been replaced by the next",
            "What the old CA vouched for is over.",
        ),
    ] {
        vectors.push(
            twin.refused(id, &[code], differs, comment)
                .requires(&[&requirements[..], &["MTLS-5-6"]].concat())
                .config("anchors", anchors),
        );
    }
    Ok(vectors)
}

/// To the second: there is no leeway.
fn times(keys: &Keys, twin: &Vector) -> Cases {
    let requirements = ["MTLS-3.2-1", "MTLS-5-1", "MTLS-5-5", "WIT-9.4.1-1"];
    let at = |id: &str, now: u64, comment: &str| {
        Ok::<_, Box<dyn std::error::Error>>(
            accept_draft(keys, id, &usual(), &requirements, comment)?.config("now", now),
        )
    };
    let old_root = Draft::ca(CA, CA).valid(NOW - YEAR, NOW).sign(keys.ca, keys.ca)?;
    let new_root = Draft::ca(CA, CA).valid(NOW + 1, NOW + YEAR).sign(keys.ca, keys.ca)?;
    let anchored = |certificate| json!([ca_domain("wimse://example.com", [certificate])]);
    let refused = |id: &str, code: &str, differs: &str, comment: &str| {
        twin.refused(id, &[code], differs, comment).requires(&requirements)
    };
    Ok(vec![
        at("wic-time-last", NOW + HOUR - 1, "The last second.")?.output("expires", NOW + HOUR),
        refused("wic-time-expired", "wic.expired", "the second after its end", "An old certificate.")
            .config("now", NOW + HOUR),
        refused(
            "wic-time-early",
            "wic.not_yet_valid",
            "the second before its start",
            "A certificate of the future.",
        )
        .config("now", NOW - 1),
        refused(
            "wic-time-long-ago",
            "wic.expired",
            "a year later",
            "A certificate that has been found somewhere.",
        )
        .config("now", NOW + YEAR),
        refused(
            "wic-time-root-expired",
            "wic.expired",
            "the CA has expired",
            "An anchor that is not renewed is none.",
        )
        .config("anchors", anchored(old_root)),
        refused(
            "wic-time-root-early",
            "wic.not_yet_valid",
            "the CA is not valid yet",
            "An anchor of the future.",
        )
        .config("anchors", anchored(new_root)),
    ])
}

/// ID-5-3, -4: the certificate says which host name is whose.
fn mapping(keys: &Keys) -> Cases {
    let requirements = ["ID-5-4", "MTLS-3.2.1-1", "MTLS-3.2.1-2"];
    let named = |names: &[&str]| {
        let names: Vec<_> =
            [Name::Uri(SUBJECT)].into_iter().chain(names.iter().map(|name| Name::Dns(name))).collect();
        usual().names(&names)
    };
    let draft = named(&["billing.example.com"]);
    let twin = accept_draft(
        keys,
        "wic-mapping",
        &draft,
        &[&requirements[..], &["ID-5-3", "WIT-6.1-3"]].concat(),
        "One certificate for a host name and an identifier: its issuer vouches that they belong together.",
    )?
    .config("role", "server")
    .config("host", "billing.example.com");
    let mut vectors = vec![twin.clone()];
    for (id, code, certificate, differs, comment) in [
        (
            "wic-mapping-foreign-ca",
            "wic.unknown_issuer",
            draft.clone().issuer(OTHER_CA).sign(keys.workload, keys.other_ca)?,
            "by the CA of another trust domain",
            "That CA may not say whose host it is.",
        ),
        (
            "wic-mapping-forged",
            "wic.signature",
            draft.sign(keys.workload, keys.next_ca)?,
            "by an unknown CA of the same name",
            "A forged binding.",
        ),
        (
            "wic-mapping-expired",
            "wic.expired",
            by_ca(keys, &draft.clone().valid(NOW - HOUR, NOW))?,
            "a certificate that has expired",
            "A binding of yesterday.",
        ),
        (
            "wic-mapping-other-host",
            "chain.name_mismatch",
            by_ca(keys, &named(&["orders.example.com"]))?,
            "another host name",
            "The host belongs to somebody else.",
        ),
        (
            "wic-mapping-none",
            "chain.name_mismatch",
            by_ca(keys, &named(&[]))?,
            "no host name",
            "No binding: the identifier is not derived from the host.",
        ),
    ] {
        vectors.push(refuse_chain(&twin, &requirements, (id, code, vec![certificate], differs, comment))?);
    }
    Ok(vectors)
}

fn denied(keys: &Keys) -> Cases {
    let twin =
        accept_draft(keys, "wic-deny-list", &usual(), &["MTLS-5-6"], "A deny-list that names others.")?
            .config("deny_list", json!(["2b"]));
    let refused = twin
        .refused("wic-denied", &["wic.denied"], "the deny-list names it", "A workload that was taken down.")
        .config("deny_list", json!(["2b", "2a"]));
    Ok(vec![twin, refused])
}
