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
mod server;

use lessons::Play;
pub(super) use lessons::{Lesson, all};
use server::{Arrival, Server};

/// How a client is attended to.
#[derive(Debug)]
pub struct Attend {
    /// Who is who; the client has `caller.wit` and `caller.jwk.json` of it.
    pub folder: Folder,
    /// The name of the client in reports.
    pub name: String,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The client: in its arguments, `{url}` is the URL that it is to call.
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
    let calls = if lesson.play == Play::Twice { 2 } else { 1 };
    server.forget();
    let mut taken = true;
    for _ in 0..calls {
        match client::call(&attend.client, &server.url(lesson), attend.timeout) {
            Ok(Some(outcome)) => taken &= outcome,
            Ok(None) => return because(Verdict::Timeout, "the client does not end"),
            Err(error) => return because(Verdict::Error, &format!("the client does not start: {error}")),
        }
    }
    let arrivals = server.arrivals();
    let [first, ..] = &arrivals[..] else { return wrong("the client has sent nothing") };
    // A client that follows a redirection may do so with a proof for the new place, and with no other.
    let elsewhere = arrivals.iter().find(|arrival| arrival.elsewhere && arrival.verified.is_err());
    if let Some(Arrival { verified: Err(reason), .. }) = elsewhere {
        return wrong(&format!("what was sent after the redirection is not meant for that place: {reason}"));
    }
    if let Some(Err(reason)) =
        arrivals.iter().map(|arrival| &arrival.verified).find(|verified| verified.is_err())
        && lesson.play.request_is_whole()
    {
        return wrong(&format!("the request does not verify: {reason}"));
    }
    if lesson.binding == Binding::Httpsig && !first.demands && lesson.play.request_is_whole() {
        return wrong("the request does not demand a signed response (wimse-sign-response)");
    }
    match (vector.is_accepted(), taken) {
        (true, true) | (false, false) => pass(),
        (true, false) => wrong("the client does not take a good answer"),
        (false, true) if lesson.binding == Binding::Wpt => pass(),
        (false, true) => wrong("the client takes the answer"),
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
        let expected = if lesson.vector.is_accepted() { "take it  " } else { "refuse it" };
        let url = server.url(&lesson);
        say(&format!("{url}\t{expected}\t{}", lesson.vector.comment)).map_err(LiveError::Listen)?;
    }
    server.run(&listener);
    Ok(())
}
