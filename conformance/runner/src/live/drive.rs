//! Drives a server.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Barrier},
    thread,
    time::Duration,
};

use wimse::httpsig::{message::ParameterValue, profile::WIMSE_SIGN_RESPONSE};
use wimse_harness::protocol::Hello;

use super::{
    Binding, Folder, FolderError, Target,
    checks::{self, Change, Check, Probe},
    draft::{Bench, Draft},
    exchanged::Exchanged,
    judged::{Decision, because, fail, pass},
    wire::{Message, Reply, exchange},
};
use crate::{
    baseline::Baseline,
    judge::{Judgement, Verdict},
    load::{Selected, Suite},
    report::Report,
    vector::VectorFile,
};

/// How a server is driven.
#[derive(Debug)]
pub struct Drive {
    /// What it trusts, and who is who.
    pub folder: Folder,
    /// Its name in reports.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// What proofs are meant for: its URL, as callers know it.
    pub audience: String,
    /// The bindings that it has; checks of others are skipped.
    pub bindings: Vec<Binding>,
    /// What is no more than recommended is a warning.
    pub lenient: bool,
    /// For each answer.
    pub timeout: Duration,
    /// A folder to which what was sent, and what came, is written.
    pub messages: Option<PathBuf>,
}

/// Requests at once, of a check for races.
const AT_ONCE: usize = 4;

/// Drives the server and reports. `suite` is the catalogue.
///
/// # Errors
///
/// When the URL cannot be used, a request cannot be made, or a file of messages cannot be written. What the server does is never an
/// error.
pub fn drive(drive: Drive, suite: &Suite, baseline: &Baseline) -> Result<Report, LiveError> {
    let target = Target::parse(&drive.url)
        .map_err(|reason| LiveError::Folder(FolderError::Url { url: drive.url.clone(), reason }))?;
    let name = drive.name;
    let bench = Bench::new(drive.folder, target, drive.audience).map_err(LiveError::Making)?;
    let driver = Driver { bench, lenient: drive.lenient, timeout: drive.timeout, messages: drive.messages };
    if let Some(folder) = &driver.messages {
        fs::create_dir_all(folder).map_err(LiveError::Messages)?;
    }
    let mut suite = Suite { catalogues: suite.catalogues.clone(), files: Vec::new() };
    let mut judgements = Vec::new();
    for binding in Binding::ALL {
        let checks = checks::all(&[binding]);
        for check in &checks {
            judgements.push(match drive.bindings.contains(&binding) {
                true => driver.judge(check)?,
                false => because(Verdict::Skip, &format!("the server is without {binding}")),
            });
        }
        suite.files.push(VectorFile {
            draft: binding.draft().to_owned(),
            revision: binding.revision().to_owned(),
            vectors: checks.into_iter().map(|check| check.vector).collect(),
        });
    }
    let hello =
        Hello { name, version: "live".to_owned(), language: "server".to_owned(), ..wimse_harness::hello() };
    let selected: Vec<Selected<'_>> = suite.selected().collect();
    Ok(Report::of(&suite, None, &hello, &selected, judgements, baseline))
}

struct Driver {
    bench: Bench,
    lenient: bool,
    timeout: Duration,
    messages: Option<PathBuf>,
}

impl Driver {
    fn judge(&self, check: &Check) -> Result<Judgement, LiveError> {
        let vector = &check.vector;
        let make = |change: Change| self.make(check, change);
        Ok(match check.probe {
            Probe::Accepted => {
                let reply = self.send(check, "request", &make(|_| ())?)?;
                Decision::of(&reply).accepted(vector, self.lenient)
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
                let reply = self.send(check, "request", &request)?;
                Decision::of(&reply).refused(vector, self.lenient, malformed)
            }
            Probe::Replayed(tamper) => {
                let mut request = make(|_| ())?;
                let first = self.send(check, "first", &request)?;
                if let Some(skipped) = not_accepted(&first, "it") {
                    return Ok(skipped);
                }
                tamper(&mut request);
                let reply = self.send(check, "request", &request)?;
                Decision::of(&reply).refused(vector, self.lenient, false)
            }
            Probe::AtOnce => self.at_once(check, &make(|_| ())?),
            Probe::Answered(change, tamper, judge) => {
                let mut request = make(change)?;
                tamper(&mut request);
                match self.send(check, "request", &request)? {
                    Reply::Response(answer) => match judge(&answer) {
                        Ok(()) => pass(),
                        Err(reason) => fail(vector, self.lenient, &reason),
                    },
                    other => Decision::of(&other).accepted(vector, self.lenient),
                }
            }
            Probe::Signed(change, judge) => {
                let request = self.make_demanding(check, change)?;
                let reply = self.send(check, "request", &request)?;
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
                match self.send(check, "request", &request)? {
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

    /// Why a hostile request shows nothing: the good one that it differs from is not accepted.
    fn twin(&self, check: &Check) -> Result<Option<Judgement>, LiveError> {
        let reply = self.send(check, "twin", &self.make(check, |_| ())?)?;
        Ok(not_accepted(&reply, check.vector.twin.as_deref().unwrap_or("its twin")))
    }

    /// One of several is accepted, and the others are refused.
    fn at_once(&self, check: &Check, request: &Message) -> Judgement {
        let (bytes, barrier) = (request.to_bytes(), Arc::new(Barrier::new(AT_ONCE)));
        let replies: Vec<Reply> = thread::scope(|scope| {
            let one = || {
                barrier.wait();
                exchange(&self.bench.target.address, &bytes, self.timeout)
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

    fn send(&self, check: &Check, which: &str, request: &Message) -> Result<Reply, LiveError> {
        let bytes = request.to_bytes();
        let reply = exchange(&self.bench.target.address, &bytes, self.timeout);
        if let Some(folder) = &self.messages {
            let mut text = bytes;
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
    let found = match Decision::of(reply) {
        Decision::Accepted(_) => return None,
        Decision::Refused(status) | Decision::Other(status) => status.as_u16().to_string(),
        Decision::Closed => "the connection has ended".to_owned(),
        Decision::None(judgement) => return Some(judgement),
    };
    Some(because(Verdict::Skip, &format!("not judged: {what} is not accepted itself ({found})")))
}

/// Why a server cannot be driven.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// The folder or the URL.
    #[error("the run cannot be prepared")]
    Folder(#[from] FolderError),
    /// A request cannot be made.
    #[error("a request cannot be made: {0}")]
    Making(String),
    /// It cannot be listened there.
    #[error("it cannot be listened")]
    Listen(#[source] io::Error),
    /// Messages cannot be written down.
    #[error("messages cannot be written down")]
    Messages(#[source] io::Error),
}
