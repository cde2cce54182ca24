//! Looks for secrets, and for pieces of them, in whatever form they may have been written.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::{HashMap, HashSet};

/// So many bytes of a binary secret, one after the other, are a leak in any form.
const RUN: usize = 16;
/// Of text, whose first words are known to all (`{"alg":"ES256"}`).
const TEXT_RUN: usize = 32;

/// Secrets, in all their forms.
#[derive(Default)]
pub(crate) struct Search {
    /// By the length of the pieces: each piece, and whose it is.
    pieces: HashMap<usize, HashMap<Vec<u8>, String>>,
    beginnings: Beginnings,
    secrets: usize,
}

impl Search {
    /// Bytes, such as a private key or a signature.
    pub(crate) fn add_binary(&mut self, name: &str, secret: &[u8]) {
        self.add(name, secret, RUN);
    }

    /// Text, such as a token.
    pub(crate) fn add_text(&mut self, name: &str, secret: &str) {
        self.add(name, secret.as_bytes(), TEXT_RUN);
    }

    pub(crate) fn len(&self) -> usize {
        self.secrets
    }

    fn add(&mut self, name: &str, secret: &[u8], run: usize) {
        self.secrets += 1;
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        self.add_form(&format!("{name}, raw"), secret, run);
        self.add_form(&format!("{name}, in hex"), hex.as_bytes(), 2 * run);
        self.add_form(&format!("{name}, in HEX"), hex.to_uppercase().as_bytes(), 2 * run);
        // As `{:?}` shows bytes.
        let list: String = secret.iter().map(|byte| format!("{byte}, ")).collect();
        self.add_form(&format!("{name}, as a list"), list.as_bytes(), 3 * run);
        // Three ways in which it may lie among other bytes that are encoded with it.
        for before in 0..3 {
            let mut bytes = vec![0; before];
            bytes.extend_from_slice(secret);
            for (form, text) in
                [("base64", STANDARD_NO_PAD.encode(&bytes)), ("base64url", URL_SAFE_NO_PAD.encode(&bytes))]
            {
                // The characters at both ends are of other bytes, too.
                let inner =
                    &text.as_bytes()[4 * before.min(1)..text.len().saturating_sub(4).max(4 * before.min(1))];
                self.add_form(&format!("{name}, in {form}"), inner, run * 4 / 3);
            }
        }
    }

    /// Every run of this length has one of these pieces in it, wherever it begins.
    fn add_form(&mut self, name: &str, form: &[u8], run: usize) {
        let (length, step) = (run * 3 / 4, run - run * 3 / 4 + 1);
        let pieces = self.pieces.entry(length).or_default();
        for piece in form.windows(length).step_by(step) {
            self.beginnings.add(piece);
            pieces.entry(piece.to_vec()).or_insert_with(|| name.to_owned());
        }
    }

    /// What was found, each once, with what stands around it.
    pub(crate) fn find(&self, text: &[u8]) -> Vec<String> {
        let (mut found, mut names) = (Vec::new(), HashSet::new());
        for at in
            (0..text.len().saturating_sub(BEGINNING)).filter(|at| self.beginnings.may_have(&text[*at..]))
        {
            for (length, pieces) in &self.pieces {
                if let Some(piece) = text.get(at..at + length)
                    && let Some(name) = pieces.get(piece)
                    && names.insert(name)
                {
                    let around = &text[at.saturating_sub(120)..(at + 80).min(text.len())];
                    found.push(format!("{name}: …{}…", String::from_utf8_lossy(around)));
                }
            }
        }
        found
    }
}

/// So long is what is looked at first.
const BEGINNING: usize = 8;

/// Which beginnings there are; perhaps some more.
struct Beginnings(Vec<bool>);

impl Default for Beginnings {
    fn default() -> Self {
        Self(vec![false; 1 << 22])
    }
}

impl Beginnings {
    fn place(text: &[u8]) -> usize {
        let beginning = u64::from_le_bytes(text[..BEGINNING].try_into().unwrap());
        usize::try_from(beginning.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 42).unwrap()
    }

    fn add(&mut self, piece: &[u8]) {
        self.0[Self::place(piece)] = true;
    }

    fn may_have(&self, text: &[u8]) -> bool {
        self.0[Self::place(text)]
    }
}

#[test]
fn every_form_of_a_secret_and_every_piece_of_it_is_found() {
    let secret: Vec<u8> = (0..32).map(|number: u8| number.wrapping_mul(151).wrapping_add(77)).collect();
    let mut search = Search::default();
    search.add_binary("key", &secret);
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let among = |before: usize, after: usize| [&vec![7; before][..], &secret, &vec![9; after]].concat();
    for before in 0..4 {
        for after in 0..4 {
            let bytes = among(before, after);
            for text in [
                bytes.clone(),
                STANDARD_NO_PAD.encode(&bytes).into_bytes(),
                URL_SAFE_NO_PAD.encode(&bytes).into_bytes(),
                format!("{bytes:?}").into_bytes(),
            ] {
                assert!(
                    !search.find(&text).is_empty(),
                    "{before} {after} {}",
                    String::from_utf8_lossy(&text)
                );
            }
        }
    }
    for text in [&hex, &hex.to_uppercase(), &hex[8..44]] {
        assert!(!search.find(text.as_bytes()).is_empty(), "{text}");
    }
    // A part, and one that is too small to be of use to anybody.
    assert!(!search.find(&secret[5..21]).is_empty());
    assert!(!search.find(URL_SAFE_NO_PAD.encode(&secret[3..27]).as_bytes()).is_empty());
    assert!(search.find(&secret[5..16]).is_empty());
    assert!(
        search.find(b"The key is in the gardener's house, behind the door with the green jar").is_empty()
    );

    let mut search = Search::default();
    search.add_text("token", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl");
    assert!(!search.find(b"... JFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnb ...").is_empty());
    assert!(search.find(b"eyJhbGciOiJFUzI1NiJ9").is_empty());
}
