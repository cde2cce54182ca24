//! Anchors that change while the program runs.

use super::document::Document;
use super::domain::{Domain, Good, LiveDomain, SourceState};
use super::error::SourceError;
use super::policy::RefreshPolicy;
use super::source::{Fetched, Source};
use super::status::{DomainState, DomainStatus};
use crate::background::tell;
use crate::schedule::Jitter;
use crate::telemetry::{Watch, Watched};
use crate::{Background, SteadyClock};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use wimse_creds::trust::{DomainAnchors, TrustAnchorSource, TrustAnchors, TrustError};
use wimse_identifier::Origin;
use wimse_mtls::Refreshed;

/// Trust anchors by Origin, kept up to date with their sources. Cloning shares them.
///
/// Reading them takes no lock and waits for nothing. A change of one domain leaves the snapshots of all others as they
/// are, and with them the verified tokens that are cached.
///
/// ```no_run
/// # async fn start(live: Vec<wimse_trust::LiveDomain>) -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use tokio::runtime::Handle;
/// use wimse_creds::trust::TrustAnchors;
/// use wimse_creds::{WitPolicy, WitVerifier};
/// use wimse_trust::{LiveAnchors, RefreshPolicy, SteadySystemClock};
///
/// let clock = Arc::new(SteadySystemClock::new());
/// let anchors = LiveAnchors::new(TrustAnchors::none(), live, RefreshPolicy::default(), clock)?;
/// for attempt in anchors.refresh_due().await {
///     if let Err(error) = &attempt.outcome {
///         eprintln!("{} is not loaded: {}", attempt.origin, error.code());
///     }
/// }
/// let background = anchors.spawn(&Handle::try_current()?, |attempt| {
///     if let Err(error) = &attempt.outcome {
///         eprintln!("{}: kept what was in use: {}", attempt.source, error.code());
///     }
/// });
/// let verifier = WitVerifier::new(anchors, WitPolicy::default());
/// # drop((background, verifier));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct LiveAnchors(Arc<Inner>);

struct Inner {
    domains: HashMap<Origin, Domain>,
    policy: RefreshPolicy,
    clock: Arc<dyn SteadyClock>,
    /// All that was published last, by which keys under two origins are found. Held while something changes.
    book: Mutex<TrustAnchors>,
}

/// What came of asking one source.
#[derive(Debug)]
pub struct Attempt {
    /// The trust domain.
    pub origin: Origin,
    /// The URL or path.
    pub source: String,
    /// Whether the anchors have changed, or why they are as they were.
    pub outcome: Result<Refreshed, SourceError>,
}

impl LiveAnchors {
    /// Domains that never change, and domains with sources. None of the sources is asked yet.
    ///
    /// # Errors
    ///
    /// [`TrustError::DuplicateOrigin`], [`TrustError::SharedKey`] or [`TrustError::SharedCa`].
    pub fn new(
        fixed: TrustAnchors,
        live: impl IntoIterator<Item = LiveDomain>,
        policy: RefreshPolicy,
        clock: Arc<dyn SteadyClock>,
    ) -> Result<Self, TrustError> {
        let mut domains = HashMap::new();
        let mut book = fixed;
        for domain in live {
            book = book.with(domain.base().clone())?;
            if domain.has_sources() {
                domains.insert(domain.base().origin().clone(), domain.start());
            }
        }
        let never_changing = book.origins().filter(|origin| !domains.contains_key(*origin));
        let fixed: Vec<_> =
            never_changing.filter_map(|origin| book.domain(origin)).map(Domain::fixed).collect();
        domains.extend(fixed.into_iter().map(|domain| (domain.origin().clone(), domain)));
        Ok(Self(Arc::new(Inner { domains, policy, clock, book: Mutex::new(book) })))
    }

    /// Asks every source whose time has come, all at once, and waits for their answers. The first time, these are all.
    ///
    /// [`spawn`](Self::spawn) does the same by itself; this is for the start, and for programs with a timer of their own.
    pub async fn refresh_due(&self) -> Vec<Attempt> {
        let mut asked = JoinSet::new();
        for (origin, index) in self.0.sources() {
            let inner = Arc::clone(&self.0);
            asked.spawn(async move { inner.attempt_if_due(&origin, index).await });
        }
        asked.join_all().await.into_iter().flatten().collect()
    }

    /// Keeps the anchors up to date on a runtime with time and I/O, until the value is dropped. Each source has a task of its
    /// own, so that a slow one holds up no other. `report` is told what came of each attempt; it must not block.
    pub fn spawn(&self, runtime: &Handle, report: impl Fn(&Attempt) + Send + Sync + 'static) -> Background {
        let report = Arc::new(report);
        let mut tasks = JoinSet::new();
        for (origin, index) in self.0.sources() {
            let (inner, report) = (Arc::clone(&self.0), Arc::clone(&report));
            let task = async move {
                loop {
                    inner.wait(&origin, index).await;
                    if let Some(attempt) = inner.attempt_if_due(&origin, index).await {
                        tell(|| report(&attempt));
                    }
                }
            };
            tasks.spawn_on(task, runtime);
        }
        Background::new(tasks)
    }

    /// How every domain is, in the order of their names.
    #[must_use]
    pub fn status(&self) -> Vec<DomainStatus> {
        let now = self.0.clock.elapsed();
        let mut status: Vec<_> = self.0.domains.values().map(|domain| domain.status(now)).collect();
        status.sort_by(|one, other| one.origin.cmp(&other.origin));
        status
    }

    /// Whether a domain has anchors, and if not, why.
    #[must_use]
    pub fn state(&self, origin: &Origin) -> DomainState {
        let domain = self.0.domains.get(origin);
        domain.map_or(DomainState::NotConfigured, |domain| domain.state(self.0.clock.elapsed()))
    }
}

impl TrustAnchorSource for LiveAnchors {
    fn anchors_for(&self, origin: &Origin) -> Option<Arc<DomainAnchors>> {
        self.0.domains.get(origin)?.anchors(self.0.clock.elapsed())
    }

    /// Asks the sources of the domain early, after the cooldown.
    fn key_missing(&self, origin: &Origin) {
        for source in self.0.domains.get(origin).into_iter().flat_map(|domain| &domain.sources) {
            source.ask();
        }
    }
}

impl fmt::Debug for LiveAnchors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveAnchors").field("domains", &self.status()).finish_non_exhaustive()
    }
}

impl Inner {
    /// All sources, each by its domain and place.
    fn sources(&self) -> Vec<(Origin, usize)> {
        let domains = self.domains.iter();
        domains
            .flat_map(|(origin, domain)| (0..domain.sources.len()).map(|index| (origin.clone(), index)))
            .collect()
    }

    fn source(&self, origin: &Origin, index: usize) -> Option<(&Domain, &Source)> {
        let domain = self.domains.get(origin)?;
        Some((domain, domain.sources.get(index)?))
    }

    fn due(&self, domain: &Domain, source: &Source, index: usize) -> Duration {
        let states = domain.states();
        let schedule = states.get(index).map(|state| &state.schedule);
        schedule.map_or(Duration::MAX, |schedule| schedule.due(source.is_asked_for(), self.policy.cooldown()))
    }

    /// Until the time has come, or somebody asks.
    async fn wait(&self, origin: &Origin, index: usize) {
        let Some((domain, source)) = self.source(origin, index) else { return std::future::pending().await };
        let left = self.due(domain, source, index).saturating_sub(self.clock.elapsed());
        tokio::select! {
            () = tokio::time::sleep(left) => {}
            () = source.asked.notified() => {}
        }
    }

    async fn attempt_if_due(&self, origin: &Origin, index: usize) -> Option<Attempt> {
        let (domain, source) = self.source(origin, index)?;
        let _busy = source.busy.lock().await;
        let at = self.clock.elapsed();
        if at < self.due(domain, source, index) {
            return None;
        }
        let name = source.to_string();
        let watched = Watched { origin, kind: source.kind(), source: &name };
        let watch = Watch::refresh(watched);
        let outcome = match watch.during(source.fetch()).await {
            Ok(fetched) => self.take(domain, index, fetched, at),
            Err(error) => Err(error),
        };
        if let Err(error) = &outcome {
            self.note_failure(domain, source, index, error);
        }
        let until = domain.left(self.clock.elapsed()).map(|left| self.clock.now().plus(left));
        watch.refreshed(watched, outcome.as_ref().copied(), until);
        Some(Attempt { origin: origin.clone(), source: name, outcome })
    }

    /// Takes an answer in, or says why it changes nothing.
    fn take(
        &self,
        domain: &Domain,
        index: usize,
        fetched: Fetched,
        at: Duration,
    ) -> Result<Refreshed, SourceError> {
        let Some(source) = domain.sources.get(index) else { return Err(SourceError::Cancelled) };
        let known = domain.states().get(index).and_then(|state| state.good.clone());
        let same = known.as_ref().filter(|known| *known.bytes == *fetched.bytes);
        let document = match same {
            Some(same) => same.document.clone(),
            None => Document::read(source.format, &fetched.bytes)?,
        };
        if let Some(known) = &known {
            self.check_sequence(known, &document, at)?;
        }
        let interval = if source.is_file() {
            self.policy.file_interval()
        } else {
            self.policy.web_interval(document.refresh_hint, fetched.fresh, Jitter::random())
        };
        let is_same = same.is_some();
        let bytes = same.map_or_else(|| fetched.bytes.into(), |same| Arc::clone(&same.bytes));
        let good = Good { bytes, document, at };

        let mut book = self.book();
        let mut states = domain.states();
        if !is_same {
            let answers = states.iter().enumerate();
            let answers =
                answers.map(|(place, state)| if place == index { Some(&good) } else { state.good.as_ref() });
            publish(&mut book, domain, domain.compose(answers)?)?;
        }
        if let Some(state) = states.get_mut(index) {
            state.good = Some(good);
            state.last_error = None;
            state.schedule.succeeded(self.clock.elapsed(), interval);
        }
        domain.extend(&states, &self.policy);
        Ok(if is_same { Refreshed::Unchanged } else { Refreshed::Replaced })
    }

    /// A bundle must not be older than the one in use (SPIFFE Trust Domain and Bundle 4.1.1), as long as that one counts.
    fn check_sequence(&self, known: &Good, document: &Document, at: Duration) -> Result<(), SourceError> {
        let counts = at.saturating_sub(known.at) < self.policy.max_age();
        match (known.document.sequence, document.sequence) {
            (Some(known), Some(found)) if counts && found < known => {
                Err(SourceError::Sequence { known, found })
            }
            _ => Ok(()),
        }
    }

    fn note_failure(&self, domain: &Domain, source: &Source, index: usize, error: &SourceError) {
        let now = self.clock.elapsed();
        if let Some(SourceState { schedule, last_error, .. }) = domain.states().get_mut(index) {
            *last_error = Some(error.code());
            let longest =
                if source.is_file() { self.policy.file_interval() } else { self.policy.longest_retry() };
            schedule.failed(now, longest, Jitter::random());
        }
    }

    fn book(&self) -> MutexGuard<'_, TrustAnchors> {
        // Nothing panics while it holds the lock, and the book is replaced whole.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Only the snapshot of this domain is a new one.
fn publish(
    book: &mut TrustAnchors,
    domain: &Domain,
    anchors: Option<DomainAnchors>,
) -> Result<(), TrustError> {
    let Some(anchors) = anchors else { return Ok(()) };
    let next = book.clone().without(domain.origin()).with(anchors)?;
    if let Some(anchors) = next.domain(domain.origin()) {
        domain.publish(Arc::clone(anchors));
    }
    *book = next;
    Ok(())
}
