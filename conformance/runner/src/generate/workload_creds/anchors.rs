//! The trust anchors of several trust domains together.

use serde_json::{Value, json};

use super::super::{
    Cases,
    tokens::{ISSUER_ED25519, ISSUER_ES256, OTHER_ISSUER_ES256, domain},
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements = ["WIT-3-1", "WIT-9.1-1", "ID-7.3-2"];
    let load = |id: &str, anchors: Value, comment: &str| {
        Vector::accepted(id, "anchors.load", comment).requires(&requirements).config("anchors", anchors)
    };
    let ours = || domain("wimse://example.com", &[ISSUER_ES256.public_jwk()]);
    let with = |domain: Value| json!([ours(), domain]);
    let twin = load(
        "anchors-two-domains",
        with(domain("wimse://other.example", &[OTHER_ISSUER_ES256.public_jwk()])),
        "Each trust domain has keys of its own.",
    )
    .output("origins", json!(["wimse://example.com", "wimse://other.example"]));
    let shared = with(domain("wimse://other.example", &[ISSUER_ES256.public_jwk()]));
    let under_spiffe = with(domain("spiffe://example.com", &[ISSUER_ES256.public_jwk()]));
    let mut renamed = ISSUER_ES256.public_jwk();
    renamed["kid"] = json!("another-name");
    let mut vectors = vec![
        twin.clone(),
        load(
            "anchors-two-schemes",
            with(domain("spiffe://example.com", &[ISSUER_ED25519.public_jwk()])),
            "One name under two schemes is two trust domains.",
        )
        .needs("Ed25519")
        .output("origins", json!(["spiffe://example.com", "wimse://example.com"])),
        load(
            "anchors-shared-by-policy",
            shared.clone(),
            "A deployment may say that one issuer speaks for both.",
        )
        .config("allow_shared_keys", true),
        load(
            "anchors-issuers",
            with(json!({"origin": "wimse://other.example", "issuers": ["https://id.other.example"]})),
            "A trust domain with an issuer and no keys yet.",
        ),
    ];
    let refused = |id: &str, code: &str, anchors: Value, differs: &str, comment: &str| {
        twin.refused(id, &[code], differs, comment).config("anchors", anchors)
    };
    vectors.extend([
        refused(
            "anchors-shared-key",
            "trust.shared_key",
            shared,
            "both trust domains have one key",
            "The issuer of one could name workloads of the other.",
        ),
        refused(
            "anchors-shared-key-scheme",
            "trust.shared_key",
            under_spiffe,
            "one name under two schemes with one key",
            "The issuer of one could name workloads of the other.",
        ),
        refused(
            "anchors-shared-key-renamed",
            "trust.shared_key",
            with(domain("wimse://other.example", &[renamed])),
            "both trust domains have one key, under two key ids",
            "A key is its numbers and not its name.",
        ),
        refused(
            "anchors-domain-twice",
            "trust.duplicate_origin",
            with(domain("wimse://example.com", &[OTHER_ISSUER_ES256.public_jwk()])),
            "one trust domain twice",
            "Which keys count would depend on the order.",
        ),
        refused(
            "anchors-issuer-name",
            "trust.issuer",
            with(json!({"origin": "wimse://other.example", "issuers": ["id.other.example"]})),
            "an issuer without a scheme",
            "Not a URI: it would never match, or too often.",
        ),
    ]);
    Ok(vectors)
}
