//! The Workload Identifier Origin: scheme and trust domain without a path.

use alloc::sync::Arc;
use core::borrow::Borrow;

use crate::error::IdentifierError;
use crate::identifier::WorkloadIdentifier;
use crate::policy::IdentifierPolicy;
use crate::syntax::Layout;
use crate::trust_domain::TrustDomain;

/// A Workload Identifier Origin: scheme and trust domain (section 4.6).
///
/// It is the key for trust: the same trust domain may mean different things in different schemes (section 4.2).
/// It is no Web Origin (RFC 6454), and no identifier either: there is no way from one to the other.
///
/// ```
/// use wimse_identifier::{IdentifierError, Origin, WorkloadIdentifier};
///
/// let origin = Origin::parse("wimse://example.com")?;
/// let service = WorkloadIdentifier::parse("wimse://example.com/service")?;
/// assert!(origin.contains(&service));
/// assert_eq!(service.origin(), origin);
/// # Ok::<(), IdentifierError>(())
/// ```
///
/// An identifier needs a path from elsewhere:
///
/// ```
/// # use wimse_identifier::{IdentifierError, Origin, WorkloadIdentifier};
/// let origin = Origin::parse("wimse://example.com")?;
/// let service: WorkloadIdentifier = format!("{origin}/service").parse()?;
/// # Ok::<(), IdentifierError>(())
/// ```
///
/// ```compile_fail,E0277
/// # use wimse_identifier::{IdentifierError, Origin, WorkloadIdentifier};
/// let origin = Origin::parse("wimse://example.com")?;
/// let service: WorkloadIdentifier = origin.into();
/// # Ok::<(), IdentifierError>(())
/// ```
#[derive(Clone)]
pub struct Origin {
    /// Perhaps the whole identifier that the origin came from: only the bytes up to `authority_end` count.
    uri: Arc<str>,
    layout: Layout,
}

impl Origin {
    /// Parses by [`IdentifierPolicy::default`]: canonical `wimse` and `spiffe`.
    ///
    /// # Errors
    ///
    /// The first rule that `uri` breaks, in the order of the variants of [`IdentifierError`];
    /// [`IdentifierError::PathNotAllowed`] when there is a path, even `/` alone.
    pub fn parse(uri: &str) -> Result<Self, IdentifierError> {
        IdentifierPolicy::default().parse_origin(uri)
    }

    /// The origin of `trust_domain` in `scheme`, by [`IdentifierPolicy::default`]. For other policies use
    /// [`IdentifierPolicy::parse_origin`] or [`WorkloadIdentifier::origin`].
    ///
    /// # Errors
    ///
    /// What [`parse`](Self::parse) says about `scheme://trust_domain`.
    ///
    /// ```
    /// use wimse_identifier::{IdentifierError, Origin, TrustDomain};
    ///
    /// let origin = Origin::new("spiffe", &TrustDomain::parse("example.com")?)?;
    /// assert_eq!(origin.as_str(), "spiffe://example.com");
    /// # Ok::<(), IdentifierError>(())
    /// ```
    pub fn new(scheme: &str, trust_domain: &TrustDomain) -> Result<Self, IdentifierError> {
        // Else "wimse://other.example" as a scheme could hide in the joined text.
        if scheme.is_empty() || scheme.contains([':', '/', '?', '#']) {
            return Err(IdentifierError::SchemeMissing);
        }
        Self::parse(&alloc::format!("{scheme}://{trust_domain}"))
    }

    /// Scheme and trust domain: `wimse://example.com`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.uri[..self.layout.authority_end()]
    }

    /// The URI scheme, without the colon: `wimse`.
    #[must_use]
    pub fn scheme(&self) -> &str {
        &self.uri[..self.layout.scheme_end()]
    }

    /// The trust domain. Shares the text of the origin.
    #[must_use]
    pub fn trust_domain(&self) -> TrustDomain {
        TrustDomain::from_checked(Arc::clone(&self.uri), self.layout)
    }

    /// Whether `identifier` has this scheme and this trust domain.
    #[must_use]
    pub fn contains(&self, identifier: &WorkloadIdentifier) -> bool {
        self.as_str() == identifier.origin_str()
    }

    pub(crate) fn from_checked(uri: &str, layout: Layout) -> Self {
        Self { uri: Arc::from(uri), layout }
    }

    pub(crate) fn of_identifier(uri: Arc<str>, layout: Layout) -> Self {
        Self { uri, layout }
    }
}

/// Maps keyed by origin can be asked with [`WorkloadIdentifier::origin_str`].
impl Borrow<str> for Origin {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}
