//! The names of the header fields between a proxy, its gateway and the service behind.

use super::schema::{Content, Gateway, Proxy};
use crate::config::problem::Review;
use http::HeaderName;
use serde::{Serialize, Serializer};
use std::ops::Range;
use toml::Spanned;

/// The fields by which proxy and gateway understand each other.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct GatewayHeaders {
    /// The method of the caller.
    #[serde(serialize_with = "name")]
    pub(crate) method: HeaderName,
    /// The target of the caller, as it stands in the request line.
    #[serde(serialize_with = "name")]
    pub(crate) uri: HeaderName,
    /// Whether the caller sends content; only where that is withheld.
    #[serde(serialize_with = "optional")]
    pub(crate) content: Option<HeaderName>,
    /// Who calls, towards the service.
    #[serde(serialize_with = "name")]
    pub(crate) identity: HeaderName,
    /// The true status, where the proxy knows few; only for nginx.
    #[serde(serialize_with = "optional")]
    pub(crate) status: Option<HeaderName>,
}

const CONTENT: &str = "x-original-content";
const IDENTITY: &str = "wimse-caller";
const STATUS: &str = "wimse-status";

/// Fields that proofs are in, or that proofs are about.
const TAKEN: [&str; 12] = [
    "authorization",
    "connection",
    "content-digest",
    "content-length",
    "content-type",
    "host",
    "signature",
    "signature-input",
    "transfer-encoding",
    "txn-token",
    "www-authenticate",
    "workload-identity-token",
];

impl GatewayHeaders {
    pub(super) fn read(gateway: &Gateway, proxy: Proxy, content: Content, review: &mut Review<'_>) -> Self {
        let mut names = Names { known: Vec::new(), review };
        let (method, uri) = proxy.headers();
        let withheld = content == Content::Withheld;
        let headers = Self {
            method: names.read(gateway.method_header.as_ref(), method),
            uri: names.read(gateway.uri_header.as_ref(), uri),
            content: withheld.then(|| names.read(gateway.content_header.as_ref(), CONTENT)),
            identity: names.read(gateway.identity_header.as_ref(), IDENTITY),
            status: (proxy == Proxy::Nginx).then(|| names.read(gateway.status_header.as_ref(), STATUS)),
        };
        if let Some(unused) = gateway.content_header.as_ref().filter(|_| !withheld) {
            let message = "content-header counts only with content = \"withheld\"";
            review.warn("config.no_effect", unused.span(), message, "remove the line");
        }
        if let Some(unused) = gateway.status_header.as_ref().filter(|_| proxy != Proxy::Nginx) {
            let message = "status-header is for nginx: other proxies pass on the status itself";
            review.warn("config.no_effect", unused.span(), message, "remove the line");
        }
        headers
    }
}

struct Names<'a, 'b> {
    known: Vec<HeaderName>,
    review: &'a mut Review<'b>,
}

impl Names<'_, '_> {
    fn read(&mut self, given: Option<&Spanned<String>>, default: &'static str) -> HeaderName {
        let default = HeaderName::from_static(default);
        let Some(given) = given else {
            self.known.push(default.clone());
            return default;
        };
        let (text, span) = (given.get_ref(), given.span());
        let Ok(name) = HeaderName::from_bytes(text.as_bytes()) else {
            let message = format!("{text:?} is not the name of a header field");
            return self.refuse(span, message, "write a name such as \"wimse-caller\"", default);
        };
        if name.as_str().contains('_') {
            let message =
                format!("{text:?} has an underscore: many programs take it for a dash, or drop the field");
            return self.refuse(span, message, "write dashes", default);
        }
        if TAKEN.contains(&name.as_str()) {
            let message = format!("the field {name} has another meaning in requests");
            return self.refuse(span, message, "choose another name", default);
        }
        if self.known.contains(&name) {
            let message = format!("the field {name} is there for something else already");
            return self.refuse(span, message, "give each header of [gateway] a name of its own", default);
        }
        self.known.push(name.clone());
        name
    }

    fn refuse(&mut self, span: Range<usize>, message: String, fix: &str, default: HeaderName) -> HeaderName {
        self.review.refuse("config.value", span, message, fix);
        default
    }
}

fn name<S: Serializer>(name: &HeaderName, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name.as_str())
}

fn optional<S: Serializer>(name: &Option<HeaderName>, serializer: S) -> Result<S::Ok, S::Error> {
    name.as_ref().map(HeaderName::as_str).serialize(serializer)
}
