//! Replay stores that the replicas of a service share: a proof is admitted once, to whichever replica it is sent.
//!
//! draft-ietf-wimse-wpt and draft-ietf-wimse-http-signature let a verifier accept the `jti` or nonce of a proof once
//! (WPT-2-23, SIG-3-37). One process remembers with `MemoryReplayGuard` of `wimse-creds`; several ask
//! [`RedisReplayStore`], on Redis 6 or later (tested with 7.0).
//!
//! ```text
//!  replica: all other checks --> CheckedProof::admit_async
//!                                      |
//!                                      v  one round trip, one script
//!  store:   clocks agree? -- no --> replay.clock
//!           could it have been admitted before the store's memory began? -- yes --> replay.fenced
//!           has its sender used up its share? -- yes --> replay.sender_share
//!           SET key attempt NX PX -- was there --> replay.replayed
//!                                      |
//!                                      v
//!  replica: AuthenticatedPeer
//! ```
//!
//! # Which protection
//!
//! A service says which, there is no default (`wimse_creds::pop::Replay`):
//!
//! | | Remembers | A captured request can be sent again |
//! | --- | --- | --- |
//! | `Off` | nothing | as often as one likes, while its proof lives |
//! | `Local` | in this process | once to each other replica; and after a restart, unless the guard has a fence |
//! | `Shared`, `OnError::Deny` | for all replicas | never, with the exceptions below; while the store does not answer, nothing is accepted |
//! | `Shared`, `OnError::Allow` | the same, and in this process beside it | while the store does not answer, once to each other replica |
//!
//! With one replica, `Local` is enough: `MemoryReplayGuard` is faster by far and cannot be away. `Allow` makes the service
//! more available than its store, for requests that do no harm twice; `SharedReplay::fallbacks` counts each of them, so that
//! somebody can be told.
//!
//! # Quick start
//!
//! ```no_run
//! use std::sync::Arc;
//! use std::time::SystemTime;
//! use wimse_creds::UnixTime;
//! use wimse_creds::pop::{AuthenticatedPeer, CheckedProof, OnError, Replay, SharedReplay};
//! use wimse_replay::{RedisReplayStore, RedisSettings};
//!
//! # async fn service(proof: CheckedProof) -> Result<AuthenticatedPeer, Box<dyn std::error::Error>> {
//! // At the start: fails if the store cannot be relied on.
//! let store = RedisReplayStore::connect(RedisSettings::new("redis://replay.internal:6379")?).await?;
//! let replay = Replay::Shared(Arc::new(SharedReplay::new(Arc::new(store), OnError::Deny)));
//!
//! // For each request, when all else has been checked.
//! let peer = proof.admit_async(&replay, UnixTime::from(SystemTime::now())).await?;
//! # Ok(peer)
//! # }
//! ```
//!
//! # When the store fails
//!
//! | What happens | What is answered | With `OnError::Deny` |
//! | --- | --- | --- |
//! | it is down, hangs, is loading, is a replica, refuses the password | `replay.unavailable`, within [`RedisSettings::total_timeout`] | 503 |
//! | its memory is full | `replay.full` | 503 |
//! | it has lost its memory, or is new | `replay.fenced` for proofs that could have been admitted before | 503 |
//! | its clock and ours are apart | `replay.clock` | 503 |
//! | a connection breaks in the middle | asked once more over a new one, for the same attempt | as usual |
//! | a connection hangs, and others do not | `replay.unavailable` for what was asked over it, until its timeout | 503 for these |
//!
//! A proof whose answer got lost may be used up: who retries makes a new one, as ever.
//!
//! # Memory that was lost
//!
//! A store that starts empty has no idea what was admitted before, and a captured request would be new to it. So it keeps
//! its time of birth, made by the same script that inserts, and refuses every proof that could have been admitted before:
//! a signature by its `created`, less the leeway of its verifier; a WPT, which has none, by `exp` minus the longest lifetime that its
//! verifier accepts ([`Admissible::from`](wimse_creds::pop::Admissible::from)). What was made later is accepted at once.
//!
//! The birth is kept with the run id of the server. Another run id, after a restart with an old snapshot or the promotion
//! of a replica, is a new birth: what such a server remembers may lack the last writes. A single server that writes each
//! command to disk before it answers can be trusted across restarts, by choice: [`RedisSettings::survives_restarts`].
//!
//! How long honest calls are refused after a loss (and after the very first start):
//!
//! | Proof | Refused for | By default |
//! | --- | --- | --- |
//! | HTTP signature | leeway of the verifier + [clock skew](RedisSettings::max_clock_skew) | 40 s |
//! | WPT | `max_lifetime` of the verifier − lifetime that callers choose + clock skew | 280 s |
//!
//! Callers whose WPTs live for a minute are served again after 40 seconds if the verifier has
//! `max_lifetime(Duration::from_secs(90))`.
//!
//! # The server
//!
//! ```text
//! maxmemory 256mb                  # see below; without it, the system decides what dies
//! maxmemory-policy noeviction      # asked for: what is evicted can be replayed
//! save ""                          # entries are of no use after a restart: see above
//! appendonly no
//! tcp-keepalive 60
//! user orders on >PASSWORD resetchannels ~{wimse-replay}:* +evalsha +script|load +info +time +get +set +incr +expire
//! ```
//!
//! - **Memory.** An entry takes 176 to 205 bytes, and lives for the lifetime of its proof, the leeway of the verifier and the
//!   clock skew. Reckon with 256 bytes: at 1,000 requests a second with proofs of 60 seconds, 100,000 entries of 25 MB. One
//!   sender has a [share](RedisSettings::share_per_sender), so that none fills it for all. When it is full, all are refused.
//! - **Eviction** is looked at whenever a connection is made, and by [`RedisReplayStore::ready`]. Whoever sets it otherwise
//!   in between is noticed by the next of these.
//! - **Timeouts.** 500 ms to connect, 250 ms for an answer, one second for all of it, whatever happens; after a failure,
//!   attempts to connect have pauses of 50 ms to two seconds, in which proofs are refused at once. Each can be set. An answer
//!   that comes too late ends the connection: set [`RedisSettings::response_timeout`] well above the round trip.
//! - **Connections.** Two for each process, or [up to 16](RedisSettings::connections), each made when all before it have questions
//!   under way. Questions go side by side over each, to where the fewest are: one that is stuck holds its own until their timeout,
//!   and soon gets no others. One that breaks has its questions asked again over a new one. What one tells of the server, such as that it evicts
//!   or is read-only, ends all of them, and so does one that finds another run of the server: all lead to the same memory. More
//!   of them are not faster, since the server does one thing at a time. A question is one `EVALSHA`.
//! - **Persistence** buys nothing but the end of the fence, and only with `appendfsync always`
//!   ([`RedisSettings::survives_restarts`]).
//! - **Sentinel, managed servers.** The address must lead to the primary: a virtual address, a DNS name or a proxy that asks
//!   for `role:master`. Names are looked up for each connection. A primary that was made a replica accepts no writes, so its
//!   connection is given up, and the next one finds the new primary, which has a fence.
//! - **Cluster.** The client does not follow redirections. All keys have one hash tag, and so one primary: use a server
//!   without cluster mode.
//! - **TLS.** Feature `tls`: `rediss://`, with the CAs of the system or [given ones](RedisSettings), and a client certificate.
//!   It takes the default provider of rustls in the process, and makes aws-lc-rs that if there is none.
//!
//! For metrics: [`RedisReplayStore::statistics`], of which `unavailable`, `full`, `fenced` and `clock` should stand still; for
//! health checks: [`RedisReplayStore::ready`].
//!
//! # What is not covered
//!
//! - **Two primaries at once.** While a failover leaves the old primary writable, each admits what the other has: the fence
//!   begins when replicas meet the new one. Bound that time with `min-replicas-to-write 1` and a short
//!   `min-replicas-max-lag` on the primary, or have no automatic failover: a store that is down costs availability, not safety.
//! - **The server's clock**, moved ahead by more than the lifetime of a proof and back again while nobody asks: entries
//!   expire meanwhile. Let it be slewed, not stepped. While clocks are apart, nothing is admitted.
//! - **A primary that follows another for a while**, and leads again without a restart, when nobody has asked the other one:
//!   it may have lost its last writes, and is known by the same run id.
//! - **Who may write to the store** may delete from it, and a store that is not the right one admits everything: give nobody
//!   else a password, and use TLS wherever the network is not the service's own.
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! | --- | --- | --- |
//! | `tls` | no | `rediss://` by rustls, with `RedisSettings::root_certificates` and `client_certificate` |
//! | `tracing` | no | the span `wimse.admit`, and an event for what goes wrong: [`telemetry`] |
//! | `metrics` | no | counters and a histogram, for a recorder of the crate `metrics`: [`telemetry`] |
//!
//! It runs on tokio. Beside it there is one crate for the protocol, `redis`.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod backoff;
mod error;
mod name;
mod pool;
mod question;
mod server;
mod settings;
mod statistics;
mod store;
pub mod telemetry;

pub use error::StoreError;
pub use settings::RedisSettings;
pub use statistics::Statistics;
pub use store::RedisReplayStore;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
