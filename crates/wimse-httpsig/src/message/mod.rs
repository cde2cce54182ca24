//! HTTP Message Signatures (RFC 9421), usable without WIMSE.
//!
//! ```text
//!  signer     SignatureInput::builder --base--> SignatureBase --key--> signature --attach--> Signature-Input, Signature
//!
//!  verifier   Signatures::parse --tagged--> ReceivedSignature --base--> SignatureBase --key--> valid or not
//! ```
//!
//! This module says whether a signature is over a message and by a key. It reads no clock, chooses no key, and has no
//! opinion on what must be covered: that is for an application to decide (RFC 9421 1.4). That of WIMSE is the rest of
//! this crate.
//!
//! # Decisions
//!
//! | Question | Here |
//! | --- | --- |
//! | A label, parameter or component twice | refused, where structured fields alone would take the last |
//! | A label in only one of the two fields | refused (RFC 9421 4) |
//! | An empty line; halves of a member in two lines | refused |
//! | White space, `;req=?1`, missing Base64 padding | accepted and serialised strictly, as RFC 9421 3.2 and RFC 9651 4.2 have it |
//! | Unknown components or parameters | refused in the signature that is used, ignored in others |
//! | A list without components | has a signature base; is neither signed nor verified |
//! | Obsolete line folding | one space; CR, LF or NUL otherwise refused |
//! | A field value beyond ASCII, or with control characters | refused without `bs` |
//! | `sf`, `key` on a field of unknown type; an empty List or Dictionary | refused |
//! | `@path`, `@query`, `@target-uri` of `OPTIONS *` and CONNECT | refused; `@authority` of CONNECT is its target, with the port |
//! | `@target-uri` | lower-case scheme and host, no default port, `/` for an empty path; else as received |
//! | `@query-param` that is not UTF-8, or there twice | refused |
//! | `alg` | must be the algorithm of the key; never chooses it |

mod accept;
mod base;
mod component;
mod context;
mod derived;
mod error;
mod field;
mod fields;
mod input;
mod limits;
mod make;
mod params;
mod parse;
mod query_param;
mod signature;
mod structured;
mod target;
mod verify;
mod writer;

pub use accept::AcceptSignature;
pub use base::SignatureBase;
pub use component::{Component, CoveredComponent};
pub use context::{Message, RequestMessage, ResponseMessage};
pub use error::{BaseError, ComponentError, FieldError, MakeError, ParameterError, SelectError, VerifyError};
pub use fields::Fields;
pub use input::SignatureInput;
pub use limits::Limits;
pub use make::{ACCEPT_SIGNATURE, SIGNATURE, SIGNATURE_INPUT, SignatureInputBuilder};
pub use params::{ParameterValue, Parameters};
pub use signature::{ReceivedSignature, Signatures};
pub use structured::{FieldType, FieldTypes};
pub use target::{TargetContext, TargetError};
pub use wimse_creds::explain::Excerpt;

pub(crate) use fields::{unfold, usual_name};
pub(crate) use writer::InputWriter;
