//! Every combination of proofs under every kind of policy gets what the table in the documentation says.

use crate::support::*;
use crate::workshop::Workshop;
use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use wimse_creds::pop::{LayerPolicy, PeerPolicy};
use wimse_tower::{Binding, MtlsSession, Policy};

const TABLE: &str = include_str!("../../src/downgrades.md");
const ALL: [Binding; 3] = [Binding::WorkloadProofToken, Binding::HttpSignature, Binding::MutualTls];

fn policy(column: &str) -> Policy {
    let permitted = || PeerPolicy::exactly([BILLING.parse().unwrap()]);
    let either = || LayerPolicy::Either(permitted());
    let both = LayerPolicy::Both { transport: permitted(), application: permitted() };
    match column {
        "any" => Policy::any_of(ALL, either()),
        "all" => Policy::all_of(ALL, LayerPolicy::Same(permitted())),
        "wpt" => Policy::any_of([Binding::WorkloadProofToken], either()),
        "signature" => Policy::any_of([Binding::HttpSignature], either()),
        "mtls" => Policy::any_of([Binding::MutualTls], either()),
        "gateway" => Policy::all_of([Binding::WorkloadProofToken, Binding::MutualTls], both),
        "open" => Policy::any_of(ALL, either()).or_anonymous(),
        other => panic!("{other}"),
    }
}

/// Each cell of a row, without white space around.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

fn request(
    world: &World,
    (token, signature): (&str, &str),
    session: Option<&MtlsSession>,
) -> Request<Full<Bytes>> {
    let mut request = post("/orders", "two cones");
    if token != "absent" {
        world.prove(&mut request);
    }
    if token == "invalid" {
        break_token(&mut request);
    }
    if signature != "absent" {
        let _ = world.sign(&mut request);
    }
    if signature == "invalid" {
        *request.uri_mut() = format!("{BASE}/orders?all").parse().unwrap();
    }
    let mut request = received(request);
    if let Some(session) = session {
        request.extensions_mut().insert(session.clone());
    }
    request
}

/// The code of the first proof that fails, or of what is missing.
fn code((token, signature, tls): (&str, &str, &str), accepts: &str) -> Option<&'static str> {
    let fails = [(tls, "wic.expired"), (signature, "httpsig.signature"), (token, "wpt.signature")];
    let failed = fails.into_iter().find(|(state, _)| *state == "invalid").map(|(_, code)| code);
    let is_nothing = [token, signature, tls].iter().all(|state| *state == "absent");
    match accepts {
        "yes" | "anonymous" => None,
        _ if failed.is_some() => failed,
        _ if is_nothing => Some("tower.nothing_presented"),
        _ => Some("tower.proof_missing"),
    }
}

#[tokio::test]
async fn every_combination_gets_what_is_documented() {
    let (world, workshop) = (World::new(), Workshop::new());
    let (good, expired) = (workshop.good(BILLING), workshop.expired(BILLING));
    let lines = TABLE.lines().skip_while(|line| !line.starts_with("| WPT |"));
    let lines: Vec<_> = lines.map(cells).collect();
    let (head, rows) = (&lines[0], &lines[2..]);
    assert_eq!((head.len(), rows.len()), (10, 27));
    for (column, name) in head.iter().enumerate().skip(3) {
        let authenticator = world.authenticator().mutual_tls();
        let service = TestService::new(authenticator, policy(name));
        for row in rows {
            let proofs @ (token, signature, tls) = (row[0], row[1], row[2]);
            let session = match tls {
                "valid" => Some(&good),
                "invalid" => Some(&expired),
                _ => None,
            };
            let response = service.call(request(&world, (token, signature), session)).await;
            let answer = match (response.status().as_u16(), text(&response)) {
                (200, text) if text.starts_with(BILLING) => "yes".to_owned(),
                (200, text) if text.starts_with("nobody") => "anonymous".to_owned(),
                (status, _) => status.to_string(),
            };
            assert_eq!(answer, row[column], "{name}: {row:?}");
            assert_eq!(world.code(), code(proofs, row[column]), "{name}: {row:?}");
            assert_eq!(response.headers().contains_key("www-authenticate"), answer == "401");
            let is_through = answer == "yes" || answer == "anonymous";
            assert_eq!(service.calls(), usize::from(is_through), "{name}: {row:?}");
        }
    }
}
