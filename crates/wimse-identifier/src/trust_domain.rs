//! The trust domain: the authority of a Workload Identifier.

use alloc::sync::Arc;

use crate::error::IdentifierError;
use crate::scheme::SchemeRules;
use crate::syntax::{Layout, check_authority, check_characters, check_length};

/// The name of a trust domain (sections 4.2 and 4.3), compared byte for byte.
///
/// The name alone is no key for trust, because it may mean different things in different schemes: use
/// [`Origin`](crate::Origin).
///
/// ```
/// use wimse_identifier::{IdentifierError, TrustDomain};
///
/// let domain: TrustDomain = "trust.example.com".parse()?;
/// assert_eq!(domain.as_str(), "trust.example.com");
/// assert_eq!(TrustDomain::parse("Trust.example.com"), Err(IdentifierError::TrustDomainCharacter));
/// # Ok::<(), IdentifierError>(())
/// ```
#[derive(Clone)]
pub struct TrustDomain {
    /// Perhaps the whole identifier that the trust domain came from: only `start..end` counts.
    text: Arc<str>,
    start: usize,
    end: usize,
}

impl TrustDomain {
    /// Parses a bare name by the canonical `wimse` rules ([`SchemeRules::wimse`]): `a-z 0-9 . - _`, no trailing
    /// dot, no IP address, at most [`WorkloadIdentifier::MAX_LENGTH`](crate::WorkloadIdentifier::MAX_LENGTH) bytes.
    ///
    /// # Errors
    ///
    /// The first rule that `name` breaks; [`IdentifierError::AuthorityEmpty`] when it is empty.
    pub fn parse(name: &str) -> Result<Self, IdentifierError> {
        if name.is_empty() {
            return Err(IdentifierError::AuthorityEmpty);
        }
        check_length(name)?;
        check_characters(name)?;
        check_authority(name, &SchemeRules::wimse())?;
        Ok(Self { text: Arc::from(name), start: 0, end: name.len() })
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text[self.start..self.end]
    }

    pub(crate) fn from_checked(uri: Arc<str>, layout: Layout) -> Self {
        Self { text: uri, start: layout.authority_start(), end: layout.authority_end() }
    }
}
