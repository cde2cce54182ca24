//! TLS, with whatever certificate a check wants to be shown.

use std::{
    error::Error,
    io::{self, Write},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, SignatureScheme, StreamOwned,
    client::ResolvesClientCert,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, pem::PemObject},
    sign::CertifiedKey,
    time_provider::DefaultTimeProvider,
};
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsError, TlsEnvironment, TlsIdentity};

use super::{Writing, http2};
use crate::live::{
    Folder, Target,
    folder::now,
    shown::Shown,
    socket::Socket,
    wire::{Message, Reply, read_message},
};

/// The names of ALPN.
const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// How a server is believed, and what it speaks.
#[derive(Debug)]
pub(super) struct Tls {
    config: ClientConfig,
    provider: Arc<CryptoProvider>,
    name: ServerName<'static>,
    caller: Shown,
    http2: bool,
}

impl Tls {
    /// The server has to show a certificate for its host by one of these CAs, or without them the one that the folder
    /// expects.
    pub(super) fn new(target: &Target, folder: &Folder, ca: Option<&Path>) -> Result<Self, String> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let host = target.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|error| error.to_string())?;
        let config = match ca {
            Some(path) => by_name(&provider, path)?,
            None => by_workload(&provider, folder)?,
        };
        let caller = folder.certificate("caller").map_err(|error| error.to_string())?;
        Ok(Self { config, provider, name, caller: Shown::of(&caller)?, http2: false })
    }

    /// Whether the server has chosen HTTP/2.
    pub(super) fn has_http2(&self) -> bool {
        self.http2
    }

    /// Asks the server whether it has HTTP/2. One that does not answer has not; the checks find out why.
    pub(super) fn negotiate(&mut self, address: &str, timeout: Duration) {
        let chosen = || {
            let config = self.config(Some(&self.caller), &[HTTP2, HTTP1]).ok()?;
            let mut socket = Socket::connect(address, Instant::now() + timeout).ok()?;
            let mut connection = ClientConnection::new(config, self.name.clone()).ok()?;
            while connection.is_handshaking() {
                connection.complete_io(&mut socket).ok()?;
            }
            connection.alpn_protocol().map(<[u8]>::to_vec)
        };
        self.http2 = chosen().as_deref() == Some(HTTP2);
    }

    pub(super) fn exchange(
        &self,
        address: &str,
        request: &Message,
        shown: Option<&Shown>,
        writing: Writing,
        timeout: Duration,
    ) -> Reply {
        let by_library = if self.http2 && writing == Writing::Any { http2::request(request) } else { None };
        let protocol = if by_library.is_some() { HTTP2 } else { HTTP1 };
        let config = match self.config(shown, &[protocol]) {
            Ok(config) => config,
            Err(error) => return Reply::Broken(error.to_string()),
        };
        match by_library {
            Some(request) => http2::exchange(address, &self.name, config, request, timeout),
            None => self.raw(address, &request.to_bytes(), config, timeout),
        }
    }

    /// HTTP/1.1, byte for byte.
    fn raw(&self, address: &str, bytes: &[u8], config: Arc<ClientConfig>, timeout: Duration) -> Reply {
        let deadline = Instant::now() + timeout;
        let socket = match Socket::connect(address, deadline) {
            Ok(socket) => socket,
            Err(error) => return Reply::Broken(format!("no connection to {address}: {error}")),
        };
        let connection = match ClientConnection::new(config, self.name.clone()) {
            Ok(connection) => connection,
            Err(error) => return Reply::Broken(error.to_string()),
        };
        let mut stream: StreamOwned<ClientConnection, Socket> = StreamOwned::new(connection, socket);
        // A server may refuse and close before it has read everything: its answer counts.
        let written = stream.write_all(bytes).and_then(|()| stream.flush());
        if let Some(reply) = written.err().as_ref().and_then(|error| refusal(error)) {
            return reply;
        }
        match read_message(&mut stream, deadline) {
            Ok(message) => Reply::of(message),
            Err(error) => refusal(&error).unwrap_or_else(|| Reply::failed(&error)),
        }
    }

    fn config(&self, shown: Option<&Shown>, protocols: &[&[u8]]) -> Result<Arc<ClientConfig>, rustls::Error> {
        let mut config = self.config.clone();
        let key = shown.map(|shown| self.certified(shown)).transpose()?;
        config.client_auth_cert_resolver = Arc::new(Always(key));
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(Arc::new(config))
    }

    /// Whether the key is that of the certificate is not asked.
    fn certified(&self, shown: &Shown) -> Result<Arc<CertifiedKey>, rustls::Error> {
        let chain = shown.chain.iter().map(|one| CertificateDer::from(one.clone())).collect();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(shown.key.clone()));
        Ok(Arc::new(CertifiedKey::new(chain, self.provider.key_provider.load_private_key(key)?)))
    }
}

/// What TLS has ended with; nothing, if that was something else.
pub(super) fn refusal(error: &(dyn Error + 'static)) -> Option<Reply> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let inner = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match inner {
            Some(rustls::Error::AlertReceived(alert)) => return Some(Reply::Alert(format!("{alert:?}"))),
            Some(error) => {
                let error = MtlsError::from_handshake(error);
                return Some(Reply::Broken(format!(
                    "the server is not accepted: {} ({error})",
                    error.code()
                )));
            }
            None => cause = error.source(),
        }
    }
    None
}

/// A server with a certificate for its host, by CAs of a PEM file.
fn by_name(provider: &Arc<CryptoProvider>, ca: &Path) -> Result<ClientConfig, String> {
    let said = |error: &dyn Error| format!("{}: {error}", ca.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(ca).map_err(|error| said(&error))? {
        roots.add(certificate.map_err(|error| said(&error))?).map_err(|error| said(&error))?;
    }
    if roots.is_empty() {
        return Err(format!("{} has no certificate", ca.display()));
    }
    let config = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The server as a workload.
fn by_workload(provider: &Arc<CryptoProvider>, folder: &Folder) -> Result<ClientConfig, String> {
    let said = |error: &dyn Error| error.to_string();
    let environment = TlsEnvironment::new(Arc::clone(provider), Arc::new(DefaultTimeProvider));
    let caller = folder.certificate("caller").map_err(|error| said(&error))?;
    let caller = TlsIdentity::new(&environment, &caller, now()).map_err(|error| said(&error))?;
    let expected = ExpectedServer::Workload(folder.server.parse().map_err(|error| format!("{error}"))?);
    let anchors = folder.anchors().map_err(|error| said(&error))?;
    let client = MtlsClient::new(&environment, caller, anchors, expected).map_err(|error| said(&error))?;
    Ok((*client.config()).clone())
}

/// Shows the same, whatever the server wishes.
#[derive(Debug)]
struct Always(Option<Arc<CertifiedKey>>);

impl ResolvesClientCert for Always {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.0.clone()
    }

    fn has_certs(&self) -> bool {
        self.0.is_some()
    }
}
