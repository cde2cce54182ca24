//! A configuration in use: trust and credentials that are kept up to date while a command runs.

mod clock;
mod credentials;
mod roots;

pub(crate) use clock::CommandClock;
pub(crate) use credentials::{Own, own, own_of_folder};
pub(crate) use roots::{read_roots, system_roots};

use crate::config::Loaded;
use crate::exit::Failure;
use crate::refusal::Refusal;
use std::sync::Arc;
use wimse::creds::UnixTime;
use wimse::creds::trust::TrustAnchors;
use wimse::creds::wic::WicVerifier;
use wimse::mtls::TlsEnvironment;
use wimse::mtls::rustls::RootCertStore;
use wimse_trust::{Attempt, HttpClient, LiveAnchors, SteadyClock};

/// What a command works with that judges over time.
pub(crate) struct Live {
    pub(crate) clock: Arc<CommandClock>,
    pub(crate) environment: TlsEnvironment,
    pub(crate) anchors: LiveAnchors,
    pub(crate) client: HttpClient,
}

impl Live {
    /// Sets everything up; nothing has been read or asked yet. With `fixed`, time stands still.
    pub(crate) fn new(loaded: &Loaded, fixed: Option<UnixTime>) -> Result<Self, Failure> {
        let clock = Arc::new(CommandClock::new(fixed));
        let environment = crate::tls::environment(fixed);
        let sources = loaded.sources();
        let roots = match &sources.roots {
            Some(roots) => roots.clone(),
            None if loaded.has_urls() => system_roots()?,
            None => RootCertStore::empty(),
        };
        let client = HttpClient::new(&environment, roots, sources.addresses.clone());
        let client = client.map_err(Failure::step("TLS cannot be set up"))?.with_timeout(sources.timeout);
        let steady: Arc<dyn SteadyClock> = Arc::clone(&clock) as _;
        let domains = loaded.live_domains(&client);
        let anchors = LiveAnchors::new(TrustAnchors::none(), domains, sources.refresh.clone(), steady);
        let doing = format!("the trust domains of {} cannot be used together", loaded.path().display());
        let anchors = anchors.map_err(Failure::unusable(doing))?;
        Ok(Self { clock, environment, anchors, client })
    }

    /// Verifies certificates by anchors that change.
    pub(crate) fn wic_verifier(&self, loaded: &Loaded) -> WicVerifier {
        WicVerifier::new(self.anchors.clone(), loaded.wic_policy())
            .with_signature_algorithms(self.environment.provider().signature_verification_algorithms.all)
    }
}

/// What came of asking a source, where that is worth a line.
pub(crate) fn said(attempt: &Attempt) -> Option<String> {
    match &attempt.outcome {
        Ok(wimse::mtls::Refreshed::Replaced) => {
            Some(format!("trust in {}: new anchors by {}", attempt.origin, attempt.source))
        }
        Ok(_) => None,
        Err(error) => {
            let reason = Refusal::of(error.code(), error);
            Some(format!(
                "trust in {}: {} gives nothing, {}: {}",
                attempt.origin,
                attempt.source,
                reason.code(),
                reason.message()
            ))
        }
    }
}
