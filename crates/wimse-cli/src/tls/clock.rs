//! The clock of a handshake: that of the system, or one that stands at `--now`.

use std::sync::Arc;
use std::time::Duration;
use wimse::creds::UnixTime;
use wimse::mtls::TlsEnvironment;
use wimse::mtls::rustls::crypto::aws_lc_rs;
use wimse::mtls::rustls::pki_types::UnixTime as TlsTime;
use wimse::mtls::rustls::time_provider::TimeProvider;

/// Where TLS finds cryptography and time.
pub(crate) fn environment(fixed: Option<UnixTime>) -> TlsEnvironment {
    match fixed {
        None => TlsEnvironment::aws_lc(),
        Some(time) => TlsEnvironment::new(Arc::new(aws_lc_rs::default_provider()), Arc::new(Fixed(time))),
    }
}

#[derive(Debug)]
struct Fixed(UnixTime);

impl TimeProvider for Fixed {
    fn current_time(&self) -> Option<TlsTime> {
        let seconds = u64::try_from(self.0.as_secs()).ok()?;
        Some(TlsTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}
