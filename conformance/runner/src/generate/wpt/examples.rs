//! The examples of the draft: they verify, and making them again gives the same bytes.

use serde_json::{Value, json};

use super::{super::Cases, exchange::message};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = Vec::new();
    for example in EXAMPLES {
        vectors.extend([example.verified(), example.made_again()]);
    }
    let [eddsa, ed25519] = EXAMPLES;
    let twin = eddsa.verified();
    vectors.push(
        twin.refused(
            "wpt-example-eddsa-wit-of-ed25519",
            &["wpt.alg_mismatch"],
            "the WIT of the other example",
            "The key is the same and its algorithm has another name.",
        )
        .input("request", message(request(ed25519.wit, eddsa.proof).as_bytes())),
    );
    let swapped = ed25519.verified();
    vectors.push(
        swapped
            .refused(
                "wpt-example-ed25519-wit-of-eddsa",
                &["wpt.alg_mismatch"],
                "the WIT of the other example",
                "The key is the same and its algorithm has another name.",
            )
            .input("request", message(request(eddsa.wit, ed25519.proof).as_bytes())),
    );
    for (example, twin) in [(&eddsa, &twin), (&ed25519, &swapped)] {
        let late = twin.refused(
            &format!("{}-late", example.id),
            &["wpt.expired"],
            "30 seconds after exp",
            "The first second after the leeway.",
        );
        vectors.push(late.config("now", EXPIRES + 30));
    }
    Ok(vectors)
}

struct Example {
    id: &'static str,
    algorithm: &'static str,
    wit: &'static str,
    proof: &'static str,
    wth: &'static str,
    source: &'static str,
    key_source: &'static str,
}

impl Example {
    fn verified(&self) -> Vector {
        Vector::accepted(self.id, "wpt.verify", "The request of the example verifies.")
            .needs(self.algorithm)
            .requires(&["WPT-2-1", "WPT-2-2", "WPT-2-4", "WPT-2-8", "WPT-2-13", "WPT-2-16", "WPT-2-17"])
            .input("request", message(request(self.wit, self.proof).as_bytes()))
            .config("now", EXPIRES - 60)
            .config("anchors", json!([{"origin": "wimse://example.com", "jwk_set": {"keys": [issuer()]}}]))
            .config("audience", json!({"bases": ["https://workload.example.com"]}))
            .output("identifier", "wimse://example.com/specific-workload")
            .output("trust_domain", "example.com")
            .output("covers", json!([]))
            .output("wit_jti", "x-_1CTL2cca3CSE4cwb_l")
            .output("jti", JTI)
            .source(self.source)
    }

    fn made_again(&self) -> Vector {
        let mut key = workload();
        key["alg"] = json!(self.algorithm);
        let id = format!("{}-made-again", self.id);
        Vector::accepted(&id, "wpt.create", "Making the proof of the example gives its bytes.")
            .needs(self.algorithm)
            .requires(&["WPT-2-1", "WPT-2-2", "WPT-2-3", "WPT-2-4", "WPT-2-6", "WPT-2-7", "WPT-2-8"])
            .input("method", "POST")
            .input("uri", "https://workload.example.com/path")
            .input("headers", json!([["Content-Type", {"text": "application/json"}]]))
            .config("wit", self.wit)
            .config("key", key)
            .config("now", EXPIRES - 60)
            .config("lifetime", 60)
            .config("nonce", JTI)
            .output("authorization", format!("WPT {}", self.proof))
            .output("workload_identity_token", self.wit)
            .output("header", json!({"alg": self.algorithm, "typ": "wpt+jwt"}))
            .output(
                "claims",
                json!({
                    "aud": "https://workload.example.com/path", "exp": EXPIRES, "jti": JTI, "wth": self.wth
                }),
            )
            .output("signature_valid", true)
            .source(self.key_source)
    }
}

fn request(wit: &str, proof: &str) -> String {
    format!(
        "POST /path HTTP/1.1\r\nHost: workload.example.com\r\nContent-Type: application/json\r\n\
         Workload-Identity-Token: {wit}\r\nAuthorization: WPT {proof}\r\n\r\n{{\"do stuff\":\"please\"}}"
    )
}

/// workload-creds, Figure 6.
fn issuer() -> Value {
    json!({
        "kty": "EC", "kid": "June 5", "crv": "P-256",
        "x": "kXqnA2Op7hgd4zRMbw0iFcc_hDxUxhojxOFVGjE2gks",
        "y": "n__VndPMR021-59UAs0b9qDTFT-EZtT6xSNs_xFskLo"
    })
}

/// workload-creds, Figure 5.
fn workload() -> Value {
    json!({
        "kty": "OKP", "crv": "Ed25519",
        "x": "1CXXvflN_LVVsIsYXsUvB03JmlGWeCHqQVuouCF92bg",
        "d": "sdLX8yCYKqo_XvGBLn-ZWeKT7llYeeQpgeCaXVxb5kY"
    })
}

/// `exp` of both proofs.
const EXPIRES: u64 = 1_745_510_016;
/// `jti` of both proofs.
const JTI: &str = "__bwc4ESC3acc2LTC1-_x";

const EXAMPLES: [Example; 2] = [
    Example {
        id: "wpt-example-eddsa",
        algorithm: "EdDSA",
        wit: "eyJhbGciOiJFUzI1NiIsImtpZCI6Ikp1bmUgNSIsInR5cCI6IndpdCtqd3QifQ.eyJjbmYiOnsiandrIjp7ImFsZyI6IkVkRFNBIiwiY3J2IjoiRWQyNTUxOSIsImt0eSI6Ik9LUCIsIngiOiIxQ1hYdmZsTl9MVlZzSXNZWHNVdkIwM0ptbEdXZUNIcVFWdW91Q0Y5MmJnIn19LCJleHAiOjE3NDU1MTI1MTAsImlhdCI6MTc0NTUwODkxMCwianRpIjoieC1fMUNUTDJjY2EzQ1NFNGN3Yl9sIiwic3ViIjoid2ltc2U6Ly9leGFtcGxlLmNvbS9zcGVjaWZpYy13b3JrbG9hZCJ9.ohKJ50QaW8ydALJwaA0Sz4ys3hcN_1S-aTZBytMGc3u8QWUmn5uxUDSonoZFAfZk1Ro1kR4vE_xa7mvoE37R-Q",
        proof: "eyJhbGciOiJFZERTQSIsInR5cCI6IndwdCtqd3QifQ.eyJhdWQiOiJodHRwczovL3dvcmtsb2FkLmV4YW1wbGUuY29tL3BhdGgiLCJleHAiOjE3NDU1MTAwMTYsImp0aSI6Il9fYndjNEVTQzNhY2MyTFRDMS1feCIsInd0aCI6Ilg5d2lQZ3EzamxTR3pBZWdIQ0doTk8xbEpnVWJEb0kxTWprYXQ1UUhKQjAifQ.sa5ZYHTeCx4AsurafaBJ2rrMnE7TBHBB47ZUT7yoiyz2lcGY5XAnpGPjPnzeRroJJiR7Nr_C5J7mexxrsHM3CQ",
        wth: "X9wiPgq3jlSGzAegHCGhNO1lJgUbDoI1Mjkat5QHJB0",
        source: "draft-ietf-wimse-wpt-02, Figure 5; the issuer key is Figure 6 of workload-creds towards -03",
        key_source: "draft-ietf-wimse-wpt-02, Figures 2 and 5; the key is Figure 5 of workload-creds towards -03",
    },
    Example {
        id: "wpt-example-ed25519",
        algorithm: "Ed25519",
        wit: "eyJhbGciOiJFUzI1NiIsImtpZCI6Ikp1bmUgNSIsInR5cCI6IndpdCtqd3QifQ.eyJjbmYiOnsiandrIjp7ImFsZyI6IkVkMjU1MTkiLCJjcnYiOiJFZDI1NTE5Iiwia3R5IjoiT0tQIiwieCI6IjFDWFh2ZmxOX0xWVnNJc1lYc1V2QjAzSm1sR1dlQ0hxUVZ1b3VDRjkyYmcifX0sImV4cCI6MTc0NTUxMjUxMCwiaWF0IjoxNzQ1NTA4OTEwLCJqdGkiOiJ4LV8xQ1RMMmNjYTNDU0U0Y3diX2wiLCJzdWIiOiJ3aW1zZTovL2V4YW1wbGUuY29tL3NwZWNpZmljLXdvcmtsb2FkIn0.4kNF4FP1dshxHrFub2kRusiV9qK_xrGi0pbLG5hpOS3fR0izYZu5lPHei94TTvOvORJPT9jSVT-C6IIBattDbg",
        proof: "eyJhbGciOiJFZDI1NTE5IiwidHlwIjoid3B0K2p3dCJ9.eyJhdWQiOiJodHRwczovL3dvcmtsb2FkLmV4YW1wbGUuY29tL3BhdGgiLCJleHAiOjE3NDU1MTAwMTYsImp0aSI6Il9fYndjNEVTQzNhY2MyTFRDMS1feCIsInd0aCI6Ik1lT0lMazJBSkhoNmN6a25oWjJjN1RraVZwZUZUQ19jeVlBb25tVDdta0kifQ.xnXKn_1G2jZzxFqMkrO_CpxVWf77UNvs7p8Rkir-QUffqD369QYjNlk39crkYH_-qL3nEcbmL5d-V4usVxhgDw",
        wth: "MeOILk2AJHh6czknhZ2c7TkiVpeFTC_cyYAonmT7mkI",
        source: "wpt editor's copy of 22 September 2026, Figure 5; the issuer key is Figure 6 of workload-creds towards -03",
        key_source: "wpt editor's copy of 22 September 2026, Figures 2 and 5; the key is Figure 5 of workload-creds towards -03",
    },
];
