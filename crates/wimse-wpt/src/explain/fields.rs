//! The rules for the `Authorization` field.

use super::table::{AUTHORIZATION, CREDENTIALS, SCHEME};
use super::{Excerpt, Explanation};
use crate::field;
use http::header::HeaderMap;

/// Judges every rule of `authorization`; gives the proof.
pub(super) fn explain_authorization<'h>(found: &mut Explanation, headers: &'h HeaderMap) -> Option<&'h str> {
    let line = found.judge(&[&AUTHORIZATION], field::only_line(headers));
    let lines = headers.get_all(http::header::AUTHORIZATION).iter().count();
    found.receive(&AUTHORIZATION, format!("{lines} of them"));
    let Some(line) = line else {
        found.not_reached(&[&SCHEME, &CREDENTIALS]);
        return None;
    };
    let value = match field::text(line) {
        Ok(value) => value,
        refused => {
            found.judge(&[&CREDENTIALS], refused);
            found.not_reached(&[&SCHEME]);
            found.receive(&CREDENTIALS, "bytes that are not UTF-8");
            return None;
        }
    };
    let (scheme, credentials) = field::split(value);
    let is_proof = found.judge(&[&SCHEME], field::check_scheme(scheme));
    found.expect(&SCHEME, "\"WPT\"");
    // A lone word, or a long one, may be the secret itself.
    let is_shown = scheme.len() < value.len() && scheme.len() <= MAX_SCHEME;
    let shown =
        if is_shown { Excerpt::new(scheme).into() } else { format!("{} bytes, not shown", scheme.len()) };
    found.receive(&SCHEME, shown);
    if is_proof.is_none() {
        found.not_reached(&[&CREDENTIALS]);
        return None;
    }
    found.judge(&[&CREDENTIALS], field::check_credentials(credentials))?;
    Some(credentials)
}

/// The registered schemes have at most 16 characters.
const MAX_SCHEME: usize = 20;
