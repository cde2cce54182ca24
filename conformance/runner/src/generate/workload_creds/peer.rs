//! Who may call: a member of a trust domain is not yet the workload that is meant.

use serde_json::json;

use super::super::{
    Cases,
    keys::{Keys, by_both},
    tokens::{
        KeyPair, NOW, ORIGIN, OTHER_ISSUER_ES256, SUBJECT, anchors, base64url, sign, wit_claims, wit_header,
    },
};
use crate::vector::Vector;

const MESSAGE: &str = "what a proof says";

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let twin = authorize(keys, "peer", &keys.wit(|claims| claims)?, "The workload that is permitted.")?;
    let member = authorize(
        keys,
        "peer-member",
        &keys.wit(|claims| claims)?,
        "Where any workload of a trust domain may call.",
    )?
    .config("exact", json!([]))
    .config("origins", json!([ORIGIN]));
    let mut vectors = vec![twin.clone(), member];
    vectors.extend(subjects(keys, &twin)?);
    vectors.extend(permissions(&twin));
    vectors.extend(proofs(keys, &twin)?);
    Ok(vectors)
}

fn authorize(
    keys: &Keys,
    id: &str,
    token: &str,
    comment: &str,
) -> Result<Vector, Box<dyn std::error::Error>> {
    Ok(Vector::accepted(id, "peer.authorize", comment)
        .requires(&[
            "WIT-7-1",
            "WIT-9.1-1",
            "WIT-9.2-1",
            "WIT-9.3-1",
            "ID-4.3-3",
            "ID-7.2-1",
            "ID-7.2-3",
            "IDP-7.1-3",
            "IDP-7.1-4",
        ])
        .input_bytes("token", token)
        .input_bytes("message", MESSAGE)
        .input("signature", signature(keys.workload)?)
        .config("now", NOW)
        .config("anchors", anchors())
        .config("exact", json!([SUBJECT]))
        .output("peer", SUBJECT))
}

fn signature(key: KeyPair) -> Result<String, Box<dyn std::error::Error>> {
    Ok(base64url(key.signature(MESSAGE.as_bytes())?))
}

fn subjects(keys: &Keys, twin: &Vector) -> Cases {
    let named = |subject: &str| keys.wit(|claims| claims.string("sub", subject));
    let other_domain = sign(
        OTHER_ISSUER_ES256,
        &wit_header().string("kid", "other-es256").text(),
        &wit_claims(keys.workload).string("sub", "wimse://other.example/billing").text(),
    )?;
    let requirements = ["WIT-7-1", "WIT-9.1-1", "WIT-9.2-1", "ID-4.3-3", "IDP-7.1-3"];
    let rows = [
        (
            "peer-other-workload",
            named("wimse://example.com/shipping")?,
            "another workload of the trust domain",
            "Being of the trust domain is not being the workload that is meant.",
        ),
        (
            "peer-other-domain",
            other_domain,
            "the same path in another trust domain, validly signed",
            "A comparison of paths would permit it.",
        ),
        (
            "peer-below",
            named("wimse://example.com/billing/admin")?,
            "a workload below the one permitted",
            "A comparison by prefix would permit it.",
        ),
        (
            "peer-longer",
            named("wimse://example.com/billing2")?,
            "a path that begins like the one permitted",
            "A comparison by prefix would permit it.",
        ),
        (
            "peer-case",
            named("wimse://example.com/Billing")?,
            "a capital letter in the path",
            "A comparison without regard to case would permit it.",
        ),
    ];
    let refused = |(id, token, differs, comment): (&str, String, &str, &str)| {
        twin.refused(id, &["authorization.not_permitted"], differs, comment)
            .requires(&requirements)
            .input_bytes("token", token)
    };
    let mut vectors: Vec<_> = rows.into_iter().map(refused).collect();
    vectors.push(
        twin.refused(
            "peer-not-canonical",
            &["wit.sub_not_an_identifier"],
            "the identifier that is permitted, with a percent-encoded letter",
            "Decoding what was validated would permit it.",
        )
        .requires(&["WIT-1.3-1", "IDP-7.1-1", "IDP-7.1-3", "IDP-7.1-4"])
        .input_bytes("token", named("wimse://example.com/%62illing")?),
    );
    Ok(vectors)
}

fn permissions(twin: &Vector) -> Vec<Vector> {
    let rows = [
        ("peer-nobody", json!([]), "nobody is permitted", "A valid credential is no permission."),
        (
            "peer-same-path",
            json!(["wimse://other.example/billing"]),
            "the same path in another trust domain is permitted",
            "A comparison of paths would permit it.",
        ),
        (
            "peer-same-name",
            json!(["spiffe://example.com/billing"]),
            "the same name under spiffe is permitted",
            "A comparison without the scheme would permit it.",
        ),
    ];
    let refused = |(id, exact, differs, comment): (&str, serde_json::Value, &str, &str)| {
        twin.refused(id, &["authorization.not_permitted"], differs, comment)
            .requires(&["WIT-7-1", "WIT-9.1-1", "WIT-9.2-1", "ID-4.3-3"])
            .config("exact", exact)
    };
    rows.into_iter().map(refused).collect()
}

/// WIT-9.3-1, ID-7.2-1: a token that is only shown authenticates nobody.
fn proofs(keys: &Keys, twin: &Vector) -> Cases {
    let refused = |id: &str, differs: &str, comment: &str| {
        twin.refused(id, &["key.signature"], differs, comment).requires(&[
            "WIT-9.3-1",
            "ID-7.2-1",
            "ID-7.2-3",
        ])
    };
    let token = |token: String, code: &str, id: &str, differs: &str, comment: &str| {
        twin.refused(id, &[code], differs, comment)
            .requires(&["ID-7.2-1", "ID-7.2-3"])
            .input_bytes("token", token)
    };
    let forged = sign(keys.other_workload, &keys.wit_header().text(), &wit_claims(keys.workload).text())?;
    Ok(vec![
        refused("peer-no-proof", "an empty signature", "A token that was only shown.").input("signature", ""),
        refused(
            "peer-other-proof",
            "the proof is signed with another key",
            "A token that was stolen without its key.",
        )
        .input("signature", signature(keys.other_workload)?),
        refused("peer-other-message", "the proof is about something else", "A proof that was stolen.")
            .input_bytes("message", "what another proof says"),
        token(
            forged,
            "wit.signature",
            "peer-forged",
            "the token is not signed by the issuer",
            "Holding a key is not being vouched for.",
        ),
        token(
            keys.wit(|claims| claims.set("exp", NOW - 3600))?,
            "wit.expired",
            "peer-expired",
            "the token has expired",
            "A credential that was good once.",
        ),
    ])
}
