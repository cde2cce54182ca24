//! JWK Sets, up to their limit of 1 MiB.

use super::{Case, Input};
use crate::Error;
use std::hint::black_box;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::trust::KeyDocument;

pub(super) fn cases() -> Result<Vec<Case>, Error> {
    let jwk = SigningKey::generate(Algorithm::Es256)?.public_key().to_jwk();
    Ok(vec![
        // The limit of 256 keys is reached before that of the size.
        set("JWK Set, keys for ES256", 32 * 1024, move |number| {
            format!(r#"{{"kid":"{number}",{}"#, &jwk[1..])
        }),
        set("JWK Set, keys of another kind", MAX, |number| {
            format!(r#"{{"kid":"{number}","kty":"RSA","n":"{}","e":"AQAB"}}"#, "A".repeat(342))
        }),
        set("JWK Set, many small keys of another kind", MAX, |_| r#"{"kty":"RSA"}"#.to_owned()),
        Case::new("JWK Set, one key of many members (refused)", 16 * 1024, MAX, |bytes| {
            document(&format!(r#"{{"kty":"RSA",{}}}"#, super::inputs::members(bytes - 64)), false)
        }),
    ])
}

fn set(name: &'static str, largest: usize, entry: impl Fn(usize) -> String + 'static) -> Case {
    Case::new(name, 4 * 1024, largest, move |bytes| {
        let mut entries = entry(0);
        for number in 1.. {
            let next = entry(number);
            if entries.len() + next.len() + 64 > bytes {
                break;
            }
            entries.push(',');
            entries.push_str(&next);
        }
        document(&entries, true)
    })
}

#[allow(clippy::unnecessary_wraps)]
fn document(entries: &str, accepted: bool) -> Result<Input, Error> {
    let json = format!(r#"{{"keys":[{entries}]}}"#);
    Ok(Input::new(json.len(), move || KeyDocument::jwk_set(black_box(json.as_bytes())).is_ok() == accepted))
}

const MAX: usize = 1024 * 1024;
