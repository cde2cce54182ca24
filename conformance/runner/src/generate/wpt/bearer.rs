//! A WIT is no bearer token, and a bearer token is no proof.

use super::{
    super::{Cases, tokens::OTHER_WORKLOAD_ED25519},
    exchange::{Exchange, Refused, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let plain = proof.accepted("wpt-not-bearer", WIT, "The WIT with a proof of possession.")?;
    let alone =
        proof.accepted("wpt-no-other-token", OTHER, "The proof, and no other token for the caller.")?;
    let es256 =
        Exchange::es256().accepted("wpt-not-bearer-es256", WIT, "The WIT with a proof of possession.")?;
    let mut vectors = vec![plain.clone(), es256, alone.clone()];
    vectors.extend(refuse(&plain, as_bearer(&proof))?);
    vectors.extend(refuse(&alone, beside(&proof))?);
    Ok(vectors)
}

fn as_bearer(proof: &Exchange) -> Vec<Refused> {
    let authorization =
        |id, code, value, differs, comment| (id, code, proof.field("Authorization", value), differs, comment);
    vec![
        (
            "wpt-bearer-wit-alone",
            "wpt.authorization_missing",
            proof.without("Authorization"),
            "the WIT without a proof",
            "Whoever has seen a WIT would be the workload.",
        ),
        authorization(
            "wpt-bearer-wit",
            "wpt.other_scheme",
            "Bearer {wit}",
            "the WIT as a bearer token too",
            "A WIT is not meant for the Authorization field.",
        ),
        authorization(
            "wpt-bearer-wit-as-proof",
            "wpt.typ_mismatch",
            "WPT {wit}",
            "the WIT in place of the proof",
            "A WIT proves no possession, in whatever field.",
        ),
        (
            "wpt-bearer-wit-only-authorization",
            "wit.field_missing",
            proof.without("Workload-Identity-Token").field("Authorization", "Bearer {wit}"),
            "the WIT as a bearer token, and nothing else",
            "A WIT is not meant for the Authorization field.",
        ),
        (
            "wpt-bearer-wit-with-other-key",
            "wpt.signature",
            proof.signed_by(OTHER_WORKLOAD_ED25519),
            "a proof by a key of the attacker",
            "A captured WIT is of no use without its key.",
        ),
        (
            "wpt-bearer-wit-in-cookie",
            "wpt.authorization_missing",
            proof.without("Authorization").line("Cookie", "wpt={proof}"),
            "the proof in a cookie",
            "A proof that a browser would send along.",
        ),
    ]
}

fn beside(proof: &Exchange) -> Vec<Refused> {
    vec![
        (
            "wpt-bearer-instead",
            "wpt.other_scheme",
            proof.field("Authorization", "Bearer bearer-token"),
            "a bearer token in place of the proof",
            "A bearer token does not say who is calling.",
        ),
        (
            "wpt-bearer-beside",
            "wpt.authorization_repeated",
            proof.line("Authorization", "Bearer bearer-token"),
            "a bearer token beside the proof",
            "The request would be as weak as the bearer token.",
        ),
        (
            "wpt-bearer-after-comma",
            "wpt.credentials",
            proof.field("Authorization", "WPT {proof}, Bearer bearer-token"),
            "a bearer token in the same field",
            "The request would be as weak as the bearer token.",
        ),
        (
            "wpt-bearer-before-comma",
            "wpt.other_scheme",
            proof.field("Authorization", "Bearer bearer-token, WPT {proof}"),
            "a bearer token before the proof in the same field",
            "The request would be as weak as the bearer token.",
        ),
        (
            "wpt-basic-beside",
            "wpt.authorization_repeated",
            proof.line("Authorization", "Basic dXNlcjpwYXNz"),
            "a password beside the proof",
            "The request would be as weak as the password.",
        ),
    ]
}

const WIT: &[&str] = &["WPT-3.1-1", "WIT-5.1-10", "WIT-5.1-11", "WIT-9.3-1"];
const OTHER: &[&str] = &["WPT-2.2-1", "WPT-2.2-2", "WPT-2.2-3"];
