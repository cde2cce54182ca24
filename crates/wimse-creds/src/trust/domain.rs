//! The anchors of one trust domain.

use super::document::KeyDocument;
use super::error::{KeySelectionError, TrustError};
use crate::key::{Algorithm, AnchorKey, Backend, PublicKey};
use crate::limits;
#[cfg(feature = "wic")]
use crate::wic::{CaCertificate, CaCertificates};
use wimse_identifier::Origin;

/// Keys, issuers and algorithms of one origin (workload-creds 3).
#[derive(Debug, Clone)]
pub struct DomainAnchors {
    origin: Origin,
    keys: Vec<AnchorKey>,
    issuers: Vec<String>,
    algorithms: Option<Vec<Algorithm>>,
    backend: Option<Backend>,
    #[cfg(feature = "wic")]
    ca_certificates: CaCertificates,
}

impl DomainAnchors {
    /// A domain without keys: trusted by name, and nothing verifies yet.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            keys: Vec::new(),
            issuers: Vec::new(),
            algorithms: None,
            backend: None,
            #[cfg(feature = "wic")]
            ca_certificates: CaCertificates::new(),
        }
    }

    /// Adds one key.
    ///
    /// # Errors
    ///
    /// [`TrustError::DuplicateKeyId`] or [`TrustError::TooManyKeys`] (256).
    pub fn with_key(mut self, key: impl Into<AnchorKey>) -> Result<Self, TrustError> {
        self.add(key.into())?;
        Ok(self)
    }

    /// Adds the keys of a JWK Set (RFC 7517 5). Entries of other kinds are skipped, see [`KeyDocument`].
    ///
    /// # Errors
    ///
    /// A [`TrustError`]; nothing is added then.
    pub fn with_jwk_set(self, json: &[u8]) -> Result<Self, TrustError> {
        self.with_document(KeyDocument::jwk_set(json)?)
    }

    /// Adds the WIT-SVID keys of a SPIFFE bundle document (WIT-SVID 6), and with the feature `wic` the X509-SVID CA
    /// certificates (X509-SVID 6). Entries for other uses are skipped.
    ///
    /// # Errors
    ///
    /// A [`TrustError`]; nothing is added then.
    pub fn with_spiffe_bundle(self, json: &[u8]) -> Result<Self, TrustError> {
        self.with_document(KeyDocument::spiffe_bundle(json)?)
    }

    /// Adds the keys of a document that has been read.
    ///
    /// # Errors
    ///
    /// [`TrustError::DuplicateKeyId`] or [`TrustError::TooManyKeys`] (256).
    pub fn with_document(mut self, document: KeyDocument) -> Result<Self, TrustError> {
        #[cfg(feature = "wic")]
        for certificate in document.ca_certificates().as_slice() {
            self.ca_certificates.add(certificate.clone()).map_err(TrustError::CaCertificate)?;
        }
        for key in document.into_keys() {
            self.add(key)?;
        }
        Ok(self)
    }

    /// Adds the certificate of a CA that vouches for workloads of this origin, and of no other, by X.509 (MTLS-3.2-1).
    ///
    /// Whatever chains up to it counts: of a hierarchy that several origins share, add the CA that serves this one, and
    /// not one above it.
    ///
    /// # Errors
    ///
    /// [`TrustError::CaCertificate`] beyond 256.
    #[cfg(feature = "wic")]
    pub fn with_ca_certificate(mut self, certificate: CaCertificate) -> Result<Self, TrustError> {
        self.ca_certificates.add(certificate).map_err(TrustError::CaCertificate)?;
        Ok(self)
    }

    /// Adds the CA certificates of a PEM text of at most 1 MiB.
    ///
    /// # Errors
    ///
    /// [`TrustError::CaCertificate`], also for a text without a certificate; nothing is added then.
    #[cfg(feature = "wic")]
    pub fn with_ca_certificates_pem(mut self, pem: impl AsRef<[u8]>) -> Result<Self, TrustError> {
        let certificates = CaCertificates::from_pem(pem).map_err(TrustError::CaCertificate)?;
        for certificate in certificates.as_slice() {
            self.ca_certificates.add(certificate.clone()).map_err(TrustError::CaCertificate)?;
        }
        Ok(self)
    }

    /// Accepts a WIT with `iss` only if it is this, or another one so added. Compared as a string.
    ///
    /// A WIT without `iss` is still accepted, unless [`WitPolicy::require_issuer`](crate::WitPolicy::require_issuer) is
    /// set. Without any issuer here, `iss` is not looked at: keys and identity hang on the trust domain (workload-creds 5.1.3).
    ///
    /// # Errors
    ///
    /// [`TrustError::Issuer`] for anything that is not an absolute URI.
    pub fn with_issuer(mut self, issuer: impl Into<String>) -> Result<Self, TrustError> {
        let issuer = issuer.into();
        if !is_absolute_uri(&issuer) {
            return Err(TrustError::Issuer);
        }
        self.issuers.push(issuer);
        Ok(self)
    }

    /// Accepts only these algorithms in WITs of the domain. Without this call: those of its keys.
    #[must_use]
    pub fn with_algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Checks the signatures of issuers with one backend, by these keys and those added later. Without this call: the
    /// fastest of the build for each algorithm.
    ///
    /// # Errors
    ///
    /// [`TrustError::Key`] with [`KeyError::NoBackend`](crate::KeyError::NoBackend) if this build does not have it, or it
    /// does not support the algorithm of a key.
    pub fn with_backend(mut self, backend: Backend) -> Result<Self, TrustError> {
        self.backend = Some(backend);
        for key in std::mem::take(&mut self.keys) {
            self.add(key)?;
        }
        Ok(self)
    }

    /// The origin that these anchors are for.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The keys, in the order added.
    #[must_use]
    pub fn keys(&self) -> &[AnchorKey] {
        &self.keys
    }

    /// The certificates of CAs, in the order added.
    #[cfg(feature = "wic")]
    #[must_use]
    pub fn ca_certificates(&self) -> &CaCertificates {
        &self.ca_certificates
    }

    /// The accepted issuers; empty if any is.
    #[must_use]
    pub fn issuers(&self) -> &[String] {
        &self.issuers
    }

    /// Chooses the key for a token by its header, as workload-creds 3 says. The header only ever narrows.
    ///
    /// # Errors
    ///
    /// A [`KeySelectionError`].
    pub fn select(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
    ) -> Result<&PublicKey, KeySelectionError> {
        if self.algorithms.as_ref().is_some_and(|allowed| !allowed.contains(&algorithm)) {
            return Err(KeySelectionError::AlgorithmNotAllowed);
        }
        if let Some(key_id) = key_id {
            let key = self.keys.iter().find(|key| key.key_id() == Some(key_id));
            let key = key.ok_or(KeySelectionError::UnknownKeyId)?;
            return key.for_algorithm(algorithm).ok_or(KeySelectionError::AlgorithmMismatch);
        }
        let mut usable = self.keys.iter().filter_map(|key| key.for_algorithm(algorithm));
        match (usable.next(), usable.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => Err(KeySelectionError::Ambiguous),
            (None, _) => Err(KeySelectionError::NoKey),
        }
    }

    fn add(&mut self, key: AnchorKey) -> Result<(), TrustError> {
        if self.keys.len() >= limits::KEYS_PER_DOMAIN {
            return Err(TrustError::TooManyKeys { limit: limits::KEYS_PER_DOMAIN });
        }
        if key.key_id().is_some() && self.keys.iter().any(|known| known.key_id() == key.key_id()) {
            return Err(TrustError::DuplicateKeyId);
        }
        let moved = self.backend.map(|backend| key.with_backend(backend)).transpose();
        let moved = moved.map_err(|source| TrustError::Key { index: self.keys.len(), source })?;
        self.keys.push(moved.unwrap_or(key));
        Ok(())
    }
}

/// Scheme, colon, something: enough to tell a URI from a name (RFC 3986 3.1).
pub(crate) fn is_absolute_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_graphic())
}
