//! `wimse tls connect`: a client that says who answered.

use super::clock::environment;
use super::dialogue::{Dialogue, refusal_of};
use super::expected::{Expected, ExpectedOptions};
use super::identity::IdentityOptions;
use super::timed::Timed;
use crate::certificate::{AnchorOptions, Role, Workload, refusal};
use crate::exit::{Exit, Failure};
use crate::moment::{self, Present};
use crate::output::{GREEN, Output, Style, Verdict};
use crate::refusal::Stop;
use crate::wit::escaped;
use serde::Serialize;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;
use wimse::creds::UnixTime;
use wimse::creds::trust::TrustAnchors;
use wimse::creds::wic::{WicPolicy, WicVerifier};
use wimse::mtls::rustls::ClientConnection;
use wimse::mtls::{ExpectedServer, MtlsClient, MtlsError, ServerIdentity, TlsOptions};

/// Connect to a server with our certificate, send it a line, and say who it is
///
/// It has to be said which server is meant: by its identifier, by a DNS name, or by both. On a connection
/// to a host name the certificate has to be for that name, too (mutual-tls 3.2.1).
///
/// A server judges us after our side of the handshake. So a line is sent, and the first line of what comes
/// back is the sign that it let us in.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES, override_usage = USAGE)]
pub(crate) struct Connect {
    /// Host and port
    #[arg(value_name = "HOST:PORT")]
    address: String,
    #[command(flatten)]
    identity: IdentityOptions,
    #[command(flatten)]
    expected: ExpectedOptions,
    /// The line to send
    #[arg(long, value_name = "TEXT", default_value = "hello")]
    send: String,
    /// How long the connection, the handshake, or the answer may take
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = moment::parse_duration)]
    patience: Duration,
    #[command(flatten)]
    anchors: AnchorOptions,
    #[command(flatten)]
    present: Present,
}

const USAGE: &str = "\
wimse tls connect [OPTIONS] --wic <FILE> --key <FILE> --expect-workload <ID> <HOST:PORT>
       wimse tls connect [OPTIONS] --wic <FILE> --key <FILE> --expect-dns <NAME> <HOST:PORT>";

const EXAMPLES: &str = "\
Examples:
  wimse tls connect 127.0.0.1:8443 --wic billing.crt --key billing.key \\
    --expect-workload wimse://example.com/orders
  wimse tls connect 127.0.0.1:8443 --wic billing.crt --key billing.key \\
    --expect-workload wimse://example.com/orders --expect-dns orders.example.com
  wimse tls connect www.example.com:443 --wic billing.crt --key billing.key \\
    --expect-dns www.example.com --dns-ca public-cas.pem";

const SCHEMA: &str = "wimse-tls-connect/1";

#[derive(Serialize)]
struct Body {
    now: i64,
    address: String,
    expected: Expected,
    /// None where the server was expected by its DNS name alone.
    workload: Option<Workload>,
    dns: Option<String>,
    /// The first line that came back.
    answer: Option<String>,
}

impl Connect {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let now = self.present.now();
        match self.connect(now) {
            Ok(body) => output.print(SCHEMA, Verdict::Accepted, &body, |style| body.text(now, style)),
            Err(stop) => stop.print(output, SCHEMA),
        }
    }

    fn connect(&self, now: UnixTime) -> Result<Body, Stop> {
        if self.send.contains('\n') {
            return Err(Failure::usage("--send is more than one line").next("leave the line end out").into());
        }
        let host = self.address.rsplit_once(':').map_or(&*self.address, |(host, _)| host);
        let name = self.expected.server_name(host.trim_start_matches('[').trim_end_matches(']'))?;
        let expected = self.expected.expected()?;
        let client = self.client(expected, now)?;
        let of = |error: &MtlsError| refusal(error.code(), error, Role::Server);

        let session = ClientConnection::new(client.config(), name.clone());
        let session = session.map_err(|error| of(&MtlsError::Tls(error)))?;
        let mut dialogue = Dialogue::new(session, Timed::new(self.socket()?, self.patience));
        dialogue.handshake().map_err(|error| refusal_of(&error, Role::Server))?;
        let server = client.peer(dialogue.connection(), &name, now).map_err(|error| of(&error))?;
        let line = format!("{}\n", self.send);
        let said = dialogue.say(line.as_bytes()).and_then(|()| dialogue.hear());
        let answer = said.map_err(|error| refusal_of(&error, Role::Server))?;
        dialogue.end();

        let answer = answer.map(|line| String::from_utf8_lossy(&line).trim_end().to_owned());
        let (workload, dns) = match &server {
            ServerIdentity::Workload(peer) => (peer.certificate().map(|wic| Workload::new(wic, now)), None),
            ServerIdentity::Dns(name) => (None, Some(name.as_ref().to_owned())),
        };
        let (now, address) = (now.as_secs(), self.address.clone());
        Ok(Body { now, address, expected: self.expected.shown(), workload, dns, answer })
    }

    fn client(&self, expected: ExpectedServer, now: UnixTime) -> Result<MtlsClient, Stop> {
        let environment = environment(self.present.given());
        let identity = self.identity.load(&environment, now)?;
        // What is expected by DNS name alone needs no trust domain.
        let (anchors, policy) = match expected {
            ExpectedServer::DnsName { .. } => (TrustAnchors::none(), WicPolicy::default()),
            _ => self.anchors.load()?,
        };
        let verifier = WicVerifier::new(anchors, policy)
            .with_signature_algorithms(environment.provider().signature_verification_algorithms.all);
        let client =
            MtlsClient::with_verifier(&environment, identity, verifier, expected, &TlsOptions::new());
        Ok(client.map_err(Failure::step("TLS cannot be set up"))?)
    }

    fn socket(&self) -> Result<TcpStream, Failure> {
        let doing = || format!("{} cannot be connected to", self.address);
        let next = "look whether a server listens there, and give host and port, such as 127.0.0.1:8443";
        let failed = |error| Failure::environment(doing())(error).next(next);
        let addresses = self.address.to_socket_addrs().map_err(failed)?;
        let mut failure = Failure::forbidden(doing()).next(next);
        for address in addresses {
            match TcpStream::connect_timeout(&address, self.patience) {
                Ok(socket) => return Ok(socket),
                Err(error) => failure = failed(error),
            }
        }
        Err(failure)
    }
}

impl Body {
    fn text(&self, now: UnixTime, style: Style) -> String {
        let mut text = match (&self.workload, &self.dns) {
            (Some(workload), _) => workload.text(now, style),
            (None, dns) => {
                let name = dns.as_deref().unwrap_or_default();
                let note = "not known: a DNS name says nothing of it";
                format!("{} {name}\n  {:<13} {note}\n", style.paint("✓ accepted:", GREEN), "workload")
            }
        };
        let answer = self.answer.as_deref().map_or("none".to_owned(), escaped);
        text.push_str(&format!("  {:<13} {answer}\n", "answer"));
        text
    }
}
