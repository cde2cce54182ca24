//! An issuer, a workload and a recipient.

use crate::kind::Kind;
use crate::workshop::{NOW, Workshop};
use serde_json::{Value, json};
use std::path::Path;

const CONFIG: &str = r#"
[recipient]
audience-bases = ["https://api.example.com"]

[[domains]]
origin = "wimse://example.com"
jwks = ["issuer.jwks.json"]
issuers = ["https://id.example.com"]
"#;

pub(crate) const REQUEST: &str = "POST /orders HTTP/1.1\r\nHost: api.example.com\r\n\r\n";

/// An issuer and a workload whose keys come from OpenSSL, and a recipient that trusts the issuer.
pub(crate) struct World {
    pub(crate) shop: Workshop,
    pub(crate) alg: &'static str,
    pub(crate) issuer: Value,
    pub(crate) workload: Value,
}

impl World {
    pub(crate) fn new(openssl: &Path, kind: &Kind) -> Self {
        let shop = Workshop::new();
        for name in ["issuer", "workload"] {
            let pem = format!("{name}.pem");
            shop.run(openssl, &[&["genpkey"], kind.openssl, &["-out", &pem]].concat());
            let jwk = format!("{name}.jwk.json");
            shop.make(&[
                "key", "convert", &pem, "--to", "jwk", "--out", &jwk, "--kid", name, "--alg", kind.alg,
            ]);
        }
        let jwks = shop.make(&["key", "public", "issuer.jwk.json", "--format", "jwks"]);
        shop.write("issuer.jwks.json", jwks);
        shop.write("wimse.toml", CONFIG);
        let private = |name: &str| serde_json::from_str(&shop.read(name)).unwrap();
        let (issuer, workload) = (private("issuer.jwk.json"), private("workload.jwk.json"));
        Self { alg: kind.alg, issuer, workload, shop }
    }

    /// The claims of a WIT that is accepted.
    pub(crate) fn wit_claims(&self) -> Value {
        json!({
            "iss": "https://id.example.com",
            "sub": "wimse://example.com/billing",
            "exp": 1_800_003_600,
            "cnf": { "jwk": public(&self.workload) },
        })
    }

    pub(crate) fn wit_header(&self) -> Value {
        json!({ "alg": self.alg, "typ": "wit+jwt", "kid": "issuer" })
    }

    /// The claims of a WPT that is accepted with this WIT.
    pub(crate) fn wpt_claims(&self, wit: &str) -> Value {
        json!({
            "aud": "https://api.example.com/orders",
            "exp": 1_800_000_060,
            "jti": "0123456789abcdef",
            "wth": sha256(wit),
        })
    }

    pub(crate) fn wpt_header(&self) -> Value {
        json!({ "alg": self.alg, "typ": "wpt+jwt" })
    }

    /// Sends both to the recipient: the code of the refusal, or nothing.
    pub(crate) fn judge(&self, wit: &str, proof: &str) -> Option<String> {
        let (head, _) = REQUEST.split_once("\r\n\r\n").unwrap();
        let request =
            format!("{head}\r\nWorkload-Identity-Token: {wit}\r\nAuthorization: WPT {proof}\r\n\r\n");
        self.shop.write("request.http", request);
        let (exit, document) = self.shop.document(&["explain", "request.http", "--now", NOW]);
        let verified = self.shop.document(&["wpt", "verify", "request.http", "--now", NOW]);
        assert_eq!(exit, verified.0, "{document} {}", verified.1);
        let code = document["requests"][0]["refusal"]["code"].as_str().map(str::to_owned);
        assert_eq!(exit, i32::from(code.is_some()), "{document}");
        assert_eq!(verified.1["requests"][0]["refusal"]["code"].as_str(), code.as_deref());
        code
    }
}

pub(crate) fn public(jwk: &Value) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut()
        .unwrap()
        .retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    jwk
}

pub(crate) fn sha256(text: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(text))
}

pub(crate) fn with(value: &Value, name: &str, member: impl Into<Value>) -> Value {
    let mut value = value.clone();
    value[name] = member.into();
    value
}

pub(crate) fn without(value: &Value, name: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(name);
    value
}
