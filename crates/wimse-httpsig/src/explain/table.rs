//! All rules, in the order of verification.

use super::Rule;
use super::form_rules::{COMPONENTS, FIELDS};
use super::message_rules::{
    AUDIENCE, CONTENT, COVERAGE, CREATED, DEMAND, DIGEST, EXCLUDED, EXPIRY, LIFETIME, ORDER, PEER, REPLAY,
    REQUEST_COVERAGE, REQUEST_NONCE, RESPONSE_SIGNING, SIGNATURE, SINGLE, TAG,
};
use super::parameter_rules::{
    AUDIENCE_PRESENT, CREATED_PRESENT, EXPIRES_PRESENT, KEY_PARAMETERS, NONCE, OTHER_PARAMETERS,
    REQUEST_NONCE_PRESENT, SIGN_RESPONSE,
};

/// Every rule for signed requests and responses, those for their WITs left out, in the order of verification. Each code
/// of [`HttpSignatureError`](crate::HttpSignatureError) and [`ResponseError`](crate::ResponseError) that is not that of
/// a [`WitError`](wimse_creds::WitError) or of a replay store belongs to exactly one.
pub static RULES: &[&Rule] = &[
    &FIELDS,
    &TAG,
    &DEMAND,
    &KEY_PARAMETERS,
    &OTHER_PARAMETERS,
    &CREATED_PRESENT,
    &EXPIRES_PRESENT,
    &NONCE,
    &AUDIENCE_PRESENT,
    &SIGN_RESPONSE,
    &REQUEST_NONCE_PRESENT,
    &SINGLE,
    &EXCLUDED,
    &COVERAGE,
    &REQUEST_COVERAGE,
    &REQUEST_NONCE,
    &AUDIENCE,
    &ORDER,
    &LIFETIME,
    &CREATED,
    &EXPIRY,
    &PEER,
    &COMPONENTS,
    &SIGNATURE,
    &DIGEST,
    &CONTENT,
    &REPLAY,
    &RESPONSE_SIGNING,
];
