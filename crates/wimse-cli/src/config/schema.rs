//! What may stand in `wimse.toml`. Values keep their places, so that what is wrong with them can be shown there.

use super::gateway::schema::Gateway;
use super::service::schema::{Credentials, Serve, Sources};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Document {
    pub(super) recipient: Option<Spanned<Recipient>>,
    pub(super) wit: Wit,
    pub(super) wpt: Wpt,
    pub(super) httpsig: Httpsig,
    pub(super) domains: Vec<Spanned<Domain>>,
    pub(super) credentials: Option<Spanned<Credentials>>,
    pub(super) serve: Option<Spanned<Serve>>,
    pub(super) gateway: Option<Spanned<Gateway>>,
    pub(super) sources: Sources,
}

/// Who we are.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Recipient {
    pub(super) audience_bases: Vec<Spanned<String>>,
    pub(super) audience_values: Vec<Spanned<String>>,
    pub(super) context_fields: Vec<Spanned<String>>,
}

/// What a WIT has to be, by the names of `WitPolicy`. Times are in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Wit {
    pub(super) profile: Profile,
    pub(super) leeway: Option<Spanned<u64>>,
    pub(super) max_lifetime: Option<Spanned<u64>>,
    pub(super) refuse_eddsa_name: bool,
    pub(super) proof_algorithms: Option<Spanned<Vec<Spanned<String>>>>,
    pub(super) allow_audience: Option<Spanned<bool>>,
    pub(super) require_issuer: bool,
    pub(super) require_token_id: bool,
    pub(super) identifiers: Identifiers,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Profile {
    #[default]
    Wimse,
    WitSvid,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Identifiers {
    #[default]
    Canonical,
    Baseline,
}

/// What a WPT has to be. Times are in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Wpt {
    pub(super) leeway: Option<Spanned<u64>>,
    pub(super) max_lifetime: Option<Spanned<u64>>,
}

/// What a signed request or response has to be, by the names of the verifiers. Times are in seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Httpsig {
    pub(super) leeway: Option<Spanned<u64>>,
    pub(super) max_lifetime: Option<Spanned<u64>>,
    pub(super) min_nonce_chars: Option<Spanned<u64>>,
    pub(super) scheme: Option<Scheme>,
    pub(super) authority: Option<Spanned<String>>,
    pub(super) response_signing: ResponseSigning,
    pub(super) require_request_wit: bool,
    pub(super) require_request_digest: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Scheme {
    Https,
    Http,
}

impl Scheme {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ResponseSigning {
    Unsupported,
    #[default]
    WhenRequired,
    Always,
}

/// Whom to believe about one trust domain.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Domain {
    pub(super) origin: Spanned<String>,
    #[serde(default)]
    pub(super) jwks: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) spiffe_bundles: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) jwks_urls: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) spiffe_bundle_urls: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) keys: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) ca_certificates: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) issuers: Vec<Spanned<String>>,
    pub(super) algorithms: Option<Spanned<Vec<Spanned<String>>>>,
}
