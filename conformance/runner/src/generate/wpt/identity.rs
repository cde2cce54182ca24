//! The identifier comes from the verified WIT, and from nothing else that the request says.

use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{ISSUER_ED25519, ISSUER_ES256, NOW, OTHER_ISSUER_ES256, OTHER_WORKLOAD_ED25519, domain},
    },
    exchange::{Exchange, Refused, reconfigured, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let accepted = |id, exchange: Exchange, comment| exchange.accepted(id, RULES, comment);
    let plain = accepted("wpt-identity", proof.clone(), "The identifier of the WIT.")?;
    let mut vectors = vec![
        plain.clone(),
        accepted(
            "wpt-identity-header",
            proof.line("X-Workload-Identity", "wimse://example.com/admin"),
            "An identifier in a plain field is not looked at.",
        )?,
        accepted(
            "wpt-identity-client-cert",
            proof.line("X-Forwarded-Client-Cert", "URI=wimse://example.com/admin"),
            "What a proxy says of a certificate is not looked at.",
        )?,
        accepted(
            "wpt-identity-query",
            proof.start("POST /orders?caller=wimse://example.com/admin"),
            "An identifier in the query is not looked at.",
        )?,
        accepted(
            "wpt-identity-claim",
            proof.claim("sub", "wimse://example.com/admin"),
            "An identifier in the proof is not looked at: the sender writes the proof.",
        )?,
    ];
    let showing = |requirements| plain.clone().requires(requirements);
    vectors.extend(refuse(&showing(&["ID-7.2-1", "ID-7.2-2"]), outside(&proof))?);
    vectors.extend(refuse(&showing(&["ID-7.2-1", "ID-7.2-3"]), unverified(&proof))?);
    let plain = showing(&["ID-7.2-3"]);
    let only = |keys: &[_]| json!([domain("wimse://example.com", keys)]);
    vectors.push(reconfigured(
        &plain,
        (
            "wpt-identity-other-anchors",
            "wit.kid_unknown",
            "anchors without the key of the issuer",
            "A credential of an issuer that the deployment does not trust.",
        ),
        ("anchors", only(&[ISSUER_ED25519.public_jwk()])),
    ));
    vectors.push(reconfigured(
        &plain,
        (
            "wpt-identity-other-scheme-anchors",
            "wit.trust_domain_unknown",
            "anchors for the same name under another scheme",
            "A trust domain means something else under each scheme.",
        ),
        ("anchors", json!([domain("spiffe://example.com", &[ISSUER_ES256.public_jwk()])])),
    ));
    vectors.push(reconfigured(
        &plain,
        (
            "wpt-identity-denied-algorithm",
            "wit.cnf_alg_not_allowed",
            "a policy of ES256 only",
            "A credential that the policy of the deployment refuses.",
        ),
        ("proof_algorithms", json!(["ES256"])),
    ));
    Ok(vectors)
}

/// An identifier that is not in a credential.
fn outside(proof: &Exchange) -> Vec<Refused> {
    let bare = proof.without("Workload-Identity-Token");
    vec![
        (
            "wpt-identity-header-only",
            "wit.field_missing",
            bare.line("X-Workload-Identity", "wimse://example.com/billing"),
            "the identifier in a plain field in place of the WIT",
            "Anybody can write an identifier into a field.",
        ),
        (
            "wpt-identity-text",
            "wit.malformed",
            proof.field("Workload-Identity-Token", "wimse://example.com/billing"),
            "the identifier in place of the WIT",
            "An identifier is not a credential.",
        ),
        (
            "wpt-identity-client-cert-only",
            "wit.field_missing",
            bare.line("X-Forwarded-Client-Cert", "URI=wimse://example.com/billing"),
            "what a proxy says in place of the WIT",
            "Anybody can write what a proxy would.",
        ),
        (
            "wpt-identity-in-proof-only",
            "wit.field_missing",
            bare.claim("sub", "wimse://example.com/billing"),
            "the identifier in the proof in place of the WIT",
            "A proof is signed by whoever sends it.",
        ),
    ]
}

/// An identifier in a credential that does not stand up.
fn unverified(proof: &Exchange) -> Vec<Refused> {
    vec![
        (
            "wpt-identity-unsigned",
            "wit.alg_none",
            proof.wit_header(|header| header.string("alg", "none")),
            "a WIT without a signature",
            "Anybody can write a WIT that is not signed.",
        ),
        (
            "wpt-identity-self-issued",
            "wit.signature",
            proof.issued_by(OTHER_WORKLOAD_ED25519),
            "a WIT signed by the attacker",
            "Anybody can sign a WIT with a key of their own.",
        ),
        (
            "wpt-identity-other-domain-issuer",
            "wit.signature",
            proof.issued_by(OTHER_ISSUER_ES256),
            "a WIT signed by the issuer of another trust domain",
            "An issuer speaks for its own trust domain only.",
        ),
        (
            "wpt-identity-expired",
            "wit.expired",
            proof.wit_claims(|claims| claims.set("exp", NOW - 30)),
            "an expired WIT",
            "A credential that was valid once.",
        ),
        (
            "wpt-identity-not-canonical",
            "wit.sub_not_an_identifier",
            proof.wit_claims(|claims| claims.string("sub", "wimse://Example.com/billing")),
            "a capital letter in the identifier",
            "An identifier that is not canonical would be another one after repair.",
        ),
    ]
}

const RULES: &[&str] = &["ID-7.2-1", "ID-7.2-2", "ID-7.2-3"];
