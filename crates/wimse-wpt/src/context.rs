//! Hashes over what travels with a proof: the WIT, the `Txn-Token` and other context tokens (wpt 2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use sha2::{Digest, Sha256};
use wimse_creds::WORKLOAD_IDENTITY_TOKEN;

/// The `Txn-Token` header field (draft-ietf-oauth-transaction-tokens), bound by `tth` and never by `oth`.
pub const TXN_TOKEN: HeaderName = HeaderName::from_static("txn-token");

/// A hash as it stands in `wth`, `tth` and `oth`: base64url without padding.
pub(crate) fn encode(hash: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(hash)
}

/// Whether a claim is this hash. Another spelling of the same hash is another value.
pub(crate) fn is_hash(claim: &str, hash: &[u8; 32]) -> bool {
    let mut claimed = [0; 32];
    claim.len() == 43
        && URL_SAFE_NO_PAD.decode_slice(claim, &mut claimed) == Ok(claimed.len())
        && claimed == *hash
}

/// Whether a claim is the hash of a field value without leading and trailing SP and HTAB.
pub(crate) fn is_hash_of_trimmed(claim: &str, value: &[u8]) -> bool {
    is_hash(claim, &Sha256::digest(trim(value)).into())
}

/// The hash of a field value without leading and trailing SP and HTAB (decision 26).
pub(crate) fn hash_trimmed(value: &[u8]) -> String {
    encode(&Sha256::digest(trim(value)).into())
}

fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// The transaction token and the other context tokens of a message, by name.
pub(crate) type Gathered<'a> = (Option<&'a [u8]>, Vec<(&'a str, &'a [u8])>);

/// The `Txn-Token` and those of the configured fields that are there; none of them may be repeated (WPT-2-12).
pub(crate) fn gather<'a>(headers: &'a HeaderMap, fields: &'a [HeaderName]) -> Result<Gathered<'a>, Repeated> {
    let txn_token = at_most_once(headers, &TXN_TOKEN)?;
    let mut context = Vec::new();
    for name in fields {
        if let Some(value) = at_most_once(headers, name)? {
            context.push((name.as_str(), value));
        }
    }
    Ok((txn_token, context))
}

/// The names of context tokens, for `Debug` forms that must not show the tokens (decision 46).
pub(crate) fn names<'a>(context: &[(&'a str, &[u8])]) -> Vec<&'a str> {
    context.iter().map(|(name, _)| *name).collect()
}

fn at_most_once<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, Repeated> {
    let mut lines = headers.get_all(name).iter();
    let value = lines.next().map(http::HeaderValue::as_bytes);
    if lines.next().is_some() { Err(Repeated(name.as_str().to_owned())) } else { Ok(value) }
}

/// The fields that `oth` may name: each once, without those that are bound otherwise.
pub(crate) fn distinct(fields: impl IntoIterator<Item = HeaderName>) -> Vec<HeaderName> {
    let mut distinct: Vec<HeaderName> = Vec::new();
    for field in fields {
        let bound_otherwise = [TXN_TOKEN, AUTHORIZATION, WORKLOAD_IDENTITY_TOKEN].contains(&field);
        if !bound_otherwise && !distinct.contains(&field) {
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
        assert!(is_hash_of_trimmed(&hash_trimmed(b"token"), b" token\t"));
        assert!(!is_hash_of_trimmed(&hash_trimmed(b"token"), b"tokem"));
    }

    #[test]
    fn a_hash_has_one_spelling() {
        let bytes = Sha256::digest(b"token").into();
        let hash = encode(&bytes);
        assert!(is_hash(&hash, &bytes));
        // The last character has two bits that no hash uses.
        let last =
            URL_SAFE.iter().filter(|last| is_hash(&format!("{}{}", &hash[..42], **last as char), &bytes));
        assert_eq!(last.count(), 1);
        for spelling in [format!("{hash}="), format!("{hash}A"), hash[..42].to_owned(), hash.to_uppercase()] {
            assert!(!is_hash(&spelling, &bytes), "{spelling}");
        }
    }

    const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
}
