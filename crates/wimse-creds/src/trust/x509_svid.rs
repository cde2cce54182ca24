//! CA certificates in SPIFFE bundles (X509-SVID 6).

use crate::jose::json::{self, Object};
use crate::wic::{CaCertificate, CaCertificateError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;

/// The certificate of a bundle entry: the first of `x5c`, where `use` is "x509-svid".
///
/// An entry for another use, or without `x5c`, is left to others (X509-SVID 6.2: it is ignored).
pub(super) fn certificate(entry: &RawValue) -> Result<Option<CaCertificate>, CaCertificateError> {
    let Ok(entry) = Object::parse(entry.get()) else { return Ok(None) };
    let text = |name| entry.get(name).and_then(json::string);
    if text("use").as_deref() != Some("x509-svid") {
        return Ok(None);
    }
    let Some(chain) = entry.get("x5c") else { return Ok(None) };
    let chain: Vec<String> = serde_json::from_str(chain.get()).map_err(|_| CaCertificateError::Encoding)?;
    // RFC 7517 4.7: base64 with padding, not base64url.
    let Some(first) = chain.first() else { return Ok(None) };
    let der = STANDARD.decode(first).map_err(|_| CaCertificateError::Encoding)?;
    CaCertificate::from_der(der).map(Some)
}
