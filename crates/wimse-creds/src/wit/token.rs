//! A parsed WIT.

use super::{WitError, WitPolicy, payload, rules};
use crate::jose::json::Object;
use crate::jose::{CompactJws, JoseError, JoseHeader, MediaType};
use crate::key::{Algorithm, Backend, PublicKey};
use crate::{ClaimError, UnixTime, Verified};
use http::HeaderValue;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::{Arc, OnceLock};
use wimse_identifier::WorkloadIdentifier;

/// A Workload Identity Token that has the right shape. Nothing in it is vouched for yet, so every accessor says
/// `claimed_`; after verification the same values are read from a
/// [`Verified<WorkloadIdentityToken>`](Verified#impl-Verified<WorkloadIdentityToken>).
///
/// `Debug` shows subject and expiry only.
#[derive(Clone)]
pub struct WorkloadIdentityToken {
    pub(super) compact: Arc<str>,
    pub(super) algorithm: Algorithm,
    pub(super) typ: Box<str>,
    pub(super) key_id: Option<Box<str>>,
    pub(super) subject: WorkloadIdentifier,
    pub(super) issuer: Option<Box<str>>,
    pub(super) token_id: Option<Box<str>>,
    pub(super) expires: UnixTime,
    pub(super) not_before: Option<UnixTime>,
    pub(super) issued_at: Option<UnixTime>,
    pub(super) has_audience: bool,
    /// `cnf` as JSON text: the key is imported after the signature has been checked.
    confirmation: Option<Box<str>>,
    /// SHA-256 of `compact`, made when first asked for.
    hash: OnceLock<[u8; 32]>,
    /// `compact` as the value of a field, made when first asked for.
    field: OnceLock<Option<HeaderValue>>,
    payload: Box<[u8]>,
}

impl WorkloadIdentityToken {
    /// Reads a token with the default policy: shape, `typ`, `alg`, `crit`, and the types of the known claims.
    ///
    /// ```
    /// use wimse_creds::WorkloadIdentityToken;
    ///
    /// # let text = include_str!("../../tests/data/workload-creds-figure-2.jwt").trim();
    /// let wit = WorkloadIdentityToken::parse(text)?;
    /// assert_eq!(wit.claimed_subject().as_str(), "wimse://example.com/specific-workload");
    /// # Ok::<(), wimse_creds::WitError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A [`WitError`] up to and including [`WitError::ExpiryMissing`].
    pub fn parse(compact: &str) -> Result<Self, WitError> {
        Self::parse_with(compact, &WitPolicy::default())
    }

    /// Reads a token: limits and identifier rules are those of the policy.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_with(compact: &str, policy: &WitPolicy) -> Result<Self, WitError> {
        let jws = CompactJws::split(compact, policy.max_bytes).map_err(WitError::Token)?;
        let header = jws.header().map_err(WitError::Token)?;
        let header = JoseHeader::parse_as(&header, MediaType::WIT).map_err(WitError::Token)?;
        let bytes = jws.payload().map_err(WitError::Token)?;
        let claims = Object::from_bytes(&bytes).map_err(WitError::Token)?;
        Ok(Self {
            subject: payload::subject(&claims, policy)?,
            expires: payload::expiry(&claims)?,
            not_before: payload::not_before(&claims)?,
            issued_at: payload::issued_at(&claims)?,
            issuer: payload::issuer(&claims)?,
            token_id: payload::token_id(&claims)?,
            has_audience: payload::has_audience(&claims),
            confirmation: payload::confirmation(&claims).map(Into::into),
            hash: OnceLock::new(),
            field: OnceLock::new(),
            algorithm: header.algorithm(),
            typ: header.typ().unwrap_or_default().into(),
            key_id: header.key_id().map(Into::into),
            compact: compact.into(),
            payload: bytes.into_boxed_slice(),
        })
    }

    /// The token as it was received, and as it travels.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.compact
    }

    /// `sub`, unverified.
    #[must_use]
    pub fn claimed_subject(&self) -> &WorkloadIdentifier {
        &self.subject
    }

    /// `exp`, unverified.
    #[must_use]
    pub fn claimed_expiry(&self) -> UnixTime {
        self.expires
    }

    /// `iss`, unverified.
    #[must_use]
    pub fn claimed_issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// `jti`, unverified.
    #[must_use]
    pub fn claimed_token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    /// `kid` of the header, unverified.
    #[must_use]
    pub fn claimed_key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// `alg` of the header, unverified.
    #[must_use]
    pub fn claimed_algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key in `cnf.jwk`, unverified: it is imported, so it is a valid key, of whoever made the token.
    ///
    /// # Errors
    ///
    /// [`WitError::ConfirmationMissing`], [`WitError::ConfirmationKeyMissing`] or [`WitError::ConfirmationKey`].
    pub fn claimed_confirmation_key(&self) -> Result<PublicKey, WitError> {
        self.confirmation_key(None)
    }

    pub(super) fn confirmation_key(&self, backend: Option<Backend>) -> Result<PublicKey, WitError> {
        let jwk = payload::confirmation_jwk(self.confirmation.as_deref())?;
        PublicKey::read(jwk, backend).map_err(WitError::ConfirmationKey)
    }

    /// SHA-256 of the token's ASCII bytes, which a proof is bound to (`wth`). Computed once.
    #[must_use]
    pub fn sha256(&self) -> &[u8; 32] {
        self.hash.get_or_init(|| Sha256::digest(self.compact.as_bytes()).into())
    }

    /// The value of the `Workload-Identity-Token` field, marked as sensitive so that it is not logged. Made once, and
    /// then shared. `None` if the token cannot stand in a field; no such token is known.
    #[must_use]
    pub fn to_field_value(&self) -> Option<HeaderValue> {
        let make = || {
            let mut value = HeaderValue::from_str(&self.compact).ok()?;
            value.set_sensitive(true);
            Some(value)
        };
        self.field.get_or_init(make).clone()
    }
}

/// Checks the signature of the issuer over the exact bytes received.
pub(super) fn check_signature(compact: &str, key: &PublicKey) -> Result<(), WitError> {
    let jws = CompactJws::split(compact, usize::MAX).map_err(WitError::Token)?;
    let signature = jws.signature().map_err(WitError::Token)?;
    key.verify(jws.signing_input(), &signature).map_err(|_| WitError::Signature)
}

impl fmt::Debug for WorkloadIdentityToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkloadIdentityToken")
            .field("subject", &self.subject)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// What a verified WIT says.
impl Verified<WorkloadIdentityToken> {
    /// The Workload Identifier in `sub`. Vouched for by the issuer; who *presents* the token is not known yet.
    #[must_use]
    pub fn subject(&self) -> &WorkloadIdentifier {
        &self.credential().subject
    }

    /// `exp`.
    #[must_use]
    pub fn expires(&self) -> UnixTime {
        self.credential().expires
    }

    /// `iat`, for audit. It limits nothing.
    #[must_use]
    pub fn issued_at(&self) -> Option<UnixTime> {
        self.credential().issued_at
    }

    /// `iss`, for audit.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.credential().issuer.as_deref()
    }

    /// `jti`, for audit and deny-lists.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.credential().token_id.as_deref()
    }

    /// The token as it was received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.credential().compact
    }

    /// SHA-256 of the token's ASCII bytes, which a proof is bound to (`wth`). Computed once.
    #[must_use]
    pub fn sha256(&self) -> &[u8; 32] {
        self.credential().sha256()
    }

    /// Any other claim, as a type of the caller's (WIT-5.1.2-2). `None` if it is not there.
    ///
    /// # Errors
    ///
    /// [`ClaimError::Type`] if it is there and has another type.
    pub fn claim<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ClaimError> {
        let claims = Object::from_bytes(&self.credential().payload)
            .map_err(|_: JoseError| ClaimError::Type(name.into()))?;
        let Some(value) = claims.get(name) else { return Ok(None) };
        serde_json::from_str(value.get()).map(Some).map_err(|_| ClaimError::Type(name.into()))
    }

    /// The names of the claims that are not of the draft or RFC 7519.
    #[must_use]
    pub fn extra_claims(&self) -> Vec<String> {
        let claims = Object::from_bytes(&self.credential().payload);
        let names = claims.iter().flat_map(Object::iter).map(|(name, _)| name);
        names.filter(|name| !rules::KNOWN_CLAIMS.contains(name)).map(str::to_owned).collect()
    }
}
