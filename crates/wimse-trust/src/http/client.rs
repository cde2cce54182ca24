//! One request, one answer, one connection.

use super::connection::Connection;
use super::{AddressPolicy, Endpoint, HttpError};
use ::http::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST,
};
use ::http::{HeaderMap, HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::timeout;
use wimse_creds::limits;
use wimse_mtls::rustls::{ClientConfig, RootCertStore};
use wimse_mtls::{MtlsError, TlsEnvironment};

/// Asks configured servers over HTTPS. Cloning shares it.
///
/// It follows no redirect, uses no proxy of the environment, keeps no connection, and reads at most 1 MiB of content. The
/// server is authenticated by its DNS name or IP address under the given roots (RFC 9525; SPIFFE Federation 5.2.1.4).
///
/// The roots have no default: take those of the platform (`rustls-native-certs`), of the web (`webpki-roots`), or your
/// own.
///
/// ```
/// # #[cfg(feature = "aws-lc")]
/// # fn client(pem: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// use wimse_mtls::TlsEnvironment;
/// use wimse_mtls::rustls::RootCertStore;
/// use wimse_mtls::rustls::pki_types::{CertificateDer, pem::PemObject};
/// use wimse_trust::{AddressPolicy, HttpClient};
///
/// let mut roots = RootCertStore::empty();
/// for certificate in CertificateDer::pem_slice_iter(pem) {
///     roots.add(certificate?)?;
/// }
/// let client = HttpClient::new(&TlsEnvironment::aws_lc(), roots, AddressPolicy::public())?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct HttpClient {
    tls: Arc<ClientConfig>,
    addresses: AddressPolicy,
    timeout: Duration,
}

/// What came back, with status 200.
pub(crate) struct Answer {
    pub(crate) headers: HeaderMap,
    pub(crate) content: Bytes,
}

impl HttpClient {
    /// A client that trusts these roots, and connects to these addresses.
    ///
    /// # Errors
    ///
    /// [`MtlsError::Tls`] if the provider has no TLS 1.3 and no 1.2.
    pub fn new(
        environment: &TlsEnvironment,
        roots: impl Into<Arc<RootCertStore>>,
        addresses: AddressPolicy,
    ) -> Result<Self, MtlsError> {
        let (provider, time) = (Arc::clone(environment.provider()), Arc::clone(environment.time_provider()));
        let tls = ClientConfig::builder_with_details(provider, time).with_safe_default_protocol_versions();
        let tls = tls.map_err(MtlsError::Tls)?.with_root_certificates(roots).with_no_client_auth();
        Ok(Self { tls: Arc::new(tls), addresses, timeout: Self::DEFAULT_TIMEOUT })
    }

    /// How long one exchange may take in all, from the look-up of the name to the last byte.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

    /// Sets how long one exchange may take in all, from the look-up of the name to the last byte.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Asks, and reads an answer that is JSON.
    pub(crate) async fn ask(
        &self,
        endpoint: &Endpoint,
        request: Request<Bytes>,
    ) -> Result<Answer, HttpError> {
        let exchange = self.exchange(endpoint, request);
        timeout(self.timeout, exchange).await.map_err(|_| HttpError::Timeout)?
    }

    async fn exchange(&self, endpoint: &Endpoint, request: Request<Bytes>) -> Result<Answer, HttpError> {
        let connection = Connection::open(endpoint, &self.tls, &self.addresses, self.timeout).await?;
        let handshake = http1::Builder::new().max_buf_size(HEAD_BYTES).handshake(TokioIo::new(connection));
        let (mut sender, driver) = handshake.await.map_err(HttpError::Protocol)?;
        // Ends with this exchange, however that ends.
        let mut tasks = JoinSet::new();
        tasks.spawn(driver);
        let response =
            sender.send_request(on_the_wire(endpoint, request)).await.map_err(HttpError::Protocol)?;
        check(&response)?;
        let (head, body) = response.into_parts();
        Ok(Answer { content: content(body).await?, headers: head.headers })
    }
}

/// Origin-form and `Host`, as HTTP/1.1 has them; no coding is welcome.
fn on_the_wire(endpoint: &Endpoint, mut request: Request<Bytes>) -> Request<Full<Bytes>> {
    let target = endpoint.uri().path_and_query().map_or("/", |target| target.as_str());
    *request.uri_mut() = target.parse().unwrap_or_default();
    let authority = endpoint.uri().authority().map_or("", |authority| authority.as_str());
    let headers = request.headers_mut();
    if let Ok(host) = HeaderValue::from_str(authority) {
        headers.insert(HOST, host);
    }
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers.entry(ACCEPT).or_insert(JSON);
    request.map(Full::new)
}

/// Everything that the head of the answer tells.
fn check(response: &Response<Incoming>) -> Result<(), HttpError> {
    let (status, headers) = (response.status(), response.headers());
    if status.is_redirection() {
        return Err(HttpError::Redirect);
    }
    if status != ::http::StatusCode::OK {
        return Err(HttpError::Status(status.as_u16()));
    }
    // SPIFFE Federation 5.2.1.3 only recommends a type; one that says something else is not a key document.
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    if types.next().is_some_and(|value| !is_json(value)) || types.next().is_some() {
        return Err(HttpError::ContentType);
    }
    if headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
    {
        return Err(HttpError::ContentEncoding);
    }
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > LIMIT) {
        return Err(HttpError::TooLarge { limit: LIMIT });
    }
    Ok(())
}

/// `application/json`, or a type built on it (RFC 6839 3.1).
fn is_json(value: &HeaderValue) -> bool {
    let Ok(value) = value.to_str() else { return false };
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some(subtype) = essence.strip_prefix("application/") else { return false };
    subtype == "json" || subtype.strip_suffix("+json").is_some_and(|name| !name.is_empty())
}

async fn content(mut body: Incoming) -> Result<Bytes, HttpError> {
    let mut content = Vec::new();
    while let Some(frame) = body.frame().await {
        // Trailers say nothing here.
        let Ok(data) = frame.map_err(HttpError::Protocol)?.into_data() else { continue };
        if content.len() + data.len() > LIMIT {
            return Err(HttpError::TooLarge { limit: LIMIT });
        }
        content.extend_from_slice(&data);
    }
    Ok(content.into())
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("addresses", &self.addresses)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
const LIMIT: usize = limits::KEY_DOCUMENT_BYTES;
/// Bytes of the head of an answer, and of what is read ahead.
const HEAD_BYTES: usize = 64 * 1024;
