//! The credentials of a workload, as they are now.

use super::contents::Contents;
use super::{CredentialFiles, CredentialStatus, CredentialUnavailable, IdentityServer, RenewalError};
use crate::background::tell;
use crate::schedule::{Jitter, Schedule};
use crate::telemetry::Watch;
use crate::{Background, SteadyClock};
use arc_swap::ArcSwapOption;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use wimse_creds::UnixTime;
use wimse_creds::pop::{WitCredential, WitSource};
use wimse_identifier::WorkloadIdentifier;
use wimse_mtls::{Refreshed, Rotating, TlsIdentity, WicSource};

/// The credentials of a workload, renewed before they expire. Cloning shares them.
///
/// Reading them waits for no attempt. What comes from an [`IdentityServer`] is renewed after two thirds of
/// its lifetime, less up to a tenth at random; files are read every few seconds. If that fails, the credentials stay in use
/// until they expire, and not a second longer.
///
/// ```no_run
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// use std::sync::Arc;
/// use tokio::runtime::Handle;
/// use wimse_trust::{CredentialFiles, CredentialSource, RenewalPolicy, SteadySystemClock};
///
/// let clock = Arc::new(SteadySystemClock::new());
/// let files = CredentialFiles::wit("/run/wimse/wit.jwt", "/run/wimse/wit.key");
/// let credentials = CredentialSource::from_files(files, RenewalPolicy::default(), clock);
/// credentials.renew().await?;
/// let background = credentials.spawn(&Handle::try_current()?, |outcome| {
///     if let Err(error) = outcome {
///         eprintln!("kept the credentials: {}", error.code());
///     }
/// });
/// let credential = credentials.wit()?;
/// # drop((background, credential));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CredentialSource(Arc<Inner>);

struct Inner {
    supply: Supply,
    policy: RenewalPolicy,
    clock: Arc<dyn SteadyClock>,
    wit: ArcSwapOption<WitCredential>,
    /// Of an identity server, from the first one on.
    wic: OnceLock<Rotating<TlsIdentity>>,
    state: Mutex<State>,
    /// Held during an attempt: one at a time.
    busy: tokio::sync::Mutex<()>,
}

enum Supply {
    Files(CredentialFiles),
    Server(Box<IdentityServer>),
}

#[derive(Default)]
struct State {
    schedule: Schedule,
    succeeded: Option<Duration>,
    /// The same by the date, for clocks that stand still while the machine sleeps.
    renew_at: Option<UnixTime>,
    /// Of the files that the WIT in use is from.
    contents: Option<Arc<Contents>>,
    last_error: Option<&'static str>,
}

/// What an attempt gave; without a WIT, that is as it was.
#[derive(Default)]
pub(super) struct Obtained {
    pub(super) wit: Option<WitCredential>,
    /// Of the files that the WIT is from.
    pub(super) contents: Option<Arc<Contents>>,
    pub(super) wic: Option<TlsIdentity>,
    /// Files of a WIC were replaced, and are in use.
    pub(super) is_replaced: bool,
    pub(super) failure: Option<RenewalError>,
}

/// How often files are read, and how long failures wait.
#[derive(Debug, Clone)]
pub struct RenewalPolicy {
    file_interval: Duration,
    longest_retry: Duration,
}

impl Default for RenewalPolicy {
    fn default() -> Self {
        Self { file_interval: Duration::from_secs(5), longest_retry: Duration::from_secs(60) }
    }
}

impl RenewalPolicy {
    /// How often files are read: every 5 seconds by default.
    #[must_use]
    pub fn with_file_interval(mut self, interval: Duration) -> Self {
        self.file_interval = interval;
        self
    }

    /// The longest wait between attempts that fail: a minute by default.
    #[must_use]
    pub fn with_longest_retry(mut self, wait: Duration) -> Self {
        self.longest_retry = wait;
        self
    }
}

impl CredentialSource {
    /// Credentials in files. Nothing is read yet, but what an `IdentityFiles` has read.
    #[must_use]
    pub fn from_files(files: CredentialFiles, policy: RenewalPolicy, clock: Arc<dyn SteadyClock>) -> Self {
        Self::new(Supply::Files(files), policy, clock)
    }

    /// Credentials of an identity server. It is not asked yet.
    #[must_use]
    pub fn from_server(server: IdentityServer, policy: RenewalPolicy, clock: Arc<dyn SteadyClock>) -> Self {
        Self::new(Supply::Server(Box::new(server)), policy, clock)
    }

    fn new(supply: Supply, policy: RenewalPolicy, clock: Arc<dyn SteadyClock>) -> Self {
        Self(Arc::new(Inner {
            supply,
            policy,
            clock,
            wit: ArcSwapOption::empty(),
            wic: OnceLock::new(),
            state: Mutex::default(),
            busy: tokio::sync::Mutex::new(()),
        }))
    }

    /// The WIT and its key, to sign with.
    ///
    /// # Errors
    ///
    /// [`CredentialUnavailable`].
    pub fn wit(&self) -> Result<Arc<WitCredential>, CredentialUnavailable> {
        let credential = self.0.wit.load_full().ok_or(CredentialUnavailable::NotObtained)?;
        if self.0.clock.now() >= credential.wit().claimed_expiry() {
            return Err(CredentialUnavailable::Expired);
        }
        Ok(credential)
    }

    /// The WIC, for TLS: give it to an `MtlsClient` or `MtlsServer` once, and each handshake uses the newest. Its key signs
    /// no handshake once the WIC has expired.
    ///
    /// # Errors
    ///
    /// [`CredentialUnavailable::NotObtained`].
    pub fn wic(&self) -> Result<Arc<dyn WicSource>, CredentialUnavailable> {
        self.0.identity().ok_or(CredentialUnavailable::NotObtained)
    }

    /// Renews now, whether it is time or not.
    ///
    /// # Errors
    ///
    /// A [`RenewalError`]; what was in use stays in use.
    pub async fn renew(&self) -> Result<Refreshed, RenewalError> {
        let _busy = self.0.busy.lock().await;
        self.attempt().await
    }

    /// Renews if it is time. [`spawn`](Self::spawn) does so by itself; this is for programs with a timer of their own.
    pub async fn renew_if_due(&self) -> Option<Result<Refreshed, RenewalError>> {
        let _busy = self.0.busy.lock().await;
        if !self.0.is_due() {
            return None;
        }
        Some(self.attempt().await)
    }

    async fn attempt(&self) -> Result<Refreshed, RenewalError> {
        let watch = Watch::renew();
        let outcome = watch.during(self.0.attempt()).await;
        watch.renewed(outcome.as_ref().copied(), &self.status());
        outcome
    }

    /// Keeps the credentials up to date on a runtime with time and I/O, until the value is dropped. `report` is told what came
    /// of each attempt; it must not block.
    pub fn spawn(
        &self,
        runtime: &Handle,
        report: impl Fn(Result<Refreshed, &RenewalError>) + Send + Sync + 'static,
    ) -> Background {
        let source = self.clone();
        let mut tasks = JoinSet::new();
        let task = async move {
            loop {
                let left = source.0.due().saturating_sub(source.0.clock.elapsed());
                // The date is looked at before long, whatever the timer does while the machine sleeps.
                tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
                if let Some(outcome) = source.renew_if_due().await {
                    tell(|| report(outcome.as_ref().copied()));
                }
            }
        };
        tasks.spawn_on(task, runtime);
        Background::new(tasks)
    }

    /// How the credentials are.
    #[must_use]
    pub fn status(&self) -> CredentialStatus {
        let wit = self.0.wit.load_full();
        let wic = self.0.identity().map(|identity| identity.current());
        let state = self.0.state();
        let now = self.0.clock.elapsed();
        CredentialStatus {
            identifier: self.0.identifier(),
            wit_expires: wit.map(|credential| credential.wit().claimed_expiry()),
            wic_expires: wic.map(|identity| identity.wic().claimed_validity().end()),
            age: state.succeeded.map(|at| now.saturating_sub(at)),
            failures: state.schedule.failures(),
            last_error: state.last_error,
        }
    }
}

/// The newest, even if it has expired: whoever signs with that gets `credential.expired`.
impl WitSource for CredentialSource {
    fn current(&self) -> Option<Arc<WitCredential>> {
        self.0.wit.load_full()
    }
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CredentialSource").field(&self.status()).finish()
    }
}

impl Inner {
    fn due(&self) -> Duration {
        self.state().schedule.due(false, Duration::ZERO)
    }

    fn is_due(&self) -> bool {
        let state = self.state();
        let by_date = state.renew_at.is_some_and(|at| self.clock.now() >= at);
        by_date || self.clock.elapsed() >= state.schedule.due(false, Duration::ZERO)
    }

    async fn attempt(&self) -> Result<Refreshed, RenewalError> {
        let now = self.clock.now();
        let obtained = match &self.supply {
            Supply::Files(files) => {
                let in_use = self.state().contents.clone();
                files.obtain(in_use, now).await
            }
            Supply::Server(server) => {
                let current = self.wit.load_full();
                server.obtain(current.as_deref(), self.identifier().as_ref(), now).await
            }
        };
        let outcome = obtained.and_then(|obtained| self.take(obtained));
        let elapsed = self.clock.elapsed();
        let mut state = self.state();
        match &outcome {
            Ok(_) => {
                let interval = self.interval(now);
                (state.succeeded, state.last_error) = (Some(elapsed), None);
                state.renew_at = Some(now.plus(interval.max(Duration::from_secs(1))));
                state.schedule.succeeded(elapsed, interval);
            }
            Err(error) => {
                (state.last_error, state.renew_at) = (Some(error.code()), None);
                state.schedule.failed(elapsed, self.longest_retry(), Jitter::random());
            }
        }
        outcome
    }

    /// Puts the new credentials into use, and fails if that is not all.
    fn take(&self, obtained: Obtained) -> Result<Refreshed, RenewalError> {
        let is_replaced = obtained.is_replaced || obtained.wit.is_some() || obtained.wic.is_some();
        if let Some(credential) = obtained.wit {
            self.wit.store(Some(Arc::new(credential)));
            self.state().contents = obtained.contents;
        }
        if let Some(identity) = obtained.wic {
            self.wic.get_or_init(|| Rotating::new(identity.clone())).replace(identity);
        }
        let refreshed = if is_replaced { Refreshed::Replaced } else { Refreshed::Unchanged };
        obtained.failure.map_or(Ok(refreshed), Err)
    }

    /// Until the next attempt, after one that succeeded.
    fn interval(&self, now: UnixTime) -> Duration {
        match &self.supply {
            Supply::Files(_) => self.policy.file_interval,
            Supply::Server(_) => {
                let wit = self.wit.load_full().map(|credential| credential.wit().claimed_expiry());
                let wic = self.wic.get().map(|wic| WicSource::current(wic).wic().claimed_validity().end());
                // Whichever expires first.
                let expires = [wit, wic].into_iter().flatten().min();
                let lifetime = expires.map_or(self.policy.longest_retry, |expires| now.until(expires));
                Jitter::random().shorten(lifetime * 2 / 3, 10)
            }
        }
    }

    fn longest_retry(&self) -> Duration {
        match &self.supply {
            Supply::Files(_) => self.policy.file_interval,
            Supply::Server(_) => self.policy.longest_retry,
        }
    }

    fn identity(&self) -> Option<Arc<dyn WicSource>> {
        match &self.supply {
            Supply::Files(files) => Some(Arc::new(files.identity()?.clone())),
            Supply::Server(_) => Some(Arc::new(self.wic.get()?.clone())),
        }
    }

    fn identifier(&self) -> Option<WorkloadIdentifier> {
        let wit = self.wit.load_full().map(|credential| credential.wit().claimed_subject().clone());
        wit.or_else(|| Some(self.identity()?.current().wic().claimed_identifier().clone()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Obtained {
    /// Whom the WIT and the WIC are for.
    pub(super) fn identifiers(&self) -> (Option<&WorkloadIdentifier>, Option<&WorkloadIdentifier>) {
        let wit = self.wit.as_ref().map(|credential| credential.wit().claimed_subject());
        (wit, self.wic.as_ref().map(|identity| identity.wic().claimed_identifier()))
    }
}

const LONGEST_SLEEP: Duration = Duration::from_secs(60);
