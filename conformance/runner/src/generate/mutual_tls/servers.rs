//! Servers as a client judges them (mutual-tls 3.2.1, 5).

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        authorities::{CA, OTHER_CA},
        certificates::{CLIENT_AUTH, Draft, Name},
        keys::{Keys, by_both},
        tokens::{HOUR, NOW},
    },
    party::{ADDRESS, HOST, ORDERS, client_side, connect, named, orders, server, server_by, shown},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let mut vectors = by_host(keys)?;
    vectors.extend(by_address(keys)?);
    vectors.extend(mapped(keys)?);
    Ok(vectors)
}

/// A refused server: id, code, what it shows, what differs, the attack or the mistake.
pub(super) type Refused<'a> = (&'a str, &'a str, Value, &'a str, &'a str);

pub(super) fn refuse<'a>(
    twin: &Vector,
    requirements: &[&str],
    rows: impl IntoIterator<Item = Refused<'a>>,
) -> Vec<Vector> {
    let refused = |(id, code, value, differs, comment): Refused<'_>| {
        twin.refused(id, &[code], differs, comment).requires(requirements).input("server", value)
    };
    rows.into_iter().map(refused).collect()
}

/// MTLS-3.2.1-1, -2: a connection by host name.
fn by_host(keys: &Keys) -> Cases {
    let requirements = [
        "MTLS-3.2-2",
        "MTLS-3.2.1-1",
        "MTLS-3.2.1-2",
        "MTLS-3.2.1-4",
        "MTLS-5-1",
        "MTLS-5-3",
        "WIT-9.2-1",
        "WPT-3.1.1-2",
        "SIG-5.1-3",
    ];
    let workload = json!({"workload": ORDERS});
    let twin = connect(
        keys,
        "mtls-server",
        HOST,
        &workload,
        &requirements,
        "The workload that is meant, with the host name that it was reached by.",
    )?;
    let pinned = connect(
        keys,
        "mtls-server-both",
        HOST,
        &json!({"both": {"identifier": ORDERS, "name": HOST}}),
        &requirements,
        "Identifier and host name are configured.",
    )?;
    let ignoring = connect(
        keys,
        "mtls-server-ignoring-name",
        HOST,
        &json!({"workload_ignoring_dns_name": ORDERS}),
        &["MTLS-3.2.1-4"],
        "A mesh, where names say where to connect only.",
    )?
    .input("server", server(keys, &named(ORDERS, &[]))?);
    let mut vectors = vec![twin.clone(), pinned.clone(), ignoring];
    let mismatch = "mtls.name_mismatch";
    let host = ["MTLS-3.2.1-1", "MTLS-3.2.1-2", "MTLS-3.2.1-5", "MTLS-5-3", "WPT-3.1.1-2", "SIG-5.1-3"];
    vectors.extend(refuse(
        &twin,
        &host,
        [
            (
                "mtls-server-no-host",
                mismatch,
                server(keys, &named(ORDERS, &[]))?,
                "no host name",
                "The identifier does not stand in for the host name.",
            ),
            (
                "mtls-server-other-host",
                mismatch,
                server(keys, &named(ORDERS, &[Name::Dns("payments.example.com")]))?,
                "another host name",
                "The right workload at the wrong place.",
            ),
            (
                "mtls-server-domain-host",
                mismatch,
                server(keys, &named(ORDERS, &[Name::Dns("example.com")]))?,
                "the name of the trust domain",
                "The trust domain is no host name.",
            ),
        ],
    ));
    vectors.push(
        pinned
            .refused(
                "mtls-server-reached-otherwise",
                &["mtls.other_name"],
                "reached by another host name",
                "The client was led elsewhere.",
            )
            .requires(&["MTLS-3.2.1-3", "MTLS-3.2.1-4"])
            .config("name", "payments.example.com"),
    );
    let forged = |ca: &str, key| {
        Ok::<_, Box<dyn std::error::Error>>(shown([server_by(keys, &orders(), ca, key)?], keys.server))
    };
    let stolen = shown([orders().sign(keys.server, keys.ca)?], keys.other_workload);
    vectors.extend(refuse(
        &twin,
        &["MTLS-3.2-1", "MTLS-5-1"],
        [
            (
                "mtls-server-expired",
                "wic.expired",
                server(keys, &orders().valid(NOW - HOUR, NOW))?,
                "it has expired",
                "An old certificate.",
            ),
            (
                "mtls-server-same-name",
                "wic.signature",
                forged(CA, keys.next_ca)?,
                "by an unknown CA of the same name",
                "Anybody can name the CA.",
            ),
            (
                "mtls-server-foreign-ca",
                "wic.unknown_issuer",
                forged(OTHER_CA, keys.other_ca)?,
                "by the CA of another trust domain",
                "A CA that is trusted for its own workloads names one of ours.",
            ),
            (
                "mtls-server-two-identifiers",
                "wic.uri_repeated",
                server(keys, &named(ORDERS, &[Name::Uri("wimse://example.com/billing"), Name::Dns(HOST)]))?,
                "two identifiers",
                "Which of the two is it?",
            ),
            (
                "mtls-server-stolen",
                "mtls.possession",
                stolen,
                "another key than that of the certificate",
                "A certificate is public: the handshake proves its key.",
            ),
        ],
    ));
    vectors.extend(refuse(
        &twin,
        &["MTLS-3.2-1", "MTLS-3.2-5", "MTLS-5-1"],
        [(
            "mtls-server-client-only",
            "wic.eku",
            server(keys, &orders().usages(&[CLIENT_AUTH]))?,
            "for clients only",
            "The certificate of a client in front of a server.",
        )],
    ));
    Ok(vectors)
}

/// MTLS-3.2-2, MTLS-3.2.1-4, -6: a connection without a host name.
fn by_address(keys: &Keys) -> Cases {
    let requirements = [
        "MTLS-3.2-2",
        "MTLS-3.2.1-3",
        "MTLS-3.2.1-4",
        "MTLS-3.2.1-5",
        "MTLS-3.2.1-6",
        "MTLS-5-2",
        "WIT-9.2-1",
    ];
    let twin = connect(
        keys,
        "mtls-server-address",
        ADDRESS,
        &json!({"workload": ORDERS}),
        &requirements,
        "By address: the identifier alone says who it is.",
    )?
    .input("server", server(keys, &named(ORDERS, &[]))?);
    let by = |identifier: &str, ca: &str, key| {
        Ok::<_, Box<dyn std::error::Error>>(shown(
            [server_by(keys, &Draft::workload(CA, identifier), ca, key)?],
            keys.server,
        ))
    };
    let ours = |identifier: &str| by(identifier, CA, keys.ca);
    let unexpected = "mtls.not_expected";
    let unknown = "wic.trust_domain_unknown";
    let domains = ["MTLS-3.2-2", "MTLS-3.2.1-4", "MTLS-3.2.1-6", "MTLS-5-2"];
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        &domains,
        [
            (
                "mtls-server-same-path",
                unexpected,
                by("wimse://other.example/orders", OTHER_CA, keys.other_ca)?,
                "the same path in another trust domain",
                "A path means something in its trust domain only.",
            ),
            (
                "mtls-server-scheme",
                unknown,
                ours("spiffe://example.com/orders")?,
                "another scheme",
                "The same name in another scheme is another trust domain.",
            ),
            (
                "mtls-server-unknown-domain",
                unknown,
                ours("wimse://unknown.example/orders")?,
                "an unknown trust domain",
                "Nobody has configured it.",
            ),
            (
                "mtls-server-subdomain",
                unknown,
                ours("wimse://orders.example.com/orders")?,
                "a name below the trust domain",
                "Another trust domain.",
            ),
        ],
    ));
    vectors.extend(refuse(
        &twin,
        &["MTLS-3.2.1-4", "MTLS-3.2.1-6", "WIT-9.2-1"],
        [
            (
                "mtls-server-other",
                unexpected,
                ours("wimse://example.com/billing")?,
                "another workload",
                "Any workload of the trust domain could answer.",
            ),
            (
                "mtls-server-below",
                unexpected,
                ours("wimse://example.com/orders/eu")?,
                "a path below",
                "A path below is another workload.",
            ),
            (
                "mtls-server-above",
                unexpected,
                ours("wimse://example.com/eu/orders")?,
                "the path as the end of another",
                "The whole path counts.",
            ),
        ],
    ));
    Ok(vectors)
}

/// MTLS-3.2.1-3: a table says who is expected where.
fn mapped(keys: &Keys) -> Cases {
    let requirements = ["MTLS-3.2.1-3", "MTLS-3.2.1-4", "ID-5-1"];
    let table = json!({"mapped": [[HOST, ORDERS], [ADDRESS, ORDERS]]});
    let by_host =
        connect(keys, "mtls-server-mapped", HOST, &table, &requirements, "The table has the host name.")?;
    let by_address = connect(
        keys,
        "mtls-server-mapped-address",
        ADDRESS,
        &table,
        &requirements,
        "The table has the address.",
    )?;
    let refused = |twin: &Vector, id: &str, name: &str, differs: &str, comment: &str| {
        twin.refused(id, &["mtls.not_mapped"], differs, comment).config("name", name)
    };
    let empty = by_host
        .refused(
            "mtls-server-mapped-none",
            &["mtls.not_mapped"],
            "an empty table",
            "Nothing is expected, so nobody is accepted.",
        )
        .config("client", client_side(keys, &json!({"mapped": []}))?);
    let elsewhere = by_host
        .refused(
            "mtls-server-mapped-other",
            &["mtls.not_expected"],
            "the table has another workload for it",
            "The server is not the one that is meant.",
        )
        .config("client", client_side(keys, &json!({"mapped": [[HOST, "wimse://example.com/billing"]]}))?);
    Ok(vec![
        refused(
            &by_host,
            "mtls-server-unmapped",
            "payments.example.com",
            "a host name that is not in the table",
            "The client knows nobody there.",
        ),
        refused(
            &by_host,
            "mtls-server-unmapped-below",
            "eu.orders.example.com",
            "a host name below",
            "Entries are whole names.",
        ),
        refused(
            &by_address,
            "mtls-server-unmapped-address",
            "192.0.2.8",
            "an address that is not in the table",
            "The client knows nobody there.",
        ),
        empty,
        elsewhere,
        by_host,
        by_address,
    ])
}
