//! How callers see a service: by configuration, never by `Host`, `Forwarded` or `X-Forwarded-*` (WPT-3.1.7-3, -4).

use crate::server::ConfigError;
use http::Uri;
use std::borrow::Cow;
use wimse_creds::pop::Audience;
use wimse_httpsig::message::TargetContext;

/// Scheme and authority of a service as its callers see them, and what a proxy does to its paths.
///
/// Proofs name the recipient and the path that the *caller* has dialled. Where a proxy takes a prefix off, or puts one
/// before, tell it here:
///
/// ```
/// use wimse_tower::ExternalBase;
///
/// // Callers dial https://api.example.com/shop/orders/7, and /orders/7 arrives.
/// let base = ExternalBase::new("https://api.example.com")?.path_prefix("/", "/shop")?;
/// assert_eq!(base.original_path("/orders/7").as_deref(), Some("/shop/orders/7"));
/// # Ok::<(), wimse_tower::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct ExternalBase {
    audience: Audience,
    scheme: String,
    authority: String,
    /// Longest received prefix first. Neither side ends with a slash; the root is empty.
    prefixes: Vec<(String, String)>,
}

impl ExternalBase {
    /// `https://` or `http://` and an authority, as callers write them.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ExternalBase`].
    pub fn new(uri: &str) -> Result<Self, ConfigError> {
        let audience = Audience::base(uri).map_err(ConfigError::ExternalBase)?;
        let base = audience.bases().first().map_or("", String::as_str);
        let (scheme, authority) = base.split_once("://").unwrap_or_default();
        let (scheme, authority) = (scheme.to_owned(), authority.to_owned());
        Ok(Self { audience, scheme, authority, prefixes: Vec::new() })
    }

    /// A path that is received beneath `received` was dialled beneath `external`. Prefixes end at a segment; the longest
    /// that fits counts, and a path that fits none was dialled as it was received.
    ///
    /// It has to fit in the other direction, too: the longest `external` that fits what was dialled must be the one of the
    /// prefix that was received. Else what is dialled there arrives elsewhere, so that nobody can have dialled what was
    /// received, and no proof is good for it.
    ///
    /// # Errors
    ///
    /// [`ConfigError::PathPrefix`] for one that does not begin with `/`, has a query, a dot segment or an empty one, or is
    /// there already, on the same side.
    pub fn path_prefix(mut self, received: &str, external: &str) -> Result<Self, ConfigError> {
        let (received, external) = (prefix(received)?, prefix(external)?);
        if self.prefixes.iter().any(|(from, to)| *from == received || *to == external) {
            return Err(ConfigError::PathPrefix);
        }
        self.prefixes.push((received, external));
        self.prefixes.sort_by_key(|(received, _)| std::cmp::Reverse(received.len()));
        Ok(self)
    }

    /// The audience of proofs for this service, for the verifiers.
    #[must_use]
    pub fn audience(&self) -> Audience {
        self.audience.clone()
    }

    /// The path that was dialled, of the raw path that was received; `None` if what is dialled there arrives elsewhere.
    #[must_use]
    pub fn original_path<'p>(&self, received: &'p str) -> Option<Cow<'p, str>> {
        // "*" of OPTIONS, and the nothing of CONNECT, are no paths.
        if !received.starts_with('/') {
            return Some(received.into());
        }
        let mapped = self.prefixes.iter().find(|(from, _)| is_beneath(received, from));
        let dialled: Cow<'p, str> = match mapped {
            Some((from, to)) if from != to => match format!("{to}{}", &received[from.len()..]) {
                root if root.is_empty() => "/".into(),
                path => path.into(),
            },
            _ => received.into(),
        };
        let externals = self.prefixes.iter().map(|(_, to)| to).filter(|to| is_beneath(&dialled, to));
        let longest = externals.max_by_key(|to| to.len());
        (longest == mapped.map(|(_, to)| to)).then_some(dialled)
    }
}

/// Whether a path lies beneath a prefix without a slash at its end, or is the same.
fn is_beneath(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn prefix(text: &str) -> Result<String, ConfigError> {
    let trimmed = text.strip_suffix('/').unwrap_or(text);
    let is_plain = |segment: &str| {
        !segment.is_empty()
            && !matches!(segment, "." | "..")
            && segment.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#'))
    };
    let fits =
        trimmed.is_empty() || trimmed.strip_prefix('/').is_some_and(|path| path.split('/').all(is_plain));
    if text.starts_with('/') && fits { Ok(trimmed.to_owned()) } else { Err(ConfigError::PathPrefix) }
}

/// The request as its caller has made it, as far as configuration tells.
#[derive(Debug)]
pub(crate) struct Original<'a> {
    /// The path as it was received.
    pub(crate) received: &'a str,
    pub(crate) path: Cow<'a, str>,
    /// Whether anybody can have dialled what was received.
    pub(crate) is_dialled: bool,
    pub(crate) query: Option<&'a str>,
    pub(crate) target: TargetContext<'a>,
}

impl<'a> Original<'a> {
    /// Scheme and authority come from configuration alone. Whatever the request says of them, be it in its target, is not
    /// looked at: what a signature covers of them is refused where nothing is configured.
    pub(crate) fn of(received: &'a Uri, base: Option<&'a ExternalBase>) -> Self {
        // CONNECT: its target is an authority and nothing else. It has no path that a proxy could have changed.
        if received.scheme().is_none()
            && received.path_and_query().is_none()
            && let Some(authority) = received.authority()
        {
            let target = TargetContext::new(authority.as_str());
            return Self {
                received: received.path(),
                path: Cow::Borrowed(""),
                is_dialled: true,
                query: None,
                target,
            };
        }
        let path = base.map_or(Some(received.path().into()), |base| base.original_path(received.path()));
        let is_dialled = path.is_some();
        let path = path.unwrap_or_else(|| received.path().into());
        let target = match received.query() {
            Some(query) => TargetContext::new(format!("{path}?{query}")),
            None => TargetContext::new(path.clone()),
        };
        let target = match base {
            Some(base) => target.scheme(base.scheme.as_str()).authority(base.authority.as_str()),
            None => target,
        };
        Self { received: received.path(), path, is_dialled, query: received.query(), target }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> ExternalBase {
        ExternalBase::new("https://API.example.com:443").unwrap()
    }

    #[test]
    fn prefixes_end_at_a_segment_and_the_longest_counts() {
        let base = base().path_prefix("/", "/shop").unwrap().path_prefix("/v2/", "/").unwrap();
        let base = base.path_prefix("/same", "/same").unwrap();
        for (received, original) in [
            ("/", "/shop/"),
            ("/orders", "/shop/orders"),
            ("/shop/orders", "/shop/shop/orders"),
            ("/v2", "/"),
            ("/v2/", "/"),
            ("/v2/orders", "/orders"),
            ("/v20", "/shop/v20"),
            ("/same", "/same"),
            ("/same/x", "/same/x"),
            ("*", "*"),
            ("", ""),
            ("shop", "shop"),
        ] {
            assert_eq!(base.original_path(received).as_deref(), Some(original), "{received}");
        }
    }

    #[test]
    fn what_was_dialled_is_received_in_one_way() {
        let base = base().path_prefix("/orders", "/shop/orders").unwrap();
        for (received, original) in [
            ("/orders/7", Some("/shop/orders/7")),
            ("/shop/orders/7", None),
            ("/shop/orders", None),
            ("/shop/orders7", Some("/shop/orders7")),
            ("/shop", Some("/shop")),
            ("/other", Some("/other")),
        ] {
            assert_eq!(base.original_path(received).as_deref(), original, "{received}");
        }
        let root = self::base().path_prefix("/v2", "/").unwrap();
        assert_eq!(root.original_path("/v2").as_deref(), Some("/"));
        assert_eq!(root.original_path("/orders"), None);
        // What is dialled beneath /shop arrives beneath /, and all else beneath /v2.
        let both = self::base().path_prefix("/", "/shop").unwrap().path_prefix("/v2", "/").unwrap();
        for (received, original) in [
            ("/orders", Some("/shop/orders")),
            ("/v2/orders", Some("/orders")),
            ("/v2/shopping", Some("/shopping")),
            ("/v2/shop/orders", None),
            ("/v2/shop", None),
        ] {
            assert_eq!(both.original_path(received).as_deref(), original, "{received}");
        }
        let twice = base.clone().path_prefix("/old", "/shop/orders/");
        assert_eq!(twice.unwrap_err().code(), "tower.path_prefix");
        assert!(base.path_prefix("/old", "/shop/orders/old").is_ok());
    }

    #[test]
    fn prefixes_that_are_none() {
        for wrong in ["", "orders", "/a?b", "/a#b", "/a//b", "/../a", "/./", "//", "/a b"] {
            assert_eq!(base().path_prefix(wrong, "/a").unwrap_err().code(), "tower.path_prefix", "{wrong}");
            assert_eq!(base().path_prefix("/a", wrong).unwrap_err().code(), "tower.path_prefix", "{wrong}");
        }
        let twice = base().path_prefix("/a", "/b").unwrap().path_prefix("/a/", "/c");
        assert_eq!(twice.unwrap_err().code(), "tower.path_prefix");
        assert_eq!(ExternalBase::new("https://a.example/x").unwrap_err().code(), "audience.base");
    }

    #[test]
    fn scheme_and_authority_are_those_of_the_configuration() {
        let base = base();
        for received in ["/a?b=c", "http://evil.example/a?b=c", "https://api.example.com/a?b=c"] {
            let received = received.parse().unwrap();
            let original = Original::of(&received, Some(&base));
            assert_eq!(original.path, "/a");
            assert_eq!(original.target.raw_target(), "/a?b=c");
            assert_eq!(original.target.normalized_authority("GET").unwrap(), "api.example.com");
            let unconfigured = Original::of(&received, None).target;
            let refused = unconfigured.normalized_authority("GET").unwrap_err();
            assert_eq!(refused.code(), "httpsig.target_authority_unknown");
        }
        let connect = "proxy.example:443".parse().unwrap();
        let base = base.path_prefix("/", "/shop").unwrap();
        assert_eq!(Original::of(&"/".parse().unwrap(), Some(&base)).path, "/shop/");
        let original = Original::of(&connect, Some(&base));
        assert_eq!((original.received, &*original.path), ("", ""));
        assert_eq!(original.target.normalized_authority("CONNECT").unwrap(), "proxy.example:443");
    }
}
