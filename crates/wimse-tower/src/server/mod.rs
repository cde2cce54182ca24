//! The server side.

mod answer;
mod authenticated;
mod authenticator;
mod bindings;
mod body;
mod budget;
mod content;
mod decision;
mod error;
mod evidence;
#[cfg(feature = "axum")]
mod extract;
mod gate;
mod grpc;
mod layer;
mod paths;
mod policies;
mod policy;
mod refusal;
mod respond;
mod service;
mod spool;
mod unjudged;
mod verify;

pub use authenticated::Authenticated;
pub use authenticator::Authenticator;
pub use bindings::Bindings;
pub(crate) use bindings::binding_name;
#[cfg(feature = "serve")]
pub(crate) use body::BoxError;
pub use body::ServerBody;
pub use content::{ContentError, ContentLimits};
#[cfg(any(feature = "metrics", feature = "tracing"))]
pub(crate) use decision::claimed_subject;
pub use decision::{AudienceMismatch, Decision, DecisionHook, Stage};
pub use error::ConfigError;
#[cfg(feature = "axum")]
pub use extract::{MaybePeer, Peer};
pub use layer::AuthenticateLayer;
pub use policies::Policies;
pub use policy::{Authorize, Policy};
pub use refusal::{Refusal, ResponseFailure};
pub use service::{Authenticate, AuthenticateFuture};
pub use unjudged::Unjudged;
