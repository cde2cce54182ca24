//! Plays a server for a client, with a proxy in between that misbehaves.
//!
//! Each lesson has a path. The client is called with its URL, and says by its exit status what it makes of the answer: 0 when it
//! has taken it, anything else when it has not.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use wimse_harness::protocol::Hello;

use super::{
    Binding, Folder, LiveError,
    judged::{because, fail, pass},
};
use crate::{
    baseline::Baseline,
    harness::HarnessCommand,
    judge::{Judgement, Verdict},
    load::{Selected, Suite},
    report::Report,
    vector::VectorFile,
};

mod answer;
mod client;
mod lessons;
mod seen;
mod server;

use client::Call;
pub(super) use lessons::{Lesson, all};
use lessons::{Look, Play};
use seen::{Finding, Seen};
use server::Server;

/// How a client is attended to.
#[derive(Debug)]
pub struct Attend {
    /// Who is who; the client has `caller.wit` and `caller.jwk.json` of it.
    pub folder: Folder,
    /// The name of the client in reports.
    pub name: String,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The client: in its arguments, `{url}` is the URL that it is to call, and `{wit}` and `{key}` are the files with its WIT
    /// and key.
    pub client: HarnessCommand,
    /// What it sends; lessons of others are skipped.
    pub bindings: Vec<Binding>,
    /// What is no more than recommended is a warning.
    pub lenient: bool,
    /// For each call of the client.
    pub timeout: Duration,
}

/// Calls the client, once or twice for each lesson, and reports. `suite` is the catalogue.
///
/// # Errors
///
/// When it cannot be listened, or the credentials of the folder cannot be used. What the client does is never an error.
pub fn attend(attend: &Attend, suite: &Suite, baseline: &Baseline) -> Result<Report, LiveError> {
    let listener = TcpListener::bind(attend.listen).map_err(LiveError::Listen)?;
    let address = listener.local_addr().map_err(LiveError::Listen)?;
    let server = Arc::new(Server::new(&attend.folder, &format!("http://{address}"), attend.timeout)?);
    server.start(listener);
    let mut suite = Suite { catalogues: suite.catalogues.clone(), files: Vec::new() };
    let mut judgements = Vec::new();
    for binding in Binding::ALL {
        let lessons = all(binding);
        for lesson in &lessons {
            judgements.push(match attend.bindings.contains(&binding) {
                true => judge(attend, &server, lesson),
                false => because(Verdict::Skip, &format!("the client is without {binding}")),
            });
        }
        suite.files.push(VectorFile {
            draft: binding.draft().to_owned(),
            revision: binding.revision().to_owned(),
            vectors: lessons.into_iter().map(|lesson| lesson.vector).collect(),
        });
    }
    let name = attend.name.clone();
    let hello =
        Hello { name, version: "live".to_owned(), language: "client".to_owned(), ..wimse_harness::hello() };
    let selected: Vec<Selected<'_>> = suite.selected().collect();
    Ok(Report::of(&suite, None, &hello, &selected, judgements, baseline))
}

fn judge(attend: &Attend, server: &Server, lesson: &Lesson) -> Judgement {
    let vector = &lesson.vector;
    let wrong = |reason: &str| fail(vector, attend.lenient, reason);
    if matches!(lesson.play, Play::Expired) && !attend.client.has("{wit}") {
        return because(Verdict::Skip, "the client cannot be given another WIT: its command has no {wit}");
    }
    server.forget();
    let (mut taken, mut output) = (true, Vec::new());
    for _ in 0..lesson.play.calls() {
        let call = Call {
            client: &attend.client,
            folder: attend.folder.path(),
            credentials: lesson.play.credentials(),
            url: &server.url(lesson),
        };
        match call.make(attend.timeout) {
            Ok(Some(outcome)) => {
                taken &= outcome.taken;
                output.extend(outcome.output);
            }
            Ok(None) => return because(Verdict::Timeout, "the client does not end"),
            Err(error) => return because(Verdict::Error, &format!("the client does not start: {error}")),
        }
    }
    let seen = Seen { folder: &attend.folder, arrivals: server.arrivals(), taken, output };
    if seen.arrivals.is_empty() && !matches!(lesson.play, Play::Expired) {
        return wrong("the client has sent nothing");
    }
    match lesson.look {
        Look::Whole => whole(lesson, &seen).map_or_else(|reason| wrong(&reason), |()| pass()),
        Look::At(look) => match look(&seen) {
            Finding::Good => pass(),
            Finding::Bad(reason) => wrong(&reason),
            Finding::Nothing(reason) => because(Verdict::Skip, reason),
        },
    }
}

/// Each request verifies as it was sent, and the answer is taken or not.
fn whole(lesson: &Lesson, seen: &Seen<'_>) -> Result<(), String> {
    // A client that follows a redirection may do so without credentials, or with a proof for the new place.
    let there = |elsewhere: bool| {
        seen.arrivals.iter().filter(move |arrival| {
            arrival.elsewhere == elsewhere && (!elsewhere || arrival.has_credentials())
        })
    };
    let reason = |elsewhere: bool| there(elsewhere).find_map(|arrival| arrival.verified.clone().err());
    if let Some(reason) = reason(true) {
        return Err(format!("what was sent after the redirection is not meant for that place: {reason}"));
    }
    if lesson.play.request_is_whole() {
        if let Some(reason) = reason(false) {
            return Err(format!("the request does not verify: {reason}"));
        }
        if lesson.binding == Binding::Httpsig && seen.arrivals.first().is_some_and(|first| !first.demands) {
            return Err("the request does not demand a signed response (wimse-sign-response)".to_owned());
        }
    }
    match (lesson.vector.is_accepted(), seen.taken) {
        (true, true) | (false, false) => Ok(()),
        (true, false) => Err("the client does not take a good answer".to_owned()),
        (false, true) => Err("the client takes the answer".to_owned()),
    }
}

/// What to do by hand: a URL for each lesson, and what a client has to make of the answer.
///
/// # Errors
///
/// As [`attend`].
pub fn serve(
    folder: &Folder,
    listen: SocketAddr,
    bindings: &[Binding],
    say: &dyn Fn(&str) -> io::Result<()>,
) -> Result<(), LiveError> {
    let listener = TcpListener::bind(listen).map_err(LiveError::Listen)?;
    let address = listener.local_addr().map_err(LiveError::Listen)?;
    let server = Arc::new(Server::new(folder, &format!("http://{address}"), Duration::from_secs(10))?);
    for lesson in bindings.iter().flat_map(|binding| all(*binding)) {
        let expected = match lesson.look {
            Look::At(_) => "send it  ",
            Look::Whole if lesson.vector.is_accepted() => "take it  ",
            Look::Whole => "refuse it",
        };
        let url = server.url(&lesson);
        say(&format!("{url}\t{expected}\t{}", lesson.vector.comment)).map_err(LiveError::Listen)?;
    }
    server.run(&listener);
    Ok(())
}
