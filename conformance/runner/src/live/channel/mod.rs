//! How requests get to a server: in the clear, or over TLS.

use std::{path::PathBuf, time::Duration};

use super::{
    Folder, Target,
    shown::Shown,
    wire::{Message, Reply, exchange},
};

#[cfg(feature = "mtls")]
mod http2;
#[cfg(feature = "mtls")]
mod tls;

/// The way to one address. A connection carries one exchange.
#[derive(Debug)]
pub(super) struct Channel {
    address: String,
    way: Way,
    timeout: Duration,
}

#[derive(Debug)]
enum Way {
    Plain,
    #[cfg(feature = "mtls")]
    Tls(Box<tls::Tls>),
}

/// Whether a library may write the request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Writing {
    /// HTTP/2 where the server has it, HTTP/1.1 otherwise.
    Any,
    /// HTTP/1.1, byte for byte.
    Raw,
}

impl Channel {
    /// To that server. Over TLS it has to show a certificate for its host by one of the CAs in that PEM file; without a file,
    /// the certificate of the workload that the folder expects.
    pub(super) fn new(
        target: &Target,
        folder: &Folder,
        ca: Option<&PathBuf>,
        timeout: Duration,
    ) -> Result<Self, String> {
        let way = if target.is_https() { secure(target, folder, ca, timeout)? } else { Way::Plain };
        Ok(Self { address: target.address.clone(), way, timeout })
    }

    /// Sends a request and reads the response. `shown` is for servers that ask for a certificate.
    #[cfg_attr(not(feature = "mtls"), allow(unused_variables, reason = "in the clear there is one way"))]
    pub(super) fn exchange(&self, request: &Message, shown: Option<&Shown>, writing: Writing) -> Reply {
        match &self.way {
            Way::Plain => exchange(&self.address, &request.to_bytes(), self.timeout),
            #[cfg(feature = "mtls")]
            Way::Tls(tls) => tls.exchange(&self.address, request, shown, writing, self.timeout),
        }
    }

    /// What it speaks, for people.
    pub(super) fn protocol(&self) -> &'static str {
        match &self.way {
            Way::Plain => "HTTP/1.1",
            #[cfg(feature = "mtls")]
            Way::Tls(tls) if tls.has_http2() => "HTTP/2 over TLS",
            #[cfg(feature = "mtls")]
            Way::Tls(_) => "HTTP/1.1 over TLS",
        }
    }
}

#[cfg(feature = "mtls")]
fn secure(target: &Target, folder: &Folder, ca: Option<&PathBuf>, timeout: Duration) -> Result<Way, String> {
    let mut tls = tls::Tls::new(target, folder, ca.map(PathBuf::as_path))?;
    tls.negotiate(&target.address, timeout);
    Ok(Way::Tls(Box::new(tls)))
}

#[cfg(not(feature = "mtls"))]
fn secure(_: &Target, _: &Folder, _: Option<&PathBuf>, _: Duration) -> Result<Way, String> {
    Err("this build is without TLS, which is the feature \"mtls\"".to_owned())
}
