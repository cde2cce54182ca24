//! An authenticated peer, as it is shown.

use crate::moment;
use crate::output::{GREEN, Style};
use crate::wit::{duration_until, escaped};
use serde::Serialize;
use wimse::creds::UnixTime;
use wimse::creds::pop::AuthenticatedPeer;

/// Who it is, and what its proof covers.
#[derive(Serialize)]
pub(crate) struct Peer {
    identifier: String,
    trust_domain: String,
    issuer: Option<String>,
    /// Of the WIT.
    jti: Option<String>,
    /// Of the WIT.
    exp: i64,
    /// Of a WPT, the fields of context tokens; of a signature, the components. By lower-case name.
    covered: Vec<String>,
}

impl Peer {
    pub(crate) fn new(peer: &AuthenticatedPeer, covered: Vec<String>) -> Self {
        Self {
            identifier: peer.identifier().to_string(),
            trust_domain: peer.identifier().trust_domain().to_string(),
            issuer: peer.issuer().map(str::to_owned),
            jti: peer.token_id().map(str::to_owned),
            exp: peer.credential_expires().as_secs(),
            covered,
        }
    }

    pub(crate) fn text(&self, now: UnixTime, style: Style) -> String {
        let or_none = |text: &Option<String>| text.as_deref().map_or("none".to_owned(), escaped);
        let covered = if self.covered.is_empty() { "none".to_owned() } else { self.covered.join(", ") };
        let expires = UnixTime::from_secs(u64::try_from(self.exp).unwrap_or_default());
        let mut text = format!("{} {}\n", style.paint("✓ accepted:", GREEN), self.identifier);
        for (name, value) in [
            ("trust domain", &self.trust_domain),
            ("issuer", &or_none(&self.issuer)),
            ("WIT jti", &or_none(&self.jti)),
            ("WIT expires", &format!("{}, {}", moment::show(expires), duration_until(expires, now))),
            ("covered", &covered),
        ] {
            text.push_str(&format!("  {name:<13} {value}\n"));
        }
        text
    }
}
