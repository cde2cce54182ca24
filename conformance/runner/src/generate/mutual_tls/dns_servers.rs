//! Servers that are expected by a DNS name alone (mutual-tls 5).

use std::error::Error;

use serde_json::json;

use super::{
    super::{
        Cases,
        authorities::{CA, HOST_CA, chain, root},
        certificates::{CLIENT_AUTH, Draft, Name},
        keys::{Keys, by_both},
        tokens::{HOUR, NOW},
    },
    party::{HOST, connect, orders, server_by, shown},
    servers::refuse,
};
use crate::vector::Expectation;

/// MTLS-5-3: a server that is perhaps no workload, by anchors of its own.
pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let requirements = ["MTLS-3.2.1-2", "MTLS-5-3", "WPT-3.1.1-2", "SIG-5.1-3"];
    let expected = json!({"dns_name": {"name": HOST, "roots": chain([root(HOST_CA, keys.host_ca)?])}});
    let by_host_ca = |draft: Draft| {
        Ok::<_, Box<dyn Error>>(shown([server_by(keys, &draft, HOST_CA, keys.host_ca)?], keys.server))
    };
    let plain = |names: &[Name<'_>]| Draft::leaf(HOST_CA).names(names);
    let accept = |id: &str, draft: Draft, comment: &str| {
        let mut vector =
            connect(keys, id, HOST, &expected, &requirements, comment)?.input("server", by_host_ca(draft)?);
        if let Expectation::Accept { outputs } = &mut vector.expect {
            outputs.remove("server");
        }
        Ok::<_, Box<dyn Error>>(vector.output("host", HOST))
    };
    let twin =
        accept("mtls-host", plain(&[Name::Dns(HOST)]), "A server that is no workload, by its host name.")?;
    let with_uri = accept(
        "mtls-host-with-identifier",
        orders(),
        "An identifier in such a certificate is not looked at: the server is a host.",
    )?;
    let mut vectors = vec![twin.clone(), with_uri];
    let own_ca = shown([server_by(keys, &orders(), CA, keys.ca)?], keys.server);
    vectors.extend(refuse(
        &twin,
        &requirements,
        [
            (
                "mtls-host-other",
                "chain.name_mismatch",
                by_host_ca(plain(&[Name::Dns("payments.example.com")]))?,
                "another host name",
                "A server with a good certificate that is not its.",
            ),
            (
                "mtls-host-wildcard",
                "chain.name_mismatch",
                by_host_ca(plain(&[Name::Dns("*.com")]))?,
                "a wildcard two labels above",
                "A wildcard is one label.",
            ),
            (
                "mtls-host-common-name",
                "chain.name_mismatch",
                by_host_ca(plain(&[Name::Dns("other.example.com")]).subject(HOST))?,
                "the host as common name",
                "The common name is never looked at.",
            ),
            (
                "mtls-host-expired",
                "chain.expired",
                by_host_ca(plain(&[Name::Dns(HOST)]).valid(NOW - HOUR, NOW))?,
                "it has expired",
                "An old certificate.",
            ),
            (
                "mtls-host-client-only",
                "chain.eku",
                by_host_ca(plain(&[Name::Dns(HOST)]).usages(&[CLIENT_AUTH]))?,
                "for clients only",
                "The certificate of a client in front of a server.",
            ),
            (
                "mtls-host-by-workload-ca",
                "chain.unknown_issuer",
                own_ca,
                "by the CA of a trust domain",
                "The anchors of workloads say nothing about hosts.",
            ),
        ],
    ));
    vectors.push(
        twin.refused(
            "mtls-host-reached-otherwise",
            &["mtls.other_name"],
            "reached by another host name",
            "The client was led elsewhere.",
        )
        .config("name", "payments.example.com"),
    );
    Ok(vectors)
}
