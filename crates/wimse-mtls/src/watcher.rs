//! A thread that refreshes.

use crate::file::{FileError, Refresh, Refreshed};
use crate::{MtlsError, TlsEnvironment};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use std::{fmt, io};

/// One thread that refreshes things every so often, until the value is dropped.
///
/// Programs with a runtime of their own call [`Refresh::refresh`] from a timer instead.
///
/// ```no_run
/// # use std::time::{Duration, SystemTime};
/// # use wimse_creds::UnixTime;
/// # use wimse_mtls::{AnchorFiles, IdentityFiles, TlsEnvironment, Watcher};
/// let (environment, now) = (TlsEnvironment::aws_lc(), UnixTime::from(SystemTime::now()));
/// let identity = IdentityFiles::open(&environment, "svid.pem", "svid.key", now)?;
/// let anchors = AnchorFiles::open([("spiffe://example.com".parse()?, "bundle.json")])?;
/// let watched = vec![Box::new(identity.clone()) as _, Box::new(anchors.clone()) as _];
/// let watcher = Watcher::start(&environment, Duration::from_secs(5), watched, |outcome| {
///     if let Err(error) = outcome {
///         eprintln!("kept what was in use: {error}");
///     }
/// })?;
/// # drop(watcher);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Watcher {
    /// Dropped to stop the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What came of one refreshing.
type Outcome<'a> = Result<Refreshed, &'a WatchError>;

/// Why something was not refreshed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// The clock gives no time.
    #[error(transparent)]
    Clock(MtlsError),
    /// The source cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
}

impl WatchError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Clock(error) => error.code(),
            Self::File(error) => error.code(),
        }
    }
}

impl Watcher {
    /// Starts the thread. It reports each refreshing, by the order of what is watched.
    ///
    /// An interval shorter than 100 milliseconds is made as long.
    ///
    /// # Errors
    ///
    /// The error of the operating system if there can be no further thread.
    pub fn start(
        environment: &TlsEnvironment,
        interval: Duration,
        watched: Vec<Box<dyn Refresh>>,
        mut report: impl FnMut(Outcome<'_>) + Send + 'static,
    ) -> io::Result<Self> {
        let environment = environment.clone();
        let (stop, stopped) = channel::<()>();
        let thread = Builder::new().name("wimse-mtls-watcher".to_owned()).spawn(move || {
            while stopped.recv_timeout(interval.max(SHORTEST)) == Err(RecvTimeoutError::Timeout) {
                for source in &watched {
                    let now = environment.now().map_err(WatchError::Clock);
                    let outcome = now.and_then(|now| Ok(source.refresh(now)?));
                    report(outcome.as_ref().copied());
                }
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Watcher {
    /// Stops the thread, and waits for the refreshing that it is in.
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic in the report has ended it already.
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watcher").finish_non_exhaustive()
    }
}

const SHORTEST: Duration = Duration::from_millis(100);
