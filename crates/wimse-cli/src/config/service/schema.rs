//! What may stand in `[serve]`, `[credentials]` and `[sources]`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use toml::Spanned;
use wimse_tower::Binding;

/// A service that is protected: what it accepts, and from whom.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::config) struct Serve {
    pub(super) accept: Spanned<Vec<Spanned<Proof>>>,
    pub(super) replay: Spanned<Replay>,
    pub(super) listen: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) need: Need,
    pub(super) layers: Option<Spanned<Layers>>,
    #[serde(default)]
    pub(super) permit: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) permit_domains: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) connection_permit: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) connection_permit_domains: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) anonymous: bool,
    pub(super) signed_responses: Option<Spanned<bool>>,
    pub(super) external_base: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) path_prefixes: BTreeMap<String, Spanned<String>>,
    pub(super) fence_at_start: Option<Spanned<bool>>,
    #[serde(default)]
    pub(super) unary_methods: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) limits: Limits,
    pub(super) spool: Option<Spool>,
    #[serde(default)]
    pub(super) routes: Vec<Spanned<Route>>,
}

/// The policy of a path, or of all beneath it. What is not there is as in `[serve]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Route {
    pub(super) path: Spanned<String>,
    #[serde(default)]
    pub(super) exact: bool,
    pub(super) accept: Option<Spanned<Vec<Spanned<Proof>>>>,
    pub(super) need: Option<Need>,
    pub(super) layers: Option<Spanned<Layers>>,
    pub(super) permit: Option<Vec<Spanned<String>>>,
    pub(super) permit_domains: Option<Vec<Spanned<String>>>,
    pub(super) connection_permit: Option<Vec<Spanned<String>>>,
    pub(super) connection_permit_domains: Option<Vec<Spanned<String>>>,
    pub(super) anonymous: Option<bool>,
    pub(super) signed_responses: Option<Spanned<bool>>,
}

/// A kind of proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Proof {
    Wpt,
    Httpsig,
    Mtls,
}

impl Proof {
    pub(crate) fn of(binding: Binding) -> Option<Self> {
        [Self::Wpt, Self::Httpsig, Self::Mtls].into_iter().find(|proof| proof.binding() == binding)
    }

    pub(super) fn binding(self) -> Binding {
        match self {
            Self::Wpt => Binding::WorkloadProofToken,
            Self::Httpsig => Binding::HttpSignature,
            Self::Mtls => Binding::MutualTls,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Wpt => "wpt",
            Self::Httpsig => "httpsig",
            Self::Mtls => "mtls",
        }
    }
}

/// Whether one of the proofs is enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Need {
    #[default]
    Any,
    All,
}

/// How the peers of connection and message belong together, by the names of `LayerPolicy`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Layers {
    #[default]
    Either,
    Same,
    Both,
}

/// What refuses replays. There is no default.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Replay {
    Off,
    Local,
    Shared(Box<Shared>),
}

/// A Redis store that replicas share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Shared {
    pub(super) url: Spanned<String>,
    pub(super) password_file: Option<Spanned<String>>,
    pub(super) ca_certificates: Option<Spanned<String>>,
    pub(super) prefix: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) on_error: OnError,
    pub(super) max_clock_skew: Option<Spanned<u64>>,
    pub(super) timeout_milliseconds: Option<Spanned<u64>>,
    pub(super) connections: Option<Spanned<u64>>,
    #[serde(default)]
    pub(super) survives_restarts: bool,
    #[serde(default)]
    pub(super) accept_unknown_eviction: bool,
}

/// What happens to proofs while the store does not answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnError {
    #[default]
    Deny,
    Allow,
}

/// What connections and content may take. Times are in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Limits {
    pub(super) connections: Option<Spanned<u64>>,
    pub(super) head_bytes: Option<Spanned<u64>>,
    pub(super) head_fields: Option<Spanned<u64>>,
    pub(super) streams: Option<Spanned<u64>>,
    pub(super) handshake_timeout: Option<Spanned<u64>>,
    pub(super) head_timeout: Option<Spanned<u64>>,
    pub(super) idle_timeout: Option<Spanned<u64>>,
    pub(super) stop_grace: Option<Spanned<u64>>,
    pub(super) content_bytes: Option<Spanned<u64>>,
    pub(super) content_total_bytes: Option<Spanned<u64>>,
    pub(super) content_timeout: Option<Spanned<u64>>,
    pub(super) remembered_proofs: Option<Spanned<u64>>,
}

/// Where content of signed requests goes that is too large for memory.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Spool {
    pub(super) folder: Spanned<String>,
    pub(super) content_bytes: Spanned<u64>,
    pub(super) total_bytes: Spanned<u64>,
}

/// Who we are towards others: a WIT and a WIC with their keys, from files or an identity server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::config) struct Credentials {
    pub(in crate::config) wit: Option<Spanned<String>>,
    pub(in crate::config) key: Option<Spanned<String>>,
    pub(in crate::config) wic: Option<Spanned<String>>,
    pub(in crate::config) wic_key: Option<Spanned<String>>,
    #[serde(default)]
    pub(in crate::config) allow_readable_key: bool,
    pub(in crate::config) server: Option<Spanned<IdentityServer>>,
}

/// Where credentials are issued.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::config) struct IdentityServer {
    pub(in crate::config) url: Spanned<String>,
    pub(in crate::config) token_file: Spanned<String>,
    pub(in crate::config) token_once: Option<Spanned<bool>>,
    pub(in crate::config) wit_algorithm: Option<Spanned<String>>,
    pub(in crate::config) wic_algorithm: Option<Spanned<String>>,
    pub(in crate::config) workload: Option<Spanned<String>>,
}

/// How the URLs of this file are asked. Times are in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(in crate::config) struct Sources {
    pub(in crate::config) allow_loopback_http: bool,
    pub(in crate::config) allow_networks: Vec<Spanned<String>>,
    pub(in crate::config) ca_certificates: Option<Spanned<String>>,
    pub(in crate::config) timeout: Option<Spanned<u64>>,
    pub(in crate::config) interval: Option<Spanned<u64>>,
    pub(in crate::config) file_interval: Option<Spanned<u64>>,
    pub(in crate::config) cooldown: Option<Spanned<u64>>,
    pub(in crate::config) max_age: Option<Spanned<u64>>,
}
