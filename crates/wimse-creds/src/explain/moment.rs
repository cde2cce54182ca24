//! Times and durations for people.

use crate::UnixTime;
use std::fmt;
use std::time::Duration;

/// A time as a date in UTC (RFC 3339) and in seconds.
///
/// ```
/// use wimse_creds::UnixTime;
/// use wimse_creds::explain::Moment;
///
/// let moment = Moment(UnixTime::from_secs(1_800_000_000));
/// assert_eq!(moment.to_string(), "2027-01-15T08:00:00Z (1800000000)");
/// assert_eq!(moment.seen_from(UnixTime::from_secs(1_800_000_090)), "2027-01-15T08:00:00Z (1800000000), 90 s ago");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(
    /// The time.
    pub UnixTime,
);

impl Moment {
    /// The time, and how far it is from now.
    #[must_use]
    pub fn seen_from(self, now: UnixTime) -> String {
        let (ahead, behind) = (now.until(self.0), self.0.until(now));
        if !ahead.is_zero() {
            format!("{self}, in {}", Span(ahead))
        } else if !behind.is_zero() {
            format!("{self}, {} ago", Span(behind))
        } else {
            format!("{self}, now")
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (year, month, day) = date(seconds.div_euclid(DAY));
        let of_day = seconds.rem_euclid(DAY);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z ({seconds})")
    }
}

const DAY: i64 = 24 * 3600;

/// Year, month and day of a day counted from 1970, in the Gregorian calendar.
fn date(days: i64) -> (i64, i64, i64) {
    // The calendar repeats every 400 years; 2000 begins such a period, 30 years after 1970.
    let since_2000 = days - 10_957;
    let mut year = 2000 + 400 * since_2000.div_euclid(146_097);
    let mut rest = since_2000.rem_euclid(146_097);
    while rest >= days_of(year) {
        rest -= days_of(year);
        year += 1;
    }
    let february = 28 + days_of(year) - 365;
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if rest < days {
            break;
        }
        rest -= days;
        month += 1;
    }
    (year, month, rest + 1)
}

fn days_of(year: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if leap { 366 } else { 365 }
}

/// A duration in whole seconds, and in days, hours and minutes where it is long.
///
/// ```
/// use std::time::Duration;
/// use wimse_creds::explain::Span;
///
/// assert_eq!(Span(Duration::from_secs(90)).to_string(), "90 s");
/// assert_eq!(Span(Duration::from_secs(7325)).to_string(), "2 h 2 min 5 s (7325 s)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(
    /// The duration.
    pub Duration,
);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        if seconds < 120 {
            return write!(f, "{seconds} s");
        }
        let parts = [
            (seconds / 86_400, "d"),
            (seconds / 3600 % 24, "h"),
            (seconds / 60 % 60, "min"),
            (seconds % 60, "s"),
        ];
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{count} {unit} ")?;
        }
        write!(f, "({seconds} s)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(seconds: &str) -> String {
        let raw: Box<serde_json::value::RawValue> = serde_json::from_str(seconds).unwrap();
        let time = UnixTime::from_numeric_date(&raw, crate::time::Bound::End).unwrap();
        Moment(time).to_string()
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (seconds, date) in [
            ("0", "1970-01-01T00:00:00Z (0)"),
            ("-1", "1969-12-31T23:59:59Z (-1)"),
            ("951782399", "2000-02-28T23:59:59Z (951782399)"),
            ("951782400", "2000-02-29T00:00:00Z (951782400)"),
            ("951868800", "2000-03-01T00:00:00Z (951868800)"),
            ("1735689599", "2024-12-31T23:59:59Z (1735689599)"),
            ("1745512510", "2025-04-24T16:35:10Z (1745512510)"),
            ("4107542400", "2100-03-01T00:00:00Z (4107542400)"),
            ("253402300799", "9999-12-31T23:59:59Z (253402300799)"),
            ("-62135596801", "0000-12-31T23:59:59Z (-62135596801)"),
        ] {
            assert_eq!(shown(seconds), date);
        }
    }

    #[test]
    fn spans_have_the_units_that_they_need() {
        for (seconds, text) in [
            (0, "0 s"),
            (119, "119 s"),
            (120, "2 min (120 s)"),
            (3600, "1 h (3600 s)"),
            (86_461, "1 d 1 min 1 s (86461 s)"),
        ] {
            assert_eq!(Span(Duration::from_secs(seconds)).to_string(), text);
        }
        let now = UnixTime::from_secs(100);
        assert!(Moment(now).seen_from(now).ends_with(", now"));
        assert!(Moment(UnixTime::from_secs(101)).seen_from(now).ends_with(", in 1 s"));
        assert!(Moment(UnixTime::from_secs(99)).seen_from(now).ends_with(", 1 s ago"));
    }
}
