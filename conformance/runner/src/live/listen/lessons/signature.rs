//! What a client of signed responses is given, and what it has to make of it.

use wimse::{
    creds::UnixTime,
    httpsig::{
        message::ParameterValue,
        profile::{TAG, WIMSE_REQ_NONCE},
    },
};

use super::{
    super::answer::{Answer, By},
    Failure, Lesson, Play, good, looks,
};
use crate::live::{Binding, folder::now, wire::Message};

pub(super) fn lessons() -> Vec<Lesson> {
    let whole = |id: &str, ids: &[&str], comment: &str, change| {
        good(Binding::Httpsig, id, ids, comment, Play::Answer(change, |_| ()))
    };
    let good_ids = [
        "SIG-3-1",
        "SIG-3-2",
        "SIG-3-3",
        "SIG-3-8",
        "SIG-3-20",
        "SIG-3-21",
        "SIG-3-22",
        "SIG-3-23",
        "SIG-3-24",
        "SIG-3-25",
        "SIG-3-28",
        "SIG-3-29",
        "SIG-3.2-1",
        "SIG-3.3-1",
    ];
    let good = whole("good", &good_ids, "A signed request arrives, and its signed answer is taken.", |_| ());
    let beside = whole(
        "beside-another",
        &["SIG-3-33", "SIG-5.2-1"],
        "A signature of an intermediary is there, too.",
        |answer| {
            answer.fields.push(("Signature-Input", "proxy=(\"@status\");created=1;keyid=\"a\"".to_owned()));
            answer.fields.push(("Signature", "proxy=:AAAA:".to_owned()));
        },
    );
    let label =
        whole("label", &["SIG-3-34", "SIG-5.2-2"], "The label is free.", |answer| answer.label = "anything");
    let twice = super::good(
        Binding::Httpsig,
        "twice",
        &["SIG-3-35", "SIG8-3-4"],
        "Two requests have two nonces.",
        Play::Twice,
    );
    let mut lessons = proxy(&good);
    lessons.extend(server(&good));
    lessons.extend(retried(&good));
    lessons.splice(0..0, [good, beside, label, twice]);
    lessons
}

/// What a proxy does.
fn proxy(good: &Lesson) -> Vec<Lesson> {
    let changed = |id: &str, ids: &[&str], differs: &str, comment: &str, tamper| {
        good.bad(&format!("proxy-{id}"), ids, differs, comment, Play::Answer(|_| (), tamper))
    };
    vec![
        changed(
            "content",
            &["SIG-3-18", "SIG-3-19", "SIG-3.5-7"],
            "the proxy changes the content",
            "An answer is forged.",
            |message| {
                message.content = b"{\"hello\":false}".to_vec();
            },
        ),
        changed(
            "content-and-digest",
            &["SIG-3-14", "SIG-3.5-7"],
            "the proxy changes content and digest",
            "An answer is forged.",
            |message| {
                message.content = b"{\"hello\":false}".to_vec();
                message.set("Content-Digest", crate::live::draft::digest(&message.content));
            },
        ),
        changed(
            "digest-dropped",
            &["SIG-3-18"],
            "the proxy takes Content-Digest away",
            "Content that nobody has signed is used.",
            |message| {
                message.remove("Content-Digest");
            },
        ),
        changed(
            "status",
            &["SIG-3-9", "SIG-3.5-7"],
            "the proxy changes the status",
            "A success is forged.",
            |message| {
                message.start = "HTTP/1.1 201 Created".to_owned();
            },
        ),
        changed(
            "content-type",
            &["SIG-3-13", "SIG-3.5-7"],
            "the proxy changes Content-Type",
            "The content is read in another way.",
            |message| {
                message.set("Content-Type", "text/html");
            },
        ),
        changed(
            "signature-dropped",
            &["SIG-3.5-4"],
            "the proxy takes the signature away",
            "An answer of nobody is taken.",
            |message| {
                message.remove("Signature");
                message.remove("Signature-Input");
            },
        ),
        changed(
            "error",
            &["SIG-3.5-4"],
            "the proxy answers by itself, with 502",
            "An answer of nobody is taken.",
            |message| {
                *message = Message { start: "HTTP/1.1 502 Bad Gateway".to_owned(), ..Message::default() };
            },
        ),
        good.bad(
            "proxy-answers",
            &["SIG-3.5-4"],
            "the proxy answers by itself, with a success",
            "An answer of nobody is taken.",
            Play::Impostor,
        ),
        changed(
            "signature-twice",
            &["SIG-3-32", "SIG-3.5-7"],
            "the proxy sends the fields of the signature twice",
            "Two readers take two signatures.",
            |message| {
                for name in ["Signature-Input", "Signature"] {
                    let value = message.field(name).unwrap_or_default();
                    message.add(name, value);
                }
            },
        ),
        changed(
            "wit-twice",
            &["WIT-5.1.1-1", "SIG-3.5-7"],
            "the proxy sends the WIT of the server twice",
            "Two readers take two WITs.",
            |message| {
                let wit = message.field("Workload-Identity-Token").unwrap_or_default();
                message.add("Workload-Identity-Token", wit);
            },
        ),
        changed(
            "wit-dropped",
            &["SIG-3-38", "SIG-3.5-7"],
            "the proxy takes the WIT of the server away",
            "There is a signature, and nobody whose it is.",
            |message| message.remove("Workload-Identity-Token"),
        ),
        good.bad(
            "proxy-doubles",
            &["SIG-3.5-4", "SIG-3-35"],
            "the proxy sends the request twice, and hands on the second answer",
            "A refusal that nobody has signed is taken for an answer.",
            Play::Doubled,
        ),
        good.bad(
            "proxy-earlier",
            &["SIG-3.5-8", "SIG-3.4-2"],
            "the proxy answers with an earlier response",
            "An answer is used again.",
            Play::Earlier,
        ),
        good.bad(
            "proxy-path",
            &["SIG-3-11", "SIG-3.5-7"],
            "the proxy changes the path of the request, and the server answers that",
            "The answer is that of another resource.",
            Play::OtherPath,
        ),
        good.bad(
            "proxy-redirect",
            &["SIG-3.5-4", "SIG-3.2-1"],
            "the proxy sends the client elsewhere",
            "Whoever is in between says where to go.",
            Play::Redirect,
        ),
    ]
}

/// What a server does that is not the right one, or does not keep to the profile.
fn server(good: &Lesson) -> Vec<Lesson> {
    let signed = |id: &str, ids: &[&str], differs: &str, comment: &str, change: fn(&mut Answer)| {
        good.bad(id, ids, differs, comment, Play::Answer(change, |_| ()))
    };
    let omitted = |id: &str, requirement: &str, differs: &str, change: fn(&mut Answer)| {
        good.bad(
            id,
            &[requirement, "SIG-3-16"],
            differs,
            "What is not signed is believed.",
            Play::Answer(change, |_| ()),
        )
    };
    vec![
        signed(
            "stranger",
            &["WIT-9.2-1"],
            "another workload of the trust domain has signed it",
            "Membership of the trust domain is taken for the right server.",
            |answer| {
                answer.by = By::Stranger;
            },
        ),
        signed(
            "other-issuer",
            &["SIG-3-38", "WIT-5.1.4-4"],
            "the WIT is of another issuer",
            "Somebody issues himself a WIT.",
            |answer| {
                answer.by = By::OtherIssuer;
            },
        ),
        signed(
            "other-key",
            &["SIG-3.1-3", "WIT-5.1-13"],
            "another key has signed it",
            "A WIT is used without its key.",
            |answer| {
                answer.by = By::OtherKey;
            },
        ),
        signed(
            "wit-expired",
            &["SIG-3-38", "WIT-5.1.4-7"],
            "the WIT has expired an hour ago",
            "An old WIT is used.",
            |answer| {
                answer.by = By::Expired;
            },
        ),
        signed(
            "no-request-nonce",
            &["SIG-3-27", "SIG-3.5-8"],
            "wimse-req-nonce is absent",
            "An answer goes with any request.",
            |answer| {
                answer.without(WIMSE_REQ_NONCE);
            },
        ),
        signed(
            "other-request-nonce",
            &["SIG-3.5-8", "SIG-3.4-2"],
            "wimse-req-nonce is that of another request",
            "An answer goes with another request.",
            |answer| {
                answer.set(WIMSE_REQ_NONCE, ParameterValue::String("AAECAwQFBgcICQoLDA0ODw".into()));
            },
        ),
        signed(
            "expired",
            &["SIG-5.1-5"],
            "it has expired ten minutes ago",
            "An old answer is used.",
            |answer| {
                let now = UnixTime::as_secs(now());
                answer.set("created", ParameterValue::Integer(now - 660));
                answer.set("expires", ParameterValue::Integer(now - 600));
            },
        ),
        signed(
            "no-expires",
            &["SIG-3-21", "SIG-3-30"],
            "expires is absent",
            "An answer is good for ever.",
            |answer| answer.without("expires"),
        ),
        signed(
            "no-nonce",
            &["SIG-3-23", "SIG-3-30"],
            "nonce is absent",
            "An answer cannot be told from another one.",
            |answer| answer.without("nonce"),
        ),
        signed(
            "keyid",
            &["SIG-3-28", "SIG-3-30"],
            "keyid is there",
            "The sender chooses the key.",
            |answer| {
                answer.set("keyid", ParameterValue::String("a".into()));
            },
        ),
        signed(
            "other-tag",
            &["SIG-3-41", "SIG-3.5-4"],
            "tag is another one",
            "A signature is chosen by its label.",
            |answer| {
                answer.set("tag", ParameterValue::String("other".into()));
            },
        ),
        signed(
            "two-tagged",
            &["SIG-3-32"],
            "a second signature has the tag",
            "Two readers take two signatures.",
            |answer| {
                answer.fields.push(("Signature-Input", format!("second=(\"@status\");tag=\"{TAG}\"")));
                answer.fields.push(("Signature", "second=:AAAA:".to_owned()));
            },
        ),
        omitted("status-not-covered", "SIG-3-9", "@status is not covered", |answer| {
            answer.omitted.push("@status");
        }),
        omitted("path-not-covered", "SIG-3-11", "the path of the request is not covered", |answer| {
            answer.omitted.push("@path");
        }),
        omitted("content-type-not-covered", "SIG-3-13", "content-type is not covered", |answer| {
            answer.omitted.push("content-type");
        }),
        omitted("digest-not-covered", "SIG-3-14", "content-digest is not covered", |answer| {
            answer.omitted.push("content-digest");
        }),
        omitted("wit-not-covered", "SIG-3-15", "workload-identity-token is not covered", |answer| {
            answer.omitted.push("workload-identity-token");
        }),
    ]
}

/// What fails once: another attempt is another request.
fn retried(good: &Lesson) -> Vec<Lesson> {
    let fresh = |id: &str, comment: &str, failure| {
        let play = Play::FailOnce(failure);
        good.asking(id, &["SIG-3-35", "SIG8-3-4"], comment, play, looks::fresh_nonces)
    };
    vec![
        fresh("retry-busy", "Who tries again after 503 has another nonce.", Failure::Busy),
        fresh(
            "retry-reset",
            "Who tries again after the connection has ended has another nonce.",
            Failure::Reset,
        ),
    ]
}
