//! Sets of kinds of proof.

use std::fmt;
use wimse_creds::pop::binding::Binding;

/// A set of kinds of proof.
///
/// ```
/// use wimse_tower::{Binding, Bindings};
///
/// let proofs: Bindings = [Binding::WorkloadProofToken, Binding::MutualTls].into_iter().collect();
/// assert!(proofs.contains(Binding::MutualTls) && !proofs.contains(Binding::HttpSignature));
/// assert_eq!(proofs.to_string(), "wpt, mtls");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Bindings(u8);

const NAMED: [(Binding, &str); 3] =
    [(Binding::WorkloadProofToken, "wpt"), (Binding::HttpSignature, "httpsig"), (Binding::MutualTls, "mtls")];
const MESSAGE: [Binding; 2] = [Binding::WorkloadProofToken, Binding::HttpSignature];

impl Bindings {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether this kind is among them.
    #[must_use]
    pub fn contains(self, binding: Binding) -> bool {
        self.0 & bit(binding) != 0
    }

    /// Those that are there, in the order in which they are judged in messages.
    pub fn iter(self) -> impl Iterator<Item = Binding> {
        NAMED.into_iter().map(|(binding, _)| binding).filter(move |binding| self.contains(*binding))
    }

    pub(crate) fn with(self, binding: Binding) -> Self {
        Self(self.0 | bit(binding))
    }

    pub(crate) fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    pub(crate) fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether one of them is a proof in a message.
    pub(crate) fn has_message(self) -> bool {
        MESSAGE.into_iter().any(|binding| self.contains(binding))
    }

    /// Proofs in messages.
    pub(crate) fn of_message() -> Self {
        MESSAGE.into_iter().collect()
    }
}

/// The stable name of a kind of proof.
pub(crate) fn binding_name(binding: Binding) -> &'static str {
    NAMED.iter().find(|(known, _)| *known == binding).map_or("unknown", |(_, name)| name)
}

fn bit(binding: Binding) -> u8 {
    NAMED.iter().position(|(known, _)| *known == binding).map_or(0, |place| 1 << place)
}

impl FromIterator<Binding> for Bindings {
    fn from_iter<I: IntoIterator<Item = Binding>>(bindings: I) -> Self {
        bindings.into_iter().fold(Self::default(), Self::with)
    }
}

impl fmt::Display for Bindings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (_, name) in NAMED.iter().filter(|(binding, _)| self.contains(*binding)) {
            write!(f, "{separator}{name}")?;
            separator = ", ";
        }
        Ok(())
    }
}

impl fmt::Debug for Bindings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bindings({self})")
    }
}
