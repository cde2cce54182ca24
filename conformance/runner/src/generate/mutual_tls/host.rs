//! Whether a certificate is for a host (RFC 9525 6.3): of any server, and of a workload.

use std::error::Error;

use serde_json::{Value, json};

use super::super::{
    Cases,
    authorities::{HOST_CA, chain, root},
    certificate_cases::{accept_draft, by_ca, refuse_chain, usual},
    certificates::{CLIENT_AUTH, Draft, Name},
    keys::{Keys, by_both},
    tokens::{HOUR, NOW, SUBJECT},
};
use crate::vector::Vector;

const REQUIREMENTS: [&str; 4] = ["MTLS-3.2.1-2", "MTLS-5-3", "WPT-3.1.1-2", "SIG-5.1-3"];
const HOST: &str = "orders.example.com";

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let mut vectors = hosts(keys)?;
    vectors.extend(not_by_the_identifier(keys)?);
    Ok(vectors)
}

/// The certificate of a server with these names.
fn named(keys: &Keys, names: &[Name<'_>]) -> Result<Value, Box<dyn Error>> {
    Ok(chain([Draft::leaf(HOST_CA).names(names).sign(keys.workload, keys.host_ca)?]))
}

fn accept(
    keys: &Keys,
    id: &str,
    names: &[Name<'_>],
    host: &str,
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, "chain.verify", comment)
        .requires(&REQUIREMENTS)
        .input("chain", named(keys, names)?)
        .config("roots", chain([root(HOST_CA, keys.host_ca)?]))
        .config("role", "server")
        .config("name", host)
        .config("now", NOW)
        .output("valid_from", NOW)
        .output("valid_until", NOW + HOUR)
        .output("anchor", "2a"))
}

fn hosts(keys: &Keys) -> Cases {
    let dns = Name::Dns(HOST);
    let twin = accept(keys, "host", &[dns], HOST, "A server with a certificate for its host name.")?;
    let mut vectors = vec![
        twin.clone(),
        accept(
            keys,
            "host-capitals",
            &[dns],
            "Orders.Example.COM",
            "Host names are compared without regard to case.",
        )?,
        accept(keys, "host-second", &[Name::Dns("example.com"), dns], HOST, "One of several names.")?,
        accept(
            keys,
            "host-wildcard",
            &[Name::Dns("*.example.com")],
            HOST,
            "A wildcard is one whole label, the leftmost.",
        )?,
        accept(
            keys,
            "host-address",
            &[Name::Ip([192, 0, 2, 7])],
            "192.0.2.7",
            "A server that is reached by its address.",
        )?,
    ];
    let mismatch = "chain.name_mismatch";
    let common_name = Draft::leaf(HOST_CA).subject(HOST).names(&[Name::Dns("other.example.com")]);
    let by = |draft: &Draft, key| Ok::<_, Box<dyn Error>>(chain([draft.sign(keys.workload, key)?]));
    let server = Draft::leaf(HOST_CA).names(&[dns]);
    let rows = [
        (
            "host-other",
            mismatch,
            named(keys, &[Name::Dns("payments.example.com")])?,
            "another host",
            "A server with a good certificate that is not its.",
        ),
        (
            "host-above",
            mismatch,
            named(keys, &[Name::Dns("example.com")])?,
            "the name above",
            "A name does not speak for those below.",
        ),
        (
            "host-below",
            mismatch,
            named(keys, &[Name::Dns("eu.orders.example.com")])?,
            "a name below",
            "A name does not speak for those above.",
        ),
        (
            "host-similar",
            mismatch,
            named(keys, &[Name::Dns("orders.example.com.attacker.example")])?,
            "the host as the beginning of another",
            "A name that looks like it.",
        ),
        (
            "host-wildcard-deep",
            mismatch,
            named(keys, &[Name::Dns("*.com")])?,
            "a wildcard two labels above",
            "A wildcard is one label.",
        ),
        (
            "host-wildcard-partial",
            mismatch,
            named(keys, &[Name::Dns("ord*.example.com")])?,
            "a wildcard in a label",
            "RFC 9525 allows whole labels only.",
        ),
        (
            "host-common-name",
            mismatch,
            by(&common_name, keys.host_ca)?,
            "the host as common name",
            "The common name is never looked at.",
        ),
        (
            "host-uri",
            mismatch,
            named(keys, &[Name::Uri("https://orders.example.com/")])?,
            "the host in a URI",
            "A URI is not a DNS-ID.",
        ),
        (
            "host-address-instead",
            mismatch,
            named(keys, &[Name::Ip([192, 0, 2, 7])])?,
            "an address instead",
            "Nobody says that it belongs to the host.",
        ),
        (
            "host-expired",
            "chain.expired",
            by(&server.clone().valid(NOW - HOUR, NOW), keys.host_ca)?,
            "it has expired",
            "An old certificate.",
        ),
        (
            "host-forged",
            "chain.signature",
            by(&server, keys.next_ca)?,
            "signed by another key",
            "Anybody can name the CA.",
        ),
        (
            "host-unknown-ca",
            "chain.unknown_issuer",
            by(&server.clone().issuer("CA of nobody"), keys.next_ca)?,
            "an unknown CA",
            "A name that nobody vouches for.",
        ),
        (
            "host-client",
            "chain.eku",
            by(&server.clone().usages(&[CLIENT_AUTH]), keys.host_ca)?,
            "for clients only",
            "The certificate of a client in front of a server.",
        ),
    ];
    for (id, code, certificates, differs, comment) in rows {
        vectors.push(twin.refused(id, &[code], differs, comment).input("chain", certificates));
    }
    Ok(vectors)
}

/// MTLS-3.2.1-5: the trust domain is no host name.
fn not_by_the_identifier(keys: &Keys) -> Cases {
    let requirements = ["MTLS-3.2.1-5", "ID-5-5"];
    let draft = usual().names(&[Name::Uri(SUBJECT), Name::Dns("example.com")]);
    let twin = accept_draft(
        keys,
        "wic-host-trust-domain",
        &draft,
        &requirements,
        "A host that has the name of the trust domain, by a DNS-ID of its own.",
    )?
    .config("role", "server")
    .config("host", "example.com");
    let uri = |uri| by_ca(keys, &usual().names(&[Name::Uri(uri), Name::Dns("orders.example.com")]));
    let mismatch = "chain.name_mismatch";
    let mut vectors = vec![twin.clone()];
    for (id, certificate, differs, comment) in [
        (
            "wic-host-authority",
            by_ca(keys, &usual())?,
            "no DNS name",
            "The authority of the identifier is not a host name.",
        ),
        (
            "wic-host-other-name",
            uri(SUBJECT)?,
            "another DNS name",
            "The authority of the identifier does not stand in for the host name.",
        ),
        (
            "wic-host-path",
            uri("wimse://example.com/example.com")?,
            "the host in the path, and another DNS name",
            "The path says nothing about hosts either.",
        ),
    ] {
        vectors.push(refuse_chain(
            &twin,
            &requirements,
            (id, mismatch, vec![certificate], differs, comment),
        )?);
    }
    let elsewhere = usual().names(&[Name::Uri(SUBJECT), Name::Dns("host-7.cloud.example")]);
    vectors.push(
        accept_draft(
            keys,
            "wic-host-elsewhere",
            &elsewhere,
            &[&requirements[..], &["MTLS-3.2.1-1"]].concat(),
            "A host name that has nothing to do with the trust domain.",
        )?
        .config("role", "server")
        .config("host", "host-7.cloud.example")
        .output("dns_names", json!(["host-7.cloud.example"])),
    );
    Ok(vectors)
}
