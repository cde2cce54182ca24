//! The verifiers that rustls asks. No other file names its verifier traits.

use crate::environment::unix_time;
use crate::expected::Expectation;
use crate::{ExpectedServer, MtlsError, TlsEnvironment};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use std::fmt;
use std::sync::{Arc, OnceLock};
use wimse_creds::pop::{AuthenticatedPeer, PeerPolicy};
use wimse_creds::wic::{Purpose, WicVerifier, WorkloadIdentityCertificate};
use wimse_creds::{UnixTime, Verified};

/// Judges clients, for a server.
pub(crate) struct ClientJudge {
    pub(crate) verifier: Arc<WicVerifier>,
    pub(crate) policy: PeerPolicy,
    pub(crate) algorithms: WebPkiSupportedAlgorithms,
    /// Is shown the leaf of who is refused in a handshake.
    pub(crate) refused: OnceLock<Box<RefusedCertificate>>,
}

pub(crate) type RefusedCertificate = dyn Fn(&CertificateDer<'_>) + Send + Sync;

/// Judges servers, for a client.
#[derive(Debug)]
pub(crate) struct ServerJudge {
    pub(crate) verifier: Arc<WicVerifier>,
    pub(crate) expected: ExpectedServer,
    /// For a server that is expected by DNS name only.
    dns: Option<Arc<WebPkiServerVerifier>>,
    algorithms: WebPkiSupportedAlgorithms,
}

/// A server that has been judged.
pub(crate) enum JudgedServer {
    Workload(Box<Verified<WorkloadIdentityCertificate>>),
    Dns(rustls::pki_types::DnsName<'static>),
}

impl ClientJudge {
    fn refuse(&self, leaf: &CertificateDer<'_>, error: Error) -> Error {
        if let Some(hook) = self.refused.get() {
            hook(leaf);
        }
        error
    }

    /// The client's certificate, accepted for the role and by policy (MTLS-3.2-1, -3; MTLS-5-4).
    pub(crate) fn judge(
        &self,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<Verified<WorkloadIdentityCertificate>, MtlsError> {
        let wic = self.verifier.verify(chain, Purpose::ClientAuth, now).map_err(MtlsError::Wic)?;
        self.policy.expects(&wic).map_err(|_| MtlsError::NotExpected)?;
        Ok(wic)
    }

    /// The peer of a connection whose handshake with these certificates is finished.
    pub(crate) fn peer(
        &self,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<AuthenticatedPeer, MtlsError> {
        let peer = self.judge(chain, now)?.with_transport_possession();
        self.policy.authorize(&peer).map_err(|_| MtlsError::NotExpected)?;
        Ok(peer)
    }
}

impl ServerJudge {
    pub(crate) fn new(
        environment: &TlsEnvironment,
        verifier: Arc<WicVerifier>,
        expected: ExpectedServer,
    ) -> Result<Self, MtlsError> {
        let dns = match &expected {
            ExpectedServer::DnsName { anchors, .. } => {
                let provider = Arc::clone(&environment.provider);
                let builder = WebPkiServerVerifier::builder_with_provider(Arc::clone(anchors), provider);
                let built = builder.build();
                Some(built.map_err(|error| MtlsError::Tls(Error::General(error.to_string())))?)
            }
            _ => None,
        };
        let algorithms = environment.provider.signature_verification_algorithms;
        Ok(Self { verifier, expected, dns, algorithms })
    }

    /// The server's certificate, accepted for the role, the name, and as the one that is expected.
    pub(crate) fn judge(
        &self,
        chain: &[CertificateDer<'_>],
        reached: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<JudgedServer, Error> {
        match (self.expected.at(reached).map_err(MtlsError::into_handshake)?, &self.dns) {
            (Expectation::Workload { identifier, host }, _) => {
                let wic = self
                    .verifier
                    .verify(chain, Purpose::ServerAuth, now)
                    .map_err(|error| MtlsError::Wic(error).into_handshake())?;
                // MTLS-3.2.1-2.
                if let Some(host) = host {
                    wic.check_server_name(host).map_err(|_| MtlsError::NameMismatch.into_handshake())?;
                }
                // MTLS-3.2-2, MTLS-3.2.1-4, -6: the whole identifier.
                if *wic.identifier() != identifier {
                    return Err(MtlsError::NotExpected.into_handshake());
                }
                Ok(JudgedServer::Workload(Box::new(wic)))
            }
            (Expectation::DnsName(name), Some(verifier)) => {
                let (leaf, intermediates) = chain.split_first().ok_or(Error::NoCertificatesPresented)?;
                verifier
                    .verify_server_cert(leaf, intermediates, reached, ocsp, rustls_time(now))
                    .map_err(MtlsError::of_dns_server)?;
                Ok(JudgedServer::Dns(name))
            }
            // The expectation and the verifier are made of one value.
            (Expectation::DnsName(_), None) => Err(MtlsError::OtherName.into_handshake()),
        }
    }
}

/// No certificate is valid before 1970.
fn rustls_time(now: UnixTime) -> rustls::pki_types::UnixTime {
    let seconds = u64::try_from(now.as_secs()).unwrap_or(0);
    rustls::pki_types::UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds))
}

/// Why a peer has not proven the key of its certificate. The certificate has been judged before, and so all that is
/// wrong with it here is the signature.
fn unproven(error: Error) -> Error {
    match error {
        Error::InvalidCertificate(_) => MtlsError::Possession.into_handshake(),
        other => other,
    }
}

/// The certificates as one slice, borrowed.
fn chain<'a>(leaf: &'a CertificateDer<'_>, others: &'a [CertificateDer<'_>]) -> Vec<CertificateDer<'a>> {
    [leaf].into_iter().chain(others).map(|certificate| CertificateDer::from(&**certificate)).collect()
}

impl ClientCertVerifier for ClientJudge {
    // MTLS-3.2-4.
    fn client_auth_mandatory(&self) -> bool {
        true
    }

    /// None: anchors can change while a configuration is in use, and the certificate says whose it is.
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        now: rustls::pki_types::UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.judge(&chain(leaf, others), unix_time(now))
            .map_err(|error| self.refuse(leaf, error.into_handshake()))?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signed, &self.algorithms)
            .map_err(|error| self.refuse(leaf, unproven(error)))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signed, &self.algorithms)
            .map_err(|error| self.refuse(leaf, unproven(error)))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl ServerCertVerifier for ServerJudge {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        reached: &ServerName<'_>,
        ocsp: &[u8],
        now: rustls::pki_types::UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.judge(&chain(leaf, others), reached, ocsp, unix_time(now))?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, leaf, signed, &self.algorithms).map_err(unproven)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, leaf, signed, &self.algorithms).map_err(unproven)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

impl fmt::Debug for ClientJudge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientJudge")
            .field("verifier", &self.verifier)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
