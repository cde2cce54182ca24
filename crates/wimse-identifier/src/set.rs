//! Sets of identifiers for authorisation.

use alloc::collections::BTreeSet;

use crate::identifier::WorkloadIdentifier;
use crate::origin::Origin;

/// A set of Workload Identifiers that a policy spells out: single ones, whole origins, and subtrees.
///
/// The empty set contains nothing. Every test compares the complete URI, scheme and trust domain included
/// (ID-4.3-3). There are no wildcards, and everything under a prefix is meant only when
/// [`with_subtree`](Self::with_subtree) says so (ID-7.6-1).
///
/// ```
/// use wimse_identifier::{IdentifierError, IdentifierSet, WorkloadIdentifier};
///
/// let db = WorkloadIdentifier::parse("wimse://example.com/ns/db")?;
/// let allowed = IdentifierSet::none().with_subtree(db);
///
/// assert!(allowed.contains(&"wimse://example.com/ns/db".parse()?));
/// assert!(allowed.contains(&"wimse://example.com/ns/db/replica".parse()?));
/// assert!(!allowed.contains(&"wimse://example.com/ns/dbx".parse()?));
/// assert!(!allowed.contains(&"spiffe://example.com/ns/db".parse()?));
/// # Ok::<(), IdentifierError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentifierSet {
    identifiers: BTreeSet<WorkloadIdentifier>,
    origins: BTreeSet<Origin>,
    subtrees: BTreeSet<WorkloadIdentifier>,
}

impl IdentifierSet {
    /// Contains nothing: what is not allowed explicitly is refused.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Contains these identifiers and no others.
    ///
    /// ```
    /// use wimse_identifier::{IdentifierError, IdentifierSet, WorkloadIdentifier};
    ///
    /// let payment = WorkloadIdentifier::parse("wimse://example.com/payment")?;
    /// let allowed = IdentifierSet::exactly([payment.clone()]);
    /// assert!(allowed.contains(&payment));
    /// assert!(!allowed.contains(&"wimse://example.com/payment/1".parse()?));
    /// # Ok::<(), IdentifierError>(())
    /// ```
    #[must_use]
    pub fn exactly(identifiers: impl IntoIterator<Item = WorkloadIdentifier>) -> Self {
        Self { identifiers: identifiers.into_iter().collect(), ..Self::default() }
    }

    /// Contains every identifier of these origins.
    ///
    /// ```
    /// use wimse_identifier::{IdentifierError, IdentifierSet, Origin};
    ///
    /// let allowed = IdentifierSet::members_of([Origin::parse("wimse://example.com")?]);
    /// assert!(allowed.contains(&"wimse://example.com/anything".parse()?));
    /// assert!(!allowed.contains(&"wimse://sub.example.com/anything".parse()?));
    /// # Ok::<(), IdentifierError>(())
    /// ```
    #[must_use]
    pub fn members_of(origins: impl IntoIterator<Item = Origin>) -> Self {
        Self { origins: origins.into_iter().collect(), ..Self::default() }
    }

    /// Adds one identifier.
    #[must_use]
    pub fn with(mut self, identifier: WorkloadIdentifier) -> Self {
        self.identifiers.insert(identifier);
        self
    }

    /// Adds every identifier of `origin`.
    #[must_use]
    pub fn with_origin(mut self, origin: Origin) -> Self {
        self.origins.insert(origin);
        self
    }

    /// Adds `root` and every identifier below it, at segment boundaries: `/ns/db` adds `/ns/db/x`, never
    /// `/ns/dbx`.
    ///
    /// An identifier with a `.`, `..` or empty segment, which only
    /// [`IdentifierPolicy::baseline`](crate::IdentifierPolicy::baseline) accepts, is below no root: other software
    /// may resolve `/ns/db/../admin` to a place outside.
    #[must_use]
    pub fn with_subtree(mut self, root: WorkloadIdentifier) -> Self {
        self.subtrees.insert(root);
        self
    }

    /// Whether `identifier` is in the set.
    #[must_use]
    pub fn contains(&self, identifier: &WorkloadIdentifier) -> bool {
        self.identifiers.contains(identifier)
            || self.origins.contains(identifier.origin_str())
            || self.subtrees.iter().any(|root| is_within(identifier, root))
    }

    /// Whether nothing at all is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.identifiers.is_empty() && self.origins.is_empty() && self.subtrees.is_empty()
    }
}

fn is_within(identifier: &WorkloadIdentifier, root: &WorkloadIdentifier) -> bool {
    match identifier.as_str().strip_prefix(root.as_str()) {
        Some("") => true,
        Some(below) => below.starts_with('/') && !identifier.segments().any(is_odd),
        None => false,
    }
}

/// Whether a segment is empty or a dot segment, perhaps with its dots percent-encoded.
fn is_odd(segment: &str) -> bool {
    let mut rest = segment;
    for _ in 0..2 {
        rest = ["%2e", "%2E", "."].iter().find_map(|dot| rest.strip_prefix(dot)).unwrap_or(rest);
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_segments() {
        for odd in ["", ".", "..", "%2e", "%2E.", ".%2e", "%2e%2E"] {
            assert!(is_odd(odd), "{odd}");
        }
        for plain in ["a", "...", ".a", "a.", "..a", "%2e%2e%2e", "%2f", "%2"] {
            assert!(!is_odd(plain), "{plain}");
        }
    }
}
