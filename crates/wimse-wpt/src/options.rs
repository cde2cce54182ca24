//! What a proof says.

use crate::claims::KNOWN_CLAIMS;
use crate::context::{self, Repeated};
use crate::prepare::PreparedProof;
use crate::{ProveError, target};
use http::Request;
use http::header::{AUTHORIZATION, HeaderName};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;
use wimse_creds::jose::{ClaimsWriter, ExtraClaims};
use wimse_creds::key::PublicKey;
use wimse_creds::pop::Nonce;
use wimse_creds::{ClaimError, UnixTime, WORKLOAD_IDENTITY_TOKEN, WorkloadIdentityToken};

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

    pub(crate) fn prepare<B>(
        &self,
        request: &Request<B>,
        wit: &WorkloadIdentityToken,
        key: &PublicKey,
        now: UnixTime,
        nonce: &Nonce,
    ) -> Result<PreparedProof, ProveError> {
        let headers = request.headers();
        if headers.contains_key(AUTHORIZATION) {
            return Err(ProveError::AuthorizationPresent);
        }
        if headers.contains_key(WORKLOAD_IDENTITY_TOKEN) {
            return Err(ProveError::WitPresent);
        }
        if target::is_plain_http(request.uri(), self.audience.as_deref()) && !self.secure_channel {
            return Err(ProveError::InsecureChannel);
        }
        let target = match &self.audience {
            Some(_) => String::new(),
            None => target::audience(request.method(), request.uri())?,
        };
        let (txn_token, context) = context::gather(headers, &self.context_fields)
            .map_err(|Repeated(name)| ProveError::ContextRepeated(name))?;
        self.prepare_message(&ProofContext { audience: &target, txn_token, context }, wit, key, now, nonce)
    }

    pub(crate) fn prepare_message(
        &self,
        context: &ProofContext<'_>,
        wit: &WorkloadIdentityToken,
        key: &PublicKey,
        now: UnixTime,
        nonce: &Nonce,
    ) -> Result<PreparedProof, ProveError> {
        let lifetime = Duration::from_secs(self.lifetime.as_secs());
        if lifetime.is_zero() || lifetime > Self::MAX_LIFETIME {
            return Err(ProveError::Lifetime { limit: Self::MAX_LIFETIME.as_secs() });
        }
        let audience = self.audience.as_deref().unwrap_or(context.audience);
        if audience.is_empty() {
            return Err(ProveError::Audience);
        }
        let wit_hash = context::encode(wit.sha256());
        let txn_token_hash = context.txn_token.map(context::hash_trimmed);
        let other_hashes = other_hashes(&context.context)?;
        let mut claims = ClaimsWriter::new();
        self.extra.write_to(&mut claims);
        claims.text("aud", audience);
        claims.date("exp", now.plus(lifetime));
        claims.text("jti", nonce.as_str());
        claims.text("wth", &wit_hash);
        if let Some(hash) = &txn_token_hash {
            claims.text("tth", hash);
        }
        if let Some(hashes) = &other_hashes {
            claims.json("oth", hashes);
        }
        PreparedProof::new(wit, key, &claims.finish(), now)
    }

    /// The context fields that are covered in `oth`.
    pub(crate) fn covered_fields(&self) -> &[HeaderName] {
        &self.context_fields
    }
}

/// What a proof for a message binds, where the message is not an HTTP request.
///
/// `Debug` shows the audience and the names, no tokens.
#[derive(Clone, Default)]
pub struct ProofContext<'a> {
    /// `aud`, unless the options set one.
    pub audience: &'a str,
    /// The transaction token of the message, if there is one.
    pub txn_token: Option<&'a [u8]>,
    /// Other context tokens, by name; the name is lower-cased (WPT-2-11).
    pub context: Vec<(&'a str, &'a [u8])>,
}

impl fmt::Debug for ProofContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProofContext")
            .field("audience", &self.audience)
            .field("txn_token", &self.txn_token.is_some())
            .field("context", &context::names(&self.context))
            .finish()
    }
}

/// `oth`, unless there is nothing to put in.
fn other_hashes(context: &[(&str, &[u8])]) -> Result<Option<String>, ProveError> {
    let mut hashes = BTreeMap::new();
    for (name, value) in context {
        let name = name.to_ascii_lowercase();
        if hashes.insert(name.clone(), context::hash_trimmed(value)).is_some() {
            return Err(ProveError::ContextRepeated(name));
        }
    }
    let mut members = ClaimsWriter::new();
    for (name, hash) in &hashes {
        members.text(name, hash);
    }
    Ok((!hashes.is_empty()).then(|| members.finish()))
}
