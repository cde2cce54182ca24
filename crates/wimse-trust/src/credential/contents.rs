//! The contents of the files of a WIT and its key.

use super::RenewalError;
use std::path::Path;
use wimse_creds::WorkloadIdentityToken;
use wimse_creds::key::{KeyError, SigningKey};
use wimse_creds::pop::WitCredential;
use wimse_mtls::read_file;
use zeroize::Zeroizing;

#[derive(PartialEq, Eq)]
pub(super) struct Contents {
    wit: Zeroizing<Vec<u8>>,
    key: Zeroizing<Vec<u8>>,
}

impl Contents {
    /// Reads both, and again if the WIT was replaced in between: as a folder is, whose `..data` link is turned over.
    pub(super) fn read(wit: &Path, key: &Path) -> Result<Self, RenewalError> {
        let mut contents = Self { wit: read_file(wit)?, key: read_file(key)? };
        for _ in 0..TRIES {
            let again = read_file(wit)?;
            if again == contents.wit {
                break;
            }
            contents = Self { wit: again, key: read_file(key)? };
        }
        Ok(contents)
    }

    /// The WIT says what kind of key it is.
    pub(super) fn load(&self) -> Result<WitCredential, RenewalError> {
        let text = str::from_utf8(&self.wit).unwrap_or_default();
        let wit = WorkloadIdentityToken::parse(text.trim_ascii())?;
        let algorithm = wit.claimed_confirmation_key()?.algorithm();
        let key = str::from_utf8(&self.key).map_err(|_| KeyError::Encoding)?;
        let key = if key.trim_ascii_start().starts_with('{') {
            SigningKey::from_jwk_as(algorithm, key)?
        } else {
            SigningKey::from_pkcs8_pem(algorithm, key)?
        };
        Ok(WitCredential::new(wit, key)?)
    }
}

/// A folder that changes more often than this is read at the next time.
const TRIES: usize = 2;
