//! What a source says.

use super::error::SourceError;
use super::source::AnchorFormat;
use std::time::Duration;
use wimse_creds::trust::{DomainAnchors, KeyDocument, TrustError};
use wimse_creds::wic::CaCertificates;

/// A document that was read and is usable.
#[derive(Debug, Clone)]
pub(super) struct Document {
    content: Content,
    pub(super) refresh_hint: Option<Duration>,
    pub(super) sequence: Option<u64>,
}

#[derive(Debug, Clone)]
enum Content {
    Keys(KeyDocument),
    CaCertificates(CaCertificates),
}

impl Document {
    pub(super) fn read(format: AnchorFormat, bytes: &[u8]) -> Result<Self, SourceError> {
        let keys = match format {
            AnchorFormat::CaCertificates => {
                let certificates = CaCertificates::from_pem(bytes).map_err(TrustError::CaCertificate)?;
                let content = Content::CaCertificates(certificates);
                return Ok(Self { content, refresh_hint: None, sequence: None });
            }
            AnchorFormat::JwkSet => KeyDocument::jwk_set(bytes)?,
            AnchorFormat::SpiffeBundle => {
                let bundle = KeyDocument::spiffe_bundle(bytes)?;
                let refresh_hint = bundle.refresh_hint().map(Duration::from_secs);
                let sequence = bundle.sequence();
                return Ok(Self { content: Content::Keys(bundle), refresh_hint, sequence });
            }
        };
        // A bundle without keys revokes those before (SPIFFE Trust Domain and Bundle 4.1.3). No text says so of a JWK
        // Set, where it is more likely a mistake.
        if keys.keys().is_empty() {
            return Err(SourceError::NoKeys);
        }
        Ok(Self { content: Content::Keys(keys), refresh_hint: None, sequence: None })
    }

    pub(super) fn add_to(&self, mut domain: DomainAnchors) -> Result<DomainAnchors, TrustError> {
        match &self.content {
            Content::Keys(keys) => domain.with_document(keys.clone()),
            Content::CaCertificates(certificates) => {
                for certificate in certificates.as_slice() {
                    domain = domain.with_ca_certificate(certificate.clone())?;
                }
                Ok(domain)
            }
        }
    }
}
