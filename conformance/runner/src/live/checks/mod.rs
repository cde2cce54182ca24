//! What is asked of a server: each check has the requirements that it shows, and a hostile one the good request that it
//! differs from in one thing.

use crate::vector::{Importance, Vector};

use super::{Binding, draft::Draft, exchanged::Exchanged, wire::Message};

mod answers;
mod parameters;
mod responses;
mod signature;
mod wit;
mod wpt;

/// Changes a request before it is signed.
pub(crate) type Change = fn(&mut Draft<'_>);
/// Changes a request that is finished.
pub(crate) type Tamper = fn(&mut Message);

/// One check.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) vector: Vector,
    pub(crate) binding: Binding,
    pub(crate) probe: Probe,
    /// What makes the good request of it.
    pub(crate) good: Change,
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
}

/// The checks of these bindings, in order.
pub(crate) fn all(bindings: &[Binding]) -> Vec<Check> {
    let mut checks = Vec::new();
    for binding in Binding::ALL {
        if bindings.contains(&binding) {
            checks.extend(match binding {
                Binding::Wpt => wpt::checks(),
                Binding::Httpsig => signature::checks(),
            });
            checks.extend(wit::checks(binding));
            checks.extend(answers::checks(binding));
            if binding == Binding::Httpsig {
                checks.extend(responses::checks());
            }
        }
    }
    checks
}

/// A good request.
fn accepted(binding: Binding, id: &str, requirements: &[&str], comment: &str, good: Change) -> Check {
    let id = format!("live-{}-{id}", binding.name());
    let vector = Vector::accepted(&id, "live.request", comment).requires(requirements);
    Check { vector, binding, probe: Probe::Accepted, good }
}

impl Check {
    fn hostile(&self, id: &str, requirements: &[&str], differs: &str, comment: &str, probe: Probe) -> Self {
        let id = format!("live-{}-{id}", self.binding.name());
        let mut vector = self.vector.refused(&id, &[], differs, comment).requires(requirements);
        vector.importance = Importance::Critical;
        Self { vector, binding: self.binding, probe, good: self.good }
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
