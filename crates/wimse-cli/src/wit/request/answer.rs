//! The identity server, and what its silence or refusal means.

use crate::exit::Failure;
use crate::input;
use crate::refusal::{Refusal, Stop};
use std::io;
use std::path::Path;
use wimse::creds::UnixTime;
use wimse::creds::limits::KEY_DOCUMENT_BYTES;
use wimse::creds::pop::WitCredential;
use wimse::mtls::TlsEnvironment;
use wimse::mtls::rustls::RootCertStore;
use wimse::mtls::rustls::pki_types::CertificateDer;
use wimse::mtls::rustls::pki_types::pem::PemObject as _;
use wimse_trust::protocol::{CredentialRequest, CredentialResponse};
use wimse_trust::{AddressPolicy, Endpoint, Enrolment, HttpClient, HttpError, IdentityServer, RenewalError};
use zeroize::Zeroizing;

/// A server that is asked once.
pub(super) struct Server {
    endpoint: Endpoint,
    client: HttpClient,
}

impl Server {
    pub(super) fn new(url: &str, ca: Option<&Path>) -> Result<Self, Failure> {
        let endpoint = Endpoint::allow_loopback_http(url).map_err(|error| {
            let failure = Failure::unusable(format!("--server cannot be asked ({})", error.code()))(error);
            failure.next("give an https URL, or an http one of this machine: http://127.0.0.1:8400/credentials")
        })?;
        let roots = ca.map_or_else(|| Ok(RootCertStore::empty()), roots)?;
        // The URL was typed by whoever runs the command: it may be of an own network.
        let addresses = ["0.0.0.0/0", "::/0"].into_iter().filter_map(|network| network.parse().ok());
        let addresses = addresses.fold(AddressPolicy::public(), AddressPolicy::allow);
        let client = HttpClient::new(&TlsEnvironment::aws_lc(), roots, addresses);
        Ok(Self { endpoint, client: client.map_err(Failure::step("TLS cannot be set up"))? })
    }

    /// As the proofs have it.
    pub(super) fn url(&self) -> &str {
        self.endpoint.as_str()
    }

    /// Asks once.
    pub(super) fn ask(
        &self,
        message: CredentialRequest,
        token: Option<Zeroizing<String>>,
        current: Option<&WitCredential>,
        now: UnixTime,
    ) -> Result<CredentialResponse, Stop> {
        let enrolment = Enrolment::JoinToken(token.unwrap_or_default());
        let server = IdentityServer::new(&self.client, self.endpoint.clone(), enrolment);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(Failure::environment("the runtime cannot be started"))?;
        let answered = runtime.block_on(server.ask(message, current, now));
        // Nobody waits for what is still being looked up.
        runtime.shutdown_background();
        answered.map_err(|error| judge(error, self.url()))
    }
}

fn roots(path: &Path) -> Result<RootCertStore, Failure> {
    let shown = path.display();
    let next = "give certificates of CAs in PEM: --server-ca FILE";
    let pem = input::read_file(path, KEY_DOCUMENT_BYTES)
        .map_err(Failure::environment(format!("{shown} cannot be read")))
        .map_err(|failure| failure.next(next))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(Failure::unusable(format!("{shown} is no PEM file")));
        let added = roots.add(certificate.map_err(|failure| failure.next(next))?);
        added.map_err(Failure::unusable(format!("{shown} holds a certificate that is no CA's")))?;
    }
    if roots.is_empty() { Err(Failure::usage(format!("{shown} holds no certificate")).next(next)) } else { Ok(roots) }
}

/// What the server says is a refusal; that it cannot be asked is not.
fn judge(error: RenewalError, url: &str) -> Stop {
    let fix = match &error {
        RenewalError::Enrolment => "give the file of a token: one word, as \"wimse dev-server token\" writes it",
        RenewalError::Http(HttpError::Status(401)) => {
            "the server does not know who asks: take another token, since a join token is good once; its log has the reason"
        }
        RenewalError::Http(HttpError::Status(403)) => {
            "the server knows who asks, and does not issue this: look at its registry, and at --expect"
        }
        RenewalError::Http(HttpError::Status(400)) => {
            "the server does not take the message: give the URL by which it calls itself; its log has the reason"
        }
        RenewalError::Http(HttpError::Status(421)) => "give the URL by which the server calls itself",
        RenewalError::Http(
            HttpError::Resolve(_) | HttpError::Connect(_) | HttpError::Timeout | HttpError::Tls(_) | HttpError::Protocol(_),
        ) => {
            let code = error.code();
            let failure = Failure::environment(format!("{url} does not answer ({code})"))(io::Error::other(error));
            return failure.next("look whether the server runs there; for https, name its CAs: --server-ca").into();
        }
        _ => "look at the log of the server, and whether --server is where it issues credentials",
    };
    Refusal::of(error.code(), &error).with_fix(fix).into()
}
