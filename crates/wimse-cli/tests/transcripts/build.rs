//! What a transcript says of the algorithms, in a build that has fewer of them.

use std::io::Write as _;
use wimse::creds::key::{Algorithm, Backend};

/// In the order in which the command lists them.
const ALL: [&str; 11] =
    ["ES256", "Ed25519", "EdDSA", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/// Whether this build is the one that the transcripts are of: it has all algorithms.
pub(crate) fn is_whole() -> bool {
    Algorithm::all().map(Algorithm::name).eq(ALL)
}

/// Whether it signs as the transcripts show: ECDSA is the same each time with one backend only.
pub(crate) fn is_reproducible() -> bool {
    let is = Backend::available().any(|backend| backend == Backend::Pure);
    if !is {
        skipped("reproducible signatures");
    }
    is
}

/// Says what is left out.
pub(crate) fn skipped(name: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {name}");
}

/// The text with the algorithms of this build where it lists all of them, also over several lines.
pub(crate) fn with_its_algorithms(text: &str) -> String {
    if is_whole() { text.to_owned() } else { replace(&replace(text, ", "), " or ") }
}

fn replace(text: &str, between: &str) -> String {
    let all = ALL.join(between);
    let words: Vec<&str> = all.split(' ').collect();
    let known: Vec<&str> = Algorithm::all().map(Algorithm::name).collect();
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(words[0]) {
        let (before, list) = rest.split_at(start);
        replaced.push_str(before);
        match after(list, &words) {
            Some(end) => {
                replaced.push_str(&known.join(between));
                rest = end;
            }
            None => {
                replaced.push_str(words[0]);
                rest = &list[words[0].len()..];
            }
        }
    }
    replaced + rest
}

/// What follows these words, with any white space between them.
fn after<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    words.iter().try_fold(text, |rest, word| rest.trim_start().strip_prefix(word))
}
