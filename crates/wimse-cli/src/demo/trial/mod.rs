//! Sends requests, and judges what came of them: by the answer, by what its caller makes of it, and by the log of the
//! service.

mod case;
mod checks;
#[cfg(test)]
mod tests;

pub(crate) use case::{Case, NOT_PERMITTED};

use super::caller::{Outgoing, Reader, Reading};
use super::client::{self, ClientError};
use super::log::Verdict;
use super::report::{Group, Kind, Outcome, Party, Report, Row};
use super::requirement;
use super::world::World;
use crate::exit::Failure;
use axum::body::Bytes;
use checks::Refusals;
use http::{Request, Response, StatusCode};

const NO_ANSWER: &str = "a genuine request was not answered";

type Answer = Result<Response<Bytes>, ClientError>;

/// Plays one case after the other, so that what is in the log belongs to the case.
pub(crate) struct Trial<'a> {
    world: &'a World,
    groups: Vec<Group>,
    refusals: Refusals,
}

/// What came of a request.
struct Findings {
    answer: Answer,
    reading: Reading,
    log: Vec<Verdict>,
}

/// What came of the genuine message behind an attack: the status, and what its caller made of it.
struct Genuine(StatusCode, Reading);

impl<'a> Trial<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self { world, groups: Vec::new(), refusals: Refusals::default() }
    }

    /// Starts a group: the following cases belong to it.
    pub(crate) fn group(&mut self, kind: Kind, title: &'static str, explanation: &'static str) {
        self.groups.push(Group { kind, title, explanation, rows: Vec::new() });
    }

    /// Takes a row that was judged elsewhere into the group.
    pub(crate) fn record(&mut self, row: Row) {
        if let Some(group) = self.groups.last_mut() {
            group.rows.push(row);
        }
    }

    /// Sends a request to where its URI says.
    pub(crate) async fn send(&mut self, case: Case, outgoing: impl Into<Outgoing<'_>>) {
        let Outgoing { request, reader } = outgoing.into();
        let answer = client::send(request).await;
        let findings = self.findings(answer, |answer| reader.read(answer));
        self.judge(&case, findings, None, true);
    }

    /// Sends a request, which must be accepted, and then what the proxy recorded of it.
    pub(crate) async fn replay(
        &mut self,
        case: Case,
        outgoing: impl Into<Outgoing<'_>>,
    ) -> Result<(), Failure> {
        let Outgoing { request, reader } = outgoing.into();
        let genuine = client::send(request).await.map_err(Failure::step(NO_ANSWER))?;
        let genuine = Genuine(genuine.status(), reader.read(&genuine));
        self.world.log.take();
        let replayed = self.resend().await;
        let findings = self.findings(replayed, |answer| reader.read(answer));
        self.judge(&case, findings, Some(&genuine), true);
        Ok(())
    }

    /// Sends a request through the proxy, which changes it, and then as it was recorded before the change. That must
    /// be accepted: only the change was refused, and a refused request uses nothing up.
    pub(crate) async fn change(
        &mut self,
        case: Case,
        outgoing: impl Into<Outgoing<'_>>,
        change: impl FnOnce(&mut Request<Bytes>) + Send + 'static,
    ) -> Result<(), Failure> {
        let outgoing = outgoing.into();
        let (findings, is_changed) = self.send_changed(outgoing.request, &outgoing.reader, change).await;
        let genuine = self.resend().await.map_err(Failure::step(NO_ANSWER))?;
        let genuine = Genuine(genuine.status(), outgoing.reader.read(&genuine));
        self.world.log.take();
        self.judge(&case, findings, Some(&genuine), is_changed);
        Ok(())
    }

    /// Sends a request through the proxy, which changes it. What it was is used up by that, or accepted all the same.
    pub(crate) async fn change_once(
        &mut self,
        case: Case,
        outgoing: impl Into<Outgoing<'_>>,
        change: impl FnOnce(&mut Request<Bytes>) + Send + 'static,
    ) {
        let Outgoing { request, reader } = outgoing.into();
        let (findings, is_changed) = self.send_changed(request, &reader, change).await;
        self.judge(&case, findings, None, is_changed);
    }

    /// Lets the proxy change the response, and then has the caller judge it as it was before.
    pub(crate) async fn change_answer(
        &mut self,
        case: Case,
        outgoing: impl Into<Outgoing<'_>>,
        change: impl FnOnce(&Request<Bytes>, &mut Response<Bytes>) + Send + 'static,
    ) {
        let Outgoing { request, reader } = outgoing.into();
        self.world.proxy.change_next_answer(change);
        let changed = client::send(request).await;
        let findings = self.findings(changed, |answer| reader.read(answer));
        let is_changed = self.world.proxy.take_changed();
        // Where the changed one was accepted, its nonce is used up.
        let is_refused = matches!(findings.reading, Reading::Refused(_));
        let genuine = self.world.proxy.last_answer().filter(|_| is_refused);
        let genuine = genuine.map(|answer| Genuine(answer.status(), reader.read(&answer)));
        self.judge(&case, findings, genuine.as_ref(), is_changed);
    }

    /// Lets the proxy give each of two callers the response for the other. The row is about the first; the second must
    /// refuse as well, and each finds good what the other got.
    pub(crate) async fn swap(&mut self, case: Case, one: Outgoing<'_>, other: Outgoing<'_>) {
        self.world.proxy.swap_next_two();
        let (answer, others) = tokio::join!(client::send(one.request), client::send(other.request));
        let mut is_right = self.world.proxy.take_changed();
        let mut genuine = None;
        if let (Ok(answer), Ok(others)) = (&answer, &others) {
            let refused = other.reader.read(others);
            is_right &= case.reading == refused && matches!(other.reader.read(answer), Reading::Signed(_));
            genuine = Some(others);
        }
        let findings = self.findings(answer, |answer| one.reader.read(answer));
        let genuine = genuine.map(|answer| Genuine(answer.status(), one.reader.read(answer)));
        self.judge(&case, findings, genuine.as_ref(), is_right);
    }

    /// Lets a request reach orders by way of the thief's service, changed.
    pub(crate) async fn relay(
        &mut self,
        case: Case,
        outgoing: impl Into<Outgoing<'_>>,
        change: impl FnOnce(&mut Request<Bytes>) + Send + 'static,
    ) {
        self.world.trap.change_next(change);
        self.send(case, outgoing).await;
    }

    /// Sends a request through the proxy, and tells whether that has changed it.
    async fn send_changed(
        &self,
        request: Request<Bytes>,
        reader: &Reader<'_>,
        change: impl FnOnce(&mut Request<Bytes>) + Send + 'static,
    ) -> (Findings, bool) {
        self.world.proxy.change_next(change);
        let answer = client::send(request).await;
        (self.findings(answer, |answer| reader.read(answer)), self.world.proxy.take_changed())
    }

    /// Sends what the proxy recorded last, as it came.
    async fn resend(&self) -> Answer {
        let record = self.world.proxy.last_record().ok_or(ClientError::Address)?;
        client::send_to(self.world.orders_address(), record).await
    }

    fn findings(&self, answer: Answer, read: impl Fn(&Response<Bytes>) -> Reading) -> Findings {
        let reading = answer.as_ref().map_or(Reading::Unsigned, read);
        Findings { answer, reading, log: self.world.log.take() }
    }

    /// `is_right` is what the case cannot see.
    fn judge(&mut self, case: &Case, findings: Findings, genuine: Option<&Genuine>, is_right: bool) {
        let Findings { answer, reading, log } = findings;
        let (refused_by, code) = refusal(case.expected.refused_by, &log, &reading).unzip();
        let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
        let actual = Outcome { status, code, refused_by };
        let detail = match &answer {
            Ok(answer) if code.is_none() && answer.status() == StatusCode::OK => {
                Some(String::from_utf8_lossy(answer.body()).into_owned())
            }
            Ok(_) => None,
            Err(error) => Some(error.to_string()),
        };
        let is_greeted = match (case.expected.code, log.as_slice()) {
            (None, [Verdict::Accepted { caller, .. }]) => {
                detail.as_deref() == Some(&*format!("hello {caller}"))
            }
            (expected, _) => expected.is_some(),
        };
        let is_genuine =
            |genuine: &Genuine| genuine.0 == StatusCode::OK && !matches!(genuine.1, Reading::Refused(_));
        let row = Row {
            id: case.id,
            tried: case.tried,
            expected: case.expected,
            actual,
            requirement: code.and_then(requirement::deciding),
            answered_by: match &reading {
                Reading::Signed(workload) => Some(workload.clone()),
                _ => None,
            },
            detail,
            genuine_status: genuine.map(|genuine| genuine.0.as_u16()),
            ok: actual == case.expected
                && is_same(&log, &case.log)
                && reading == case.reading
                && is_greeted
                && genuine.is_none_or(is_genuine)
                && is_right,
        };
        self.record(row);
        if let Ok(answer) = answer {
            self.refusals.keep(answer, &reading);
        }
    }

    /// The report, with what holds across all rows.
    pub(crate) fn finish(self) -> Report {
        let checks = checks::all(self.world, &self.groups, &self.refusals);
        Report { servers: self.world.describe(), groups: self.groups, checks }
    }
}

/// Who refused and why: the one that is asked about, or else the first on the way.
fn refusal(asked: Option<Party>, log: &[Verdict], reading: &Reading) -> Option<(Party, &'static str)> {
    let callee = match log {
        [Verdict::Refused(code)] => Some((Party::Callee, *code)),
        _ => None,
    };
    let caller = match reading {
        Reading::Refused(code) => Some((Party::Caller, *code)),
        _ => None,
    };
    match asked {
        Some(Party::Callee) => callee,
        Some(Party::Caller) => caller,
        None => callee.or(caller),
    }
}

/// Whether two logs say the same, in any order: two requests may arrive in either.
fn is_same(log: &[Verdict], expected: &[Verdict]) -> bool {
    let count = |list: &[Verdict], verdict| list.iter().filter(|one| *one == verdict).count();
    log.len() == expected.len() && log.iter().all(|verdict| count(log, verdict) == count(expected, verdict))
}
