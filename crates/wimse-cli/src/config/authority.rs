//! The CA certificates that a configuration names.

use super::domain::TrustedDomain;
use crate::moment;
use crate::output::{DIM, Style};
use serde::Serialize;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use wimse::creds::UnixTime;
use wimse::creds::wic::{CaCertificate, CaCertificateError};

/// One CA, and the file it is from.
#[derive(Debug, Serialize)]
pub(super) struct TrustedCa {
    serial_number: String,
    /// The last second of its validity.
    not_after: i64,
    pub(super) thumbprint: String,
    pub(super) file: String,
    #[serde(skip)]
    pub(super) span: Range<usize>,
}

impl TrustedCa {
    pub(super) fn new(certificate: &CaCertificate, file: &Spanned<String>) -> Self {
        Self {
            serial_number: certificate.serial_number(),
            not_after: certificate.validity().end().minus(Duration::from_secs(1)).as_secs(),
            thumbprint: certificate.key_thumbprint().to_string(),
            file: file.get_ref().clone(),
            span: file.span(),
        }
    }
}

/// The CAs of a domain, a line each.
pub(super) fn text(domain: &TrustedDomain, style: Style) -> String {
    let line = |ca: &TrustedCa| {
        let until = moment::show(UnixTime::from_secs(u64::try_from(ca.not_after).unwrap_or_default()));
        let source = style.paint(&format!("{}  {}", ca.thumbprint, ca.file), DIM);
        format!("  CA          until {until}  {source}\n")
    };
    domain.ca_certificates.iter().map(line).collect()
}

/// What to do about a file that holds no CA.
pub(super) fn fix(error: &CaCertificateError) -> &'static str {
    match error {
        CaCertificateError::BasicConstraints | CaCertificateError::KeyUsage => {
            "name the certificate of the CA, not that of a workload; \"wimse ca init\" makes one"
        }
        CaCertificateError::TooMany { .. } | CaCertificateError::TooLarge { .. } => {
            "name only the CAs of this trust domain"
        }
        _ => "name a PEM file with certificates of CAs; \"wimse ca init\" makes one",
    }
}
