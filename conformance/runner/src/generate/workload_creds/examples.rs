//! The examples of the draft, and of the RFCs that it builds on.

use serde_json::json;

use super::super::{
    Cases,
    tokens::{ORIGIN, domain},
};
use crate::vector::Vector;

/// Figure 2.
const WIT: &str = "eyJhbGciOiJFUzI1NiIsImtpZCI6Ikp1bmUgNSIsInR5cCI6IndpdCtqd3QifQ.eyJjbmYiOnsiandrIjp7ImFsZyI6IkVkMjU1MTkiLCJjcnYiOiJFZDI1NTE5Iiwia3R5IjoiT0tQIiwieCI6IjFDWFh2ZmxOX0xWVnNJc1lYc1V2QjAzSm1sR1dlQ0hxUVZ1b3VDRjkyYmcifX0sImV4cCI6MTc0NTUxMjUxMCwiaWF0IjoxNzQ1NTA4OTEwLCJqdGkiOiJ4LV8xQ1RMMmNjYTNDU0U0Y3diX2wiLCJzdWIiOiJ3aW1zZTovL2V4YW1wbGUuY29tL3NwZWNpZmljLXdvcmtsb2FkIn0.4kNF4FP1dshxHrFub2kRusiV9qK_xrGi0pbLG5hpOS3fR0izYZu5lPHei94TTvOvORJPT9jSVT-C6IIBattDbg";

/// In the hour of the example.
const THEN: u64 = 1_745_510_000;

pub(super) fn vectors() -> Cases {
    let example = example();
    Ok(vec![
        example.clone(),
        field(),
        jws(),
        thumbprint(),
        example
            .refused(
                "draft-example-expired",
                &["wit.expired"],
                "now is half a minute after exp",
                "A token that was good once.",
            )
            .requires(&["WIT-5.1.4-7"])
            .config("now", 1_745_512_540),
        example
            .refused(
                "draft-example-other-key",
                &["wit.signature"],
                "another issuer key of the same kid",
                "Trusting a kid instead of a key.",
            )
            .requires(&["WIT-5.1.4-4"])
            .config("anchors", json!([domain(ORIGIN, &[other_key_of_that_name()])])),
        example
            .refused(
                "draft-example-payload-changed",
                &["wit.signature"],
                "the first letter of the path is another one",
                "A token for another workload with the signature of this one.",
            )
            .requires(&["WIT-5.1.4-4"])
            .input_bytes("token", WIT.replace("3NwZWNpZmlj", "3RwZWNpZmlj")),
    ])
}

fn example() -> Vector {
    Vector::accepted("draft-example", "wit.verify", "The example token with the example key.")
        .needs("Ed25519")
        .requires(&[
            "WIT-5.1-1",
            "WIT-5.1-2",
            "WIT-5.1-4",
            "WIT-5.1-8",
            "WIT-5.1-18",
            "WIT-5.1.3-1",
            "WIT-5.1.4-1",
            "WIT-5.1.4-4",
            "WIT-5.1.4-8",
        ])
        .input_bytes("token", WIT)
        .config("now", THEN)
        .config("anchors", json!([domain(ORIGIN, &[issuer_key()])]))
        .output("subject", "wimse://example.com/specific-workload")
        .output("trust_domain", "example.com")
        .output("origin", ORIGIN)
        .output("algorithm", "Ed25519")
        .output("thumbprint", "sWptYalQwqq7mvswEtvcpHYbrI-lqgVH7SdfkHinUzI")
        .output("expires", 1_745_512_510)
        .output("issued_at", 1_745_508_910)
        .output("issuer", serde_json::Value::Null)
        .output("jti", "x-_1CTL2cca3CSE4cwb_l")
        .source("draft-ietf-wimse-workload-creds, Figures 2 to 6")
}

fn field() -> Vector {
    let line = format!("Workload-Identity-Token: {WIT}");
    Vector::accepted("draft-example-field", "wit.field", "The example header field.")
        .needs("Ed25519")
        .requires(&["WIT-5.1.1-1"])
        .input("lines", vec![serde_json::Value::from(crate::vector::Bytes::from(line.as_bytes()))])
        .config("now", THEN)
        .config("anchors", json!([domain(ORIGIN, &[issuer_key()])]))
        .output("subject", "wimse://example.com/specific-workload")
        .source("draft-ietf-wimse-workload-creds, Figure 8")
}

/// Figure 6.
fn issuer_key() -> serde_json::Value {
    json!({
        "kty": "EC",
        "kid": "June 5",
        "crv": "P-256",
        "x": "kXqnA2Op7hgd4zRMbw0iFcc_hDxUxhojxOFVGjE2gks",
        "y": "n__VndPMR021-59UAs0b9qDTFT-EZtT6xSNs_xFskLo",
    })
}

fn other_key_of_that_name() -> serde_json::Value {
    let mut key = super::super::tokens::OTHER_ISSUER_ES256.public_jwk();
    key["kid"] = json!("June 5");
    key
}

fn jws() -> Vector {
    let payload = "Example of Ed25519 signing";
    Vector::accepted("rfc8037-jws", "jws.verify", "The EdDSA example of RFC 8037.")
        .needs("EdDSA")
        .requires(&["WIT-5.1.4-7"])
        .input_bytes(
            "jws",
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        )
        .config("key", rfc8037_key("EdDSA"))
        .config("algorithms", vec!["EdDSA"])
        .output("payload", crate::vector::Bytes::from(payload.as_bytes()))
        .source("RFC 8037, Appendix A.4")
}

fn thumbprint() -> Vector {
    Vector::accepted("rfc8037-thumbprint", "jwk.thumbprint", "The thumbprint example of RFC 8037.")
        .needs("EdDSA")
        .requires(&["WIT-5.1-9"])
        .input_bytes("jwk", rfc8037_key("EdDSA").to_string())
        .output("thumbprint", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        .source("RFC 8037, Appendix A.3")
}

fn rfc8037_key(algorithm: &str) -> serde_json::Value {
    let mut key = json!({
        "alg": algorithm,
        "crv": "Ed25519",
        "kty": "OKP",
        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    });
    key.sort_all_objects();
    key
}
