//! How long an answer may be kept.

use ::http::HeaderMap;
use ::http::header::{AGE, CACHE_CONTROL};
use std::time::Duration;

/// For how much longer the server says that its answer is fresh: `max-age` less `Age`, and zero for `no-cache` and
/// `no-store` (RFC 9111 4.2, 5.2.2). `None` if it does not say; `Expires` is not looked at.
pub(crate) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let mut lifetime: Option<u64> = None;
    for line in headers.get_all(CACHE_CONTROL) {
        for directive in line.to_str().unwrap_or_default().split(',') {
            let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
            match name.trim().to_ascii_lowercase().as_str() {
                "no-cache" | "no-store" => return Some(Duration::ZERO),
                // RFC 9111 4.2.1: the first, or the most restrictive.
                "max-age" => {
                    let seconds = value.trim().trim_matches('"').parse().unwrap_or(0);
                    lifetime = Some(lifetime.map_or(seconds, |lifetime| lifetime.min(seconds)));
                }
                _ => {}
            }
        }
    }
    let age = headers.get(AGE).and_then(|age| age.to_str().ok()?.trim().parse().ok()).unwrap_or(0);
    lifetime.map(|lifetime| Duration::from_secs(lifetime.saturating_sub(age)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_headers_say() {
        for (lines, expected) in [
            (&[][..], None),
            (&[("cache-control", "public")], None),
            (&[("cache-control", "max-age=60")], Some(60)),
            (&[("cache-control", "public, Max-Age=60, must-revalidate")], Some(60)),
            (&[("cache-control", "max-age=\"60\"")], Some(60)),
            (&[("cache-control", "max-age=60, max-age=30")], Some(30)),
            (&[("cache-control", "max-age=60"), ("cache-control", "max-age=90")], Some(60)),
            (&[("cache-control", "max-age=60"), ("age", "15")], Some(45)),
            (&[("cache-control", "max-age=60"), ("age", "100")], Some(0)),
            (&[("cache-control", "max-age=60"), ("age", "x")], Some(60)),
            (&[("cache-control", "max-age=60, no-cache")], Some(0)),
            (&[("cache-control", "no-store")], Some(0)),
            (&[("cache-control", "max-age=-1")], Some(0)),
            (&[("cache-control", "max-age=99999999999999999999")], Some(0)),
            (&[("cache-control", "max-age")], Some(0)),
            (&[("cache-control", "s-maxage=60")], None),
            (&[("expires", "0")], None),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, value.parse().unwrap());
            }
            assert_eq!(max_age(&headers).map(|age| age.as_secs()), expected, "{lines:?}");
        }
    }
}
