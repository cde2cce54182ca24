//! Certificates in a file: one after the other in PEM, or one in DER.

use crate::exit::Failure;
use crate::input::Input;
use wimse::creds::limits::KEY_DOCUMENT_BYTES;
use wimse::creds::wic::pki_types::CertificateDer;
use wimse::creds::wic::pki_types::pem::PemObject as _;
use wimse::creds::wic::{ChainError, WicError};

/// Reads the certificates of a file that is to be judged. Text and keys between them are skipped, since they often
/// share a file.
pub(crate) fn read_chain(input: &Input) -> Result<Result<Vec<CertificateDer<'static>>, WicError>, Failure> {
    Ok(certificates(&input.read(KEY_DOCUMENT_BYTES)?))
}

fn certificates(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, WicError> {
    if bytes.len() > KEY_DOCUMENT_BYTES {
        return Err(WicError::Chain(ChainError::TooLarge { limit: KEY_DOCUMENT_BYTES }));
    }
    if bytes.first() == Some(&SEQUENCE) {
        return Ok(vec![CertificateDer::from(bytes.to_vec())]);
    }
    let chain = CertificateDer::pem_slice_iter(bytes).collect::<Result<Vec<_>, _>>();
    match chain {
        Ok(chain) if chain.is_empty() => Err(WicError::Chain(ChainError::Empty)),
        Ok(chain) => Ok(chain),
        Err(_) => Err(WicError::Encoding),
    }
}

/// How a certificate in DER begins; PEM never does.
const SEQUENCE: u8 = 0x30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let pem = b"text\n-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
        let twice = [&pem[..], pem].concat();
        assert_eq!(certificates(pem).unwrap(), [CertificateDer::from(vec![0x30, 0])]);
        assert_eq!(certificates(&twice).unwrap().len(), 2);
        assert_eq!(certificates(&[0x30, 0]).unwrap(), [CertificateDer::from(vec![0x30, 0])]);
        for (bytes, code) in [
            (&b"no certificate"[..], "wic.empty"),
            (b"", "wic.empty"),
            (b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n", "wic.encoding"),
            (&vec![b'-'; KEY_DOCUMENT_BYTES + 1], "wic.too_large"),
        ] {
            assert_eq!(certificates(bytes).unwrap_err().code(), code);
        }
    }
}
