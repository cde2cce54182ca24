//! What a client is given, and what it has to make of it.

use wimse::creds::UnixTime;
use wimse::httpsig::message::ParameterValue;
use wimse::httpsig::profile::{TAG, WIMSE_REQ_NONCE};

use super::answer::{Answer, By};
use crate::{
    live::{Binding, folder::now, wire::Message},
    vector::{Importance, Vector},
};

/// One lesson.
#[derive(Clone, Debug)]
pub(in crate::live) struct Lesson {
    pub(in crate::live) vector: Vector,
    pub(super) binding: Binding,
    pub(super) play: Play,
    /// Its path, without the slash.
    pub(super) path: String,
}

/// What is done with a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Play {
    /// The server answers, with this changed; then the proxy changes it.
    Answer(fn(&mut Answer), fn(&mut Message)),
    /// As that, good, and the client is called twice.
    Twice,
    /// The proxy changes the path of the request, and the server is taken in.
    OtherPath,
    /// The proxy answers with a response that it has seen before.
    Earlier,
    /// The proxy sends the client elsewhere.
    Redirect,
}

impl PartialEq for Play {
    fn eq(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Play {
    /// Whether what arrives is what the client has sent.
    pub(super) fn request_is_whole(self) -> bool {
        self != Self::OtherPath
    }
}

/// The lessons of a binding.
pub(in crate::live) fn all(binding: Binding) -> Vec<Lesson> {
    match binding {
        Binding::Wpt => wpt(),
        Binding::Httpsig => signature(),
        // The suite is reached in the clear.
        Binding::Mtls => Vec::new(),
    }
}

fn wpt() -> Vec<Lesson> {
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
        Play::Answer(|_| (), |_| ()),
    );
    let twice = Lesson {
        play: Play::Twice,
        ..self::good(Binding::Wpt, "twice", &["WPT-2-7"], "Two requests have two proofs.", Play::Twice)
    };
    let redirect = good.bad(
        "redirect",
        &["WPT-2-4"],
        "the proxy sends the client elsewhere",
        "A proof for one server is shown to another.",
        Play::Redirect,
    );
    vec![good, twice, redirect]
}

fn signature() -> Vec<Lesson> {
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
    let twice = self::good(
        Binding::Httpsig,
        "twice",
        &["SIG-3-35", "SIG8-3-4"],
        "Two requests have two nonces.",
        Play::Twice,
    );
    let mut lessons = proxy(&good);
    lessons.extend(server(&good));
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

fn good(binding: Binding, id: &str, requirements: &[&str], comment: &str, play: Play) -> Lesson {
    let path = format!("{}-{id}", binding.name());
    let vector =
        Vector::accepted(&format!("live-client-{path}"), "live.client", comment).requires(requirements);
    Lesson { vector, binding, play, path }
}

impl Lesson {
    fn bad(&self, id: &str, requirements: &[&str], differs: &str, comment: &str, play: Play) -> Self {
        let path = format!("{}-{id}", self.binding.name());
        let mut vector =
            self.vector.refused(&format!("live-client-{path}"), &[], differs, comment).requires(requirements);
        vector.importance = Importance::Critical;
        Self { vector, binding: self.binding, play, path }
    }
}
