//! What a client is given, and what it has to make of it.

use super::{
    answer::Answer,
    seen::{Finding, Seen},
};
use crate::{
    live::{Binding, wire::Message},
    vector::{Importance, Vector},
};

mod looks;
mod signature;
mod wpt;

/// One lesson.
#[derive(Clone, Debug)]
pub(in crate::live) struct Lesson {
    pub(in crate::live) vector: Vector,
    pub(super) binding: Binding,
    pub(super) play: Play,
    pub(super) look: Look,
    /// Its path, without the slash.
    pub(super) path: String,
}

/// What is done with a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Play {
    /// The server answers, with this changed; then the proxy changes it.
    Answer(fn(&mut Answer), fn(&mut Message)),
    /// As that, good, and the client is called twice.
    Twice,
    /// The proxy changes the path of the request, and the server is taken in.
    OtherPath,
    /// The proxy changes the request, and hands on what the server makes of it.
    Changed(fn(&mut Message)),
    /// The proxy sends the request twice, and hands on the second answer.
    Doubled,
    /// The proxy answers in place of the server.
    Impostor,
    /// The proxy answers with a response that it has seen before.
    Earlier,
    /// The proxy sends the client elsewhere.
    Redirect,
    /// The first request of each pair fails on the way.
    FailOnce(Failure),
    /// The client has a WIT that has expired.
    Expired,
}

/// How a request fails on its way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Failure {
    /// The proxy answers with 503.
    Busy,
    /// The connection ends.
    Reset,
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    /// All of it: each request verifies, as it was sent, and the answer is taken or not.
    Whole,
    /// One thing, whatever else is wrong.
    At(fn(&Seen<'_>) -> Finding),
}

impl Play {
    /// Whether what arrives is what the client has sent.
    pub(super) fn request_is_whole(self) -> bool {
        !matches!(self, Self::OtherPath)
    }

    /// How often the client is called.
    pub(super) fn calls(self) -> usize {
        if matches!(self, Self::Twice) { 2 } else { 1 }
    }

    /// The name of the credentials that the client has, in the folder.
    pub(super) fn credentials(self) -> &'static str {
        if matches!(self, Self::Expired) { "expired" } else { "caller" }
    }
}

/// The lessons of a binding.
pub(in crate::live) fn all(binding: Binding) -> Vec<Lesson> {
    match binding {
        Binding::Wpt => wpt::lessons(),
        Binding::Httpsig => signature::lessons(),
        // The suite is reached in the clear.
        Binding::Mtls => Vec::new(),
    }
}

fn good(binding: Binding, id: &str, requirements: &[&str], comment: &str, play: Play) -> Lesson {
    let path = format!("{}-{id}", binding.name());
    let vector =
        Vector::accepted(&format!("live-client-{path}"), "live.client", comment).requires(requirements);
    Lesson { vector, binding, play, look: Look::Whole, path }
}

impl Lesson {
    fn bad(&self, id: &str, requirements: &[&str], differs: &str, comment: &str, play: Play) -> Self {
        let path = format!("{}-{id}", self.binding.name());
        let mut vector =
            self.vector.refused(&format!("live-client-{path}"), &[], differs, comment).requires(requirements);
        vector.importance = Importance::Critical;
        Self { vector, binding: self.binding, play, look: Look::Whole, path }
    }

    /// What one thing about the requests is asked with.
    fn asking(
        &self,
        id: &str,
        requirements: &[&str],
        comment: &str,
        play: Play,
        look: fn(&Seen<'_>) -> Finding,
    ) -> Self {
        Self { look: Look::At(look), ..good(self.binding, id, requirements, comment, play) }
    }

    /// What is no more than recommended.
    fn recommended(mut self) -> Self {
        self.vector.can_fail = true;
        self
    }
}
