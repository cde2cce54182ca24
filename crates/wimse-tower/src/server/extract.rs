//! Extractors for axum.

use super::Authenticated;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use wimse_creds::pop::AuthenticatedPeer;

/// The caller of a request, for axum handlers. A handler that takes it is never called without a caller.
///
/// On a route that allows anonymous requests, one without a caller is answered with the challenge.
///
/// ```
/// use wimse_tower::Peer;
///
/// async fn orders(Peer(caller): Peer) -> String {
///     format!("hello {}", caller.identifier())
/// }
/// # let _ = orders;
/// ```
#[derive(Debug, Clone)]
pub struct Peer(pub AuthenticatedPeer);

/// The caller of a request, or `None` for an anonymous one, on a route whose policy
/// [allows](super::Policy::or_anonymous) it.
///
/// ```
/// use wimse_tower::MaybePeer;
///
/// async fn status(MaybePeer(caller): MaybePeer) -> &'static str {
///     if caller.is_some() { "up, since Tuesday" } else { "up" }
/// }
/// # let _ = status;
/// ```
#[derive(Debug, Clone)]
pub struct MaybePeer(pub Option<AuthenticatedPeer>);

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let authenticated = Authenticated::of(&parts.extensions).ok_or_else(without_layer)?;
        match authenticated.caller() {
            Some(caller) => Ok(Self(caller.clone())),
            None => Err(authenticated.challenge(parts).map(axum::body::Body::new)),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for MaybePeer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let authenticated = Authenticated::of(&parts.extensions).ok_or_else(without_layer)?;
        Ok(Self(authenticated.caller().cloned()))
    }
}

/// A route without the layer is a mistake of the service, and opens nothing.
fn without_layer() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
