//! Every combination of proofs under every kind of policy gets what the table in the documentation says.

use crate::support::*;
use crate::workshop::Workshop;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use wimse_creds::pop::{LayerPolicy, PeerPolicy};
use wimse_tower::{Binding, Bindings, MtlsSession, Policy};

const TABLE: &str = include_str!("../../src/downgrades.md");
const ALL: [Binding; 3] = [Binding::WorkloadProofToken, Binding::HttpSignature, Binding::MutualTls];

/// The policy of a column of the table.
fn policy(column: &str) -> Policy {
    let permitted = || PeerPolicy::exactly([BILLING.parse().unwrap()]);
    let either = || LayerPolicy::Either(permitted());
    let both = LayerPolicy::Both { transport: permitted(), application: permitted() };
    match column {
        "any" => Policy::any_of(ALL, either()),
        "all" => Policy::all_of(ALL, LayerPolicy::Same(permitted())),
        "linked" => Policy::any_of(ALL, LayerPolicy::Same(permitted())),
        "message" => Policy::any_of([Binding::WorkloadProofToken, Binding::HttpSignature], either()),
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

/// As the table has it.
fn answer(response: &Response<Bytes>) -> String {
    match (response.status().as_u16(), text(response)) {
        (200, text) if text.starts_with(BILLING) => "yes".to_owned(),
        (200, text) if text.starts_with("nobody") => "anonymous".to_owned(),
        (status, _) => status.to_string(),
    }
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
    assert_eq!((head.len(), rows.len()), (12, 27));
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
            let answer = answer(&response);
            assert_eq!(answer, row[column], "{name}: {row:?}");
            assert_eq!(world.code(), code(proofs, row[column]), "{name}: {row:?}");
            assert_eq!(response.headers().contains_key("www-authenticate"), answer == "401");
            let is_through = answer == "yes" || answer == "anonymous";
            assert_eq!(service.calls(), usize::from(is_through), "{name}: {row:?}");
        }
    }
}

/// One kind of policy.
#[derive(Debug, Clone, Copy)]
struct Kind {
    accepted: Bindings,
    all: bool,
    /// Peers of both layers are needed.
    both: bool,
    anonymous: bool,
}

/// Every kind that can be met.
fn kinds() -> Vec<Kind> {
    let sets = (1..8).map(|set| (0..3).filter(|bit| set & (1 << bit) != 0).map(|bit| ALL[bit]).collect());
    let flags = [false, true];
    let kinds = sets.flat_map(|accepted: Bindings| {
        flags.into_iter().flat_map(move |all| {
            flags
                .into_iter()
                .flat_map(move |both| flags.map(|anonymous| Kind { accepted, all, both, anonymous }))
        })
    });
    let is_message = |kind: &Kind| kind.accepted.iter().any(|binding| binding != Binding::MutualTls);
    kinds
        .filter(|kind| !kind.both || kind.accepted.contains(Binding::MutualTls) && is_message(kind))
        .collect()
}

impl Kind {
    fn policy(self) -> Policy {
        let permitted = PeerPolicy::exactly([BILLING.parse().unwrap()]);
        let layers = if self.both { LayerPolicy::Same(permitted) } else { LayerPolicy::Either(permitted) };
        let policy = if self.all {
            Policy::all_of(self.accepted.iter(), layers)
        } else {
            Policy::any_of(self.accepted.iter(), layers)
        };
        if self.anonymous { policy.or_anonymous() } else { policy }
    }

    /// The rules beside the table, in other words than the layer has them.
    fn answer(self, states: [&str; 3]) -> &'static str {
        let is = |binding, state| {
            let place = ALL.iter().position(|known| *known == binding).unwrap();
            states[place] == state
        };
        let (token, signature, tls) =
            (Binding::WorkloadProofToken, Binding::HttpSignature, Binding::MutualTls);
        if !states.contains(&"invalid") {
            let accepted: Vec<_> = self.accepted.iter().collect();
            let good: Vec<_> = accepted.iter().filter(|binding| is(**binding, "valid")).collect();
            let has_layers = good.contains(&&tls) && good.iter().any(|binding| **binding != tls);
            let is_enough = if self.all { good.len() == accepted.len() } else { !good.is_empty() };
            match (good.is_empty(), self.anonymous, is_enough && (has_layers || !self.both)) {
                (true, true, _) => return "anonymous",
                (_, _, true) => return "yes",
                _ => {}
            }
        }
        if !is(signature, "absent") {
            "400"
        } else if !is(token, "absent") || self.accepted.contains(token) {
            "401"
        } else if self.accepted.contains(signature) {
            "400"
        } else {
            "403"
        }
    }
}

#[tokio::test]
async fn every_combination_under_every_policy_there_is() {
    const STATES: [&str; 3] = ["valid", "invalid", "absent"];
    let (world, workshop) = (World::new(), Workshop::new());
    let (good, expired) = (workshop.good(BILLING), workshop.expired(BILLING));
    let kinds = kinds();
    // Seven sets, and three of them can have peers of both layers.
    assert_eq!(kinds.len(), (7 + 3) * 4);
    for kind in kinds {
        let service = TestService::new(world.authenticator().mutual_tls(), kind.policy());
        for number in 0..27 {
            let states @ [token, signature, tls] =
                [number / 9, number / 3 % 3, number % 3].map(|n| STATES[n]);
            let session = match tls {
                "valid" => Some(&good),
                "invalid" => Some(&expired),
                _ => None,
            };
            let response = service.call(request(&world, (token, signature), session)).await;
            assert_eq!(answer(&response), kind.answer(states), "{kind:?} {states:?}");
        }
    }
}
