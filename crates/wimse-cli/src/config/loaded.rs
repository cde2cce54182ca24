//! A configuration that can be worked with.

use super::credentials::CredentialSettings;
use super::domain::{self, TrustedDomain, TrustedKey};
use super::gateway::GatewaySettings;
use super::problem::{Problem, Review, whole};
use super::schema::{Document, ResponseSigning};
use super::service::{ServeSettings, Surroundings};
use super::settings::{Recipient, WitSettings, WptSettings};
use super::signatures::HttpsigSettings;
use super::source::Source;
use super::sources::SourceSettings;
use super::{file, shape, warnings};
use crate::exit::Failure;
use http::HeaderName;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use wimse::creds::WitVerifier;
use wimse::creds::pop::Audience;
use wimse::creds::trust::TrustAnchorSource;
use wimse::creds::trust::{TrustAnchors, TrustError};
use wimse::creds::wic::WicPolicy;
use wimse::httpsig::message::TargetContext;
use wimse::httpsig::{self, ResponseVerifier};
use wimse::wpt::Verifier;
use wimse_trust::{HttpClient, LiveDomain};

/// What the configuration says, judged.
#[derive(Debug)]
pub(crate) struct Loaded {
    path: PathBuf,
    anchors: TrustAnchors,
    pub(super) recipient: Recipient,
    pub(super) wit: WitSettings,
    pub(super) wpt: WptSettings,
    pub(super) httpsig: HttpsigSettings,
    pub(super) domains: Vec<TrustedDomain>,
    pub(super) credentials: Option<CredentialSettings>,
    pub(super) serve: Option<ServeSettings>,
    pub(super) gateway: Option<GatewaySettings>,
    sources: SourceSettings,
    /// What is not wrong, and worth a look.
    pub(super) warnings: Vec<Problem>,
}

impl Loaded {
    /// Judges the text and everything that it names. The problems are in the order of the file, and at least one.
    pub(super) fn read(source: &Source) -> Result<Self, Vec<Problem>> {
        let document = shape::read(source).map_err(|problem| vec![*problem])?;
        let mut review = Review::new(source);
        file::warn_if_writable(source.path(), 0..0, &mut review);
        let wit = WitSettings::read(&document.wit, &mut review);
        let wpt = WptSettings::read(&document.wpt, &mut review);
        let httpsig = HttpsigSettings::read(&document.httpsig, &mut review);
        let recipient = document.recipient.as_ref();
        let recipient =
            recipient.map(|recipient| Recipient::read(recipient.get_ref(), &mut review)).unwrap_or_default();
        let (domains, anchors) = read_domains(&document, &wit, &mut review);
        let (path, folder): (PathBuf, _) = (source.path().into(), folder(source));
        let identifiers = wit.identifier_policy();
        let loopback = document.sources.allow_loopback_http;
        let sources = SourceSettings::read(&document.sources, folder, &mut review);
        let credentials = document.credentials.as_ref().map(|credentials| {
            CredentialSettings::read(credentials, &identifiers, loopback, folder, &mut review)
        });
        let around = Surroundings {
            identifiers: &identifiers,
            recipient: &recipient,
            credentials: credentials.as_ref(),
            response_signing: httpsig.response_signing,
            folder,
        };
        let serve = document.serve.as_ref().map(|serve| ServeSettings::read(serve, &around, &mut review));
        let gateway = document.gateway.as_ref();
        let gateway =
            gateway.map(|gateway| GatewaySettings::read(gateway, serve.as_ref(), &around, &mut review));
        let warnings = Vec::new();
        let mut loaded = Self {
            path,
            anchors,
            recipient,
            wit,
            wpt,
            httpsig,
            domains,
            credentials,
            serve,
            gateway,
            sources,
            warnings,
        };
        warnings::look(&loaded, &document, &mut review);
        review.sort();
        loaded.warnings = review.warnings;
        if review.problems.is_empty() { Ok(loaded) } else { Err(review.problems) }
    }

    /// Verifies tokens by this configuration. It has no cache, since a command sees few tokens.
    pub(crate) fn wit_verifier(&self) -> WitVerifier {
        WitVerifier::new(self.anchors.clone(), self.wit.policy()).with_cache_capacity(0)
    }

    /// Verifies tokens by anchors that change.
    pub(crate) fn live_wit_verifier(&self, anchors: impl TrustAnchorSource + 'static) -> WitVerifier {
        WitVerifier::new(anchors, self.wit.policy())
    }

    /// The trust domains, with what is asked for their anchors.
    pub(crate) fn live_domains(&self, client: &HttpClient) -> Vec<LiveDomain> {
        self.domains.iter().map(|domain| domain.live(client)).collect()
    }

    /// Whether anything is asked over the network.
    pub(crate) fn has_urls(&self) -> bool {
        let of_credentials =
            self.credentials.as_ref().is_some_and(|credentials| credentials.server.is_some());
        of_credentials || self.domains.iter().any(|domain| !domain.urls.is_empty())
    }

    /// Whom it trusts.
    pub(crate) fn anchors(&self) -> &TrustAnchors {
        &self.anchors
    }

    /// What a certificate may be.
    pub(crate) fn wic_policy(&self) -> WicPolicy {
        WicPolicy::default().identifiers(self.wit.identifier_policy())
    }

    /// Verifies requests by this configuration, which has to say who we are.
    pub(crate) fn wpt_verifier(&self) -> Result<Verifier, Failure> {
        self.wpt_verifier_with(Arc::new(self.wit_verifier()))
    }

    /// The same, with a verifier of tokens.
    pub(crate) fn wpt_verifier_with(&self, wits: Arc<WitVerifier>) -> Result<Verifier, Failure> {
        let verifier = Verifier::new(wits, self.audience()?);
        Ok(verifier
            .context_fields(self.recipient.context_fields.iter().cloned())
            .leeway(Duration::from_secs(self.wpt.leeway))
            .max_lifetime(Duration::from_secs(self.wpt.max_lifetime)))
    }

    /// Verifies signed requests by this configuration, which has to say who we are.
    pub(crate) fn signature_verifier(&self) -> Result<httpsig::Verifier, Failure> {
        self.signature_verifier_with(Arc::new(self.wit_verifier()))
    }

    /// The same, with a verifier of tokens.
    pub(crate) fn signature_verifier_with(
        &self,
        wits: Arc<WitVerifier>,
    ) -> Result<httpsig::Verifier, Failure> {
        Ok(self.httpsig.verifier(wits, self.audience()?))
    }

    /// Verifies signed responses by this configuration.
    pub(crate) fn response_verifier(&self) -> ResponseVerifier {
        self.response_verifier_with(Arc::new(self.wit_verifier()))
    }

    /// The same, with a verifier of tokens.
    pub(crate) fn response_verifier_with(&self, wits: Arc<WitVerifier>) -> ResponseVerifier {
        self.httpsig.response_verifier(wits)
    }

    /// Seconds for which proofs have to be remembered.
    pub(crate) fn longest_proof(&self) -> u64 {
        let wpt = self.wpt.max_lifetime.saturating_add(self.wpt.leeway.saturating_mul(2));
        wpt.max(self.httpsig.max_lifetime.saturating_add(self.httpsig.leeway.saturating_mul(2)))
    }

    /// Which responses are signed.
    pub(crate) fn response_signing(&self) -> ResponseSigning {
        self.httpsig.response_signing
    }

    /// What is served.
    pub(crate) fn serve(&self) -> Option<&ServeSettings> {
        self.serve.as_ref()
    }

    /// How a proxy asks.
    pub(crate) fn gateway(&self) -> Option<&GatewaySettings> {
        self.gateway.as_ref()
    }

    /// Who we are towards others.
    pub(crate) fn credentials(&self) -> Option<&CredentialSettings> {
        self.credentials.as_ref()
    }

    /// How sources are asked.
    pub(crate) fn sources(&self) -> &SourceSettings {
        &self.sources
    }

    /// The target of a received request, by what stands in its request line.
    pub(crate) fn received_target<'a>(&'a self, raw: &'a str) -> TargetContext<'a> {
        self.httpsig.target(raw)
    }

    fn audience(&self) -> Result<Audience, Failure> {
        self.recipient.audience.clone().ok_or_else(|| {
            let path = self.path.display();
            let doing = format!("{path} does not say who we are, so that no proof can be meant for us");
            Failure::usage(doing).next(ADD_AUDIENCE)
        })
    }

    /// The file that it is from.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The header fields that a proof has to cover where they are present.
    pub(crate) fn context_fields(&self) -> &[HeaderName] {
        &self.recipient.context_fields
    }
}

const ADD_AUDIENCE: &str = "\
add these lines to it, with the address as callers see it:

    [recipient]
    audience-bases = [\"https://api.example.com\"]";

/// Where names of files begin.
fn folder(source: &Source) -> &Path {
    source.path().parent().unwrap_or(Path::new(""))
}

fn read_domains(
    document: &Document,
    wit: &WitSettings,
    review: &mut Review<'_>,
) -> (Vec<TrustedDomain>, TrustAnchors) {
    let identifiers = wit.identifier_policy();
    let folder = folder(review.source());
    let loopback = document.sources.allow_loopback_http;
    let mut domains: Vec<TrustedDomain> = Vec::new();
    let mut anchors = TrustAnchors::none();
    for section in &document.domains {
        let Some(domain) = domain::read(section.get_ref(), &identifiers, loopback, folder, review) else {
            continue;
        };
        match anchors.clone().with(domain.anchors.clone()) {
            Ok(more) => anchors = more,
            Err(error) => refuse_domain(&error, &domain, &domains, review),
        }
        domains.push(domain);
    }
    if review.problems.is_empty() && domains.iter().all(TrustedDomain::is_empty) {
        let (span, message) = match document.domains.first() {
            Some(first) => (first.get_ref().origin.span(), "no domain has a key: nothing is trusted"),
            None => (0..0, "there are no [[domains]]: nothing is trusted"),
        };
        let skipped = domains.iter().flat_map(|domain| &domain.skipped);
        let skipped: String = skipped.take(3).map(|skipped| format!("; {skipped} is skipped")).collect();
        let message = format!("{message}{skipped}");
        let fix = "name files with the public keys of the issuer: jwks = [\"issuer.jwks.json\"]; \
                   \"wimse config check --help\" has a whole example";
        review.refuse("config.nothing_trusted", span, message, fix);
    }
    (domains, anchors)
}

fn refuse_domain(
    error: &TrustError,
    domain: &TrustedDomain,
    known: &[TrustedDomain],
    review: &mut Review<'_>,
) {
    let shared = || {
        let of = |key: &TrustedKey| {
            let others = known.iter().filter(|other| other.origin != domain.origin);
            let mut keys = others.flat_map(|other| other.keys.iter().map(move |key| (&other.origin, key)));
            keys.find(|(_, other)| other.thumbprint == key.thumbprint)
        };
        domain.keys.iter().find_map(|key| of(key).map(|(origin, other)| (key, origin, other)))
    };
    match (error, shared()) {
        (TrustError::SharedKey(..), Some((key, origin, other))) => {
            let (name, file) = (key.kid.as_deref().unwrap_or(&key.thumbprint), &key.file);
            let message = format!(
                "the key {name:?} of {file} also speaks for {origin} (in {}): one key, one origin",
                other.file
            );
            let fix = "give each origin keys of its own: its issuer could name workloads of the other";
            review.refuse(error.code(), key.span.clone(), message, fix);
        }
        (TrustError::SharedCa(other, _), _) => {
            let ca = domain.ca_certificates.first();
            let span = ca.map_or(domain.span.clone(), |ca| ca.span.clone());
            let message = format!("a CA of {} would also vouch for workloads of {other}", domain.origin);
            let fix = "give each origin a CA of its own, neither above nor below that of another";
            review.refuse(error.code(), span, message, fix);
        }
        _ => {
            let fix = "put all keys and issuers of a trust domain into one [[domains]] section";
            review.refuse(error.code(), domain.span.clone(), whole(error), fix);
        }
    }
}
