//! What may stand in `[gateway]`.

use serde::{Deserialize, Serialize};
use toml::Spanned;

/// How a proxy asks about the requests that it has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::config) struct Gateway {
    pub(super) proxy: Spanned<Proxy>,
    pub(super) listen: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) proxies: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) proxy_domains: Vec<Spanned<String>>,
    pub(super) method_header: Option<Spanned<String>>,
    pub(super) uri_header: Option<Spanned<String>>,
    pub(super) content: Option<Spanned<Content>>,
    pub(super) content_header: Option<Spanned<String>>,
    pub(super) identity_header: Option<Spanned<String>>,
    pub(super) status_header: Option<Spanned<String>>,
}

/// Which proxy asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Proxy {
    Nginx,
    Caddy,
    Traefik,
    Envoy,
}

impl Proxy {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Traefik => "traefik",
            Self::Envoy => "envoy",
        }
    }

    /// Where it says what the caller has asked for, unless it is configured: method and target.
    pub(super) fn headers(self) -> (&'static str, &'static str) {
        match self {
            Self::Nginx | Self::Envoy => ("x-original-method", "x-original-uri"),
            Self::Caddy | Self::Traefik => ("x-forwarded-method", "x-forwarded-uri"),
        }
    }

    /// What it does with content, unless it is configured.
    pub(super) fn content(self) -> Content {
        match self {
            Self::Nginx | Self::Caddy => Content::Withheld,
            Self::Traefik | Self::Envoy => Content::Forwarded,
        }
    }

    /// Whether it can send the content of requests along.
    pub(super) fn can_forward(self) -> bool {
        self.content() == Content::Forwarded
    }
}

/// Whether the content of requests is sent along when the proxy asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Content {
    /// It is not, and a header says whether there is any.
    Withheld,
    /// It is, whole.
    Forwarded,
}
