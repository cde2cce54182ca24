//! Peers that show whatever certificate they like, and ask nothing of ours.

use crate::workshop::Forged;
use rustls::client::WantsClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{
    ALL_VERSIONS, ClientConfig, ConfigBuilder, DigitallySignedStruct, Error, ServerConfig, SignatureScheme,
    SupportedProtocolVersion,
};
use std::sync::Arc;
use wimse_mtls::rustls;

/// A client with this certificate.
pub(crate) fn client(shown: &Forged) -> Arc<ClientConfig> {
    Arc::new(builder(ALL_VERSIONS).with_client_cert_resolver(unchecked(shown)))
}

/// The same with TLS 1.2 alone.
#[cfg(feature = "tls12")]
pub(crate) fn client_of_tls12(shown: &Forged) -> Arc<ClientConfig> {
    Arc::new(builder(&[&rustls::version::TLS12]).with_client_cert_resolver(unchecked(shown)))
}

/// A client without a certificate.
pub(crate) fn anonymous_client() -> Arc<ClientConfig> {
    Arc::new(builder(ALL_VERSIONS).with_no_client_auth())
}

/// A server with this certificate, which lets anybody in.
pub(crate) fn server(shown: &Forged) -> Arc<ServerConfig> {
    server_of(shown, ALL_VERSIONS)
}

/// The same with TLS 1.2 alone.
#[cfg(feature = "tls12")]
pub(crate) fn server_of_tls12(shown: &Forged) -> Arc<ServerConfig> {
    server_of(shown, &[&rustls::version::TLS12])
}

fn server_of(shown: &Forged, versions: &[&'static SupportedProtocolVersion]) -> Arc<ServerConfig> {
    let config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .unwrap()
        .with_client_cert_verifier(WebPkiClientVerifier::no_client_auth())
        .with_cert_resolver(unchecked(shown));
    Arc::new(config)
}

/// rustls would look at the certificate, were it to load it.
fn unchecked(shown: &Forged) -> Arc<SingleCertAndKey> {
    let key = PrivatePkcs8KeyDer::from(shown.key.clone());
    let key = provider().key_provider.load_private_key(key.into()).unwrap();
    Arc::new(CertifiedKey::new(shown.chain.clone(), key).into())
}

fn builder(versions: &[&'static SupportedProtocolVersion]) -> ConfigBuilder<ClientConfig, WantsClientCert> {
    ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Anyone))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// Believes every server.
#[derive(Debug)]
struct Anyone;

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}
