//! Which schemes a parser accepts, and by which rules.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use crate::error::IdentifierError;
use crate::explain::{Explanation, explain_identifier};
use crate::identifier::WorkloadIdentifier;
use crate::origin::Origin;
use crate::scheme::SchemeRules;
use crate::syntax::{check_identifier, check_origin};

/// The schemes that a parser accepts, each with its [`SchemeRules`].
///
/// `IdentifierPolicy::default()` accepts canonical `wimse` and `spiffe`; it is what
/// [`WorkloadIdentifier::parse`] and [`Origin::parse`] use. No policy accepts what section 4.1 refuses
/// (ID-4.1-10).
///
/// ```
/// use wimse_identifier::{IdentifierError, IdentifierPolicy, SchemeRules};
///
/// let wimse_only = IdentifierPolicy::none().with(SchemeRules::wimse());
/// wimse_only.parse("wimse://example.com/service")?;
/// assert_eq!(wimse_only.parse("spiffe://example.com/service"), Err(IdentifierError::SchemeUnsupported));
/// # Ok::<(), IdentifierError>(())
/// ```
#[derive(Clone)]
pub struct IdentifierPolicy {
    accepted: Cow<'static, [SchemeRules]>,
}

impl IdentifierPolicy {
    /// Accepts no scheme at all: the start for a list of one's own.
    #[must_use]
    pub const fn none() -> Self {
        Self { accepted: Cow::Borrowed(&[]) }
    }

    /// Accepts `wimse` by the published text alone and `spiffe`: see [`SchemeRules::wimse_baseline`] for what
    /// this lets in beyond the default.
    #[must_use]
    pub const fn baseline() -> Self {
        Self { accepted: Cow::Borrowed(BASELINE) }
    }

    /// Accepts also the scheme of `rules`; replaces earlier rules of the same scheme.
    #[must_use]
    pub fn with(self, rules: SchemeRules) -> Self {
        let mut accepted: Vec<SchemeRules> = self.accepted.into_owned();
        accepted.retain(|earlier| earlier.scheme() != rules.scheme());
        accepted.push(rules);
        Self { accepted: Cow::Owned(accepted) }
    }

    /// Parses a Workload Identifier (section 4.1 and the rules of its scheme) of at most
    /// [`WorkloadIdentifier::MAX_LENGTH`] bytes. The result holds the very bytes of `uri`.
    ///
    /// # Errors
    ///
    /// The first rule that `uri` breaks, in the order of the variants of [`IdentifierError`].
    pub fn parse(&self, uri: &str) -> Result<WorkloadIdentifier, IdentifierError> {
        check_identifier(uri, &self.accepted).map(|layout| WorkloadIdentifier::from_checked(uri, layout))
    }

    /// Judges a text by every rule of [`parse`](Self::parse), and goes on after a refusal wherever the next rule can
    /// still be judged. It accepts what `parse` accepts, and its first refusal has the code of the error of `parse`.
    ///
    /// ```
    /// use wimse_identifier::IdentifierPolicy;
    ///
    /// let explanation = IdentifierPolicy::default().explain("wimse://example.com:8443/service/");
    /// let fixes: Vec<_> = explanation.refusals().filter_map(|finding| finding.fix()).collect();
    /// assert_eq!(fixes, ["remove the port: an identifier is no address", "remove the slash at the end"]);
    /// ```
    #[must_use]
    pub fn explain(&self, uri: &str) -> Explanation {
        explain_identifier(uri, &self.accepted)
    }

    /// Parses a Workload Identifier Origin (section 4.6): scheme and trust domain, no path, not even `/`.
    ///
    /// # Errors
    ///
    /// The first rule that `uri` breaks, in the order of the variants of [`IdentifierError`].
    ///
    /// ```
    /// use wimse_identifier::{IdentifierError, IdentifierPolicy};
    ///
    /// let policy = IdentifierPolicy::default();
    /// assert_eq!(policy.parse_origin("wimse://example.com")?.scheme(), "wimse");
    /// assert_eq!(policy.parse_origin("wimse://example.com/"), Err(IdentifierError::PathNotAllowed));
    /// # Ok::<(), IdentifierError>(())
    /// ```
    pub fn parse_origin(&self, uri: &str) -> Result<Origin, IdentifierError> {
        check_origin(uri, &self.accepted).map(|layout| Origin::from_checked(uri, layout))
    }
}

impl Default for IdentifierPolicy {
    /// Canonical `wimse` and `spiffe`.
    fn default() -> Self {
        DEFAULT
    }
}

impl fmt::Debug for IdentifierPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.accepted.iter()).finish()
    }
}

/// Borrowed, so that parsing by default allocates nothing but its result.
const DEFAULT: IdentifierPolicy =
    IdentifierPolicy { accepted: Cow::Borrowed(const { &[SchemeRules::wimse(), SchemeRules::spiffe()] }) };

const BASELINE: &[SchemeRules] = &[SchemeRules::wimse_baseline(), SchemeRules::spiffe()];
