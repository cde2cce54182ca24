//! What may stand in the registry of an identity server.

use serde::Deserialize;
use toml::Spanned;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Document {
    pub(super) trust_domain: Spanned<String>,
    pub(super) issuer: Option<Spanned<String>>,
    pub(super) algorithm: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) lifetimes: Lifetimes,
    pub(super) kubernetes: Option<Spanned<Kubernetes>>,
    #[serde(default)]
    pub(super) workloads: Vec<Spanned<Workload>>,
}

/// All in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Lifetimes {
    pub(super) wit: Option<Spanned<u64>>,
    pub(super) wic: Option<Spanned<u64>>,
    pub(super) key: Option<Spanned<u64>>,
    pub(super) refresh: Option<Spanned<u64>>,
    pub(super) join_token: Option<Spanned<u64>>,
}

/// The cluster whose service accounts are let in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Kubernetes {
    pub(super) issuer: Spanned<String>,
    pub(super) audience: Spanned<String>,
    pub(super) jwks: Spanned<String>,
}

/// A workload, and what it is let in by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Workload {
    pub(super) id: Spanned<String>,
    #[serde(default)]
    pub(super) dns_names: Vec<Spanned<String>>,
    pub(super) join_token_file: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) join_tokens: Vec<Spanned<JoinToken>>,
    #[serde(default)]
    pub(super) service_accounts: Vec<Spanned<String>>,
}

/// A token that is known by its hash.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct JoinToken {
    pub(super) sha256: Spanned<String>,
    pub(super) expires: Spanned<String>,
}
