//! Clients as a server judges them (mutual-tls 3.2, 3.3, 5).

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        authorities::{BETWEEN, CA, HOST_CA, OTHER_CA},
        certificate_cases::{between, by_intermediate, usual},
        certificates::{Draft, Name, SERVER_AUTH, SUBJECT_ALT_NAME},
        keys::{Keys, by_both},
        tokens::{HOUR, NOW, ORIGIN, SUBJECT},
    },
    party::{accept, client, shown},
};
use crate::vector::Vector;

const NOT_EXPECTED: &str = "mtls.not_expected";

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let requirements =
        ["MTLS-3.2-1", "MTLS-3.2-3", "MTLS-3.2-4", "MTLS-3.3-1", "MTLS-5-2", "MTLS-5-4", "WIT-9.2-1"];
    let one = accept(
        keys,
        "mtls-client",
        &json!({"exact": [SUBJECT]}),
        &requirements,
        "The client that is permitted.",
    )?;
    let domain = accept(
        keys,
        "mtls-client-of-domain",
        &json!({"origins": [ORIGIN]}),
        &requirements,
        "Any workload of a trust domain, as the server says.",
    )?;
    let mut vectors = vec![one.clone(), domain.clone()];
    vectors.extend(accepted(keys)?);
    vectors.extend(domains(keys, &one, &domain)?);
    vectors.extend(paths(keys, &one)?);
    vectors.extend(without_certificate(keys, &one, &domain)?);
    vectors.extend(certificates(keys, &one)?);
    Ok(vectors)
}

fn accepted(keys: &Keys) -> Cases {
    let permitted = json!({"exact": [SUBJECT]});
    let path = shown(by_intermediate(keys, &usual(), &between())?, keys.workload);
    let other_kind = shown([usual().sign(keys.other_kind, keys.ca)?], keys.other_kind);
    let other = shown(
        [Draft::workload(OTHER_CA, "wimse://other.example/billing").sign(keys.workload, keys.other_ca)?],
        keys.workload,
    );
    Ok(vec![
        accept(
            keys,
            "mtls-client-intermediate",
            &permitted,
            &["MTLS-3.2-1", "MTLS-5-4"],
            "By an intermediate CA.",
        )?
        .input("client", path),
        accept(
            keys,
            "mtls-client-other-kind",
            &permitted,
            &["MTLS-3.2-1"],
            "An Ed25519 key, by a CA with a P-256 key.",
        )?
        .needs("Ed25519")
        .input("client", other_kind),
        accept(
            keys,
            "mtls-client-other-domain",
            &json!({"exact": ["wimse://other.example/billing"]}),
            &["MTLS-3.2-3", "MTLS-5-2"],
            "A client of another trust domain that is permitted.",
        )?
        .input("client", other)
        .output("client", "wimse://other.example/billing"),
    ])
}

/// MTLS-3.2-3: trusted, and not expected here.
fn domains(keys: &Keys, one: &Vector, domain: &Vector) -> Cases {
    let requirements = ["MTLS-3.2-3", "MTLS-3.3-1", "MTLS-5-2", "MTLS-5-4", "WIT-9.2-1"];
    let by = |identifier: &str, ca: &str, key| {
        Ok::<_, Box<dyn std::error::Error>>(shown(
            [Draft::workload(ca, identifier).sign(keys.workload, key)?],
            keys.workload,
        ))
    };
    let other = || by("wimse://other.example/billing", OTHER_CA, keys.other_ca);
    let rows: [(&Vector, &str, &str, Value, &str, &str); 5] = [
        (
            one,
            "mtls-client-same-path",
            NOT_EXPECTED,
            other()?,
            "the same path in another trust domain",
            "A path means something in its trust domain only.",
        ),
        (
            domain,
            "mtls-client-foreign-domain",
            NOT_EXPECTED,
            other()?,
            "another trust domain",
            "It is trusted, and not to call here.",
        ),
        (
            domain,
            "mtls-client-unknown-domain",
            "wic.trust_domain_unknown",
            by("wimse://unknown.example/billing", CA, keys.ca)?,
            "an unknown trust domain",
            "Nobody has configured it.",
        ),
        (
            domain,
            "mtls-client-scheme",
            "wic.trust_domain_unknown",
            by("spiffe://example.com/billing", CA, keys.ca)?,
            "another scheme",
            "The same name in another scheme is another trust domain.",
        ),
        (
            domain,
            "mtls-client-foreign-ca",
            "wic.unknown_issuer",
            by(SUBJECT, OTHER_CA, keys.other_ca)?,
            "by the CA of another trust domain",
            "A CA that is trusted for its own workloads names one of ours.",
        ),
    ];
    let refused = |(twin, id, code, shown, differs, comment): (&Vector, &str, &str, Value, &str, &str)| {
        twin.refused(id, &[code], differs, comment).requires(&requirements).input("client", shown)
    };
    Ok(rows.into_iter().map(refused).collect())
}

/// MTLS-3.3-1: the whole identifier.
fn paths(keys: &Keys, one: &Vector) -> Cases {
    let rows = [
        (
            "mtls-client-other",
            "wimse://example.com/orders",
            "another workload",
            "Membership of the trust domain is not enough.",
        ),
        (
            "mtls-client-below",
            "wimse://example.com/billing/worker",
            "a path below",
            "A path below is another workload.",
        ),
        (
            "mtls-client-capital",
            "wimse://example.com/Billing",
            "a capital in the path",
            "Paths are compared as they are.",
        ),
    ];
    rows.into_iter()
        .map(|(id, identifier, differs, comment)| {
            let refused = one.refused(id, &[NOT_EXPECTED], differs, comment);
            Ok(refused
                .requires(&["MTLS-3.3-1", "MTLS-5-4", "WIT-9.2-1"])
                .input("client", client(keys, &Draft::workload(CA, identifier))?))
        })
        .collect()
}

/// MTLS-3.2-4.
fn without_certificate(keys: &Keys, one: &Vector, domain: &Vector) -> Cases {
    let requirements = ["MTLS-3.2-4", "MTLS-5-4"];
    let anonymous = |twin: &Vector, id: &str| {
        let comment = "A server that authorizes by certificates lets nobody in without one.";
        let mut refused = twin
            .refused(id, &["mtls.certificate_missing"], "no certificate", comment)
            .requires(&requirements);
        refused.input.remove("client");
        refused
    };
    let forged = shown([usual().sign(keys.workload, keys.workload)?], keys.workload);
    let stolen = shown([usual().sign(keys.workload, keys.ca)?], keys.other_workload);
    Ok(vec![
        anonymous(one, "mtls-client-anonymous"),
        anonymous(domain, "mtls-client-anonymous-of-domain"),
        one.refused(
            "mtls-client-stolen",
            &["mtls.possession"],
            "another key than that of the certificate",
            "A certificate is public: the handshake proves its key.",
        )
        .requires(&requirements)
        .input("client", stolen),
        one.refused(
            "mtls-client-signed-itself",
            &["wic.signature", "wic.unknown_issuer"],
            "a certificate that the client has signed itself",
            "Some certificate is not the certificate of somebody.",
        )
        .requires(&requirements)
        .input("client", forged),
    ])
}

/// MTLS-5-1, -4: everything about the certificate comes first.
fn certificates(keys: &Keys, one: &Vector) -> Cases {
    let two = usual().names(&[Name::Uri(SUBJECT), Name::Uri("wimse://example.com/orders")]);
    let mut vectors = Vec::new();
    for (id, code, draft, differs) in [
        ("mtls-client-expired", "wic.expired", usual().valid(NOW - HOUR, NOW), "it has expired"),
        ("mtls-client-early", "wic.not_yet_valid", usual().valid(NOW + 1, NOW + HOUR), "it is not valid yet"),
        ("mtls-client-two-identifiers", "wic.uri_repeated", two, "two identifiers"),
        ("mtls-client-no-identifier", "wic.uri_missing", usual().without(SUBJECT_ALT_NAME), "no identifier"),
        ("mtls-client-ca", "wic.ca_as_leaf", usual().basic_constraints(true, None), "a CA"),
    ] {
        let comment = "Refused in the handshake, before anybody asks who it is.";
        vectors.push(
            one.refused(id, &[code], differs, comment)
                .requires(&["MTLS-5-1", "MTLS-5-4"])
                .input("client", client(keys, &draft)?),
        );
    }
    vectors.push(
        one.refused(
            "mtls-client-server-only",
            &["wic.eku"],
            "for servers only",
            "Refused in the handshake, before anybody asks who it is.",
        )
        .requires(&["MTLS-3.2-6", "MTLS-5-1", "MTLS-5-4"])
        .input("client", client(keys, &usual().usages(&[SERVER_AUTH]))?),
    );
    let forged = |ca: &str, key| {
        Ok::<_, Box<dyn std::error::Error>>(shown(
            [usual().issuer(ca).sign(keys.workload, key)?],
            keys.workload,
        ))
    };
    for (id, code, value, differs) in [
        (
            "mtls-client-same-name",
            "wic.signature",
            forged(CA, keys.next_ca)?,
            "by an unknown CA of the same name",
        ),
        ("mtls-client-unknown-ca", "wic.unknown_issuer", forged(HOST_CA, keys.host_ca)?, "by an unknown CA"),
        (
            "mtls-client-self-signed",
            "wic.unknown_issuer",
            shown(
                [usual().issuer("billing").subject("billing").sign(keys.workload, keys.workload)?],
                keys.workload,
            ),
            "signed by itself",
        ),
        (
            "mtls-client-no-intermediate",
            "wic.unknown_issuer",
            forged(BETWEEN, keys.between)?,
            "by an intermediate CA that is not sent",
        ),
    ] {
        let comment = "Nobody who is trusted vouches for it.";
        vectors.push(
            one.refused(id, &[code], differs, comment)
                .requires(&["MTLS-3.2-1", "MTLS-5-1", "MTLS-5-4"])
                .input("client", value),
        );
    }
    Ok(vectors)
}
