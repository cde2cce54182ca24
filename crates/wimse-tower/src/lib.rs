//! WIMSE as tower middleware: services that know for certain who calls, and callers that prove who they are.
//!
//! Texts: draft-ietf-wimse-wpt-02, draft-ietf-wimse-http-signature-07 with the known changes of -08,
//! draft-ietf-wimse-mutual-tls (towards -03).

#![forbid(unsafe_code)]

pub mod client;
mod clock;
mod external;
#[cfg(feature = "serve")]
mod serve;
mod server;

pub use clock::SystemClock;
pub use external::ExternalBase;
#[cfg(feature = "mtls")]
pub use serve::{AcceptError, MtlsAcceptor};
#[cfg(feature = "serve")]
pub use serve::{HttpServer, ServerLimits};
pub use server::{
    AudienceMismatch, Authenticate, AuthenticateFuture, AuthenticateLayer, Authenticated, Authenticator,
    Authorize, Bindings, ConfigError, ContentError, ContentLimits, Decision, DecisionHook, Policies, Policy,
    Refusal, ResponseFailure, ServerBody, Stage,
};
#[cfg(feature = "axum")]
pub use server::{MaybePeer, Peer};
pub use wimse_creds as creds;
pub use wimse_creds::pop::binding::Binding;
pub use wimse_httpsig as httpsig;
pub use wimse_identifier as identifier;
#[cfg(feature = "mtls")]
pub use wimse_mtls as mtls;
#[cfg(feature = "mtls")]
pub use wimse_mtls::MtlsSession;
pub use wimse_wpt as wpt;

#[doc = include_str!("downgrades.md")]
pub mod downgrades {}

#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../README.md")]
struct Readme;

// Its code compiles too.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/behind-a-proxy.md")]
struct BehindAProxy;
