//! What is known of revision -08, of which the text could not be had: each of its rules is here and nowhere else, to be
//! corrected in one place. Its problem types are in [`problem`](crate::problem) (SIG8-3.6-1 to SIG8-3.6-4).

use crate::message::TargetContext;
use wimse_creds::pop::SignatureAudience;

/// What the signature of a request covers of method and target, and that of a response with `req`: SIG-3-1 to SIG-3-3,
/// SIG-3-10 to SIG-3-12; of CONNECT SIG8-3-1 and SIG8-3-3.
pub(crate) fn target_components(method: &str) -> &'static [&'static str] {
    if is_connect(method) { &["@method", "@authority"] } else { &["@method", "@path", "@query"] }
}

/// What a signature must not cover: of CONNECT, whose target is host and port, SIG8-3-2 and SIG8-3-3.
pub(crate) fn excluded_components(method: &str) -> &'static [&'static str] {
    if is_connect(method) { &["@path", "@query"] } else { &[] }
}

/// The least that we send as a nonce (SIG8-3-4): 64 bits are 11 characters of base64url.
pub(crate) const MIN_SENT_NONCE_CHARS: usize = 11;

/// SIG8-3.2-1, SIG8-3.2-2, decision 7: byte for byte, against configured values, and configured bases joined with the
/// raw path. CONNECT has no path, so no base fits it (decision 52).
pub(crate) fn audience_fits(
    audience: &SignatureAudience,
    wimse_aud: &str,
    method: &str,
    target: &TargetContext<'_>,
) -> bool {
    match target.path(method) {
        Ok(path) => audience.matches(wimse_aud, Some(path)),
        // Decision 5: a listed URI is for its own path, and here is none.
        Err(_) => !is_http_uri_with_path(wimse_aud) && audience.matches(wimse_aud, None),
    }
}

fn is_http_uri_with_path(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let is_http = ["https", "http"].iter().any(|name| name.eq_ignore_ascii_case(scheme));
    is_http && rest.split_once('/').is_some_and(|(_, path)| !path.is_empty())
}

fn is_connect(method: &str) -> bool {
    method == "CONNECT"
}
