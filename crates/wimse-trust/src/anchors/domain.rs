//! One trust domain and its sources.

use super::document::Document;
use super::policy::RefreshPolicy;
use super::source::{AnchorFormat, Place, Source};
use super::status::{DomainState, DomainStatus, SourceStatus};
use crate::schedule::Schedule;
use crate::{Endpoint, HttpClient};
use arc_swap::ArcSwapOption;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wimse_creds::trust::{DomainAnchors, TrustError};
use wimse_identifier::Origin;

/// One trust domain whose anchors come from sources.
///
/// It is trusted once each of its sources has given a usable answer, and as long as none of these is too old. Its issuers,
/// allowed algorithms, and anchors that never change are those of the [`DomainAnchors`] that it begins with.
///
/// ```
/// # fn domain(client: &wimse_trust::HttpClient) -> Result<(), Box<dyn std::error::Error>> {
/// use wimse_creds::trust::DomainAnchors;
/// use wimse_trust::{AnchorFormat, LiveDomain};
///
/// let own = DomainAnchors::new("wimse://example.com".parse()?).with_issuer("https://id.example.com")?;
/// let own = LiveDomain::new(own)
///     .jwk_set(client, "https://id.example.com/jwks.json".parse()?)
///     .file("/etc/wimse/ca.pem", AnchorFormat::CaCertificates);
/// let partner = LiveDomain::new(DomainAnchors::new("spiffe://partner.example".parse()?))
///     .spiffe_bundle(client, "https://partner.example/bundle.json".parse()?);
/// # Ok(())
/// # }
/// ```
pub struct LiveDomain {
    base: DomainAnchors,
    sources: Vec<Source>,
}

impl LiveDomain {
    /// A domain without sources yet; it has these anchors in any case.
    #[must_use]
    pub fn new(base: DomainAnchors) -> Self {
        Self { base, sources: Vec::new() }
    }

    /// Adds the keys of a JWK Set over HTTPS (RFC 7517 5).
    #[must_use]
    pub fn jwk_set(self, client: &HttpClient, endpoint: Endpoint) -> Self {
        self.source(Place::Web(client.clone(), endpoint), AnchorFormat::JwkSet)
    }

    /// Adds the anchors of a SPIFFE bundle endpoint, profile `https_web` (SPIFFE Federation 5.2.1).
    #[must_use]
    pub fn spiffe_bundle(self, client: &HttpClient, endpoint: Endpoint) -> Self {
        self.source(Place::Web(client.clone(), endpoint), AnchorFormat::SpiffeBundle)
    }

    /// Adds the anchors of a file of at most 1 MiB, which is read again and again.
    #[must_use]
    pub fn file(self, path: impl Into<PathBuf>, format: AnchorFormat) -> Self {
        self.source(Place::File(path.into()), format)
    }

    fn source(mut self, place: Place, format: AnchorFormat) -> Self {
        self.sources.push(Source::new(place, format));
        self
    }

    pub(super) fn base(&self) -> &DomainAnchors {
        &self.base
    }

    pub(super) fn has_sources(&self) -> bool {
        !self.sources.is_empty()
    }

    pub(super) fn start(self) -> Domain {
        let states = self.sources.iter().map(|_| SourceState::default()).collect();
        // Without a source there is nothing to become too old.
        let too_old_at = AtomicU64::new(if self.sources.is_empty() { u64::MAX } else { 0 });
        Domain {
            base: self.base,
            sources: self.sources,
            states: Mutex::new(states),
            current: ArcSwapOption::empty(),
            too_old_at,
        }
    }
}

impl fmt::Debug for LiveDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources: Vec<String> = self.sources.iter().map(ToString::to_string).collect();
        f.debug_struct("LiveDomain").field("origin", self.base.origin()).field("sources", &sources).finish()
    }
}

/// A domain in use.
pub(super) struct Domain {
    base: DomainAnchors,
    pub(super) sources: Vec<Source>,
    /// By the order of the sources.
    states: Mutex<Vec<SourceState>>,
    /// What readers get.
    current: ArcSwapOption<DomainAnchors>,
    /// In milliseconds of the clock's `elapsed`.
    too_old_at: AtomicU64,
}

#[derive(Default)]
pub(super) struct SourceState {
    pub(super) schedule: Schedule,
    pub(super) good: Option<Good>,
    pub(super) last_error: Option<&'static str>,
}

/// The last good answer.
#[derive(Clone)]
pub(super) struct Good {
    pub(super) bytes: Arc<[u8]>,
    pub(super) document: Document,
    /// When it was asked for, last of all.
    pub(super) at: Duration,
}

impl Domain {
    /// A domain that never changes.
    pub(super) fn fixed(anchors: &Arc<DomainAnchors>) -> Self {
        let domain = LiveDomain::new((**anchors).clone()).start();
        domain.publish(Arc::clone(anchors));
        domain
    }

    pub(super) fn origin(&self) -> &Origin {
        self.base.origin()
    }

    /// What readers get: without a lock, and nothing that is too old.
    pub(super) fn anchors(&self, now: Duration) -> Option<Arc<DomainAnchors>> {
        if milliseconds(now) < self.too_old_at.load(Ordering::Acquire) {
            self.current.load_full()
        } else {
            None
        }
    }

    /// For how long readers get anchors if none comes; `None` if they get none now.
    pub(super) fn left(&self, now: Duration) -> Option<Duration> {
        let left = self.too_old_at.load(Ordering::Acquire).saturating_sub(milliseconds(now));
        Some(Duration::from_millis(left)).filter(|left| !left.is_zero())
    }

    pub(super) fn publish(&self, anchors: Arc<DomainAnchors>) {
        self.current.store(Some(anchors));
    }

    pub(super) fn states(&self) -> MutexGuard<'_, Vec<SourceState>> {
        // Nothing panics while it holds the lock, and each state is valid by itself.
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The anchors by these answers, one per source; `None` as long as one is missing.
    pub(super) fn compose<'a>(
        &self,
        answers: impl IntoIterator<Item = Option<&'a Good>>,
    ) -> Result<Option<DomainAnchors>, TrustError> {
        let mut anchors = self.base.clone();
        for answer in answers {
            let Some(answer) = answer else { return Ok(None) };
            anchors = answer.document.add_to(anchors)?;
        }
        Ok(Some(anchors))
    }

    /// The age limit, after an answer came in: that of the source that was good the longest time ago.
    pub(super) fn extend(&self, states: &[SourceState], policy: &RefreshPolicy) {
        let oldest = states.iter().map(|state| state.good.as_ref().map(|good| good.at)).min();
        // `None`, for a source without an answer, is less than any time.
        let until = oldest.flatten().map(|at| milliseconds(at.saturating_add(policy.max_age())));
        self.too_old_at.store(until.unwrap_or(0), Ordering::Release);
    }

    pub(super) fn state(&self, now: Duration) -> DomainState {
        if self.current.load().is_none() {
            DomainState::NotLoaded
        } else if self.anchors(now).is_some() {
            DomainState::Current
        } else {
            DomainState::TooOld
        }
    }

    pub(super) fn status(&self, now: Duration) -> DomainStatus {
        let states = self.states();
        let sources = self.sources.iter().zip(states.iter()).map(|(source, state)| SourceStatus {
            source: source.to_string(),
            age: state.good.as_ref().map(|good| now.saturating_sub(good.at)),
            sequence: state.good.as_ref().and_then(|good| good.document.sequence),
            failures: state.schedule.failures(),
            last_error: state.last_error,
        });
        let sources = sources.collect();
        DomainStatus { origin: self.origin().clone(), state: self.state(now), sources }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
