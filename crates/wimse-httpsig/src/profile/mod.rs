//! The rules of the WIMSE profile (http-signature 3), one named function for each requirement.
//!
//! What is known of revision -08 only is in `revision_08`, and nowhere else.

pub(crate) mod coverage;
pub(crate) mod parameters;
mod present;
pub(crate) mod revision_08;
mod selection;
mod terms;
pub(crate) mod validity;

pub(crate) use present::Present;
pub(crate) use selection::{existing, select};
pub(crate) use terms::Terms;

/// The `tag` of the signatures of this profile (SIG-3-24).
pub const TAG: &str = "wimse-workload-to-workload";
/// The parameter of a request that names its recipient (SIG-3-25).
pub const WIMSE_AUD: &str = "wimse-aud";
/// The parameter of a request that demands a signed response (SIG-3-26).
pub const WIMSE_SIGN_RESPONSE: &str = "wimse-sign-response";
/// The parameter of a response that repeats the nonce of its request (SIG-3-27).
pub const WIMSE_REQ_NONCE: &str = "wimse-req-nonce";
