//! What proofs and senders are called in the store.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use wimse_creds::pop::ReplayKey;

/// The names of one service in the store. They have a fixed length and tell nothing of tokens, senders or identifiers.
#[derive(Debug)]
pub(crate) struct Names {
    prefix: String,
    pub(crate) sentinel: String,
}

impl Names {
    pub(crate) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), sentinel: format!("{prefix}birth") }
    }

    /// By the kind of proof, the key within which its identifier is unique, and the identifier (decision 23).
    pub(crate) fn proof(&self, key: &ReplayKey) -> String {
        let within = key.within();
        let within = within.as_ref().map_or(&b""[..], |thumbprint| thumbprint.as_bytes());
        self.name("p:", &[key.scope().name().as_bytes(), within, key.id().as_bytes()])
    }

    /// Of the counts of a sender, without their period.
    pub(crate) fn sender(&self, key: &ReplayKey) -> String {
        let mut name = self.name("s:", &[key.sender().as_str().as_bytes()]);
        name.push(':');
        name
    }

    fn name(&self, kind: &str, parts: &[&[u8]]) -> String {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut name = format!("{}{kind}", self.prefix);
        URL_SAFE_NO_PAD.encode_string(&digest[..BYTES], &mut name);
        name
    }
}

/// 128 bits: nobody finds another identifier with the hash of a given one.
const BYTES: usize = 16;
