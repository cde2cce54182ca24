//! Workload identity by the IETF WIMSE drafts.
#![forbid(unsafe_code)]

#[cfg(feature = "creds")]
pub use wimse_creds as creds;
pub use wimse_identifier as identifier;
#[cfg(feature = "wpt")]
pub use wimse_wpt as wpt;
