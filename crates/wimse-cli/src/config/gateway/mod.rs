//! The section `[gateway]`, judged and with its defaults.

mod headers;
pub(super) mod schema;
#[cfg(test)]
mod tests;

pub(crate) use headers::GatewayHeaders;
pub(crate) use schema::{Content, Proxy};

use super::problem::Review;
use super::service::{Permitted, Proof, ServeSettings, Surroundings};
use crate::config::credentials::CredentialSettings;
use crate::output::{BOLD, Style};
use schema::Gateway;
use serde::{Serialize, Serializer};
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use toml::Spanned;
use wimse::creds::pop::PeerPolicy;

/// How a proxy asks, and what it is told. What is accepted, and from whom, is in `[serve]`.
#[derive(Debug, Serialize)]
pub(crate) struct GatewaySettings {
    pub(crate) proxy: Proxy,
    #[serde(serialize_with = "shown")]
    pub(crate) listen: Place,
    /// Who may ask over mutual TLS; nobody where it is not used.
    proxies: Permitted,
    pub(crate) content: Content,
    pub(crate) headers: GatewayHeaders,
}

/// Where a gateway listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Address(SocketAddr),
    Socket(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{address}"),
            Self::Socket(path) => write!(f, "{SOCKET}{}", path.display()),
        }
    }
}

const SOCKET: &str = "unix:";

/// Where a gateway listens unless it is said: this machine only.
const LISTEN: Place = Place::Address(SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9191));

impl Place {
    /// An address and a port, or `unix:` and a path.
    pub(crate) fn parse(text: &str, folder: &Path) -> Option<Self> {
        match text.strip_prefix(SOCKET) {
            Some("") => None,
            Some(path) => Some(Self::Socket(folder.join(path))),
            None => text.parse().ok().map(Self::Address),
        }
    }

    /// Whether only this machine can ask there.
    pub(crate) fn is_local(&self) -> bool {
        match self {
            Self::Address(address) => address.ip().is_loopback(),
            Self::Socket(_) => true,
        }
    }
}

impl GatewaySettings {
    pub(super) fn read(
        gateway: &Spanned<Gateway>,
        serve: Option<&ServeSettings>,
        around: &Surroundings<'_>,
        review: &mut Review<'_>,
    ) -> Self {
        let (span, gateway) = (gateway.span(), gateway.get_ref());
        let proxy = *gateway.proxy.get_ref();
        let content = gateway.content.as_ref().map_or(proxy.content(), |content| *content.get_ref());
        let settings = Self {
            proxy,
            listen: listen(gateway.listen.as_ref(), around.folder, review),
            proxies: Permitted::read(&gateway.proxies, &gateway.proxy_domains, around.identifiers, review),
            content,
            headers: GatewayHeaders::read(gateway, proxy, content, review),
        };
        if let Some(given) = &gateway.content
            && content == Content::Forwarded
            && !proxy.can_forward()
        {
            let message = format!("{} does not send content along when it asks", proxy.name());
            review.refuse("config.value", given.span(), message, "write content = \"withheld\"");
        }
        settings.check_place(gateway, around, review);
        match serve {
            None => {
                let message = "there is no section [serve], which says what is accepted, and from whom";
                let fix = "add it: \"wimse config check --help\" has a whole example";
                review.refuse("config.missing_key", span, message, fix);
            }
            Some(serve) if serve.accepts(Proof::Mtls) => {
                let message = "a gateway does not see the certificates of callers: the proxy does";
                let fix = "take \"mtls\" out of accept of [serve]";
                review.refuse("config.value", gateway.proxy.span(), message, fix);
            }
            Some(serve) if serve.signs_responses() => {
                let message = "a gateway does not see responses, and cannot sign them";
                let fix = "take signed-responses out of [serve] and its routes";
                review.refuse("config.value", gateway.proxy.span(), message, fix);
            }
            Some(_) => {}
        }
        settings
    }

    fn check_place(&self, gateway: &Gateway, around: &Surroundings<'_>, review: &mut Review<'_>) {
        let place = gateway.listen.as_ref().map_or(gateway.proxy.span(), Spanned::span);
        if !self.has_tls() {
            if !self.listen.is_local() {
                let message = "who can reach this address could say what was asked for: only the proxy may";
                let fix = "write a loopback address, \"unix:\" and a path, or name the proxy, which then needs a \
                           certificate: proxies = [\"wimse://example.com/edge\"]";
                review.refuse("config.value", place, message, fix);
            }
            return;
        }
        let named = gateway.proxies.first().or(gateway.proxy_domains.first());
        let span = named.map_or(place, Spanned::span);
        if matches!(self.listen, Place::Socket(_)) {
            let message = "a Unix socket is not used with mutual TLS: its file says who may connect";
            review.refuse(
                "config.value",
                span,
                message,
                "remove proxies and proxy-domains, or write an address",
            );
        } else if !around.credentials.is_some_and(CredentialSettings::has_wic) {
            let message = "there is no certificate to serve mutual TLS with";
            let fix = "add a section [credentials] with wic = \"gateway.crt\" and wic-key = \"gateway.key\"";
            review.refuse("config.no_credential", span, message, fix);
        }
    }

    /// Whether the proxy has to show a certificate.
    pub(crate) fn has_tls(&self) -> bool {
        !self.proxies.is_empty()
    }

    /// Who may ask, over mutual TLS.
    pub(crate) fn at_the_door(&self) -> PeerPolicy {
        self.proxies.policy()
    }

    /// What `wimse config check` says of it.
    pub(super) fn text(&self, style: Style) -> String {
        let mut text = format!("\n{}\n", style.paint("what a proxy asks", BOLD));
        let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<10}  {value}\n"));
        line("listen", &self.listen.to_string());
        line("proxy", self.proxy.name());
        if self.has_tls() {
            line("", &format!("with a certificate: {}", self.proxies.names().join(", ")));
        }
        let headers = &self.headers;
        line("request", &format!("method in {}, target in {}", headers.method, headers.uri));
        line(
            "content",
            &match &headers.content {
                Some(name) => format!("withheld; {name} says whether there is any"),
                None => "sent along".to_owned(),
            },
        );
        line("caller", &format!("in {}", headers.identity));
        if let Some(status) = &headers.status {
            line("refusals", &format!("401 or 403, the status in {status}"));
        }
        text
    }
}

fn listen(text: Option<&Spanned<String>>, folder: &Path, review: &mut Review<'_>) -> Place {
    let Some(text) = text else { return LISTEN };
    Place::parse(text.get_ref(), folder).unwrap_or_else(|| {
        let message = format!("{:?} is neither an address and a port nor a Unix socket", text.get_ref());
        let fix = "write an address such as 127.0.0.1:9191, or a path such as unix:/run/wimse/gateway.sock";
        review.refuse("config.value", text.span(), message, fix);
        LISTEN
    })
}

fn shown<S: Serializer>(place: &Place, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(place)
}
