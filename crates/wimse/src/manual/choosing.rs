//! Which proof of possession fits.
//!
//! | | Workload Proof Token | HTTP Message Signatures | Mutual TLS |
//! | --- | --- | --- | --- |
//! | Draft | wpt | http-signature | mutual-tls |
//! | Credential | WIT | WIT | Workload Identity Certificate |
//! | Binds | recipient and path, time, context tokens | method, path, query, fields, body; responses too | the connection |
//! | Survives a proxy that ends TLS | yes | yes, if it leaves covered parts alone | no, it authenticates the proxy |
//! | A proxy can still change | method, query, fields, body, response | what is not covered | everything, it is the peer |
//! | Other protocols than HTTP | yes, the token is independent | no | any that runs over TLS |
//! | Cost per request | one signature | one signature and a hash of the body | none after the handshake |
//! | In this release | yes, [`wpt`](crate::wpt) | yes, `httpsig` | yes, `mtls` |
//!
//! In short:
//!
//! - TLS from end to end, and you run both ends: mutual TLS.
//! - A gateway that is to be known, and a caller behind it: mutual TLS with the one, a proof in the message of the other,
//!   and [`LayeredPeers`](crate::creds::pop::LayeredPeers) for both.
//! - TLS ends on the way, and you trust what ends it: a WPT. It is small, and says who is calling.
//! - TLS ends on the way, and what ends it must not be able to change the call: HTTP Message Signatures.
//! - Messages and queues: a WPT, see [`wpt::Message`](crate::wpt::Message).
