//! Requests with a Workload Proof Token.

use serde_json::{Value, json};

use super::{Check, Probe, accepted, elsewhere};
use crate::live::{
    Binding,
    draft::Draft,
    folder::now,
    token::{SignedBy, hash},
};

pub(super) fn checks() -> Vec<Check> {
    let get =
        wpt("get", &["WPT-2-13", "WPT-2-17", "WPT-2-19", "WPT-2-22"], "A good request is accepted.", |_| ());
    let post = wpt("post", &["WPT-2-17", "WPT-2-19"], "A good request with content is accepted.", |draft| {
        draft.post();
    });
    let query = wpt(
        "query",
        &["WPT-2-4", "WPT-2-19"],
        "The audience has no query; the request may have one.",
        |draft| draft.target.push_str("?page=2"),
    );
    let claims = wpt("more-claims", &["WPT-2.3-4"], "Claims that are not understood are ignored.", |draft| {
        claim(draft, "https://conformance.example/claim", json!({"a": 1}));
    });
    let txn = wpt("txn-token", &["WPT-2-24"], "A Txn-Token that is bound is accepted.", |draft| {
        draft.fields.push(("Txn-Token", TXN_TOKEN.to_owned()));
        claim(draft, "tth", json!(hash(TXN_TOKEN)));
    });
    let mut checks = hostile(&get);
    checks.extend(fields(&get));
    checks.extend(replayed(&get, &query));
    checks.extend([
        txn.with(
            "txn-token-other",
            &["WPT-2-24"],
            "tth is that of another token",
            "A token is put to somebody's request.",
            |draft| {
                claim(draft, "tth", json!(hash("other")));
            },
        ),
        txn.with(
            "txn-token-not-bound",
            &["WPT-2-24", "WPT-2-9"],
            "tth is absent",
            "A token is put to somebody's request.",
            |draft| {
                draft.wpt().claims.remove("tth");
            },
        ),
        get.with(
            "oth-unknown",
            &["WPT-2-27"],
            "oth has an entry for a field that the server does not know",
            "A binding that is not understood is ignored.",
            |draft| {
                draft.fields.push(("X-Conformance-Context", "abc".to_owned()));
                claim(draft, "oth", json!({"x-conformance-context": hash("abc")}));
            },
        ),
        get.with(
            "oth-absent",
            &["WPT-2-26"],
            "oth has an entry for a field that is not there",
            "A token was taken away.",
            |draft| {
                claim(draft, "oth", json!({"x-conformance-context": hash("abc")}));
            },
        ),
    ]);
    checks.splice(0..0, [get, post, query, claims, txn]);
    checks
}

const TXN_TOKEN: &str = "eyJhbGciOiJub25lIn0.e30.AA";

fn hostile(get: &Check) -> Vec<Check> {
    vec![
        get.with(
            "other-key",
            &["WPT-2-17"],
            "another key has signed it",
            "A stolen WIT is used without its key.",
            |draft| {
                draft.wpt().signed_by = SignedBy::Other;
            },
        ),
        get.tampered(
            "signature",
            &["WPT-2-17"],
            "one bit of the signature",
            "A proof is made up.",
            |message| {
                let proof = message.field("Authorization").unwrap_or_default();
                // The first character of the signature: all of its bits count.
                let Some((rest, signature)) = proof.rsplit_once('.') else { return };
                let first = if signature.starts_with('A') { 'B' } else { 'A' };
                message.set(
                    "Authorization",
                    format!("{rest}.{first}{}", signature.get(1..).unwrap_or_default()),
                );
            },
        ),
        get.with(
            "alg-none",
            &["WPT-2-16", "WPT-2-2"],
            "alg is \"none\"",
            "Nobody has signed the proof.",
            |draft| {
                header(draft, "alg", "none");
                draft.wpt().signed_by = SignedBy::Nobody;
            },
        ),
        get.with(
            "public-key-as-secret",
            &["WPT-2-16", "WPT-2-2"],
            "alg is \"HS256\", with the public key as the secret",
            "What everybody knows is used as a secret.",
            |draft| {
                header(draft, "alg", "HS256");
                draft.wpt().signed_by = SignedBy::PublicKeyAsSecret;
            },
        ),
        get.with(
            "alg-other",
            &["WPT-2-16"],
            "alg is \"ES384\"",
            "The header says another algorithm than the WIT.",
            |draft| {
                header(draft, "alg", "ES384");
            },
        ),
        get.with("typ", &["WPT-2-18"], "typ is \"JWT\"", "A token of another kind is used.", |draft| {
            header(draft, "typ", "JWT");
        }),
        get.with(
            "typ-wit",
            &["WPT-2-18"],
            "typ is \"wit+jwt\"",
            "A token of another kind is used.",
            |draft| {
                header(draft, "typ", "wit+jwt");
            },
        ),
        get.with(
            "aud-host",
            &["WPT-2-19", "WPT-3.1.7-1"],
            "aud is of another server",
            "A server uses what was meant for it elsewhere.",
            |draft| {
                let aud = elsewhere(draft);
                claim(draft, "aud", json!(aud));
            },
        ),
        get.with(
            "aud-path",
            &["WPT-2-19"],
            "aud has another path",
            "A proof is used for another resource.",
            |draft| {
                let aud = format!("{}/elsewhere", draft.bench.audience.trim_end_matches('/'));
                claim(draft, "aud", json!(aud));
            },
        ),
        get.with(
            "aud-by-host",
            &["WPT-3.1.7-2", "WPT-3.1.7-3", "WPT-3.1.7-4"],
            "aud and Host are of another server",
            "Host says for whom a proof is.",
            |draft| {
                let aud = elsewhere(draft);
                claim(draft, "aud", json!(aud));
                draft.host = "elsewhere.example".to_owned();
            },
        ),
        get.with(
            "aud-by-forwarded-host",
            &["WPT-3.1.7-2", "WPT-3.1.7-4"],
            "aud, X-Forwarded-Host and Forwarded are of another server",
            "X-Forwarded-Host says for whom a proof is.",
            |draft| {
                let aud = elsewhere(draft);
                claim(draft, "aud", json!(aud));
                draft.fields.push(("X-Forwarded-Host", "elsewhere.example".to_owned()));
                draft.fields.push(("Forwarded", "host=elsewhere.example;proto=http".to_owned()));
            },
        ),
        get.with(
            "aud-absent",
            &["WPT-2-5", "WPT-2-19"],
            "aud is absent",
            "A proof is for everybody.",
            |draft| {
                draft.wpt().claims.remove("aud");
            },
        ),
        get.with(
            "expired",
            &["WPT-2-20", "WPT-3.1.2-2"],
            "it has expired ten minutes ago",
            "An old proof is used.",
            |draft| {
                claim(draft, "exp", json!(now().as_secs() - 600));
            },
        ),
        get.with("no-exp", &["WPT-2-20"], "exp is absent", "A proof is good for ever.", |draft| {
            draft.wpt().claims.remove("exp");
        }),
        get.with("exp-text", &["WPT-2-20"], "exp is text", "What is no time is taken for one.", |draft| {
            claim(draft, "exp", json!((now().as_secs() + 60).to_string()));
        }),
        get.with("exp-far", &["WPT-2-21"], "exp is tomorrow", "A proof is good for too long.", |draft| {
            claim(draft, "exp", json!(now().as_secs() + 86_400));
        })
        .recommended(),
        get.with(
            "no-jti",
            &["WPT-2-7"],
            "jti is absent",
            "A proof cannot be told from another one.",
            |draft| {
                draft.wpt().claims.remove("jti");
            },
        ),
        get.with(
            "wth-other",
            &["WPT-2-22"],
            "wth is that of another WIT",
            "A proof goes with another WIT.",
            |draft| {
                claim(draft, "wth", json!(hash("other")));
            },
        ),
        get.with("wth-absent", &["WPT-2-22"], "wth is absent", "A proof goes with any WIT.", |draft| {
            draft.wpt().claims.remove("wth");
        }),
    ]
}

/// What is in the field, and how often.
fn fields(get: &Check) -> Vec<Check> {
    let lower = wpt("scheme-lower-case", &["WPT-2-1"], "The name of the scheme has no case.", |_| ());
    let with = |id, requirements, differs, comment, tamper| {
        get.hostile(id, requirements, differs, comment, Probe::Malformed(tamper))
    };
    vec![
        Check {
            probe: Probe::Answered(
                |_| (),
                |message| {
                    let proof = message.field("Authorization").unwrap_or_default();
                    message.set("Authorization", proof.replacen("WPT", "wpt", 1));
                },
                is_success,
            ),
            ..lower
        },
        with(
            "proof-absent",
            &["WPT-2-14", "WPT-3.1-1"],
            "there is no Authorization",
            "A WIT is used as a bearer token.",
            |message| {
                message.remove("Authorization");
            },
        ),
        with(
            "authorization-twice",
            &["WPT-2-14", "WPT-2.2-1"],
            "the line is there twice",
            "Two readers take two proofs.",
            |message| {
                let proof = message.field("Authorization").unwrap_or_default();
                message.add("Authorization", proof);
            },
        ),
        with(
            "authorization-and-bearer",
            &["WPT-2-14", "WPT-2.2-3"],
            "a Bearer token is in a second line",
            "A bearer token decides who calls.",
            |message| {
                message.add("Authorization", "Bearer abc");
            },
        ),
        with(
            "scheme",
            &["WPT-2-14"],
            "the scheme is Bearer",
            "A proof of another scheme is taken.",
            |message| {
                let proof = message.field("Authorization").unwrap_or_default();
                message.set("Authorization", proof.replacen("WPT", "Bearer", 1));
            },
        ),
        with(
            "two-tokens",
            &["WPT-2-15"],
            "a second token follows a comma",
            "Two readers take two proofs.",
            |message| {
                let proof = message.field("Authorization").unwrap_or_default();
                message.set("Authorization", format!("{proof}, {proof}"));
            },
        ),
        with("not-a-token", &["WPT-2-15"], "it is no token", "What is no JWT is taken.", |message| {
            message.set("Authorization", "WPT !!!");
        }),
        with("four-parts", &["WPT-2-15"], "a fourth part follows", "What is no JWT is taken.", |message| {
            let proof = message.field("Authorization").unwrap_or_default();
            message.set("Authorization", format!("{proof}.AAAA"));
        }),
    ]
}

fn replayed(get: &Check, query: &Check) -> Vec<Check> {
    let ids = ["WPT-2-23", "WPT-3.1.4-1"];
    vec![
        get.hostile(
            "replay",
            &ids,
            "it comes a second time",
            "A proof is used again.",
            Probe::Replayed(|_| ()),
        )
        .recommended(),
        query
            .hostile(
                "replay-other-query",
                &ids,
                "it comes a second time with another query",
                "A proof is used again for something else.",
                Probe::Replayed(|message| {
                    message.start = message.start.replace("page=2", "page=3");
                }),
            )
            .recommended(),
        get.hostile(
            "replay-at-once",
            &ids,
            "it comes four times at once",
            "A proof is used again before it is remembered.",
            Probe::AtOnce,
        )
        .recommended(),
    ]
}

fn wpt(id: &str, requirements: &[&str], comment: &str, good: super::Change) -> Check {
    accepted(Binding::Wpt, id, requirements, comment, good)
}

fn claim(draft: &mut Draft<'_>, name: &str, value: Value) {
    draft.wpt().claims.insert(name.to_owned(), value);
}

fn header(draft: &mut Draft<'_>, name: &str, value: &str) {
    draft.wpt().header.insert(name.to_owned(), json!(value));
}

fn is_success(answer: &crate::live::wire::Message) -> Result<(), String> {
    match answer.status() {
        Some(status) if status.is_success() => Ok(()),
        status => Err(format!("expected acceptance, found {}", super::answers::said(status))),
    }
}
