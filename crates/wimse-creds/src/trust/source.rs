//! Where anchors come from.

use super::DomainAnchors;
use std::sync::Arc;
use wimse_identifier::Origin;

/// Gives the anchors of an origin, as they are now.
///
/// Implement it for anchors that change while the program runs. Return the *same* `Arc` as long as nothing has
/// changed: a verified token stays cached only while its domain's snapshot is the one it was judged by.
///
/// It must not block, and must not look anything up by what a token says (workload-creds 3).
pub trait TrustAnchorSource: Send + Sync {
    /// The anchors of this origin, or `None` if it is not trusted.
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>>;

    /// Is told that a token names a key that this trusted origin does not have: perhaps the issuer has a new one.
    ///
    /// Anybody can make such tokens, at any rate. A source that refreshes because of it asks only where it is configured
    /// to, not more often than it allows itself, and must not block here. Without an implementation nothing happens.
    fn key_missing(&self, origin: &Origin) {
        let _ = origin;
    }
}

impl<S: TrustAnchorSource + ?Sized> TrustAnchorSource for Arc<S> {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        (**self).anchors_for(origin)
    }

    fn key_missing(&self, origin: &Origin) {
        (**self).key_missing(origin);
    }
}
