//! One connection over loopback, with what each side made of it.

use crate::demo::report::Party;
use crate::demo::workload::now;
use crate::exit::Failure;
use crate::tls::{Dialogue, Timed};
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;
use wimse::mtls::rustls::pki_types::ServerName;
use wimse::mtls::rustls::{ClientConfig, ClientConnection, ServerConnection};
use wimse::mtls::{MtlsClient, MtlsError, MtlsServer};

/// By what a connection is made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Named {
    Host(&'static str),
    Address,
}

/// Whom each side took the other for, or the code of why not.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) server: Result<String, &'static str>,
    pub(super) client: Result<String, &'static str>,
}

impl Ended {
    /// Who refused, and why. That a side was refused is no reason of its own.
    pub(super) fn refusal(&self) -> Option<(Party, &'static str)> {
        let code = |side: &Result<String, &'static str>| side.as_ref().err().copied();
        let told = |code: &&'static str| *code != super::REFUSED_BY_PEER;
        let server = code(&self.server).filter(told).map(|code| (Party::Callee, code));
        let client = code(&self.client).filter(told).map(|code| (Party::Caller, code));
        server.or(client)
    }
}

/// Whoever calls.
pub(super) enum Caller {
    /// A workload, which means somebody.
    Workload(MtlsClient),
    /// The thief, who takes whatever answers.
    Thief(Arc<ClientConfig>),
}

impl From<MtlsClient> for Caller {
    fn from(client: MtlsClient) -> Self {
        Self::Workload(client)
    }
}

/// Has one call the other, each in a thread of its own.
pub(super) async fn call(
    server: MtlsServer,
    caller: impl Into<Caller>,
    named: Named,
) -> Result<Ended, Failure> {
    const DOING: &str = "no connection of this machine with itself can be made";
    let caller = caller.into();
    let name = match named {
        Named::Host(name) => ServerName::try_from(name).map_err(Failure::step(DOING))?,
        Named::Address => ServerName::IpAddress(Ipv4Addr::LOCALHOST.into()),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Failure::environment(DOING))?;
    let address = listener.local_addr().map_err(Failure::environment(DOING))?;
    let callee = tokio::task::spawn_blocking(move || {
        let (socket, _) = listener.accept()?;
        Ok::<_, io::Error>(answer(&server, socket))
    });
    let caller = tokio::task::spawn_blocking(move || {
        let socket = TcpStream::connect(address)?;
        Ok::<_, io::Error>(ask(&caller, &name, socket))
    });
    let server = callee.await.map_err(Failure::step(DOING))?.map_err(Failure::environment(DOING))?;
    let client = caller.await.map_err(Failure::step(DOING))?.map_err(Failure::environment(DOING))?;
    Ok(Ended { server, client })
}

/// Greets whoever may call.
fn answer(server: &MtlsServer, socket: TcpStream) -> Result<String, &'static str> {
    let session = ServerConnection::new(server.config()).map_err(|error| code(&error))?;
    let mut dialogue = Dialogue::new(session, Timed::new(socket, PATIENCE));
    dialogue.handshake().map_err(|error| code_of(&error))?;
    let peer = server.peer(dialogue.connection(), now()).map_err(|error| error.code())?;
    let caller = peer.identifier().to_string();
    dialogue.say(format!("hello {caller}\n").as_bytes()).map_err(|error| code_of(&error))?;
    dialogue.end();
    Ok(caller)
}

/// Makes a call, and waits for the greeting: only that says that the server let us in.
fn ask(caller: &Caller, name: &ServerName<'static>, socket: TcpStream) -> Result<String, &'static str> {
    let config = match caller {
        Caller::Workload(client) => client.config(),
        Caller::Thief(config) => Arc::clone(config),
    };
    let session = ClientConnection::new(config, name.clone()).map_err(|error| code(&error))?;
    let mut dialogue = Dialogue::new(session, Timed::new(socket, PATIENCE));
    dialogue.handshake().map_err(|error| code_of(&error))?;
    let server = match caller {
        Caller::Workload(client) => {
            let server = client.peer(dialogue.connection(), name, now()).map_err(|error| error.code())?;
            server.workload().map_or(String::new(), |peer| peer.identifier().to_string())
        }
        Caller::Thief(_) => "anybody".to_owned(),
    };
    match dialogue.hear() {
        Ok(Some(_)) => Ok(server),
        Ok(None) => Err("tls.closed"),
        Err(error) => Err(code_of(&error)),
    }
}

fn code(error: &wimse::mtls::rustls::Error) -> &'static str {
    MtlsError::from_handshake(error).code()
}

fn code_of(error: &io::Error) -> &'static str {
    MtlsError::from_io(error).map_or("tls.closed", |error| error.code())
}

const PATIENCE: Duration = Duration::from_secs(10);
