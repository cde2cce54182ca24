//! What a signature says: parameters that are not there, or say something else.

use wimse::creds::key::Algorithm;
use wimse::httpsig::message::ParameterValue;
use wimse::httpsig::profile::WIMSE_AUD;

use super::{Change, Check, elsewhere};
use crate::live::{
    draft::{Draft, Signature},
    folder::now,
    token::SignedBy,
};

pub(super) fn checks(get: &Check) -> Vec<Check> {
    let absent = |id: &str, ids: &[&str], differs: &str, change: Change| {
        get.with(id, ids, differs, "What a recipient needs is not there.", change)
    };
    vec![
        get.with(
            "other-key",
            &["SIG-3.1-3", "SIG-5.1-1"],
            "another key has signed it",
            "A stolen WIT is used without its key.",
            |draft| {
                draft.sign(|signature| signature.signed_by = SignedBy::Other);
            },
        ),
        absent("no-created", &["SIG-3-20", "SIG-3-30"], "created is absent", |draft| {
            without(draft, "created");
        }),
        absent("no-expires", &["SIG-3-21", "SIG-3-30"], "expires is absent", |draft| {
            without(draft, "expires");
        }),
        absent("no-nonce", &["SIG-3-23", "SIG-3-30"], "nonce is absent", |draft| without(draft, "nonce")),
        absent("no-aud", &["SIG-3-25", "SIG-3-30"], "wimse-aud is absent", |draft| without(draft, WIMSE_AUD)),
        get.with(
            "expired",
            &["SIG-5.1-5", "SIG-3-21"],
            "it has expired ten minutes ago",
            "An old signature is used.",
            |draft| {
                let now = now().as_secs();
                times(draft, now - 660, now - 600);
            },
        ),
        get.with(
            "not-yet",
            &["SIG-5.1-5"],
            "created is in an hour",
            "A signature is used too early.",
            |draft| {
                let now = now().as_secs();
                times(draft, now + 3600, now + 3660);
            },
        ),
        get.with(
            "long-lived",
            &["SIG-3-22", "SIG-5.1-4"],
            "it expires tomorrow",
            "A signature is good for too long.",
            |draft| {
                let now = now().as_secs();
                times(draft, now, now + 86_400);
            },
        ),
        get.with(
            "aud-host",
            &["SIG-3.2-2", "SIG8-3.2-1"],
            "wimse-aud is of another server",
            "A server uses what was meant for it elsewhere.",
            |draft| {
                let aud = elsewhere(draft);
                draft.sign(|signature| signature.set(WIMSE_AUD, ParameterValue::String(aud.into())));
            },
        ),
        get.with(
            "aud-path",
            &["SIG-3.2-2", "SIG8-3.2-1"],
            "wimse-aud has another path",
            "A signature is used for another resource.",
            |draft| {
                let aud = format!("{}/elsewhere", draft.bench.audience.trim_end_matches('/'));
                draft.sign(|signature| signature.set(WIMSE_AUD, ParameterValue::String(aud.into())));
            },
        ),
        get.with(
            "aud-by-host",
            &["SIG-3.2-2", "SIG8-3.2-1"],
            "wimse-aud and Host are of another server",
            "Host says for whom a signature is.",
            |draft| {
                let aud = elsewhere(draft);
                draft.sign(|signature| signature.set(WIMSE_AUD, ParameterValue::String(aud.into())));
                draft.host = "elsewhere.example".to_owned();
            },
        ),
        get.with(
            "aud-spelling",
            &["SIG8-3.2-2"],
            "wimse-aud has its scheme in capital letters",
            "Audiences are made alike before they are compared.",
            |draft| {
                let scheme = draft.bench.target.scheme;
                let aud = draft.bench.audience.replacen(scheme, &scheme.to_uppercase(), 1);
                draft.sign(|signature| signature.set(WIMSE_AUD, ParameterValue::String(aud.into())));
            },
        ),
        get.with(
            "keyid",
            &["SIG-3-28", "SIG-3-30"],
            "keyid is there",
            "The sender chooses the key.",
            |draft| {
                draft.sign(|signature| signature.set("keyid", ParameterValue::String("a".into())));
            },
        ),
        get.with(
            "alg",
            &["SIG-3-29", "SIG-3-30", "SIG-3.1-2"],
            "alg is there",
            "The sender chooses the algorithm.",
            |draft| {
                // By the names of RFC 9421 6.2.
                let alg = match draft.bench.algorithm() {
                    Algorithm::Es256 => "ecdsa-p256-sha256",
                    _ => "ed25519",
                };
                draft.sign(|signature| signature.set("alg", ParameterValue::String(alg.into())));
            },
        ),
    ]
}

pub(super) fn without(draft: &mut Draft<'_>, name: &str) {
    draft.sign(|signature: &mut Signature| signature.without(name));
}

fn times(draft: &mut Draft<'_>, created: i64, expires: i64) {
    draft.sign(|signature| {
        signature.set("created", ParameterValue::Integer(created));
        signature.set("expires", ParameterValue::Integer(expires));
    });
}
