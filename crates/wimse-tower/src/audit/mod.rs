//! A record of every decision about a request, accepted and refused, for auditors.
//!
//! Requests that were refused before the layer are on record with [`AuthenticateLayer::refused`](crate::AuthenticateLayer::refused),
//! and handshakes of mutual TLS that fail with `HttpServer::audit`.
//!
//! An [`AuditEvent`] is a line of JSON, `wimse-audit/1`: when, who (the peer of the connection and that of the message), what,
//! the decision, the stage, the code, the requirement of the drafts. Its schema is `docs/audit/event.schema.json`; what each
//! field means is in `docs/observability.md`.
//!
//! ```
//! use wimse_tower::Authenticator;
//! use wimse_tower::audit::{Audit, AuditLog, OnAuditFailure};
//!
//! /// No request passes that is not on record.
//! fn audited(authenticator: Authenticator, path: &str) -> std::io::Result<Authenticator> {
//!     let log = AuditLog::append(path)?;
//!     Ok(authenticator.audit(Audit::new(log, OnAuditFailure::Refuse)))
//! }
//! ```
//!
//! | Sink | A request waits for | When the writer fails |
//! | --- | --- | --- |
//! | [`AuditLog`] | the line to be written (not for the disk to have it) | the event fails |
//! | [`AuditQueue`] | nothing: the line is queued, and written by a thread | lines wait; once the queue is full, events are dropped and fail |
//! | an [`AuditSink`] of your own | what it does | what it says |
//!
//! An event that fails is counted ([`Audit::failures`], and by a metric). With [`OnAuditFailure::Refuse`], the request that it is
//! about is answered with 503 then, and `tower.audit_failed` is its code; its proof has been used up. With
//! [`OnAuditFailure::Continue`], it passes. What was refused stays refused either way, requests and connections.
//!
//! # What is in it, and what is not
//!
//! - No token, proof, signature or key. Text that begins like a JWT is replaced by its length, wherever it stands.
//! - What nobody has verified is in fields that are named `claimed_*`, and in the method and the path, which are those of the
//!   request as it was received. All of it is escaped (characters other than printable ASCII, as `\u{1b}`; quotes and backslashes
//!   by a backslash), and cut after [`MAX_CHARS`] characters, with `…` at the end.
//! - `transport`, `application` and `caller` are there only if they have been authenticated, be it for a request that is refused
//!   afterwards.
//! - The query of the request is not in it, unless [asked for](Audit::with_query): queries have secrets of applications.

mod event;
mod log;
mod queue;
mod sink;

pub use event::{AuditEvent, AuditIdentity, MAX_CHARS, Verdict};
pub use log::AuditLog;
pub use queue::AuditQueue;
pub use sink::{Audit, AuditError, AuditSink, OnAuditFailure};
