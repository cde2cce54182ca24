//! Whether a certificate is for a host (RFC 9525 6.3): of any server, and of a workload.

use std::error::Error;

use serde_json::{Value, json};

use super::super::{
    Cases,
    authorities::{HOST_CA, HOST_CA_ES256, NEXT_CA_ES256, chain, root},
    certificate_cases::{accept_draft, by_ca, refuse_chain, usual},
    certificates::{CLIENT_AUTH, Draft, Name},
    tokens::{HOUR, NOW, SUBJECT, WORKLOAD_ES256},
};
use crate::vector::Vector;

const REQUIREMENTS: [&str; 4] = ["MTLS-3.2.1-2", "MTLS-5-3", "WPT-3.1.1-2", "SIG-5.1-3"];
const HOST: &str = "orders.example.com";

pub(super) fn vectors() -> Cases {
    let mut vectors = hosts()?;
    vectors.extend(not_by_the_identifier()?);
    Ok(vectors)
}

/// The certificate of a server with these names.
fn named(names: &[Name<'_>]) -> Result<Value, Box<dyn Error>> {
    Ok(chain([Draft::leaf(HOST_CA).names(names).sign(WORKLOAD_ES256, HOST_CA_ES256)?]))
}

fn accept(id: &str, names: &[Name<'_>], host: &str, comment: &str) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, "chain.verify", comment)
        .requires(&REQUIREMENTS)
        .input("chain", named(names)?)
        .config("roots", chain([root(HOST_CA, HOST_CA_ES256)?]))
        .config("role", "server")
        .config("name", host)
        .config("now", NOW)
        .output("valid_from", NOW)
        .output("valid_until", NOW + HOUR)
        .output("anchor", "2a"))
}

fn hosts() -> Cases {
    let dns = Name::Dns(HOST);
    let twin = accept("host", &[dns], HOST, "A server with a certificate for its host name.")?;
    let mut vectors = vec![
        twin.clone(),
        accept(
            "host-capitals",
            &[dns],
            "Orders.Example.COM",
            "Host names are compared without regard to case.",
        )?,
        accept("host-second", &[Name::Dns("example.com"), dns], HOST, "One of several names.")?,
        accept(
            "host-wildcard",
            &[Name::Dns("*.example.com")],
            HOST,
            "A wildcard is one whole label, the leftmost.",
        )?,
        accept(
            "host-address",
            &[Name::Ip([192, 0, 2, 7])],
            "192.0.2.7",
            "A server that is reached by its address.",
        )?,
    ];
    let mismatch = "chain.name_mismatch";
    let common_name = Draft::leaf(HOST_CA).subject(HOST).names(&[Name::Dns("other.example.com")]);
    let by = |draft: &Draft, key| Ok::<_, Box<dyn Error>>(chain([draft.sign(WORKLOAD_ES256, key)?]));
    let server = Draft::leaf(HOST_CA).names(&[dns]);
    let rows = [
        (
            "host-other",
            mismatch,
            named(&[Name::Dns("payments.example.com")])?,
            "another host",
            "A server with a good certificate that is not its.",
        ),
        (
            "host-above",
            mismatch,
            named(&[Name::Dns("example.com")])?,
            "the name above",
            "A name does not speak for those below.",
        ),
        (
            "host-below",
            mismatch,
            named(&[Name::Dns("eu.orders.example.com")])?,
            "a name below",
            "A name does not speak for those above.",
        ),
        (
            "host-similar",
            mismatch,
            named(&[Name::Dns("orders.example.com.attacker.example")])?,
            "the host as the beginning of another",
            "A name that looks like it.",
        ),
        (
            "host-wildcard-deep",
            mismatch,
            named(&[Name::Dns("*.com")])?,
            "a wildcard two labels above",
            "A wildcard is one label.",
        ),
        (
            "host-wildcard-partial",
            mismatch,
            named(&[Name::Dns("ord*.example.com")])?,
            "a wildcard in a label",
            "RFC 9525 allows whole labels only.",
        ),
        (
            "host-common-name",
            mismatch,
            by(&common_name, HOST_CA_ES256)?,
            "the host as common name",
            "The common name is never looked at.",
        ),
        (
            "host-uri",
            mismatch,
            named(&[Name::Uri("https://orders.example.com/")])?,
            "the host in a URI",
            "A URI is not a DNS-ID.",
        ),
        (
            "host-address-instead",
            mismatch,
            named(&[Name::Ip([192, 0, 2, 7])])?,
            "an address instead",
            "Nobody says that it belongs to the host.",
        ),
        (
            "host-expired",
            "chain.expired",
            by(&server.clone().valid(NOW - HOUR, NOW), HOST_CA_ES256)?,
            "it has expired",
            "An old certificate.",
        ),
        (
            "host-forged",
            "chain.signature",
            by(&server, NEXT_CA_ES256)?,
            "signed by another key",
            "Anybody can name the CA.",
        ),
        (
            "host-unknown-ca",
            "chain.unknown_issuer",
            by(&server.clone().issuer("CA of nobody"), NEXT_CA_ES256)?,
            "an unknown CA",
            "A name that nobody vouches for.",
        ),
        (
            "host-client",
            "chain.eku",
            by(&server.clone().usages(&[CLIENT_AUTH]), HOST_CA_ES256)?,
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
fn not_by_the_identifier() -> Cases {
    let requirements = ["MTLS-3.2.1-5", "ID-5-5"];
    let draft = usual().names(&[Name::Uri(SUBJECT), Name::Dns("example.com")]);
    let twin = accept_draft(
        "wic-host-trust-domain",
        &draft,
        &requirements,
        "A host that has the name of the trust domain, by a DNS-ID of its own.",
    )?
    .config("role", "server")
    .config("host", "example.com");
    let uri = |uri| by_ca(&usual().names(&[Name::Uri(uri), Name::Dns("orders.example.com")]));
    let mismatch = "chain.name_mismatch";
    let mut vectors = vec![twin.clone()];
    for (id, certificate, differs, comment) in [
        (
            "wic-host-authority",
            by_ca(&usual())?,
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
