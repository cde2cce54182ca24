//! What is asked of a server: each check has the requirements that it shows, and a hostile one the good request that it
//! differs from in one thing.

use crate::vector::{Importance, Vector};

use wimse::creds::key::Algorithm;

use super::{Binding, bench::Bench, draft::Draft, exchanged::Exchanged, shown::Shown, wire::Message};

mod answers;
mod mtls;
mod parameters;
mod responses;
mod signature;
mod wit;
mod wpt;

/// Changes a request before it is signed.
pub(crate) type Change = fn(&mut Draft<'_>);
/// Changes a request that is finished.
pub(crate) type Tamper = fn(&mut Message);
/// What the connection shows: nothing, where the client has no certificate.
pub(crate) type Show = fn(&Bench) -> Result<Option<Shown>, String>;

/// One check.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) vector: Vector,
    pub(crate) binding: Binding,
    pub(crate) probe: Probe,
    /// What makes the good request of it.
    pub(crate) good: Change,
    /// What the connection of that shows, where that is what it is about.
    pub(crate) show: Option<Show>,
}

/// What is done.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Probe {
    /// The good request is accepted.
    Accepted,
    /// With this changed it is refused.
    Refused(Change, Tamper),
    /// As refused; the request is malformed, and the connection may just end.
    Malformed(Tamper),
    /// The good request is sent, and then once more with this changed: the second is refused.
    Replayed(Tamper),
    /// The good request is sent several times at once: one is accepted.
    AtOnce,
    /// With this changed, the answer is like this.
    Answered(Change, Tamper, fn(&Message) -> Result<(), String>),
    /// A signed response is demanded, and is like this.
    Signed(Change, fn(&Exchanged<'_>) -> Result<(), String>),
    /// A signed response is demanded, and comes; or a refusal.
    SignedOrRefused,
    /// On a connection that shows this, the request is accepted or refused as the check says.
    Presented(Show, Tamper),
}

/// The checks of a binding with keys of an algorithm, in order. The ids say which, but for ES256, which everybody has.
pub(crate) fn all(binding: Binding, algorithm: Algorithm) -> Vec<Check> {
    let mut checks = match binding {
        Binding::Wpt => wpt::checks(),
        Binding::Httpsig => signature::checks(),
        Binding::Mtls => mtls::checks(),
    };
    if binding != Binding::Mtls {
        checks.extend(wit::checks(binding));
        checks.extend(answers::checks(binding));
    }
    if binding == Binding::Httpsig {
        checks.extend(responses::checks());
    }
    if algorithm != Algorithm::Es256 {
        for check in &mut checks {
            let vector = check.vector.clone().suffixed(&format!("-{}", algorithm.name().to_lowercase()));
            check.vector = vector.needs(algorithm.name());
        }
    }
    checks
}

/// The audience of another server, with the path of this one.
fn elsewhere(draft: &Draft<'_>) -> String {
    let target = &draft.bench.target;
    format!("{}://elsewhere.example{}", target.scheme, target.path)
}

/// A good request.
fn accepted(binding: Binding, id: &str, requirements: &[&str], comment: &str, good: Change) -> Check {
    let id = format!("live-{}-{id}", binding.name());
    let vector = Vector::accepted(&id, "live.request", comment).requires(requirements);
    Check { vector, binding, probe: Probe::Accepted, good, show: None }
}

impl Check {
    fn hostile(&self, id: &str, requirements: &[&str], differs: &str, comment: &str, probe: Probe) -> Self {
        let id = format!("live-{}-{id}", self.binding.name());
        let mut vector = self.vector.refused(&id, &[], differs, comment).requires(requirements);
        vector.importance = Importance::Critical;
        Self { vector, probe, ..self.clone() }
    }

    /// This request with something changed before it is signed.
    fn with(&self, id: &str, requirements: &[&str], differs: &str, comment: &str, change: Change) -> Self {
        self.hostile(id, requirements, differs, comment, Probe::Refused(change, |_| ()))
    }

    /// This request, changed on its way.
    fn tampered(
        &self,
        id: &str,
        requirements: &[&str],
        differs: &str,
        comment: &str,
        tamper: Tamper,
    ) -> Self {
        self.hostile(id, requirements, differs, comment, Probe::Refused(|_| (), tamper))
    }

    /// What is asked about this request, beside whether it is accepted.
    fn asked(&self, id: &str, requirements: &[&str], comment: &str, probe: Probe) -> Self {
        let check = accepted(self.binding, id, requirements, comment, self.good);
        Self { probe, ..check }
    }

    /// What is no more than recommended.
    fn recommended(mut self) -> Self {
        self.vector.can_fail = true;
        self.vector.importance = match self.vector.importance {
            Importance::Critical => Importance::High,
            _ => Importance::Low,
        };
        self
    }
}
