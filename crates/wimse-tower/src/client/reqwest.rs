//! The same for reqwest.

use super::error::ClientError;
use super::sender::Sender;
use super::{Responses, SignLayer};
use bytes::Bytes;
use http::{Extensions, Response, Uri};
use reqwest::redirect::Policy;
use reqwest::{ResponseBuilderExt as _, Url};
use reqwest_middleware::{ClientWithMiddleware, Middleware, Next};
use std::fmt;
use std::sync::Arc;
use wimse_httpsig::{Answer, PendingExchange};

/// Makes a client of `reqwest-middleware` that proves who sends each request, and verifies the responses.
///
/// The client follows no redirect, uses no proxy and sends nothing twice by itself, whatever its builder says: the first and the
/// last would carry a proof to where it is not good, and a proxy, of the environment too (`HTTP_PROXY`), would see what is
/// meant for this machine alone.
///
/// ```
/// use wimse_creds::pop::WitSource;
/// use wimse_tower::client::{SignLayer, SigningClientBuilder};
///
/// fn client(
///     source: impl WitSource + 'static,
/// ) -> Result<reqwest_middleware::ClientWithMiddleware, reqwest::Error> {
///     let builder = reqwest::Client::builder().user_agent("web/1.0");
///     Ok(SigningClientBuilder::new(SignLayer::proof_token(source), builder)?.build())
/// }
/// ```
pub struct SigningClientBuilder {
    client: reqwest::Client,
    before: Vec<Arc<dyn Middleware>>,
    proof: SignMiddleware,
}

impl SigningClientBuilder {
    /// With a client that is built from this builder. Its redirects, proxies and retries are turned off.
    ///
    /// # Errors
    ///
    /// Those of reqwest: the client cannot be built.
    pub fn new(layer: SignLayer, client: reqwest::ClientBuilder) -> reqwest::Result<Self> {
        let client = client.redirect(Policy::none()).retry(reqwest::retry::never()).no_proxy().build()?;
        let proof = SignMiddleware::on_client_without_redirects_and_proxies(layer);
        Ok(Self { client, before: Vec::new(), proof })
    }

    /// Adds middleware in front of the proof, such as one that retries: each attempt then has a fresh proof. What is added
    /// first sees requests first.
    #[must_use]
    pub fn with(mut self, middleware: impl Middleware) -> Self {
        self.before.push(Arc::new(middleware));
        self
    }

    /// The client. The proof is what is nearest to the wire.
    #[must_use]
    pub fn build(self) -> ClientWithMiddleware {
        let mut stack = self.before;
        stack.push(Arc::new(self.proof));
        ClientWithMiddleware::new(self.client, stack)
    }
}

impl fmt::Debug for SigningClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningClientBuilder").field("proof", &self.proof).finish_non_exhaustive()
    }
}

/// Middleware for `reqwest-middleware` that proves who sends each request, and verifies the responses.
/// [`SigningClientBuilder`] makes a client with it.
///
/// A client that undoes content codings (features `gzip` and others of reqwest) changes the content that a signed response
/// covers: build it without them. A field that the client itself adds to each request, such as one of `default_headers`,
/// is added after the proof was made: of those fields that the proof covers, add none there.
#[derive(Debug, Clone)]
pub struct SignMiddleware(Arc<Sender>);

impl SignMiddleware {
    /// For a client that exists. **The caller promises** that it was built with
    /// `redirect(reqwest::redirect::Policy::none())`, `retry(reqwest::retry::never())` and `no_proxy()`; a proxy is harmless if
    /// nothing goes to it but over TLS. Middleware cannot see how a client was built: a default one would carry WIT and proof
    /// wherever a redirect leads to. That it has is told afterwards: the answer is refused
    /// ([`ClientError::Redirected`]).
    ///
    /// Add it last, so that it is nearest to the wire: what retries stands before it, and each attempt has a fresh proof.
    #[must_use]
    pub fn on_client_without_redirects_and_proxies(layer: SignLayer) -> Self {
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
        let url = request.url().clone();
        let response = next.run(request, extensions).await?;
        if !is_same(&url, response.url()) {
            return Err(refused(ClientError::Redirected));
        }
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
        let content =
            if self.0.covers_content(request.headers())? { self.content(request)? } else { Bytes::new() };
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
        let head =
            head.url(response.url().clone()).body(()).map_err(|error| ClientError::Call(error.into()))?;
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
        let answer = responses.admit(signed, &parts, &content, &*self.0.clock)?;
        parts.extensions.insert(answer);
        Ok(Response::from_parts(parts, content).into())
    }
}

/// Whether one is what was asked for by the other. A fragment is not sent, nor is a user name.
fn is_same(url: &Url, other: &Url) -> bool {
    let sent = |url: &Url| {
        let place = (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default());
        (place, url.path().to_owned(), url.query().map(str::to_owned))
    };
    sent(url) == sent(other)
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
