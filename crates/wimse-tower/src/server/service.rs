//! The service that the layer makes.

use super::body::{BoxError, ServerBody};
use super::layer::Gate;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;

/// A service behind an [`AuthenticateLayer`](super::AuthenticateLayer). It sees requests with
/// [`Authenticated`](super::Authenticated) in their extensions, and nothing else.
#[derive(Debug, Clone)]
pub struct Authenticate<S> {
    pub(super) inner: S,
    pub(super) gate: Arc<Gate>,
}

impl<S, B, R> Service<Request<B>> for Authenticate<S>
where
    S: Service<Request<ServerBody>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    R: Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    type Response = Response<ServerBody>;
    type Error = S::Error;
    type Future = AuthenticateFuture<S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> AuthenticateFuture<S::Error> {
        // The one that has been asked whether it is ready, not the clone.
        let unready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, unready);
        let gate = Arc::clone(&self.gate);
        let request = request.map(ServerBody::stream);
        AuthenticateFuture(Box::pin(async move {
            match gate.open(request).await {
                Ok((request, Some(exchange))) => {
                    let response = inner.call(request).await?.map(ServerBody::stream);
                    Ok(exchange.respond(&gate.authenticator, response).await)
                }
                Ok((request, None)) => Ok(inner.call(request).await?.map(ServerBody::stream)),
                Err(refused) => Ok(refused),
            }
        }))
    }
}

/// The response of an [`Authenticate`], to come.
pub struct AuthenticateFuture<E>(Pin<Box<dyn Future<Output = Result<Response<ServerBody>, E>> + Send>>);

impl<E> Future for AuthenticateFuture<E> {
    type Output = Result<Response<ServerBody>, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<E> fmt::Debug for AuthenticateFuture<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticateFuture").finish_non_exhaustive()
    }
}
