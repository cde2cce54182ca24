//! What a deployment may choose about TLS.

use crate::{MtlsError, TlsEnvironment};
use rustls::{ConfigBuilder, ConfigSide, SupportedProtocolVersion, WantsVerifier, WantsVersions};

/// Choices about TLS that are not about identity. The default is TLS 1.3 alone, no ALPN, no resumption by clients, and
/// never early data.
#[derive(Debug, Clone, Default)]
pub struct TlsOptions {
    alpn: Vec<Vec<u8>>,
    #[cfg(feature = "tls12")]
    tls12: bool,
    resumption: Option<usize>,
}

impl TlsOptions {
    /// TLS 1.3 alone, no ALPN; a client resumes no sessions, a server up to 256.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows TLS 1.2 too.
    #[cfg(feature = "tls12")]
    #[must_use]
    pub fn allow_tls12(mut self) -> Self {
        self.tls12 = true;
        self
    }

    /// Sets the application protocols to agree on, the most wanted first.
    #[must_use]
    pub fn alpn<P: Into<Vec<u8>>>(mut self, protocols: impl IntoIterator<Item = P>) -> Self {
        self.alpn = protocols.into_iter().map(Into::into).collect();
        self
    }

    /// Remembers this many sessions, to be resumed; 0 is none. A resumed session skips the peer's certificate in the
    /// handshake, so `peer` is the only place where it is judged again: ask it on every connection.
    #[must_use]
    pub fn resumption(mut self, sessions: usize) -> Self {
        self.resumption = Some(sessions);
        self
    }

    pub(crate) fn alpn_protocols(&self) -> Vec<Vec<u8>> {
        self.alpn.clone()
    }

    pub(crate) fn sessions(&self, default: usize) -> usize {
        self.resumption.unwrap_or(default)
    }

    /// The versions that are allowed, in a configuration on this environment.
    pub(crate) fn versions<S: ConfigSide>(
        &self,
        builder: ConfigBuilder<S, WantsVersions>,
    ) -> Result<ConfigBuilder<S, WantsVerifier>, MtlsError> {
        builder.with_protocol_versions(self.allowed()).map_err(MtlsError::Tls)
    }

    fn allowed(&self) -> &'static [&'static SupportedProtocolVersion] {
        #[cfg(feature = "tls12")]
        if self.tls12 {
            static BOTH: [&SupportedProtocolVersion; 2] = [&rustls::version::TLS13, &rustls::version::TLS12];
            return &BOTH;
        }
        static NEWEST: [&SupportedProtocolVersion; 1] = [&rustls::version::TLS13];
        &NEWEST
    }
}

/// A verifier with the signature algorithms of the provider: what makes the handshake also checks the certificates.
pub(crate) fn verifier(
    environment: &TlsEnvironment,
    anchors: impl wimse_creds::trust::TrustAnchorSource + 'static,
) -> wimse_creds::wic::WicVerifier {
    wimse_creds::wic::WicVerifier::new(anchors, wimse_creds::wic::WicPolicy::default())
        .with_signature_algorithms(environment.provider.signature_verification_algorithms.all)
}
