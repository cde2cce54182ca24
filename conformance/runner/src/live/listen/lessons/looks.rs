//! One thing about what a client has sent.

use std::collections::BTreeSet;

use serde_json::Value;
use wimse::{
    creds::key::PublicKey,
    httpsig::{
        message::{ParameterValue, Signatures},
        profile::TAG,
    },
};

use super::super::seen::{Arrival, Finding, Jwt, Seen};
use crate::live::{folder::now, token::hash};

/// The longest life of a proof "on the order of minutes or seconds", in seconds.
const MINUTES: f64 = 600.0;
/// 64 bits are eleven characters of base64.
const LONG_ENOUGH: usize = 11;
/// Claims that WPT and JWT define.
const REGISTERED: [&str; 10] = ["aud", "exp", "jti", "wth", "tth", "oth", "iss", "sub", "iat", "nbf"];

/// Looks at each request.
fn each(seen: &Seen<'_>, look: impl Fn(&Arrival) -> Result<(), String>) -> Finding {
    seen.arrivals.iter().try_for_each(look).into()
}

/// Looks at the proof of each request.
fn each_proof(seen: &Seen<'_>, look: impl Fn(&Jwt) -> Result<(), String>) -> Finding {
    each(seen, |arrival| look(&arrival.proof()?))
}

pub(super) fn one_authorization(seen: &Seen<'_>) -> Finding {
    each(seen, |arrival| {
        match arrival.lines("authorization").len() {
            1 => (),
            count => return Err(format!("there are {count} Authorization fields")),
        }
        let token = arrival.proof_text()?;
        let parts: Vec<_> = token.split('.').collect();
        let is_base64url = |part: &&str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        match parts.len() == 3 && parts.iter().all(is_base64url) {
            true => Ok(()),
            false => Err("the credentials are not one JWT".to_owned()),
        }
    })
}

pub(super) fn one_wit(seen: &Seen<'_>) -> Finding {
    each(seen, |arrival| match arrival.lines("workload-identity-token").len() {
        1 => Ok(()),
        count => Err(format!("there are {count} fields with a WIT")),
    })
}

pub(super) fn good_wit(seen: &Seen<'_>) -> Finding {
    each(seen, |arrival| {
        let wits = seen.folder.wits().map_err(|error| error.to_string())?;
        let verified = wits.verify(&arrival.wit_text()?, now());
        verified.map(drop).map_err(|error| format!("{} ({error})", error.code()))
    })
}

pub(super) fn typ(seen: &Seen<'_>) -> Finding {
    each_proof(seen, |proof| {
        let typ = proof.header.get("typ").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        match typ.strip_prefix("application/").unwrap_or(&typ) {
            "wpt+jwt" => Ok(()),
            _ => Err(format!("typ is {:?}", proof.header.get("typ"))),
        }
    })
}

pub(super) fn alg(seen: &Seen<'_>) -> Finding {
    each(seen, |arrival| {
        let (proof, key) = (arrival.proof()?, arrival.key()?);
        let (found, expected) = (proof.header.get("alg"), key.get("alg"));
        match found.is_some() && found == expected {
            true => Ok(()),
            false => Err(format!("alg is {found:?}, that of the key is {expected:?}")),
        }
    })
}

pub(super) fn key(seen: &Seen<'_>) -> Finding {
    each(seen, |arrival| {
        let (proof, key) = (arrival.proof()?, arrival.key()?);
        let key = PublicKey::from_jwk(&key.to_string()).map_err(|error| error.to_string())?;
        let verified = key.verify(proof.signing_input.as_bytes(), &proof.signature);
        verified.map_err(|_| "another key has signed the proof".to_owned())
    })
}

pub(super) fn audience_present(seen: &Seen<'_>) -> Finding {
    each_proof(seen, |proof| match proof.text("aud")? {
        "" => Err("aud is empty".to_owned()),
        _ => Ok(()),
    })
}

pub(super) fn audience(seen: &Seen<'_>) -> Finding {
    each(seen, |arrival| match arrival.proof()?.text("aud")? {
        found if found == arrival.audience => Ok(()),
        found => Err(format!("aud is {found:?}, the URL is {:?}", arrival.audience)),
    })
}

pub(super) fn lifetime(seen: &Seen<'_>) -> Finding {
    each_proof(seen, |proof| {
        let exp = proof.claims.get("exp").and_then(Value::as_f64).ok_or("exp is absent, or no number")?;
        let left = exp - now().as_secs() as f64;
        match left > 0.0 && left <= MINUTES {
            true => Ok(()),
            false => Err(format!("it expires in {left:.0} seconds")),
        }
    })
}

pub(super) fn long_jti(seen: &Seen<'_>) -> Finding {
    each_proof(seen, |proof| match proof.text("jti")? {
        jti if jti.len() >= LONG_ENOUGH => Ok(()),
        jti => Err(format!("jti has {} characters", jti.len())),
    })
}

pub(super) fn wth(seen: &Seen<'_>) -> Finding {
    each(seen, |arrival| match arrival.proof()?.text("wth")? == hash(&arrival.wit_text()?) {
        true => Ok(()),
        false => Err("wth is not the hash of the WIT".to_owned()),
    })
}

pub(super) fn tth(seen: &Seen<'_>) -> Finding {
    let mut bound =
        seen.arrivals.iter().filter(|arrival| arrival.message.field("txn-token").is_some()).peekable();
    if bound.peek().is_none() {
        return Finding::Nothing("the client sends no Txn-Token");
    }
    let look = |arrival: &Arrival| match arrival.lines("txn-token").as_slice() {
        [token] if arrival.proof()?.text("tth")? == hash(token) => Ok(()),
        [_] => Err("tth is not the hash of the Txn-Token".to_owned()),
        tokens => Err(format!("there are {} fields with a Txn-Token", tokens.len())),
    };
    bound.try_for_each(look).into()
}

pub(super) fn oth(seen: &Seen<'_>) -> Finding {
    let is_bound = |arrival: &Arrival| arrival.proof().is_ok_and(|proof| proof.claims.contains_key("oth"));
    if !seen.arrivals.iter().any(is_bound) {
        return Finding::Nothing("the client binds no other tokens with oth");
    }
    each(seen, |arrival| {
        let proof = arrival.proof()?;
        match proof.claims.get("oth") {
            None => Ok(()),
            Some(Value::Object(names)) => {
                names.iter().try_for_each(|(name, value)| bound(arrival, name, value))
            }
            Some(_) => Err("oth is no object".to_owned()),
        }
    })
}

fn bound(arrival: &Arrival, name: &str, value: &Value) -> Result<(), String> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(format!("oth names {name:?}, which is not in lower case"));
    }
    match arrival.lines(name).as_slice() {
        [field] if value.as_str() == Some(&*hash(field.trim_matches(' '))) => Ok(()),
        [_] => Err(format!("oth has another hash for {name:?}")),
        lines => Err(format!("oth names {name:?}, which is there {} times", lines.len())),
    }
}

pub(super) fn no_private_claim(seen: &Seen<'_>) -> Finding {
    each_proof(seen, |proof| {
        let is_private =
            |name: &&String| !REGISTERED.contains(&name.as_str()) && !name.contains([':', '/', '.']);
        match proof.claims.keys().find(is_private) {
            Some(name) => Err(format!("{name:?} is neither registered nor resistant to collisions")),
            None => Ok(()),
        }
    })
}

pub(super) fn not_printed(seen: &Seen<'_>) -> Finding {
    each(seen, |arrival| {
        let proof = arrival.proof_text()?.into_bytes();
        match !proof.is_empty() && seen.output.windows(proof.len()).any(|part| part == proof) {
            true => Err("the client prints the proof".to_owned()),
            false => Ok(()),
        }
    })
}

pub(super) fn fresh_jtis(seen: &Seen<'_>) -> Finding {
    fresh(seen, "jti", |arrival| Ok(arrival.proof()?.text("jti")?.to_owned()))
}

pub(super) fn fresh_nonces(seen: &Seen<'_>) -> Finding {
    fresh(seen, "nonce", |arrival| {
        let headers = arrival.message.headers().ok_or("a field is malformed")?;
        let signatures = Signatures::parse(&headers).map_err(|error| error.to_string())?;
        let signature = signatures.tagged(TAG).map_err(|error| error.to_string())?;
        match signature.input().parameters().get("nonce") {
            Some(ParameterValue::String(nonce)) => Ok(nonce.into_owned()),
            _ => Err("nonce is absent, or no text".to_owned()),
        }
    })
}

/// No two requests have the same.
fn fresh(seen: &Seen<'_>, what: &str, of: impl Fn(&Arrival) -> Result<String, String>) -> Finding {
    if seen.arrivals.len() < 2 {
        return match seen.taken {
            true => Finding::Bad("the client takes a failure for an answer".to_owned()),
            false => Finding::Nothing("the client does not try again"),
        };
    }
    let mut known = BTreeSet::new();
    let look = |arrival: &Arrival| match known.insert(of(arrival)?) {
        true => Ok(()),
        false => Err(format!("{what} is the same in two requests")),
    };
    seen.arrivals.iter().try_for_each(look).into()
}

pub(super) fn nothing_proven(seen: &Seen<'_>) -> Finding {
    match seen.arrivals.iter().any(Arrival::has_credentials) {
        true => Finding::Bad("the client shows a WIT that has expired".to_owned()),
        false => Finding::Good,
    }
}

pub(super) fn proof_stays(seen: &Seen<'_>) -> Finding {
    let mut elsewhere = seen.arrivals.iter().filter(|arrival| arrival.elsewhere && arrival.has_credentials());
    let meant = |arrival: &Arrival| {
        let reason = arrival.verified.clone().err();
        reason
            .map_or(Ok(()), |reason| Err(format!("what is sent there is not meant for that place: {reason}")))
    };
    elsewhere.try_for_each(meant).into()
}

pub(super) fn wit_stays(seen: &Seen<'_>) -> Finding {
    let mut elsewhere = seen.arrivals.iter().filter(|arrival| arrival.elsewhere);
    match elsewhere.any(|arrival| arrival.message.field("workload-identity-token").is_some()) {
        true => Finding::Bad("the WIT is sent there".to_owned()),
        false => Finding::Good,
    }
}
