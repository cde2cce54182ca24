//! What a proof says.

use crate::ProveError;
use crate::bound::Bound;
use crate::claims::KNOWN_CLAIMS;
use crate::context;
use crate::prepare::PreparedProof;
use http::header::HeaderName;
use serde::Serialize;
use std::time::Duration;
use wimse_creds::jose::{ClaimsWriter, ExtraClaims};
use wimse_creds::key::PublicKey;
use wimse_creds::pop::{CredentialError, Nonce};
use wimse_creds::{ClaimError, UnixTime, WorkloadIdentityToken};

/// What a proof says besides the necessary.
#[derive(Debug, Clone)]
pub struct ProofOptions {
    lifetime: Duration,
    audience: Option<String>,
    context_fields: Vec<HeaderName>,
    secure_channel: bool,
    extra: ExtraClaims,
}

impl Default for ProofOptions {
    fn default() -> Self {
        Self {
            lifetime: Self::DEFAULT_LIFETIME,
            audience: None,
            context_fields: Vec::new(),
            secure_channel: false,
            extra: ExtraClaims::reserving(&KNOWN_CLAIMS),
        }
    }
}

impl ProofOptions {
    /// The lifetime of a proof: 60 seconds.
    pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(60);
    /// The longest lifetime of a proof: 300 seconds.
    pub const MAX_LIFETIME: Duration = Duration::from_secs(300);

    /// Sets the lifetime, 1 to 300 whole seconds. Others fail when a proof is made.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Sets `aud` to a value agreed with the recipient, instead of the target URI (WPT-2-4).
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Names the header fields that carry end-user identity or authorisation context, besides `Txn-Token`: where
    /// present, they are covered in `oth` (WPT-2-10).
    #[must_use]
    pub fn context_fields(mut self, fields: impl IntoIterator<Item = HeaderName>) -> Self {
        self.context_fields = context::distinct(fields);
        self
    }

    /// Says that the channel is secured by other means than TLS, or is loopback: a plain `http` target is accepted
    /// (WPT-3.1.1-1).
    #[must_use]
    pub fn channel_is_secure(mut self) -> Self {
        self.secure_channel = true;
        self
    }

    /// Adds a claim with a collision-resistant name, such as `example.com/purpose` (WPT-2.3-2).
    ///
    /// # Errors
    ///
    /// As [`ExtraClaims::insert`].
    pub fn claim(mut self, name: impl Into<String>, value: impl Serialize) -> Result<Self, ClaimError> {
        self.extra.insert(name.into(), value)?;
        Ok(self)
    }

    /// Adds a claim with any name: a registered one, or a private one by agreement (not recommended, WPT-2.3-1).
    ///
    /// # Errors
    ///
    /// As [`ExtraClaims::insert_private`].
    pub fn private_claim(
        mut self,
        name: impl Into<String>,
        value: impl Serialize,
    ) -> Result<Self, ClaimError> {
        self.extra.insert_private(name.into(), value)?;
        Ok(self)
    }

    /// Makes everything but the signature.
    pub(crate) fn prepare(
        &self,
        bound: Bound,
        wit: &WorkloadIdentityToken,
        key: &PublicKey,
        now: UnixTime,
        nonce: &Nonce,
    ) -> Result<PreparedProof, ProveError> {
        let lifetime = Duration::from_secs(self.lifetime.as_secs());
        if lifetime.is_zero() || lifetime > Self::MAX_LIFETIME {
            return Err(ProveError::Lifetime { limit: Self::MAX_LIFETIME.as_secs() });
        }
        // WPT-3.2-3: not once the WIT has expired.
        if now >= wit.claimed_expiry() {
            return Err(ProveError::Credential(CredentialError::Expired));
        }
        let mut claims = ClaimsWriter::new();
        self.extra.write_to(&mut claims);
        bound.write_to(&mut claims);
        claims.date("exp", now.plus(lifetime));
        claims.text("jti", nonce.as_str());
        let claims = claims.finish();
        PreparedProof::new(&claims, bound, key)
    }

    pub(crate) fn agreed_audience(&self) -> Option<&str> {
        self.audience.as_deref()
    }

    pub(crate) fn is_channel_secure(&self) -> bool {
        self.secure_channel
    }

    /// The context fields that are covered in `oth`.
    pub(crate) fn covered_fields(&self) -> &[HeaderName] {
        &self.context_fields
    }
}
