//! Paths from the certificate of a workload to an anchor of its trust domain (RFC 5280 6).

use std::error::Error;

use serde_json::json;

use super::super::{
    Cases,
    authorities::{BETWEEN, CA, YEAR, ca_domain, root},
    certificate_cases::{accept, between, by_ca, by_intermediate, refuse_chain, usual},
    certificates::{BASIC_CONSTRAINTS, DIGITAL_SIGNATURE, Draft, Name},
    keys::{Keys, by_both},
    tokens::{NOW, SUBJECT},
};
use crate::vector::Vector;

const REQUIREMENTS: [&str; 3] = ["MTLS-3.2-1", "MTLS-5-1", "MTLS-5-4"];

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let twin = path(keys, "wic-path", &usual(), &between(), "By an intermediate CA, which is sent along.")?;
    let mut vectors = vec![twin.clone()];
    vectors.extend(accepted(keys)?);
    vectors.extend(intermediates(keys, &twin)?);
    vectors.extend(chains(keys, &twin)?);
    vectors.extend(length_of_anchor(keys)?);
    vectors.extend(constraints(keys)?);
    Ok(vectors)
}

fn path(
    keys: &Keys,
    id: &str,
    leaf: &Draft,
    between: &Draft,
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    accept(keys, id, by_intermediate(keys, leaf, between)?, &REQUIREMENTS, comment)
}

fn accepted(keys: &Keys) -> Cases {
    let mut with_root = by_intermediate(keys, &usual(), &between())?;
    with_root.push(root(CA, keys.ca)?);
    let mut unordered = with_root.clone();
    unordered.swap(1, 2);
    let mut six = vec![by_ca(keys, &usual())?];
    six.extend(vec![root("an unrelated CA", keys.other_ca)?; 5]);
    Ok(vec![
        path(
            keys,
            "wic-path-last-ca",
            &usual(),
            &between().basic_constraints(true, Some(0)),
            "A CA that allows no other beneath it.",
        )?,
        path(
            keys,
            "wic-path-without-key-ids",
            &usual().without_key_ids(),
            &between().without_key_ids(),
            "Identifiers of keys help to find a path, and prove nothing.",
        )?,
        accept(
            keys,
            "wic-path-with-root",
            with_root,
            &REQUIREMENTS,
            "The root is sent along too, and is not needed.",
        )?,
        accept(keys, "wic-path-unordered", unordered, &REQUIREMENTS, "In another order, as TLS 1.3 allows.")?,
        accept(keys, "wic-path-six", six, &REQUIREMENTS, "Six certificates, of which five are of no use.")?,
    ])
}

fn intermediates(keys: &Keys, twin: &Vector) -> Cases {
    let no_ca = "wic.issuer_not_ca";
    let rows = [
        (
            "wic-path-not-ca",
            no_ca,
            between().basic_constraints(false, None),
            "the issuer is no CA",
            "A workload that issues certificates.",
        ),
        (
            "wic-path-no-constraints",
            no_ca,
            between().without(BASIC_CONSTRAINTS),
            "the issuer has no basic constraints",
            "Only what says that it is a CA is one.",
        ),
        (
            "wic-path-no-cert-sign",
            no_ca,
            between().key_usage(DIGITAL_SIGNATURE),
            "the issuer may not sign certificates",
            "A key for something else.",
        ),
        (
            "wic-path-expired",
            "wic.expired",
            between().valid(NOW - YEAR, NOW),
            "the issuer has expired",
            "A CA of yesterday.",
        ),
        (
            "wic-path-early",
            "wic.not_yet_valid",
            between().valid(NOW + 1, NOW + YEAR),
            "the issuer is not valid yet",
            "A CA of tomorrow.",
        ),
        (
            "wic-path-critical",
            "wic.critical_extension",
            between().and("1.3.6.1.4.1.32473.1", true, vec![5, 0]),
            "an unknown critical extension in the issuer",
            "What it demands is not known.",
        ),
        (
            "wic-path-uri-constraint",
            "wic.name_constraint",
            between().permitted(Name::Uri("example.com")),
            "the issuer is constrained to URIs of a host",
            "Constraints on URIs are about hosts, and a trust domain is none: not supported, and so refused.",
        ),
    ];
    let refused = |(id, code, issuer, differs, comment): (&str, &str, Draft, &str, &str)| {
        refuse_chain(
            twin,
            &REQUIREMENTS,
            (id, code, by_intermediate(keys, &usual(), &issuer)?, differs, comment),
        )
    };
    rows.into_iter().map(refused).collect()
}

fn chains(keys: &Keys, twin: &Vector) -> Cases {
    let good = by_intermediate(keys, &usual(), &between())?;
    let [leaf, issuer] = [good[0].clone(), good[1].clone()];
    let forged = usual().issuer(BETWEEN).sign(keys.workload, keys.other_ca)?;
    let by_workload = usual().issuer("orders").sign(keys.workload, keys.other_workload)?;
    let workload = Draft::workload(CA, "wimse://example.com/orders")
        .subject("orders")
        .sign(keys.other_workload, keys.ca)?;
    let mut seven = good;
    seven.extend(vec![root("an unrelated CA", keys.other_ca)?; 5]);
    let mut two = vec![usual().issuer("second").sign(keys.workload, keys.other_workload)?];
    two.push(Draft::ca("second", BETWEEN).valid(NOW, NOW + YEAR).sign(keys.other_workload, keys.between)?);
    two.push(between().basic_constraints(true, Some(0)).sign(keys.between, keys.ca)?);
    let rows = [
        (
            "wic-path-missing",
            "wic.unknown_issuer",
            vec![leaf.clone()],
            "the intermediate CA is missing",
            "Nothing is fetched: what is not sent is not there.",
        ),
        (
            "wic-path-first",
            "wic.ca_as_leaf",
            vec![issuer.clone(), leaf],
            "the CA comes first",
            "The first certificate is that of the peer.",
        ),
        (
            "wic-path-forged",
            "wic.signature",
            vec![forged, issuer],
            "signed by another key under its name",
            "The name of a CA proves nothing.",
        ),
        (
            "wic-path-by-workload",
            "wic.issuer_not_ca",
            vec![by_workload, workload],
            "issued by another workload",
            "A workload that vouches for others.",
        ),
        ("wic-path-too-long", "wic.chain_too_long", seven, "seven certificates", "Work for nothing."),
        (
            "wic-path-length",
            "wic.path_length",
            two,
            "a CA beneath one that allows none",
            "A CA that makes CAs beyond its power.",
        ),
    ];
    rows.into_iter().map(|row| refuse_chain(twin, &REQUIREMENTS, row)).collect()
}

/// How many CAs an anchor allows beneath it (RFC 5280 4.2.1.9).
fn length_of_anchor(keys: &Keys) -> Cases {
    let anchors = |length| {
        let ca = Draft::ca(CA, CA).valid(NOW, NOW + YEAR).basic_constraints(true, Some(length));
        Ok::<_, Box<dyn Error>>(json!([ca_domain("wimse://example.com", [ca.sign(keys.ca, keys.ca)?])]))
    };
    let comment = "The root allows one CA beneath it.";
    let twin =
        path(keys, "wic-path-anchor-length-1", &usual(), &between(), comment)?.config("anchors", anchors(1)?);
    let comment = "A CA that its own root does not allow.";
    let refused = twin.refused(
        "wic-path-anchor-length-0",
        &["wic.path_length"],
        "the root allows no CA beneath it",
        comment,
    );
    Ok(vec![twin, refused.config("anchors", anchors(0)?)])
}

/// Constraints on host names are honoured.
fn constraints(keys: &Keys) -> Cases {
    let issuer = between().permitted(Name::Dns("example.com"));
    let named = |name| usual().names(&[Name::Uri(SUBJECT), Name::Dns(name)]);
    let twin = path(
        keys,
        "wic-path-dns-constraint",
        &named("billing.example.com"),
        &issuer,
        "A host name that the CA may vouch for.",
    )?;
    let outside = by_intermediate(keys, &named("billing.example.org"), &issuer)?;
    let refused = (
        "wic-path-dns-outside",
        "wic.name_constraint",
        outside,
        "a host name outside the constraint",
        "A CA beyond its names.",
    );
    Ok(vec![twin.clone(), refuse_chain(&twin, &REQUIREMENTS, refused)?])
}
