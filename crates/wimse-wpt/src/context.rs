//! Hashes over what travels with a proof: the WIT, the `Txn-Token` and other context tokens (wpt 2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use sha2::{Digest, Sha256};

/// The `Txn-Token` header field (draft-ietf-oauth-transaction-tokens), bound by `tth` and never by `oth`.
pub const TXN_TOKEN: HeaderName = HeaderName::from_static("txn-token");

/// base64url(SHA-256(bytes)): `wth`, and `tth` and the values of `oth` after trimming.
pub(crate) fn hash(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(bytes))
}

/// Whether a claim is the hash of these bytes. Another spelling of the same hash is another value.
pub(crate) fn is_hash_of(claim: &str, bytes: &[u8]) -> bool {
    let mut claimed = [0; 32];
    claim.len() == 43
        && URL_SAFE_NO_PAD.decode_slice(claim, &mut claimed) == Ok(claimed.len())
        && claimed[..] == Sha256::digest(bytes)[..]
}

/// Whether a claim is the hash of a field value without leading and trailing SP and HTAB.
pub(crate) fn is_hash_of_trimmed(claim: &str, value: &[u8]) -> bool {
    is_hash_of(claim, trim(value))
}

/// The hash of a field value without leading and trailing SP and HTAB (README row 26).
pub(crate) fn hash_trimmed(value: &[u8]) -> String {
    hash(trim(value))
}

fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// A field that is there once or not at all; `Err` if it is repeated (WPT-2-12).
pub(crate) fn at_most_once<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'a [u8]>, Repeated> {
    let mut lines = headers.get_all(name).iter();
    let value = lines.next().map(http::HeaderValue::as_bytes);
    if lines.next().is_some() { Err(Repeated(name.as_str().to_owned())) } else { Ok(value) }
}

/// The fields that `oth` may name: each once, without those that are bound otherwise.
pub(crate) fn distinct(fields: impl IntoIterator<Item = HeaderName>) -> Vec<HeaderName> {
    let mut distinct: Vec<HeaderName> = Vec::new();
    for field in fields {
        if field != TXN_TOKEN && field != AUTHORIZATION && !distinct.contains(&field) {
            distinct.push(field);
        }
    }
    distinct
}

/// The name of a field that is there more than once.
pub(crate) struct Repeated(pub(crate) String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_spaces_and_tabs_at_the_ends_go() {
        assert_eq!(trim(b" \ta b\t "), b"a b");
        assert_eq!(trim(b"  "), b"");
        assert_eq!(trim(b"\na\n"), b"\na\n");
        assert_eq!(hash_trimmed(b" token "), hash(b"token"));
        assert!(is_hash_of_trimmed(&hash(b"token"), b" token "));
    }

    #[test]
    fn a_hash_has_one_spelling() {
        let hash = hash(b"token");
        assert!(is_hash_of(&hash, b"token"));
        assert!(!is_hash_of(&hash, b"tokem"));
        assert!(!is_hash_of(&format!("{hash}="), b"token"));
        assert!(!is_hash_of(&hash[..42], b"token"));
        // The last character has two bits that no hash uses.
        let last = hash.as_bytes()[42];
        let twins = (b'A'..=b'Z').filter(|other| {
            *other != last && is_hash_of(&format!("{}{}", &hash[..42], *other as char), b"token")
        });
        assert_eq!(twins.count(), 0);
    }
}
