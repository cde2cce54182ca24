//! Which identifier to expect behind an external handle.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use core::fmt;

use crate::handle::{ExternalHandle, HandleError};
use crate::identifier::WorkloadIdentifier;

/// The deployment's mapping from external handles to the identifiers expected behind them (ID-5-1, WIT-1.3-2):
/// a table, and a callback for what the table does not have.
///
/// A handle without an entry has no expected identifier: nothing is derived from the handle itself (ID-5-5).
///
/// ```
/// use wimse_identifier::{ExternalHandle, IdentityMap, WorkloadIdentifier};
///
/// let mut map = IdentityMap::new();
/// let payment = WorkloadIdentifier::parse("wimse://example.com/payment")?;
/// map.insert(ExternalHandle::dns_name("pay.example.com")?, payment.clone())?;
///
/// assert_eq!(map.expected(&ExternalHandle::dns_name("pay.example.com")?), Some(payment));
/// assert_eq!(map.expected(&ExternalHandle::dns_name("example.com")?), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct IdentityMap {
    table: BTreeMap<ExternalHandle, WorkloadIdentifier>,
    callback: Option<Arc<Callback>>,
}

type Callback = dyn Fn(&ExternalHandle) -> Option<WorkloadIdentifier> + Send + Sync;

impl IdentityMap {
    /// An empty map: nothing is expected anywhere.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says which identifier to expect behind `handle`.
    ///
    /// # Errors
    ///
    /// [`HandleError::Duplicate`] when the table already has `handle`, even with the same identifier. The table
    /// keeps what it has.
    pub fn insert(
        &mut self,
        handle: ExternalHandle,
        identifier: WorkloadIdentifier,
    ) -> Result<(), HandleError> {
        if self.table.contains_key(&handle) {
            return Err(HandleError::Duplicate);
        }
        self.table.insert(handle, identifier);
        Ok(())
    }

    /// Asks `callback` for handles that the table does not have; replaces an earlier callback. It runs on every
    /// such look-up, so a slow source (service discovery, say) needs a cache of its own.
    ///
    /// ```
    /// use wimse_identifier::{ExternalHandle, HandleError, IdentityMap, WorkloadIdentifier};
    ///
    /// let map = IdentityMap::new().with_callback(|handle| match handle.as_str() {
    ///     "mesh/payment" => WorkloadIdentifier::parse("wimse://example.com/payment").ok(),
    ///     _ => None,
    /// });
    /// assert!(map.expected(&ExternalHandle::key("mesh/payment")?).is_some());
    /// # Ok::<(), HandleError>(())
    /// ```
    #[must_use]
    pub fn with_callback(
        mut self,
        callback: impl Fn(&ExternalHandle) -> Option<WorkloadIdentifier> + Send + Sync + 'static,
    ) -> Self {
        self.callback = Some(Arc::new(callback));
        self
    }

    /// The identifier to expect behind `handle`: of the table, else of the callback. `None` means that no
    /// identifier is acceptable, not that any is.
    #[must_use]
    pub fn expected(&self, handle: &ExternalHandle) -> Option<WorkloadIdentifier> {
        match self.table.get(handle) {
            Some(identifier) => Some(identifier.clone()),
            None => self.callback.as_ref().and_then(|callback| callback(handle)),
        }
    }

    /// The number of handles in the table; the callback does not count.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether the table has no handle; the callback does not count.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }
}

impl fmt::Debug for IdentityMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityMap")
            .field("table", &self.table)
            .field("callback", &self.callback.is_some())
            .finish()
    }
}
