//! The transcripts of the manual are what the command prints. `TRYCMD=overwrite` writes them anew.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

#[path = "transcripts/build.rs"]
mod build;
#[path = "transcripts/commands.rs"]
mod commands;
#[path = "transcripts/document.rs"]
mod document;
#[path = "transcripts/fixture.rs"]
mod fixture;
#[path = "transcripts/page.rs"]
mod page;
mod workshop;

use page::Transcript;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use workshop::{NOW, Workshop};

#[test]
fn transcripts_show_what_the_command_prints() {
    if !build::is_reproducible() {
        return;
    }
    let stage = Path::new(env!("CARGO_TARGET_TMPDIR")).join("transcripts");
    let _ = fs::remove_dir_all(&stage);
    let is_in_pairs = |page: &Path| IN_PAIRS.iter().any(|name| page.file_stem().unwrap() == *name);
    let pages = page::all().into_iter().filter(|page| !is_in_pairs(page));
    let pages = pages.filter(|page| is_for_this_build(page));
    let pages: Vec<(PathBuf, PathBuf)> = pages.map(|page| (put_page(&stage, &page), page)).collect();
    let documents = put_documents(&stage);

    let cases = trycmd::TestCases::new();
    cases.env("WIMSE_CONFIG", "").register_bin("wimse", Path::new(env!("CARGO_BIN_EXE_wimse")));
    cases.case(stage.join("*/*.md")).case(stage.join("*/*.toml")).run();

    // Only a whole build may say what the transcripts are.
    if !build::is_whole() {
        return;
    }
    for (staged, page) in pages {
        take_back(&page::from_trycmd(&fs::read_to_string(staged).unwrap()), &page);
    }
    for (staged, document) in documents {
        take_back(&fs::read_to_string(staged).unwrap(), &document);
    }
}

/// This page is run where there is nothing.
const IN_EMPTY_FOLDER: &str = "no-configuration";

/// Of these pages several commands run at a time, in `tests/tls.rs`, `tests/serve`, `tests/gateway` and `tests/dev_server.rs`.
const IN_PAIRS: [&str; 6] = ["calling", "dev-server", "first-call", "gateway", "mutual-tls", "serving"];

/// This page needs every algorithm.
const OF_WHOLE_BUILD: &str = "algorithms";

fn is_for_this_build(page: &Path) -> bool {
    let is = build::is_whole() || page.file_stem().unwrap() != OF_WHOLE_BUILD;
    if !is {
        build::skipped("RSA");
    }
    is
}

/// Copies a page, and gives it a folder of its own for its commands.
fn put_page(stage: &Path, page: &Path) -> PathBuf {
    let folder = page.parent().and_then(Path::file_name).unwrap();
    let staged = stage.join(folder).join(page.file_name().unwrap());
    let commands = staged.with_extension("in");
    if page.file_stem().unwrap() == IN_EMPTY_FOLDER {
        fs::create_dir_all(commands).unwrap();
    } else {
        fixture::copy_to(&commands);
    }
    let text = build::with_its_algorithms(&fs::read_to_string(page).unwrap());
    fs::write(&staged, page::for_trycmd(&text)).unwrap();
    staged
}

/// Copies the cases with documents; they share a folder.
fn put_documents(stage: &Path) -> Vec<(PathBuf, PathBuf)> {
    let stage = stage.join("json");
    fixture::copy_to(&stage.join("fixture"));
    let files = document::folder().read_dir().unwrap().map(|entry| entry.unwrap().path());
    let put = |file: PathBuf| {
        let staged = stage.join(file.file_name().unwrap());
        let text = build::with_its_algorithms(&fs::read_to_string(&file).unwrap());
        fs::write(&staged, text).unwrap();
        (staged, file)
    };
    files.map(put).collect()
}

/// What `TRYCMD=overwrite` has changed.
fn take_back(content: &str, file: &Path) {
    if content != fs::read_to_string(file).unwrap() {
        assert_eq!(std::env::var("TRYCMD").as_deref(), Ok("overwrite"), "{}", file.display());
        fs::write(file, content).unwrap();
    }
}

fn of_pages() -> Vec<Transcript> {
    let pages = page::all();
    pages.iter().flat_map(|page| page::transcripts(&fs::read_to_string(page).unwrap())).collect()
}

/// Programs that are not known would be skipped, blocks without a language run, and backslashes mistaken.
#[test]
fn every_transcript_is_compared() {
    for page in page::all() {
        let page = fs::read_to_string(page).unwrap();
        for (language, lines) in page::blocks(&page) {
            assert!(["console", "sh", "toml", "http"].contains(&language), "{language:?}: {lines:?}");
        }
    }
    for Transcript { command, output, .. } in of_pages() {
        assert!(command.starts_with("wimse "), "{command}");
        if command.contains(" --json") {
            let document: Result<serde_json::Value, _> = serde_json::from_str(&output);
            assert!(document.is_ok(), "{command}: move it to tests/transcripts/json");
        }
    }
}

#[test]
fn files_in_the_pages_are_those_of_the_fixture() {
    let files = fixture::folder().read_dir().unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<String> = files.map(|file| fs::read_to_string(file).unwrap()).collect();
    let pages: Vec<String> = page::all().iter().map(|page| fs::read_to_string(page).unwrap()).collect();
    let blocks = pages.iter().flat_map(|page| page::blocks(page));
    let shown: Vec<String> = blocks
        .filter(|(language, _)| ["toml", "http"].contains(language))
        .map(|(_, lines)| lines.join("\n") + "\n")
        .collect();
    assert!(shown.len() >= 2, "{shown:?}");
    for block in shown {
        assert!(files.contains(&block), "no file is this:\n{block}");
    }
}

/// As text and as JSON: what is accepted, what is refused where something is judged, and what fails.
#[test]
fn every_subcommand_has_its_transcripts() {
    let texts: Vec<_> =
        of_pages().into_iter().map(|transcript| (transcript.command, transcript.exit)).collect();
    let documents: Vec<_> = document::all()
        .into_iter()
        .map(|(_, case)| (format!("wimse {}", case.args), case.status.code))
        .collect();
    let exits = |commands: &[(String, i32)], name: &str| -> BTreeSet<i32> {
        let of_it = commands.iter().filter(|(command, _)| command.starts_with(&format!("wimse {name}")));
        of_it.map(|(_, exit)| *exit).collect()
    };
    for command in commands::leaves() {
        let name = command.join(" ");
        let (text, json) = (exits(&texts, &name), exits(&documents, &name));
        assert!(text.contains(&0), "{name}: nothing is accepted");
        // The demo has ports in its document, and a test of its own.
        if name == "demo" {
            continue;
        }
        assert!(text.contains(&2) || text.contains(&3), "{name}: nothing fails");
        // These need each other, and have tests of their own.
        if name.starts_with("tls ") || ["call", "wit request"].contains(&name.as_str()) {
            assert!(text.contains(&1), "{name}: nothing is refused");
            continue;
        }
        // They run until they are stopped; what they refuse stands in their logs.
        if ["gateway", "serve"].contains(&name.as_str()) {
            continue;
        }
        assert!(json.contains(&0), "{name} --json: nothing is accepted");
        // Nothing is judged when a key is made.
        let made = ["key generate", "wic request", "dev-server token"];
        let refused = if made.contains(&name.as_str()) { 3 } else { 1 };
        assert!(text.contains(&refused), "{name}: nothing is refused");
        assert!(json.contains(&refused), "{name} --json: nothing is refused");
    }
}

/// The texts that show transcripts take them from the pages that are run.
#[test]
fn transcripts_elsewhere_are_those_of_the_pages() {
    let known: BTreeSet<String> = of_pages().into_iter().map(|transcript| transcript.text).collect();
    let mut found = 0;
    for (name, text) in other_texts() {
        for Transcript { command, text, .. } in page::transcripts(&text) {
            if !command.starts_with("wimse ") || command.starts_with("wimse demo") {
                continue;
            }
            found += 1;
            assert!(known.contains(&text), "{name}: in no page of docs/command:\n{text}");
        }
    }
    assert!(found >= 6, "{found}");
}

/// The READMEs and the manual of the crate `wimse`.
fn other_texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manual = root.join("crates/wimse/src/manual").read_dir().unwrap().map(|entry| entry.unwrap().path());
    let readmes = ["README.md", "crates/wimse-cli/README.md"].map(|file| root.join(file));
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap();
        let is_rust = file.extension().is_some_and(|end| end == "rs");
        (file.display().to_string(), if is_rust { documentation(&text) } else { text })
    };
    manual.chain(readmes).map(read).collect()
}

/// The documentation of a module.
fn documentation(source: &str) -> String {
    let lines = source.lines().filter_map(|line| line.strip_prefix("//!"));
    lines.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
}

#[test]
fn the_fixture_is_what_the_command_makes() {
    if !build::is_reproducible() {
        return;
    }
    let shop = Workshop::new();
    fixture::copy_to(&shop.path(""));
    let subject =
        ["--sub", "wimse://example.com/billing", "--iss", "https://id.example.com", "--jti", "wit-1"];
    let keys = ["--key", "billing.pub.jwk.json", "--issuer-key", "issuer.jwk.json", "--now", NOW];
    let wit = shop.make(&[&["wit", "issue"], &subject[..], &keys[..]].concat());
    assert_eq!(wit, shop.read("billing.wit"));

    let create = ["wpt", "create", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW];
    let signed = shop.make(&[&create[..], &["--request", "order.http", "--nonce", "proof-1"]].concat());
    assert_eq!(signed, shop.read("signed.http"));
    assert_eq!(signed.replacen("/orders", "/refunds", 1), shop.read("redirected.http"));

    let message = ["--aud", "urn:example:queue:orders", "--txn-token", "txn-token.txt", "--nonce", "proof-2"];
    assert_eq!(shop.make(&[&create[..], &message[..]].concat()), shop.read("message.wpt"));

    let subject =
        ["--sub", "wimse://example.com/orders", "--iss", "https://id.example.com", "--jti", "wit-2"];
    let keys = ["--key", "orders.jwk.json", "--issuer-key", "issuer.jwk.json", "--now", NOW];
    let wit = shop.make(&[&["wit", "issue"], &subject[..], &keys[..]].concat());
    assert_eq!(wit, shop.read("orders.wit"));

    let sign = ["httpsig", "sign", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW];
    let sign = [&sign[..], &["--nonce", "AAECAwQFBgcICQoLDA0ODw"]].concat();
    let signed = shop.make(&[&sign[..], &["order.http", "--require-signed-response"]].concat());
    assert_eq!(signed, shop.read("order-signed.http"));
    assert_eq!(signed.replacen("book", "boat", 1), shop.read("order-changed.http"));
    assert_eq!(shop.make(&[&sign[..], &["signed.http"]].concat()), shop.read("order-twice.http"));

    let answer = ["answer.http", "--for", "order-signed.http", "--nonce", "ICEiIyQlJicoKSorLC0uLw"];
    let keys = ["--wit", "orders.wit", "--key", "orders.jwk.json", "--now", NOW];
    let answer = shop.make(&[&["httpsig", "sign"], &answer[..], &keys[..]].concat());
    assert_eq!(answer, shop.read("answer-signed.http"));
    assert_eq!(answer.replacen("201 Created", "200 OK", 1), shop.read("answer-changed.http"));

    for (form, file) in [("jwks", "issuer.jwks.json"), ("pem", "issuer.pub.pem")] {
        assert_eq!(shop.make(&["key", "public", "issuer.jwk.json", "--format", form]), shop.read(file));
    }
    assert_eq!(shop.make(&["key", "public", "billing.jwk.json"]), shop.read("billing.pub.jwk.json"));
}
