//! What is in the certificate of a workload (workload-creds 6.1).

use serde_json::json;

use super::super::{
    Cases,
    certificate_cases::{accept_draft, by_ca, refuse, refuse_chain, usual},
    certificates::{
        BASIC_CONSTRAINTS, CRL_SIGN, DIGITAL_SIGNATURE, KEY_CERT_SIGN, KEY_ENCIPHERMENT, KEY_USAGE, Name,
        SUBJECT_ALT_NAME, pem,
    },
    der::{sequence, value},
    keys::{Keys, by_both},
    tokens::{HOUR, NOW, ORIGIN, SUBJECT},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let twin = plain(keys)?;
    let mut vectors = vec![twin.clone(), in_pem(keys)?];
    vectors.extend(other_names(keys)?);
    vectors.extend(refused_names(keys, &twin)?);
    vectors.extend(refused_identifiers(keys, &twin)?);
    vectors.extend(encodings(keys, &twin)?);
    vectors.extend(uses(keys, &twin)?);
    Ok(vectors)
}

fn plain(keys: &Keys) -> Result<Vector, Box<dyn std::error::Error>> {
    let requirements = ["WIT-4-1", "WIT-4-2", "WIT-6.1-1", "WIT-6.1-2", "WIT-9.4-1", "WIT-9.4-2", "MTLS-5-1"];
    Ok(accept_draft(
        keys,
        "wic",
        &usual(),
        &requirements,
        "The usual certificate: one URI, which is the identifier.",
    )?
    .output("trust_domain", "example.com")
    .output("origin", ORIGIN)
    .output("algorithm", keys.algorithm)
    .output("thumbprint", keys.thumbprint)
    .output("expires", NOW + HOUR)
    .output("serial_number", "2a")
    .output("dns_names", json!([])))
}

fn in_pem(keys: &Keys) -> Result<Vector, Box<dyn std::error::Error>> {
    let comment = "The same as text; what stands around certificates is skipped.";
    let mut vector = accept_draft(keys, "wic-pem", &usual(), &["WIT-6.1-1"], comment)?;
    vector.input.remove("chain");
    Ok(vector.input_bytes("pem", format!("Certificate of billing\n{}", pem(&[by_ca(keys, &usual())?])?)))
}

fn other_names(keys: &Keys) -> Cases {
    let with = |names: &[Name<'_>]| usual().names(names);
    let uri = Name::Uri(SUBJECT);
    let host = with(&[uri, Name::Dns("billing.example.com"), Name::Dns("*.billing.example.com")]);
    let others = with(&[Name::Email("billing@example.com"), Name::Ip([192, 0, 2, 1]), uri]);
    Ok(vec![
        accept_draft(
            keys,
            "wic-dns-names",
            &host,
            &["WIT-4-3", "WIT-6.1-3", "ID-5-3"],
            "A workload that also serves, with the host names that clients reach it by.",
        )?
        .output("dns_names", json!(["billing.example.com", "*.billing.example.com"])),
        accept_draft(
            keys,
            "wic-other-names",
            &others,
            &["WIT-6.1-2", "WIT-6.1-4"],
            "Names of other types before the URI: only the URI is the workload.",
        )?,
        accept_draft(
            keys,
            "wic-subject",
            &usual().subject("wimse://example.com/orders"),
            &["WIT-6.1-4"],
            "A subject that looks like another identifier is no name of the workload.",
        )?,
    ])
}

/// WIT-6.1-1, -2.
fn refused_names(keys: &Keys, twin: &Vector) -> Cases {
    let requirements = ["WIT-4-1", "WIT-4-2", "WIT-6.1-1", "WIT-6.1-2", "MTLS-5-1"];
    let with = |names: &[Name<'_>]| usual().names(names);
    let uri = Name::Uri(SUBJECT);
    let repeated = "wic.uri_repeated";
    refuse(
        keys,
        twin,
        &requirements,
        [
            (
                "wic-no-names",
                "wic.uri_missing",
                usual().without(SUBJECT_ALT_NAME).subject("billing"),
                "no subjectAltName",
                "A certificate that names nobody.",
            ),
            (
                "wic-no-uri",
                "wic.uri_missing",
                with(&[Name::Dns("billing.example.com")]),
                "a DNS name instead of the URI",
                "A host name is no workload.",
            ),
            (
                "wic-two-identifiers",
                repeated,
                with(&[uri, Name::Uri("wimse://example.com/orders")]),
                "a second identifier",
                "Relying parties could take it for one or the other.",
            ),
            (
                "wic-identifier-twice",
                repeated,
                with(&[uri, uri]),
                "the identifier twice",
                "Exactly one entry, even if both say the same.",
            ),
            (
                "wic-uri-before",
                repeated,
                with(&[Name::Uri("https://example.com/billing"), uri]),
                "another URI before",
                "Whoever reads the first only sees no identifier.",
            ),
            (
                "wic-uri-after",
                repeated,
                with(&[uri, Name::Uri("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6")]),
                "another URI after",
                "A second name for logs belongs elsewhere.",
            ),
            (
                "wic-spiffe-and-wimse",
                repeated,
                with(&[uri, Name::Uri("spiffe://example.com/billing")]),
                "a SPIFFE ID beside it",
                "Two trust domains in one certificate.",
            ),
            (
                "wic-uri-not-text",
                "wic.encoding",
                with(&[uri, Name::RawUri(&[0xff, 0xfe])]),
                "a URI that is not ASCII, after it",
                "A hidden second URI.",
            ),
        ],
    )
}

fn refused_identifiers(keys: &Keys, twin: &Vector) -> Cases {
    let rows = [
        ("wic-uri-https", "https://example.com/billing", "a URI of the web", "Some URI, and no identifier."),
        (
            "wic-uri-no-path",
            "wimse://example.com",
            "no path",
            "The name of the trust domain is that of its CA.",
        ),
        (
            "wic-uri-root-path",
            "wimse://example.com/",
            "an empty path",
            "The trust domain itself, in other words.",
        ),
        (
            "wic-uri-capital",
            "wimse://EXAMPLE.com/billing",
            "capitals in the trust domain",
            "Not canonical: comparisons as text would differ.",
        ),
        ("wic-uri-query", "wimse://example.com/billing?x", "a query", "An identifier has none."),
        (
            "wic-uri-dots",
            "wimse://example.com/orders/../billing",
            "a dot segment",
            "Not canonical, and another path to some.",
        ),
        ("wic-uri-port", "wimse://example.com:443/billing", "a port", "An authority that is an address."),
    ];
    refuse(
        keys,
        twin,
        &["WIT-6.1-1", "MTLS-5-1", "IDP-4.1-3"],
        rows.map(|(id, uri, differs, comment)| {
            (id, "wic.uri_not_an_identifier", usual().names(&[Name::Uri(uri)]), differs, comment)
        }),
    )
}

fn encodings(keys: &Keys, twin: &Vector) -> Cases {
    let whole = by_ca(keys, &usual())?;
    let names = sequence([value(0x86, b"wimse://example.com/orders")]);
    let mut vectors = refuse(
        keys,
        twin,
        &["MTLS-5-1", "WIT-6.1-2"],
        [
            (
                "wic-names-twice",
                "wic.extension_repeated",
                usual().and(SUBJECT_ALT_NAME, true, names),
                "a second subjectAltName",
                "Readers differ in which of the two they take.",
            ),
            (
                "wic-version-1",
                "wic.encoding",
                usual().version(1),
                "version 1",
                "A certificate without extensions names nobody.",
            ),
            (
                "wic-critical-unknown",
                "wic.critical_extension",
                usual().and("1.3.6.1.4.1.32473.1", true, vec![5, 0]),
                "an unknown critical extension",
                "What it demands is not known.",
            ),
        ],
    )?;
    let rows = [
        ("wic-truncated", whole[..whole.len() - 1].to_vec(), "the last byte is missing"),
        ("wic-trailing", [&whole[..], &[0]].concat(), "a byte after it"),
        ("wic-garbage", b"certificate".to_vec(), "no DER"),
    ];
    for (id, certificate, differs) in rows {
        let comment = "Not a certificate, byte for byte.";
        vectors.push(refuse_chain(
            twin,
            &["MTLS-5-1"],
            (id, "wic.encoding", vec![certificate], differs, comment),
        )?);
    }
    vectors.push(refuse_chain(
        twin,
        &["MTLS-5-1"],
        ("wic-empty", "wic.empty", Vec::new(), "no certificate", "Nothing was presented."),
    )?);
    Ok(vectors)
}

/// The certificate of a workload is not that of a CA (X509-SVID 4 and 5.2).
fn uses(keys: &Keys, twin: &Vector) -> Cases {
    let mut vectors = vec![
        accept_draft(
            keys,
            "wic-without-uses",
            &usual().without(BASIC_CONSTRAINTS).without(KEY_USAGE),
            &["MTLS-5-1"],
            "Neither basic constraints nor key usage: not a CA, and a key for anything.",
        )?,
        accept_draft(
            keys,
            "wic-without-key-ids",
            &usual().without_key_ids(),
            &["MTLS-5-1"],
            "Identifiers of keys help to find a path, and prove nothing.",
        )?,
        accept_draft(
            keys,
            "wic-extension-unknown",
            &usual().and("1.3.6.1.4.1.32473.1", false, vec![5, 0]),
            &["MTLS-5-1"],
            "An unknown extension that is not critical.",
        )?,
    ];
    let usage = "wic.key_usage";
    vectors.extend(refuse(
        keys,
        twin,
        &["MTLS-5-1"],
        [
            (
                "wic-ca-as-leaf",
                "wic.ca_as_leaf",
                usual().basic_constraints(true, None),
                "it is a CA",
                "A CA that takes itself for a workload.",
            ),
            (
                "wic-signs-certificates",
                usage,
                usual().key_usage(DIGITAL_SIGNATURE | KEY_CERT_SIGN),
                "keyCertSign",
                "A workload could vouch for others.",
            ),
            (
                "wic-signs-lists",
                usage,
                usual().key_usage(DIGITAL_SIGNATURE | CRL_SIGN),
                "cRLSign",
                "A workload could revoke others.",
            ),
            (
                "wic-signs-nothing",
                usage,
                usual().key_usage(KEY_ENCIPHERMENT),
                "no digitalSignature",
                "A key that may not sign a handshake.",
            ),
        ],
    )?);
    Ok(vectors)
}
