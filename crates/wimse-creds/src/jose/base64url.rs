//! Base64url without padding and without non-zero trailing bits (RFC 4648 5, RFC 7515 2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Not canonical unpadded base64url, or not of the expected length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotBase64Url;

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn decode(text: &str) -> Result<Vec<u8>, NotBase64Url> {
    // The engine of this constant refuses padding and trailing bits.
    URL_SAFE_NO_PAD.decode(text).map_err(|_| NotBase64Url)
}

/// Decodes into exactly the bytes of `out`.
pub(crate) fn decode_exact(text: &str, out: &mut [u8]) -> Result<(), NotBase64Url> {
    // Length first: n bytes are ceil(4n / 3) characters.
    if text.len() != (out.len() * 4).div_ceil(3) {
        return Err(NotBase64Url);
    }
    match URL_SAFE_NO_PAD.decode_slice(text, out) {
        Ok(written) if written == out.len() => Ok(()),
        _ => Err(NotBase64Url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_per_value() {
        assert_eq!(decode("Zg"), Ok(b"f".to_vec()));
        for text in ["Zg==", "Zh", "Z", "Z g", "Zg\n", "+/", "Zé"] {
            assert_eq!(decode(text), Err(NotBase64Url), "{text:?}");
        }
        let mut out = [0; 2];
        assert_eq!(decode_exact("AAA", &mut out), Ok(()));
        assert_eq!(decode_exact("AAAA", &mut out), Err(NotBase64Url));
        assert_eq!(decode_exact("AA", &mut out), Err(NotBase64Url));
    }
}
