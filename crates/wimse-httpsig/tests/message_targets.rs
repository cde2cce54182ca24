//! Components that come from the request line: every form of target, and what cannot be derived.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use wimse_httpsig::message::{Component, Fields, RequestMessage, TargetContext};

/// The value, or the code of the refusal.
fn value(component: &Component<'_>, method: &str, target: TargetContext<'_>) -> Result<String, &'static str> {
    let message = RequestMessage::new(method, target, Fields::none());
    component.value(&message).map_err(|error| error.code())
}

fn https(raw_target: &str) -> TargetContext<'_> {
    TargetContext::new(raw_target).scheme("https").authority("api.example.com")
}

#[test]
fn path_and_query_are_as_received() {
    for (raw_target, path, query) in [
        ("/", "/", "?"),
        ("/orders", "/orders", "?"),
        ("/orders?", "/orders", "?"),
        ("/orders?page=2", "/orders", "?page=2"),
        ("/orders??a=?b", "/orders", "??a=?b"),
        ("//orders//7/", "//orders//7/", "?"),
        ("//evil.example/a", "//evil.example/a", "?"),
        ("/a%2Fb%2fc/../d/./e", "/a%2Fb%2fc/../d/./e", "?"),
        ("/a?x=%2f&y=a+b", "/a", "?x=%2f&y=a+b"),
        ("/:8080@host", "/:8080@host", "?"),
        ("https://api.example.com", "/", "?"),
        ("https://api.example.com?x=1", "/", "?x=1"),
        ("https://api.example.com/a/b?x=1", "/a/b", "?x=1"),
        ("/https://other.example/a", "/https://other.example/a", "?"),
    ] {
        assert_eq!(value(&Component::PATH, "GET", https(raw_target)).as_deref(), Ok(path), "{raw_target}");
        assert_eq!(value(&Component::QUERY, "GET", https(raw_target)).as_deref(), Ok(query), "{raw_target}");
        assert_eq!(
            value(&Component::REQUEST_TARGET, "GET", https(raw_target)).as_deref(),
            Ok(raw_target),
            "{raw_target}"
        );
    }
}

#[test]
fn malformed_targets_are_refused() {
    for raw_target in [
        "",
        "orders",
        "?x=1",
        "*",
        "/a b",
        "/a\t",
        "/a\r\nb",
        "/a#b",
        "/caf\u{e9}",
        "/a\u{0}",
        "/a\u{7f}",
        "api.example.com:443",
        "?next=https://api.example.com/a",
        "://api.example.com/a",
        "1http://api.example.com/a",
        "#",
    ] {
        for component in [Component::PATH, Component::QUERY, Component::REQUEST_TARGET, Component::TARGET_URI]
        {
            let refused = value(&component, "GET", https(raw_target));
            assert_eq!(refused, Err("httpsig.target_malformed"), "{raw_target:?} {component}");
        }
    }
    assert_eq!(value(&Component::PATH, "GET", https("/a-b")).as_deref(), Ok("/a-b"));
    let path = |raw_target| value(&Component::PATH, "GET", TargetContext::new(raw_target));
    assert_eq!(path("https:///a"), Err("httpsig.target_authority"));
    assert_eq!(path("https://user@api.example.com/a"), Err("httpsig.target_authority"));
    assert_eq!(path("https://api.example.com/a").as_deref(), Ok("/a"));
}

/// Decision 21.
#[test]
fn asterisk_form() {
    for component in [Component::PATH, Component::QUERY, Component::TARGET_URI, Component::query_param("a")] {
        assert_eq!(value(&component, "OPTIONS", https("*")), Err("httpsig.target_no_path"), "{component}");
        assert!(value(&component, "OPTIONS", https("/?a=1")).is_ok(), "{component}");
    }
    assert_eq!(value(&Component::REQUEST_TARGET, "OPTIONS", https("*")).as_deref(), Ok("*"));
    assert_eq!(value(&Component::AUTHORITY, "OPTIONS", https("*")).as_deref(), Ok("api.example.com"));
    assert_eq!(value(&Component::METHOD, "OPTIONS", https("*")).as_deref(), Ok("OPTIONS"));
    // RFC 9110 4.2.3: the empty path of OPTIONS is no "/".
    let empty = https("https://api.example.com");
    assert_eq!(value(&Component::PATH, "OPTIONS", empty), Err("httpsig.target_no_path"));
    assert_eq!(value(&Component::PATH, "GET", https("*")), Err("httpsig.target_malformed"));
}

/// Decision 52: the authority of CONNECT is its target, and keeps its port.
#[test]
fn connect() {
    for (raw_target, expected) in [
        ("www.example.com:80", Ok("www.example.com:80")),
        ("Service.EXAMPLE:443", Ok("service.example:443")),
        ("[2001:DB8::1]:8443", Ok("[2001:db8::1]:8443")),
        ("www.example.com", Err("httpsig.target_authority")),
        ("www.example.com:", Err("httpsig.target_authority")),
        ("user@www.example.com:80", Err("httpsig.target_authority")),
        ("https://www.example.com:80", Err("httpsig.target_authority")),
        ("/orders", Err("httpsig.target_authority")),
        ("*", Err("httpsig.target_authority")),
    ] {
        let authority = value(&Component::AUTHORITY, "CONNECT", https(raw_target));
        assert_eq!(authority.as_deref().map_err(|code| *code), expected, "{raw_target}");
    }
    let connect = |component| value(&component, "CONNECT", https("www.example.com:80"));
    assert_eq!(connect(Component::REQUEST_TARGET).as_deref(), Ok("www.example.com:80"));
    assert_eq!(connect(Component::METHOD).as_deref(), Ok("CONNECT"));
    assert_eq!(connect(Component::PATH), Err("httpsig.target_no_path"));
    assert_eq!(connect(Component::QUERY), Err("httpsig.target_no_path"));
    assert_eq!(connect(Component::TARGET_URI), Err("httpsig.target_no_path"));
    assert_eq!(connect(Component::SCHEME), Err("httpsig.target_scheme_unknown"));
}

#[test]
fn authority_and_scheme_are_normalised() {
    let given = |scheme: &'static str, authority: &'static str| {
        value(&Component::AUTHORITY, "GET", TargetContext::new("/").scheme(scheme).authority(authority))
    };
    for (scheme, authority, expected) in [
        ("https", "API.Example.com", "api.example.com"),
        ("HTTPS", "api.example.com:443", "api.example.com"),
        ("http", "api.example.com:80", "api.example.com"),
        ("https", "api.example.com:80", "api.example.com:80"),
        ("http", "api.example.com:443", "api.example.com:443"),
        ("https", "api.example.com:", "api.example.com"),
        ("https", "[2001:DB8::1]", "[2001:db8::1]"),
        ("https", "[2001:DB8::1]:8443", "[2001:db8::1]:8443"),
        ("https", "under_score.example", "under_score.example"),
        ("https", "192.0.2.1:8443", "192.0.2.1:8443"),
    ] {
        assert_eq!(given(scheme, authority).as_deref(), Ok(expected), "{authority}");
    }
    for authority in [
        "",
        ":443",
        "user@api.example.com",
        "user:pw@api.example.com:8443",
        "api.example.com:65536",
        "api.example.com:0443",
        "api.example.com:+443",
        "api.example.com:443:443",
        "api.example.com:https",
        "api.example.com/",
        "api.example.com?",
        "api.example.com, other.example",
        "api example.com",
        "caf\u{e9}.example",
        "[2001:db8::1",
        "[]",
        "[2001:db8::1]8443",
        "2001:db8::1",
    ] {
        assert_eq!(given("https", authority), Err("httpsig.target_authority"), "{authority:?}");
    }
    for scheme in ["ftp", "", "https:", "wss"] {
        assert_eq!(given(scheme, "api.example.com"), Err("httpsig.target_scheme"), "{scheme:?}");
    }
}

#[test]
fn nothing_is_guessed() {
    let bare = || TargetContext::new("/orders?page=2");
    for (component, target, expected) in [
        (Component::AUTHORITY, bare(), Err("httpsig.target_authority_unknown")),
        (Component::AUTHORITY, bare().authority("api.example.com"), Ok("api.example.com")),
        (Component::AUTHORITY, bare().authority("api.example.com:8443"), Ok("api.example.com:8443")),
        // It may be a default port or not.
        (Component::AUTHORITY, bare().authority("api.example.com:443"), Err("httpsig.target_scheme_unknown")),
        (Component::AUTHORITY, bare().authority("api.example.com:80"), Err("httpsig.target_scheme_unknown")),
        (Component::SCHEME, bare(), Err("httpsig.target_scheme_unknown")),
        (Component::SCHEME, bare().scheme("HTTP"), Ok("http")),
        (Component::TARGET_URI, bare().scheme("https"), Err("httpsig.target_authority_unknown")),
        (Component::TARGET_URI, bare().authority("a.example"), Err("httpsig.target_scheme_unknown")),
        (
            Component::TARGET_URI,
            bare().scheme("HTTPS").authority("A.example:443"),
            Ok("https://a.example/orders?page=2"),
        ),
        (Component::PATH, bare(), Ok("/orders")),
    ] {
        let found = value(&component, "GET", target);
        assert_eq!(found.as_deref().map_err(|code| *code), expected, "{component}");
    }
}

#[test]
fn an_absolute_target_speaks_for_itself() {
    let raw = "HTTPS://API.example.com:443/a?b";
    let of = |target| value(&Component::TARGET_URI, "GET", target);
    assert_eq!(of(TargetContext::new(raw)).as_deref(), Ok("https://api.example.com/a?b"));
    assert_eq!(of(TargetContext::new("http://a.example")).as_deref(), Ok("http://a.example/"));
    assert_eq!(of(TargetContext::new("http://a.example?x")).as_deref(), Ok("http://a.example/?x"));
    assert_eq!(of(https(raw)).as_deref(), Ok("https://api.example.com/a?b"));
    assert_eq!(of(https(raw).scheme("http")), Err("httpsig.target_conflict"));
    assert_eq!(of(https(raw).authority("other.example")), Err("httpsig.target_conflict"));
    assert_eq!(of(https(raw).authority("api.example.com:8443")), Err("httpsig.target_conflict"));
    assert_eq!(of(TargetContext::new("ftp://a.example/")), Err("httpsig.target_scheme"));
    assert_eq!(of(TargetContext::new("https:///a")), Err("httpsig.target_authority"));
    assert_eq!(of(TargetContext::new("https://u@a.example/a")), Err("httpsig.target_authority"));
}

/// `http::Uri` drops fragments and adds `/`: what it no longer knows is not made up.
#[test]
fn targets_of_the_http_crate() {
    let of = |component: Component<'_>, method: &str, uri: &str| {
        let uri = uri.parse().unwrap();
        value(&component, method, TargetContext::of_uri(&uri))
    };
    for (uri, expected) in [
        ("https://API.example.com:443", "https://api.example.com/"),
        ("https://api.example.com/a//b?c#d", "https://api.example.com/a//b?c"),
        ("http://api.example.com?x=1", "http://api.example.com/?x=1"),
    ] {
        assert_eq!(of(Component::TARGET_URI, "GET", uri).as_deref(), Ok(expected));
        assert_eq!(of(Component::REQUEST_TARGET, "GET", uri), Err("httpsig.target_unknown"));
    }
    assert_eq!(of(Component::REQUEST_TARGET, "GET", "//a/b?").as_deref(), Ok("//a/b?"));
    assert_eq!(of(Component::AUTHORITY, "GET", "/a"), Err("httpsig.target_authority_unknown"));
    assert_eq!(of(Component::PATH, "OPTIONS", "*"), Err("httpsig.target_no_path"));
    assert_eq!(of(Component::AUTHORITY, "CONNECT", "A.example:443").as_deref(), Ok("a.example:443"));
    assert_eq!(of(Component::AUTHORITY, "GET", "https://u:p@a.example/"), Err("httpsig.target_authority"));
}

#[test]
fn the_method_is_a_token_in_its_own_case() {
    let of = |method| value(&Component::METHOD, method, https("/"));
    assert_eq!(of("get").as_deref(), Ok("get"));
    assert_eq!(of("M-SEARCH").as_deref(), Ok("M-SEARCH"));
    for method in ["", " GET", "GET\n", "G\u{c9}T", "GE T", "GET:"] {
        assert_eq!(of(method), Err("httpsig.method"), "{method:?}");
    }
}

#[test]
fn an_owned_target_is_the_same() {
    let target = https("/a?b");
    let owned: TargetContext<'static> = target.clone().into_owned();
    assert_eq!(owned, target);
    assert_eq!(owned.raw_target(), "/a?b");
    assert_eq!(owned.normalized_scheme("GET"), Ok("https"));
    assert_eq!(owned.query("GET"), Ok(Some("b")));
    assert_eq!(owned.normalized_authority("GET").as_deref(), Ok("api.example.com"));
}
