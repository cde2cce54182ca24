//! `wimse tls serve`: an echo service that says who called.

use super::clock::environment;
use super::dialogue::{Dialogue, refusal_of};
use super::identity::IdentityOptions;
use super::timed::Timed;
use crate::certificate::{AnchorOptions, Role, Workload, refusal};
use crate::exit::{Exit, Failure};
use crate::moment::{self, Present};
use crate::output::{Output, Style, Verdict};
use crate::refusal::{Refusal, Stop};
use serde::Serialize;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;
use wimse::creds::pop::PeerPolicy;
use wimse::creds::wic::WicVerifier;
use wimse::identifier::{IdentifierError, IdentifierSet, Origin, WorkloadIdentifier};
use wimse::mtls::rustls::ServerConnection;
use wimse::mtls::rustls::server::ServerConnectionData;
use wimse::mtls::{MtlsError, MtlsServer, TlsEnvironment, TlsOptions};

/// Serve: send back each line of workloads that show a certificate, and say who they are
///
/// Only permitted workloads get in; each other is refused in the handshake, and the reason stands here.
/// For each line the certificate is judged again: it may expire while the connection is open. One
/// connection is served after the other. It ends with exit code 1 if one of a limited number was refused.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
#[command(group(clap::ArgGroup::new("whom").required(true).multiple(true).args(["permit", "permit_domain"])))]
pub(crate) struct Serve {
    #[command(flatten)]
    identity: IdentityOptions,
    /// Let this workload in; may be repeated
    #[arg(long, value_name = "ID", value_parser = identifier)]
    permit: Vec<WorkloadIdentifier>,
    /// Let every workload of this trust domain in; may be repeated
    #[arg(long, value_name = "DOMAIN", value_parser = Origin::parse)]
    permit_domain: Vec<Origin>,
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
    /// Stop after this many connections, refused ones among them
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    connections: Option<u64>,
    /// Stop after one connection
    #[arg(long, conflicts_with = "connections")]
    once: bool,
    /// How long a handshake, or the next line, may take
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = moment::parse_duration)]
    patience: Duration,
    #[command(flatten)]
    anchors: AnchorOptions,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse tls serve --wic orders.crt --key orders.key --permit wimse://example.com/billing
  wimse tls serve --wic orders.crt --key orders.key --permit-domain spiffe://partner.example \\
    --ca spiffe://partner.example=partner.pem --listen 127.0.0.1:0 --once
  wimse tls serve --wic orders.crt --key orders.key --permit wimse://example.com/billing --once --json

With --json there is one document at the end, so the connections have to be limited; the address that
it listens on stands on standard error.";

const SCHEMA: &str = "wimse-tls-serve/1";

#[derive(Serialize)]
struct Body {
    address: String,
    identifier: String,
    connections: Vec<Connection>,
}

#[derive(Serialize)]
struct Connection {
    from: String,
    peer: Option<Workload>,
    /// How many were sent back.
    lines: u64,
    refusal: Option<Refusal>,
}

impl Serve {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        self.serve(output).or_else(|stop| stop.print(output, SCHEMA))
    }

    fn serve(&self, output: &Output) -> Result<Exit, Stop> {
        let limit = if self.once { Some(1) } else { self.connections };
        if output.is_json() && limit.is_none() {
            let failure = Failure::usage("with --json there is one document, and it would never come");
            return Err(failure.next("limit the connections: --once, or --connections N").into());
        }
        let environment = environment(self.present.given());
        let identity = self.identity.load(&environment, self.present.now())?;
        let (anchors, policy) = self.anchors.load()?;
        let verifier = WicVerifier::new(anchors, policy)
            .with_signature_algorithms(environment.provider().signature_verification_algorithms.all);
        let identifier = identity.wic().claimed_identifier().to_string();
        let server =
            MtlsServer::with_verifier(&environment, identity, verifier, self.policy(), &TlsOptions::new());
        let server = server.map_err(Failure::step("TLS cannot be set up"))?;
        let listener = TcpListener::bind(self.listen)
            .map_err(Failure::environment(format!("{} cannot be listened on", self.listen)))
            .map_err(|failure| failure.next("choose another port, or 0 for a free one: --listen"))?;
        let address = listener.local_addr().map_err(Failure::environment("there is no local address"))?;
        announce(output, address, &identifier)?;
        let service = Service { environment, server, patience: self.patience };
        let body = Body { address: address.to_string(), identifier, connections: Vec::new() };
        Ok(service.serve(output, &listener, limit, body)?)
    }

    fn policy(&self) -> PeerPolicy {
        let permitted = IdentifierSet::exactly(self.permit.iter().cloned());
        self.permit_domain.iter().cloned().fold(permitted, IdentifierSet::with_origin).into()
    }
}

fn identifier(text: &str) -> Result<WorkloadIdentifier, IdentifierError> {
    text.parse()
}

/// Says that it is ready.
fn announce(output: &Output, address: SocketAddr, identifier: &str) -> Result<(), Failure> {
    let line = format!("listening on {address} as {identifier}\n");
    if output.is_json() {
        // Standard output is for the document.
        let written = io::stderr().write_all(line.as_bytes());
        return written.map_err(Failure::environment("the address cannot be written"));
    }
    output.write(line.as_bytes())
}

struct Service {
    environment: TlsEnvironment,
    server: MtlsServer,
    patience: Duration,
}

impl Service {
    fn serve(
        &self,
        output: &Output,
        listener: &TcpListener,
        limit: Option<u64>,
        mut body: Body,
    ) -> Result<Exit, Failure> {
        let (mut served, mut verdict) = (0, Verdict::Accepted);
        while limit.is_none_or(|limit| served < limit) {
            let (socket, from) =
                listener.accept().map_err(Failure::environment("no connection can be accepted"))?;
            let connection = self.connection(socket, from);
            served += 1;
            if connection.refusal.is_some() {
                verdict = Verdict::Refused;
            }
            if output.is_json() {
                body.connections.push(connection);
            } else {
                output.write(self.text(&connection, output.style())?.as_bytes())?;
            }
        }
        if output.is_json() {
            return output.print(SCHEMA, verdict, &body, |_| String::new());
        }
        Ok(verdict.exit())
    }

    fn connection(&self, socket: TcpStream, from: SocketAddr) -> Connection {
        let mut connection = Connection { from: from.to_string(), peer: None, lines: 0, refusal: None };
        connection.refusal = self.talk(socket, &mut connection).err();
        connection
    }

    /// Sends back line by line, until the client ends it.
    fn talk(&self, socket: TcpStream, connection: &mut Connection) -> Result<(), Refusal> {
        let session = ServerConnection::new(self.server.config());
        let session = session.map_err(|error| of(&MtlsError::Tls(error)))?;
        let mut dialogue = Dialogue::new(session, Timed::new(socket, self.patience));
        dialogue.handshake().map_err(|error| refusal_of(&error, Role::Client))?;
        self.judge(&dialogue, connection)?;
        while let Some(line) = dialogue.hear().map_err(|error| refusal_of(&error, Role::Client))? {
            self.judge(&dialogue, connection)?;
            dialogue.say(&line).map_err(|error| refusal_of(&error, Role::Client))?;
            connection.lines += 1;
        }
        dialogue.end();
        Ok(())
    }

    /// Who it is, now: the certificate may have expired since the line before.
    fn judge(
        &self,
        dialogue: &Dialogue<ServerConnection, ServerConnectionData>,
        connection: &mut Connection,
    ) -> Result<(), Refusal> {
        let now = self.environment.now().map_err(|error| of(&error))?;
        let peer = self.server.peer(dialogue.connection(), now).map_err(|error| of(&error))?;
        connection.peer = peer.certificate().map(|wic| Workload::new(wic, now));
        Ok(())
    }

    fn text(&self, connection: &Connection, style: Style) -> Result<String, Failure> {
        let now = self.environment.now().map_err(Failure::step("the clock gives no time"))?;
        let mut text = format!("\nfrom {}\n", connection.from);
        if let Some(peer) = &connection.peer {
            text.push_str(&peer.text(now, style));
            text.push_str(&format!("  {:<13} {}\n", "lines", connection.lines));
        }
        if let Some(refusal) = &connection.refusal {
            text.push_str(&refusal.text(style));
        }
        Ok(text)
    }
}

fn of(error: &MtlsError) -> Refusal {
    refusal(error.code(), error, Role::Client)
}
