//! What a CA issues, from a key and from a certificate request, and how a workload holds it.

use serde_json::{Map, Value, json};

use super::{
    super::{
        Cases,
        authorities::{BETWEEN, CA, YEAR, chain, root},
        certificate_cases::{between, by_ca, usual},
        certificates::{Draft, Name},
        keys::{Keys, by_both},
        tokens::{HOUR, KeyPair, NOW, ORIGIN, SUBJECT},
    },
    issue::private,
};
use crate::vector::{Bytes, Vector};

/// An accepted `wic.issue` of the usual certificate by the root.
type Made = Result<Vector, Box<dyn std::error::Error>>;

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let twin = plain(keys)?;
    let mut vectors = vec![twin.clone()];
    vectors.extend(accepted(keys, &twin)?);
    vectors.extend(refused(keys, &twin));
    vectors.extend(requests(keys, &twin)?);
    vectors.extend(credentials(keys)?);
    Ok(vectors)
}

fn plain(keys: &Keys) -> Made {
    let members = [
        ("identifier", json!(SUBJECT)),
        ("key", json!(keys.workload.public().text())),
        ("start", json!(NOW)),
    ];
    let order: Map<String, Value> =
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect();
    let root = chain([root(CA, keys.ca)?]);
    Ok(Vector::accepted(
        "wic-issue",
        "wic.issue",
        "The usual certificate: for an hour, and for clients and servers.",
    )
    .requires(&[
        "WIT-4-1",
        "WIT-4-2",
        "WIT-6.1-1",
        "WIT-9.4.1-1",
        "WIT-9.5-2",
        "MTLS-3.2-5",
        "MTLS-3.2-6",
        "MTLS-5-5",
    ])
    .input("order", order)
    .config("origin", ORIGIN)
    .config("ca_chain", root.clone())
    .config("root", root)
    .config("ca_key", private(keys.ca))
    .output("identifier", SUBJECT)
    .output("dns_names", json!([]))
    .output("thumbprint", keys.thumbprint)
    .output("start", NOW)
    .output("lifetime", HOUR)
    .output("roles", json!(["client", "server"]))
    .output("certificates", 1))
}

/// The case with one member of the order set.
fn with(mut vector: Vector, name: &str, value: impl Into<Value>) -> Vector {
    if let Some(Value::Object(order)) = vector.input.get_mut("order") {
        order.insert(name.to_owned(), value.into());
    }
    vector
}

fn also(twin: &Vector, id: &str, requirements: &[&str], comment: &str) -> Vector {
    let expect = twin.expect.clone();
    let (input, config) = (twin.input.clone(), twin.config.clone());
    Vector { input, config, expect, ..Vector::accepted(id, "wic.issue", comment) }.requires(requirements)
}

fn accepted(keys: &Keys, twin: &Vector) -> Cases {
    let minute = also(twin, "wic-issue-minute", &["WIT-9.4.1-1", "MTLS-5-5"], "For a minute.");
    let year = also(twin, "wic-issue-longest", &["WIT-9.4.1-1", "MTLS-5-5"], "As long as its CA.");
    let hosts = also(
        twin,
        "wic-issue-hosts",
        &["WIT-6.1-3", "MTLS-3.2.1-1", "WIT-4-3"],
        "With the host names that clients reach it by.",
    );
    let client = also(twin, "wic-issue-client", &["MTLS-3.2-6"], "For clients alone.");
    let server = also(twin, "wic-issue-server", &["MTLS-3.2-5"], "For servers alone.");
    let intermediate = also(
        twin,
        "wic-issue-intermediate",
        &["WIT-6.1-1", "MTLS-3.2-1"],
        "By an intermediate CA, whose certificate is sent along.",
    );
    let names = json!(["billing.example.com", "billing.internal"]);
    Ok(vec![
        with(minute, "lifetime", 60).output("lifetime", 60),
        with(year, "lifetime", YEAR).output("lifetime", YEAR),
        with(hosts, "dns_names", names.clone()).output("dns_names", names),
        with(client, "only_for", "client").output("roles", json!(["client"])),
        with(server, "only_for", "server").output("roles", json!(["server"])),
        intermediate
            .config("ca_chain", chain([between().sign(keys.between, keys.ca)?]))
            .config("ca_key", private(keys.between))
            .output("certificates", 2),
    ])
}

/// A refused order: id, code, requirements, the member and its value, what differs, the attack or the mistake.
type Refused<'a> = (&'a str, &'a str, &'a [&'a str], &'a str, Value, &'a str, &'a str);

fn refused(keys: &Keys, twin: &Vector) -> Vec<Vector> {
    let other = "wic.issue_other_origin";
    let lifetime = &["WIT-9.4.1-1", "MTLS-5-5"][..];
    let identifier = &["WIT-9.4-2", "WIT-6.1-1", "MTLS-5-2"][..];
    let rows: [Refused<'_>; 9] = [
        (
            "wic-issue-outlives",
            "wic.issue_outlives_ca",
            lifetime,
            "lifetime",
            json!(YEAR + 1),
            "a second longer than its CA",
            "It would be valid when nobody vouches for it any more.",
        ),
        (
            "wic-issue-decade",
            "wic.issue_outlives_ca",
            lifetime,
            "lifetime",
            json!(10 * YEAR),
            "ten years",
            "A credential that nobody takes back.",
        ),
        (
            "wic-issue-no-time",
            "wic.issue_validity",
            lifetime,
            "lifetime",
            json!(0),
            "no lifetime",
            "A certificate that is never valid.",
        ),
        (
            "wic-issue-other-domain",
            other,
            identifier,
            "identifier",
            json!("wimse://other.example/billing"),
            "another trust domain",
            "A CA vouches for its own workloads.",
        ),
        (
            "wic-issue-other-scheme",
            other,
            identifier,
            "identifier",
            json!("spiffe://example.com/billing"),
            "another scheme",
            "The same name in another scheme is another trust domain.",
        ),
        (
            "wic-issue-subdomain",
            other,
            identifier,
            "identifier",
            json!("wimse://a.example.com/billing"),
            "a name below the trust domain",
            "Another trust domain.",
        ),
        (
            "wic-issue-no-path",
            "identifier.path_empty",
            identifier,
            "identifier",
            json!("wimse://example.com"),
            "no path",
            "The trust domain is no workload.",
        ),
        (
            "wic-issue-wildcard",
            "wic.issue_dns_name",
            &["WIT-6.1-3"],
            "dns_names",
            json!(["*.example.com"]),
            "a wildcard",
            "A workload with the names of all others.",
        ),
        (
            "wic-issue-ca-key",
            "wic.issue_issuer_key",
            &["WIT-9.5-2", "MTLS-5-7"],
            "key",
            json!(keys.ca.public().text()),
            "the key of the CA",
            "The workload could vouch for others.",
        ),
    ];
    let refused = |(id, code, requirements, member, value, differs, comment): Refused<'_>| {
        with(twin.refused(id, &[code], differs, comment).requires(requirements), member, value)
    };
    rows.into_iter().map(refused).collect()
}

/// MTLS-5-9: the private key stays where it was made.
fn requests(keys: &Keys, twin: &Vector) -> Cases {
    let requirements = ["MTLS-5-9"];
    let request =
        |names: &[Name<'_>], key: KeyPair, signer: KeyPair| Draft::leaf(CA).names(names).request(key, signer);
    let usual = [Name::Uri(SUBJECT)];
    let ordered = |vector: Vector, request: &[u8]| {
        let mut vector = with(vector, "request", Bytes::from(request));
        if let Some(Value::Object(order)) = vector.input.get_mut("order") {
            order.remove("key");
        }
        vector
    };
    let good = request(&usual, keys.workload, keys.workload)?;
    let plain = ordered(
        also(twin, "wic-request", &requirements, "A request that proves possession of its key."),
        &good,
    );
    let nameless = request(&[Name::Dns("billing.example.com")], keys.workload, keys.workload)?;
    let other_kind = request(&usual, keys.other_kind, keys.other_kind)?;
    let mut vectors = vec![
        plain.clone(),
        ordered(
            also(
                twin,
                "wic-request-nameless",
                &requirements,
                "A request without an identifier: the issuer decides, and takes no host name over.",
            ),
            &nameless,
        ),
        ordered(
            also(
                twin,
                "wic-request-other-kind",
                &requirements,
                "A request with an Ed25519 key, to a CA with a P-256 key.",
            ),
            &other_kind,
        )
        .needs("Ed25519")
        .output("thumbprint", "F7lgkyb02LYxmPBOObWp2q5CbnzLaBJ-K8BCC8w_DFg"),
    ];
    let mut changed = good;
    if let Some(last) = changed.last_mut() {
        *last ^= 1;
    }
    let signature = "wic.request_signature";
    for (id, code, der, differs, comment) in [
        (
            "wic-request-stolen-key",
            signature,
            request(&usual, keys.workload, keys.other_workload)?,
            "signed by another key",
            "A certificate for a key that the requester does not have.",
        ),
        (
            "wic-request-changed",
            signature,
            changed,
            "a bit of the signature",
            "A request that was changed on its way.",
        ),
        (
            "wic-request-other",
            "wic.request_identifier",
            request(&[Name::Uri("wimse://example.com/orders")], keys.workload, keys.workload)?,
            "it asks for another identifier",
            "The issuer knows the workload by another name.",
        ),
        (
            "wic-request-two",
            "wic.request",
            request(
                &[Name::Uri(SUBJECT), Name::Uri("wimse://example.com/orders")],
                keys.workload,
                keys.workload,
            )?,
            "it asks for two identifiers",
            "A certificate has one.",
        ),
        (
            "wic-request-certificate",
            "wic.request",
            by_ca(keys, &self::usual())?,
            "a certificate instead",
            "Not a request.",
        ),
        (
            "wic-request-ca-key",
            "wic.issue_issuer_key",
            request(&usual, keys.ca, keys.ca)?,
            "the key of the CA",
            "A workload with the key of its CA.",
        ),
    ] {
        vectors.push(ordered(plain.refused(id, &[code], differs, comment), &der));
    }
    Ok(vectors)
}

/// WIT-9.5-2, -3: a key is used with the certificate that binds it, as long as that is valid.
fn credentials(keys: &Keys) -> Cases {
    let requirements = ["WIT-9.5-1", "WIT-9.5-2", "WIT-9.5-3", "MTLS-5-7"];
    let twin = Vector::accepted(
        "wic-credential",
        "wic.credential",
        "A certificate and its key; no part of the key is in what is printed.",
    )
    .requires(&requirements)
    .input("chain", chain([by_ca(keys, &usual())?]))
    .config("key", private(keys.workload))
    .config("now", NOW)
    .output("identifier", SUBJECT)
    .output("expires", NOW + HOUR)
    .output("signature_valid", true)
    .output("leaked", false);
    let refused =
        |id: &str, code: &str, differs: &str, comment: &str| twin.refused(id, &[code], differs, comment);
    let mismatch = "credential.key_mismatch";
    let other = usual().sign(keys.other_workload, keys.ca)?;
    let below = usual().issuer(BETWEEN).sign(keys.other_workload, keys.between)?;
    Ok(vec![
        twin.clone(),
        refused(
            "wic-credential-other-key",
            mismatch,
            "the key of another workload",
            "One key for two identifiers.",
        )
        .config("key", private(keys.other_workload)),
        refused(
            "wic-credential-other-kind",
            mismatch,
            "a key of another kind",
            "The certificate binds another key.",
        )
        .config("key", private(keys.other_kind)),
        refused(
            "wic-credential-other-certificate",
            mismatch,
            "the certificate of another key",
            "A certificate that was found.",
        )
        .input("chain", chain([other])),
        refused(
            "wic-credential-order",
            mismatch,
            "another certificate before it",
            "The first certificate is that of the workload.",
        )
        .input("chain", chain([below, by_ca(keys, &usual())?])),
        refused(
            "wic-credential-expired",
            "credential.expired",
            "the second after its end",
            "The key signs nothing any more.",
        )
        .config("now", NOW + HOUR),
        refused(
            "wic-credential-two-identifiers",
            "wic.uri_repeated",
            "a second identifier in the certificate",
            "One key for two identifiers.",
        )
        .input(
            "chain",
            chain([by_ca(
                keys,
                &usual().names(&[Name::Uri(SUBJECT), Name::Uri("wimse://example.com/orders")]),
            )?]),
        ),
    ])
}
