//! The same for reqwest.

use super::error::ClientError;
use super::sender::Sender;
use super::{Responses, SignLayer};
use bytes::Bytes;
use http::{Extensions, Response, Uri};
use reqwest::ResponseBuilderExt as _;
use reqwest_middleware::{Middleware, Next};
use std::sync::Arc;
use wimse_httpsig::{Answer, PendingExchange};

/// Middleware for `reqwest-middleware` that proves who sends each request, and verifies the responses.
///
/// Add it last, so that it is nearest to the wire: what retries stands before it, and each attempt has a fresh proof.
///
/// ```
/// use wimse_creds::pop::WitSource;
/// use wimse_tower::client::{SignLayer, SignMiddleware, reqwest_builder};
///
/// fn client(
///     source: impl WitSource + 'static,
/// ) -> Result<reqwest_middleware::ClientWithMiddleware, reqwest::Error> {
///     let client = reqwest_builder().build()?;
///     let proof = SignMiddleware::from(SignLayer::proof_token(source));
///     Ok(reqwest_middleware::ClientBuilder::new(client).with(proof).build())
/// }
/// ```
///
/// A client that undoes content codings (features `gzip` and others of reqwest) changes the content that a signed response
/// covers: build it without them. A field that the client itself adds to each request, such as one of `default_headers`,
/// is added after the proof was made: of those fields that the proof covers, add none there.
#[derive(Debug, Clone)]
pub struct SignMiddleware(Arc<Sender>);

/// A client that follows no redirect and sends nothing twice by itself: both would carry a proof to where it is not good.
pub fn reqwest_builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).retry(reqwest::retry::never())
}

impl From<SignLayer> for SignMiddleware {
    fn from(layer: SignLayer) -> Self {
        Self(Arc::new(layer.into_sender()))
    }
}

#[async_trait::async_trait]
impl Middleware for SignMiddleware {
    async fn handle(
        &self,
        mut request: reqwest::Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let (target, pending) = self.prove(&mut request).map_err(refused)?;
        let response = next.run(request, extensions).await?;
        match (pending, self.0.responses()) {
            (Some(pending), Some(responses)) => {
                self.verify(responses, &pending, &target, response).await.map_err(refused)
            }
            _ => Ok(response),
        }
    }
}

impl SignMiddleware {
    fn prove(&self, request: &mut reqwest::Request) -> Result<(Uri, Option<PendingExchange>), ClientError> {
        let content = if self.0.covers_content(request.headers())? {
            self.content(request)?
        } else {
            Bytes::new()
        };
        let unreadable = |error: http::Error| ClientError::Call(error.into());
        let mut proven = http::Request::builder()
            .method(request.method())
            .uri(request.url().as_str())
            .body(())
            .map_err(unreadable)?;
        *proven.headers_mut() = request.headers().clone();
        let pending = self.0.prove(&mut proven, &content)?;
        let (parts, ()) = proven.into_parts();
        *request.headers_mut() = parts.headers;
        Ok((parts.uri, pending))
    }

    /// A body that is a stream is not at hand.
    fn content(&self, request: &reqwest::Request) -> Result<Bytes, ClientError> {
        let Some(body) = request.body() else { return Ok(Bytes::new()) };
        let content = body.as_bytes().ok_or(ClientError::Streaming)?;
        if content.len() > self.0.max_bytes {
            return Err(ClientError::RequestTooLarge { limit: self.0.max_bytes });
        }
        Ok(Bytes::copy_from_slice(content))
    }

    async fn verify(
        &self,
        responses: &Responses,
        pending: &PendingExchange,
        target: &Uri,
        mut response: reqwest::Response,
    ) -> Result<reqwest::Response, ClientError> {
        let mut head = Response::builder().status(response.status()).version(response.version());
        if let Some(headers) = head.headers_mut() {
            headers.clone_from(response.headers());
        }
        let head = head.url(response.url().clone()).body(()).map_err(|error| ClientError::Call(error.into()))?;
        let (mut parts, ()) = head.into_parts();
        let Some(signed) = responses.check_head(pending, target, &parts, &*self.0.clock)? else {
            response.extensions_mut().insert(Answer::Unsigned);
            return Ok(response);
        };
        let (limit, timeout) = responses.limits();
        let content = tokio::time::timeout(timeout, read(&mut response, limit))
            .await
            .map_err(|_| ClientError::ResponseTimeout)?
            .map_err(|error| ClientError::ResponseBody(error.into()))?
            .ok_or_else(|| responses.too_large())?;
        parts.extensions.insert(responses.admit(signed, &content, &*self.0.clock)?);
        Ok(Response::from_parts(parts, content).into())
    }
}

/// `None` for content that is too large.
async fn read(response: &mut reqwest::Response, limit: usize) -> reqwest::Result<Option<Bytes>> {
    let mut content = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if content.len() + chunk.len() > limit {
            return Ok(None);
        }
        content.extend_from_slice(&chunk);
    }
    Ok(Some(content.into()))
}

fn refused(error: ClientError) -> reqwest_middleware::Error {
    reqwest_middleware::Error::middleware(error)
}
