//! The layer.

use super::service::Authenticate;
use super::{Authenticator, ConfigError, Policies};
use std::sync::Arc;
use tower_layer::Layer;

/// Lets only those requests through that an [`Authenticator`] finds good and a [`Policy`](super::Policy) permits.
///
/// Layers can be stacked: with the same authenticator, an inner one judges by its own policy what the outer one has
/// found out, and burns no proof twice. So an outer layer may hold for all routes and an inner one be stricter for some.
///
/// ```
/// use std::sync::Arc;
/// use wimse_tower::{AuthenticateLayer, Authenticator, ConfigError, Policy};
///
/// fn layers(
///     authenticator: Authenticator,
///     read: Policy,
///     write: Policy,
/// ) -> Result<(AuthenticateLayer, AuthenticateLayer), ConfigError> {
///     let authenticator = Arc::new(authenticator);
///     Ok((AuthenticateLayer::new(authenticator.clone(), read)?, AuthenticateLayer::new(authenticator, write)?))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct AuthenticateLayer {
    pub(super) gate: Arc<Gate>,
}

/// What is shared by all clones of a layer and of its services.
#[derive(Debug)]
pub(super) struct Gate {
    pub(super) authenticator: Arc<Authenticator>,
    pub(super) policies: Policies,
}

impl AuthenticateLayer {
    /// A layer with a policy, or with [`Policies`] by path.
    ///
    /// # Errors
    ///
    /// A [`ConfigError`] if a policy can never be met by this authenticator, or is for a path that no request can have.
    pub fn new(
        authenticator: impl Into<Arc<Authenticator>>,
        policies: impl Into<Policies>,
    ) -> Result<Self, ConfigError> {
        let (authenticator, policies) = (authenticator.into(), policies.into());
        let (configured, has_credential) = (authenticator.configured(), authenticator.credential.is_some());
        policies.check_paths()?;
        policies.iter().try_for_each(|policy| policy.check(configured, has_credential))?;
        Ok(Self { gate: Arc::new(Gate { authenticator, policies }) })
    }
}

impl<S> Layer<S> for AuthenticateLayer {
    type Service = Authenticate<S>;

    fn layer(&self, inner: S) -> Authenticate<S> {
        Authenticate { inner, gate: Arc::clone(&self.gate) }
    }
}
