//! Where a client has its WIT from, while WITs are renewed.

use super::WitCredential;
use std::sync::Arc;

/// Gives the WIT, with its key, to prove the next message with.
///
/// It is asked for each message, and must not block: whatever renews WITs does so beside it, before they expire.
///
/// ```
/// use std::sync::Arc;
/// use wimse_creds::pop::{WitCredential, WitSource};
///
/// fn is_ready(source: &dyn WitSource) -> bool {
///     source.current().is_some()
/// }
///
/// fn fixed(credential: WitCredential) -> bool {
///     is_ready(&Arc::new(credential))
/// }
/// ```
pub trait WitSource: Send + Sync {
    /// The credential, as it is now. `None` while there is none, such as before the first has been issued.
    fn current(&self) -> Option<Arc<WitCredential>>;
}

/// The same, until it expires.
impl WitSource for Arc<WitCredential> {
    fn current(&self) -> Option<Arc<WitCredential>> {
        Some(Self::clone(self))
    }
}

impl<S: WitSource + ?Sized> WitSource for Arc<S> {
    fn current(&self) -> Option<Arc<WitCredential>> {
        (**self).current()
    }
}
