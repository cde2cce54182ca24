//! Which library does the cryptography of a scenario: the one place that knows how a backend is chosen.

use crate::Error;
use std::fmt;
use std::str::FromStr;
use wimse_creds::WitPolicy;
use wimse_creds::key::{Algorithm, Backend, PublicKey, SigningKey};
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
    /// What the crates choose for each algorithm where all are there.
    Fastest,
}

impl Library {
    /// All, in the order of the tables.
    pub const ALL: [Self; 4] = [Self::Pure, Self::AwsLc, Self::Josekit, Self::Fastest];

    /// As it is named in tables and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.backend().map_or("fastest", Backend::name)
    }

    /// A new key for it.
    ///
    /// # Errors
    ///
    /// If the library has no such keys.
    pub fn generate(self, algorithm: Algorithm) -> Result<SigningKey, Error> {
        self.signing(SigningKey::generate(algorithm)?)
    }

    /// A key that was written down, for it.
    ///
    /// # Errors
    ///
    /// If the library has no such keys.
    pub fn of_jwk(self, jwk: &str) -> Result<SigningKey, Error> {
        self.signing(SigningKey::from_jwk(jwk)?)
    }

    fn signing(self, key: SigningKey) -> Result<SigningKey, Error> {
        match self.backend() {
            Some(backend) => Ok(key.with_backend(backend)?),
            None => Ok(key),
        }
    }

    /// A public key that verifies with it.
    ///
    /// # Errors
    ///
    /// If the library has no such keys.
    pub fn public(self, key: &PublicKey) -> Result<PublicKey, Error> {
        match self.backend() {
            Some(backend) => Ok(key.with_backend(backend)?),
            None => Ok(key.clone()),
        }
    }

    /// Anchors that verify with it.
    ///
    /// # Errors
    ///
    /// If the library has no such keys.
    pub fn anchors(self, domain: DomainAnchors) -> Result<DomainAnchors, Error> {
        match self.backend() {
            Some(backend) => Ok(domain.with_backend(backend)?),
            None => Ok(domain),
        }
    }

    /// A policy that verifies proofs with it.
    #[must_use]
    pub fn policy(self, policy: WitPolicy) -> WitPolicy {
        match self.backend() {
            Some(backend) => policy.backend(backend),
            None => policy,
        }
    }

    fn backend(self) -> Option<Backend> {
        match self {
            Self::Pure => Some(Backend::Pure),
            Self::AwsLc => Some(Backend::AwsLc),
            Self::Josekit => Some(Backend::Josekit),
            Self::Fastest => None,
        }
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
        let found = Self::ALL.into_iter().find(|library| library.name() == name);
        found.ok_or_else(|| format!("no backend {name}").into())
    }
}
