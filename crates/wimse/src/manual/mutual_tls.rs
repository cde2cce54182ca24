//! How two workloads know each other by their connection.
//!
//! Each side shows a Workload Identity Certificate (WIC) in the TLS handshake, and proves there that it holds its key. No
//! header and no token is needed: the connection is the proof, and everything on it is of that peer. Like the feature
//! `mtls`, this page is about [`wimse::mtls`](crate::mtls).
//!
//! # What to configure
//!
//! Four things, on each side: who we are, whom to believe, who the peer may be, and what TLS runs on. An agent usually
//! keeps the first two in files.
//!
//! ```
//! use wimse::creds::UnixTime;
//! use wimse::creds::pop::PeerPolicy;
//! use wimse::mtls::{AnchorFiles, ExpectedServer, IdentityFiles, MtlsClient, MtlsServer, TlsEnvironment};
//!
//! fn sides(now: UnixTime) -> Result<(MtlsServer, MtlsClient), Box<dyn std::error::Error>> {
//!     let environment = TlsEnvironment::aws_lc();
//!     // Who we are: certificates in PEM, the key in PKCS#8.
//!     let identity = IdentityFiles::open(&environment, "svid.pem", "svid.key", now)?;
//!     // Whom to believe, by trust domain: CAs in PEM, or a SPIFFE bundle.
//!     let anchors = AnchorFiles::open([
//!         ("spiffe://example.com".parse()?, "bundle.json"),
//!         ("wimse://partner.example".parse()?, "partner.pem"),
//!     ])?;
//!
//!     // A server says who may call.
//!     let policy = PeerPolicy::exactly(["spiffe://example.com/billing".parse()?]);
//!     let server = MtlsServer::new(&environment, identity.clone(), anchors.clone(), policy)?;
//!
//!     // A client says whom it means.
//!     let expected = ExpectedServer::Workload("spiffe://example.com/orders".parse()?);
//!     let client = MtlsClient::new(&environment, identity, anchors, expected)?;
//!     Ok((server, client))
//! }
//! ```
//!
//! `server.config()` and `client.config()` are configurations of rustls, for `tokio-rustls`, `hyper` or a loop of your
//! own. On every connection that is up, ask who is there, and authorise on the whole identifier:
//!
//! ```
//! use wimse::creds::UnixTime;
//! use wimse::creds::pop::AuthenticatedPeer;
//! use wimse::mtls::rustls::{ClientConnection, ServerConnection, pki_types::ServerName};
//! use wimse::mtls::{MtlsClient, MtlsError, MtlsServer};
//!
//! fn caller(server: &MtlsServer, connection: &ServerConnection, now: UnixTime) -> Result<AuthenticatedPeer, MtlsError> {
//!     server.peer(connection, now)
//! }
//!
//! // `name` is what the connection was made by.
//! fn callee(
//!     client: &MtlsClient,
//!     connection: &ClientConnection,
//!     name: &ServerName<'_>,
//!     now: UnixTime,
//! ) -> Result<Option<AuthenticatedPeer>, MtlsError> {
//!     Ok(client.peer(connection, name, now)?.workload().cloned())
//! }
//! ```
//!
//! # Which server is meant
//!
//! That *some* workload of the trust domain answers proves nothing, so a client has to choose. "Host name" is the
//! [`ServerName`](crate::mtls::rustls::pki_types::ServerName) that rustls is given, when it is a DNS name and no address.
//!
//! | [`ExpectedServer`](crate::mtls::ExpectedServer) | The identifier must be | The host name must be in the certificate | Anchors |
//! | --- | --- | --- | --- |
//! | `Workload(id)` | `id` | yes, where the connection is made by one | of the trust domain |
//! | `Both { identifier, name }` | `identifier` | yes, and it must be `name` | of the trust domain |
//! | `Mapped(map)` | what the map has for the name or address | yes, where the connection is made by one | of the trust domain |
//! | `WorkloadIgnoringDnsName(id)` | `id` | no: only where names say no more than where to connect | of the trust domain |
//! | `DnsName { name, anchors }` | none: the server is no workload | yes, and it must be `name` | of their own |
//!
//! The draft wants the host name checked where the connection is made by one. Have the server's certificate issued with
//! that name ([`WicTemplate::dns_name`](crate::creds::wic::WicTemplate::dns_name)). The authority part of an identifier is
//! a trust domain, and never a host.
//!
//! # Who may call
//!
//! ```
//! use wimse::creds::pop::PeerPolicy;
//! use wimse::identifier::IdentifierSet;
//!
//! // These, and no others.
//! let few = PeerPolicy::exactly(["wimse://example.com/billing".parse()?]);
//! // All beneath a path.
//! let some = PeerPolicy::from(IdentifierSet::none().with_subtree("wimse://example.com/ns/shop".parse()?));
//! // Any workload of a trust domain: written down, since it is never meant silently.
//! let any = PeerPolicy::member_of(["wimse://example.com".parse()?]);
//! # let _ = (few, some, any);
//! # Ok::<(), wimse::identifier::IdentifierError>(())
//! ```
//!
//! Who is not permitted is refused in the handshake, and again by [`peer`](crate::mtls::MtlsServer::peer).
//!
//! # Why it was refused
//!
//! The other side gets an alert and no reason. Ours is in the error of rustls, mostly inside that of the stream:
//!
//! ```
//! use wimse::mtls::MtlsError;
//!
//! fn reason(error: &std::io::Error) -> &'static str {
//!     match MtlsError::from_io(error) {
//!         // Such as "wic.expired", "mtls.not_expected", or "mtls.refused_by_peer" if it was them.
//!         Some(refused) => refused.code(),
//!         None => "network",
//!     }
//! }
//! ```
//!
//! `wic.signature` is a certificate by somebody else's CA, `mtls.possession` one that was shown without its key.
//! `wimse tls serve` and `wimse tls connect` play one side each, and name the rule of the draft.
//!
//! # Certificates that change
//!
//! Certificates live for an hour or so, connections for longer. Have a [`Watcher`](crate::mtls::Watcher) look at the files,
//! or call [`refresh`](crate::mtls::Refresh::refresh) from a timer. New handshakes use what is new; open connections stay
//! open, and `peer` judges them by the anchors of now.
//!
//! ```
//! use std::time::Duration;
//! use wimse::mtls::{AnchorFiles, IdentityFiles, TlsEnvironment, Watcher};
//!
//! fn watch(environment: &TlsEnvironment, identity: &IdentityFiles, anchors: &AnchorFiles) -> std::io::Result<Watcher> {
//!     let watched = vec![Box::new(identity.clone()) as _, Box::new(anchors.clone()) as _];
//!     // Dropping it ends the watching.
//!     Watcher::start(environment, Duration::from_secs(5), watched, |outcome| {
//!         if let Err(error) = outcome {
//!             eprintln!("kept what was in use: {} ({error})", error.code());
//!         }
//!     })
//! }
//! ```
//!
//! Roll over in this order: the new CA beside the old one everywhere, then certificates by the new CA, then the old CA out.
//! With something else than files, put new values into a [`Rotating`](crate::mtls::Rotating).
//!
//! # Something in between
//!
//! What ends TLS on the way is the peer. To know the caller behind it, let the caller sign the message as well, and hold
//! both together ([`LayeredPeers`](crate::creds::pop::LayeredPeers)); a header in which a proxy says who called is no proof.
//!
//! ```
//! use wimse::creds::pop::{AuthenticatedPeer, LayerError, LayerPolicy, LayeredPeers};
//!
//! // `connection` by mutual TLS, `message` by a Workload Proof Token or a signature.
//! fn caller(
//!     connection: AuthenticatedPeer,
//!     message: AuthenticatedPeer,
//!     policy: &LayerPolicy,
//! ) -> Result<AuthenticatedPeer, LayerError> {
//!     let peers = LayeredPeers::new().with_transport(connection)?.with_application(message)?;
//!     peers.authorize(policy).cloned()
//! }
//! ```
//!
//! # Pitfalls
//!
//! - **Asking once.** A certificate expires while its connection is open, and a resumed session shows none. Ask `peer` for
//!   each request, and close the connection when it refuses. It costs a look-up.
//! - **Dialling an address because the name fails.** Then no host name is checked; `mtls.name_mismatch` says that the
//!   certificate lacks it.
//! - **One CA for two trust domains**, or for `wimse` and `spiffe` of one name. Its owner could name workloads of both, and
//!   it is refused unless [allowed](crate::creds::trust::TrustAnchors::allow_shared_keys). Of a shared hierarchy, configure
//!   the CA beneath it that serves this domain.
//! - **Files written in place.** Half a file of certificates may be whole ones without those of its CAs. Write beside, and
//!   rename.
//! - **No leeway.** Certificates are judged to the second. Issue them to begin a little earlier.
//! - **A sidecar that reads the key.** Who holds the key is the workload, for as long as the certificate lives.
//!
//! # Limits
//!
//! TLS 1.3 unless [`TlsOptions`](crate::mtls::TlsOptions) allows 1.2; no early data, no renegotiation. Clients resume
//! sessions only when told to. At most 6 certificates of 64 KiB together are looked at. Revocation lists and OCSP are not
//! consulted: certificates are short-lived, and a [deny-list](crate::creds::wic::WicVerifier::with_deny_list) is for the rest.
//! Beneath a CA with URI name constraints nothing is accepted.
