//! The compact serialization (RFC 7515 7.1).

use super::base64url;
use super::error::JoseError;
use super::header::JoseHeader;
use crate::key::{Algorithm, PublicKey};
use std::fmt;

/// A compact JWS split into its three parts; nothing is decoded yet.
///
/// `Debug` shows its length only.
#[derive(Clone, Copy)]
pub struct CompactJws<'a> {
    text: &'a str,
    payload: usize,
    signature: usize,
}

impl<'a> CompactJws<'a> {
    /// Splits a token of at most `limit` bytes into three non-empty parts.
    ///
    /// # Errors
    ///
    /// [`JoseError::TooLarge`] or [`JoseError::Malformed`].
    pub fn split(text: &'a str, limit: usize) -> Result<Self, JoseError> {
        if text.len() > limit {
            return Err(JoseError::TooLarge { limit });
        }
        let payload = text.find('.').ok_or(JoseError::Malformed)? + 1;
        let signature = payload + text[payload..].find('.').ok_or(JoseError::Malformed)? + 1;
        let jws = Self { text, payload, signature };
        let parts =
            [jws.part(0, payload - 1), jws.part(payload, signature - 1), jws.part(signature, text.len())];
        if parts.iter().any(|part| part.is_empty()) || parts[2].contains('.') {
            return Err(JoseError::Malformed);
        }
        Ok(jws)
    }

    /// The whole token.
    pub(crate) fn as_str(&self) -> &'a str {
        self.text
    }

    /// The bytes that the signature is over.
    #[must_use]
    pub fn signing_input(&self) -> &'a [u8] {
        self.part(0, self.signature - 1).as_bytes()
    }

    /// The header, still encoded.
    #[must_use]
    pub fn encoded_header(&self) -> &'a str {
        self.part(0, self.payload - 1)
    }

    /// Decodes the header.
    ///
    /// # Errors
    ///
    /// [`JoseError::Base64`].
    pub fn header(&self) -> Result<Vec<u8>, JoseError> {
        decode(self.encoded_header())
    }

    /// Decodes the payload.
    ///
    /// # Errors
    ///
    /// [`JoseError::Base64`].
    pub fn payload(&self) -> Result<Vec<u8>, JoseError> {
        decode(self.part(self.payload, self.signature - 1))
    }

    /// Decodes the signature.
    ///
    /// # Errors
    ///
    /// [`JoseError::Base64`].
    pub fn signature(&self) -> Result<Vec<u8>, JoseError> {
        decode(self.part(self.signature, self.text.len()))
    }

    fn part(&self, start: usize, end: usize) -> &'a str {
        &self.text[start..end]
    }
}

impl fmt::Debug for CompactJws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompactJws").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// Verifies a compact JWS with one given key and a list of allowed algorithms; returns the payload.
///
/// For tools and tests. It says that this key signed these bytes, and nothing about what they mean: no `typ`, no
/// expiry, no identity. The limit is 16 KiB.
///
/// ```
/// use wimse_creds::jose;
/// use wimse_creds::key::{Algorithm, PublicKey};
///
/// // RFC 8037 A.4
/// let key = PublicKey::from_jwk_as(
///     Algorithm::EdDsa,
///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// let jws = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
/// assert_eq!(jose::verify(jws, &key, &[Algorithm::EdDsa])?, b"Example of Ed25519 signing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// A [`JoseError`]; [`JoseError::AlgorithmMismatch`] when `alg` is not the key's or not in the list.
pub fn verify(text: &str, key: &PublicKey, allowed: &[Algorithm]) -> Result<Vec<u8>, JoseError> {
    let jws = CompactJws::split(text, crate::limits::TOKEN_BYTES)?;
    let header = jws.header()?;
    let header = JoseHeader::parse(&header)?;
    if header.algorithm() != key.algorithm() || !allowed.contains(&header.algorithm()) {
        return Err(JoseError::AlgorithmMismatch);
    }
    let payload = jws.payload()?;
    key.verify(jws.signing_input(), &jws.signature()?).map_err(|_| JoseError::Signature)?;
    Ok(payload)
}

/// Makes a compact JWS from a header and a payload of our own making.
pub(crate) fn signing_input(header: &str, payload: &str) -> String {
    format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()))
}

/// Appends the signature to a signing input.
pub(crate) fn join(mut signing_input: String, signature: &[u8]) -> String {
    signing_input.push('.');
    signing_input.push_str(&base64url::encode(signature));
    signing_input
}

fn decode(part: &str) -> Result<Vec<u8>, JoseError> {
    base64url::decode(part).map_err(|_| JoseError::Base64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_three_parts() {
        assert!(CompactJws::split("a.b.c", 5).is_ok());
        assert_eq!(CompactJws::split("a.b.cd", 5).err(), Some(JoseError::TooLarge { limit: 5 }));
        for text in
            ["", ".", "..", "a.b", "a..c", ".b.c", "a.b.", "a.b.c.d", "a.b.c.d.e", "{\"payload\":\"\"}"]
        {
            assert_eq!(CompactJws::split(text, 100).err(), Some(JoseError::Malformed), "{text}");
        }
    }
}
