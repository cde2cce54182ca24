//! Requests that a signer does not sign.

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{HOUR, NOW, OTHER_WORKLOAD_ED25519, OTHER_WORKLOAD_ES256},
    },
    cases::both,
    making::{Made, headers},
    signed::Signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    both(|request| {
        let twin =
            Made::request("sig-sign", request, &["SIG-3-22"], "An ordinary request is signed.")?.vector();
        let mut vectors = vec![twin.clone()];
        vectors.extend(options(&twin));
        vectors.extend(messages(&twin, request)?);
        vectors.extend(credentials(&twin, request));
        Ok(vectors)
    })
}

/// Id, codes, requirements, member and value, what differs, the mistake.
pub(super) type Row<'a> = (&'a str, &'a [&'a str], &'a [&'a str], (&'a str, Value), &'a str, &'a str);

pub(super) fn refused(
    twin: &Vector,
    part: fn(Vector, &str, Value) -> Vector,
    rows: &[Row<'_>],
) -> Vec<Vector> {
    let rows = rows.iter().map(|(id, codes, requirements, (member, value), differs, comment)| {
        part(twin.refused(id, codes, differs, comment).requires(requirements), member, value.clone())
    });
    rows.collect()
}

fn config(vector: Vector, member: &str, value: Value) -> Vector {
    vector.config(member, value)
}

pub(super) fn input(vector: Vector, member: &str, value: Value) -> Vector {
    vector.input(member, value)
}

fn options(twin: &Vector) -> Vec<Vector> {
    let lifetime: &[&str] = &["SIG-3-22", "SIG-5.1-4"];
    let random: &[&str] = &["SIG-3-23", "SIG-3-35", "SIG8-3-4"];
    refused(
        twin,
        config,
        &[
            (
                "sig-sign-lifetime-0",
                &["httpsig.lifetime"],
                lifetime,
                ("lifetime", json!(0)),
                "no lifetime",
                "A signature that is never good.",
            ),
            (
                "sig-sign-lifetime-301",
                &["httpsig.lifetime"],
                lifetime,
                ("lifetime", json!(301)),
                "301 seconds",
                "More than minutes.",
            ),
            (
                "sig-sign-lifetime-day",
                &["httpsig.lifetime"],
                lifetime,
                ("lifetime", json!(86_400)),
                "a day",
                "More than minutes.",
            ),
            (
                "sig-sign-nonce-short",
                SHORT,
                random,
                ("nonce", json!("AAECAwQFBg")),
                "a nonce of 60 bits",
                "Nonces that collide.",
            ),
            (
                "sig-sign-nonce-counter",
                SHORT,
                random,
                ("nonce", json!("7")),
                "a counter",
                "A nonce that can be guessed.",
            ),
            (
                "sig-sign-nonce-example",
                SHORT,
                random,
                ("nonce", json!("abcd1111")),
                "a nonce of the examples",
                "Eight characters cannot have 64 bits.",
            ),
            (
                "sig-sign-nonce-empty",
                &["nonce.text"],
                random,
                ("nonce", json!("")),
                "an empty nonce",
                "No name at all.",
            ),
            (
                "sig-sign-aud-empty",
                &["httpsig.audience_empty"],
                &["SIG-3-25", "SIG-3.2-1"],
                ("aud", json!("")),
                "an empty audience",
                "A signature for nobody.",
            ),
            (
                "sig-sign-covering-absent",
                &["httpsig.component_missing"],
                &["SIG-3-16"],
                ("covering", json!(["x-absent"])),
                "a field that is not there is to be covered",
                "What the application wants to be covered is missing.",
            ),
        ],
    )
}

fn messages(twin: &Vector, request: &Signed) -> Cases {
    let with = |lines: &[(&str, &str)]| {
        ("headers", headers(&[&[("Content-Type", "application/json")], lines].concat()))
    };
    let ours = "a=(\"@method\");tag=\"wimse-workload-to-workload\"";
    let twice = request.wit_claims(|claims| claims.string("jti", "wit-9")).wit()?;
    Ok(refused(
        twin,
        input,
        &[
            (
                "sig-sign-digest-wrong",
                &["httpsig.digest_mismatch"],
                &["SIG-3-17"],
                with(&[("Content-Digest", "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:")]),
                "a digest of other content",
                "It would be refused by every recipient.",
            ),
            (
                "sig-sign-digest-insecure",
                &["httpsig.digest_insecure"],
                &["SIG-3-17"],
                with(&[("Content-Digest", "md5=:k5uuel2mbpwAVbtUiwNyIQ==:")]),
                "a digest by md5",
                "Content with the same digest can be made.",
            ),
            (
                "sig-sign-signed",
                &["httpsig.already_signed"],
                &["SIG-3-31", "SIG-3-32"],
                with(&[("Signature-Input", ours), ("Signature", "a=:AAAA:")]),
                "a signature of the profile",
                "With a second one the request would be refused.",
            ),
            (
                "sig-sign-fields-malformed",
                &["httpsig.field_malformed", "httpsig.signature_missing"],
                &["SIG-3-31"],
                with(&[("Signature-Input", "(((")]),
                "signature fields that cannot be read",
                "What is not understood is not added to.",
            ),
            (
                "sig-sign-other-wit",
                &["httpsig.wit_present"],
                &["SIG-3-8"],
                with(&[("Workload-Identity-Token", &twice)]),
                "another WIT",
                "Two WITs would be two senders.",
            ),
            (
                "sig-sign-content-type-twice",
                &["httpsig.field_repeated"],
                &["SIG-3-4"],
                with(&[("Content-Type", "text/plain")]),
                "Content-Type twice",
                "Readers disagree on which line counts.",
            ),
            (
                "sig-sign-authorization-twice",
                &["httpsig.field_repeated"],
                &["SIG-3-6"],
                with(&[("Authorization", "Bearer a"), ("Authorization", "Bearer b")]),
                "Authorization twice",
                "Readers disagree on which line counts.",
            ),
        ],
    ))
}

fn credentials(twin: &Vector, request: &Signed) -> Vec<Vector> {
    let other = if request.algorithm == "ES256" { OTHER_WORKLOAD_ES256 } else { OTHER_WORKLOAD_ED25519 };
    let key = serde_json::from_str(other.private_jwk()).unwrap_or_default();
    refused(
        twin,
        config,
        &[
            (
                "sig-sign-expired",
                &["credential.expired"],
                &["SIG-3-38"],
                ("now", json!(NOW + HOUR)),
                "the WIT has expired",
                "A key is not used once its WIT has expired.",
            ),
            (
                "sig-sign-other-key",
                &["credential.key_mismatch"],
                &["SIG-3.1-3"],
                ("key", key),
                "a key that is not that of the WIT",
                "Nobody could verify it.",
            ),
        ],
    )
}

const SHORT: &[&str] = &["httpsig.nonce_too_short"];
