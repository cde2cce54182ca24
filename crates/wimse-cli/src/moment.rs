//! Times and durations on the command line and in texts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use wimse::creds::UnixTime;

/// The present, or another time in its place.
#[derive(Debug, clap::Args)]
pub(crate) struct Present {
    /// Act as at this time: seconds since 1970, or like 2026-11-22T05:00:00Z
    #[arg(long, value_name = "TIME", value_parser = parse)]
    now: Option<UnixTime>,
}

impl Present {
    pub(crate) fn now(&self) -> UnixTime {
        self.now.unwrap_or_else(|| SystemTime::now().into())
    }

    /// Only what was given.
    pub(crate) fn given(&self) -> Option<UnixTime> {
        self.now
    }
}

/// Reads seconds since 1970, or a date and time in UTC (RFC 3339).
pub(crate) fn parse(text: &str) -> Result<UnixTime, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(UnixTime::from_secs(seconds));
    }
    let time = humantime::parse_rfc3339(text);
    time.map(UnixTime::from)
        .map_err(|_| "expected seconds since 1970, or a time in UTC such as 2026-11-22T05:00:00Z".to_owned())
}

/// Reads a duration in whole seconds, such as 3600, 90s, 15m, 1h or 1day.
pub(crate) fn parse_duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let duration = humantime::parse_duration(text);
    duration.map_err(|_| "expected seconds, or a duration such as 90s, 15m, 1h or 1day".to_owned())
}

/// The time for people: 2026-11-22T05:00:00Z.
pub(crate) fn show(time: UnixTime) -> String {
    let elapsed = u64::try_from(time.as_secs()).ok().map(Duration::from_secs);
    match elapsed.and_then(|elapsed| UNIX_EPOCH.checked_add(elapsed)) {
        Some(time) => humantime::format_rfc3339_seconds(time).to_string(),
        None => format!("{time} seconds after 1970"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_shown() {
        let time = UnixTime::from_secs(1_800_000_000);
        assert_eq!(parse("1800000000"), Ok(time));
        assert_eq!(parse("2027-01-15T08:00:00Z"), Ok(time));
        assert_eq!(show(time), "2027-01-15T08:00:00Z");
        assert!(parse("tomorrow").is_err() && parse("2027-01-15").is_err() && parse("-1").is_err());
    }

    #[test]
    fn durations_are_read() {
        for (text, seconds) in [("90", 90), ("90s", 90), ("15m", 900), ("1h", 3600), ("1day", 86_400)] {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert!(parse_duration("-5").is_err() && parse_duration("soon").is_err());
    }
}
