//! `WorkloadIdentityToken::parse_with`, with the limit raised.

use super::inputs::{decoded, deep, members, signing_input, string};
use super::{Case, Input, LARGEST};
use std::hint::black_box;
use wimse_creds::{WitPolicy, WorkloadIdentityToken};

pub(super) fn cases() -> Vec<Case> {
    vec![
        wit("WIT parse, many members (refused)", false, |bytes| token(HEADER, &members(decoded(bytes)))),
        wit("WIT parse, one long string", true, |bytes| token(HEADER, &string(decoded(bytes)))),
        wit("WIT parse, too deep (refused)", false, |bytes| token(HEADER, &deep(decoded(bytes)))),
        wit("WIT parse, header of many members (refused)", false, |bytes| {
            token(&format!(r#"{HEADER_START},{}}}"#, members(decoded(bytes))), r#""x":0"#)
        }),
        wit("WIT parse, bad base64url at the end (refused)", false, |bytes| {
            format!("e30.{}+.AA", "A".repeat(bytes))
        }),
        wit("WIT parse, only dots (refused)", false, |bytes| ".".repeat(bytes)),
        wit("WIT parse, a long exp (refused)", false, |bytes| {
            let exp = format!(r#"{{"sub":"wimse://a/b","exp":{}}}"#, "7".repeat(decoded(bytes)));
            format!("{}.AA", signing_input(HEADER, &exp))
        }),
    ]
}

fn wit(name: &'static str, accepted: bool, make: fn(usize) -> String) -> Case {
    Case::new(name, 64 * 1024, LARGEST, move |bytes| {
        let policy = WitPolicy::default().max_bytes(2 * LARGEST);
        let text = make(bytes);
        Ok(Input::new(text.len(), move || {
            WorkloadIdentityToken::parse_with(black_box(&text), &policy).is_ok() == accepted
        }))
    })
}

fn token(header: &str, members: &str) -> String {
    let payload = format!(r#"{{{members},"sub":"wimse://a/b","exp":1790000000}}"#);
    format!("{}.AA", signing_input(header, &payload))
}

const HEADER_START: &str = r#"{"alg":"ES256","typ":"wit+jwt""#;
const HEADER: &str = r#"{"alg":"ES256","typ":"wit+jwt"}"#;
