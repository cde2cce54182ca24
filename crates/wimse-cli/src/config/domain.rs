//! One trust domain of a configuration: its keys from their files, issuers and algorithms.

use super::algorithms;
use super::authority::{self, TrustedCa};
use super::file::{Holds, fix_of_document, warn_if_writable};
use super::problem::{Review, whole};
use super::schema::Domain;
use super::sources::endpoint;
use crate::input;
use crate::key::held::read_anchor;
use serde::{Serialize, Serializer};
use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use wimse::creds::key::{Algorithm, AnchorKey, KeyError};
use wimse::creds::limits;
use wimse::creds::trust::{DomainAnchors, KeyDocument, TrustError};
use wimse::creds::wic::CaCertificates;
use wimse::identifier::{IdentifierError, IdentifierPolicy, Origin, explain};
use wimse_trust::{AnchorFormat, Endpoint, HttpClient, LiveDomain};

/// What is trusted for one origin.
#[derive(Debug, Serialize)]
pub(super) struct TrustedDomain {
    #[serde(serialize_with = "as_text")]
    pub(super) origin: Origin,
    pub(super) keys: Vec<TrustedKey>,
    pub(super) skipped: Vec<SkippedKey>,
    pub(super) ca_certificates: Vec<TrustedCa>,
    pub(super) issuers: Vec<String>,
    /// None: those of the keys.
    #[serde(serialize_with = "algorithms::serialize")]
    pub(super) algorithms: Option<Vec<Algorithm>>,
    /// Asked while a service runs.
    #[serde(serialize_with = "texts")]
    pub(super) urls: Vec<(Endpoint, AnchorFormat)>,
    #[serde(skip)]
    files: Vec<(PathBuf, AnchorFormat)>,
    /// What never changes while a service runs.
    #[serde(skip)]
    fixed: DomainAnchors,
    #[serde(skip)]
    pub(super) anchors: DomainAnchors,
    #[serde(skip)]
    pub(super) span: Range<usize>,
}

/// One key, and the file it is from.
#[derive(Debug, Clone, Serialize)]
pub(super) struct TrustedKey {
    pub(super) kid: Option<String>,
    pub(super) algorithms: Vec<&'static str>,
    pub(super) thumbprint: String,
    pub(super) file: String,
    #[serde(skip)]
    pub(super) span: Range<usize>,
}

/// An entry of a JWK Set or bundle that is for something else.
#[derive(Debug, Serialize)]
pub(super) struct SkippedKey {
    pub(super) file: String,
    pub(super) index: usize,
    pub(super) code: &'static str,
    pub(super) reason: String,
}

impl fmt::Display for SkippedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {} of {} ({})", self.index, self.file, self.reason)
    }
}

fn as_text<S: Serializer>(origin: &Origin, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(origin.as_str())
}

fn texts<S: Serializer>(urls: &[(Endpoint, AnchorFormat)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(urls.iter().map(|(url, _)| url.as_str()))
}

/// Reads a trust domain; files are relative to the folder of the configuration. `None` if its origin is wrong; with
/// other problems it is what is left without them.
pub(super) fn read(
    domain: &Domain,
    identifiers: &IdentifierPolicy,
    allow_loopback_http: bool,
    folder: &Path,
    review: &mut Review<'_>,
) -> Option<TrustedDomain> {
    let span = domain.origin.span();
    let origin = read_origin(&domain.origin, identifiers, review);
    let is_usable = origin.is_some();
    // What is wrong with the rest is told all the same.
    let origin = origin.or_else(|| Origin::parse("wimse://origin.invalid").ok())?;
    let mut trusted = TrustedDomain {
        anchors: DomainAnchors::new(origin.clone()),
        fixed: DomainAnchors::new(origin.clone()),
        origin,
        urls: Vec::new(),
        files: Vec::new(),
        keys: Vec::new(),
        skipped: Vec::new(),
        ca_certificates: Vec::new(),
        issuers: Vec::new(),
        algorithms: None,
        span,
    };
    let files = [
        (Holds::JwkSet, &domain.jwks),
        (Holds::SpiffeBundle, &domain.spiffe_bundles),
        (Holds::Key, &domain.keys),
        (Holds::CaCertificates, &domain.ca_certificates),
    ];
    for (holds, files) in files {
        for file in files {
            trusted.read_file(holds, file, folder, review);
        }
    }
    let urls =
        [(AnchorFormat::JwkSet, &domain.jwks_urls), (AnchorFormat::SpiffeBundle, &domain.spiffe_bundle_urls)];
    for (format, urls) in urls {
        let urls = urls.iter().filter_map(|url| endpoint(url, allow_loopback_http, review));
        trusted.urls.extend(urls.map(|url| (url, format)));
    }
    trusted.set_issuers(&domain.issuers, review);
    if let Some(names) = &domain.algorithms {
        trusted.algorithms = algorithms::read(names, review);
    }
    if let Some(algorithms) = &trusted.algorithms {
        trusted.anchors = trusted.anchors.with_algorithms(algorithms.iter().copied());
        trusted.fixed = trusted.fixed.with_algorithms(algorithms.iter().copied());
    }
    is_usable.then_some(trusted)
}

fn read_origin(
    origin: &Spanned<String>,
    identifiers: &IdentifierPolicy,
    review: &mut Review<'_>,
) -> Option<Origin> {
    let error = match identifiers.parse_origin(origin.get_ref()) {
        Ok(origin) => return Some(origin),
        Err(error) => error,
    };
    let fix = match (error, explain::rule_of(error.code())) {
        (IdentifierError::SchemeUnsupported, _) => "begin with wimse:// or spiffe://, in lower case",
        (_, Some((_, refusal))) => refusal.fix(),
        (_, None) => "write scheme and trust domain, such as wimse://example.com",
    };
    review.refuse(error.code(), origin.span(), format!("the origin is not usable: {error}"), fix);
    None
}

impl TrustedDomain {
    /// Whether nothing can ever be verified by it.
    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.ca_certificates.is_empty() && self.urls.is_empty()
    }

    /// The domain with its sources, which are asked again and again.
    pub(super) fn live(&self, client: &HttpClient) -> LiveDomain {
        let domain = LiveDomain::new(self.fixed.clone());
        let domain = self.files.iter().fold(domain, |domain, (path, format)| domain.file(path, *format));
        self.urls.iter().fold(domain, |domain, (url, format)| match format {
            AnchorFormat::SpiffeBundle => domain.spiffe_bundle(client, url.clone()),
            _ => domain.jwk_set(client, url.clone()),
        })
    }

    fn read_file(&mut self, holds: Holds, file: &Spanned<String>, folder: &Path, review: &mut Review<'_>) {
        let name = file.get_ref();
        if name.trim_start().starts_with('{') || name.contains("-----BEGIN") {
            let fix = "write it to a file and name the file here";
            let message = match holds {
                Holds::CaCertificates => "this is a certificate, not the name of a file",
                _ => "this is a key, not the name of a file",
            };
            review.refuse("config.key_inline", file.span(), message, fix);
            return;
        }
        let path = folder.join(name);
        let bytes = match input::read_file(&path, limits::KEY_DOCUMENT_BYTES) {
            Ok(bytes) => bytes,
            Err(error) => {
                review.refuse("config.file", file.span(), unreadable(&path, &error), FIX_PATH);
                return;
            }
        };
        warn_if_writable(&path, file.span(), review);
        if let Some(format) = holds.format() {
            self.files.push((path.clone(), format));
        }
        match holds {
            Holds::CaCertificates => match CaCertificates::from_pem(&bytes) {
                Ok(certificates) => self.add_authorities(&certificates, file, review),
                Err(error) => {
                    let message = format!("{name}: {}", whole(&error));
                    review.refuse(error.code(), file.span(), message, authority::fix(&error));
                }
            },
            Holds::Key => match read_anchor(&bytes) {
                Ok(key) => {
                    if let Ok(fixed) = self.fixed.clone().with_key(key.clone()) {
                        self.fixed = fixed;
                    }
                    self.add(vec![key], Vec::new(), file, review);
                }
                Err(error) => {
                    let message = format!("{name}: {}", whole(&error));
                    let shown = path.display().to_string();
                    let fix = match error.code {
                        "key.jwk_set" => {
                            "list JWK Sets under jwks, and SPIFFE bundles under spiffe-bundles".to_owned()
                        }
                        _ => error.fix(&shown),
                    };
                    review.refuse(error.code, file.span(), message, fix);
                }
            },
            Holds::JwkSet | Holds::SpiffeBundle => {
                let read =
                    if holds == Holds::JwkSet { KeyDocument::jwk_set } else { KeyDocument::spiffe_bundle };
                match read(&bytes) {
                    Ok(document) => self.add_document(&document, holds, file, review),
                    Err(error) => {
                        let message = format!("{name}: {}", whole(&error));
                        review.refuse(
                            error.code(),
                            file.span(),
                            message,
                            fix_of_document(&error, holds, &bytes),
                        );
                    }
                }
            }
        }
    }

    fn add_document(
        &mut self,
        document: &KeyDocument,
        holds: Holds,
        file: &Spanned<String>,
        review: &mut Review<'_>,
    ) {
        let skipped = document.skipped().iter().map(|skipped| SkippedKey {
            file: file.get_ref().clone(),
            index: skipped.index,
            code: skipped.reason.code(),
            reason: match skipped.reason {
                KeyError::Usage if holds == Holds::SpiffeBundle => {
                    "its \"use\" is not \"wit-svid\"".to_owned()
                }
                _ => whole(&skipped.reason),
            },
        });
        let skipped = skipped.collect();
        self.add(document.keys().to_vec(), skipped, file, review);
        self.add_authorities(document.ca_certificates(), file, review);
    }

    fn add_authorities(
        &mut self,
        certificates: &CaCertificates,
        file: &Spanned<String>,
        review: &mut Review<'_>,
    ) {
        for certificate in certificates.as_slice() {
            match self.anchors.clone().with_ca_certificate(certificate.clone()) {
                Ok(anchors) => {
                    self.anchors = anchors;
                    self.ca_certificates.push(TrustedCa::new(certificate, file));
                }
                Err(error) => {
                    let fix = "remove CAs that are no longer in use";
                    review.refuse(error.code(), file.span(), whole(&error), fix);
                    return;
                }
            }
        }
    }

    fn add(
        &mut self,
        keys: Vec<AnchorKey>,
        skipped: Vec<SkippedKey>,
        file: &Spanned<String>,
        review: &mut Review<'_>,
    ) {
        self.skipped.extend(skipped);
        for key in keys {
            let trusted = TrustedKey {
                kid: key.key_id().map(str::to_owned),
                algorithms: key.algorithms().map(Algorithm::name).collect(),
                thumbprint: key.thumbprint().to_string(),
                file: file.get_ref().clone(),
                span: file.span(),
            };
            match self.anchors.clone().with_key(key) {
                Ok(anchors) => {
                    self.anchors = anchors;
                    self.keys.push(trusted);
                }
                Err(error) => {
                    self.refuse_key(&error, &trusted, review);
                    return;
                }
            }
        }
    }

    fn refuse_key(&self, error: &TrustError, key: &TrustedKey, review: &mut Review<'_>) {
        let kid = key.kid.as_deref().unwrap_or_default();
        let known = self.keys.iter().find(|known| known.kid == key.kid);
        let (message, fix) = match known.filter(|_| *error == TrustError::DuplicateKeyId) {
            Some(known) if known.file == key.file => {
                (format!("the key id {kid:?} is there twice in {}", key.file), FIX_KEY_ID)
            }
            Some(known) => (
                format!("the key id {kid:?} of {} is that of a key of {} too", key.file, known.file),
                FIX_KEY_ID,
            ),
            None => (whole(error), "remove keys that are no longer in use"),
        };
        review.refuse(error.code(), key.span.clone(), message, fix);
    }

    fn set_issuers(&mut self, issuers: &[Spanned<String>], review: &mut Review<'_>) {
        for issuer in issuers {
            match self.anchors.clone().with_issuer(issuer.get_ref()) {
                Ok(anchors) => {
                    self.anchors = anchors;
                    if let Ok(fixed) = self.fixed.clone().with_issuer(issuer.get_ref()) {
                        self.fixed = fixed;
                    }
                    self.issuers.push(issuer.get_ref().clone());
                }
                Err(error) => {
                    let fix = "write the issuer as it stands in \"iss\", such as https://id.example.com";
                    review.refuse(error.code(), issuer.span(), whole(&error), fix);
                }
            }
        }
    }
}

const FIX_KEY_ID: &str = "give each key of a trust domain a \"kid\" of its own, and name each file once";
const FIX_PATH: &str =
    "name a file that exists and is readable; names are relative to the folder of this file";

fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("{} cannot be read: {error}", path.display())
}
