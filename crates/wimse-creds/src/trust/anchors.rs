//! A fixed set of anchors.

use super::{DomainAnchors, TrustAnchorSource, TrustError};
use crate::key::{AnchorKey, Thumbprint};
#[cfg(feature = "wic")]
use crate::wic::CaCertificate;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use wimse_identifier::Origin;

/// The anchors of all trusted origins; what is not in here is not trusted.
///
/// ```
/// use wimse_creds::trust::{DomainAnchors, TrustAnchors};
///
/// // The issuer key of workload-creds, Figure 6.
/// let keys = br#"{"keys":[{"kty":"EC","kid":"June 5","crv":"P-256",
///     "x":"kXqnA2Op7hgd4zRMbw0iFcc_hDxUxhojxOFVGjE2gks",
///     "y":"n__VndPMR021-59UAs0b9qDTFT-EZtT6xSNs_xFskLo"}]}"#;
/// let anchors = TrustAnchors::none()
///     .with(DomainAnchors::new("wimse://example.com".parse()?).with_jwk_set(keys)?)?;
/// assert!(anchors.domain(&"wimse://example.com".parse()?).is_some());
/// assert!(anchors.domain(&"spiffe://example.com".parse()?).is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors {
    domains: HashMap<Origin, Arc<DomainAnchors>>,
    owners: BTreeMap<Thumbprint, Origin>,
    shared_keys: bool,
}

impl TrustAnchors {
    /// No anchors: nothing is trusted.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Allows one key or CA under several origins from here on.
    ///
    /// The issuer behind it can then name workloads in all of them.
    #[must_use]
    pub fn allow_shared_keys(mut self) -> Self {
        self.shared_keys = true;
        self
    }

    /// Adds the anchors of one origin.
    ///
    /// # Errors
    ///
    /// [`TrustError::DuplicateOrigin`], or [`TrustError::SharedKey`] or `SharedCa` when one of its keys or CAs already
    /// speaks for another origin.
    pub fn with(mut self, domain: DomainAnchors) -> Result<Self, TrustError> {
        let origin = domain.origin().clone();
        if self.domains.contains_key(&origin) {
            return Err(TrustError::DuplicateOrigin(origin));
        }
        for thumbprint in domain.keys().iter().map(AnchorKey::thumbprint) {
            match self.owners.get(&thumbprint) {
                Some(owner) if *owner != origin && !self.shared_keys => {
                    return Err(TrustError::SharedKey(owner.clone(), origin));
                }
                _ => self.owners.insert(thumbprint, origin.clone()),
            };
        }
        #[cfg(feature = "wic")]
        self.add_ca_certificates(&domain)?;
        self.domains.insert(origin, Arc::new(domain));
        Ok(self)
    }

    /// Takes the trust in one origin away. All others keep the snapshots that they have.
    #[must_use]
    pub fn without(mut self, origin: &Origin) -> Self {
        self.domains.remove(origin);
        self.owners.retain(|_, owner| owner != origin);
        self
    }

    #[cfg(feature = "wic")]
    fn add_ca_certificates(&mut self, domain: &DomainAnchors) -> Result<(), TrustError> {
        let origin = domain.origin();
        for ca in domain.ca_certificates().as_slice() {
            let owner = self.owners.get(&ca.key_thumbprint()).filter(|owner| *owner != origin);
            // A CA beneath one of another origin, or above it, could vouch for workloads of both as well.
            let relative =
                || self.domains.values().find(|other| is_related(ca, other)).map(|other| other.origin());
            if !self.shared_keys
                && let Some(owner) = owner.or_else(relative)
            {
                return Err(TrustError::SharedCa(owner.clone(), origin.clone()));
            }
            self.owners.insert(ca.key_thumbprint(), origin.clone());
        }
        Ok(())
    }

    /// The anchors of one origin.
    #[must_use]
    pub fn domain(&self, origin: &Origin) -> Option<&Arc<DomainAnchors>> {
        self.domains.get(origin)
    }

    /// The trusted origins, in no order.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.domains.keys()
    }
}

#[cfg(feature = "wic")]
fn is_related(ca: &CaCertificate, domain: &DomainAnchors) -> bool {
    let others = domain.ca_certificates().as_slice();
    others.iter().any(|other| ca.is_issued_by(other) || other.is_issued_by(ca))
}

impl TrustAnchorSource for TrustAnchors {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        self.domains.get(origin).cloned()
    }
}
