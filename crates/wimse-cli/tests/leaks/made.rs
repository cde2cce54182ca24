//! The secrets that were made.

use crate::search::Search;
use crate::workshop::Workshop;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// What nobody but those who are concerned may have.
#[derive(Default)]
pub(crate) struct Made {
    texts: BTreeSet<String>,
    bytes: BTreeSet<Vec<u8>>,
}

/// Secrets that callers give away on purpose, and the form in which they do.
pub(crate) fn canaries() -> [(&'static str, Vec<u8>); 3] {
    let canary = |seed: u8| (0..32).map(|at: u8| at.wrapping_mul(167).wrapping_add(seed)).collect();
    [("in hex", canary(19)), ("in HEX", canary(82)), ("in base64url", canary(145))]
}

/// As it stands in a path.
pub(crate) fn given_away(form: &str, canary: &[u8]) -> String {
    let hex = || canary.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    match form {
        "in hex" => hex(),
        "in HEX" => hex().to_uppercase(),
        _ => URL_SAFE_NO_PAD.encode(canary),
    }
}

impl Made {
    /// A secret of another kind.
    pub(crate) fn text(&mut self, text: &str) {
        self.texts.insert(text.to_owned());
    }

    /// A token, and its signature.
    fn token(&mut self, token: &str) {
        self.texts.insert(token.to_owned());
        let signature = token.rsplit('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        self.bytes.extend(signature.filter(|signature| signature.len() >= 32));
    }

    /// Tokens, signatures and bearer tokens of messages, as they travel; many, one after the other.
    pub(crate) fn message(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let is_of_token = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        for word in text.split(|c: char| !is_of_token(c)) {
            if word.starts_with("ey") && word.matches('.').count() == 2 && word.len() > 60 {
                self.token(word);
            }
        }
        for (name, value) in text.lines().filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("signature") {
                for signature in value.split(':').skip(1).step_by(2) {
                    self.texts.insert(signature.to_owned());
                    self.bytes.extend(STANDARD.decode(signature));
                }
            }
            if let Some(token) = value.trim().strip_prefix("Bearer ") {
                self.texts.insert(token.to_owned());
            }
        }
    }

    /// Those in the files of a folder: keys as JWK and PEM, tokens. There are some.
    pub(crate) fn files(&mut self, shop: &Workshop) {
        let mut here = Self::default();
        here.folder(&shop.path(""));
        assert!(!here.bytes.is_empty() && !here.texts.is_empty(), "no secrets in the folder");
        self.texts.append(&mut here.texts);
        self.bytes.append(&mut here.bytes);
    }

    fn folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.folder(&path);
            }
            // What is no text is no file of these.
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let ends = |end: &str| path.to_string_lossy().ends_with(end);
            if ends(".log") || ends(".jsonl") {
                continue;
            }
            if ends(".token") {
                self.texts.insert(text.trim().to_owned());
            }
            if let Ok(json) = serde_json::from_str(&text) {
                self.json(&json);
            }
            self.pem(&text);
            self.message(text.as_bytes());
        }
    }

    /// Every private key in a document, wherever it stands.
    fn json(&mut self, json: &serde_json::Value) {
        match json {
            serde_json::Value::Object(members) => {
                if let Some(private) = members.get("d").and_then(|d| URL_SAFE_NO_PAD.decode(d.as_str()?).ok())
                {
                    self.bytes.insert(private);
                }
                members.values().for_each(|member| self.json(member));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| self.json(item)),
            serde_json::Value::String(text) => self.pem(text),
            _ => {}
        }
    }

    /// In PKCS#8 and SEC 1 the private part of a key on a curve is an octet string of its size.
    fn pem(&mut self, text: &str) {
        for part in text.split("-----BEGIN ").skip(1).filter(|part| part.contains("PRIVATE KEY-----")) {
            let body: String = part.lines().skip(1).take_while(|line| !line.starts_with('-')).collect();
            let der = STANDARD.decode(body).unwrap();
            for (at, _) in der.windows(2).enumerate().filter(|(_, pair)| *pair == [4, 32]) {
                self.bytes.extend(der.get(at + 2..at + 34).map(<[u8]>::to_vec));
            }
        }
    }

    pub(crate) fn search(&self) -> Search {
        let mut search = Search::default();
        let long = self.texts.iter().filter(|text| text.len() >= 32);
        long.enumerate().for_each(|(number, text)| search.add_text(&format!("text {number}"), text));
        let long = self.bytes.iter().filter(|bytes| bytes.len() >= 16);
        long.enumerate().for_each(|(number, bytes)| search.add_binary(&format!("bytes {number}"), bytes));
        search
    }
}
