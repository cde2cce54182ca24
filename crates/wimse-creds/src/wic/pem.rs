//! Certificates in PEM (RFC 7468).

use crate::limits;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use x509_cert::der::pem::{LineEnding, encode_string};

/// The certificates of a PEM text, in order. Text and objects of other kinds around them are skipped, since keys and
/// certificates often share a file.
pub(super) fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    if pem.len() > limits::KEY_DOCUMENT_BYTES {
        return None;
    }
    CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()
}

/// The certificates, one after the other.
pub(super) fn encode(certificates: &[CertificateDer<'_>]) -> String {
    // The label is fixed and there is no length that PEM has no room for.
    certificates.iter().map(|certificate| object("CERTIFICATE", certificate)).collect()
}

pub(super) fn object(label: &'static str, der: &[u8]) -> String {
    encode_string(label, LineEnding::LF, der).unwrap_or_default()
}
