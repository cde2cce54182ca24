//! What a configuration says and what is refused of it, without files.

use super::loaded::Loaded;
use super::problem::Problem;
use super::source::Source;
use super::{check, locate};
use std::path::{Path, PathBuf};
use std::time::Duration;
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::wic::CertificateAuthority;
use wimse::creds::{UnixTime, Validity};

/// A folder with one JWK Set, which goes when the test ends.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("wimse-config-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let key = SigningKey::generate(Algorithm::Es256).unwrap().with_key_id("one");
        let set = format!("{{\"keys\":[{}]}}", key.public_key().to_jwk());
        std::fs::write(folder.join("issuer.jwks.json"), set).unwrap();
        std::fs::write(folder.join("issuer.jwk.json"), key.to_private_jwk().as_bytes()).unwrap();
        std::fs::write(folder.join("issuer.pub.pem"), key.public_key().to_spki_pem()).unwrap();
        let year = Validity::starting(UnixTime::from_secs(1_800_000_000), Duration::from_secs(31_536_000));
        let key = SigningKey::generate(Algorithm::Es256).unwrap();
        let ca = CertificateAuthority::root(&"wimse://example.com".parse().unwrap(), key, year).unwrap();
        std::fs::write(folder.join("ca.pem"), ca.to_pem()).unwrap();
        for name in ["orders.wit", "orders.jwk.json", "orders.crt", "orders.key"] {
            std::fs::write(folder.join(name), "").unwrap();
            #[cfg(unix)]
            std::fs::set_permissions(folder.join(name), std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .unwrap();
        }
        Self(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn read(&self, text: &str) -> Result<Loaded, Vec<Problem>> {
        Loaded::read(&Source::of(&self.0.join("wimse.toml"), text))
    }

    /// What is wrong, as code, line and column.
    pub(super) fn problems(&self, text: &str) -> Vec<(&'static str, usize, usize)> {
        let problems = self.read(text).err().unwrap_or_default();
        problems.iter().map(|problem| (problem.code, problem.line, problem.column)).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const ACCEPTED: &str = r#"[recipient]
audience-bases = ["https://api.example.com"]
[wit]
leeway = 30
[[domains]]
origin = "wimse://example.com"
jwks = ["issuer.jwks.json"]
issuers = ["https://id.example.com"]
"#;

/// Each differs from what is accepted in one thing.
#[test]
fn problems_have_their_place() {
    let folder = Folder::new("problems");
    assert_eq!(folder.problems(ACCEPTED), []);
    for (from, to, expected) in [
        ("audience-bases", "audience-base", ("config.unknown_key", 2, 1)),
        ("[wit]", "[wits]", ("config.unknown_key", 3, 2)),
        ("leeway = 30", "leeway = 30\nleeway = 31", ("config.duplicate_key", 5, 1)),
        ("leeway = 30", "leeway = \"30\"", ("config.type", 4, 10)),
        ("leeway = 30", "leeway = 301", ("config.value", 4, 10)),
        ("leeway = 30", "max-lifetime = 0", ("config.value", 4, 16)),
        ("leeway = 30", "profile = \"svid\"", ("config.value", 4, 11)),
        ("leeway = 30", "proof-algorithms = [\"ES256\", \"es256\"]", ("alg.unsupported", 4, 30)),
        ("leeway = 30", "proof-algorithms = []", ("config.value", 4, 20)),
        ("leeway = 30", "leeway 30", ("config.syntax", 4, 8)),
        ("[wit]\nleeway = 30", "[httpsig]\nleeway = 301", ("config.value", 4, 10)),
        ("[wit]\nleeway = 30", "[httpsig]\nmin-nonce-chars = 0", ("config.value", 4, 19)),
        ("[wit]\nleeway = 30", "[httpsig]\nmin-nonce-chars = 257", ("config.value", 4, 19)),
        ("[wit]\nleeway = 30", "[httpsig]\nresponse-signing = \"never\"", ("config.value", 4, 20)),
        ("[wit]\nleeway = 30", "[httpsig]\nauthority = \"a@b\"", ("config.value", 4, 13)),
        ("[wit]\nleeway = 30", "[httpsig]\nauthority = \"https://a\"", ("config.value", 4, 13)),
        ("[wit]\nleeway = 30", "[httpsig]\nscheme = \"ftp\"", ("config.value", 4, 10)),
        ("[wit]\nleeway = 30", "[httpsig]\nmax-life = 30", ("config.unknown_key", 4, 1)),
        ("api.example.com", "api.example.com/orders", ("audience.base", 2, 19)),
        ("https://id", "id", ("trust.issuer", 8, 12)),
        ("origin = \"wimse://example.com\"\n", "", ("config.missing_key", 5, 1)),
        ("wimse://example.com", "wimse://example.com/", ("identifier.path_not_allowed", 6, 10)),
        ("issuer.jwks.json", "none.json", ("config.file", 7, 9)),
        ("issuer.jwks.json", "issuer.jwk.json", ("trust.keys", 7, 9)),
        ("jwks = [\"issuer.jwks.json\"]", "keys = [\"issuer.jwk.json\"]", ("key.private", 7, 9)),
        ("jwks = [\"issuer.jwks.json\"]", "keys = [\"issuer.jwks.json\"]", ("key.jwk_set", 7, 9)),
        ("jwks = [\"issuer.jwks.json\"]", "keys = ['{\"kty\":\"EC\"}']", ("config.key_inline", 7, 9)),
        ("issuer.jwks.json\"", "issuer.jwks.json\", \"issuer.jwks.json\"", ("trust.duplicate_kid", 7, 29)),
        ("jwks = [\"issuer.jwks.json\"]\n", "", ("config.nothing_trusted", 6, 10)),
    ] {
        assert_eq!(folder.problems(&ACCEPTED.replacen(from, to, 1)), [expected], "{to}");
    }
}

#[test]
fn a_key_speaks_for_one_origin() {
    let folder = Folder::new("origins");
    let other = "[[domains]]\norigin = \"spiffe://example.com\"\njwks = [\"issuer.jwks.json\"]\n";
    assert_eq!(folder.problems(&format!("{ACCEPTED}{other}")), [("trust.shared_key", 11, 9)]);
    // The same key in another form is the same key.
    let other = other.replace("jwks = [\"issuer.jwks.json\"]", "keys = [\"issuer.pub.pem\"]");
    assert_eq!(folder.problems(&format!("{ACCEPTED}{other}")), [("trust.shared_key", 11, 9)]);
    let again = "[[domains]]\norigin = \"wimse://example.com\"\n";
    assert_eq!(folder.problems(&format!("{ACCEPTED}{again}")), [("trust.duplicate_origin", 10, 10)]);
}

#[test]
fn all_that_is_wrong_is_told_in_the_order_of_the_file() {
    let folder = Folder::new("all");
    let text = ACCEPTED.replace("leeway = 30", "leeway = 900").replace("issuer.jwks.json", "none.json");
    let text = text.replace("api.example.com", "api.example.com/x").replace("wimse://e", "wimse://E");
    let origin = ("identifier.trust_domain_character", 6, 10);
    assert_eq!(
        folder.problems(&text),
        [("audience.base", 2, 19), ("config.value", 4, 10), origin, ("config.file", 7, 9)]
    );
}

#[test]
fn key_material_in_the_file_is_not_repeated() {
    let folder = Folder::new("secrets");
    let secret = "uEE_3oqD3rlI7ZjEBduISzVxjRQKEpDgQF715TPHLN4";
    for text in [
        format!("key = '{{\"d\":\"{secret}\"}}'"),
        format!("[[domains]]\norigin = 'wimse://a'\nkeys = ['{{\"d\":\"{secret}\"}}']"),
        format!("x = -----BEGIN PRIVATE KEY----- {secret}"),
        secret.to_owned(),
        format!("{}{secret}", "x".repeat(500)),
    ] {
        let problems = folder.read(&text).unwrap_err();
        assert!(
            !problems.is_empty() && problems.iter().all(|problem| !format!("{problem:?}").contains(secret)),
            "{problems:?}"
        );
    }
}

#[test]
fn columns_count_characters() {
    let folder = Folder::new("columns");
    let text = ACCEPTED.replace("leeway = 30", "proof-algorithms = [\"é\", \"ES256\", \"x\"]");
    assert_eq!(folder.problems(&text), [("alg.unsupported", 4, 21), ("alg.unsupported", 4, 35)]);
    let windows = ACCEPTED.replace('\n', "\r\n");
    assert_eq!(folder.problems(&windows), []);
    assert_eq!(folder.problems(&windows.replace("leeway", "leewa")), [("config.unknown_key", 4, 1)]);
}

#[test]
fn warnings_do_not_refuse() {
    let folder = Folder::new("warnings");
    let codes = |text: &str| {
        let loaded = folder.read(text).unwrap();
        // Who may write new files depends on where the test runs.
        let codes = loaded.warnings.iter().map(|warning| warning.code);
        codes.filter(|code| *code != "config.writable").collect::<Vec<_>>()
    };
    assert!(codes(ACCEPTED).is_empty());
    for (from, to, expected) in [
        ("[recipient]\naudience-bases = [\"https://api.example.com\"]\n", "", "config.no_audience"),
        ("audience-bases", "audience-values = [\"queue\"]\naudience-bases", "config.value_without_path"),
        ("issuers = [\"https://id.example.com\"]\n", "", "config.any_issuer"),
        ("issuers", "algorithms = [\"Ed25519\"]\nissuers", "config.unused_key"),
        ("issuers", "keys = [\"issuer.pub.pem\"]\nissuers", "config.ambiguous_key"),
        ("leeway = 30", "profile = \"wit-svid\"\nallow-audience = true", "config.no_effect"),
        ("leeway = 30", "refuse-eddsa-name = true\nproof-algorithms = [\"EdDSA\"]", "config.no_effect"),
        ("[wit]", "context-fields = [\"Txn-Token\"]\n[wit]", "config.no_effect"),
    ] {
        assert_eq!(codes(&ACCEPTED.replacen(from, to, 1)), [expected], "{to}");
    }
    let empty = format!("{ACCEPTED}[[domains]]\norigin = 'wimse://b'\nissuers = ['https://b']\n");
    assert_eq!(codes(&empty), ["config.no_key"]);
}

/// A key without `kid` and `alg` is told once, and not once for each algorithm.
#[test]
fn keys_that_nobody_can_choose_are_told_once() {
    let folder = Folder::new("ambiguous");
    // Curve25519 has two names for one algorithm, and RSA has six algorithms.
    for algorithm in [Algorithm::EdDsa, Algorithm::Ps384] {
        if !Algorithm::all().any(|known| known == algorithm) {
            let _ = std::io::Write::write_all(&mut std::io::stderr(), b"skipped: RSA\n");
            continue;
        }
        for name in ["first.pem", "second.pem"] {
            let key = SigningKey::generate(algorithm).unwrap();
            std::fs::write(folder.0.join(name), key.public_key().to_spki_pem()).unwrap();
        }
        let told = |keys: &str| {
            let text = ACCEPTED.replace("issuers", &format!("keys = {keys}\nissuers"));
            let warnings = folder.read(&text).unwrap().warnings;
            warnings.iter().filter(|warning| warning.code == "config.ambiguous_key").count()
        };
        assert_eq!(told(r#"["first.pem", "second.pem"]"#), 1, "{algorithm}");
        assert_eq!(told(r#"["first.pem"]"#), 0, "{algorithm}");
    }
}

#[cfg(unix)]
#[test]
fn who_can_write_a_key_file_can_be_anybody() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new("writable");
    for (mode, expected) in [(0o644, 0), (0o444, 0), (0o664, 1), (0o646, 1)] {
        let file = folder.0.join("issuer.jwks.json");
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
        let warnings = folder.read(ACCEPTED).unwrap().warnings;
        let found = warnings.iter().filter(|warning| (warning.code, warning.line) == ("config.writable", 7));
        assert_eq!(found.count(), expected, "{mode:o}");
    }
}

#[test]
fn without_an_audience_there_is_no_verifier_of_proofs() {
    let folder = Folder::new("audience");
    assert!(folder.read(ACCEPTED).unwrap().wpt_verifier().is_ok());
    assert!(folder.read(ACCEPTED).unwrap().signature_verifier().is_ok());
    let nobody = ACCEPTED.replace("audience-bases = [\"https://api.example.com\"]\n", "");
    assert!(folder.read(&nobody).unwrap().wpt_verifier().is_err());
    assert!(folder.read(&nobody).unwrap().signature_verifier().is_err());
}

#[test]
fn the_example_of_the_help_is_accepted() {
    let folder = Folder::new("help");
    let (_, example) = check::HELP.split_once(":\n\n  [recipient]").unwrap();
    // Another key than that of the set would need a file of its own.
    let example = format!("[recipient]{example}").replace("\"issuer.pub.pem\"", "");
    let loaded = folder.read(&example).unwrap_or_else(|problems| panic!("{problems:?}"));
    let limits = example.find("  [serve.limits]").unwrap()..example.find("  [[serve.routes]]").unwrap();
    let usual = folder.read(&example.replace(&example[limits], "")).unwrap();
    assert_eq!(
        serde_json::to_value(loaded.serve()).unwrap(),
        serde_json::to_value(usual.serve()).unwrap(),
        "what the example calls the limits"
    );
    let (start, _) = locate::START.rsplit_once("\n\n").unwrap();
    let least = folder.read(start).unwrap_or_else(|problems| panic!("{problems:?}"));
    // What the example calls the defaults are the defaults.
    assert_eq!(serde_json::to_value(&loaded.wpt).unwrap(), serde_json::to_value(&least.wpt).unwrap());
    assert_eq!(serde_json::to_value(&loaded.httpsig).unwrap(), serde_json::to_value(&least.httpsig).unwrap());
    assert_eq!(serde_json::to_value(&loaded.wit).unwrap(), serde_json::to_value(&least.wit).unwrap());
}

#[test]
fn files_are_relative_to_the_configuration() {
    let folder = Folder::new("relative");
    let elsewhere = Loaded::read(&Source::of(Path::new("wimse.toml"), ACCEPTED));
    assert_eq!(elsewhere.unwrap_err()[0].code, "config.file");
    assert_eq!(folder.problems(ACCEPTED), []);
}

#[test]
fn certificates_may_be_all_that_is_trusted() {
    let folder = Folder::new("authorities");
    let text = "[recipient]\naudience-bases = [\"https://a.example\"]\n[[domains]]\n\
                origin = \"wimse://example.com\"\nca-certificates = [\"ca.pem\"]\n";
    let loaded = folder.read(text).unwrap();
    assert_eq!((loaded.domains[0].ca_certificates.len(), loaded.warnings.len()), (1, 0));
    let second =
        format!("{text}[[domains]]\norigin = \"spiffe://example.com\"\nca-certificates = [\"ca.pem\"]\n");
    for (text, expected) in [
        (text.replace("ca.pem", "none.pem"), ("config.file", 5, 20)),
        (text.replace("ca.pem", "issuer.pub.pem"), ("ca.encoding", 5, 20)),
        (text.replace("\"ca.pem\"", ""), ("config.nothing_trusted", 4, 10)),
        (second, ("trust.shared_ca", 8, 20)),
    ] {
        assert_eq!(folder.problems(&text), [expected], "{text}");
    }
}
