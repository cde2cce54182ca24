//! HTTP: what is asked where, and within which limits.

use super::names::ENDPOINT;
use super::refused::Refused;
use super::server::{IdentityServer, Issued};
use super::traced;
use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, request};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Body;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument as _;

/// Where the keys are published.
pub(crate) const JWK_SET: &str = "/jwks.json";
/// Where the SPIFFE bundle is.
pub(crate) const SPIFFE_BUNDLE: &str = "/bundle.json";
/// Where the certificates of the CAs are.
pub(crate) const CA_CERTIFICATES: &str = "/ca.pem";

/// Bytes of a request for credentials, as docs/identity-server says.
const CONTENT_BYTES: usize = 128 * 1024;
/// How long it may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of a request for credentials.
pub(crate) type Outcome<'a> = Result<&'a Issued, &'a Refused>;

impl IdentityServer {
    /// Answers a request. `report` is told what came of it, if it was for credentials or was refused.
    pub(crate) async fn answer<B>(
        self: &Arc<Self>,
        request: Request<B>,
        report: impl Fn(Outcome<'_>),
    ) -> Response<Full<Bytes>>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let (head, body) = request.into_parts();
        let span = traced::span();
        let report = |outcome: Outcome<'_>| {
            traced::outcome(&span, outcome);
            report(outcome);
        };
        let answered = self.route(head, body, &report).instrument(span.clone()).await;
        answered.unwrap_or_else(|refused| {
            report(Err(&refused));
            refusal(&refused)
        })
    }

    async fn route<B>(
        self: &Arc<Self>,
        head: request::Parts,
        body: B,
        report: &impl Fn(Outcome<'_>),
    ) -> Result<Response<Full<Bytes>>, Refused>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        // Before anything else is looked at.
        if !self.names.are_meant(&head.uri, &head.headers) {
            return Err(Refused::Host);
        }
        let published = match head.uri.path() {
            "/" => return of(&head.method, &Method::GET).map(|()| self.about()),
            ENDPOINT => {
                of(&head.method, &Method::POST)?;
                let issued = self.credentials(head, body).await?;
                report(Ok(&issued));
                return Ok(document("application/json", issued.response.to_json(), "no-store"));
            }
            JWK_SET => ("application/jwk-set+json", JWK_SET),
            SPIFFE_BUNDLE => ("application/json", SPIFFE_BUNDLE),
            CA_CERTIFICATES => ("application/pem-certificate-chain", CA_CERTIFICATES),
            _ => return Err(Refused::Path),
        };
        of(&head.method, &Method::GET)?;
        self.published(published.0, published.1).await
    }

    async fn published(
        self: &Arc<Self>,
        content_type: &'static str,
        path: &'static str,
    ) -> Result<Response<Full<Bytes>>, Refused> {
        let server = Arc::clone(self);
        // A new key may be due, and takes a moment.
        let keys = tokio::task::spawn_blocking(move || server.keys()).await;
        let (_, published) = keys.map_err(|_| Refused::Cancelled)??;
        let content = match path {
            JWK_SET => &published.jwk_set,
            SPIFFE_BUNDLE => &published.spiffe_bundle,
            _ => &published.ca_certificates,
        };
        let cache = format!("max-age={}", published.refresh.as_secs());
        Ok(document(content_type, content.clone(), &cache))
    }

    async fn credentials<B>(self: &Arc<Self>, head: request::Parts, body: B) -> Result<Issued, Refused>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        if !self.pace.admits(self.clock.elapsed()) {
            return Err(Refused::Pace);
        }
        // A page in a browser cannot send it to another server without being asked to.
        if !is_json(&head.headers) {
            return Err(Refused::ContentType);
        }
        let content = tokio::time::timeout(PATIENCE, Limited::new(body, CONTENT_BYTES).collect()).await;
        let content = content.map_err(|_| Refused::Content)?.map_err(|error| {
            if error.is::<LengthLimitError>() { Refused::TooLarge } else { Refused::Content }
        })?;
        let (server, request) = (Arc::clone(self), Request::from_parts(head, ()));
        let content = content.to_bytes();
        let issued = tokio::task::spawn_blocking(move || server.issue(&request, &content)).await;
        issued.map_err(|_| Refused::Cancelled)?
    }

    /// For whoever opens it in a browser.
    fn about(&self) -> Response<Full<Bytes>> {
        let base = self.names.first();
        let text = format!(
            "wimse dev-server: an identity server for development, not for production\n\n\
             credentials      POST {base}{ENDPOINT}\n\
             JWK Set          {base}{JWK_SET}\n\
             SPIFFE bundle    {base}{SPIFFE_BUNDLE}\n\
             CA certificates  {base}{CA_CERTIFICATES}\n"
        );
        document("text/plain; charset=utf-8", text, "no-store")
    }
}

fn of(method: &Method, expected: &Method) -> Result<(), Refused> {
    let is_head = *expected == Method::GET && *method == Method::HEAD;
    if method == expected || is_head { Ok(()) } else { Err(Refused::Method) }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else { return false };
    let essence = value.to_str().ok().and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn document(content_type: &'static str, content: String, cache: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(content));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    if let Ok(cache) = HeaderValue::from_str(cache) {
        headers.insert(CACHE_CONTROL, cache);
    }
    response
}

/// The status, and nothing of the reason.
fn refusal(refused: &Refused) -> Response<Full<Bytes>> {
    let status = refused.status();
    let text = format!("{status}\nThe reason is in the log of the server.\n");
    let mut response = document("text/plain; charset=utf-8", text, "no-store");
    *response.status_mut() = status;
    let field = match (status, refused) {
        (StatusCode::UNAUTHORIZED, _) => Some((WWW_AUTHENTICATE, "Bearer, WPT")),
        (StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE, _) => Some((RETRY_AFTER, "1")),
        (StatusCode::METHOD_NOT_ALLOWED, _) => Some((ALLOW, "GET, HEAD, POST")),
        _ => None,
    };
    if let Some((name, value)) = field {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
