//! Verification of a WIT (workload-creds 5.1.4).

use super::cache::Cache;
use super::{WitDenyList, WitError, WitPolicy, WorkloadIdentityToken, rules, token};
use crate::jose::JoseError;
use crate::trust::{DomainAnchors, KeySelectionError, TrustAnchorSource};
use crate::{UnixTime, Verified, limits};
use std::fmt;
use std::sync::Arc;
use wimse_identifier::WorkloadIdentifier;

/// Verifies Workload Identity Tokens. One per service, in an `Arc`, shared by all bindings.
///
/// Verified tokens are cached by their exact bytes. A hit spares the issuer's signature and the import of the key;
/// expiry, `nbf`, lifetime and the deny-list are checked on every hit, and a change of the domain's anchors ends it.
/// Failures are not cached.
///
/// ```
/// use wimse_creds::trust::TrustAnchors;
/// use wimse_creds::{WitPolicy, WitVerifier};
///
/// let verifier = WitVerifier::new(TrustAnchors::none(), WitPolicy::default());
/// # drop(verifier);
/// ```
pub struct WitVerifier {
    anchors: Arc<dyn TrustAnchorSource>,
    policy: WitPolicy,
    cache: Option<Cache>,
    deny_list: Option<Arc<dyn WitDenyList>>,
}

impl WitVerifier {
    /// A verifier over these anchors, with a cache of 4,096 tokens.
    pub fn new(anchors: impl TrustAnchorSource + 'static, policy: WitPolicy) -> Self {
        let cache = Some(Cache::new(limits::CACHED_TOKENS));
        Self { anchors: Arc::new(anchors), policy, cache, deny_list: None }
    }

    /// Sets how many verified tokens are cached; 0 switches the cache off.
    ///
    /// Give it a quarter more than the tokens that are in use at once: it is sharded, and shards fill unevenly.
    #[must_use]
    pub fn with_cache_capacity(mut self, tokens: usize) -> Self {
        self.cache = (tokens > 0).then(|| Cache::new(tokens));
        self
    }

    /// Refuses the tokens of a deny-list, and tokens without `jti`.
    #[must_use]
    pub fn with_deny_list(mut self, deny_list: impl WitDenyList + 'static) -> Self {
        self.deny_list = Some(Arc::new(deny_list));
        self
    }

    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> &WitPolicy {
        &self.policy
    }

    /// Verifies a token: who issued it, that it is valid now, and which key it binds.
    ///
    /// The result is vouched for and not yet a peer.
    ///
    /// # Errors
    ///
    /// A [`WitError`]. The variants before [`WitError::Signature`], expiry among them, are said of tokens that perhaps
    /// nobody vouches for.
    pub fn verify(&self, compact: &str, now: UnixTime) -> Result<Verified<WorkloadIdentityToken>, WitError> {
        // Before the look-up: hashing what is too long would be work spent on garbage.
        if compact.len() > self.policy.max_bytes {
            return Err(WitError::Token(JoseError::TooLarge { limit: self.policy.max_bytes }));
        }
        let cached = self.cache.as_ref().and_then(|cache| cache.get(compact, &*self.anchors));
        let verified = match cached {
            Some(verified) => {
                self.check_now(verified.credential(), now)?;
                verified
            }
            None => self.verify_anew(compact, now)?,
        };
        self.check_deny_list(&verified)?;
        Ok(verified)
    }

    fn verify_anew(&self, compact: &str, now: UnixTime) -> Result<Verified<WorkloadIdentityToken>, WitError> {
        let (verified, domain) = self.verify_uncached(compact, now)?;
        if let Some(cache) = &self.cache {
            cache.insert(&verified, domain);
        }
        Ok(verified)
    }

    /// Everything but the deny-list, without the cache; and the anchors that the token was judged by.
    pub(super) fn verify_uncached(&self, compact: &str, now: UnixTime) -> Result<Judged, WitError> {
        let policy = &self.policy;
        let token = WorkloadIdentityToken::parse_with(compact, policy)?;
        rules::profile(&(&token).into(), policy)?;
        // Refusing a token that claims to have expired needs no proof that it has.
        rules::expiry(token.expires, policy, now)?;

        // ID-7.3-1, IDP-7.1-1: the identifier is whole and canonical before anything is looked up by it.
        let domain = self.anchors_of(&token.subject)?;
        rules::issuer(token.claimed_issuer(), &domain, policy)?;
        rules::algorithm_name(token.algorithm, policy)?;
        let key = domain.select(token.key_id.as_deref(), token.algorithm).map_err(|error| {
            if error == KeySelectionError::UnknownKeyId {
                self.anchors.key_missing(domain.origin());
            }
            WitError::Key(error)
        })?;
        token::check_signature(&token.compact, key)?;

        self.check_now(&token, now)?;
        rules::audience(token.has_audience, policy)?;
        let key = rules::confirmation(&token, policy)?;
        rules::token_id(token.claimed_token_id(), self.requires_token_id())?;

        let valid_until = token.expires.plus(policy.leeway);
        Ok((Verified::by_verification(Arc::new(token), key, valid_until), domain))
    }

    pub(super) fn anchors_of(&self, subject: &WorkloadIdentifier) -> Result<Arc<DomainAnchors>, WitError> {
        let origin = subject.origin();
        let domain = self.anchors.anchors_for(&origin);
        // A source that mixes origins up must not let one speak for another.
        let domain = domain.filter(|domain| *domain.origin() == origin);
        domain.ok_or(WitError::UntrustedDomain(origin))
    }

    /// A deny-list can name only what has a name.
    pub(super) fn requires_token_id(&self) -> bool {
        self.policy.token_id_required || self.has_deny_list()
    }

    pub(super) fn has_deny_list(&self) -> bool {
        self.deny_list.is_some()
    }

    /// The rules that depend on the present.
    fn check_now(&self, token: &WorkloadIdentityToken, now: UnixTime) -> Result<(), WitError> {
        rules::expiry(token.expires, &self.policy, now)?;
        rules::not_before(token.not_before, &self.policy, now)?;
        rules::lifetime(token.expires, token.issued_at, &self.policy, now)
    }

    pub(super) fn check_deny_list(&self, verified: &Verified<WorkloadIdentityToken>) -> Result<(), WitError> {
        let Some(deny_list) = &self.deny_list else { return Ok(()) };
        let token_id = verified.token_id().ok_or(WitError::TokenIdMissing)?;
        if deny_list.is_denied(token_id, verified) { Err(WitError::Denied) } else { Ok(()) }
    }
}

/// A token that verified, and the anchors it was judged by.
type Judged = (Verified<WorkloadIdentityToken>, Arc<DomainAnchors>);

impl fmt::Debug for WitVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WitVerifier")
            .field("policy", &self.policy)
            .field("cache", &self.cache)
            .field("deny_list", &self.deny_list.is_some())
            .finish_non_exhaustive()
    }
}
