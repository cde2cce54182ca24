//! Signing responses, to requests that have been verified and to no others.

use serde_json::{Value, json};

use super::{
    super::{Cases, tokens::NOW},
    cases::{both, message},
    making::{Made, headers},
    selection::flipped,
    signed::Signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = both(|request| {
        let mut vectors = made(request)?;
        vectors.extend(refused(request)?);
        Ok(vectors)
    })?;
    vectors.extend(without_content(&Signed::ed25519())?);
    vectors.extend(more(&Signed::ed25519())?);
    Ok(vectors)
}

fn made(request: &Signed) -> Cases {
    let demanded = request.demanding().response();
    let asked_for_less =
        request.line("Accept-Signature", "sig1=(\"@status\");tag=\"wimse-workload-to-workload\"");
    let asked_for_less = asked_for_less.demanding().response();
    let not_demanded = request.parameter("wimse-sign-response", "=?0").response();
    Ok(vec![
        Made::response("sig-answer-make", &demanded, ALL, "A signed response was demanded.")?.vector(),
        Made::response(
            "sig-answer-make-free",
            &request.response(),
            &["SIG-3.3-2", "SIG-3.5-6"],
            "Nothing was demanded.",
        )?
        .vector(),
        Made::response(
            "sig-answer-make-false",
            &not_demanded,
            &["SIG-3.3-2", "SIG-3.5-6"],
            "It was demanded not.",
        )?
        .vector(),
        Made::response("sig-answer-make-error", &demanded, ALL, "An error is signed as well.")?
            .with(|vector| vector.input("status", 404))
            .vector(),
        Made::response(
            "sig-answer-make-asked-for-less",
            &asked_for_less,
            &["SIG-3.5-10", "SIG-3.5-13"],
            "A wish for less than the profile does not get less.",
        )?
        .vector(),
        tunnel(request)?,
    ])
}

fn tunnel(request: &Signed) -> Result<Vector, Box<dyn std::error::Error>> {
    let connect = request
        .bodiless()
        .start("CONNECT backend.example.com:443 HTTP/1.1")
        .field("Host", "backend.example.com:443")
        .covered(&["\"@method\"", "\"@authority\"", "\"workload-identity-token\""])
        .string("wimse-aud", "urn:example:proxy")
        .demanding();
    let made = Made::response(
        "sig-answer-make-connect",
        &connect.response(),
        &["SIG8-3-3"],
        "An answer to CONNECT.",
    )?;
    let made =
        made.bodiless().with(|vector| vector.config("audience", json!({"values": ["urn:example:proxy"]})));
    let made = made.covers_not("\"@path\";req").covers_not("\"@query\";req").covers("\"@authority\";req");
    Ok(made.vector())
}

fn without_content(request: &Signed) -> Cases {
    let head = request.bodiless().start("HEAD /orders?draft=1 HTTP/1.1").demanding().response();
    let rules = &["SIG-3-14", "SIG-3-17"];
    let made = |id, signed: &Signed, comment| Made::response(id, signed, rules, comment);
    let no_digest = |made: Made| {
        made.covers_not("\"content-digest\"").with(|vector| vector.output("content_digest", Value::Null))
    };
    Ok(vec![
        no_digest(made(
            "sig-answer-make-head",
            &head,
            "What was made for GET is not sent in answer to HEAD.",
        )?)
        .vector(),
        no_digest(
            made("sig-answer-make-204", &request.demanding().response(), "204 has no content.")?.bodiless(),
        )
        .with(|vector| vector.input("status", 204))
        .vector(),
        no_digest(made("sig-answer-make-304", &request.demanding().response(), "304 has no content.")?)
            .with(|vector| vector.input("status", 304))
            .vector(),
        no_digest(
            made("sig-answer-make-empty", &request.demanding().response(), "A response with empty content.")?
                .bodiless(),
        )
        .vector(),
    ])
}

fn more(request: &Signed) -> Cases {
    let response = request.demanding().response();
    let made = |id, comment| Made::response(id, &response, &["SIG-3-16"], comment);
    let sha512 = response.field("Content-Digest", "{digest512}").unsigned()?.field("content-digest");
    Ok(vec![
        made("sig-answer-make-request-covered", "WIT and digest of the request are covered.")?
            .with(|vector| vector.config("cover_request_wit", true).config("cover_request_digest", true))
            .covers("\"workload-identity-token\";req")
            .covers("\"content-digest\";req")
            .vector(),
        made("sig-answer-make-covering", "Another field is covered.")?
            .with(|vector| {
                let lines = [("Content-Type", "application/json"), ("Cache-Control", "no-store")];
                vector.input("headers", headers(&lines)).config("covering", json!(["cache-control"]))
            })
            .covers("\"cache-control\"")
            .vector(),
        made("sig-answer-make-sha-512", "The other digest algorithm.")?
            .with(|vector| vector.config("digest_algorithm", "sha-512").output("content_digest", sha512))
            .vector(),
        made("sig-answer-make-longest", "Five minutes at most.")?
            .with(|vector| vector.config("lifetime", 300).requires(&["SIG-3-22"]))
            .says("expires", NOW + 300)
            .vector(),
    ])
}

/// Id, codes, requirements, part and member, value, what differs, the mistake.
type Row =
    (&'static str, &'static [&'static str], &'static [&'static str], Part, Value, &'static str, &'static str);
type Part = fn(Vector, Value) -> Vector;

fn refused(request: &Signed) -> Cases {
    let demanding = request.demanding();
    let twin =
        Made::response("sig-answer-sign", &demanding.response(), ALL, "The request is good.")?.vector();
    let of = |signed: &Signed| Ok::<_, Box<dyn std::error::Error>>(message(&signed.bytes()?));
    let verified: &[&str] = &["SIG-3-39", "SIG-3.4-2"];
    let late = demanding.response().wit_claims(|claims| claims.set("exp", NOW - 1)).wit()?;
    let from: Part = |vector, value| vector.input("request", value);
    let rows: Vec<Row> = vec![
        (
            "sig-answer-sign-forged",
            &["httpsig.signature"],
            verified,
            from,
            of(&demanding.signature(flipped))?,
            "a request that does not verify",
            "A nonce that anybody could have written is not signed.",
        ),
        (
            "sig-answer-sign-changed",
            &["httpsig.digest_mismatch"],
            verified,
            from,
            of(&demanding.then(|message| message.content.push(b' ')))?,
            "a request with other content",
            "A request that is refused is not answered with a signature.",
        ),
        (
            "sig-answer-sign-unsigned",
            &["httpsig.unsigned"],
            verified,
            from,
            of(&demanding.string("tag", "other"))?,
            "an unsigned request",
            "There is no nonce to answer.",
        ),
        (
            "sig-answer-sign-expired",
            &["credential.expired"],
            &["SIG-3.5-1"],
            |vector, value| vector.config("wit", value),
            json!(late),
            "the WIT of the server has expired",
            "A key is not used once its WIT has expired.",
        ),
        (
            "sig-answer-sign-nonce",
            &["httpsig.nonce_too_short"],
            &["SIG-3-23", "SIG-3-35", "SIG8-3-4", "SIG8-3-5"],
            |vector, value| vector.config("nonce", value),
            json!("abcd2222"),
            "eight characters as a nonce",
            "Nonces that collide.",
        ),
        (
            "sig-answer-sign-lifetime",
            &["httpsig.lifetime"],
            &["SIG-3-22", "SIG-5.1-4"],
            |vector, value| vector.config("lifetime", value),
            json!(301),
            "301 seconds",
            "More than minutes.",
        ),
        (
            "sig-answer-sign-digest",
            &["httpsig.digest_mismatch"],
            &["SIG-3-14", "SIG-3-17"],
            |vector, value| vector.input("headers", value),
            headers(&[
                ("Content-Type", "application/json"),
                ("Content-Digest", "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:"),
            ]),
            "a digest of other content",
            "It would be refused by every client.",
        ),
        (
            "sig-answer-sign-signed",
            &["httpsig.already_signed"],
            &["SIG-3-31", "SIG-3-32"],
            |vector, value| vector.input("headers", value),
            headers(&[
                ("Signature-Input", "a=(\"@status\");tag=\"wimse-workload-to-workload\""),
                ("Signature", "a=:AAAA:"),
            ]),
            "a signature of the profile",
            "With a second one the response would be refused.",
        ),
        (
            "sig-answer-sign-content-type-twice",
            &["httpsig.field_repeated"],
            &["SIG-3-13"],
            |vector, value| vector.input("headers", value),
            headers(&[("Content-Type", "application/json"), ("Content-Type", "text/plain")]),
            "Content-Type twice",
            "Readers disagree on which line counts.",
        ),
    ];
    let mut vectors = vec![twin.clone()];
    for (id, codes, requirements, part, value, differs, comment) in rows {
        vectors.push(part(twin.refused(id, codes, differs, comment).requires(requirements), value));
    }
    Ok(vectors)
}

const ALL: &[&str] = &[
    "SIG-3-9",
    "SIG-3-10",
    "SIG-3-11",
    "SIG-3-12",
    "SIG-3-13",
    "SIG-3-14",
    "SIG-3-15",
    "SIG-3-17",
    "SIG-3-20",
    "SIG-3-21",
    "SIG-3-22",
    "SIG-3-23",
    "SIG-3-24",
    "SIG-3-27",
    "SIG-3-28",
    "SIG-3-29",
    "SIG-3.4-1",
    "SIG-3.4-2",
    "SIG-3.5-1",
];
