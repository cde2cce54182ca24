//! What people get wrong.
//!
//! **The WIT as a bearer token.** A WIT in `Authorization: Bearer`, or a verified WIT without a proof, authenticates
//! nobody. There is no call here that makes a peer of it.
//!
//! **The audience from `Host`.** An attacker who holds a proof for another service sends it here with that service's
//! `Host`. The audience is configuration, and nothing in a request changes it.
//!
//! **Only the path, or only the trust domain.** `/admin` of somebody else's trust domain is not your `/admin`, and
//! being a member of your trust domain is not being the billing service. Compare whole identifiers; permit an
//! [origin](crate::identifier::IdentifierSet::with_origin) only where any of its workloads is meant.
//!
//! **Prefixes.** `starts_with("wimse://example.com/ns/db")` is true of `/ns/dbx`. Use
//! [`with_subtree`](crate::identifier::IdentifierSet::with_subtree), which ends at a segment.
//!
//! ```
//! use wimse::identifier::IdentifierSet;
//!
//! let databases = IdentifierSet::none().with_subtree("wimse://example.com/ns/db".parse()?);
//! assert!(databases.contains(&"wimse://example.com/ns/db/replica".parse()?));
//! assert!(!databases.contains(&"wimse://example.com/ns/dbx".parse()?));
//! # Ok::<(), wimse::identifier::IdentifierError>(())
//! ```
//!
//! **Repairing identifiers.** Lower-casing, decoding or trimming an identifier makes one identity of two. What is not
//! canonical is refused.
//!
//! **Retrying with the same proof.** A proof is good once. Make a new one for each attempt, also after a timeout.
//!
//! **Several replicas, one audience, local replay memory.** A captured proof is then good once on each replica. Share
//! the store, or give every replica a narrower audience.
//!
//! **Clocks.** The leeway is 30 seconds. A host whose clock is minutes off refuses good proofs; a longer leeway keeps
//! captured ones alive. Synchronise clocks instead.
//!
//! **Logging the fields.** `Workload-Identity-Token`, `Authorization` and `Txn-Token` are credentials. The values that
//! [`Prover`](crate::wpt::Prover) attaches are marked sensitive; log `sub`, `iss`, `jti` and the error's `code()`.
