//! Carries checks out, and judges what comes of them.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Barrier},
    thread,
};

use wimse::{
    creds::key::Algorithm,
    httpsig::{message::ParameterValue, profile::WIMSE_SIGN_RESPONSE},
};

use super::{
    Binding, LiveError,
    bench::Bench,
    channel::{Channel, Writing},
    checks::{self, Change, Check, Probe},
    draft::Draft,
    exchanged::Exchanged,
    judged::{Decision, because, fail, pass},
    shown::Shown,
    wire::{Message, Reply},
};
use crate::judge::{Judgement, Verdict};

/// Requests at once, of a check for races.
const AT_ONCE: usize = 4;

/// How a server is reached.
#[derive(Debug)]
pub(super) struct Ways {
    /// Where messages prove who calls.
    pub(super) messages: Channel,
    /// Where the connection does.
    pub(super) mutual: Option<Channel>,
}

/// With keys of one algorithm.
#[derive(Debug)]
pub(super) struct Driver {
    pub(super) bench: Bench,
    pub(super) ways: Arc<Ways>,
    /// What is no more than recommended is a warning.
    pub(super) lenient: bool,
    /// Where what is sent, and what comes, is written.
    pub(super) messages: Option<PathBuf>,
}

impl Driver {
    /// Why no check of the binding says anything. Another algorithm than ES256, which everybody has to have (WIT-5.1-17), is
    /// given up where it is only `tried`, and its first good request is not accepted.
    pub(super) fn without(&self, binding: Binding, tried: bool) -> Result<Option<String>, LiveError> {
        if binding == Binding::Mtls && self.ways.mutual.is_none() {
            return Ok(Some("there is no https URL for mutual TLS".to_owned()));
        }
        let algorithm = self.bench.algorithm();
        if !tried || algorithm == Algorithm::Es256 {
            return Ok(None);
        }
        let checks = checks::all(binding, algorithm);
        let Some(first) = checks.first() else { return Ok(None) };
        let reply = self.send(first, "first", &self.make(first, |_| ())?, self.shown_by(first)?.as_ref())?;
        Ok(refused(&reply).map(|found| format!("the server is without {algorithm} ({found})")))
    }

    pub(super) fn judge(&self, check: &Check) -> Result<Judgement, LiveError> {
        let vector = &check.vector;
        let shown = self.shown_by(check)?;
        let make = |change: Change| self.make(check, change);
        let send = |which: &str, request: &Message| self.send(check, which, request, shown.as_ref());
        Ok(match check.probe {
            Probe::Accepted => {
                let reply = send("request", &make(|_| ())?)?;
                Decision::of(&reply).accepted(vector, self.lenient)
            }
            Probe::Presented(show, tamper) => {
                if let Some(skipped) = self.twin(check)? {
                    return Ok(skipped);
                }
                let mut request = make(|_| ())?;
                tamper(&mut request);
                let shown = show(&self.bench).map_err(LiveError::Making)?;
                let decision = Decision::of(&self.send(check, "request", &request, shown.as_ref())?);
                match vector.is_accepted() {
                    true => decision.accepted(vector, self.lenient),
                    false => decision.refused(vector, self.lenient, true),
                }
            }
            Probe::Refused(..) | Probe::Malformed(_) => {
                if let Some(skipped) = self.twin(check)? {
                    return Ok(skipped);
                }
                let (change, tamper, malformed): (Change, checks::Tamper, bool) = match check.probe {
                    Probe::Refused(change, tamper) => (change, tamper, false),
                    Probe::Malformed(tamper) => (|_| (), tamper, true),
                    _ => (|_| (), |_| (), false),
                };
                let mut request = make(change)?;
                tamper(&mut request);
                let reply = send("request", &request)?;
                Decision::of(&reply).refused(vector, self.lenient, malformed)
            }
            Probe::Replayed(tamper) => {
                let mut request = make(|_| ())?;
                let first = send("first", &request)?;
                if let Some(skipped) = not_accepted(&first, "it") {
                    return Ok(skipped);
                }
                tamper(&mut request);
                let reply = send("request", &request)?;
                Decision::of(&reply).refused(vector, self.lenient, false)
            }
            Probe::AtOnce => self.at_once(check, &make(|_| ())?, shown.as_ref()),
            Probe::Answered(change, tamper, judge) => {
                let mut request = make(change)?;
                tamper(&mut request);
                match send("request", &request)? {
                    Reply::Response(answer) => match judge(&answer) {
                        Ok(()) => pass(),
                        Err(reason) => fail(vector, self.lenient, &reason),
                    },
                    other => Decision::of(&other).accepted(vector, self.lenient),
                }
            }
            Probe::Signed(change, judge) => {
                let request = self.make_demanding(check, change)?;
                let reply = send("request", &request)?;
                match reply {
                    Reply::Response(response)
                        if response.status().is_some_and(|status| status.is_success()) =>
                    {
                        match judge(&Exchanged { bench: &self.bench, request, response }) {
                            Ok(()) => pass(),
                            Err(reason) => fail(vector, self.lenient, &reason),
                        }
                    }
                    // Whether that is a mistake is another check.
                    Reply::Response(response) => {
                        let status = response.status().map_or(0, |status| status.as_u16());
                        because(Verdict::Skip, &format!("the server does not sign this response: {status}"))
                    }
                    other => Decision::of(&other).accepted(vector, self.lenient),
                }
            }
            Probe::SignedOrRefused => {
                let request = self.make_demanding(check, |_| ())?;
                match send("request", &request)? {
                    Reply::Response(response)
                        if response.status().is_some_and(|status| status.is_success()) =>
                    {
                        match (Exchanged { bench: &self.bench, request, response }).verify() {
                            Ok(()) => pass(),
                            Err(reason) => fail(vector, self.lenient, &format!("a success, and {reason}")),
                        }
                    }
                    Reply::Response(response)
                        if matches!(response.status().map(|status| status.as_u16()), Some(400 | 501)) =>
                    {
                        pass()
                    }
                    Reply::Response(response) => {
                        let status = response.status().map_or(0, |status| status.as_u16());
                        fail(
                            vector,
                            self.lenient,
                            &format!("expected a signed response, 400 or 501, found {status}"),
                        )
                    }
                    other => Decision::of(&other).accepted(vector, self.lenient),
                }
            }
        })
    }

    /// Why a hostile request shows nothing: the good one that it differs from is not accepted. A good one has none.
    fn twin(&self, check: &Check) -> Result<Option<Judgement>, LiveError> {
        let Some(twin) = &check.vector.twin else { return Ok(None) };
        let reply = self.send(check, "twin", &self.make(check, |_| ())?, self.shown_by(check)?.as_ref())?;
        Ok(not_accepted(&reply, twin))
    }

    /// What the connection of a good request shows.
    fn shown_by(&self, check: &Check) -> Result<Option<Shown>, LiveError> {
        let shown = match (check.binding, check.show) {
            (Binding::Mtls, Some(show)) => show(&self.bench),
            _ => self.bench.shown().map(Some),
        };
        shown.map_err(LiveError::Making)
    }

    /// One of several is accepted, and the others are refused.
    fn at_once(&self, check: &Check, request: &Message, shown: Option<&Shown>) -> Judgement {
        let barrier = Barrier::new(AT_ONCE);
        let replies: Vec<Reply> = thread::scope(|scope| {
            let one = || {
                barrier.wait();
                self.ways.messages.exchange(request, shown, Writing::Any)
            };
            let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(one)).collect();
            let broken = |_| Reply::Broken("a thread has ended".to_owned());
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(broken)).collect()
        });
        let accepted =
            replies.iter().filter(|reply| matches!(Decision::of(reply), Decision::Accepted(_))).count();
        let refused =
            replies.iter().filter(|reply| matches!(Decision::of(reply), Decision::Refused(_))).count();
        match accepted {
            1 if refused == AT_ONCE - 1 => pass(),
            0 => because(Verdict::Skip, "not judged: none of them was accepted"),
            1 => because(Verdict::Warn, "one was accepted; the others were not all refused"),
            more => fail(&check.vector, self.lenient, &format!("expected one to be accepted, found {more}")),
        }
    }

    fn make(&self, check: &Check, change: Change) -> Result<Message, LiveError> {
        let mut draft = Draft::new(&self.bench, check.binding).map_err(LiveError::Making)?;
        (check.good)(&mut draft);
        change(&mut draft);
        draft.finish().map_err(LiveError::Making)
    }

    fn make_demanding(&self, check: &Check, change: Change) -> Result<Message, LiveError> {
        let mut draft = Draft::new(&self.bench, check.binding).map_err(LiveError::Making)?;
        (check.good)(&mut draft);
        draft.sign(|signature| signature.set(WIMSE_SIGN_RESPONSE, ParameterValue::Boolean(true)));
        change(&mut draft);
        draft.finish().map_err(LiveError::Making)
    }

    fn send(
        &self,
        check: &Check,
        which: &str,
        request: &Message,
        shown: Option<&Shown>,
    ) -> Result<Reply, LiveError> {
        // What is malformed is written byte for byte, and so is the good request beside it.
        let (channel, writing) = match (check.binding, &check.probe) {
            (Binding::Mtls, _) => (self.ways.mutual.as_ref().unwrap_or(&self.ways.messages), Writing::Raw),
            (_, Probe::Malformed(_)) => (&self.ways.messages, Writing::Raw),
            _ => (&self.ways.messages, Writing::Any),
        };
        let reply = channel.exchange(request, shown, writing);
        if let Some(folder) = &self.messages {
            let mut text = request.to_bytes();
            text.extend_from_slice(b"\r\n\r\n");
            text.extend(match &reply {
                Reply::Response(message) => message.to_bytes(),
                other => format!("{other:?}").into_bytes(),
            });
            fs::write(folder.join(format!("{}.{which}.http", check.vector.id)), text)
                .map_err(LiveError::Messages)?;
        }
        Ok(reply)
    }
}

/// Why nothing can be said after this: what should have been accepted was not.
fn not_accepted(reply: &Reply, what: &str) -> Option<Judgement> {
    if let Decision::None(judgement) = Decision::of(reply) {
        return Some(judgement);
    }
    let found = refused(reply)?;
    Some(because(Verdict::Skip, &format!("not judged: {what} is not accepted itself ({found})")))
}

/// How it was not accepted. No answer in time is not that.
fn refused(reply: &Reply) -> Option<String> {
    match Decision::of(reply) {
        Decision::Accepted(_) | Decision::None(_) => None,
        Decision::Refused(status) | Decision::Other(status) => Some(status.as_u16().to_string()),
        Decision::Closed(how) => Some(how),
    }
}
