//! Certificate requests (PKCS#10, RFC 2986).

use super::{WicIssueError, algorithms, build, extensions, pem};
use crate::key::{PublicKey, SigningKey};
use crate::limits;
use std::fmt;
use wimse_identifier::{IdentifierPolicy, WorkloadIdentifier};
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;
use x509_cert::request::{CertReq, RequestBuilder};

/// A request for a WIC, by which a workload gets a certificate without giving its key away (MTLS-5-9).
///
/// One that has been read has proven possession of its key, and nothing else: who sent it, the issuer must know from
/// elsewhere.
///
/// ```
/// # use wimse_creds::key::{Algorithm, SigningKey};
/// # use wimse_creds::wic::CertificateRequest;
/// // The workload.
/// let key = SigningKey::generate(Algorithm::Es256)?;
/// let request = CertificateRequest::new(&key, Some(&"wimse://example.com/billing".parse()?))?.to_pem();
///
/// // The issuer.
/// let request = CertificateRequest::from_pem(&request)?;
/// assert_eq!(request.public_key(), key.public_key());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateRequest {
    der: Vec<u8>,
    key: PublicKey,
    identifier: Option<WorkloadIdentifier>,
}

impl CertificateRequest {
    /// Makes a request for a key, and for an identifier if the workload knows its own.
    ///
    /// # Errors
    ///
    /// [`WicIssueError::Algorithm`] or [`WicIssueError::Encoding`].
    pub fn new(key: &SigningKey, identifier: Option<&WorkloadIdentifier>) -> Result<Self, WicIssueError> {
        let encoding = |_| WicIssueError::Encoding;
        let mut builder = RequestBuilder::new(Name::default()).map_err(|_| WicIssueError::Encoding)?;
        if identifier.is_some() {
            builder.add_extension(&extensions::names(identifier, &[])?).map_err(encoding)?;
        }
        let der = build::signed(builder, key)?;
        Ok(Self { der, key: key.public_key().clone(), identifier: identifier.cloned() })
    }

    /// Reads a DER request of at most 16 KiB, and checks that it is signed by the key in it.
    ///
    /// # Errors
    ///
    /// [`WicIssueError::Request`], [`WicIssueError::Key`] or [`WicIssueError::RequestSignature`].
    pub fn from_der(der: &[u8]) -> Result<Self, WicIssueError> {
        Self::from_der_under(der, &IdentifierPolicy::default())
    }

    /// As [`from_der`](Self::from_der), with other rules for identifiers.
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der).
    pub fn from_der_under(der: &[u8], identifiers: &IdentifierPolicy) -> Result<Self, WicIssueError> {
        if der.len() > limits::CERTIFICATE_BYTES {
            return Err(WicIssueError::Request);
        }
        let request = CertReq::from_der(der).map_err(|_| WicIssueError::Request)?;
        let key = request.info.public_key.to_der().map_err(|_| WicIssueError::Request)?;
        let public = algorithms::public_key(&key).map_err(WicIssueError::Key)?;
        let signed = request.info.to_der().map_err(|_| WicIssueError::Request)?;
        let signature = request.signature.as_bytes().ok_or(WicIssueError::RequestSignature)?;
        algorithms::verify_signed(&key, &request.algorithm, &signed, signature)
            .map_err(|_| WicIssueError::RequestSignature)?;
        let identifier = identifier(&request, identifiers)?;
        Ok(Self { der: der.to_vec(), key: public, identifier })
    }

    /// Reads a PEM "CERTIFICATE REQUEST".
    ///
    /// # Errors
    ///
    /// As [`from_der`](Self::from_der).
    pub fn from_pem(pem: impl AsRef<[u8]>) -> Result<Self, WicIssueError> {
        use rustls_pki_types::{CertificateSigningRequestDer, pem::PemObject as _};
        let der = CertificateSigningRequestDer::from_pem_slice(pem.as_ref());
        Self::from_der(&der.map_err(|_| WicIssueError::Request)?)
    }

    /// The request in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The request in PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        pem::object("CERTIFICATE REQUEST", &self.der)
    }

    /// The key whose possession is proven.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The identifier that it asks for: nothing but a wish.
    #[must_use]
    pub fn claimed_identifier(&self) -> Option<&WorkloadIdentifier> {
        self.identifier.as_ref()
    }
}

impl fmt::Debug for CertificateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateRequest")
            .field("key", &self.key)
            .field("claimed_identifier", &self.claimed_identifier())
            .finish_non_exhaustive()
    }
}

/// The URI SAN that is asked for; more than one, or one that is no identifier, is refused.
fn identifier(
    request: &CertReq,
    policy: &IdentifierPolicy,
) -> Result<Option<WorkloadIdentifier>, WicIssueError> {
    let mut uris = Vec::new();
    for attribute in request.info.attributes.iter().filter(|attribute| attribute.oid == EXTENSION_REQUEST) {
        for value in attribute.values.iter() {
            let extensions: Vec<Extension> = value.decode_as().map_err(|_| WicIssueError::Request)?;
            for extension in extensions.iter().filter(|extension| extension.extn_id == SUBJECT_ALT_NAME) {
                let names = SubjectAltName::from_der(extension.extn_value.as_bytes());
                uris.extend(names.map_err(|_| WicIssueError::Request)?.0.into_iter().filter_map(|name| {
                    match name {
                        GeneralName::UniformResourceIdentifier(uri) => Some(uri),
                        _ => None,
                    }
                }));
            }
        }
    }
    match &uris[..] {
        [] => Ok(None),
        [uri] => policy.parse(uri.as_str()).map(Some).map_err(|_| WicIssueError::Request),
        _ => Err(WicIssueError::Request),
    }
}

const EXTENSION_REQUEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.14");
const SUBJECT_ALT_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.17");
