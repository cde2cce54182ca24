//! What TLS runs on.

use crate::MtlsError;
use rustls::crypto::CryptoProvider;
use rustls::time_provider::TimeProvider;
use std::sync::Arc;
use wimse_creds::UnixTime;

/// The cryptography and the clock of TLS.
///
/// Handshakes read the clock themselves, when the peer's certificate is judged and when a key is used. All else takes the
/// present as an argument.
#[derive(Debug, Clone)]
pub struct TlsEnvironment {
    pub(crate) provider: Arc<CryptoProvider>,
    pub(crate) time: Arc<dyn TimeProvider>,
}

impl TlsEnvironment {
    /// A provider and a clock.
    #[must_use]
    pub fn new(provider: Arc<CryptoProvider>, time: Arc<dyn TimeProvider>) -> Self {
        Self { provider, time }
    }

    /// The provider of `aws-lc-rs`, and the clock of the system.
    #[cfg(feature = "aws-lc")]
    #[must_use]
    pub fn aws_lc() -> Self {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        Self::new(Arc::new(provider), Arc::new(rustls::time_provider::DefaultTimeProvider))
    }

    /// The cryptography.
    #[must_use]
    pub fn provider(&self) -> &Arc<CryptoProvider> {
        &self.provider
    }

    /// The clock, as rustls asks it.
    #[must_use]
    pub fn time_provider(&self) -> &Arc<dyn TimeProvider> {
        &self.time
    }

    /// The present.
    ///
    /// # Errors
    ///
    /// [`MtlsError::Clock`] if the clock gives no time.
    pub fn now(&self) -> Result<UnixTime, MtlsError> {
        self.time.current_time().map(unix_time).ok_or(MtlsError::Clock)
    }
}

/// The time of rustls as ours.
pub(crate) fn unix_time(time: rustls::pki_types::UnixTime) -> UnixTime {
    UnixTime::from_secs(time.as_secs())
}
