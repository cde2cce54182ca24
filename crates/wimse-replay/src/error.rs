//! Why a store cannot be relied on.

use redis::{ErrorKind, RedisError, ServerErrorKind};
use wimse_creds::pop::ReplayError;

/// Why a store cannot be configured, reached or relied on. For whoever runs the service: peers are told nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address is none, or switches the verification of certificates off.
    #[error("the address is not one of redis://, rediss:// or redis+unix://, or is insecure")]
    Address,
    /// The address asks for TLS, and the crate is built without it.
    #[error("TLS needs the feature \"tls\"")]
    TlsMissing,
    /// A certificate or key for TLS cannot be used, the address is not `rediss://`, or the store shows no certificate for it
    /// that is trusted here.
    #[error("the certificates or the key cannot be used with this address, or the store is not trusted")]
    Tls,
    /// The prefix is empty, longer than 64 bytes, or has other characters than letters, digits, `.`, `_`, `:` and `-`.
    #[error("the prefix has 1 to 64 letters, digits, '.', '_', ':' or '-'")]
    Prefix,
    /// The number of connections is not between 1 and [`RedisSettings::MAX_CONNECTIONS`](crate::RedisSettings::MAX_CONNECTIONS).
    #[error("there are 1 to {} connections", crate::RedisSettings::MAX_CONNECTIONS)]
    Connections,
    /// There is no tokio runtime to do it.
    #[error("it is used outside a tokio runtime")]
    Runtime,
    /// There are no random bytes.
    #[error("there are no random bytes")]
    Random,
    /// There is no connection to be had, or it broke.
    #[error("the store cannot be reached")]
    Unreachable,
    /// It did not answer in time.
    #[error("the store does not answer in time")]
    Timeout,
    /// It wants other credentials.
    #[error("the store does not accept the user name or password")]
    Authentication,
    /// Its access rules do not permit what is needed.
    #[error("the access rules of the store do not permit what is needed")]
    NotPermitted,
    /// It is loading its data.
    #[error("the store is still loading its data")]
    Loading,
    /// It is a replica, or accepts no writes.
    #[error("the store accepts no writes")]
    ReadOnly,
    /// Its memory is full.
    #[error("the memory of the store is full")]
    Full,
    /// It would forget proofs when its memory is full: `maxmemory-policy` must be `noeviction`.
    #[error("the store evicts when it is full: set maxmemory-policy to noeviction, not {policy:?}")]
    Eviction {
        /// The policy that it has.
        policy: String,
    },
    /// It does not say whether it evicts: see [`RedisSettings::accept_unknown_eviction`](crate::RedisSettings::accept_unknown_eviction).
    #[error("the store does not say whether it evicts when it is full")]
    EvictionUnknown,
    /// It does not say which server it is, so that a restart would not be noticed.
    #[error("the store does not say which server it is")]
    ServerUnknown,
    /// It is said to survive restarts, and has no append-only file.
    #[error("the store has no append-only file to survive a restart with")]
    NotPersistent,
    /// It answers something else.
    #[error("the store answers something that is not understood")]
    Protocol,
}

impl StoreError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address => "replay_store.address",
            Self::TlsMissing => "replay_store.tls_missing",
            Self::Tls => "replay_store.tls",
            Self::Prefix => "replay_store.prefix",
            Self::Connections => "replay_store.connections",
            Self::Runtime => "replay_store.runtime",
            Self::Random => "replay_store.random",
            Self::Unreachable => "replay_store.unreachable",
            Self::Timeout => "replay_store.timeout",
            Self::Authentication => "replay_store.authentication",
            Self::NotPermitted => "replay_store.not_permitted",
            Self::Loading => "replay_store.loading",
            Self::ReadOnly => "replay_store.read_only",
            Self::Full => "replay_store.full",
            Self::Eviction { .. } => "replay_store.eviction",
            Self::EvictionUnknown => "replay_store.eviction_unknown",
            Self::ServerUnknown => "replay_store.server_unknown",
            Self::NotPersistent => "replay_store.not_persistent",
            Self::Protocol => "replay_store.protocol",
        }
    }

    /// What is answered to a proof that could not be judged.
    pub(crate) fn refusal(&self) -> ReplayError {
        if *self == Self::Full { ReplayError::Full } else { ReplayError::Unavailable }
    }

    /// Whether the connection broke: then the question may be asked again, over a new one.
    pub(crate) fn is_connection_lost(&self) -> bool {
        *self == Self::Unreachable
    }

    /// Whether it says of the server that it cannot be relied on, whichever connection it came over.
    pub(crate) fn is_of_server(&self) -> bool {
        matches!(
            self,
            Self::NotPermitted
                | Self::Loading
                | Self::ReadOnly
                | Self::Eviction { .. }
                | Self::EvictionUnknown
                | Self::ServerUnknown
                | Self::NotPersistent
        )
    }

    /// Whether the connection is still good for other questions.
    pub(crate) fn leaves_connection(&self) -> bool {
        *self == Self::Full
    }
}

impl From<RedisError> for StoreError {
    fn from(error: RedisError) -> Self {
        match error.kind() {
            ErrorKind::Io if error.is_timeout() => Self::Timeout,
            ErrorKind::Io if is_of_tls(&error) => Self::Tls,
            ErrorKind::Io => Self::Unreachable,
            ErrorKind::AuthenticationFailed => Self::Authentication,
            ErrorKind::InvalidClientConfig => Self::Tls,
            ErrorKind::Server(ServerErrorKind::BusyLoading) => Self::Loading,
            ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown) => Self::ReadOnly,
            ErrorKind::Server(ServerErrorKind::NoPerm) => Self::NotPermitted,
            _ => Self::of_answer(error.code().unwrap_or_default(), error.detail().unwrap_or_default()),
        }
    }
}

/// Whether the other side is not who it should be, or speaks no TLS.
#[cfg(feature = "tls")]
fn is_of_tls(error: &RedisError) -> bool {
    // The client shares what it has got, and gives that as the cause.
    type Shared = std::sync::Arc<dyn std::error::Error + Send + Sync>;
    let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<Shared>());
    let wrapped = cause.and_then(|cause| cause.downcast_ref::<std::io::Error>()?.get_ref());
    wrapped.is_some_and(|cause| cause.is::<rustls::Error>())
}

#[cfg(not(feature = "tls"))]
fn is_of_tls(_: &RedisError) -> bool {
    false
}

impl StoreError {
    /// Codes that the client does not know; and those of commands in a script, which older servers put into the text.
    fn of_answer(code: &str, detail: &str) -> Self {
        let says = |word: &str| code == word || (code == "ERR" && detail.contains(word));
        if says("OOM") {
            Self::Full
        } else if says("READONLY") || says("MISCONF") || says("NOREPLICAS") {
            Self::ReadOnly
        } else if says("NOAUTH") || says("WRONGPASS") {
            Self::Authentication
        } else if says("NOPERM") {
            Self::NotPermitted
        } else {
            Self::Protocol
        }
    }
}
