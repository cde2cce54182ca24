//! Requests whose WIT is not good, whatever the proof.

use serde_json::{Value, json};

use super::{Check, Probe, accepted};
use crate::live::{
    Binding,
    draft::{Draft, Proof, public_jwk},
    folder::{STRANGER, now},
    token::SignedBy,
};

pub(super) fn checks(binding: Binding) -> Vec<Check> {
    let good = accepted(
        binding,
        "wit",
        &["WIT-5.1-17", "WIT-5.1.4-4", "WIT-5.1.4-8"],
        "A WIT by the issuer whom the server trusts is taken.",
        |_| (),
    );
    let more = accepted(
        binding,
        "wit-more-claims",
        &["WIT-5.1.4-6", "WIT-5.1.2-4"],
        "Claims that the server does not know are ignored.",
        |draft| {
            draft.wit.claims.insert("https://conformance.example/claim".to_owned(), json!({"a": [1]}));
        },
    );
    let typ = accepted(
        binding,
        "wit-typ-in-full",
        &["WIT-5.1.4-3"],
        "The media type may be written in full, in any case of letters.",
        |draft| set_header(draft, "typ", "application/WIT+JWT"),
    );
    let mut checks = vec![
        good.with(
            "wit-other-issuer",
            &["WIT-5.1.4-4", "WIT-5.1.4-8"],
            "the issuer is another one, with the same kid",
            "Somebody issues himself a WIT.",
            |draft| draft.wit.signed_by = SignedBy::OtherIssuer,
        ),
        good.with(
            "wit-by-workload",
            &["WIT-5.1.4-4"],
            "the workload has signed it",
            "A workload issues itself a WIT.",
            |draft| draft.wit.signed_by = SignedBy::Workload,
        ),
        good.with(
            "wit-key-in-header",
            &["WIT-3-3", "WIT-5.1.4-8"],
            "the header brings the key along",
            "The key is looked for in the token itself.",
            |draft| {
                let Ok(key) = public_jwk(&draft.bench.other_authority().issuer) else { return };
                draft.wit.header.insert("jwk".to_owned(), key);
                draft.wit.header.remove("kid");
                draft.wit.signed_by = SignedBy::OtherIssuer;
            },
        ),
        good.with(
            "wit-alg-none",
            &["WIT-5.1-3", "WIT-5.1.4-4"],
            "alg is \"none\"",
            "Nobody has signed the WIT.",
            |draft| {
                set_header(draft, "alg", "none");
                draft.wit.signed_by = SignedBy::Nobody;
            },
        ),
        good.with(
            "wit-public-key-as-secret",
            &["WIT-5.1-2", "WIT-5.1.4-8"],
            "alg is \"HS256\", with the public key of the issuer as the secret",
            "What everybody knows is used as a secret.",
            |draft| {
                set_header(draft, "alg", "HS256");
                draft.wit.signed_by = SignedBy::PublicKeyAsSecret;
            },
        ),
        good.with("wit-unknown-kid", &["WIT-5.1.4-8"], "kid is unknown", "Any key is tried.", |draft| {
            set_header(draft, "kid", "unknown");
        }),
        good.with(
            "wit-typ",
            &["WIT-5.1.4-3"],
            "typ is \"JWT\"",
            "A token of another kind is used.",
            |draft| {
                set_header(draft, "typ", "JWT");
            },
        ),
        good.with(
            "wit-crit",
            &["WIT-5.1.4-7"],
            "crit names an extension",
            "An extension that must be understood is ignored.",
            |draft| {
                draft.wit.header.insert("crit".to_owned(), json!(["x-live"]));
                draft.wit.header.insert("x-live".to_owned(), json!(true));
            },
        ),
        good.with(
            "wit-expired",
            &["WIT-5.1.4-7", "WIT-9.3.1-1"],
            "it has expired an hour ago",
            "An old WIT is used.",
            |draft| {
                let now = now().as_secs();
                set_claim(draft, "iat", json!(now - 7200));
                set_claim(draft, "exp", json!(now - 3600));
            },
        ),
        good.with(
            "wit-no-exp",
            &["WIT-5.1-7", "WIT-5.1.4-7"],
            "exp is absent",
            "A WIT is good for ever.",
            |draft| {
                draft.wit.claims.remove("exp");
            },
        ),
        good.with(
            "wit-not-yet",
            &["WIT-5.1.4-7"],
            "nbf is in an hour",
            "A WIT is used too early.",
            |draft| {
                set_claim(draft, "nbf", json!(now().as_secs() + 3600));
            },
        ),
        good.with("wit-no-sub", &["WIT-5.1.4-2"], "sub is absent", "Nobody is called.", |draft| {
            draft.wit.claims.remove("sub");
        }),
        good.with(
            "wit-sub-list",
            &["WIT-5.1.4-2", "WIT-4-1"],
            "sub is a list",
            "Two identifiers are in one WIT.",
            |draft| {
                let sub = draft.wit.claims.get("sub").cloned().unwrap_or_default();
                set_claim(draft, "sub", json!([sub, STRANGER]));
            },
        ),
        good.with(
            "wit-sub-path",
            &["WIT-1.3-1", "WIT-5.1.4-2"],
            "the path of sub has a dot segment",
            "An identifier becomes another one by normalization.",
            |draft| set_claim(draft, "sub", json!("wimse://conformance.example/stranger/../caller")),
        ),
        good.with(
            "wit-other-domain",
            &["WIT-5.1.4-2", "WIT-3-1", "WIT-7-1"],
            "sub is of another trust domain",
            "An issuer speaks for a trust domain that is not his.",
            |draft| set_claim(draft, "sub", json!("wimse://elsewhere.example/caller")),
        ),
        good.with(
            "wit-stranger",
            &["WIT-9.2-1"],
            "sub is a workload that is not permitted",
            "Membership of the trust domain is taken for permission.",
            |draft| set_claim(draft, "sub", json!(STRANGER)),
        ),
        good.with(
            "wit-no-cnf",
            &["WIT-5.1.4-5"],
            "cnf is absent",
            "There is no key to prove possession of.",
            |draft| {
                draft.wit.claims.remove("cnf");
            },
        ),
        good.with(
            "wit-cnf-no-alg",
            &["WIT-5.1.4-5", "WIT-5.1-12"],
            "cnf.jwk.alg is absent",
            "The key has no algorithm.",
            |draft| {
                if let Some(key) = draft
                    .wit
                    .claims
                    .get_mut("cnf")
                    .and_then(|cnf| cnf.get_mut("jwk"))
                    .and_then(Value::as_object_mut)
                {
                    key.remove("alg");
                }
            },
        ),
        good.with(
            "wit-cnf-none",
            &["WIT-5.1-14"],
            "cnf.jwk.alg is \"none\"",
            "The key needs no signature.",
            |draft| {
                set_key_alg(draft, "none");
            },
        ),
        good.with(
            "wit-cnf-symmetric",
            &["WIT-5.1-15"],
            "cnf.jwk.alg is \"HS256\"",
            "The key is a secret for both.",
            |draft| {
                set_key_alg(draft, "HS256");
            },
        ),
        good.with(
            "wit-absent",
            &["WIT-5.1.1-1"],
            "there is no WIT",
            "There is a proof, and nobody whose it is.",
            |draft| {
                draft.wit_lines = 0;
            },
        ),
        good.with(
            "wit-twice",
            &["WIT-5.1.1-1"],
            "the line is there twice",
            "Two readers take two WITs.",
            |draft| {
                draft.wit_lines = 2;
            },
        ),
        good.with(
            "wit-alone",
            &["WIT-5.1-10", "WIT-5.1-11", "WIT-9.3-1"],
            "there is no proof",
            "A WIT is used as a bearer token.",
            |draft| draft.proof = Proof::None,
        ),
        good.with(
            "wit-as-bearer",
            &["WIT-5.1-11", "WIT-9.3-1"],
            "the WIT is in Authorization, as a Bearer token",
            "A WIT is used as a bearer token.",
            |draft| {
                draft.proof = Proof::None;
                draft.wit_lines = 0;
                let issuer = draft.bench.authority().map(|authority| &authority.issuer);
                let token = issuer.and_then(|issuer| draft.wit.serialize(issuer)).unwrap_or_default();
                draft.fields.push(("Authorization", format!("Bearer {token}")));
            },
        ),
        good.hostile(
            "wit-cut",
            &["WIT-5.1.4-1", "WIT-5.1.1-1"],
            "its signature is cut off",
            "What is no JWT is taken.",
            Probe::Malformed(|message| {
                let token = message.field("Workload-Identity-Token").unwrap_or_default();
                let cut = token.rsplit_once('.').map_or(String::new(), |(rest, _)| rest.to_owned());
                message.set("Workload-Identity-Token", cut);
            }),
        ),
        good.hostile(
            "wit-padded",
            &["WIT-5.1.1-1"],
            "it is padded",
            "A token has two spellings.",
            Probe::Malformed(|message| {
                let token = message.field("Workload-Identity-Token").unwrap_or_default();
                message.set("Workload-Identity-Token", format!("{token}=="));
            }),
        ),
        good.hostile(
            "wit-large",
            &["WIT-5.1.4-1"],
            "a hundred thousand characters follow",
            "Work is made by size.",
            Probe::Malformed(|message| {
                let token = message.field("Workload-Identity-Token").unwrap_or_default();
                message.set("Workload-Identity-Token", token + &"A".repeat(100_000));
            }),
        ),
    ];
    checks.splice(0..0, [good, more, typ]);
    checks
}

fn set_header(draft: &mut Draft<'_>, name: &str, value: &str) {
    draft.wit.header.insert(name.to_owned(), json!(value));
}

fn set_claim(draft: &mut Draft<'_>, name: &str, value: Value) {
    draft.wit.claims.insert(name.to_owned(), value);
}

fn set_key_alg(draft: &mut Draft<'_>, algorithm: &str) {
    if let Some(key) = draft.wit.claims.get_mut("cnf").and_then(|cnf| cnf.get_mut("jwk")) {
        key["alg"] = json!(algorithm);
    }
}
