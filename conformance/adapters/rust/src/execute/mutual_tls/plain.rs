//! Ends that know nothing of WIMSE: they show whatever certificate they are given, and believe everybody.

use std::sync::Arc;

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, ServerConfig, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName, UnixTime},
    sign::{CertifiedKey, SingleCertAndKey},
    version::TLS13,
};
use wimse::creds::key::SigningKey;

/// A client with a certificate and a key, or without.
pub(super) fn client(
    provider: &Arc<CryptoProvider>,
    shown: Option<(Vec<CertificateDer<'static>>, &SigningKey)>,
) -> Result<Arc<ClientConfig>, Error> {
    let believing = Anyone(Arc::clone(provider));
    let builder = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(believing));
    Ok(Arc::new(match shown {
        Some((chain, key)) => builder.with_client_cert_resolver(certified(provider, chain, key)?),
        None => builder.with_no_client_auth(),
    }))
}

/// A server with a certificate and a key, which asks for no certificate of clients.
pub(super) fn server(
    provider: &Arc<CryptoProvider>,
    chain: Vec<CertificateDer<'static>>,
    key: &SigningKey,
) -> Result<Arc<ServerConfig>, Error> {
    let builder =
        ServerConfig::builder_with_provider(Arc::clone(provider)).with_protocol_versions(&[&TLS13])?;
    Ok(Arc::new(builder.with_no_client_auth().with_cert_resolver(certified(provider, chain, key)?)))
}

/// The key need not be that of the certificate.
fn certified(
    provider: &Arc<CryptoProvider>,
    chain: Vec<CertificateDer<'static>>,
    key: &SigningKey,
) -> Result<Arc<SingleCertAndKey>, Error> {
    let der = key.to_pkcs8_der().map_err(|error| Error::General(error.to_string()))?;
    let der = PrivatePkcs8KeyDer::from(der.as_slice()).clone_key();
    let key = provider.key_provider.load_private_key(der.into())?;
    Ok(Arc::new(CertifiedKey::new(chain, key).into()))
}

/// Believes every server.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

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
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
