//! What of a service is refused, and where.

use crate::config::tests::Folder;

const ACCEPTED: &str = r#"[recipient]
audience-bases = ["https://api.example.com"]
[[domains]]
origin = "wimse://example.com"
jwks = ["issuer.jwks.json"]
issuers = ["https://id.example.com"]
[credentials]
wit = "orders.wit"
key = "orders.jwk.json"
wic = "orders.crt"
wic-key = "orders.key"
[serve]
accept = ["wpt", "httpsig", "mtls"]
replay = "local"
permit = ["wimse://example.com/billing"]
[[serve.routes]]
path = "/a"
accept = ["wpt"]
"#;

/// Each differs from what is accepted in one thing.
#[test]
fn problems_have_their_place() {
    let folder = Folder::new("serve-problems");
    assert_eq!(folder.problems(ACCEPTED), []);
    let url = |url: &str| format!("replay = {{ shared = {{ url = \"{url}\" }} }}");
    let store = |key: &str| format!("replay = {{ shared = {{ {key}, url = \"redis://a\" }} }}");
    for (from, to, expected) in [
        ("replay = \"local\"\n", "", ("config.missing_key", 12, 1)),
        ("replay = \"local\"", "replay = \"shared\"", ("config.value", 14, 10)),
        ("replay = \"local\"", "replay = \"none\"", ("config.value", 14, 10)),
        ("replay = \"local\"", &url("http://a"), ("replay_store.address", 14, 29)),
        ("replay = \"local\"", &store("connections = 0"), ("replay_store.connections", 14, 37)),
        ("replay = \"local\"", &store("connections = 17"), ("replay_store.connections", 14, 37)),
        ("replay = \"local\"", &store("connections = -1"), ("config.type", 14, 37)),
        ("replay = \"local\"", &store("timeout-milliseconds = 19"), ("config.value", 14, 46)),
        ("replay = \"local\"", &store("timeout-milliseconds = 60001"), ("config.value", 14, 46)),
        ("accept = [\"wpt\", \"httpsig\", \"mtls\"]\n", "", ("config.missing_key", 12, 1)),
        ("\"mtls\"]", "\"mtls\", \"wpt\"]", ("config.value", 13, 37)),
        ("\"mtls\"]", "\"tls\"]", ("config.value", 13, 29)),
        ("replay", "listen = \"8080\"\nreplay", ("config.value", 14, 10)),
        ("replay", "external-base = \"https://a/b\"\nreplay", ("audience.base", 14, 17)),
        ("replay", "path-prefixes = { \"/\" = \"shop\" }\nreplay", ("tower.path_prefix", 14, 25)),
        (
            "replay",
            "spool = { folder = \"none\", content-bytes = 1, total-bytes = 1 }\nreplay",
            ("config.file", 14, 20),
        ),
        ("replay", "limits = { connections = 0 }\nreplay", ("config.value", 14, 26)),
        ("replay", "limits = { connection = 1 }\nreplay", ("config.unknown_key", 14, 12)),
        ("permit = [\"wimse://example.com/billing\"]\n", "", ("config.nobody_permitted", 12, 1)),
        ("com/billing", "com/billing/", ("identifier.path_trailing_slash", 15, 11)),
        ("accept = [\"wpt\"]", "layers = \"same\"\naccept = [\"wpt\"]", ("config.value", 18, 10)),
        ("accept = [\"wpt\"]", "signed-responses = true\naccept = [\"wpt\"]", ("config.value", 18, 20)),
        ("accept = [\"wpt\"]", "accept = []", ("config.value", 18, 10)),
        ("path = \"/a\"", "path = \"a\"", ("config.value", 17, 8)),
        ("path = \"/a\"", "path = \"//a\"", ("config.value", 17, 8)),
        ("path = \"/a\"", "path = \"/%61\"", ("config.value", 17, 8)),
        ("wic = \"orders.crt\"\nwic-key = \"orders.key\"\n", "", ("config.no_credential", 11, 29)),
        ("wic-key = \"orders.key\"\n", "", ("config.missing_key", 10, 7)),
        ("orders.crt", "none.crt", ("config.file", 10, 7)),
    ] {
        let found = folder.problems(&ACCEPTED.replacen(from, to, 1));
        assert_eq!(found.first(), Some(&expected), "{to}: {found:?}");
    }
    for good in
        ["connections = 1", "connections = 16", "timeout-milliseconds = 20", "timeout-milliseconds = 60000"]
    {
        assert_eq!(folder.problems(&ACCEPTED.replacen("replay = \"local\"", &store(good), 1)), [], "{good}");
    }
    let unnamed = ACCEPTED.replace("[recipient]\naudience-bases = [\"https://api.example.com\"]\n", "");
    assert_eq!(folder.problems(&unnamed), [("config.no_audience", 11, 11)]);
    let narrow = ACCEPTED
        .replace("\"httpsig\", \"mtls\"]", "\"httpsig\"]")
        .replace("accept = [\"wpt\"]", "accept = [\"mtls\"]");
    assert_eq!(folder.problems(&narrow), [("config.value", 18, 11)]);
    let always = ACCEPTED.replace(
        "[credentials]\nwit = \"orders.wit\"\nkey = \"orders.jwk.json\"",
        "[httpsig]\nresponse-signing = \"always\"\n[credentials]",
    );
    assert_eq!(folder.problems(&always), [("config.no_credential", 13, 18)]);
}

#[test]
fn urls_are_https_but_for_development() {
    let folder = Folder::new("serve-urls");
    let with = |url: &str| ACCEPTED.replace("issuers", &format!("jwks-urls = [\"{url}\"]\nissuers"));
    assert_eq!(folder.problems(&with("https://id.example.com/jwks")), []);
    let plain = with("http://127.0.0.1:1/jwks");
    assert_eq!(folder.problems(&plain), [("endpoint.scheme", 6, 14)]);
    assert_eq!(folder.problems(&format!("{plain}[sources]\nallow-loopback-http = true\n")), []);
    let elsewhere = format!("{}[sources]\nallow-loopback-http = true\n", with("http://id.example.com/jwks"));
    assert_eq!(folder.problems(&elsewhere), [("endpoint.scheme", 6, 14)]);
    // URLs alone are something to trust, and need no file.
    let alone = with("https://id.example.com/jwks").replace("jwks = [\"issuer.jwks.json\"]\n", "");
    assert_eq!(folder.problems(&alone), []);
}

#[cfg(unix)]
#[test]
fn a_key_that_others_can_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("serve-readable");
    let file = folder.path().join("orders.jwk.json");
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(folder.problems(ACCEPTED), [("config.readable", 9, 7)]);
    let allowed = ACCEPTED.replace("wic =", "allow-readable-key = true\nwic =");
    assert_eq!(folder.problems(&allowed), []);
}

#[test]
fn what_may_not_be_meant_is_told() {
    let folder = Folder::new("serve-warnings");
    let codes = |text: &str| {
        let loaded = folder.read(text).unwrap_or_else(|problems| panic!("{problems:?}"));
        // Who may write new files depends on where the test runs.
        let codes = loaded.warnings.iter().map(|warning| warning.code);
        codes.filter(|code| *code != "config.writable").collect::<Vec<_>>()
    };
    assert!(codes(ACCEPTED).is_empty());
    let outside = ACCEPTED.replace("replay", "listen = \"0.0.0.0:8080\"\nreplay");
    assert!(codes(&outside).is_empty());
    assert_eq!(codes(&outside.replace(", \"mtls\"", "")), ["config.plain_http"]);
    for (from, to, expected) in [
        ("\"local\"", "\"off\"", "config.replay_off"),
        ("\"local\"", "{ shared = { url = \"redis://a\" } }\nfence-at-start = true", "config.no_effect"),
        ("replay", "external-base = \"https://b.example\"\nreplay", "config.external_base"),
        ("replay", "connection-permit = [\"wimse://example.com/a\"]\nreplay", "config.no_effect"),
    ] {
        assert_eq!(codes(&ACCEPTED.replacen(from, to, 1)).first(), Some(&expected), "{to}");
    }
}

#[test]
fn passwords_are_not_repeated() {
    let folder = Folder::new("serve-secrets");
    for url in ["redi://u:hunter2@h:1", "rediss://u:hunter2@h:1/#insecure"] {
        let text = ACCEPTED.replace("\"local\"", &format!("{{ shared = {{ url = \"{url}\" }} }}"));
        let problems = folder.read(&text).err().unwrap();
        assert_eq!(problems[0].code, "replay_store.address");
        assert!(!format!("{problems:?}").contains("hunter2"), "{problems:?}");
    }
}
