//! What refuses replays: a choice that has to be made.

use super::super::problem::{Review, whole};
use super::schema::{self, OnError};
use crate::input;
use serde::Serialize;
use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;
use toml::Spanned;
use wimse_replay::RedisSettings;

/// The choice, and with a shared store where that is.
#[derive(Debug)]
pub(crate) enum ReplayChoice {
    Off,
    Local,
    Shared { settings: Box<RedisSettings>, on_error: OnError, shown: String },
}

/// For documents.
#[derive(Serialize)]
struct Shown<'a> {
    kind: &'static str,
    url: Option<&'a str>,
    on_error: Option<OnError>,
}

impl Serialize for ReplayChoice {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, url, on_error) = match self {
            Self::Off => ("off", None, None),
            Self::Local => ("local", None, None),
            Self::Shared { on_error, shown, .. } => ("shared", Some(shown.as_str()), Some(*on_error)),
        };
        Shown { kind, url, on_error }.serialize(serializer)
    }
}

impl ReplayChoice {
    pub(super) fn read(replay: &Spanned<schema::Replay>, folder: &Path, review: &mut Review<'_>) -> Self {
        let shared = match replay.get_ref() {
            schema::Replay::Off => {
                let message =
                    "replays are not refused: within its lifetime a captured request can be sent again";
                review.warn(
                    "config.replay_off",
                    replay.span(),
                    message,
                    "write replay = \"local\" or a shared store",
                );
                return Self::Off;
            }
            schema::Replay::Local => return Self::Local,
            schema::Replay::Shared(shared) => shared,
        };
        match store(shared, folder, review) {
            Some(settings) => Self::Shared {
                settings: Box::new(settings),
                on_error: shared.on_error,
                shown: without_user(shared.url.get_ref()),
            },
            None => Self::Off,
        }
    }

    /// For people.
    pub(in crate::config) fn text(&self) -> String {
        match self {
            Self::Off => "off: a captured request can be sent again".to_owned(),
            Self::Local => "local: in this process only".to_owned(),
            Self::Shared { shown, on_error: OnError::Deny, .. } => {
                format!("shared: {shown}; refuses while it is down")
            }
            Self::Shared { shown, on_error: OnError::Allow, .. } => {
                format!("shared: {shown}; local while it is down")
            }
        }
    }
}

fn store(shared: &schema::Shared, folder: &Path, review: &mut Review<'_>) -> Option<RedisSettings> {
    let mut url = shared.url.get_ref().clone();
    if let Some(file) = &shared.password_file {
        let password = read(file, folder, review)?;
        url = with_password(&url, password.trim_ascii()).or_else(|| {
            let message = "the URL has a password already, or no place for one";
            review.refuse("config.value", file.span(), message, "leave the password out of the URL");
            None
        })?;
    }
    let refused = |error: wimse_replay::StoreError, span, review: &mut Review<'_>| {
        let fix = "write redis://host:6379, rediss://host:6379 for TLS, or redis+unix:///path; the password can be in a \
                   file: password-file";
        review.refuse(error.code(), span, whole(&error), fix);
    };
    let mut settings = match RedisSettings::new(&url) {
        Ok(settings) => settings,
        Err(error) => {
            refused(error, shared.url.span(), review);
            return None;
        }
    };
    if let Some(prefix) = &shared.prefix {
        match settings.clone().prefix(prefix.get_ref()) {
            Ok(named) => settings = named,
            Err(error) => {
                review.refuse(error.code(), prefix.span(), whole(&error), "write the name of the service");
                return None;
            }
        }
    }
    if let Some(file) = &shared.ca_certificates {
        settings = settings.root_certificates(read(file, folder, review)?);
    }
    if let Some(skew) = &shared.max_clock_skew {
        settings = settings.max_clock_skew(Duration::from_secs(*skew.get_ref()));
    }
    if let Some(timeout) = &shared.timeout_milliseconds {
        settings = with_timeout(settings, timeout, review);
    }
    if let Some(number) = &shared.connections {
        let connections = usize::try_from(*number.get_ref()).unwrap_or(usize::MAX);
        settings = settings
            .connections(connections)
            .map_err(|error| {
                let fix = format!(
                    "write {}, the default, or leave the line out",
                    RedisSettings::DEFAULT_CONNECTIONS
                );
                review.refuse(error.code(), number.span(), whole(&error), fix);
            })
            .ok()?;
    }
    if shared.survives_restarts {
        settings = settings.survives_restarts();
    }
    if shared.accept_unknown_eviction {
        settings = settings.accept_unknown_eviction();
    }
    Some(settings)
}

/// All of an admission takes so long at the most, a connection half of that and an answer a quarter, as by default.
fn with_timeout(settings: RedisSettings, timeout: &Spanned<u64>, review: &mut Review<'_>) -> RedisSettings {
    if !TIMEOUTS.contains(timeout.get_ref()) {
        let message = format!("a timeout has {} to {} milliseconds", TIMEOUTS.start(), TIMEOUTS.end());
        let default = RedisSettings::DEFAULT_TOTAL_TIMEOUT.as_millis();
        let fix = format!("write {default}, the default, or leave the line out");
        review.refuse("config.value", timeout.span(), message, fix);
    }
    let total = Duration::from_millis(*timeout.get_ref());
    settings.total_timeout(total).connect_timeout(total / 2).response_timeout(total / 4)
}

/// In milliseconds: from what a round trip may take to what a caller waits for.
const TIMEOUTS: RangeInclusive<u64> = 20..=60_000;
/// Bytes of a file beside the configuration.
const MAX_BYTES: usize = 64 * 1024;

fn read(file: &Spanned<String>, folder: &Path, review: &mut Review<'_>) -> Option<Vec<u8>> {
    let path = folder.join(file.get_ref());
    let read = input::read_file(&path, MAX_BYTES);
    read.map_err(|error| {
        let message = format!("{} cannot be read: {error}", path.display());
        let fix = "name a file that exists and is readable; names are relative to the folder of this file";
        review.refuse("config.file", file.span(), message, fix);
    })
    .ok()
}

/// The URL with a password, percent-encoded.
fn with_password(url: &str, password: &[u8]) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let (user, host) = rest.split_once('@').unwrap_or(("", rest));
    if user.contains(':') || scheme.ends_with("unix") {
        return None;
    }
    let encoded: String = password.iter().map(|byte| format!("%{byte:02X}")).collect();
    Some(format!("{scheme}://{user}:{encoded}@{host}"))
}

/// What may be shown of a URL.
fn without_user(url: &str) -> String {
    match url.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.rsplit_once('@')?.1))) {
        Some((scheme, host)) => format!("{scheme}://{host}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_come_from_a_file_and_are_not_shown() {
        assert_eq!(with_password("redis://a:1", b"p@").unwrap(), "redis://:%70%40@a:1");
        assert_eq!(with_password("redis://u@a:1", b"p").unwrap(), "redis://u:%70@a:1");
        for no_place in ["redis://u:p@a", "redis+unix:///a", "a"] {
            assert_eq!(with_password(no_place, b"p"), None, "{no_place}");
        }
        assert_eq!(without_user("redis://u:p@a:1/0"), "redis://a:1/0");
        assert_eq!(without_user("redis://a:1"), "redis://a:1");
    }
}
