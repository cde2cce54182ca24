//! Credentials from an identity server.

use super::protocol::{CredentialRequest, CredentialResponse};
use super::source::Obtained;
use super::{Enrolment, RenewalError};
use crate::http::JSON;
use crate::{Endpoint, HttpClient};
use ::http::Request;
use ::http::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::body::Bytes;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{Nonce, WitCredential};
use wimse_creds::wic::{CertificateRequest, WicCredential, WorkloadIdentityCertificate};
use wimse_creds::{UnixTime, WorkloadIdentityToken};
use wimse_identifier::WorkloadIdentifier;
use wimse_mtls::{TlsEnvironment, TlsIdentity};
use wimse_wpt::{ProofOptions, Prover};

/// Credentials that an identity server issues over HTTPS, as [`protocol`](super::protocol) says. Each renewal is for a new
/// key, which never leaves the program (WIT-9.5-4).
///
/// ```
/// # #[cfg(feature = "aws-lc")]
/// # fn server(client: &wimse_trust::HttpClient) -> Result<(), Box<dyn std::error::Error>> {
/// use wimse_creds::key::Algorithm;
/// use wimse_mtls::TlsEnvironment;
/// use wimse_trust::{Enrolment, IdentityServer};
///
/// let endpoint = "https://id.example.com/credentials".parse()?;
/// let token = Enrolment::token_file("/var/run/secrets/tokens/wimse");
/// let server = IdentityServer::new(client, endpoint, token)
///     .wit(Algorithm::Es256)
///     .wic(Algorithm::Es256, &TlsEnvironment::aws_lc())
///     .expect("wimse://example.com/billing".parse()?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct IdentityServer {
    client: HttpClient,
    endpoint: Endpoint,
    enrolment: Enrolment,
    wit: Option<Algorithm>,
    wic: Option<(Algorithm, TlsEnvironment)>,
    expected: Option<WorkloadIdentifier>,
}

impl IdentityServer {
    /// An identity server that is not asked for anything yet.
    #[must_use]
    pub fn new(client: &HttpClient, endpoint: Endpoint, enrolment: Enrolment) -> Self {
        Self { client: client.clone(), endpoint, enrolment, wit: None, wic: None, expected: None }
    }

    /// Asks for a WIT for a key of this algorithm.
    #[must_use]
    pub fn wit(mut self, algorithm: Algorithm) -> Self {
        self.wit = Some(algorithm);
        self
    }

    /// Asks for a WIC for a key of this algorithm, to be used in TLS.
    #[must_use]
    pub fn wic(mut self, algorithm: Algorithm, environment: &TlsEnvironment) -> Self {
        self.wic = Some((algorithm, environment.clone()));
        self
    }

    /// Takes credentials for this workload only. Without it, the first one says who the workload is, and later ones must
    /// be for the same.
    #[must_use]
    pub fn expect(mut self, identifier: WorkloadIdentifier) -> Self {
        self.expected = Some(identifier);
        self
    }

    /// Makes one request, for keys that the caller has made: for tools that write credentials into files. The proof of
    /// possession in it has to be for the URL of the endpoint.
    ///
    /// Who asks is told by the enrolment, or by the current credential after a join token. Nothing is looked into
    /// that comes back: compare it with what was asked for.
    ///
    /// # Errors
    ///
    /// A [`RenewalError`], such as [`RenewalError::Http`] for a refusal.
    pub async fn ask(
        &self,
        request: CredentialRequest,
        current: Option<&WitCredential>,
        now: UnixTime,
    ) -> Result<CredentialResponse, RenewalError> {
        let request = self.authenticate(request, current, now).await?;
        let answer = self.client.ask(&self.endpoint, request).await?;
        Ok(CredentialResponse::from_json(&answer.content)?)
    }

    /// Asks for new credentials.
    pub(super) async fn obtain(
        &self,
        current: Option<&WitCredential>,
        identifier: Option<&WorkloadIdentifier>,
        now: UnixTime,
    ) -> Result<Obtained, RenewalError> {
        let (keys, message) = self.request(identifier, now)?;
        let response = self.ask(message, current, now).await?;
        let obtained = self.join(keys, &response, now)?;
        let same =
            |found: &WorkloadIdentifier| self.expected.as_ref().or(identifier).unwrap_or(found) == found;
        match obtained.identifiers() {
            (Some(wit), Some(wic)) if wit != wic => Err(RenewalError::Identifier),
            (Some(found), _) | (None, Some(found)) if !same(found) => Err(RenewalError::Identifier),
            _ => Ok(obtained),
        }
    }

    /// New keys, and the request by which they are to be bound.
    fn request(
        &self,
        identifier: Option<&WorkloadIdentifier>,
        now: UnixTime,
    ) -> Result<(Keys, CredentialRequest), RenewalError> {
        let (mut keys, mut message) = (Keys::default(), CredentialRequest::default());
        if let Some(algorithm) = self.wit {
            let key = SigningKey::generate(algorithm)?;
            message = message.with_wit_key(&key, self.endpoint.as_str(), now, Nonce::random()?)?;
            keys.wit = Some(key);
        }
        if let Some((algorithm, _)) = &self.wic {
            let key = SigningKey::generate(*algorithm)?;
            let request = CertificateRequest::new(&key, self.expected.as_ref().or(identifier))?;
            let (endpoint, nonce) = (self.endpoint.as_str(), Nonce::random()?);
            message = message.with_certificate_request(request, &key, endpoint, now, nonce)?;
            keys.wic = Some(key);
        }
        Ok((keys, message))
    }

    async fn authenticate(
        &self,
        message: CredentialRequest,
        current: Option<&WitCredential>,
        now: UnixTime,
    ) -> Result<Request<Bytes>, RenewalError> {
        let mut request = Request::new(Bytes::from(message.to_json()));
        *request.method_mut() = ::http::Method::POST;
        *request.uri_mut() = self.endpoint.uri().clone();
        request.headers_mut().insert(CONTENT_TYPE, JSON);
        let current = current.filter(|current| now < current.wit().claimed_expiry());
        match current.filter(|_| self.enrolment.is_for_once()) {
            Some(current) => {
                // Over TLS, or to a loopback address and nowhere else: the client sees to that.
                let options = ProofOptions::default().channel_is_secure();
                Prover::with_options(current, options).attach(&mut request, now, Nonce::random()?)?;
            }
            None => {
                request.headers_mut().insert(AUTHORIZATION, self.enrolment.authorization().await?);
            }
        }
        Ok(request)
    }

    /// Joins what was issued and the keys that it was asked for.
    fn join(
        &self,
        keys: Keys,
        response: &CredentialResponse,
        now: UnixTime,
    ) -> Result<Obtained, RenewalError> {
        let mut obtained = Obtained::default();
        if let Some(key) = keys.wit {
            let wit = response.wit().ok_or(RenewalError::Missing("WIT"))?;
            let credential = WitCredential::new(WorkloadIdentityToken::parse(wit)?, key)?;
            if now >= credential.wit().claimed_expiry() {
                return Err(RenewalError::Expired);
            }
            obtained.wit = Some(credential);
        }
        if let (Some(key), Some((_, environment))) = (keys.wic, &self.wic) {
            let wic = response.wic().ok_or(RenewalError::Missing("WIC"))?;
            let credential = WicCredential::new(WorkloadIdentityCertificate::from_pem(wic)?, key)?;
            obtained.wic = Some(TlsIdentity::new(environment, &credential, now)?);
        }
        Ok(obtained)
    }
}

/// A key for each credential: they are never shared (WIT-9.5-2).
#[derive(Default)]
struct Keys {
    wit: Option<SigningKey>,
    wic: Option<SigningKey>,
}
