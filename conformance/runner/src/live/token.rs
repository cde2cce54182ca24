//! Tokens with anything in them, good or not.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use wimse::creds::key::SigningKey;

/// A token in the making.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) signed_by: SignedBy,
}

/// With whose key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignedBy {
    /// The issuer whom the server trusts.
    Issuer,
    /// An issuer whom nobody knows; his key has the same `kid`.
    OtherIssuer,
    /// The workload whose request it is.
    Workload,
    /// A workload with another key.
    Other,
    /// Nobody: the signature is empty.
    Nobody,
    /// With the public key of the one who should, as the secret of HS256.
    PublicKeyAsSecret,
}

impl Token {
    pub(crate) fn of(header: Value, claims: Value, signed_by: SignedBy) -> Self {
        let members = |value| if let Value::Object(members) = value { members } else { Map::new() };
        Self { header: members(header), claims: members(claims), signed_by }
    }

    /// In compact serialization. `key` is the one that signs; of [`SignedBy::PublicKeyAsSecret`] its public part.
    pub(crate) fn serialize(&self, key: &SigningKey) -> Result<String, String> {
        let part =
            |members: &Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(members.clone()).to_string());
        let input = format!("{}.{}", part(&self.header), part(&self.claims));
        let signature = match self.signed_by {
            SignedBy::Nobody => Vec::new(),
            SignedBy::PublicKeyAsSecret => hmac(key.public_key().to_spki_pem().as_bytes(), input.as_bytes()),
            _ => key.sign(input.as_bytes()).map_err(|error| error.to_string())?,
        };
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// What `wth`, `tth` and the entries of `oth` are.
pub(crate) fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    let hashed = Sha256::digest(secret);
    let secret = if secret.len() > block.len() { &hashed[..] } else { secret };
    block.iter_mut().zip(secret).for_each(|(place, byte)| *place = *byte);
    let keyed = |pad: u8, message: &[u8]| {
        let start: Vec<u8> = block.iter().map(|byte| byte ^ pad).collect();
        Sha256::new().chain_update(start).chain_update(message).finalize()
    };
    keyed(0x5c, &keyed(0x36, message)).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_is_that_of_rfc_4231() {
        let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(
            hex(hmac(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(hmac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
