//! What a registry may say, and where each mistake is told.

use super::super::source::Source;
use super::*;
use std::path::Path;
use std::time::Duration;
use wimse::creds::UnixTime;

const HASH: &str = "4854c87fdc69fea67294affd93baaf2f557df7c2e1f0c7bda94e6412bd8442c7";

const WHOLE: &str = r#"
trust-domain = "wimse://example.com"
issuer = "https://id.example.com"
algorithm = "Ed25519"

[lifetimes]
wit = 600
wic = 1200
key = 7200
refresh = 60
join-token = 900

[[workloads]]
id = "wimse://example.com/billing"
dns-names = ["billing.example.com"]
join-token-file = "billing.token"
join-tokens = [{ sha256 = "HASH", expires = "2027-01-15T08:00:00Z" }]

[[workloads]]
id = "wimse://example.com/orders"
join-token-file = "orders.token"
"#;

/// What stands in the place of a problem.
const ACCEPTED: (&str, usize, usize) = ("accepted", 0, 0);

fn whole() -> String {
    WHOLE.replace("HASH", HASH)
}

fn read(text: &str) -> Result<Registry, Vec<(&'static str, usize, usize)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts/fixture");
    let read = Registry::read(&Source::of(&folder.join("dev-server.toml"), text));
    read.map_err(|problems| {
        problems.iter().map(|problem| (problem.code, problem.line, problem.column)).collect()
    })
}

#[test]
fn everything_is_read() {
    let registry = read(&whole()).unwrap();
    assert_eq!(registry.origin.as_str(), "wimse://example.com");
    assert_eq!(registry.issuer.as_deref(), Some("https://id.example.com"));
    assert_eq!(registry.algorithm, Algorithm::Ed25519);
    let seconds = Duration::from_secs;
    let expected = Lifetimes {
        wit: seconds(600),
        wic: seconds(1200),
        key: seconds(7200),
        refresh: seconds(60),
        join_token: seconds(900),
    };
    assert_eq!(registry.lifetimes, expected);
    let billing = &registry.workloads[0];
    assert_eq!(billing.dns_names, ["billing.example.com"]);
    assert!(billing.join_token_file.as_ref().unwrap().ends_with("fixture/billing.token"));
    assert_eq!(billing.join_tokens[0].expires, UnixTime::from_secs(1_800_000_000));
    assert_eq!(billing.join_tokens[0].sha256[..2], [0x48, 0x54]);
    assert_eq!(registry.workloads[1].identifier.as_str(), "wimse://example.com/orders");
    let least = "trust-domain = \"wimse://example.com\"\n[[workloads]]\nid = \"wimse://example.com/a\"\njoin-token-file = \"a.token\"";
    let least = read(least).unwrap();
    assert_eq!((least.lifetimes, least.issuer), (Lifetimes::default(), None));
}

/// Each differs from the whole one in one place.
#[test]
fn each_mistake_has_its_code_and_its_place() {
    let mut wrong = Vec::new();
    for (from, to, expected) in [
        ("wimse://example.com\"\nissuer", "example.com\"\nissuer", ("identifier.scheme_missing", 2, 16)),
        ("https://id.example.com", "id.example.com", ("config.value", 3, 10)),
        ("Ed25519", "RS256", ("config.value", 4, 13)),
        ("Ed25519", "none", ("config.value", 4, 13)),
        ("wit = 600", "wit = 0", ("config.value", 7, 7)),
        ("wit = 600", "wit = 86401", ("config.value", 7, 7)),
        ("wit = 600", "wit = \"1h\"", ("config.type", 7, 7)),
        ("key = 7200", "key = 120", ("config.value", 9, 7)),
        ("key = 7200", "key = 121", ACCEPTED),
        ("refresh = 60", "refresh = 3600", ("config.value", 9, 7)),
        ("wic = 1200", "wic = 86400", ACCEPTED),
        ("join-token = 900", "join-tokens = 900", ("config.unknown_key", 11, 1)),
        ("example.com/billing", "example.com", ("identifier.path_empty", 14, 6)),
        ("wimse://example.com/billing", "wimse://other.example/billing", ("config.value", 14, 6)),
        ("wimse://example.com/billing", "spiffe://example.com/billing", ("config.value", 14, 6)),
        ("example.com/orders", "example.com/billing", ("config.value", 20, 6)),
        ("[\"billing.example.com\"]", "[\"*.example.com\"]", ("config.value", 15, 14)),
        ("\"orders.token\"", "\"billing.token\"", ("config.value", 21, 19)),
        ("join-token-file = \"orders.token\"", "dns-names = []", ("config.missing_key", 20, 6)),
        (HASH, &HASH[1..], ("config.value", 17, 27)),
        (HASH, &HASH.replace('4', "g"), ("config.value", 17, 27)),
        ("2027-01-15T08:00:00Z", "tomorrow", ("config.value", 17, 105)),
        ("expires", "expire", ("config.unknown_key", 17, 95)),
        (
            "join-token-file = \"orders.token\"",
            "service-accounts = [\"system:serviceaccount:shop:orders\"]",
            ("config.missing_key", 21, 21),
        ),
    ] {
        let text = whole().replacen(from, to, 1);
        assert_ne!(text, whole(), "{from}");
        let found = read(&text).map_or_else(|problems| problems, |_| vec![ACCEPTED]);
        if found != [expected] {
            wrong.push((to.to_owned(), found, expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn somebody_has_to_be_registered() {
    assert_eq!(
        read("trust-domain = \"wimse://example.com\"").unwrap_err(),
        [("config.nobody_registered", 1, 1)]
    );
    assert_eq!(read("").unwrap_err()[0].0, "config.missing_key");
    assert_eq!(read("trust-domain = ").unwrap_err()[0].0, "config.syntax");
}

#[test]
fn a_cluster_has_keys() {
    let with = |jwks: &str, account: &str| {
        let kubernetes =
            format!("[kubernetes]\nissuer = \"https://kubernetes\"\naudience = \"id\"\njwks = \"{jwks}\"\n");
        let accounts = format!("service-accounts = [\"{account}\"]");
        let text = whole().replacen("[lifetimes]", &format!("{kubernetes}[lifetimes]"), 1);
        read(&text.replacen("join-token-file = \"orders.token\"", &accounts, 1))
    };
    let account = "system:serviceaccount:shop:orders";
    let cluster = with("issuer.jwks.json", account).unwrap().cluster.unwrap();
    assert_eq!((cluster.issuer.as_str(), cluster.audience.as_str()), ("https://kubernetes", "id"));
    let jwks = include_str!("../../../tests/transcripts/fixture/issuer.jwks.json");
    let jwks: serde_json::Value = serde_json::from_str(jwks).unwrap();
    let (kid, alg) = (jwks["keys"][0]["kid"].as_str(), jwks["keys"][0]["alg"].as_str().unwrap());
    let alg: Algorithm = alg.parse().unwrap();
    assert!(kid.is_some() && cluster.key(kid, alg).is_some() && cluster.key(None, alg).is_some());
    assert!(cluster.key(Some("other"), alg).is_none());
    assert_eq!(with("no-such-file.json", account).unwrap_err(), [("config.file", 9, 8)]);
    assert_eq!(with("wimse.toml", account).unwrap_err()[0].1, 9);
    for account in [
        "orders",
        "system:serviceaccount:shop",
        "system:serviceaccount:shop:orders:x",
        "system:serviceaccount::orders",
        "system:serviceaccount:shop:*",
    ] {
        assert_eq!(with("issuer.jwks.json", account).unwrap_err(), [("config.value", 25, 21)], "{account}");
    }
}

/// The example of the help is one.
#[test]
fn the_example_of_the_help_is_read() {
    let help = crate::dev_server::HELP;
    let start = help.find("  trust-domain").unwrap();
    let end = help.find("\n\nWith --json").unwrap();
    let text = help[start..end].replace("cluster.jwks.json", "issuer.jwks.json");
    let registry = read(&text).unwrap();
    assert_eq!(registry.workloads[0].service_accounts, ["system:serviceaccount:shop:billing"]);
    assert_eq!(registry.lifetimes, Lifetimes::default());
}
