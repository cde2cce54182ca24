//! Which library does the cryptography of a scenario: the one place that knows how a backend is chosen.

use crate::Error;
use std::fmt;
use std::str::FromStr;
use wimse_creds::WitPolicy;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::trust::DomainAnchors;

/// A backend of the crates, or the choice among all that they make themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Library {
    /// p256 and ed25519-dalek.
    Pure,
    /// aws-lc-rs.
    AwsLc,
    /// josekit, which is OpenSSL.
    Josekit,
    /// What the crates choose by themselves where all are there.
    Fastest,
}

impl Library {
    /// Those of this build.
    pub const ALL: &[Self] = &[Self::Pure];

    /// As it is named in tables and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pure => "pure",
            Self::AwsLc => "aws-lc",
            Self::Josekit => "josekit",
            Self::Fastest => "fastest",
        }
    }

    /// What signs with this algorithm.
    #[must_use]
    pub fn that_signs(self, _: Algorithm) -> Self {
        self
    }

    /// What verifies with this algorithm.
    #[must_use]
    pub fn that_verifies(self, _: Algorithm) -> Self {
        self
    }

    /// A new key for it.
    ///
    /// # Errors
    ///
    /// If the library has no such keys.
    pub fn generate(self, algorithm: Algorithm) -> Result<SigningKey, Error> {
        Ok(SigningKey::generate(algorithm)?)
    }

    /// A key that was written down, for it.
    ///
    /// # Errors
    ///
    /// If the library has no such keys.
    pub fn of_jwk(self, jwk: &str) -> Result<SigningKey, Error> {
        Ok(SigningKey::from_jwk(jwk)?)
    }

    /// Anchors that verify with it.
    ///
    /// # Errors
    ///
    /// If the library has no such keys.
    pub fn anchors(self, domain: DomainAnchors) -> Result<DomainAnchors, Error> {
        Ok(domain)
    }

    /// A policy that verifies proofs with it.
    #[must_use]
    pub fn policy(self, policy: WitPolicy) -> WitPolicy {
        policy
    }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Library {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.iter().copied().find(|library| library.name() == name);
        found.ok_or_else(|| format!("no backend {name}").into())
    }
}
