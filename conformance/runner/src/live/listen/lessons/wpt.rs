//! What a client with Workload Proof Tokens is given, and what it has to send.

use super::{
    super::seen::{Finding, Seen},
    Failure, Lesson, Play, good, looks,
};
use crate::live::{Binding, wire::Message};

pub(super) fn lessons() -> Vec<Lesson> {
    let good = good(
        Binding::Wpt,
        "good",
        &[
            "WPT-2-1",
            "WPT-2-2",
            "WPT-2-3",
            "WPT-2-4",
            "WPT-2-5",
            "WPT-2-6",
            "WPT-2-7",
            "WPT-2-8",
            "WPT-3.1.2-1",
        ],
        "A request with a WPT arrives, and its answer is taken.",
        ANSWER,
    );
    let mut lessons = one_by_one(&good);
    lessons.extend(several(&good));
    lessons.extend(refused(&good));
    lessons.extend(elsewhere(&good));
    lessons.insert(0, good);
    lessons
}

const ANSWER: Play = Play::Answer(|_| (), |_| ());

/// What the proof is made of.
fn one_by_one(good: &Lesson) -> Vec<Lesson> {
    let ask = |id: &str, ids: &[&str], comment: &str, look: fn(&Seen<'_>) -> Finding| {
        good.asking(id, ids, comment, ANSWER, look)
    };
    vec![
        ask(
            "field",
            &["WPT-2-1", "WPT-2.2-1", "WPT-2.2-2"],
            "One Authorization field is sent, with the scheme WPT and one token.",
            looks::one_authorization,
        ),
        ask("wit-field", &["WIT-5.1.1-1"], "One field with the WIT is sent.", looks::one_wit),
        ask(
            "wit",
            &["WIT-5.1-1", "WPT-3.2-3", "WIT-9.5-3"],
            "The WIT is good, and has not expired.",
            looks::good_wit,
        ),
        ask("typ", &["WPT-2-3"], "typ says that it is a WPT.", looks::typ),
        ask("alg", &["WPT-2-2", "WIT-5.1-13"], "alg is that of the key in the WIT.", looks::alg),
        ask("key", &["WIT-5.1-10"], "The key in the WIT has signed the proof.", looks::key),
        ask("audience-present", &["WPT-2-5"], "aud is there.", looks::audience_present),
        ask("audience", &["WPT-2-4"], "aud is the URL of the request, without its query.", looks::audience)
            .recommended(),
        ask(
            "lifetime",
            &["WPT-2-6", "WPT-3.1.2-1", "WIT-9.3.2-1"],
            "The proof is good for minutes.",
            looks::lifetime,
        ),
        ask("jti", &["WPT-2-7"], "jti is there, and long enough.", looks::long_jti),
        ask("wth", &["WPT-2-8"], "wth is the hash of the WIT.", looks::wth),
        ask("tth", &["WPT-2-9"], "A Txn-Token is bound by tth.", looks::tth),
        ask(
            "oth",
            &["WPT-2-11", "WPT-2-12"],
            "oth has names in lower case, and the hashes of what the fields say.",
            looks::oth,
        ),
        ask("claims", &["WPT-2.3-1"], "There are no private claims.", looks::no_private_claim).recommended(),
        ask("log", &["WPT-3.1.5-1"], "The client does not print the proof.", looks::not_printed),
    ]
}

/// Another request is another proof.
fn several(good: &Lesson) -> Vec<Lesson> {
    let fresh =
        |id: &str, comment: &str, play| good.asking(id, &["WPT-2-7"], comment, play, looks::fresh_jtis);
    vec![
        fresh("twice", "Two requests have two proofs.", Play::Twice),
        fresh("retry-busy", "Who tries again after 503 makes another proof.", Play::FailOnce(Failure::Busy)),
        fresh(
            "retry-reset",
            "Who tries again after the connection has ended makes another proof.",
            Play::FailOnce(Failure::Reset),
        ),
        good.asking(
            "own-expired",
            &["WPT-3.2-3", "WIT-9.5-3"],
            "With a WIT that has expired nothing is proven.",
            Play::Expired,
            looks::nothing_proven,
        ),
    ]
}

/// What the proxy makes of a good request is refused by the server. That is no answer, and nothing to give the proof up for.
fn refused(good: &Lesson) -> Vec<Lesson> {
    let changed = |id: &str, ids: &[&str], differs: &str, tamper: fn(&mut Message)| {
        let comment = "A refusal is taken for an answer, or answered with less than a proof.";
        good.bad(&format!("proxy-{id}"), ids, differs, comment, Play::Changed(tamper))
    };
    vec![
        changed("path", &["WPT-2-4", "WIT-5.1-10"], "the proxy changes the path of the request", |message| {
            message.start = message.start.replacen(" /", " /other/", 1);
        }),
        changed("proof-dropped", &["WPT-2-1", "WIT-5.1-10"], "the proxy takes the proof away", |message| {
            message.remove("Authorization");
        }),
        changed("wit-dropped", &["WIT-5.1.1-1", "WIT-5.1-10"], "the proxy takes the WIT away", |message| {
            message.remove("Workload-Identity-Token");
        }),
        changed("proof-twice", &["WPT-2.2-1", "WIT-5.1-10"], "the proxy sends the proof twice", |message| {
            let proof = message.field("Authorization").unwrap_or_default();
            message.add("Authorization", proof);
        }),
        changed("wit-twice", &["WIT-5.1.1-1", "WIT-5.1-10"], "the proxy sends the WIT twice", |message| {
            let wit = message.field("Workload-Identity-Token").unwrap_or_default();
            message.add("Workload-Identity-Token", wit);
        }),
        good.bad(
            "proxy-doubles",
            &["WPT-2-7", "WIT-5.1-10"],
            "the proxy sends the request twice, and hands on the second answer",
            "A refusal is taken for an answer, or answered with less than a proof.",
            Play::Doubled,
        ),
    ]
}

/// The proxy sends the client elsewhere.
fn elsewhere(good: &Lesson) -> Vec<Lesson> {
    vec![
        good.asking(
            "redirect",
            &["WPT-2-4"],
            "A proof for one server is not shown to another.",
            Play::Redirect,
            looks::proof_stays,
        ),
        good.asking(
            "redirect-wit",
            &["WPT-3.1.1-1", "WIT-9.6-1"],
            "The WIT does not follow a redirection to another origin, of whose channel nobody has said that it is secure.",
            Play::Redirect,
            looks::wit_stays,
        ),
    ]
}
