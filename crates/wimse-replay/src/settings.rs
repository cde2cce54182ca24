//! Where the store is, and what is asked of it.

use crate::StoreError;
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo};
use std::fmt;
use std::time::Duration;

/// Where a Redis store is, and what is asked of it. All replicas of a service use the same settings.
///
/// The user that the service connects as needs the keys `{prefix}*` and the commands `evalsha`, `script|load`, `info`,
/// `time`, `get`, `set`, `incr`, `expire`.
///
/// ```
/// use std::time::Duration;
/// use wimse_replay::RedisSettings;
///
/// let settings = RedisSettings::new("redis://orders:secret@replay.internal:6379/0")?
///     .prefix("orders")?
///     .response_timeout(Duration::from_millis(100));
/// assert!(!format!("{settings:?}").contains("secret"));
/// # Ok::<(), wimse_replay::StoreError>(())
/// ```
#[derive(Clone)]
pub struct RedisSettings {
    address: ConnectionInfo,
    #[cfg(feature = "tls")]
    tls: Option<redis::TlsCertificates>,
    pub(crate) prefix: String,
    pub(crate) connections: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) response_timeout: Duration,
    total_timeout: Duration,
    pub(crate) longest_pause: Duration,
    pub(crate) max_clock_skew: Duration,
    pub(crate) window: Duration,
    pub(crate) share: u64,
    pub(crate) eviction: Eviction,
    pub(crate) restarts: Restarts,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Eviction {
    Never,
    NeverOrUnknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Restarts {
    /// Another run of the server may have lost something.
    Forget,
    Survived,
}

impl RedisSettings {
    /// How many connections a process has at the most: 2.
    pub const DEFAULT_CONNECTIONS: usize = 2;
    /// How many connections a process may be given: 16.
    pub const MAX_CONNECTIONS: usize = 16;
    /// How long a connection may take, with all that is checked over it: 500 milliseconds.
    pub const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_millis(500);
    /// How long one answer may take: 250 milliseconds.
    pub const DEFAULT_RESPONSE_TIMEOUT: Duration = Duration::from_millis(250);
    /// How long an admission may take, whatever happens: one second.
    pub const DEFAULT_TOTAL_TIMEOUT: Duration = Duration::from_secs(1);
    /// How far clocks may be apart: 10 seconds.
    pub const DEFAULT_MAX_CLOCK_SKEW: Duration = Duration::from_secs(10);
    /// How long a proof can be remembered: 400 seconds, as by `MemoryReplayGuard`.
    pub const DEFAULT_WINDOW: Duration = Duration::from_secs(400);
    /// How many proofs one sender may have in the store: a million.
    pub const DEFAULT_SHARE: u64 = 1_000_000;

    /// A store by its address: `redis://user:password@host:port/database`, `rediss://` for TLS (feature `tls`), or
    /// `redis+unix:///path`.
    ///
    /// Whoever can speak to the store, or stands between, decides what is a replay: use TLS wherever the network is
    /// not the service's own.
    ///
    /// # Errors
    ///
    /// [`StoreError::Address`], also for an address that switches the verification of certificates off;
    /// [`StoreError::TlsMissing`].
    pub fn new(address: &str) -> Result<Self, StoreError> {
        // Without TLS the client does not know these schemes.
        if cfg!(not(feature = "tls")) && ["rediss:", "valkeys:"].iter().any(|tls| address.starts_with(tls)) {
            return Err(StoreError::TlsMissing);
        }
        let address = address.into_connection_info().map_err(|_| StoreError::Address)?;
        if matches!(address.addr(), ConnectionAddr::TcpTls { insecure: true, .. }) {
            return Err(StoreError::Address);
        }
        Ok(Self {
            address,
            #[cfg(feature = "tls")]
            tls: None,
            prefix: "{wimse-replay}:".to_owned(),
            connections: Self::DEFAULT_CONNECTIONS,
            connect_timeout: Self::DEFAULT_CONNECT_TIMEOUT,
            response_timeout: Self::DEFAULT_RESPONSE_TIMEOUT,
            total_timeout: Self::DEFAULT_TOTAL_TIMEOUT,
            longest_pause: Duration::from_secs(2),
            max_clock_skew: Self::DEFAULT_MAX_CLOCK_SKEW,
            window: Self::DEFAULT_WINDOW,
            share: Self::DEFAULT_SHARE,
            eviction: Eviction::Never,
            restarts: Restarts::Forget,
        })
    }

    /// Names the service whose replicas share the store: keys begin with `{name}:`, `{wimse-replay}:` unless set.
    /// Services with different audiences need not share one; those with the same audience must.
    ///
    /// # Errors
    ///
    /// [`StoreError::Prefix`].
    pub fn prefix(mut self, name: &str) -> Result<Self, StoreError> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        if name.is_empty() || name.len() > 64 || !name.bytes().all(is_plain) {
            return Err(StoreError::Prefix);
        }
        self.prefix = format!("{{{name}}}:");
        Ok(self)
    }

    /// Sets how many connections a process has at the most, from 1 to [`MAX_CONNECTIONS`](Self::MAX_CONNECTIONS). Questions go
    /// side by side over each; another one is made when all that there are have questions under way. With one, every question
    /// waits when it is stuck.
    ///
    /// # Errors
    ///
    /// [`StoreError::Connections`].
    pub fn connections(mut self, number: usize) -> Result<Self, StoreError> {
        if !(1..=Self::MAX_CONNECTIONS).contains(&number) {
            return Err(StoreError::Connections);
        }
        self.connections = number;
        Ok(self)
    }

    /// Sets how long a connection may take, with TLS, authentication and all that is checked over it.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long one answer may take. After that its connection is given up; others go on.
    #[must_use]
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Sets how long an admission may take, whatever happens: waiting for a connection, asking, and asking once more
    /// when a connection breaks. It is at least as long as a connection may take.
    #[must_use]
    pub fn total_timeout(mut self, timeout: Duration) -> Self {
        self.total_timeout = timeout;
        self
    }

    /// Sets the longest pause between attempts to connect: two seconds unless set. The pauses begin at 50 milliseconds
    /// and double; during one, every proof is refused at once.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest_pause = pause;
        self
    }

    /// Sets how far, in whole seconds, the clocks of replicas and store may be apart. Proofs are remembered longer by as
    /// much, and a fence lasts longer by as much. While clocks are further apart, nothing is admitted.
    #[must_use]
    pub fn max_clock_skew(mut self, skew: Duration) -> Self {
        self.max_clock_skew = skew;
        self
    }

    /// Sets how long a proof can be remembered, in whole seconds: at least the longest lifetime that the verifier
    /// accepts and its leeway. A proof that lives longer is refused.
    #[must_use]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window.max(Duration::from_secs(1));
        self
    }

    /// Sets how many proofs one sender may have in the store. It is counted by the period in which they were admitted,
    /// so that a sender may be refused when it has half as many alive.
    #[must_use]
    pub fn share_per_sender(mut self, proofs: u64) -> Self {
        self.share = proofs;
        self
    }

    /// Accepts a store that does not say whether it evicts, as some managed ones do not. See for yourself that
    /// its `maxmemory-policy` is `noeviction`: what is evicted can be replayed.
    #[must_use]
    pub fn accept_unknown_eviction(mut self) -> Self {
        self.eviction = Eviction::NeverOrUnknown;
        self
    }

    /// Trusts the memory of the store across restarts, so that there is no fence after one.
    ///
    /// True of a single server with `appendonly yes` and `appendfsync always` on a disk that keeps what it has confirmed,
    /// without failover. A store without an append-only file is refused; what `appendfsync` says is not asked.
    #[must_use]
    pub fn survives_restarts(mut self) -> Self {
        self.restarts = Restarts::Survived;
        self
    }

    /// Sets the CA certificates that the store's is verified by, as PEM, in place of those of the system.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.tls_mut().root_cert = Some(pem.into());
        self
    }

    /// Sets the certificate chain and key that the service shows to the store, as PEM.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn client_certificate(mut self, chain: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        let (client_cert, client_key) = (chain.into(), key.into());
        self.tls_mut().client_tls = Some(redis::ClientTlsConfig { client_cert, client_key });
        self
    }

    #[cfg(feature = "tls")]
    fn tls_mut(&mut self) -> &mut redis::TlsCertificates {
        self.tls.get_or_insert(redis::TlsCertificates { client_tls: None, root_cert: None })
    }

    pub(crate) fn total(&self) -> Duration {
        self.total_timeout.max(self.connect_timeout)
    }

    /// What entries live for at the longest.
    pub(crate) fn longest_life(&self) -> u64 {
        self.window.as_secs().saturating_add(self.max_clock_skew.as_secs().saturating_mul(2))
    }

    /// Nothing is connected yet.
    pub(crate) fn client(&self) -> Result<Client, StoreError> {
        #[cfg(feature = "tls")]
        if matches!(self.address.addr(), ConnectionAddr::TcpTls { .. }) || self.tls.is_some() {
            provide_cryptography();
            let none = redis::TlsCertificates { client_tls: None, root_cert: None };
            let certificates = self.tls.clone().unwrap_or(none);
            return Client::build_with_tls(self.address.clone(), certificates).map_err(|_| StoreError::Tls);
        }
        Client::open(self.address.clone()).map_err(|_| StoreError::Address)
    }
}

/// The client takes the default of the process, and does not do without.
#[cfg(feature = "tls")]
fn provide_cryptography() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Someone else may be first: then there is one.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    }
}

/// No password.
impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings")
            .field("address", &self.address.addr().to_string())
            .field("prefix", &self.prefix)
            .field("connections", &self.connections)
            .field("window", &self.window)
            .field("max_clock_skew", &self.max_clock_skew)
            .field("total_timeout", &self.total())
            .field("restarts", &self.restarts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(address: &str) -> Result<(), StoreError> {
        RedisSettings::new(address).map(|_| ())
    }

    #[test]
    fn addresses() {
        for good in
            ["redis://localhost", "redis://user:secret@127.0.0.1:6380/2", "redis+unix:///run/redis.sock"]
        {
            assert_eq!(made(good), Ok(()), "{good}");
        }
        for bad in ["", "localhost", "http://localhost", "redis://", "redis://localhost:99999"] {
            assert_eq!(made(bad), Err(StoreError::Address), "{bad}");
        }
    }

    #[test]
    fn addresses_with_tls() {
        let verified = made("rediss://localhost");
        let unverified = made("rediss://localhost/#insecure");
        if cfg!(feature = "tls") {
            assert_eq!((verified, unverified), (Ok(()), Err(StoreError::Address)));
        } else {
            assert_eq!((verified, unverified), (Err(StoreError::TlsMissing), Err(StoreError::TlsMissing)));
        }
    }

    #[test]
    fn connections() {
        let settings = RedisSettings::new("redis://localhost").unwrap();
        for good in [1, RedisSettings::DEFAULT_CONNECTIONS, RedisSettings::MAX_CONNECTIONS] {
            assert_eq!(settings.clone().connections(good).unwrap().connections, good);
        }
        for bad in [0, RedisSettings::MAX_CONNECTIONS + 1, usize::MAX] {
            assert_eq!(settings.clone().connections(bad).err(), Some(StoreError::Connections), "{bad}");
        }
    }

    #[test]
    fn prefixes() {
        let settings = RedisSettings::new("redis://localhost").unwrap();
        for good in ["a", "orders.example:eu_1-b", &"a".repeat(64)] {
            assert_eq!(settings.clone().prefix(good).unwrap().prefix, format!("{{{good}}}:"));
        }
        for bad in ["", "a b", "{a}", "ä", "a*", &"a".repeat(65)] {
            assert_eq!(settings.clone().prefix(bad).err(), Some(StoreError::Prefix), "{bad}");
        }
    }
}
