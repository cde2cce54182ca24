//! Two ends of a connection, joined in memory.

use std::sync::Arc;

use rustls::{
    ClientConfig, ClientConnection, ConnectionCommon, Error, ServerConfig, ServerConnection,
    pki_types::ServerName,
};
use wimse_mtls::MtlsError;

use super::{Outcome, Step, refusal};

/// Both ends after the handshake, and after the client has read what the server sent with its end.
pub(super) struct Ends {
    pub(super) client: ClientConnection,
    pub(super) server: ServerConnection,
}

/// Makes the handshake, or gives the error of the end that refuses; the other end sees an alert.
pub(super) fn connect(
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
    name: &ServerName<'static>,
) -> Step<Ends> {
    let failed = |error: Error| refusal(&MtlsError::from_handshake(&error));
    let mut ends = Ends {
        client: ClientConnection::new(client, name.clone()).map_err(failed)?,
        server: ServerConnection::new(server).map_err(failed)?,
    };
    // Each round carries at least one flight; a handshake has few.
    for _ in 0..ROUNDS {
        let sent = carry(&mut ends.client, &mut ends.server).map_err(failed)?;
        let answered = carry(&mut ends.server, &mut ends.client).map_err(failed)?;
        if !sent && !answered {
            break;
        }
    }
    if ends.client.is_handshaking() || ends.server.is_handshaking() {
        return Err(Outcome::reject("mtls.handshaking", &"the handshake does not end"));
    }
    Ok(ends)
}

/// Carries all that one end has to send to the other; whether there was something.
fn carry<A, B>(from: &mut ConnectionCommon<A>, to: &mut ConnectionCommon<B>) -> Result<bool, Error> {
    let unreadable = |error: std::io::Error| Error::General(error.to_string());
    let mut wire = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut wire).map_err(unreadable)?;
    }
    let mut rest = &wire[..];
    while !rest.is_empty() {
        to.read_tls(&mut rest).map_err(unreadable)?;
        to.process_new_packets()?;
    }
    Ok(!wire.is_empty())
}

const ROUNDS: usize = 8;
