//! How a call ended without a response that may be used.

use super::transport::{ConnectError, refused};
use super::wire::WireError;
use crate::exit::Failure;
use crate::refusal::{Refusal, Stop};
use std::error::Error;
use std::io;
use wimse::mtls::MtlsError;
use wimse_tower::client::ClientError;

/// There is no response.
pub(super) enum Ended {
    /// It was not made, nobody answered, or the answer is refused.
    Call(ClientError),
    /// The answer has begun, and cannot be had whole.
    Stop(Stop),
}

/// How far a call came that nobody has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// There was no connection, so that nothing was sent.
    Unconnected,
    /// What was sent may have arrived.
    Lost,
}

const PLAIN_HTTP: &str =
    "write https://, or add --allow-plain-http if something else than TLS secures the channel";

impl Ended {
    /// That nobody has answered; `None` where somebody has decided something.
    pub(super) fn broken(&self) -> Option<Broken> {
        let Self::Call(ClientError::Call(error)) = self else { return None };
        match error.downcast_ref::<WireError>()? {
            WireError::Connect(ConnectError::Network(_)) => Some(Broken::Unconnected),
            error @ WireError::Exchange(_) if of_tls(error).is_none() => Some(Broken::Lost),
            _ => None,
        }
    }

    /// What it means: that the request was printed, that something is refused, or that nobody answers.
    pub(super) fn judge(self) -> Result<Option<Vec<u8>>, Stop> {
        let error = match self {
            Self::Stop(stop) => return Err(stop),
            Self::Call(ClientError::Call(inner)) => match inner.downcast::<WireError>() {
                Ok(wire) => return of_wire(*wire),
                Err(inner) => ClientError::Call(inner),
            },
            Self::Call(error) => error,
        };
        let refusal = Refusal::of(error.code(), &error);
        Err(Stop::Refused(match &error {
            ClientError::PlainHttp => refusal.with_fix(PLAIN_HTTP),
            _ => refusal,
        }))
    }
}

fn of_wire(error: WireError) -> Result<Option<Vec<u8>>, Stop> {
    match error {
        WireError::Printed(request) => Ok(Some(request)),
        WireError::Connect(ConnectError::Refused(error)) => Err(refused(&error).into()),
        WireError::Connect(error @ ConnectError::Certificate(_)) => {
            let refusal = Refusal::of("call.server_certificate", &error);
            let fix = "look whether the URL names the right host, and which CAs are believed: --tls-ca";
            Err(refusal.with_fix(fix).into())
        }
        WireError::Connect(error @ ConnectError::PlainHttp(_)) => {
            Err(Refusal::of(ClientError::PlainHttp.code(), &error).with_fix(PLAIN_HTTP).into())
        }
        WireError::Connect(ConnectError::Network(error)) => {
            let failure = Failure::environment("the service cannot be connected to")(error);
            Err(failure.next("look whether a service listens there").into())
        }
        error => match of_tls(&error) {
            Some(refusal) => Err(refusal.into()),
            None => {
                let failure = Failure::environment("there is no answer")(io::Error::other(error));
                Err(failure.next("look at the service, and into its log").into())
            }
        },
    }
}

/// With TLS 1.3, a server that refuses us says so after the handshake.
fn of_tls(error: &WireError) -> Option<Refusal> {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        if let Some(refusal) = error.downcast_ref::<io::Error>().and_then(MtlsError::from_io) {
            return Some(refused(&refusal));
        }
        cause = error.source();
    }
    None
}
