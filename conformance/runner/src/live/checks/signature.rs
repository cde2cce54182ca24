//! Requests with an HTTP message signature.

use wimse::httpsig::message::ParameterValue;
use wimse::httpsig::profile::{TAG, WIMSE_AUD};

use super::{Change, Check, Probe, accepted, parameters};
use crate::live::{
    Binding,
    draft::{Draft, digest, random},
};

pub(super) fn checks() -> Vec<Check> {
    let get = signed("get", &["SIG-3-38", "SIG-3.1-1", "SIG-3.1-3"], "A good request is accepted.", |_| ());
    let post =
        signed("post", &["SIG-3-18", "SIG-3-19"], "A good request with content is accepted.", |draft| {
            draft.post();
        });
    let query = signed("query", &["SIG-3-3"], "A good request with a query is accepted.", |draft| {
        draft.target.push_str("?page=2");
    });
    let label = signed("label", &["SIG-3-34", "SIG-5.2-2"], "The label is free.", |draft| {
        draft.sign(|signature| signature.label = "anything");
    });
    let beside = signed(
        "beside-another",
        &["SIG-3-33", "SIG-5.2-1"],
        "A signature of an intermediary is there, too.",
        |draft| {
            draft.fields.push(("Signature-Input", "proxy=(\"@method\");created=1;keyid=\"a\"".to_owned()));
            draft.fields.push(("Signature", "proxy=:AAAA:".to_owned()));
        },
    );
    let authorization =
        signed("authorization", &["SIG-3-6"], "Authorization is of somebody else, and covered.", |draft| {
            draft.fields.push(("Authorization", "Bearer abc".to_owned()));
        });
    let mut checks = on_the_way(&get, &post, &query);
    checks.extend(coverage(&get, &post, &authorization));
    checks.extend(parameters::checks(&get));
    checks.extend(selection(&get, &label));
    checks.extend(replayed(&get));
    checks.splice(0..0, [get, post, query, label, beside, authorization]);
    checks
}

/// Changed after it was signed.
fn on_the_way(get: &Check, post: &Check, query: &Check) -> Vec<Check> {
    vec![
        get.tampered(
            "method",
            &["SIG-3-1", "SIG-3-16"],
            "the method",
            "A request becomes another one.",
            |message| {
                message.start = message.start.replacen("GET", "DELETE", 1);
            },
        ),
        get.hostile(
            "path",
            &["SIG-3-2", "SIG-3-16"],
            "the path",
            "A request goes to another resource, with an audience that is that of the other.",
            Probe::Refused(
                |draft| {
                    let aud = format!("{}x", draft.bench.audience);
                    draft.sign(|signature| signature.set(WIMSE_AUD, ParameterValue::String(aud.into())));
                },
                |message| message.start = message.start.replacen(" HTTP/", "x HTTP/", 1),
            ),
        ),
        query.tampered(
            "query-changed",
            &["SIG-3-3"],
            "the query",
            "A request asks for something else.",
            |message| {
                message.start = message.start.replacen("page=2", "page=3", 1);
            },
        ),
        get.tampered(
            "query-added",
            &["SIG-3-3"],
            "a query is added",
            "A request asks for something else.",
            |message| {
                message.start = message.start.replacen(" HTTP/", "?page=2 HTTP/", 1);
            },
        ),
        post.tampered(
            "content",
            &["SIG-3-18", "SIG-3-19", "SIG-3-5"],
            "the content",
            "Something else is ordered.",
            |message| {
                message.content = br#"{"order":8}"#.to_vec();
            },
        ),
        post.tampered(
            "content-and-digest",
            &["SIG-3-5", "SIG-3-16"],
            "the content and its digest",
            "Something else is ordered.",
            |message| {
                message.content = br#"{"order":8}"#.to_vec();
                message.set("Content-Digest", digest(&message.content));
            },
        ),
        post.tampered(
            "content-dropped",
            &["SIG-3-18", "SIG-3-19"],
            "the content is gone",
            "Nothing is ordered.",
            |message| {
                message.content.clear();
            },
        ),
        get.tampered(
            "content-added",
            &["SIG-3-17", "SIG-3-18"],
            "content is added",
            "Content that nobody has signed is used.",
            |message| {
                message.content = b"{}".to_vec();
            },
        ),
        post.tampered(
            "content-type",
            &["SIG-3-4", "SIG-3-16"],
            "Content-Type",
            "The content is read in another way.",
            |message| {
                message.set("Content-Type", "text/html");
            },
        ),
        get.with(
            "wit-replaced",
            &["SIG-3-8", "SIG-3-16"],
            "another good WIT of the workload is in its place",
            "A signature goes with another WIT.",
            |draft| draft.wit_is_replaced = true,
        ),
        get.tampered(
            "authorization-added",
            &["SIG-3-6", "SIG-3-16"],
            "Authorization is added",
            "A token is put to somebody's request.",
            |message| {
                message.add("Authorization", "Bearer abc");
            },
        ),
        get.tampered(
            "txn-token-added",
            &["SIG-3-7", "SIG-3-16"],
            "Txn-Token is added",
            "A token is put to somebody's request.",
            |message| {
                message.add("Txn-Token", "a.b.c");
            },
        ),
        get.tampered(
            "signature-changed",
            &["SIG-3.1-3"],
            "one character of the signature",
            "A signature is made up.",
            |message| {
                let value = message.field("Signature").unwrap_or_default();
                let Some((label, signature)) = value.split_once("=:") else { return };
                let first = if signature.starts_with('A') { 'B' } else { 'A' };
                message
                    .set("Signature", format!("{label}=:{first}{}", signature.get(1..).unwrap_or_default()));
            },
        ),
        get.hostile(
            "signature-cut",
            &["SIG-3-30"],
            "the signature is cut off",
            "What is no structured field is taken.",
            Probe::Malformed(|message| {
                message.set("Signature", "wimse=:AAAA");
            }),
        ),
        get.hostile(
            "input-malformed",
            &["SIG-3-30"],
            "Signature-Input is not a structured field",
            "What is no structured field is taken.",
            Probe::Malformed(|message| {
                let value = message.field("Signature-Input").unwrap_or_default();
                message.set("Signature-Input", value.replacen('(', "[", 1));
            }),
        ),
        get.hostile(
            "input-large",
            &["SIG-3-30"],
            "Signature-Input has a hundred thousand characters more",
            "Work is made by size.",
            Probe::Malformed(|message| {
                let value = message.field("Signature-Input").unwrap_or_default();
                message.set("Signature-Input", format!("{value};x=\"{}\"", "a".repeat(100_000)));
            }),
        ),
    ]
}

/// Signed, and not enough.
fn coverage(get: &Check, post: &Check, authorization: &Check) -> Vec<Check> {
    let omitted = |of: &Check, id: &str, requirement: &str, differs: &str, change: Change| {
        of.with(id, &[requirement, "SIG-3-16"], differs, "What is not signed is believed.", change)
    };
    vec![
        omitted(get, "method-not-covered", "SIG-3-1", "@method is not covered", |draft| {
            omit(draft, "@method");
        }),
        omitted(get, "path-not-covered", "SIG-3-2", "@path is not covered", |draft| omit(draft, "@path")),
        omitted(get, "query-not-covered", "SIG-3-3", "@query is not covered", |draft| omit(draft, "@query")),
        omitted(post, "content-type-not-covered", "SIG-3-4", "content-type is not covered", |draft| {
            omit(draft, "content-type");
        }),
        omitted(post, "digest-not-covered", "SIG-3-5", "content-digest is not covered", |draft| {
            omit(draft, "content-digest");
        }),
        omitted(
            authorization,
            "authorization-not-covered",
            "SIG-3-6",
            "authorization is not covered",
            |draft| omit(draft, "authorization"),
        ),
        omitted(get, "wit-not-covered", "SIG-3-8", "workload-identity-token is not covered", |draft| {
            omit(draft, "workload-identity-token");
        }),
        post.with(
            "digest-absent",
            &["SIG-3-17", "SIG-3-18"],
            "there is no Content-Digest",
            "Content that nobody has signed is used.",
            |draft| {
                draft.fields.retain(|(name, _)| *name != "Content-Digest");
            },
        ),
        post.with(
            "digest-other",
            &["SIG-3-19"],
            "Content-Digest is that of other content",
            "The digest is not computed.",
            |draft| {
                draft.fields.retain(|(name, _)| *name != "Content-Digest");
                draft.fields.push(("Content-Digest", digest(b"other")));
            },
        ),
    ]
}

fn selection(get: &Check, label: &Check) -> Vec<Check> {
    vec![
        get.with(
            "no-tag",
            &["SIG-3-24", "SIG-3-41"],
            "tag is absent",
            "A signature is chosen by its label.",
            |draft| parameters::without(draft, "tag"),
        ),
        label.with(
            "other-tag",
            &["SIG-3-41", "SIG-3-34"],
            "tag is another one, and the label is \"wimse\"",
            "A signature is chosen by its label.",
            |draft| {
                draft.sign(|signature| {
                    signature.label = "wimse";
                    signature.set("tag", ParameterValue::String("other".into()));
                });
            },
        ),
        get.with(
            "two-tagged",
            &["SIG-3-32"],
            "a second signature has the tag",
            "Two readers take two signatures.",
            |draft| {
                draft.fields.push(("Signature-Input", format!("second=(\"@method\");tag=\"{TAG}\"")));
                draft.fields.push(("Signature", "second=:AAAA:".to_owned()));
            },
        ),
        get.tampered(
            "unsigned",
            &["SIG-3-41", "SIG-5.1-1"],
            "both fields of the signature are gone",
            "A WIT is used as a bearer token.",
            |message| {
                message.remove("Signature");
                message.remove("Signature-Input");
            },
        ),
        get.hostile(
            "input-twice",
            &["SIG-3-32"],
            "Signature-Input is there twice",
            "Two readers take two signatures.",
            Probe::Malformed(|message| {
                let value = message.field("Signature-Input").unwrap_or_default();
                message.add("Signature-Input", value.replacen("\"@path\" ", "", 1));
            }),
        ),
    ]
}

fn replayed(get: &Check) -> Vec<Check> {
    let ids = ["SIG-3-37", "SIG-5.1-6", "SIG-6.4-1"];
    vec![
        get.hostile(
            "replay",
            &ids,
            "it comes a second time",
            "A request is used again.",
            Probe::Replayed(|_| ()),
        )
        .recommended(),
        get.hostile(
            "replay-more-fields",
            &ids,
            "it comes a second time with one more field",
            "A request is used again.",
            Probe::Replayed(|message| {
                message.add("X-Conformance", random().unwrap_or_default());
            }),
        )
        .recommended(),
        get.hostile(
            "replay-at-once",
            &ids,
            "it comes four times at once",
            "A request is used again before it is remembered.",
            Probe::AtOnce,
        )
        .recommended(),
    ]
}

fn signed(id: &str, requirements: &[&str], comment: &str, good: Change) -> Check {
    accepted(Binding::Httpsig, id, requirements, comment, good)
}

fn omit(draft: &mut Draft<'_>, name: &'static str) {
    draft.sign(|signature| signature.omitted.push(name));
}
