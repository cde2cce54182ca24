//! Handshakes with both ends ours: at once, and what holds of them later.

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        authorities::{CA, ca_domain, root},
        certificate_cases::usual,
        certificates::{Draft, Name},
        keys::{Keys, by_both},
        tokens::{HOUR, NOW, SUBJECT},
    },
    party::{both, client, client_side, orders, server, server_side, shown},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let mut vectors = at_once(keys)?;
    vectors.extend(open(keys)?);
    vectors.extend(resumed(keys)?);
    vectors.extend(rotated(keys)?);
    Ok(vectors)
}

fn at_once(keys: &Keys) -> Cases {
    let requirements = [
        "MTLS-3.2-1",
        "MTLS-3.2-2",
        "MTLS-3.2-3",
        "MTLS-3.2-4",
        "MTLS-5-4",
        "WIT-9.2-1",
        "WIT-9.5-3",
        "MTLS-5-7",
    ];
    let operation = "mtls.handshake";
    let twin = both(
        keys,
        "mtls-handshake",
        operation,
        &requirements,
        "Billing calls orders, and each knows the other.",
    )?;
    let last = both(
        keys,
        "mtls-handshake-last",
        operation,
        &["WIT-9.5-3", "MTLS-5-7"],
        "In the last second of both certificates.",
    )?
    .config("handshake_at", NOW + HOUR - 1);
    let refused =
        |id: &str, codes: &[&str], differs: &str, comment: &str| twin.refused(id, codes, differs, comment);
    let expired = usual().valid(NOW - HOUR, NOW);
    Ok(vec![
        twin.clone(),
        last,
        refused(
            "mtls-handshake-own-expired",
            &["credential.expired"],
            "an hour after the certificates were loaded",
            "An expired certificate makes no handshake, on either side.",
        )
        .requires(&["WIT-9.5-3", "MTLS-5-7"])
        .config("handshake_at", NOW + HOUR),
        refused(
            "mtls-handshake-loaded-expired",
            &["credential.expired"],
            "the certificate of the client has expired",
            "It is not even loaded.",
        )
        .requires(&["WIT-9.5-3", "MTLS-5-7"])
        .input("client", client(keys, &expired)?),
        refused(
            "mtls-handshake-other-key",
            &["credential.key_mismatch"],
            "the client has another key",
            "A key that is not that of the certificate.",
        )
        .requires(&["WIT-9.5-2", "MTLS-5-7"])
        .input("client", shown([usual().sign(keys.next_workload, keys.ca)?], keys.workload)),
        refused(
            "mtls-handshake-unexpected-server",
            &["mtls.not_expected"],
            "the client means another workload",
            "The server is somebody else.",
        )
        .requires(&["MTLS-3.2-2", "MTLS-3.2.1-4"])
        .config("client", client_side(keys, &json!({"workload": "wimse://other.example/orders"}))?),
        refused(
            "mtls-handshake-unexpected-client",
            &["mtls.not_expected"],
            "the server permits another workload",
            "The client is somebody else.",
        )
        .requires(&["MTLS-3.2-3", "MTLS-5-4"])
        .config("server", server_side(keys, &json!({"exact": ["wimse://other.example/billing"]}))?),
        refused(
            "mtls-handshake-nobody",
            &["mtls.not_expected"],
            "the server permits nobody",
            "Without a policy there is no caller.",
        )
        .requires(&["MTLS-3.2-3", "MTLS-5-4"])
        .config("server", server_side(keys, &json!({}))?),
    ])
}

/// A case of `mtls.recheck`.
fn later(
    keys: &Keys,
    id: &str,
    later: Value,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn std::error::Error>> {
    Ok(both(keys, id, "mtls.recheck", requirements, comment)?.config("later", later))
}

fn anchored(certificates: impl IntoIterator<Item = Vec<u8>>) -> Value {
    json!([ca_domain("wimse://example.com", certificates)])
}

/// Refused later, for what has changed: id, code, `later`, what differs, the attack or the mistake.
fn refuse<'a>(
    twin: &Vector,
    requirements: &[&str],
    rows: impl IntoIterator<Item = (&'a str, &'a str, Value, &'a str, &'a str)>,
) -> Vec<Vector> {
    let refused = |(id, code, later, differs, comment): (&str, &str, Value, &str, &str)| {
        twin.refused(id, &[code], differs, comment).requires(requirements).config("later", later)
    };
    rows.into_iter().map(refused).collect()
}

/// A connection that stays open.
fn open(keys: &Keys) -> Cases {
    let requirements = ["MTLS-5-5", "MTLS-5-6"];
    let twin = later(
        keys,
        "mtls-open",
        json!({"connection": "same", "now": NOW + HOUR - 1}),
        &requirements,
        "A connection that is open as long as its certificates are valid.",
    )?;
    let next = root(CA, keys.next_ca)?;
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(
        &twin,
        &requirements,
        [
            (
                "mtls-open-expired",
                "wic.expired",
                json!({"connection": "same", "now": NOW + HOUR}),
                "a second later",
                "A connection that outlives its certificates.",
            ),
            (
                "mtls-open-distrusted",
                "wic.trust_domain_unknown",
                json!({"connection": "same", "anchors": []}),
                "the trust domain has been removed",
                "Trust that was taken away counts at once.",
            ),
            (
                "mtls-open-rolled-over",
                "wic.signature",
                json!({"connection": "same", "anchors": anchored([next])}),
                "the CA has been replaced",
                "What the old CA vouched for is over.",
            ),
            (
                "mtls-open-emptied",
                "wic.anchor_missing",
                json!({"connection": "same", "anchors": anchored([])}),
                "the CA has been removed",
                "No CA, no workloads.",
            ),
        ],
    ));
    Ok(vectors)
}

/// A resumed session shows no certificate in the handshake.
fn resumed(keys: &Keys) -> Cases {
    let requirements = ["MTLS-5-4", "MTLS-5-6"];
    let twin = later(
        keys,
        "mtls-resumed",
        json!({"connection": "resumed"}),
        &requirements,
        "A session that is resumed: its certificates are judged again.",
    )?
    .output("resumed", true);
    let full = later(
        keys,
        "mtls-not-resumed",
        json!({"connection": "new"}),
        &requirements,
        "Without being told, a client resumes nothing.",
    )?
    .output("resumed", false);
    let mut vectors = vec![twin.clone(), full];
    vectors.extend(refuse(
        &twin,
        &requirements,
        [
            (
                "mtls-resumed-expired",
                "wic.expired",
                json!({"connection": "resumed", "now": NOW + HOUR}),
                "the certificates have expired",
                "A session that outlives its certificates.",
            ),
            (
                "mtls-resumed-distrusted",
                "wic.trust_domain_unknown",
                json!({"connection": "resumed", "anchors": []}),
                "the trust domain has been removed",
                "A session that outlives trust.",
            ),
            (
                "mtls-resumed-rolled-over",
                "wic.signature",
                json!({"connection": "resumed", "anchors": anchored([root(CA, keys.next_ca)?])}),
                "the CA has been replaced",
                "A session that outlives its CA.",
            ),
        ],
    ));
    Ok(vectors)
}

/// MTLS-5-6: new certificates and anchors count without a restart.
fn rotated(keys: &Keys) -> Cases {
    let requirements = ["MTLS-5-6", "WIT-9.5-4"];
    let renewed = usual().serial(0x2b).valid(NOW, NOW + 2 * HOUR);
    let new_client = shown([renewed.sign(keys.next_workload, keys.ca)?], keys.next_workload);
    let new_server = server(keys, &orders().serial(0x2c).valid(NOW, NOW + 2 * HOUR))?;
    let rotation = |name: &str, shown: &Value| json!({"connection": "new", name: shown});
    let all = |now: u64| json!({"connection": "new", "now": now, "client": new_client, "server": new_server});
    let twin = later(
        keys,
        "mtls-rotated",
        all(NOW + HOUR),
        &requirements,
        "Both have new certificates when the old ones have expired.",
    )?
    .output("client_serial_number", "2b")
    .output("server_serial_number", "2c");
    let next_ca = |draft: Draft| {
        Ok::<_, Box<dyn std::error::Error>>(shown(
            [draft.sign(keys.next_workload, keys.next_ca)?],
            keys.next_workload,
        ))
    };
    let together = anchored([root(CA, keys.ca)?, root(CA, keys.next_ca)?]);
    let stranger = client(keys, &usual().names(&[Name::Uri("wimse://example.com/orders")]))?;
    let forged = shown([usual().sign(keys.next_workload, keys.other_ca)?], keys.next_workload);
    let mut vectors = vec![
        twin.clone(),
        later(
            keys,
            "mtls-rotated-client",
            rotation("client", &new_client),
            &requirements,
            "The client has a new certificate and key.",
        )?
        .output("client_serial_number", "2b")
        .output("server_serial_number", "2a"),
        later(
            keys,
            "mtls-rotated-server",
            rotation("server", &new_server),
            &requirements,
            "The server has a new certificate.",
        )?
        .output("client_serial_number", "2a")
        .output("server_serial_number", "2c"),
        later(
            keys,
            "mtls-rotated-anchors",
            json!({"connection": "new", "anchors": together, "client": next_ca(usual().serial(0x2d))?}),
            &requirements,
            "The next CA stands beside the old one, and the client has a certificate by it.",
        )?
        .output("client", SUBJECT)
        .output("client_serial_number", "2d"),
    ];
    vectors.extend(refuse(
        &twin,
        &["MTLS-5-6"],
        [
            (
                "mtls-rotated-late",
                "credential.expired",
                all(NOW + 2 * HOUR),
                "an hour later",
                "The new certificates have expired as well.",
            ),
            (
                "mtls-rotated-forgotten",
                "wic.signature",
                json!({"connection": "new", "client": next_ca(usual())?}),
                "a certificate by the next CA, which is not trusted yet",
                "Anchors are rolled over before certificates.",
            ),
            (
                "mtls-rotated-retired",
                "wic.signature",
                json!({"connection": "new", "anchors": anchored([root(CA, keys.next_ca)?])}),
                "the old CA has been removed, and the certificates are by it",
                "A retired CA vouches for nobody.",
            ),
            (
                "mtls-rotated-stranger",
                "mtls.not_expected",
                json!({"connection": "new", "client": stranger}),
                "a certificate of another workload",
                "A new certificate is judged like the first.",
            ),
            (
                "mtls-rotated-forged",
                "wic.signature",
                json!({"connection": "new", "client": forged}),
                "a certificate by the key of another CA",
                "A new certificate is judged like the first.",
            ),
        ],
    ));
    Ok(vectors)
}
