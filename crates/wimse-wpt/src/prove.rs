//! Making a WPT.

use crate::claims::KNOWN_CLAIMS;
use crate::context::{self, TXN_TOKEN};
use crate::prepare::PreparedProof;
use crate::{ProveError, target};
use http::Request;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::time::Duration;
use wimse_creds::key::PublicKey;
use wimse_creds::pop::{Nonce, WitCredential};
use wimse_creds::{ClaimError, UnixTime, WORKLOAD_IDENTITY_TOKEN, WorkloadIdentityToken};

/// Proves possession of the key of a WIT, request by request.
///
/// ```
/// use wimse_creds::UnixTime;
/// use wimse_creds::pop::{Nonce, WitCredential};
/// use wimse_wpt::{ProveError, Prover};
///
/// fn call(credential: &WitCredential, now: UnixTime) -> Result<http::Request<()>, Box<dyn std::error::Error>> {
///     let mut request = http::Request::post("https://api.example.com/orders").body(())?;
///     Prover::new(credential).attach(&mut request, now, Nonce::random()?)?;
///     assert!(request.headers().contains_key("workload-identity-token"));
///     Ok(request)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Prover<'a> {
    credential: &'a WitCredential,
    options: ProofOptions,
}

#[allow(clippy::needless_pass_by_value, reason = "a nonce is given away: it is good for one proof")]
impl<'a> Prover<'a> {
    /// With default options.
    #[must_use]
    pub fn new(credential: &'a WitCredential) -> Self {
        Self::with_options(credential, ProofOptions::default())
    }

    /// With options.
    #[must_use]
    pub fn with_options(credential: &'a WitCredential, options: ProofOptions) -> Self {
        Self { credential, options }
    }

    /// Attaches WIT and WPT to a request, last of all: context fields must be there already.
    ///
    /// `nonce` becomes the `jti` and must be new for every request, a retry included.
    ///
    /// # Errors
    ///
    /// A [`ProveError`]; the request is unchanged then.
    pub fn attach<B>(&self, request: &mut Request<B>, now: UnixTime, nonce: Nonce) -> Result<(), ProveError> {
        let (wit, key) = (self.credential.wit(), self.credential.public_key());
        let prepared = self.options.prepare(request, wit, key, now, &nonce)?;
        let signature =
            self.credential.sign(prepared.signing_input(), now).map_err(ProveError::Credential)?;
        attach(request, self.credential.wit().as_str(), &prepared.join(&signature))
    }

    /// Makes the WPT for a message that is not an HTTP request. It travels with the WIT, however the protocol says.
    ///
    /// # Errors
    ///
    /// A [`ProveError`].
    pub fn prove(
        &self,
        context: &ProofContext<'_>,
        now: UnixTime,
        nonce: Nonce,
    ) -> Result<String, ProveError> {
        let (wit, key) = (self.credential.wit(), self.credential.public_key());
        let prepared = self.options.prepare_message(context, wit, key, now, &nonce)?;
        let signature =
            self.credential.sign(prepared.signing_input(), now).map_err(ProveError::Credential)?;
        Ok(prepared.join(&signature))
    }
}

/// What a proof says besides the necessary.
#[derive(Debug, Clone)]
pub struct ProofOptions {
    lifetime: Duration,
    audience: Option<String>,
    context_fields: Vec<HeaderName>,
    secure_channel: bool,
    extra: BTreeMap<String, Box<RawValue>>,
}

impl Default for ProofOptions {
    fn default() -> Self {
        Self {
            lifetime: Self::DEFAULT_LIFETIME,
            audience: None,
            context_fields: Vec::new(),
            secure_channel: false,
            extra: BTreeMap::new(),
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
    /// As [`WitClaims::claim`](wimse_creds::WitClaims::claim).
    pub fn claim(self, name: impl Into<String>, value: impl Serialize) -> Result<Self, ClaimError> {
        let name = name.into();
        if !name.contains(['.', '/', ':']) {
            return Err(ClaimError::Private(name));
        }
        self.private_claim(name, value)
    }

    /// Adds a claim with any name: a registered one, or a private one by agreement (not recommended, WPT-2.3-1).
    ///
    /// # Errors
    ///
    /// As [`WitClaims::private_claim`](wimse_creds::WitClaims::private_claim).
    pub fn private_claim(
        mut self,
        name: impl Into<String>,
        value: impl Serialize,
    ) -> Result<Self, ClaimError> {
        let name = name.into();
        if KNOWN_CLAIMS.contains(&&*name) {
            return Err(ClaimError::Reserved(name));
        }
        let value = serde_json::value::to_raw_value(&value).map_err(|_| ClaimError::Value)?;
        self.extra.insert(name, value);
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
        if target::is_plain_http(request.uri()) && !self.secure_channel {
            return Err(ProveError::InsecureChannel);
        }
        let target = match &self.audience {
            Some(_) => String::new(),
            None => target::audience(request.method(), request.uri())?,
        };
        let repeated = |repeated: context::Repeated| ProveError::ContextRepeated(repeated.0);
        let txn_token = context::at_most_once(headers, &TXN_TOKEN).map_err(repeated)?;
        let mut context = Vec::new();
        for name in &self.context_fields {
            if let Some(value) = context::at_most_once(headers, name).map_err(repeated)? {
                context.push((name.as_str(), value));
            }
        }
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
        let mut claims: BTreeMap<&str, String> =
            self.extra.iter().map(|(name, value)| (name.as_str(), value.get().to_owned())).collect();
        claims.insert("aud", json(audience));
        claims.insert("exp", now.plus(lifetime).to_string());
        claims.insert("jti", json(nonce.as_str()));
        claims.insert("wth", json(&context::hash(wit.as_str().as_bytes())));
        if let Some(token) = context.txn_token {
            claims.insert("tth", json(&context::hash_trimmed(token)));
        }
        if !context.context.is_empty() {
            claims.insert("oth", other_hashes(&context.context)?);
        }
        let members: Vec<String> =
            claims.iter().map(|(name, value)| format!("{}:{value}", json(name))).collect();
        PreparedProof::new(wit, key, &format!("{{{}}}", members.join(",")), now)
    }
}

/// What a proof for a message binds, where the message is not an HTTP request.
#[derive(Debug, Clone, Default)]
pub struct ProofContext<'a> {
    /// `aud`, unless the options set one.
    pub audience: &'a str,
    /// The transaction token of the message, if there is one.
    pub txn_token: Option<&'a [u8]>,
    /// Other context tokens, by name; the name is lower-cased (WPT-2-11).
    pub context: Vec<(&'a str, &'a [u8])>,
}

/// Puts both fields into a request. Both are marked sensitive, so that they are not logged (WPT-3.1.5-1).
pub(crate) fn attach<B>(request: &mut Request<B>, wit: &str, proof: &str) -> Result<(), ProveError> {
    let sensitive = |text: &str| {
        let mut value = HeaderValue::from_str(text).map_err(|_| ProveError::Field)?;
        value.set_sensitive(true);
        Ok(value)
    };
    let (wit, authorization) = (sensitive(wit)?, sensitive(&format!("WPT {proof}"))?);
    request.headers_mut().insert(WORKLOAD_IDENTITY_TOKEN, wit);
    request.headers_mut().insert(AUTHORIZATION, authorization);
    Ok(())
}

fn other_hashes(context: &[(&str, &[u8])]) -> Result<String, ProveError> {
    let mut hashes = BTreeMap::new();
    for (name, value) in context {
        let name = name.to_ascii_lowercase();
        if hashes.insert(name.clone(), context::hash_trimmed(value)).is_some() {
            return Err(ProveError::ContextRepeated(name));
        }
    }
    let members: Vec<String> =
        hashes.iter().map(|(name, hash)| format!("{}:{}", json(name), json(hash))).collect();
    Ok(format!("{{{}}}", members.join(",")))
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
