//! WIMSE mutual TLS: workloads that authenticate each other by their Workload Identity Certificates, on rustls.
//!
//! Implements draft-ietf-wimse-mutual-tls, editor's copy of September 2026 (towards -03). A Workload Identity
//! Certificate (WIC) carries one Workload Identifier; each side shows its own in the TLS handshake, and learns for
//! certain which workload is at the other end. SPIFFE X509-SVIDs are such certificates.
//!
//! ```text
//!  client   MtlsClient: identity, anchors, ExpectedServer       MtlsServer: identity, anchors, PeerPolicy   server
//!              | config                                                                       config |
//!              v                                                                                     v
//!           rustls::ClientConfig  <------------- TLS handshake, both certificates ------->  rustls::ServerConfig
//!              |                                                                                     |
//!              | peer(&connection, &name, now)                              peer(&connection, now)   |
//!              v                                                                                     v
//!           ServerIdentity                                                              AuthenticatedPeer
//! ```
//!
//! # Quick start
//!
//! ```
//! # use std::time::{Duration, SystemTime};
//! # use wimse_creds::key::{Algorithm, SigningKey};
//! # use wimse_creds::pop::PeerPolicy;
//! # use wimse_creds::trust::{DomainAnchors, TrustAnchors};
//! # use wimse_creds::wic::{CertificateAuthority, WicCredential, WicTemplate};
//! # use wimse_creds::{UnixTime, Validity};
//! # use wimse_mtls::{ExpectedServer, MtlsClient, MtlsError, MtlsServer, TlsEnvironment, TlsIdentity, rustls};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let now = UnixTime::from(SystemTime::now());
//! # let day = Validity::starting(now, Duration::from_secs(24 * 3600));
//! # let hour = Validity::starting(now, WicTemplate::DEFAULT_LIFETIME);
//! # let ca = CertificateAuthority::root(&"wimse://example.com".parse()?, SigningKey::generate(Algorithm::Es256)?, day)?;
//! # let issue = |name: &str, dns: &str| -> Result<WicCredential, Box<dyn std::error::Error>> {
//! #     let key = SigningKey::generate(Algorithm::Es256)?;
//! #     let template = WicTemplate::new(format!("wimse://example.com/{name}").parse()?, key.public_key(), hour);
//! #     Ok(WicCredential::new(ca.issue(&template.dns_name(dns)?)?, key)?)
//! # };
//! # let (billing, orders) = (issue("billing", "billing.example.com")?, issue("orders", "orders.example.com")?);
//! let environment = TlsEnvironment::aws_lc();
//! let domain = DomainAnchors::new("wimse://example.com".parse()?).with_ca_certificate(ca.certificate().clone())?;
//! let anchors = TrustAnchors::none().with(domain)?;
//!
//! // The server says who may call.
//! let server = MtlsServer::new(
//!     &environment,
//!     TlsIdentity::new(&environment, &orders, now)?,
//!     anchors.clone(),
//!     PeerPolicy::exactly(["wimse://example.com/billing".parse()?]),
//! )?;
//!
//! // The client says whom it means.
//! let client = MtlsClient::new(
//!     &environment,
//!     TlsIdentity::new(&environment, &billing, now)?,
//!     anchors,
//!     ExpectedServer::Workload("wimse://example.com/orders".parse()?),
//! )?;
//!
//! // Any TLS stream of rustls will do: `tokio_rustls`, `hyper`, or bytes in memory as here.
//! let name = rustls::pki_types::ServerName::try_from("orders.example.com")?;
//! let mut caller = rustls::ClientConnection::new(client.config(), name.clone())?;
//! let mut callee = rustls::ServerConnection::new(server.config())?;
//! while caller.is_handshaking() || callee.is_handshaking() {
//!     let mut wire = Vec::new();
//!     caller.write_tls(&mut wire)?;
//!     callee.read_tls(&mut wire.as_slice())?;
//!     callee.process_new_packets()?;
//!     let mut wire = Vec::new();
//!     callee.write_tls(&mut wire)?;
//!     caller.read_tls(&mut wire.as_slice())?;
//!     caller.process_new_packets()?;
//! }
//!
//! let peer = server.peer(&callee, now)?;
//! assert_eq!(peer.identifier().as_str(), "wimse://example.com/billing");
//! let peer = client.peer(&caller, &name, now)?;
//! assert_eq!(peer.workload().map(|peer| peer.identifier().path()), Some("/orders"));
//! # Ok(())
//! # }
//! ```
//!
//! # Whom a client means
//!
//! [`ExpectedServer`] is required, and no form of it accepts just any workload of a trust domain. A client that connects
//! by a DNS host name gets the check of that name as well, as the draft demands; a server that is no workload can be
//! expected by its DNS name alone, and then never counts as one.
//!
//! # Why a handshake failed
//!
//! rustls gives its own error, often inside an [`std::io::Error`]; [`MtlsError::from_handshake`] and
//! [`MtlsError::from_io`] turn it into one of ours, with a stable [`code`](MtlsError::code) for logs and metrics. The
//! peer gets an alert and no more.
//!
//! # Connections that last
//!
//! A handshake proves the present only. `peer` judges the certificate again each time: its expiry, the anchors that are
//! in force now, and the policy. Ask it for every request, or now and then, and close the connection when it fails. It
//! is also what judges sessions that are resumed, in which no certificate is sent. A certificate that was judged before
//! by the same anchors costs a look-up.
//!
//! # Certificates that change
//!
//! An identity and anchors can be given as a [`Rotating`] value: what is put in there is used in the next handshake, and
//! open connections stay open. [`IdentityFiles`] and [`AnchorFiles`] keep them up to date with files, whenever
//! `refresh` is called or a [`Watcher`] calls it.
//!
//! # What it does not do
//!
//! - It does no input and output but reading the files that it is told to: bring your own sockets and runtime.
//! - No early data (0-RTT), no renegotiation, no client certificates after the handshake, no raw public keys; a client
//!   resumes sessions only when [told to](TlsOptions::resumption).
//! - No revocation lists and no OCSP: keep certificates short-lived, and use a
//!   [deny-list](wimse_creds::wic::WicVerifier::with_deny_list) for the rest.
//! - It does not see through what ends TLS on the way: then the peer is *that*. Add a proof in the message, and compare
//!   both with [`LayeredPeers`](wimse_creds::pop::LayeredPeers).
//! - URI name constraints are not supported: certificates beneath them are refused.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! | --- | --- | --- |
//! | `aws-lc` | yes | [`TlsEnvironment::aws_lc`]: the provider of `aws-lc-rs`; keys of WICs by the same; needs a C compiler |
//! | `pure`, `josekit` | no | keys of WICs by another backend of `wimse-creds`, for another provider |
//! | `tls12` | no | TLS 1.2, where `TlsOptions::allow_tls12` allows it |
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod anchor_files;
mod client;
mod environment;
mod error;
mod expected;
mod file;
mod handshake;
mod identity;
mod identity_files;
mod options;
mod server;
mod source;
mod verifier;
mod watcher;

pub use anchor_files::AnchorFiles;
pub use client::{MtlsClient, ServerIdentity};
pub use environment::TlsEnvironment;
pub use error::MtlsError;
pub use expected::ExpectedServer;
pub use file::{FileError, Refresh, Refreshed, read_file};
pub use identity::TlsIdentity;
pub use identity_files::IdentityFiles;
pub use options::TlsOptions;
pub use rustls;
pub use server::{MtlsServer, MtlsSession};
pub use source::{Rotating, WicSource};
pub use watcher::{WatchError, Watcher};

#[cfg(all(doctest, feature = "aws-lc"))]
#[doc = include_str!("../README.md")]
struct Readme;
