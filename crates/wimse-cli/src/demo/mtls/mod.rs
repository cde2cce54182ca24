//! Mutual TLS: web and orders again, by certificates, and the thief with others.

mod attacks;
mod forge;
mod handshake;
mod stage;

pub(crate) use attacks::play as play_attacks;
pub(crate) use stage::Stage;

use super::identity::HOST;
use super::report::{Kind, Outcome, Party, Row};
use super::trial::Trial;
use super::world::{ORDERS, WEB};
use crate::certificate::{Role, requirement};
use crate::exit::Failure;
use handshake::{Ended, Named, call};

pub(crate) async fn play_calls(stage: &Stage, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Call,
        "Calls over mutual TLS that must be accepted",
        "Both got a WIC from the identity server, with their WITs, and show it in the handshake. Each learns who the other is: \
         web means orders, and orders serves web only.",
    );
    let ended =
        call(stage.server(&stage.orders, WEB)?, stage.client(&stage.web, ORDERS)?, Named::Host(HOST)).await?;
    trial.record(accepted(
        "mtls-web-calls-orders",
        "web calls orders by host name: its DNS name counts too",
        &ended,
        (WEB, ORDERS),
    ));
    let ended =
        call(stage.server(&stage.web, ORDERS)?, stage.client(&stage.orders, WEB)?, Named::Address).await?;
    trial.record(accepted(
        "mtls-orders-calls-web",
        "orders calls web by address: its identifier counts",
        &ended,
        (ORDERS, WEB),
    ));
    Ok(())
}

fn accepted(id: &'static str, tried: &'static str, ended: &Ended, (caller, callee): (&str, &str)) -> Row {
    let expected = Outcome { status: None, code: None, refused_by: None };
    let is_right = ended.server == Ok(caller.to_owned()) && ended.client == Ok(callee.to_owned());
    row(id, tried, ended, expected, is_right)
}

/// One of them is to refuse for the reason with this code; the other learns no more than that it is refused.
fn refused(id: &'static str, tried: &'static str, ended: &Ended, by: Party, code: &'static str) -> Row {
    let expected = Outcome { status: None, code: Some(code), refused_by: Some(by) };
    let other = if by == Party::Callee { &ended.client } else { &ended.server };
    row(id, tried, ended, expected, *other == Err(REFUSED_BY_PEER))
}

fn row(id: &'static str, tried: &'static str, ended: &Ended, expected: Outcome, is_right: bool) -> Row {
    let (refused_by, code) = ended.refusal().unzip();
    let actual = Outcome { status: None, code, refused_by };
    let peer = if refused_by == Some(Party::Callee) { Role::Client } else { Role::Server };
    Row {
        id,
        tried,
        expected,
        actual,
        requirement: code.and_then(|code| requirement(code, peer)),
        answered_by: ended.client.clone().ok(),
        detail: ended.server.as_ref().ok().map(|caller| format!("hello {caller}")),
        genuine_status: None,
        ok: actual == expected && is_right,
    }
}

/// The code of a side that gets an alert.
const REFUSED_BY_PEER: &str = "mtls.refused_by_peer";
