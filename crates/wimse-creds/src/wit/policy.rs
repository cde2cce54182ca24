//! What a deployment accepts.

use crate::key::{Algorithm, Backend};
use crate::limits;
use std::time::Duration;
use wimse_identifier::IdentifierPolicy;

/// The rules of a deployment for Workload Identity Tokens. The default is strict and needs no change to be safe.
///
/// ```
/// use std::time::Duration;
/// use wimse_creds::WitPolicy;
///
/// let policy = WitPolicy::default().max_lifetime(Duration::from_secs(3600)).require_issuer();
/// # drop(policy);
/// ```
#[derive(Debug, Clone)]
pub struct WitPolicy {
    pub(crate) leeway: Duration,
    pub(crate) max_lifetime: Duration,
    pub(crate) max_bytes: usize,
    pub(crate) profile: WitProfile,
    pub(crate) identifiers: IdentifierPolicy,
    pub(crate) eddsa_name: bool,
    pub(crate) proof_algorithms: Option<Vec<Algorithm>>,
    pub(crate) backend: Option<Backend>,
    pub(crate) audience_allowed: bool,
    pub(crate) issuer_required: bool,
    pub(crate) token_id_required: bool,
}

/// Which profile of the WIT is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WitProfile {
    /// The WIT of workload-creds.
    Wimse,
    /// The WIT-SVID of SPIFFE: `typ` spelt exactly `wit+jwt`, a `kid`, a `spiffe` subject, never `aud`, and only the
    /// algorithms RS*, ES* and PS* (so no Ed25519).
    WitSvid,
}

impl Default for WitPolicy {
    fn default() -> Self {
        Self {
            leeway: Self::DEFAULT_LEEWAY,
            max_lifetime: Self::DEFAULT_MAX_LIFETIME,
            max_bytes: limits::TOKEN_BYTES,
            profile: WitProfile::Wimse,
            identifiers: IdentifierPolicy::default(),
            eddsa_name: true,
            proof_algorithms: None,
            backend: None,
            audience_allowed: false,
            issuer_required: false,
            token_id_required: false,
        }
    }
}

impl WitPolicy {
    /// The tolerance for clocks that differ: 30 seconds.
    pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
    /// The longest leeway that can be set: 5 minutes.
    pub const MAX_LEEWAY: Duration = Duration::from_secs(300);
    /// The longest lifetime of a WIT: 24 hours (workload-creds 9.3.1 speaks of hours).
    pub const DEFAULT_MAX_LIFETIME: Duration = Duration::from_secs(24 * 3600);

    /// The strict WIT-SVID profile.
    #[must_use]
    pub fn wit_svid() -> Self {
        Self { profile: WitProfile::WitSvid, ..Self::default() }
    }

    /// Sets the tolerance for clocks that differ, in whole seconds, at most [`MAX_LEEWAY`](Self::MAX_LEEWAY).
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway.min(Self::MAX_LEEWAY);
        self
    }

    /// Sets the longest lifetime, in whole seconds: of `exp` less the present, with the leeway since two clocks are
    /// compared, and of `exp` less `iat` where there is an `iat`, without it.
    #[must_use]
    pub fn max_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_lifetime = lifetime;
        self
    }

    /// Sets the largest token, in bytes. The default is 16 KiB.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Sets which identifiers a subject may be: the default is canonical `wimse` and `spiffe`.
    #[must_use]
    pub fn identifiers(mut self, identifiers: IdentifierPolicy) -> Self {
        self.identifiers = identifiers;
        self
    }

    /// Refuses the deprecated name `EdDSA` (RFC 9864), which is accepted by default for an Ed25519 key.
    #[must_use]
    pub fn refuse_eddsa_name(mut self) -> Self {
        self.eddsa_name = false;
        self
    }

    /// Accepts only these algorithms in `cnf.jwk`. The default is all of the build.
    #[must_use]
    pub fn proof_algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.proof_algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Checks proofs with one backend. The default is the fastest of the build for each algorithm. For the signatures of
    /// issuers, see [`DomainAnchors::with_backend`](crate::trust::DomainAnchors::with_backend).
    #[must_use]
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = Some(backend);
        self
    }

    /// Accepts a WIT with `aud`, without looking at it. Not in the WIT-SVID profile.
    #[must_use]
    pub fn allow_audience(mut self) -> Self {
        self.audience_allowed = true;
        self
    }

    /// Refuses a WIT without `iss`.
    #[must_use]
    pub fn require_issuer(mut self) -> Self {
        self.issuer_required = true;
        self
    }

    /// Refuses a WIT without `jti`. A verifier with a deny-list does so anyway.
    #[must_use]
    pub fn require_token_id(mut self) -> Self {
        self.token_id_required = true;
        self
    }

    /// The profile in force.
    #[must_use]
    pub fn profile(&self) -> WitProfile {
        self.profile
    }

    pub(crate) fn allows_name(&self, algorithm: Algorithm) -> bool {
        self.eddsa_name || algorithm != Algorithm::EdDsa
    }
}
