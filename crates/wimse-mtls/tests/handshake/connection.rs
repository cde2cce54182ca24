//! Two ends of a connection, joined in memory.

use rustls::{AlertDescription, ClientConfig, ClientConnection, ServerConfig, ServerConnection};
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use wimse_mtls::{MtlsError, rustls};

/// Both ends after the handshake, and after the client has read once.
pub(crate) struct Ends {
    pub(crate) client: ClientConnection,
    pub(crate) server: ServerConnection,
    pub(crate) client_error: Option<rustls::Error>,
    pub(crate) server_error: Option<rustls::Error>,
}

/// Makes a connection to a DNS name or an IP address.
pub(crate) fn connect(client: Arc<ClientConfig>, server: Arc<ServerConfig>, name: &str) -> Ends {
    let name = name.to_owned().try_into().unwrap();
    let mut ends = Ends {
        client: ClientConnection::new(client, name).unwrap(),
        server: ServerConnection::new(server).unwrap(),
        client_error: None,
        server_error: None,
    };
    ends.exchange();
    ends
}

impl Ends {
    /// Carries bytes to and fro until there are none.
    pub(crate) fn exchange(&mut self) {
        loop {
            let mut wire = Vec::new();
            while self.client.wants_write() {
                self.client.write_tls(&mut wire).unwrap();
            }
            let sent = wire.len();
            let mut rest = &wire[..];
            while !rest.is_empty() && self.server_error.is_none() {
                self.server.read_tls(&mut rest).unwrap();
                self.server_error = self.server.process_new_packets().err();
            }
            let mut wire = Vec::new();
            while self.server.wants_write() {
                self.server.write_tls(&mut wire).unwrap();
            }
            if sent + wire.len() == 0 {
                return;
            }
            let mut rest = &wire[..];
            while !rest.is_empty() && self.client_error.is_none() {
                self.client.read_tls(&mut rest).unwrap();
                self.client_error = self.client.process_new_packets().err();
            }
        }
    }

    /// Sends a line from the client to the server.
    pub(crate) fn say(&mut self, line: &str) -> String {
        self.client.writer().write_all(line.as_bytes()).unwrap();
        self.exchange();
        let mut heard = vec![0; line.len()];
        self.server.reader().read_exact(&mut heard).unwrap();
        String::from_utf8(heard).unwrap()
    }

    /// Why the server has refused, and the alert that it sent.
    pub(crate) fn refused_by_server(&self) -> (&'static str, Option<AlertDescription>) {
        (code(self.server_error.as_ref()), alert(self.client_error.as_ref()))
    }

    /// Why the client has refused, and the alert that it sent.
    pub(crate) fn refused_by_client(&self) -> (&'static str, Option<AlertDescription>) {
        (code(self.client_error.as_ref()), alert(self.server_error.as_ref()))
    }

    pub(crate) fn is_up(&self) -> bool {
        self.client_error.is_none()
            && self.server_error.is_none()
            && !self.client.is_handshaking()
            && !self.server.is_handshaking()
    }
}

fn code(error: Option<&rustls::Error>) -> &'static str {
    error.map_or("accepted", |error| MtlsError::from_handshake(error).code())
}

fn alert(error: Option<&rustls::Error>) -> Option<AlertDescription> {
    match error {
        Some(rustls::Error::AlertReceived(alert)) => Some(*alert),
        _ => None,
    }
}
