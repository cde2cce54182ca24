//! WIMSE as tower middleware.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod external;
#[cfg(feature = "serve")]
mod serve;
mod server;

pub use external::ExternalBase;
#[cfg(feature = "mtls")]
pub use serve::{AcceptError, MtlsAcceptor};
#[cfg(feature = "serve")]
pub use serve::{HttpServer, ServerLimits};
#[cfg(feature = "axum")]
pub use server::{MaybePeer, Peer};
pub use server::{
    AudienceMismatch, Authenticate, AuthenticateFuture, AuthenticateLayer, Authenticated, Authenticator,
    Authorize, Bindings, ConfigError, ContentError, ContentLimits, Decision, DecisionHook, Policies, Policy, Refusal,
    ResponseFailure, ServerBody, Stage,
};
pub use wimse_creds::pop::binding::Binding;
#[cfg(feature = "mtls")]
pub use wimse_mtls::MtlsSession;
