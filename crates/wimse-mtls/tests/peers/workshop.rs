//! Certificates with their keys, whoever made them.

use wimse_creds::UnixTime;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::wic::WicCredential;
use wimse_creds::wic::pki_types::CertificateDer;
use x509_cert::der::pem::{LineEnding, encode_string};

/// A chain of any kind, and the PKCS#8 key of its first certificate.
pub(crate) struct Forged {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: Vec<u8>,
}

impl Forged {
    pub(crate) fn of(credential: &WicCredential) -> Self {
        let key = credential.key_for_tls(now()).unwrap().to_vec();
        Self { chain: credential.wic().chain().to_vec(), key }
    }

    pub(crate) fn certificates_pem(&self) -> Vec<String> {
        let pem = |der: &CertificateDer<'_>| encode_string("CERTIFICATE", LineEnding::LF, der).unwrap();
        self.chain.iter().map(pem).collect()
    }

    pub(crate) fn key_pem(&self) -> String {
        encode_string("PRIVATE KEY", LineEnding::LF, &self.key).unwrap()
    }
}

pub(crate) fn key() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).unwrap()
}

/// The clock that the programs have too.
pub(crate) fn now() -> UnixTime {
    UnixTime::from(std::time::SystemTime::now())
}
