//! Handshakes that must be refused.

use super::forge::{expired, thief, with_two_uris};
use super::handshake::{Caller, Named, call};
use super::refused;
use super::stage::Stage;
use crate::demo::identity::HOST;
use crate::demo::report::{Kind, Party};
use crate::demo::trial::Trial;
use crate::demo::world::{ORDERS, WEB};
use crate::exit::Failure;
use wimse::creds::key::{Algorithm, SigningKey};

pub(crate) async fn play(stage: &Stage, trial: &mut Trial<'_>) -> Result<(), Failure> {
    trial.group(
        Kind::Attack,
        "A certificate that is not good, or none",
        "Over mutual TLS the handshake itself is the proof. The thief has no scruples about what to show; orders refuses \
         before anything is said.",
    );
    of_clients(stage, trial).await?;
    trial.group(
        Kind::Attack,
        "A server that is not the one that is meant",
        "Here it is web that refuses. It means orders, not just anybody of its trust domain, and has said so.",
    );
    of_servers(stage, trial).await
}

async fn of_clients(stage: &Stage, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let key = SigningKey::generate(Algorithm::Es256).map_err(Failure::step("the thief has no key"))?;
    let (old, old_key) = expired(stage)?;
    let (two, two_key) = with_two_uris(stage)?;
    let callers: [(&str, &str, Caller, &str); 5] = [
        (
            "mtls-no-certificate",
            "Call without a certificate",
            thief(stage, None)?,
            "mtls.certificate_missing",
        ),
        (
            "mtls-stolen",
            "Show the certificate of web, signed with the thief's key",
            thief(stage, Some((stage.web.wic().chain(), &key)))?,
            "mtls.possession",
        ),
        (
            "mtls-same-name",
            "Have a CA of the same name call the thief \"web\"",
            stage.client(&stage.impostor, ORDERS)?.into(),
            "wic.signature",
        ),
        (
            "mtls-foreign-domain",
            "Show a certificate of a foreign trust domain",
            stage.client(&stage.foreigner, ORDERS)?.into(),
            "wic.trust_domain_unknown",
        ),
        (
            "mtls-not-permitted",
            "Call with the good certificate of another: reports",
            stage.client(&stage.reports, ORDERS)?.into(),
            "mtls.not_expected",
        ),
    ];
    for (id, tried, caller, code) in callers {
        let ended = call(stage.server(&stage.orders, WEB)?, caller, Named::Host(HOST)).await?;
        trial.record(refused(id, tried, &ended, Party::Callee, code));
    }
    let ended = call(
        stage.server(&stage.orders, WEB)?,
        thief(stage, Some((old.chain(), &old_key)))?,
        Named::Host(HOST),
    )
    .await?;
    let tried = "Show an expired certificate of web, with its key";
    trial.record(refused("mtls-expired", tried, &ended, Party::Callee, "wic.expired"));
    let ended =
        call(stage.server(&stage.orders, WEB)?, thief(stage, Some((&[two], &two_key)))?, Named::Host(HOST))
            .await?;
    let tried = "Show one that names web and another, rightly signed";
    trial.record(refused("mtls-two-uris", tried, &ended, Party::Callee, "wic.uri_repeated"));
    Ok(())
}

async fn of_servers(stage: &Stage, trial: &mut Trial<'_>) -> Result<(), Failure> {
    let web = || stage.client(&stage.web, ORDERS);
    let servers = [
        (
            "mtls-other-workload",
            "Have reports answer, by its own good certificate",
            &stage.reports,
            Named::Host(HOST),
            "mtls.not_expected",
        ),
        (
            "mtls-server-same-name",
            "Have a CA of the same name call the thief \"orders\"",
            &stage.impostor_server,
            Named::Host(HOST),
            "wic.signature",
        ),
        (
            "mtls-other-host",
            "Lead a call of another host name to orders",
            &stage.orders,
            Named::Host("refunds.demo.example"),
            "mtls.name_mismatch",
        ),
    ];
    for (id, tried, server, named, code) in servers {
        let ended = call(stage.server(server, WEB)?, web()?, named).await?;
        trial.record(refused(id, tried, &ended, Party::Caller, code));
    }
    Ok(())
}
