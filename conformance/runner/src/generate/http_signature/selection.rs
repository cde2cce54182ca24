//! Which signature is the one of the profile: by its tag, never by its label.

use super::{
    super::Cases,
    cases::{Codes, Refused, both, by_code, refuse},
    signed::{Signed, TAG},
};

pub(super) fn vectors() -> Cases {
    both(|request| {
        let mut vectors = by_code(labels(request)?, |code| match code {
            "httpsig.unsigned" => &["SIG-3-24", "SIG-3-34", "SIG-3-41", "SIG-5.2-2"],
            _ => FORGED,
        });
        vectors.extend(by_code(beside(request, "sig-select")?, ambiguous));
        vectors.extend(by_code(beside(&request.demanding().response(), "sig-response-select")?, ambiguous));
        vectors.extend(unsigned(request)?);
        Ok(vectors)
    })
}

fn ambiguous(code: &str) -> &'static [&'static str] {
    match code {
        "httpsig.tag_ambiguous" => &["SIG-3-32"],
        _ => FORGED,
    }
}

/// A label says nothing.
fn labels(request: &Signed) -> Cases {
    let labelled = |label: &str| {
        request
            .field("Signature-Input", &format!("{label}={{input}}"))
            .field("Signature", &format!("{label}=:{{signature}}:"))
    };
    let accepted = |id, label: &str, comment| labelled(label).accepted(id, LABELS, comment);
    let twin = accepted("sig-label-any", "a", "Any label.")?;
    let forged = |ours: &str| format!("{ours}={{input1}}, a={{input}}");
    // The signature of somebody else stands under the label that the profile's has elsewhere.
    let other = request.beside(&[("tag", "=\"other\"")]);
    let decoy = |label: &str| {
        other
            .field("Signature-Input", &forged(label))
            .field("Signature", &format!("{label}=:{{signature1}}:, a=:{{signature}}:"))
    };
    let untagged = |label: &str| labelled(label).string("tag", "other");
    let unsigned: &[&str] = &["httpsig.unsigned"];
    let rows: [Refused; 4] = [
        (
            "sig-label-wimse-untagged",
            unsigned,
            untagged("wimse"),
            "the label wimse and another tag",
            "A label does not make a signature one of the profile.",
        ),
        (
            "sig-label-tag-untagged",
            unsigned,
            untagged(TAG),
            "the tag as its label, and another tag",
            "A label does not make a signature one of the profile.",
        ),
        (
            "sig-label-sig1-untagged",
            unsigned,
            untagged("sig1"),
            "the label of the examples and another tag",
            "A label does not make a signature one of the profile.",
        ),
        (
            "sig-label-decoy-forged",
            &["httpsig.signature"],
            decoy("wimse").signature(flipped),
            "ours is forged, and a good one of another tag has the label wimse",
            "Whoever chooses by label verifies the wrong one.",
        ),
    ];
    Ok([
        vec![
            twin.clone(),
            accepted("sig-label-wimse", "wimse", "A label that looks official.")?,
            accepted("sig-label-long", "x-y_z.0*", "Every character that a label can have.")?,
            decoy("wimse").accepted("sig-label-decoy", LABELS, "Another signature has the label wimse.")?,
        ],
        refuse(&twin, rows)?,
    ]
    .concat())
}

/// Other signatures beside ours.
fn beside(signed: &Signed, id: &str) -> Cases {
    let proxy = signed.beside(&[("created", "=1"), ("keyid", "=\"proxy\""), ("alg", "=\"ed25519\"")]);
    let tagged = |tag: &str| signed.beside(&[("tag", tag)]);
    let first = proxy
        .field("Signature-Input", "other={input1}, sig1={input}")
        .field("Signature", "other=:{signature1}:, sig1=:{signature}:");
    let lines = proxy
        .field("Signature-Input", "other={input1}")
        .line("Signature-Input", "sig1={input}")
        .field("Signature", "sig1=:{signature}:")
        .line("Signature", "other=:{signature1}:");
    let strange = signed.beside(&[("tag", "=1"), ("created", "=\"now\""), ("x", "")]);
    let accepted =
        |end: &str, signed: &Signed, comment| signed.accepted(&format!("{id}{end}"), RULES, comment);
    let twin =
        accepted("", &proxy, "A proxy has added a signature of its own, with a key and an algorithm.")?;
    let both_ours = signed.twice();
    let other_key = signed.beside(&[("tag", "=\"wimse-workload-to-workload\"")]);
    let ambiguous: &[&str] = &["httpsig.tag_ambiguous"];
    let row = |end: &str, codes: Codes, signed: Signed, differs, comment| {
        (format!("{id}-{end}"), codes, signed, differs, comment)
    };
    let rows: Vec<Refused<String>> = vec![
        row(
            "two",
            ambiguous,
            both_ours.clone(),
            "two signatures with our tag, both good",
            "Which of them counts?",
        ),
        row(
            "two-other-key",
            ambiguous,
            other_key,
            "a second signature with our tag by another key",
            "An attacker adds a signature and hopes that the recipient takes it.",
        ),
        row(
            "two-lines",
            ambiguous,
            both_ours
                .field("Signature-Input", "sig1={input}")
                .line("Signature-Input", "sig2={input1}")
                .field("Signature", "sig1=:{signature}:")
                .line("Signature", "sig2=:{signature1}:"),
            "two signatures with our tag, in two lines each",
            "Whoever reads the first line only sees one.",
        ),
        row(
            "ours-forged",
            &["httpsig.signature"],
            proxy.signature(flipped),
            "ours is forged, and that of the proxy is good",
            "One good signature does not make another good.",
        ),
    ];
    Ok([
        vec![
            twin.clone(),
            accepted("-first", &first, "That of the proxy stands first.")?,
            accepted("-lines", &lines, "Each has a line of its own, in another order.")?,
            accepted("-other-tag", &tagged("=\"web-bot-auth\""), "One of another profile.")?,
            accepted("-strange", &strange, "One with parameters of other types is not ours to judge.")?,
        ],
        refuse(&twin, rows)?,
    ]
    .concat())
}

/// SIG-3-41: what has no signature with the tag is unsigned.
fn unsigned(request: &Signed) -> Cases {
    let twin = request.accepted("sig-signed", &["SIG-3-41", "SIG-5.1-1"], "A signed request.")?;
    let unsigned: &[&str] = &["httpsig.unsigned"];
    let rows: [Refused; 5] = [
        (
            "sig-unsigned",
            unsigned,
            request.then(|message| {
                message.remove("Signature");
                message.remove("Signature-Input");
            }),
            "no signature",
            "A WIT alone is no proof: whoever has seen it could send it.",
        ),
        (
            "sig-unsigned-no-wit",
            unsigned,
            request.then(|message| {
                for name in ["Signature", "Signature-Input", "Workload-Identity-Token"] {
                    message.remove(name);
                }
            }),
            "neither signature nor WIT",
            "An ordinary request.",
        ),
        (
            "sig-unsigned-other-tag",
            unsigned,
            request.string("tag", "other"),
            "a good signature with another tag",
            "A signature made for another purpose is used for this one.",
        ),
        (
            "sig-unsigned-input-only",
            &["httpsig.signature_missing", "httpsig.label_unmatched"],
            request.then(|message| message.remove("Signature")),
            "no Signature field",
            "What was to be signed is not what was signed.",
        ),
        (
            "sig-unsigned-signature-only",
            &["httpsig.input_missing", "httpsig.label_unmatched"],
            request.then(|message| message.remove("Signature-Input")),
            "no Signature-Input field",
            "Nobody says what it is over.",
        ),
    ];
    Ok([vec![twin.clone()], refuse(&twin, rows)?].concat())
}

pub(super) fn flipped(mut signature: Vec<u8>) -> Vec<u8> {
    if let Some(byte) = signature.get_mut(40) {
        *byte ^= 1;
    }
    signature
}

const FORGED: &[&str] = &["SIG-3-33", "SIG-3-34", "SIG-5.2-2", "SIG-3.1-3"];
const LABELS: &[&str] = &["SIG-3-33", "SIG-3-34", "SIG-5.2-2"];
const RULES: &[&str] = &["SIG-3-31", "SIG-3-32", "SIG-3-33", "SIG-3-34", "SIG-5.2-1", "SIG-5.2-2"];
