//! TLS of web servers, which are judged by their DNS name.

use crate::workshop::Workshop;
use std::net::TcpStream;
use std::sync::Arc;
use wimse::mtls::TlsEnvironment;
use wimse::mtls::rustls::pki_types::pem::PemObject as _;
use wimse::mtls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use wimse::mtls::rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What a web server shows; it asks for no certificate.
#[derive(Clone)]
pub(crate) struct WebTls(Arc<ServerConfig>);

impl WebTls {
    /// With a certificate and its key in PEM.
    pub(crate) fn new(shop: &Workshop, certificate: &str, key: &str) -> Self {
        let pem = shop.read(certificate);
        let chain = CertificateDer::pem_slice_iter(pem.as_bytes()).map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_slice(shop.read(key).as_bytes()).unwrap();
        let environment = TlsEnvironment::aws_lc();
        let config = ServerConfig::builder_with_provider(Arc::clone(environment.provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        Self(Arc::new(config.with_single_cert(chain, key).unwrap()))
    }

    /// The server side of a connection; the handshake comes with the first bytes.
    pub(crate) fn accept(&self, socket: TcpStream) -> StreamOwned<ServerConnection, TcpStream> {
        StreamOwned::new(ServerConnection::new(Arc::clone(&self.0)).unwrap(), socket)
    }
}
