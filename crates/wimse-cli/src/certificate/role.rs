//! The two sides of a TLS connection.

use serde::Serialize;
use wimse::creds::wic::Purpose;

/// What a certificate is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    Client,
    Server,
}

impl Role {
    pub(crate) fn purpose(self) -> Purpose {
        match self {
            Self::Client => Purpose::ClientAuth,
            Self::Server => Purpose::ServerAuth,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}
