//! Seconds since 1970, as values. This crate never reads a clock.

use crate::jose::json;
use serde_json::value::RawValue;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted (RFC 7519 `NumericDate`).
///
/// A clock before 1970 reads as 1970. Core verification takes the present as a value, so that every decision can be repeated.
///
/// ```
/// use std::time::SystemTime;
/// use wimse_creds::UnixTime;
///
/// let now = UnixTime::from(SystemTime::now());
/// assert!(now > UnixTime::from_secs(1_745_510_016));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(i64);

impl UnixTime {
    /// From seconds since 1970, up to the end of the year 9999; later times become that end.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        if seconds > MAX.unsigned_abs() { Self(MAX) } else { Self(seconds.cast_signed()) }
    }

    /// Seconds since 1970; negative for a date before.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// This time and a number of whole seconds.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(seconds(duration)))
    }

    /// This time less a number of whole seconds.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(seconds(duration)))
    }

    /// How far `later` is after this time; zero if it is not.
    #[must_use]
    pub fn until(self, later: Self) -> Duration {
        Duration::from_secs(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }

    /// Reads a `NumericDate`: a JSON number, whole or not, between the years −9999 and 9999.
    ///
    /// A fraction is dropped in the direction that accepts less.
    pub(crate) fn from_numeric_date(value: &RawValue, bound: Bound) -> Option<Self> {
        let text = value.get();
        let seconds = match text.parse::<i64>() {
            Ok(seconds) => seconds,
            Err(_) => {
                let number: f64 = serde_json::from_str(text).ok()?;
                let whole = match bound {
                    Bound::End => number.floor(),
                    Bound::Start => number.ceil(),
                };
                #[allow(clippy::cast_precision_loss)]
                let in_range = whole.abs() <= MAX as f64;
                if !in_range {
                    return None;
                }
                #[allow(clippy::cast_possible_truncation)]
                let seconds = whole as i64;
                seconds
            }
        };
        (seconds.unsigned_abs() <= MAX.unsigned_abs()).then_some(Self(seconds))
    }
}

/// Which end of a validity a date is: decides where a fraction of a second goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The start, as `nbf`: rounded up.
    Start,
    /// The end, as `exp`: rounded down.
    End,
}

/// 9999-12-31T23:59:59Z.
const MAX: i64 = 253_402_300_799;

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

impl From<SystemTime> for UnixTime {
    fn from(time: SystemTime) -> Self {
        // A clock before 1970 reads as 1970, where every credential is not yet valid or far too long.
        Self::from_secs(time.duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs()))
    }
}

impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Debug for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnixTime({})", self.0)
    }
}

/// The JSON string, or `None` for another type or an empty one.
pub(crate) fn non_empty_string(value: &RawValue) -> Option<Box<str>> {
    json::string(value).filter(|text| !text.is_empty()).map(|text| text.into_owned().into_boxed_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, bound: Bound) -> Option<i64> {
        let raw: Box<RawValue> = serde_json::from_str(text).unwrap();
        UnixTime::from_numeric_date(&raw, bound).map(UnixTime::as_secs)
    }

    #[test]
    fn numeric_dates() {
        for (text, end, start) in [
            ("0", Some(0), Some(0)),
            ("-0", Some(0), Some(0)),
            ("1745512510", Some(1_745_512_510), Some(1_745_512_510)),
            ("1745512510.5", Some(1_745_512_510), Some(1_745_512_511)),
            ("1.5e3", Some(1500), Some(1500)),
            ("-1.5", Some(-2), Some(-1)),
            ("253402300799", Some(MAX), Some(MAX)),
            ("253402300800", None, None),
            ("-253402300800", None, None),
            ("9223372036854775807", None, None),
            ("-9223372036854775807", None, None),
            ("-9223372036854775808", None, None),
            ("-9223372036854775809", None, None),
            ("18446744073709551616", None, None),
            ("1e308", None, None),
            ("\"1745512510\"", None, None),
            ("null", None, None),
            ("true", None, None),
            ("[1]", None, None),
        ] {
            assert_eq!(read(text, Bound::End), end, "{text}");
            assert_eq!(read(text, Bound::Start), start, "{text}");
        }
    }

    #[test]
    fn arithmetic_does_not_overflow() {
        let end = UnixTime::from_secs(u64::MAX);
        assert_eq!(end.as_secs(), MAX);
        assert!(end.plus(Duration::MAX) > end);
        assert!(end.minus(Duration::MAX) < UnixTime::from_secs(0));
        assert_eq!(end.until(UnixTime::from_secs(0)), Duration::ZERO);
    }
}
