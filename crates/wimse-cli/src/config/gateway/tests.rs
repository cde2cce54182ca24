//! What of a gateway is refused, and where.

use crate::config::tests::Folder;

const ACCEPTED: &str = r#"[recipient]
audience-bases = ["https://api.example.com"]
[[domains]]
origin = "wimse://example.com"
jwks = ["issuer.jwks.json"]
issuers = ["https://id.example.com"]
[credentials]
wic = "orders.crt"
wic-key = "orders.key"
[serve]
accept = ["wpt", "httpsig"]
replay = "local"
permit = ["wimse://example.com/billing"]
[gateway]
proxy = "nginx"
listen = "127.0.0.1:9191"
"#;

/// Each differs from what is accepted in one thing.
#[test]
fn problems_have_their_place() {
    let folder = Folder::new("gateway-problems");
    assert_eq!(folder.problems(ACCEPTED), []);
    for (from, to, expected) in [
        ("proxy = \"nginx\"\n", "", ("config.missing_key", 14, 1)),
        ("\"nginx\"", "\"apache\"", ("config.value", 15, 9)),
        ("proxy = \"nginx\"", "proxy = \"nginx\"\nprox = 1", ("config.unknown_key", 16, 1)),
        ("127.0.0.1:9191", "9191", ("config.value", 16, 10)),
        ("127.0.0.1:9191", "unix:", ("config.value", 16, 10)),
        ("127.0.0.1:9191", "0.0.0.0:9191", ("config.value", 16, 10)),
        ("127.0.0.1:9191", "[::]:9191", ("config.value", 16, 10)),
        ("listen", "proxies = [\"edge\"]\nlisten", ("identifier.scheme_missing", 16, 12)),
        ("listen", "method-header = \"a b\"\nlisten", ("config.value", 16, 17)),
        ("listen", "uri-header = \"x_uri\"\nlisten", ("config.value", 16, 14)),
        ("listen", "uri-header = \"x-original-method\"\nlisten", ("config.value", 16, 14)),
        ("listen", "identity-header = \"Authorization\"\nlisten", ("config.value", 16, 19)),
        ("listen", "identity-header = \"X-Original-URI\"\nlisten", ("config.value", 16, 19)),
        ("listen", "content = \"forwarded\"\nlisten", ("config.value", 16, 11)),
        ("listen", "content = \"some\"\nlisten", ("config.value", 16, 11)),
        ("\"httpsig\"]", "\"httpsig\", \"mtls\"]", ("config.value", 15, 9)),
    ] {
        let found = folder.problems(&ACCEPTED.replacen(from, to, 1));
        assert_eq!(found.first(), Some(&expected), "{to}: {found:?}");
    }
    let (start, rest) = ACCEPTED.split_once("[serve]").unwrap();
    let (_, gateway) = rest.split_once("[gateway]").unwrap();
    assert_eq!(folder.problems(&format!("{start}[gateway]{gateway}")), [("config.missing_key", 10, 1)]);
    let signed = ACCEPTED
        .replace("wic = ", "wit = \"orders.wit\"\nkey = \"orders.jwk.json\"\nwic = ")
        .replace("[gateway]", "[[serve.routes]]\npath = \"/a\"\nsigned-responses = true\n[gateway]");
    assert_eq!(folder.problems(&signed), [("config.value", 20, 9)]);
}

/// Other machines may ask only with a certificate.
#[test]
fn who_asks_from_elsewhere_is_named() {
    let folder = Folder::new("gateway-places");
    let named = ACCEPTED.replace("[gateway]", "[gateway]\nproxies = [\"wimse://example.com/edge\"]");
    assert_eq!(folder.problems(&named.replace("127.0.0.1", "0.0.0.0")), []);
    let (start, rest) = named.split_once("[credentials]").unwrap();
    let (_, rest) = rest.split_once("[serve]").unwrap();
    let bare = format!("{start}[serve]{rest}");
    assert_eq!(folder.problems(&bare), [("config.no_credential", 12, 12)]);
    let socket = named.replace("127.0.0.1:9191", "unix:gateway.sock");
    assert_eq!(folder.problems(&socket), [("config.value", 15, 12)]);
    assert_eq!(folder.problems(&ACCEPTED.replace("127.0.0.1:9191", "unix:gateway.sock")), []);
}

#[test]
fn lines_without_effect_are_told() {
    let folder = Folder::new("gateway-warnings");
    let warned = |text: &str| {
        let loaded = folder.read(text).unwrap();
        let mut warnings = loaded.warnings.iter().filter(|warning| warning.code == "config.no_effect");
        warnings.next().map(|warning| (warning.line, warning.column))
    };
    let envoy = ACCEPTED.replace("nginx", "envoy");
    assert_eq!((warned(ACCEPTED), warned(&envoy)), (None, None));
    assert_eq!(warned(&format!("{envoy}status-header = \"a\"\n")), Some((17, 17)));
    assert_eq!(warned(&format!("{envoy}content-header = \"a\"\n")), Some((17, 18)));
    assert_eq!(warned(&format!("{envoy}content = \"withheld\"\ncontent-header = \"a\"\n")), None);
}
