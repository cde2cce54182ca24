//! The clients.

use crate::counts::{Counts, count};
use crate::server::Server;
use crate::workload::{HOST, ORDERS, RETIRED, Workload, now};
use rustls::{ClientConnection, StreamOwned};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use wimse_mtls::{ExpectedServer, MtlsClient, MtlsError, TlsEnvironment, rustls};

/// A workload that calls orders.
pub(crate) struct Caller {
    name: &'static str,
    client: MtlsClient,
    address: SocketAddr,
}

/// A connection that is up.
pub(crate) struct Open(BufReader<StreamOwned<ClientConnection, TcpStream>>);

impl Caller {
    pub(crate) fn new(workload: &Workload, server: &Server) -> Self {
        let (identity, anchors) = (workload.identity.clone(), workload.anchors.clone());
        let expected = ExpectedServer::Workload(ORDERS.parse().unwrap());
        let client = MtlsClient::new(&TlsEnvironment::aws_lc(), identity, anchors, expected).unwrap();
        Self { name: workload.name, client, address: server.address }
    }

    /// Calls again and again, each time on a new connection.
    pub(crate) fn call_until_stopped(&self, counts: &Counts) {
        let is_retired = self.name == RETIRED;
        while !counts.is_stopped() {
            let answer = self.open().and_then(|mut connection| connection.ask());
            match answer {
                Ok(name) if name == self.name => {
                    count(if is_retired { &counts.retired_accepted } else { &counts.calls });
                }
                // In the handshake, or after it if the anchor has gone in between. The server says for which reason.
                _ if is_retired && counts.old_ca_may_be_refused() => count(&counts.retired_refused),
                other => {
                    count(&counts.failed);
                    let _ = writeln!(std::io::stderr(), "{}: {other:?}", self.name);
                }
            }
        }
    }

    /// A new connection, on which the server has been judged.
    pub(crate) fn open(&self) -> Result<Open, String> {
        let mut stream = TcpStream::connect_timeout(&self.address, PATIENCE).map_err(text)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(text)?;
        stream.set_write_timeout(Some(PATIENCE)).map_err(text)?;
        let mut connection = ClientConnection::new(self.client.config(), HOST.try_into().unwrap()).unwrap();
        while connection.is_handshaking() {
            connection.complete_io(&mut stream).map_err(text)?;
        }
        let peer = self.client.peer(&connection, &HOST.try_into().unwrap(), now());
        peer.map_err(|error: MtlsError| error.code().to_owned())?;
        Ok(Open(BufReader::new(StreamOwned::new(connection, stream))))
    }
}

impl Open {
    /// Who the server says is calling, or why nobody is.
    pub(crate) fn ask(&mut self) -> Result<String, String> {
        writeln!(self.0.get_mut(), "who am I").map_err(text)?;
        let mut line = String::new();
        self.0.read_line(&mut line).map_err(text)?;
        Ok(line.trim_end().to_owned())
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn text(error: std::io::Error) -> String {
    error.to_string()
}

const PATIENCE: Duration = Duration::from_secs(20);
