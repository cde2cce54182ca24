//! Whom a client believes about web servers.

use crate::config::parse_roots;
use crate::exit::Failure;
use crate::input;
use std::path::Path;
use wimse::creds::limits::KEY_DOCUMENT_BYTES;
use wimse::mtls::rustls::RootCertStore;

/// The CAs of the system.
pub(crate) fn system_roots() -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    // What is no usable CA among them is passed over, as by other programs.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        let failure =
            Failure::forbidden("this system has no CA certificates by which web servers could be believed");
        return Err(failure.next("name a PEM file with CAs"));
    }
    Ok(roots)
}

/// CAs of a file.
pub(crate) fn read_roots(path: &Path) -> Result<RootCertStore, Failure> {
    let shown = path.display();
    let pem = input::read_file(path, KEY_DOCUMENT_BYTES)
        .map_err(Failure::environment(format!("{shown} cannot be read")))
        .map_err(|failure| failure.next("name a file that exists and is readable"))?;
    parse_roots(&pem).map_err(|error| {
        Failure::usage(format!("{shown} cannot be used: {error}")).next("give certificates of CAs in PEM")
    })
}
