//! Where new keys and certificates go.

use crate::exit::Failure;
use crate::key::Destination;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::path::Path;
use wimse::creds::key::{Algorithm, SigningKey};
use zeroize::Zeroizing;

/// A file for a certificate, or `-` for standard output.
#[derive(Debug, Clone)]
pub(crate) struct CertificateFile(Destination);

impl std::str::FromStr for CertificateFile {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.parse()?))
    }
}

impl CertificateFile {
    /// The file, for documents and texts; `None` where it is printed.
    pub(crate) fn file(&self) -> Option<String> {
        self.0.file()
    }

    pub(crate) fn check(&self, overwrite: bool) -> Result<(), Failure> {
        self.0.check(overwrite)
    }

    /// Nothing happens for standard output.
    pub(crate) fn write(&self, pem: &str, overwrite: bool) -> Result<(), Failure> {
        self.0.write_public(pem.as_bytes(), overwrite)
    }
}

/// Makes a key for a certificate.
pub(crate) fn generate(algorithm: Algorithm) -> Result<SigningKey, Failure> {
    SigningKey::generate(algorithm)
        .map_err(Failure::step("no key could be made"))
        .map_err(|failure| failure.next("look whether the operating system gives random bytes"))
}

/// A new key and what was made of it.
pub(crate) struct Made<T> {
    /// PKCS#8.
    pub(crate) key: Zeroizing<String>,
    pub(crate) pem: String,
    pub(crate) shown: T,
}

/// The private key in PKCS#8, as TLS libraries read it.
pub(crate) fn private_pem(key: &SigningKey) -> Result<Zeroizing<String>, Failure> {
    key.to_pkcs8_pem().map_err(Failure::step("the key cannot be encoded"))
}

/// Looks whether both may be written, has them made, and writes both, the key for its owner only.
pub(crate) fn write_both<T, E: From<Failure>>(
    key_file: &Path,
    file: &CertificateFile,
    overwrite: bool,
    make: impl FnOnce() -> Result<Made<T>, E>,
) -> Result<T, E> {
    if file.0.is(key_file) {
        let failure = Failure::usage("both would go to the same file");
        return Err(failure.next("name another file with --key-out").into());
    }
    let key_file = Destination::File(key_file.into());
    key_file.check(overwrite)?;
    file.check(overwrite)?;
    let Made { key, pem, shown } = make()?;
    key_file.write_private(key.as_bytes(), overwrite)?;
    file.write(&pem, overwrite)?;
    Ok(shown)
}

/// Reads the name of an algorithm that TLS has for the keys of certificates.
pub(crate) fn key_algorithms() -> impl TypedValueParser<Value = Algorithm> {
    PossibleValuesParser::new(["ES256", "ES384", "Ed25519"]).try_map(|name| name.parse::<Algorithm>())
}
