//! Compact JWS (RFC 7515), strict: the low-level layer under WIT and WPT.
//!
//! Applications use [`WitVerifier`](crate::WitVerifier). [`verify`] is here for tools and tests: it checks one compact
//! JWS with one given key and says nothing about who signed it or what it means.
//!
//! Stricter than the RFC asks: base64url without padding and without stray bits, no duplicate JSON member at any
//! level, no `crit`, JSON no deeper than eight levels, sizes limited before anything is decoded.

pub(crate) mod base64url;
mod claims;
pub(crate) mod compact;
mod error;
mod extra;
pub(crate) mod header;
pub(crate) mod json;
mod writer;

pub use claims::{ClaimValue, Claims};
pub use compact::{CompactJws, verify};
pub use error::JoseError;
pub use extra::{ClaimError, ExtraClaims};
pub use header::{JoseHeader, MediaType};
pub use writer::ClaimsWriter;

pub use crate::time::Bound;
