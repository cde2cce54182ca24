//! What several commands show of tokens and keys.

use serde::Serialize;
use std::fmt;
use wimse::creds::UnixTime;
use wimse::creds::key::PublicKey;

/// A public key, for people and for programs.
#[derive(Debug, Serialize)]
pub(crate) struct Key {
    alg: &'static str,
    thumbprint: String,
}

impl From<&PublicKey> for Key {
    fn from(key: &PublicKey) -> Self {
        Self { alg: key.algorithm().name(), thumbprint: key.thumbprint().to_string() }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, thumbprint {}", self.alg, self.thumbprint)
    }
}

/// Text of a token, made fit for a terminal: what is not printable ASCII is escaped.
pub(crate) fn escaped(text: &str) -> String {
    let shown = |c: char| c == ' ' || c.is_ascii_graphic();
    text.chars().map(|c| if shown(c) { c.to_string() } else { c.escape_default().to_string() }).collect()
}

/// How far away the expiry of an accepted token is: "in 59m 12s", or "12s ago, within the leeway".
pub(crate) fn duration_until(expires: UnixTime, now: UnixTime) -> String {
    if now < expires {
        format!("in {}", humantime::format_duration(now.until(expires)))
    } else {
        format!("{} ago, within the leeway", humantime::format_duration(expires.until(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_cannot_move_the_cursor() {
        assert_eq!(escaped("a \"b\"\\"), "a \"b\"\\");
        assert_eq!(escaped("\u{1b}[2J\n\u{202e}"), "\\u{1b}[2J\\n\\u{202e}");
    }

    #[test]
    fn expiry_is_told_from_the_present() {
        let at = UnixTime::from_secs;
        assert_eq!(duration_until(at(3600), at(60)), "in 59m");
        assert_eq!(duration_until(at(60), at(72)), "12s ago, within the leeway");
        assert_eq!(duration_until(at(60), at(60)), "0s ago, within the leeway");
    }
}
