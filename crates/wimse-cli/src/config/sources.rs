//! The section `[sources]`: how the URLs and files of this configuration are asked, while a service runs.

use super::problem::{Review, whole};
use super::service::schema::Sources;
use crate::input;
use std::path::Path;
use std::time::Duration;
use toml::Spanned;
use wimse::creds::limits::KEY_DOCUMENT_BYTES;
use wimse::mtls::rustls::RootCertStore;
use wimse::mtls::rustls::pki_types::CertificateDer;
use wimse::mtls::rustls::pki_types::pem::PemObject as _;
use wimse_trust::{AddressPolicy, Endpoint, HttpClient, Network, RefreshPolicy, RenewalPolicy};

/// How sources are asked, and which servers are believed.
#[derive(Debug, Default)]
pub(crate) struct SourceSettings {
    pub(crate) addresses: AddressPolicy,
    pub(crate) refresh: RefreshPolicy,
    pub(crate) renewal: RenewalPolicy,
    /// None: those of the system.
    pub(crate) roots: Option<RootCertStore>,
    pub(crate) timeout: Duration,
}

impl SourceSettings {
    pub(super) fn read(sources: &Sources, folder: &Path, review: &mut Review<'_>) -> Self {
        let mut settings = Self { timeout: HttpClient::DEFAULT_TIMEOUT, ..Self::default() };
        for network in &sources.allow_networks {
            match network.get_ref().parse::<Network>() {
                Ok(network) => settings.addresses = settings.addresses.allow(network),
                Err(error) => {
                    let fix = "write an address, or a network such as 10.0.0.0/8";
                    review.refuse("config.value", network.span(), whole(&error), fix);
                }
            }
        }
        if let Some(file) = &sources.ca_certificates {
            settings.roots = roots(file, folder, review);
        }
        let mut seconds = |given: &Option<Spanned<u64>>| {
            let given = given.as_ref()?;
            if *given.get_ref() == 0 {
                review.refuse(
                    "config.value",
                    given.span(),
                    "at least 1 second is needed here",
                    "write seconds",
                );
            }
            Some(Duration::from_secs(*given.get_ref()))
        };
        if let Some(timeout) = seconds(&sources.timeout) {
            settings.timeout = timeout;
        }
        if let Some(interval) = seconds(&sources.interval) {
            settings.refresh = settings.refresh.with_interval(interval);
        }
        if let Some(interval) = seconds(&sources.file_interval) {
            settings.refresh = settings.refresh.with_file_interval(interval);
            settings.renewal = settings.renewal.with_file_interval(interval);
        }
        if let Some(cooldown) = seconds(&sources.cooldown) {
            settings.refresh = settings.refresh.with_cooldown(cooldown);
        }
        if let Some(age) = seconds(&sources.max_age) {
            settings.refresh = settings.refresh.with_max_age(age);
        }
        settings
    }
}

/// A URL to ask.
pub(super) fn endpoint(
    url: &Spanned<String>,
    allow_loopback_http: bool,
    review: &mut Review<'_>,
) -> Option<Endpoint> {
    let text = url.get_ref();
    let read = if allow_loopback_http { Endpoint::allow_loopback_http(text) } else { text.parse() };
    read.map_err(|error| {
        let fix = "write an https URL; for development, allow-loopback-http = true in [sources] allows http to this \
                   machine";
        review.refuse(error.code(), url.span(), whole(&error), fix);
    })
    .ok()
}

fn roots(file: &Spanned<String>, folder: &Path, review: &mut Review<'_>) -> Option<RootCertStore> {
    let path = folder.join(file.get_ref());
    let read = input::read_file(&path, KEY_DOCUMENT_BYTES).map_err(|error| error.to_string());
    let read = read.and_then(|pem| parse_roots(&pem));
    read.map_err(|error| {
        let message = format!("{}: {error}", path.display());
        review.refuse("config.file", file.span(), message, "name a PEM file with certificates of CAs");
    })
    .ok()
}

/// CAs of web servers, in PEM.
pub(crate) fn parse_roots(pem: &[u8]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("not well-formed PEM: {error}"))?;
        roots.add(certificate).map_err(|error| format!("no usable CA: {error}"))?;
    }
    if roots.is_empty() { Err("no certificate is in it".to_owned()) } else { Ok(roots) }
}
