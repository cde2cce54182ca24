//! Why a configuration is refused.

use super::Bindings;
use wimse_creds::pop::AudienceError;

/// Why a service cannot be configured like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The external base is not scheme and authority.
    #[error("the external base is not accepted")]
    ExternalBase(#[source] AudienceError),
    /// A path prefix does not begin with a slash, is not plain, or is there twice, as what is received or as what is dialled.
    #[error("a path prefix begins with \"/\", has plain segments and is given once")]
    PathPrefix,
    /// A policy is for a path that may be read in more than one way, so that it would never be chosen.
    #[error("the path of a policy begins with \"/\" and can be read in one way only: {0:?}")]
    PolicyPath(String),
    /// A policy accepts no proof at all.
    #[error("the policy accepts no proof")]
    NoProof,
    /// A policy names proofs that the authenticator does not judge.
    #[error("the policy names proofs that are not configured: {0}")]
    NotConfigured(Bindings),
    /// A policy wants a peer of the connection and one of the message, and does not accept proofs of both kinds.
    #[error("the policy wants peers of both layers, and does not accept proofs of both")]
    Layers,
    /// A policy wants signed responses, and there is nothing to sign with, or it accepts no signatures.
    #[error("the policy wants signed responses, and there is no credential or no signed request")]
    ResponseCredential,
}

impl ConfigError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ExternalBase(error) => error.code(),
            Self::PathPrefix => "tower.path_prefix",
            Self::PolicyPath(_) => "tower.policy_path",
            Self::NoProof => "tower.no_proof",
            Self::NotConfigured(_) => "tower.not_configured",
            Self::Layers => "tower.layers",
            Self::ResponseCredential => "tower.response_credential",
        }
    }
}
