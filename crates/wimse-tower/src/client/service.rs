//! The service that the layer makes.

use super::body::{ClientBody, Unread, of_bytes, pass_on, read};
use super::error::{BoxError, ClientError};
use super::sender::Sender;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tower_service::Service;
use wimse_httpsig::PendingExchange;

/// A client that proves who it is, in front of one that sends.
///
/// The client beneath takes requests with a [`ClientBody`]; `map_request` of tower turns that into another type, such as
/// the body of tonic.
#[derive(Debug, Clone)]
pub struct SignService<S> {
    inner: S,
    sender: Arc<Sender>,
}

impl<S> SignService<S> {
    pub(super) fn new(inner: S, sender: Sender) -> Self {
        Self { inner, sender: Arc::new(sender) }
    }
}

impl<S, B, R> Service<Request<B>> for SignService<S>
where
    S: Service<Request<ClientBody>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
    R: Body<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    type Response = Response<ClientBody>;
    type Error = ClientError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, ClientError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ClientError>> {
        self.inner.poll_ready(context).map_err(|error| ClientError::Call(error.into()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The one that is ready goes into the future; its clone is to become ready for the next call.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        let sender = Arc::clone(&self.sender);
        Box::pin(async move {
            let target = request.uri().clone();
            let (request, pending) = prove(&sender, request).await?;
            let response = inner.call(request).await.map_err(|error| ClientError::Call(error.into()))?;
            match (pending, sender.responses()) {
                (Some(pending), Some(responses)) => {
                    responses.verify(&pending, &target, response, &*sender.clock).await
                }
                _ => Ok(response.map(pass_on)),
            }
        })
    }
}

async fn prove<B>(
    sender: &Sender,
    request: Request<B>,
) -> Result<(Request<ClientBody>, Option<PendingExchange>), ClientError>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    if !sender.covers_content(request.headers())? {
        let mut request = request.map(pass_on);
        let pending = sender.prove(&mut request, &[])?;
        return Ok((request, pending));
    }
    let (parts, body) = request.into_parts();
    let content = read(body, sender.max_bytes).await.map_err(|unread| match unread {
        Unread::TooLarge => ClientError::RequestTooLarge { limit: sender.max_bytes },
        Unread::Failed(error) => ClientError::RequestBody(error),
    })?;
    let mut request = Request::from_parts(parts, ());
    let pending = sender.prove(&mut request, &content)?;
    Ok((request.map(|()| of_bytes(content)), pending))
}
