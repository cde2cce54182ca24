//! The certificate that a connection shows.

use wimse::creds::{key::SigningKey, wic::WicCredential};

use super::folder::now;

/// Certificates, and a key that is perhaps not that of the first.
#[derive(Clone)]
#[cfg_attr(not(feature = "mtls"), allow(dead_code, reason = "nobody asks for a certificate without TLS"))]
pub(crate) struct Shown {
    /// DER; the first is that of the client.
    pub(crate) chain: Vec<Vec<u8>>,
    /// PKCS#8.
    pub(crate) key: Vec<u8>,
}

impl Shown {
    pub(crate) fn new(chain: impl IntoIterator<Item = Vec<u8>>, key: &SigningKey) -> Result<Self, String> {
        let key = key.to_pkcs8_der().map_err(|error| error.to_string())?.to_vec();
        Ok(Self { chain: chain.into_iter().collect(), key })
    }

    /// Those of a credential.
    pub(crate) fn of(credential: &WicCredential) -> Result<Self, String> {
        let key = credential.key_for_tls(now()).map_err(|error| error.to_string())?.to_vec();
        Ok(Self { chain: credential.wic().chain().iter().map(|one| one.to_vec()).collect(), key })
    }
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown").field("certificates", &self.chain.len()).finish_non_exhaustive()
    }
}
