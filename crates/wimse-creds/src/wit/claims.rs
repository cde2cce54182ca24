//! What an issuer puts into a WIT.

use super::{WitIssueError, rules};
use crate::jose::{ClaimsWriter, ExtraClaims};
use crate::key::PublicKey;
use crate::limits;
use crate::trust::is_absolute_uri;
use crate::{ClaimError, UnixTime};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::time::Duration;
use wimse_identifier::{IdentifierPolicy, WorkloadIdentifier};

/// From when until when a credential is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    pub(super) start: UnixTime,
    pub(super) end: UnixTime,
}

impl Validity {
    /// Valid for this long, in whole seconds, from a time on. Hours are usual (workload-creds 5.1).
    ///
    /// ```
    /// use std::time::Duration;
    /// use wimse_creds::{UnixTime, Validity};
    ///
    /// let hour = Validity::starting(UnixTime::from_secs(1_745_508_910), Duration::from_secs(3600));
    /// assert_eq!(hour.end(), UnixTime::from_secs(1_745_512_510));
    /// ```
    #[must_use]
    pub fn starting(start: UnixTime, lifetime: Duration) -> Self {
        Self { start, end: start.plus(lifetime) }
    }

    #[cfg(feature = "wic")]
    pub(crate) fn between(start: UnixTime, end: UnixTime) -> Self {
        Self { start, end }
    }

    /// The first second of validity.
    #[must_use]
    pub fn start(&self) -> UnixTime {
        self.start
    }

    /// The first second after it: `exp` of a WIT, the second after `notAfter` of a certificate.
    #[must_use]
    pub fn end(&self) -> UnixTime {
        self.end
    }
}

/// The claims of a WIT to be issued: one identifier, one key, one validity (workload-creds 4 and 5.1).
///
/// ```
/// # use std::time::Duration;
/// # use wimse_creds::key::{Algorithm, SigningKey};
/// # use wimse_creds::{UnixTime, Validity, WitClaims};
/// # let now = UnixTime::from_secs(1_745_508_910);
/// let issuer_key = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
/// let workload_key = SigningKey::generate(Algorithm::Ed25519)?;
/// let wit = WitClaims::new(
///     "wimse://example.com/billing".parse()?,
///     workload_key.public_key(),
///     Validity::starting(now, Duration::from_secs(3600)),
/// )
/// .issuer("https://id.example.com")
/// .token_id("0b6f1f2e")
/// .claim("example.com/team", "payments")?
/// .sign(&issuer_key)?;
/// assert_eq!(wit.claimed_subject().path(), "/billing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct WitClaims {
    pub(super) subject: WorkloadIdentifier,
    pub(super) key: PublicKey,
    pub(super) validity: Validity,
    issuer: Option<String>,
    token_id: Option<String>,
    issued_at: bool,
    not_before: bool,
    extra: ExtraClaims,
}

impl WitClaims {
    /// `sub`, `cnf` and `exp`; `iat` is the start of the validity.
    ///
    /// The key should be new for each WIT (WIT-9.5-4).
    #[must_use]
    pub fn new(subject: WorkloadIdentifier, key: &PublicKey, validity: Validity) -> Self {
        Self {
            subject,
            key: key.clone(),
            validity,
            issuer: None,
            token_id: None,
            issued_at: true,
            not_before: false,
            extra: ExtraClaims::reserving(&rules::KNOWN_CLAIMS),
        }
    }

    /// `iss`, an absolute URI. Recommended (WIT-5.1-5).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// `jti`. Needed where a deny-list is run (WIT-9.3.1-4).
    #[must_use]
    pub fn token_id(mut self, token_id: impl Into<String>) -> Self {
        self.token_id = Some(token_id.into());
        self
    }

    /// `jti`, a random UUID.
    #[must_use]
    pub fn random_token_id(self) -> Self {
        self.token_id(uuid::Uuid::new_v4().to_string())
    }

    /// Leaves `iat` out.
    #[must_use]
    pub fn without_issued_at(mut self) -> Self {
        self.issued_at = false;
        self
    }

    /// Adds `nbf`, the start of the validity.
    #[must_use]
    pub fn with_not_before(mut self) -> Self {
        self.not_before = true;
        self
    }

    /// Adds a claim with a collision-resistant name, such as `example.com/team` (WIT-5.1.2-2).
    ///
    /// # Errors
    ///
    /// [`ClaimError::Private`] for a name without a `.`, `/` or `:`, or as [`private_claim`](Self::private_claim).
    pub fn claim(mut self, name: impl Into<String>, value: impl Serialize) -> Result<Self, ClaimError> {
        let name = name.into();
        refuse_second_identifier(&name, self.extra.insert(name.clone(), value)?)?;
        Ok(self)
    }

    /// Adds a claim with any name: a registered one, or a private one by agreement (not recommended, WIT-5.1.2-1).
    ///
    /// # Errors
    ///
    /// [`ClaimError::Reserved`] for a claim of the draft, [`ClaimError::Value`], [`ClaimError::Duplicate`], or
    /// [`ClaimError::SecondIdentifier`] for a value with a Workload Identifier in it: a WIT has one (WIT-4-2).
    pub fn private_claim(
        mut self,
        name: impl Into<String>,
        value: impl Serialize,
    ) -> Result<Self, ClaimError> {
        let name = name.into();
        refuse_second_identifier(&name, self.extra.insert_private(name.clone(), value)?)?;
        Ok(self)
    }

    /// The claims as JSON, names in lexicographic order.
    pub(super) fn to_json(&self) -> Result<String, WitIssueError> {
        if self.validity.start >= self.validity.end {
            return Err(WitIssueError::Validity);
        }
        let confirmation = format!(r#"{{"jwk":{}}}"#, self.key.to_jwk());
        let mut claims = ClaimsWriter::new();
        self.extra.write_to(&mut claims);
        if let Some(issuer) = &self.issuer {
            if !is_absolute_uri(issuer) {
                return Err(WitIssueError::Issuer);
            }
            claims.text("iss", text("iss", issuer)?);
        }
        if let Some(token_id) = &self.token_id {
            if is_identifier(token_id) {
                return Err(WitIssueError::Text("jti"));
            }
            claims.text("jti", text("jti", token_id)?);
        }
        if self.issued_at {
            claims.date("iat", self.validity.start);
        }
        if self.not_before {
            claims.date("nbf", self.validity.start);
        }
        claims.text("sub", self.subject.as_str());
        claims.date("exp", self.validity.end);
        claims.json("cnf", &confirmation);
        Ok(claims.finish())
    }
}

/// Text that an issuer may write: neither empty nor longer than 1,024 bytes.
pub(super) fn text<'a>(name: &'static str, value: &'a str) -> Result<&'a str, WitIssueError> {
    let fits = (1..=limits::ISSUED_TEXT_BYTES).contains(&value.len());
    if fits { Ok(value) } else { Err(WitIssueError::Text(name)) }
}

/// WIT-4-2: a claim in which a second Workload Identifier stands, however deep.
fn refuse_second_identifier(name: &str, value: &RawValue) -> Result<(), ClaimError> {
    let mut values: Vec<Value> = serde_json::from_str(value.get()).ok().into_iter().collect();
    while let Some(value) = values.pop() {
        match value {
            Value::String(text) if is_identifier(&text) => {
                return Err(ClaimError::SecondIdentifier(name.to_owned()));
            }
            Value::Array(elements) => values.extend(elements),
            Value::Object(members) => values.extend(members.into_iter().map(|(_, value)| value)),
            _ => {}
        }
    }
    Ok(())
}

/// By the widest of the named policies.
fn is_identifier(text: &str) -> bool {
    IdentifierPolicy::baseline().parse(text).is_ok()
}
