//! Where anchors come from.

use super::DomainAnchors;
use std::sync::Arc;
use wimse_identifier::Origin;

/// Gives the anchors of an origin, as they are now.
///
/// Implement it for anchors that change while the program runs. Return the *same* `Arc` as long as nothing has
/// changed: a verified token stays cached only while its domain's snapshot is the one it was judged by.
///
/// It must not block and must not fetch anything because of what a token says (workload-creds 3).
pub trait TrustAnchorSource: Send + Sync {
    /// The anchors of this origin, or `None` if it is not trusted.
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>>;
}

impl<S: TrustAnchorSource + ?Sized> TrustAnchorSource for Arc<S> {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        (**self).anchors_for(origin)
    }
}
