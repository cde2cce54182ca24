//! Sends requests, and judges what came of them: by the answer, and by the log of the service.

use super::client::{self, ClientError};
use super::log::Verdict;
use super::report::{Check, Group, Kind, Outcome, Report, Row};
use super::requirement;
use super::world::World;
use crate::exit::Failure;
use axum::body::Bytes;
use http::header::{CONTENT_TYPE, DATE, WWW_AUTHENTICATE};
use http::{HeaderMap, Request, Response, StatusCode};

/// What is tried, and what should come of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Case {
    id: &'static str,
    tried: &'static str,
    expected: Expected,
}

#[derive(Debug, Clone, Copy)]
enum Expected {
    Greeting { caller: &'static str, txn_token: bool },
    Refusal(&'static str),
}

impl Case {
    /// The caller is to be greeted by its identifier.
    pub(crate) fn accepted(id: &'static str, tried: &'static str, caller: &'static str) -> Self {
        Self { id, tried, expected: Expected::Greeting { caller, txn_token: false } }
    }

    /// As [`accepted`](Self::accepted), and the proof is to cover a `Txn-Token`.
    pub(crate) fn accepted_with_txn_token(
        id: &'static str,
        tried: &'static str,
        caller: &'static str,
    ) -> Self {
        Self { id, tried, expected: Expected::Greeting { caller, txn_token: true } }
    }

    /// The request is to be refused for the reason with this code.
    pub(crate) fn refused(id: &'static str, tried: &'static str, code: &'static str) -> Self {
        Self { id, tried, expected: Expected::Refusal(code) }
    }
}

impl Expected {
    fn outcome(self) -> Outcome {
        let (status, code) = match self {
            Self::Greeting { .. } => (StatusCode::OK, None),
            Self::Refusal(code @ "authorization.not_permitted") => (StatusCode::FORBIDDEN, Some(code)),
            Self::Refusal(code) => (StatusCode::UNAUTHORIZED, Some(code)),
        };
        Outcome { status: Some(status.as_u16()), code }
    }
}

const NO_ANSWER: &str = "a genuine request was not answered";

type Answer = Result<Response<Bytes>, ClientError>;

/// Plays one case after the other, so that what is in the log belongs to the case.
pub(crate) struct Trial<'a> {
    world: &'a World,
    groups: Vec<Group>,
    /// Answers with 401, as the peer sees them, but for the date.
    refusals: Vec<(HeaderMap, Bytes)>,
}

impl<'a> Trial<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self { world, groups: Vec::new(), refusals: Vec::new() }
    }

    /// Starts a group: the following cases belong to it.
    pub(crate) fn group(&mut self, kind: Kind, title: &'static str, explanation: &'static str) {
        self.groups.push(Group { kind, title, explanation, rows: Vec::new() });
    }

    /// Sends a request to where its URI says.
    pub(crate) async fn send(&mut self, case: Case, request: Request<Bytes>) {
        let answer = client::send(request).await;
        let verdicts = self.world.log.take();
        self.judge(case, answer, &verdicts, None);
    }

    /// Sends a request, which must be accepted, and then what the proxy recorded of it.
    pub(crate) async fn replay(&mut self, case: Case, request: Request<Bytes>) -> Result<(), Failure> {
        let genuine = client::send(request).await.map_err(Failure::step(NO_ANSWER))?;
        self.world.log.take();
        let replayed = self.resend().await;
        let verdicts = self.world.log.take();
        self.judge(case, replayed, &verdicts, Some(genuine.status()));
        Ok(())
    }

    /// Sends a request through the proxy, which changes it, and then as it was recorded before the change. That must
    /// be accepted: only the change was refused, and a refused request uses nothing up.
    pub(crate) async fn change(
        &mut self,
        case: Case,
        request: Request<Bytes>,
        change: impl FnOnce(&mut Request<Bytes>) + Send + 'static,
    ) -> Result<(), Failure> {
        self.world.proxy.change_next(change);
        let changed = client::send(request).await;
        let verdicts = self.world.log.take();
        let genuine = self.resend().await.map_err(Failure::step(NO_ANSWER))?;
        self.world.log.take();
        self.judge(case, changed, &verdicts, Some(genuine.status()));
        Ok(())
    }

    /// Lets a request reach orders by way of the thief's service, changed.
    pub(crate) async fn relay(
        &mut self,
        case: Case,
        request: Request<Bytes>,
        change: impl FnOnce(&mut Request<Bytes>) + Send + 'static,
    ) {
        self.world.trap.change_next(change);
        self.send(case, request).await;
    }

    /// Sends what the proxy recorded last, as it came.
    async fn resend(&self) -> Answer {
        let record = self.world.proxy.last_record().ok_or(ClientError::Address)?;
        client::send_to(self.world.orders_address(), record).await
    }

    fn judge(&mut self, case: Case, answer: Answer, verdicts: &[Verdict], genuine: Option<StatusCode>) {
        let expected = case.expected.outcome();
        let code = match verdicts {
            [Verdict::Refused(code)] => Some(*code),
            _ => None,
        };
        let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
        let actual = Outcome { status, code };
        let genuine_status = genuine.map(|status| status.as_u16());
        let detail = match &answer {
            Ok(answer) if answer.status() == StatusCode::OK => {
                Some(String::from_utf8_lossy(answer.body()).into_owned())
            }
            Ok(_) => None,
            Err(error) => Some(error.to_string()),
        };
        let as_said = match case.expected {
            Expected::Refusal(_) => verdicts.len() == 1,
            Expected::Greeting { caller, txn_token } => {
                verdicts == [Verdict::Accepted { caller: caller.to_owned(), txn_token }]
                    && detail.as_deref() == Some(&*format!("hello {caller}"))
            }
        };
        let row = Row {
            id: case.id,
            tried: case.tried,
            expected,
            actual,
            requirement: code.and_then(requirement::deciding),
            detail,
            genuine_status,
            ok: actual == expected && as_said && genuine_status.is_none_or(|status| status == 200),
        };
        if let Some(group) = self.groups.last_mut() {
            group.rows.push(row);
        }
        if let Ok(answer) = answer
            && answer.status() == StatusCode::UNAUTHORIZED
        {
            let (mut head, body) = answer.into_parts();
            head.headers.remove(DATE);
            self.refusals.push((head.headers, body));
        }
    }

    /// The report, with what holds across all rows.
    pub(crate) fn finish(self) -> Report {
        let checks = vec![self.same_refusal(), self.genuine_accepted(), self.keys_not_fetched()];
        Report { servers: self.world.describe(), groups: self.groups, checks }
    }

    fn same_refusal(&self) -> Check {
        let ok = match self.refusals.as_slice() {
            [] => false,
            [first, rest @ ..] => {
                first.0.get(WWW_AUTHENTICATE).is_some_and(|challenge| challenge == "WPT")
                    && first.0.contains_key(CONTENT_TYPE)
                    && rest.iter().all(|refusal| refusal == first)
            }
        };
        let count = self.refusals.len();
        let says = format!(
            "A refused caller never learns why: all {count} answers with 401 have the same fields and the same body."
        );
        Check { id: "same-refusal", says, ok }
    }

    fn genuine_accepted(&self) -> Check {
        let rows = self.groups.iter().flat_map(|group| &group.rows);
        let statuses: Vec<u16> = rows.filter_map(|row| row.genuine_status).collect();
        let count = statuses.len();
        let says = format!(
            "Only the meddling was refused: sent as they were, the {count} genuine requests behind it were accepted."
        );
        Check { id: "genuine-accepted", says, ok: count > 0 && statuses.iter().all(|status| *status == 200) }
    }

    fn keys_not_fetched(&self) -> Check {
        let count = self.world.elsewhere.key_sets_sent();
        let says = format!(
            "No token made anyone fetch keys: the foreign identity server was asked for its keys {count} times."
        );
        Check { id: "keys-not-fetched", says, ok: count == 0 }
    }
}
