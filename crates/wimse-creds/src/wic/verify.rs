//! Verification of a WIC (workload-creds 6.1 and 9.4, mutual-tls 3.2).

use super::cache::Cache;
use super::chain::{self, Purpose, Rules};
use super::{
    ChainError, Verified, WicDenyList, WicError, WicPolicy, WorkloadIdentityCertificate, algorithms,
    signature_algorithms,
};
use crate::trust::{DomainAnchors, TrustAnchorSource};
use crate::wit::Validity;
use crate::{UnixTime, limits};
use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use std::fmt;
use std::sync::Arc;
use wimse_identifier::WorkloadIdentifier;

/// Verifies Workload Identity Certificates. One per service, in an `Arc`.
///
/// The trust domain that a certificate claims chooses the anchors among those that are configured, and only a path to
/// one of them counts: a CA cannot vouch for workloads of another trust domain (MTLS-3.2-1, WIT-9.4-2).
///
/// Verified certificates are cached by the exact bytes of their chain. A hit spares path building; expiry and the
/// deny-list are checked on every hit, and a change of the domain's anchors ends it. Failures are not cached.
///
/// ```
/// # use std::time::Duration;
/// # use wimse_creds::key::{Algorithm, SigningKey};
/// # use wimse_creds::trust::{DomainAnchors, TrustAnchors};
/// # use wimse_creds::wic::{CertificateAuthority, Purpose, WicPolicy, WicTemplate, WicVerifier};
/// # use wimse_creds::{UnixTime, Validity};
/// # let now = UnixTime::from_secs(1_745_508_910);
/// # let hour = Validity::starting(now, Duration::from_secs(3600));
/// # let ca = CertificateAuthority::root(&"wimse://example.com".parse()?, SigningKey::generate(Algorithm::Es256)?, hour)?;
/// # let key = SigningKey::generate(Algorithm::Es256)?;
/// # let wic = ca.issue(&WicTemplate::new("wimse://example.com/billing".parse()?, key.public_key(), hour))?;
/// let domain = DomainAnchors::new("wimse://example.com".parse()?).with_ca_certificate(ca.certificate().clone())?;
/// let verifier = WicVerifier::new(TrustAnchors::none().with(domain)?, WicPolicy::default());
/// let vouched_for = verifier.verify(wic.chain(), Purpose::ClientAuth, now)?;
/// assert_eq!(vouched_for.identifier().as_str(), "wimse://example.com/billing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WicVerifier {
    anchors: Arc<dyn TrustAnchorSource>,
    policy: WicPolicy,
    algorithms: &'static [&'static dyn SignatureVerificationAlgorithm],
    cache: Option<Cache>,
    deny_list: Option<Arc<dyn WicDenyList>>,
}

impl WicVerifier {
    /// A verifier over these anchors, with a cache of 1,024 certificates.
    pub fn new(anchors: impl TrustAnchorSource + 'static, policy: WicPolicy) -> Self {
        Self {
            anchors: Arc::new(anchors),
            policy,
            algorithms: signature_algorithms(),
            cache: Some(Cache::new(limits::CACHED_CERTIFICATES)),
            deny_list: None,
        }
    }

    /// Checks the signatures of certificates with these algorithms, such as those of a TLS provider. The default are
    /// [those of this build](signature_algorithms).
    #[must_use]
    pub fn with_signature_algorithms(
        mut self,
        algorithms: &'static [&'static dyn SignatureVerificationAlgorithm],
    ) -> Self {
        self.algorithms = algorithms;
        self
    }

    /// Sets how many verified certificates are cached; 0 switches the cache off.
    #[must_use]
    pub fn with_cache_capacity(mut self, certificates: usize) -> Self {
        self.cache = (certificates > 0).then(|| Cache::new(certificates));
        self
    }

    /// Refuses the certificates of a deny-list.
    #[must_use]
    pub fn with_deny_list(mut self, deny_list: impl WicDenyList + 'static) -> Self {
        self.deny_list = Some(Arc::new(deny_list));
        self
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &WicPolicy {
        &self.policy
    }

    /// Verifies a chain, the certificate of the workload first: who vouches for it, that it is valid now, and that it
    /// may be used for this purpose.
    ///
    /// There is no leeway: issuers that serve workloads with other clocks let certificates start a little earlier.
    ///
    /// The result is vouched for and not yet a peer.
    ///
    /// # Errors
    ///
    /// A [`WicError`].
    pub fn verify(
        &self,
        chain: &[CertificateDer<'_>],
        purpose: Purpose,
        now: UnixTime,
    ) -> Result<Verified<WorkloadIdentityCertificate>, WicError> {
        // Before the look-up: hashing what is too long would be work spent on garbage.
        chain::check_limits(chain, self.policy.max_certificates, self.policy.max_bytes)
            .map_err(WicError::Chain)?;
        let cached = self.cache.as_ref().and_then(|cache| cache.get(chain, purpose, &*self.anchors));
        let verified = match cached {
            Some((verified, valid_from)) => {
                check_now(Validity::between(valid_from, verified.expires()), now)?;
                verified
            }
            None => self.verify_anew(chain, purpose, now)?,
        };
        if self.deny_list.as_ref().is_some_and(|list| list.is_denied(&verified)) {
            return Err(WicError::Denied);
        }
        Ok(verified)
    }

    fn verify_anew(
        &self,
        chain: &[CertificateDer<'_>],
        purpose: Purpose,
        now: UnixTime,
    ) -> Result<Verified<WorkloadIdentityCertificate>, WicError> {
        let owned = chain.iter().map(|certificate| certificate.clone().into_owned()).collect();
        let certificate = WorkloadIdentityCertificate::read(owned, &self.policy)?;
        // Refusing what claims to have expired needs no proof that it has.
        check_now(certificate.claimed_validity(), now)?;

        // ID-7.3-1: the identifier is whole and canonical before anything is looked up by it.
        let domain = self.anchors_of(certificate.claimed_identifier())?;
        if domain.ca_certificates().as_slice().is_empty() {
            return Err(WicError::AnchorMissing(domain.origin().clone()));
        }
        let rules = Rules::new(purpose)
            .algorithms(self.algorithms)
            .max_certificates(self.policy.max_certificates)
            .max_bytes(self.policy.max_bytes);
        let path = chain::verify(certificate.chain(), domain.ca_certificates(), &rules, now)
            .map_err(WicError::Chain)?;
        let (valid_from, valid_until) = (path.valid_from(), path.valid_until());
        let key = algorithms::public_key(certificate.key_information()).map_err(WicError::Key)?;

        let verified = Verified::by_verification(Arc::new(certificate), key, valid_until);
        if let Some(cache) = &self.cache {
            cache.insert(&verified, purpose, valid_from, domain);
        }
        Ok(verified)
    }

    fn anchors_of(&self, identifier: &WorkloadIdentifier) -> Result<Arc<DomainAnchors>, WicError> {
        let origin = identifier.origin();
        let domain = self.anchors.anchors_for(&origin);
        // A source that mixes origins up must not let one speak for another.
        let domain = domain.filter(|domain| *domain.origin() == origin);
        domain.ok_or(WicError::UntrustedDomain(origin))
    }
}

fn check_now(validity: Validity, now: UnixTime) -> Result<(), WicError> {
    if now >= validity.end() {
        return Err(WicError::Chain(ChainError::Expired));
    }
    if now < validity.start() { Err(WicError::Chain(ChainError::NotYetValid)) } else { Ok(()) }
}

impl fmt::Debug for WicVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WicVerifier")
            .field("policy", &self.policy)
            .field("algorithms", &self.algorithms.len())
            .field("cache", &self.cache)
            .field("deny_list", &self.deny_list.is_some())
            .finish_non_exhaustive()
    }
}
