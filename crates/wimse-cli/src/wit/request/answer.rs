//! The identity server, and what its silence or refusal means.

use crate::exit::Failure;
use crate::live::{read_roots, system_roots};
use crate::refusal::{Refusal, Stop};
use std::io;
use std::path::Path;
use wimse::creds::UnixTime;
use wimse::creds::pop::WitCredential;
use wimse::mtls::TlsEnvironment;
use wimse::mtls::rustls::RootCertStore;
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
            failure
                .next("give an https URL, or an http one of this machine: http://127.0.0.1:8400/credentials")
        })?;
        let roots = match ca {
            Some(ca) => read_roots(ca)?,
            None if url.starts_with("https:") => system_roots()?,
            None => RootCertStore::empty(),
        };
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

/// What the server says is a refusal; that it cannot be asked is not.
fn judge(error: RenewalError, url: &str) -> Stop {
    let fix = match &error {
        RenewalError::Enrolment => {
            "give the file of a token: one word, as \"wimse dev-server token\" writes it"
        }
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
            HttpError::Resolve(_)
            | HttpError::Connect(_)
            | HttpError::Timeout
            | HttpError::Tls(_)
            | HttpError::Protocol(_),
        ) => {
            let code = error.code();
            let failure =
                Failure::environment(format!("{url} does not answer ({code})"))(io::Error::other(error));
            return failure
                .next("look whether the server runs there; for https, name its CAs: --server-ca")
                .into();
        }
        _ => "look at the log of the server, and whether --server is where it issues credentials",
    };
    Refusal::of(error.code(), &error).with_fix(fix).into()
}
