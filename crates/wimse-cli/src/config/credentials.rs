//! The section `[credentials]`: who we are towards others.

use super::problem::{Review, whole};
use super::service::schema::{Credentials, IdentityServer};
use super::sources::endpoint;
use serde::{Serialize, Serializer};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use wimse::creds::key::Algorithm;
use wimse::identifier::{IdentifierPolicy, WorkloadIdentifier};
use wimse_trust::Endpoint;

/// Where our WIT and WIC come from.
#[derive(Debug, Serialize)]
pub(crate) struct CredentialSettings {
    pub(crate) wit: Option<Files>,
    pub(crate) wic: Option<Files>,
    pub(crate) server: Option<ServerSettings>,
}

/// A credential and its key, in files.
#[derive(Debug, Serialize)]
pub(crate) struct Files {
    pub(crate) credential: PathBuf,
    pub(crate) key: PathBuf,
}

/// An identity server, and what it is asked for.
#[derive(Debug, Serialize)]
pub(crate) struct ServerSettings {
    #[serde(serialize_with = "url")]
    pub(crate) url: Endpoint,
    pub(crate) token_file: PathBuf,
    /// Whether the token is good once, so that the WIT is shown after that.
    pub(crate) token_once: bool,
    #[serde(serialize_with = "name")]
    pub(crate) wit_algorithm: Option<Algorithm>,
    #[serde(serialize_with = "name")]
    pub(crate) wic_algorithm: Option<Algorithm>,
    #[serde(serialize_with = "identifier")]
    pub(crate) workload: Option<WorkloadIdentifier>,
}

impl CredentialSettings {
    pub(super) fn read(
        credentials: &Spanned<Credentials>,
        identifiers: &IdentifierPolicy,
        allow_loopback_http: bool,
        folder: &Path,
        review: &mut Review<'_>,
    ) -> Self {
        let (span, credentials) = (credentials.span(), credentials.get_ref());
        let readable = credentials.allow_readable_key;
        let mut pair = |one: &Option<Spanned<String>>, key: &Option<Spanned<String>>, names: [&str; 2]| {
            let (Some(one), Some(key)) = (one, key) else {
                if let Some(alone) = one.as_ref().or(key.as_ref()) {
                    let message = format!("{} and {} go together, and one is missing", names[0], names[1]);
                    review.refuse("config.missing_key", alone.span(), message, "name both files");
                }
                return None;
            };
            let files = Files { credential: folder.join(one.get_ref()), key: folder.join(key.get_ref()) };
            check(&files.credential, one.span(), review);
            if check(&files.key, key.span(), review) && !readable {
                refuse_readable(&files.key, key.span(), review);
            }
            Some(files)
        };
        let wit = pair(&credentials.wit, &credentials.key, ["wit", "key"]);
        let wic = pair(&credentials.wic, &credentials.wic_key, ["wic", "wic-key"]);
        let server = credentials.server.as_ref();
        if let Some(server) = server.filter(|_| wit.is_some() || wic.is_some()) {
            let message = "credentials come from files or from an identity server, not from both";
            review.refuse("config.value", server.span(), message, "remove the files, or this section");
        }
        let server = server.and_then(|server| {
            ServerSettings::read(server.get_ref(), identifiers, allow_loopback_http, folder, review)
        });
        if credentials.wit.is_none() && credentials.wic.is_none() && credentials.server.is_none() {
            let message = "there is no credential in this section";
            review.refuse(
                "config.missing_key",
                span,
                message,
                "add wit and key, wic and wic-key, or [credentials.server]",
            );
        }
        Self { wit, wic, server }
    }

    /// Whether there is a WIT, to sign with.
    pub(crate) fn has_wit(&self) -> bool {
        self.wit.is_some() || self.server.as_ref().is_some_and(|server| server.wit_algorithm.is_some())
    }

    /// Whether there is a WIC, for TLS.
    pub(crate) fn has_wic(&self) -> bool {
        self.wic.is_some() || self.server.as_ref().is_some_and(|server| server.wic_algorithm.is_some())
    }

    /// For people, a line each.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (name, files) in [("WIT", &self.wit), ("WIC", &self.wic)] {
            if let Some(Files { credential, key }) = files {
                text.push_str(&format!("  {name:<10}  {}, key {}\n", credential.display(), key.display()));
            }
        }
        if let Some(server) = &self.server {
            for (name, algorithm) in [("WIT", server.wit_algorithm), ("WIC", server.wic_algorithm)] {
                if let Some(algorithm) = algorithm {
                    text.push_str(&format!("  {name:<10}  {algorithm}, of {}\n", server.url.as_str()));
                }
            }
        }
        text
    }
}

impl ServerSettings {
    fn read(
        server: &IdentityServer,
        identifiers: &IdentifierPolicy,
        allow_loopback_http: bool,
        folder: &Path,
        review: &mut Review<'_>,
    ) -> Option<Self> {
        let mut algorithm = |name: &Option<Spanned<String>>| {
            let name = name.as_ref()?;
            let read = name.get_ref().parse::<Algorithm>();
            read.map_err(|error| {
                let known: Vec<&str> = Algorithm::all().map(Algorithm::name).collect();
                let message = format!("{:?} cannot be used: {error}", name.get_ref());
                review.refuse(
                    error.code(),
                    name.span(),
                    message,
                    format!("known here: {}", known.join(", ")),
                );
            })
            .ok()
        };
        let (wit, wic_algorithm) = (algorithm(&server.wit_algorithm), algorithm(&server.wic_algorithm));
        let is_open = server.wit_algorithm.is_none() && server.wic_algorithm.is_none();
        let workload = server.workload.as_ref().and_then(|text| {
            let parsed = identifiers.parse(text.get_ref());
            let refuse = |error: wimse::identifier::IdentifierError| {
                let message = format!("{:?} is not a Workload Identifier: {error}", text.get_ref());
                review.refuse(
                    error.code(),
                    text.span(),
                    message,
                    "write it whole, such as wimse://example.com/orders",
                );
            };
            parsed.map_err(refuse).ok()
        });
        let token_file = folder.join(server.token_file.get_ref());
        check(&token_file, server.token_file.span(), review);
        let wit_algorithm = if is_open { Some(Algorithm::Es256) } else { wit };
        let token_once = server.token_once.as_ref().filter(|once| *once.get_ref());
        if let Some(once) = token_once
            && wit_algorithm.is_none()
        {
            let message = "after a token that is good once there is no WIT to renew by";
            review.refuse(
                "config.value",
                once.span(),
                message,
                "ask for a WIT, too: wit-algorithm = \"ES256\"",
            );
        }
        Some(Self {
            url: endpoint(&server.url, allow_loopback_http, review)?,
            token_file,
            token_once: token_once.is_some(),
            wit_algorithm,
            wic_algorithm,
            workload,
        })
    }
}

/// Whether a file is there.
fn check(path: &Path, span: Range<usize>, review: &mut Review<'_>) -> bool {
    match std::fs::File::open(path) {
        Ok(_) => true,
        Err(error) => {
            let message = format!("{} cannot be read: {}", path.display(), whole(&error));
            let fix =
                "name a file that exists and is readable; names are relative to the folder of this file";
            review.refuse("config.file", span, message, fix);
            false
        }
    }
}

#[cfg(unix)]
fn refuse_readable(path: &Path, span: Range<usize>, review: &mut Review<'_>) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(metadata) = std::fs::metadata(path) else { return };
    let mode = metadata.permissions().mode() & 0o777;
    if metadata.is_file() && mode & 0o077 != 0 {
        let shown = path.display();
        let message = format!(
            "{shown} holds a private key, and others than its owner have rights to it (mode {mode:04o})"
        );
        let fix = format!("chmod 600 {shown}, or write allow-readable-key = true");
        review.refuse("config.readable", span, message, fix);
    }
}

#[cfg(not(unix))]
fn refuse_readable(_: &Path, _: Range<usize>, _: &mut Review<'_>) {}

fn url<S: Serializer>(url: &Endpoint, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(url.as_str())
}

fn name<S: Serializer>(algorithm: &Option<Algorithm>, serializer: S) -> Result<S::Ok, S::Error> {
    algorithm.map(Algorithm::name).serialize(serializer)
}

fn identifier<S: Serializer>(
    workload: &Option<WorkloadIdentifier>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    workload.as_ref().map(WorkloadIdentifier::as_str).serialize(serializer)
}
