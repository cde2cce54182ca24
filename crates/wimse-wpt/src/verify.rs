//! Verification of a WPT and of the request it is for (wpt 2).

use crate::claims::WptClaims;
use crate::context::{self, Repeated, TXN_TOKEN};
use crate::error::WptError;
use crate::rules::{check_algorithm, check_covered, check_not_repeated, check_txn_token, check_wit_hash};
use crate::{field, header};
use http::header::{HeaderMap, HeaderName};
use http::{Request, request};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use wimse_creds::jose::{Claims, CompactJws};
use wimse_creds::pop::binding::Binding;
use wimse_creds::pop::{
    Admissible, Audience, AuthenticatedPeer, CheckedProof, ProofTokenAudience, ReplayGuard, ReplayScope,
};
use wimse_creds::{UnixTime, WitVerifier, wit_field};

/// Verifies requests that carry a WIT and a WPT. One per service (or per set of routes), shared.
///
/// ```
/// use http::Request;
/// use std::sync::Arc;
/// use wimse_creds::pop::{Audience, AuthenticatedPeer, MemoryReplayGuard};
/// use wimse_creds::{UnixTime, WitVerifier};
/// use wimse_wpt::{Verifier, WptError};
///
/// fn verifier(wits: Arc<WitVerifier>) -> Result<Verifier, Box<dyn std::error::Error>> {
///     Ok(Verifier::new(wits, Audience::base("https://api.example.com")?))
/// }
///
/// fn caller<B>(
///     verifier: &Verifier,
///     guard: &MemoryReplayGuard,
///     request: &Request<B>,
///     now: UnixTime,
/// ) -> Result<AuthenticatedPeer, WptError> {
///     verifier.verify(request, guard, now)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Verifier {
    pub(crate) wits: Arc<WitVerifier>,
    pub(crate) audience: ProofTokenAudience,
    pub(crate) context_fields: Vec<HeaderName>,
    pub(crate) leeway: Duration,
    pub(crate) max_lifetime: Duration,
    pub(crate) max_bytes: usize,
}

/// The replay scope of WPTs: `jti`, within the key of the sender (WPT-3.1.4-1).
const SCOPE: ReplayScope = ReplayScope::new("wpt");

impl Verifier {
    /// The longest lifetime of a proof: 330 seconds, five minutes and half a minute for clocks that differ.
    pub const DEFAULT_MAX_LIFETIME: Duration = Duration::from_secs(330);
    /// The tolerance for clocks that differ: 30 seconds.
    pub const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
    /// Bytes of a WPT: 8 KiB.
    pub const DEFAULT_MAX_BYTES: usize = 8 * 1024;

    /// A verifier for proofs that are meant for this audience.
    #[must_use]
    pub fn new(wits: Arc<WitVerifier>, audience: Audience) -> Self {
        Self {
            wits,
            audience: audience.into(),
            context_fields: Vec::new(),
            leeway: Self::DEFAULT_LEEWAY,
            max_lifetime: Self::DEFAULT_MAX_LIFETIME,
            max_bytes: Self::DEFAULT_MAX_BYTES,
        }
    }

    /// Names the header fields that carry end-user identity or authorisation context here, besides `Txn-Token`.
    ///
    /// Where one of them is present, the proof must cover it in `oth` (WPT-2-25); an entry of `oth` for any other
    /// field is not understood and refused (WPT-2-27). `Txn-Token` and `Authorization` in the list are left out: the
    /// first is bound by `tth`, the second is the proof itself.
    #[must_use]
    pub fn context_fields(mut self, fields: impl IntoIterator<Item = HeaderName>) -> Self {
        self.context_fields = context::distinct(fields);
        self
    }

    /// Sets the tolerance for clocks that differ, in whole seconds, at most five minutes. A proof is remembered for its
    /// lifetime and the leeway: give the replay guard a window that is as long as both.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway.min(Duration::from_secs(300));
        self
    }

    /// Sets how far `exp` may be in the future, in whole seconds. Give the replay guard a window that is longer by
    /// the leeway.
    #[must_use]
    pub fn max_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_lifetime = lifetime;
        self
    }

    /// Sets the largest WPT, in bytes.
    #[must_use]
    pub fn max_bytes(mut self, bytes: usize) -> Self {
        self.max_bytes = bytes;
        self
    }

    /// Verifies a request and admits its proof: who is calling.
    ///
    /// Fields in trailers are not looked at. The audience is compared with the configuration and the path of the
    /// request, never with `Host` (WPT-3.1.7).
    ///
    /// # Errors
    ///
    /// A [`WptError`]. Answer with [`WptError::response`].
    pub fn verify<B>(
        &self,
        request: &Request<B>,
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Result<AuthenticatedPeer, WptError> {
        self.check(request, now)?.admit(guard, now).map_err(WptError::Admit)
    }

    /// Verifies everything but replay. The proof that it gives is admitted by a guard or, over a network, by a store.
    ///
    /// ```
    /// use http::Request;
    /// use wimse_creds::UnixTime;
    /// use wimse_creds::pop::{AuthenticatedPeer, ReplayStore};
    /// use wimse_wpt::{Verifier, WptError};
    ///
    /// async fn caller(
    ///     verifier: &Verifier,
    ///     store: &dyn ReplayStore,
    ///     request: &Request<()>,
    ///     now: UnixTime,
    /// ) -> Result<AuthenticatedPeer, WptError> {
    ///     verifier.check(request, now)?.admit_async(store, now).await.map_err(WptError::Admit)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`WptError`] other than [`WptError::Admit`].
    pub fn check<B>(&self, request: &Request<B>, now: UnixTime) -> Result<CheckedProof, WptError> {
        // The path is empty for CONNECT and "*" for OPTIONS *: neither is the path of any base.
        self.check_at(request.uri().path(), request.headers(), now)
    }

    /// As [`check`](Self::check), for the head of a request.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn check_parts(&self, parts: &request::Parts, now: UnixTime) -> Result<CheckedProof, WptError> {
        self.check_at(parts.uri.path(), &parts.headers, now)
    }

    /// As [`check`](Self::check), for a request whose path was rewritten on its way: `path` is the raw path that the caller
    /// has dialled, as far as configuration tells.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn check_at(&self, path: &str, headers: &HeaderMap, now: UnixTime) -> Result<CheckedProof, WptError> {
        let wit = wit_field(headers).map_err(WptError::Wit)?;
        let proof = field::authorization(headers)?;
        let (txn_token, context) = context::gather(headers, &self.context_fields)
            .map_err(|Repeated(name)| WptError::ContextRepeated(name))?;
        self.check_message(&Message { wit, proof, path: Some(path), txn_token, context }, now)
    }

    /// Whom proofs are accepted for.
    #[must_use]
    pub fn accepted_audience(&self) -> &Audience {
        self.audience.configured()
    }

    /// As [`check`](Self::check), for a message that is not an HTTP request.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn check_message(&self, message: &Message<'_>, now: UnixTime) -> Result<CheckedProof, WptError> {
        // WPT-2-13: the WIT first.
        let wit = self.wits.verify(message.wit, now).map_err(WptError::Wit)?;

        let jws = CompactJws::split(message.proof, self.max_bytes).map_err(WptError::Token)?;
        check_algorithm(header::algorithm(&jws).map_err(WptError::Token)?, wit.confirmation_key())?;
        let payload = jws.payload().map_err(WptError::Token)?;
        let claims = Claims::parse(&payload).map_err(WptError::Token)?;
        let claims = WptClaims::read(&claims)?;
        let signature = jws.signature().map_err(WptError::Token)?;

        // These refuse before the signature is looked at, and accept nothing.
        self.check_expiry(claims.expires, now)?;
        self.check_not_before(claims.not_before, now)?;
        self.check_audience(&claims.audience, message.path)?;

        let mut possession = wit
            .prove_possession(Binding::WorkloadProofToken, jws.signing_input(), &signature)
            .map_err(|_| WptError::Signature)?;

        self.check_lifetime(claims.expires, now)?;
        check_wit_hash(&claims.wit_hash, wit.sha256())?;
        if check_txn_token(claims.txn_token_hash.as_deref(), message.txn_token)? {
            possession = possession.covering(TXN_TOKEN.as_str());
        }
        check_not_repeated(&message.context)?;
        for (name, hash) in &claims.other_hashes {
            self.check_entry((name, hash), &message.context)?;
            possession = possession.covering(&**name);
        }
        check_covered(&claims.other_hashes, &message.context)?;

        let replay_key = possession.replay_key_within_sender(SCOPE, claims.token_id.into_owned());
        Ok(possession.into_checked(replay_key, self.admissible(claims.expires, claims.not_before)))
    }

    /// Decision 23. Nobody can admit the proof before its expiry is near enough (WPT-2-21), or before its `nbf`. When it
    /// was made, it does not say.
    fn admissible(&self, expires: UnixTime, not_before: Option<UnixTime>) -> Admissible {
        let near_enough = expires.minus(self.max_lifetime);
        let from =
            not_before.map_or(near_enough, |not_before| near_enough.max(not_before.minus(self.leeway)));
        Admissible { from, until: expires.plus(self.leeway) }
    }
}

/// A message as another protocol than HTTP delivers it.
///
/// `Debug` shows the path and the names of the context, no tokens.
#[derive(Clone)]
pub struct Message<'a> {
    /// The WIT, exactly as received.
    pub wit: &'a str,
    /// The WPT, exactly as received.
    pub proof: &'a str,
    /// The raw path of the target, without query, where there is one. Without, an audience base never matches.
    pub path: Option<&'a str>,
    /// The transaction token, if there is one.
    pub txn_token: Option<&'a [u8]>,
    /// Other context tokens by lower-case name. Give only names that the verifier is configured for; each once.
    pub context: Vec<(&'a str, &'a [u8])>,
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("path", &self.path)
            .field("txn_token", &self.txn_token.is_some())
            .field("context", &context::names(&self.context))
            .finish_non_exhaustive()
    }
}
