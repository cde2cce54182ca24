//! Which algorithms fit which keys, in words, and which of them is the usual one.

use serde::Deserialize;
use wimse::creds::key::Algorithm;

/// Kinds of keys, as people call them, and the algorithms for them, the usual one first.
///
/// For RSA that is `PS256`: what is new should use PSS (RFC 8017 8). A key that says another one keeps it.
const KINDS: [(&str, &[Algorithm]); 5] = [
    ("P-256", &[Algorithm::Es256]),
    ("P-384", &[Algorithm::Es384]),
    ("P-521", &[Algorithm::Es512]),
    ("Ed25519", &[Algorithm::Ed25519, Algorithm::EdDsa]),
    (
        "RSA",
        &[
            Algorithm::Ps256,
            Algorithm::Ps384,
            Algorithm::Ps512,
            Algorithm::Rs256,
            Algorithm::Rs384,
            Algorithm::Rs512,
        ],
    ),
];

/// The usual algorithms: a key that names none fits one of them.
pub(super) fn usual() -> impl Iterator<Item = Algorithm> {
    in_this_build().map(|(_, algorithms)| algorithms[0])
}

/// The kinds of keys of this build, such as "P-256, Ed25519 or RSA".
pub(super) fn kinds() -> String {
    let names: Vec<&str> = in_this_build().map(|(name, _)| name).collect();
    in_words(&names, "or")
}

/// Whether this build has algorithms for RSA.
pub(super) fn has_rsa() -> bool {
    in_this_build().any(|(name, _)| name == RSA)
}

/// Every kind with its algorithms, such as "ES256 for P-256, Ed25519 or EdDSA for Ed25519".
pub(super) fn pairs() -> String {
    let pairs = in_this_build().map(|(name, algorithms)| format!("{} for {name}", alternatives(algorithms)));
    pairs.collect::<Vec<_>>().join(", ")
}

/// What fits the key of a JWK by its `kty` and `crv`, such as "ES384 for P-384".
pub(super) fn pair_of_jwk(json: &[u8]) -> Option<String> {
    let Members { kty, crv } = serde_json::from_slice(json).ok()?;
    let kind = if kty == RSA { RSA } else { crv.as_deref()? };
    let (name, algorithms) = in_this_build().find(|(name, _)| *name == kind)?;
    Some(format!("{} for {name}", alternatives(algorithms)))
}

/// As alternatives: "PS256, PS384 or PS512".
pub(super) fn alternatives(algorithms: &[Algorithm]) -> String {
    let names: Vec<&str> = algorithms.iter().map(|algorithm| algorithm.name()).collect();
    in_words(&names, "or")
}

/// A list with a word before the last: "one, two or three".
pub(crate) fn in_words<T: AsRef<str>>(names: &[T], word: &str) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} {word} {last}", first.join(", ")),
        _ => names.concat(),
    }
}

fn in_this_build() -> impl Iterator<Item = (&'static str, &'static [Algorithm])> {
    KINDS.into_iter().filter(|(_, algorithms)| Algorithm::all().any(|known| known == algorithms[0]))
}

const RSA: &str = "RSA";

/// What tells the kind of a key.
#[derive(Deserialize)]
struct Members {
    kty: String,
    crv: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::held::Held;
    use wimse::creds::key::SigningKey;

    /// The library decides what fits; this table only says it.
    #[test]
    fn the_table_is_what_the_library_accepts() {
        let kinds: Vec<_> = in_this_build().collect();
        let listed = kinds.iter().flat_map(|(_, algorithms)| algorithms.iter());
        assert_eq!(listed.count(), Algorithm::all().count());
        for (name, algorithms) in kinds {
            let key = SigningKey::generate(algorithms[0]).unwrap();
            let pem = key.public_key().to_spki_pem();
            for algorithm in Algorithm::all() {
                let fits = Held::read(pem.as_bytes(), Some(algorithm)).is_ok();
                assert_eq!(fits, algorithms.contains(&algorithm), "{name} {algorithm}");
            }
            let jwk = key.public_key().to_jwk();
            assert_eq!(pair_of_jwk(jwk.as_bytes()), Some(format!("{} for {name}", alternatives(algorithms))));
        }
    }

    #[test]
    fn lists_are_read_aloud() {
        for (names, text) in
            [(vec![], ""), (vec!["a"], "a"), (vec!["a", "b"], "a or b"), (vec!["a", "b", "c"], "a, b or c")]
        {
            assert_eq!(in_words::<&str>(&names, "or"), text);
        }
    }
}
