//! Whether a call is made again, and when.

use super::ended::{Broken, Ended};
use super::outcome::Received;
use crate::moment;
use http::header::RETRY_AFTER;
use http::{Method, StatusCode};
use std::io::{self, Write as _};
use std::time::Duration;

/// How often a call may be made again.
#[derive(Debug, clap::Args)]
pub(super) struct RetryOptions {
    /// Where nobody has taken the call, make it again, up to N times, 10 at most
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u8).range(1..=MOST),
        conflicts_with_all = ["print_request", "replay"]
    )]
    retry: Option<u8>,
    /// Wait so long before it [default: what the service says, or 1s, 2s, 4s …]
    #[arg(long, value_name = "DURATION", requires = "retry", value_parser = moment::parse_duration)]
    retry_delay: Option<Duration>,
}

/// A call with its attempts.
pub(super) struct Attempts<'a> {
    options: &'a RetryOptions,
    method: Method,
    made: u8,
}

/// Calls after the first one.
const MOST: i64 = 10;
/// Of doubling.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl RetryOptions {
    /// For one call.
    pub(super) fn attempts(&self, method: Method) -> Attempts<'_> {
        Attempts { options: self, method, made: 0 }
    }
}

impl Attempts<'_> {
    /// How often the call was made.
    pub(super) fn made(&self) -> u8 {
        self.made
    }

    /// Counts an attempt. Gives how long to wait before the next one, and says so; `None` if this is what counts. There is none
    /// for which `left` is too short: then the answer that is there is worth more.
    pub(super) fn again(&mut self, ended: &Result<Received, Ended>, left: Duration) -> Option<Duration> {
        self.made = self.made.saturating_add(1);
        let retries = self.options.retry.unwrap_or_default();
        if self.made > retries {
            return None;
        }
        let reason = reason(&self.method, ended)?;
        let asked = ended.as_ref().ok().and_then(retry_after);
        let wait = self.options.retry_delay.or(asked).unwrap_or_else(|| doubled(self.made));
        if wait >= left {
            return None;
        }
        let (next, all) = (self.made + 1, retries + 1);
        // Where nobody reads there is nobody to tell.
        let _ = writeln!(io::stderr(), "wimse: {reason}; attempt {next} of {all} in {wait:?}");
        Some(wait)
    }
}

/// Why the call may be made again; `None` if it may not. What may have been done already is done again only if that changes
/// nothing (RFC 9110 9.2.2); whoever was refused is refused again.
fn reason(method: &Method, ended: &Result<Received, Ended>) -> Option<String> {
    match ended {
        Ok(Received { status, .. }) => {
            let again = match *status {
                StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_MANY_REQUESTS
                | StatusCode::SERVICE_UNAVAILABLE => true,
                StatusCode::INTERNAL_SERVER_ERROR | StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => {
                    method.is_idempotent()
                }
                _ => false,
            };
            again.then(|| format!("the service has answered {status}"))
        }
        Err(ended) => match ended.broken()? {
            Broken::Unconnected => Some("the service cannot be connected to".to_owned()),
            Broken::Lost => method.is_idempotent().then(|| "the connection was lost".to_owned()),
        },
    }
}

/// Seconds; a date would need the clock of the service.
fn retry_after(received: &Received) -> Option<Duration> {
    let seconds = received.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// A second, and twice as long after each attempt.
fn doubled(made: u8) -> Duration {
    let exponent = u32::from(made.saturating_sub(1));
    Duration::from_secs(2_u64.saturating_pow(exponent)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Failure;
    use http::HeaderMap;

    fn answered(status: u16, retry_after: Option<&str>) -> Result<Received, Ended> {
        let mut headers = HeaderMap::new();
        if let Some(value) = retry_after {
            headers.insert(RETRY_AFTER, value.parse().unwrap());
        }
        Ok(Received {
            version: http::Version::HTTP_11,
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            content: bytes::Bytes::new(),
            signer: None,
        })
    }

    const LONG: Duration = Duration::from_secs(3600);

    fn waits(retry: u8, delay: Option<u64>, ended: &Result<Received, Ended>, left: Duration) -> Vec<u64> {
        let retry_delay = delay.map(Duration::from_secs);
        let options = RetryOptions { retry: Some(retry), retry_delay };
        let mut attempts = options.attempts(Method::GET);
        std::iter::from_fn(|| attempts.again(ended, left)).map(|wait| wait.as_secs()).collect()
    }

    #[test]
    fn there_is_an_end() {
        assert_eq!(waits(10, None, &answered(503, None), LONG), [1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
        assert_eq!(waits(3, Some(0), &answered(503, None), LONG), [0, 0, 0]);
        assert_eq!(waits(2, None, &answered(503, Some("7")), LONG), [7, 7]);
        assert_eq!(waits(2, Some(5), &answered(503, Some("7")), LONG), [5, 5]);
        // A date, and what is none.
        for other in ["Fri, 15 Jan 2027 08:00:00 GMT", "-1", "soon", "99999999999999999999"] {
            assert_eq!(waits(1, None, &answered(503, Some(other)), LONG), [1], "{other}");
        }
        // What cannot come in time is not waited for.
        assert_eq!(waits(2, None, &answered(503, Some("3600")), LONG), [0; 0]);
        assert_eq!(waits(2, None, &answered(503, Some("18446744073709551615")), LONG), [0; 0]);
        let options = RetryOptions { retry: None, retry_delay: None };
        assert_eq!(options.attempts(Method::GET).again(&answered(503, None), LONG), None);
    }

    #[test]
    fn what_was_decided_stands() {
        for (status, get, post) in [
            (200, false, false),
            (307, false, false),
            (400, false, false),
            (401, false, false),
            (403, false, false),
            (408, true, true),
            (413, false, false),
            (429, true, true),
            (500, true, false),
            (501, false, false),
            (502, true, false),
            (503, true, true),
            (504, true, false),
        ] {
            let answer = answered(status, None);
            assert_eq!(reason(&Method::GET, &answer).is_some(), get, "GET {status}");
            assert_eq!(reason(&Method::POST, &answer).is_some(), post, "POST {status}");
        }
        let half = Err(Ended::Stop(Failure::usage("half an answer").into()));
        assert_eq!(reason(&Method::GET, &half), None);
    }
}
