//! Workload Identifiers of the IETF WIMSE working group.
//!
//! A Workload Identifier is a URI that names a workload within a trust domain:
//!
//! ```text
//!   wimse://trust.example.com/service/payment
//!   \___/   \_______________/\______________/
//!   scheme     trust domain        path
//!   \_______________________/
//!            Origin
//! ```
//!
//! This crate parses, compares, matches and maps such identifiers. It does not authenticate them: an identifier
//! proves nothing until it comes out of a verified credential (ID-7.2-1).
//!
//! It implements draft-ietf-wimse-identifier, editor's copy of 27 September 2026 (after -03), with the
//! canonical-serialization proposal for `wimse`, and SPIFFE-ID for `spiffe`. Requirement ids such as `ID-4.1-5`
//! (the draft) and `IDP-4.4-6` (the proposal) give section and number; sections without a name are the draft's.
//!
//! # From text to decision
//!
//! ```text
//!   text --parse, by an IdentifierPolicy--> WorkloadIdentifier --contains?--> IdentifierSet
//!     \                                       |       ^
//!      `--> IdentifierError (code)            |       | expected
//!                                             v       |
//!                                           Origin  IdentityMap <-- ExternalHandle
//! ```
//!
//! ```
//! use wimse_identifier::{ExternalHandle, IdentifierSet, IdentityMap, WorkloadIdentifier};
//!
//! let payment: WorkloadIdentifier = "wimse://trust.example.com/service/payment".parse()?;
//! assert_eq!(payment.origin().as_str(), "wimse://trust.example.com");
//!
//! // Who may call: complete identifiers, never the path alone.
//! let callers = IdentifierSet::exactly([payment.clone()]);
//! assert!(callers.contains(&payment));
//!
//! // Whom to expect behind a name of the network.
//! let mut map = IdentityMap::new();
//! map.insert(ExternalHandle::dns_name("pay.example.com")?, payment.clone())?;
//! assert_eq!(map.expected(&ExternalHandle::dns_name("pay.example.com")?), Some(payment));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Rejection, never normalisation
//!
//! Each accepted identifier has the bytes of its input, and two are equal when their bytes are. A text in another
//! spelling (`WIMSE://`, `/%70ayment`, `/a/../b`) is refused, because software that repaired it would let one
//! principal act as another (IDP-4.1-3, IDP-4.1-4). The policy says how strict:
//!
//! | Rules | Trust domain | Path segments |
//! | --- | --- | --- |
//! | [`SchemeRules::wimse`], default | `a-z 0-9 . - _`, no trailing dot, no IP address | unreserved characters; not empty, `.` or `..` |
//! | [`SchemeRules::spiffe`], default | `a-z 0-9 . - _`, at most 255 bytes | `A-Z a-z 0-9 . - _`; not empty, `.` or `..` |
//! | [`SchemeRules::generic`] | lower-case `reg-name`, no IP address | `pchar`, canonical percent-encoding; not empty, `.` or `..` |
//! | [`SchemeRules::wimse_baseline`] | `reg-name`, no IP address | `pchar`; empty only in the middle |
//!
//! Every identifier of 1 to 2048 bytes that keeps the rules is accepted, and none that is longer. Parsing takes
//! time linear in the length and allocates once.
//!
//! # Why a text was refused
//!
//! [`IdentifierPolicy::explain`] lists every rule, met or not, with what would put it right: see [`explain`].
//!
//! # Features
//!
//! | Feature | Default | Adds |
//! | --- | --- | --- |
//! | `serde` | no | `Serialize` and `Deserialize` (as strings, by the default policy) for [`WorkloadIdentifier`], [`Origin`] and [`TrustDomain`] |
//!
//! The crate is `no_std` with `alloc`.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod byte;
mod error;
pub mod explain;
mod handle;
mod identifier;
mod map;
mod origin;
mod policy;
mod scheme;
#[cfg(feature = "serde")]
mod serde;
mod set;
mod syntax;
mod text;
mod trust_domain;

pub use error::IdentifierError;
pub use handle::{ExternalHandle, HandleError};
pub use identifier::WorkloadIdentifier;
pub use map::IdentityMap;
pub use origin::Origin;
pub use policy::IdentifierPolicy;
pub use scheme::SchemeRules;
pub use set::IdentifierSet;
pub use trust_domain::TrustDomain;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
