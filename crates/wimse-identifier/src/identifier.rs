//! The Workload Identifier.

use alloc::sync::Arc;

use crate::error::IdentifierError;
use crate::origin::Origin;
use crate::policy::IdentifierPolicy;
use crate::syntax::{self, Layout};
use crate::trust_domain::TrustDomain;

/// A Workload Identifier: a URI that names a workload within a trust domain (section 4).
///
/// Only a text that keeps every rule becomes one, and it stays as it was: nothing is normalised. Two identifiers
/// are equal when their complete URIs have the same bytes (ID-4.3-3, IDP-4.4-7). A clone shares the text.
///
/// An identifier says nothing about who presents it: it counts as authenticated only when it comes out of a
/// verified credential (ID-7.2-1).
///
/// ```
/// use wimse_identifier::{IdentifierError, WorkloadIdentifier};
///
/// let payment: WorkloadIdentifier = "wimse://trust.example.com/service/payment".parse()?;
/// assert_eq!(payment.scheme(), "wimse");
/// assert_eq!(payment.trust_domain().as_str(), "trust.example.com");
/// assert_eq!(payment.path(), "/service/payment");
///
/// let other_spelling = WorkloadIdentifier::parse("wimse://trust.example.com/service/%70ayment");
/// assert_eq!(other_spelling, Err(IdentifierError::PathPercentEncoding));
/// # Ok::<(), IdentifierError>(())
/// ```
#[derive(Clone)]
pub struct WorkloadIdentifier {
    uri: Arc<str>,
    layout: Layout,
}

impl WorkloadIdentifier {
    /// The longest URI that is accepted, in bytes (ID-7.1-4, ID-7.1-5).
    pub const MAX_LENGTH: usize = syntax::MAX_LENGTH;

    /// Parses by [`IdentifierPolicy::default`]: canonical `wimse` and `spiffe`.
    ///
    /// # Errors
    ///
    /// The first rule that `uri` breaks, in the order of the variants of [`IdentifierError`].
    pub fn parse(uri: &str) -> Result<Self, IdentifierError> {
        IdentifierPolicy::default().parse(uri)
    }

    /// The complete URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.uri
    }

    /// The URI scheme, without the colon: `wimse`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.uri[..self.layout.scheme_end()]
    }

    /// The trust domain, which is the authority of the URI (section 4.3). Shares the text of the identifier.
    ///
    /// The same trust domain may mean different things in different schemes (section 4.2): key trust decisions
    /// by [`origin`](Self::origin).
    #[must_use]
    pub fn trust_domain(&self) -> TrustDomain {
        TrustDomain::from_checked(Arc::clone(&self.uri), self.layout)
    }

    /// Scheme and trust domain (section 4.6). Shares the text of the identifier.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of_identifier(Arc::clone(&self.uri), self.layout)
    }

    /// Scheme and trust domain as text: `wimse://trust.example.com`.
    #[must_use]
    pub fn origin_str(&self) -> &str {
        &self.uri[..self.layout.authority_end()]
    }

    /// The path, which starts with `/`. Never authorise by the path alone (ID-4.3-3).
    #[must_use]
    pub fn path(&self) -> &str {
        &self.uri[self.layout.authority_end()..]
    }

    /// The segments of the path, without the slashes. There is always at least one.
    ///
    /// ```
    /// use wimse_identifier::{IdentifierError, WorkloadIdentifier};
    ///
    /// let sa = WorkloadIdentifier::parse("spiffe://prod.example/ns/prod-01/sa/foo")?;
    /// assert!(sa.segments().eq(["ns", "prod-01", "sa", "foo"]));
    /// # Ok::<(), IdentifierError>(())
    /// ```
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.path().split('/').skip(1)
    }

    pub(crate) fn from_checked(uri: &str, layout: Layout) -> Self {
        Self { uri: Arc::from(uri), layout }
    }
}

impl TryFrom<&str> for WorkloadIdentifier {
    type Error = IdentifierError;

    fn try_from(uri: &str) -> Result<Self, IdentifierError> {
        Self::parse(uri)
    }
}
