//! Making a proof: what is not made.

use serde_json::{Value, json};

use super::{
    super::{
        Cases,
        tokens::{
            HOUR, ISSUER_ES256, KeyPair, NOW, OTHER_WORKLOAD_ED25519, WORKLOAD_ED25519, WORKLOAD_ES256,
        },
    },
    create::{SECURE, headers, made},
    exchange::by_code,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = requests()?;
    vectors.extend(targets()?);
    vectors.extend(lifetimes()?);
    vectors.extend(credentials()?);
    vectors.extend(claims()?);
    Ok(by_code(vectors, |code| match code {
        "wpt.authorization_present" => &["WPT-2.2-1", "WPT-2.2-2"],
        "wpt.wit_present" => &["WIT-5.1.1-1"],
        "wpt.context_repeated" => &["WPT-2-9", "WPT-2-10", "WPT-2-12"],
        "wpt.audience_empty" => &["WPT-2-5"],
        "wpt.target_unknown" => &["WPT-2-4", "WPT-2-5"],
        "wpt.insecure_channel" => SECURE,
        "wpt.lifetime" => &["WPT-2-6", "WPT-3.1.2-1", "WIT-9.3.2-1"],
        "credential.key_mismatch" => &["WPT-3.2-2", "WIT-5.1-10", "WIT-9.5-2"],
        "credential.expired" => &["WPT-3.2-3", "WIT-9.5-3"],
        "nonce.text" => &["WPT-2-7"],
        _ => &["WPT-2.3-1"],
    }))
}

/// Fields that are there already, or twice.
fn requests() -> Cases {
    let single =
        twin("wpt-make-one-authorization", &["WPT-2.2-1", "WPT-2.2-2"], "No Authorization field yet.")?;
    let context = twin("wpt-make-once", &["WPT-2-9", "WPT-2-10", "WPT-2-12"], "Each context field once.")?
        .input("headers", headers(&[("X-User-Token", "a"), ("Txn-Token", "b")]))
        .config("context_fields", json!(["x-user-token"]))
        .without_output("claims");
    let mut vectors = vec![single.clone(), context.clone()];
    let present = "wpt.authorization_present";
    for (id, code, fields, differs, comment) in [
        (
            "wpt-make-authorization-bearer",
            present,
            &[("Authorization", "Bearer bearer-token")][..],
            "a bearer token",
            "A bearer token beside the proof weakens the request to the bearer token.",
        ),
        (
            "wpt-make-authorization-basic",
            present,
            &[("authorization", "Basic dXNlcjpwYXNz")],
            "a password",
            "There is room for one set of credentials.",
        ),
        (
            "wpt-make-authorization-wpt",
            present,
            &[("Authorization", "WPT a.b.c")],
            "a proof",
            "A proof is not overwritten: who put it there?",
        ),
        (
            "wpt-make-authorization-empty",
            present,
            &[("Authorization", "")],
            "an empty field",
            "An empty field is a field.",
        ),
        (
            "wpt-make-wit-present",
            "wpt.wit_present",
            &[("Workload-Identity-Token", "a.b.c")],
            "another WIT",
            "Two WITs would be sent, or one be overwritten.",
        ),
    ] {
        vectors.push(single.refused(id, &[code], differs, comment).input("headers", headers(fields)));
    }
    for (id, fields, differs) in [
        (
            "wpt-make-txn-token-twice",
            [("X-User-Token", "a"), ("Txn-Token", "b"), ("txn-token", "b")],
            "two Txn-Token",
        ),
        (
            "wpt-make-context-twice",
            [("X-User-Token", "a"), ("Txn-Token", "b"), ("x-user-token", "a")],
            "a field twice",
        ),
        (
            "wpt-make-context-twice-other",
            [("X-User-Token", "a"), ("Txn-Token", "b"), ("X-USER-TOKEN", "c")],
            "two values of a field",
        ),
    ] {
        let comment = "A field that occurs more than once is not supported, and not left uncovered.";
        let refused = context.refused(id, &["wpt.context_repeated"], differs, comment);
        vectors.push(refused.input("headers", headers(&fields)));
    }
    Ok(vectors)
}

/// Targets without an audience, and channels in the clear.
fn targets() -> Cases {
    let known = twin("wpt-make-target", &["WPT-2-4", "WPT-2-5"], "An absolute target.")?;
    let secure = twin("wpt-make-https", &["WPT-3.1.1-1", "WIT-9.6-1"], "A target with the scheme https.")?;
    let agreed = twin("wpt-make-agreed", &["WPT-2-4", "WPT-2-5"], "A value agreed on.")?
        .config("aud", "urn:example:orders")
        .without_output("claims");
    let mut vectors = vec![known.clone(), secure.clone(), agreed.clone()];
    vectors.push(
        agreed
            .refused(
                "wpt-make-aud-empty",
                &["wpt.audience_empty"],
                "an empty value",
                "A proof for nobody is a proof for everybody.",
            )
            .config("aud", ""),
    );
    for (id, uri, differs, comment) in [
        ("wpt-make-path-only", "/orders", "a target without a host", "Host is not taken for the audience."),
        ("wpt-make-star", "*", "the asterisk", "OPTIONS * has no path."),
        (
            "wpt-make-authority-only",
            "api.example.com:443",
            "host and port",
            "A target of CONNECT has no scheme.",
        ),
        ("wpt-make-user", "https://user@api.example.com/orders", "user information", "No target has a user."),
    ] {
        let refused = known.refused(id, &["wpt.target_unknown"], differs, comment);
        vectors.push(refused.input("uri", uri));
    }
    for (id, uri, differs, comment) in [
        (
            "wpt-make-plain-http",
            "http://api.example.com/orders",
            "the scheme http",
            "WIT and proof in the clear.",
        ),
        (
            "wpt-make-plain-http-capitals",
            "HTTP://api.example.com/orders",
            "HTTP in capitals",
            "In the clear.",
        ),
        (
            "wpt-make-plain-http-443",
            "http://api.example.com:443/orders",
            "http on port 443",
            "A port is no TLS.",
        ),
        (
            "wpt-make-plain-loopback",
            "http://localhost/orders",
            "http to the same host",
            "That a name means this host is for the caller to say.",
        ),
        ("wpt-make-plain-ftp", "ftp://api.example.com/orders", "another scheme", "Not known to be secure."),
    ] {
        let refused = secure.refused(id, &["wpt.insecure_channel"], differs, comment);
        vectors.push(refused.input("uri", uri));
    }
    Ok(vectors)
}

fn lifetimes() -> Cases {
    let rules = &["WPT-2-6", "WPT-3.1.2-1", "WIT-9.3.2-1"];
    let minute = twin("wpt-make-minute", rules, "A lifetime of a minute.")?.config("lifetime", 60);
    let rows = [
        ("wpt-make-lifetime-zero", 0_u64, "no lifetime", "Zero must not mean without end."),
        (
            "wpt-make-lifetime-301",
            301,
            "a second more than five minutes",
            "A proof is for minutes at the most.",
        ),
        ("wpt-make-lifetime-day", 86_400, "a day", "A proof that lives for a day is a bearer token."),
        ("wpt-make-lifetime-largest", u64::MAX, "the largest number", "A number that overflows."),
    ];
    let refused = rows.map(|(id, seconds, differs, comment)| {
        minute.refused(id, &["wpt.lifetime"], differs, comment).config("lifetime", seconds)
    });
    Ok([vec![minute], refused.to_vec()].concat())
}

/// Keys that are not those of the WIT, and WITs that have expired.
fn credentials() -> Cases {
    let rules = &["WPT-3.2-2", "WPT-2-2", "WIT-5.1-10", "WIT-5.1-13", "WIT-9.5-2"];
    let own = twin("wpt-make-own-key", rules, "The key of the WIT.")?;
    let es256 = made("wpt-make-own-key-es256", WORKLOAD_ES256, rules, "The key of the WIT.")?;
    let valid = twin("wpt-make-valid-wit", &["WPT-3.2-3", "WIT-9.5-3"], "A WIT that is valid.")?;
    let mut vectors = vec![own.clone(), es256.clone(), valid.clone()];
    let jwk = |key: KeyPair| serde_json::from_str::<Value>(key.private_jwk());
    let mut renamed = jwk(WORKLOAD_ED25519)?;
    renamed["alg"] = json!("EdDSA");
    for (id, twin, key, differs, comment) in [
        (
            "wpt-make-other-key",
            &own,
            jwk(OTHER_WORKLOAD_ED25519)?,
            "the key of another workload",
            "A key belongs to one identifier.",
        ),
        ("wpt-make-other-kind-of-key", &own, jwk(WORKLOAD_ES256)?, "a P-256 key", "A key of another kind."),
        (
            "wpt-make-other-algorithm",
            &own,
            renamed,
            "the same key under the older name of its algorithm",
            "A proof has exactly the algorithm of the WIT.",
        ),
        (
            "wpt-make-issuer-key",
            &es256,
            jwk(ISSUER_ES256)?,
            "the key of the issuer",
            "An issuer proves nothing.",
        ),
    ] {
        let refused = twin.refused(id, &["credential.key_mismatch"], differs, comment);
        vectors.push(refused.config("key", key));
    }
    for (id, now, differs) in [
        ("wpt-make-wit-expired", NOW + HOUR, "the second of exp itself"),
        ("wpt-make-wit-in-leeway", NOW + HOUR + 29, "a time that a recipient's leeway reaches"),
        ("wpt-make-wit-long-expired", NOW + 24 * HOUR, "the next day"),
    ] {
        let comment = "A key is not used any more once its WIT has expired; leeway is for those who receive.";
        vectors.push(valid.refused(id, &["credential.expired"], differs, comment).config("now", now));
    }
    Ok(vectors)
}

/// Claims that may not be added, and nonces that are none.
fn claims() -> Cases {
    let named = twin("wpt-make-named-claim", &["WPT-2.3-1"], "A claim with a collision-resistant name.")?
        .config("claims", json!({"example.com/purpose": "audit"}))
        .without_output("claims");
    let private =
        twin("wpt-make-any-claim", &["WPT-2.3-1", "WPT-2-5", "WPT-2-7", "WPT-2-8"], "A name by agreement.")?
            .config("private_claims", json!({"purpose": "audit"}))
            .without_output("claims");
    let unique = twin("wpt-make-unique", &["WPT-2-7"], "128 bits in base64url.")?;
    let mut vectors = vec![named.clone(), private.clone(), unique.clone()];
    for (id, name) in [
        ("wpt-make-claim-private", "purpose"),
        ("wpt-make-claim-private-dash", "my-claim"),
        ("wpt-make-claim-private-empty", ""),
    ] {
        let comment = "A private name collides with those of others and needs to be asked for.";
        let refused = named.refused(id, &["claim.private"], "a private name", comment).of(name);
        vectors.push(refused.config("claims", json!({name: "audit"})));
    }
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "wth", "tth", "oth"] {
        let comment = "A claim of the draft or of RFC 7519 is not for the application to set.";
        let id = format!("wpt-make-claim-{name}");
        let refused = private.refused(&id, &["claim.reserved"], "a claim that is defined", comment).of(name);
        vectors.push(refused.config("private_claims", json!({name: "audit"})));
    }
    let long = "x".repeat(257);
    for (id, nonce, differs) in [
        ("wpt-make-nonce-empty", "", "an empty nonce"),
        ("wpt-make-nonce-long", long.as_str(), "257 letters"),
        ("wpt-make-nonce-space", "a b", "a space"),
        ("wpt-make-nonce-quote", "a\"b", "a quotation mark"),
    ] {
        let comment = "A name that does not fit where names go.";
        vectors.push(unique.refused(id, &["nonce.text"], differs, comment).config("nonce", nonce));
    }
    Ok(vectors)
}

fn twin(id: &str, requirements: &[&str], comment: &str) -> Result<Vector, Box<dyn std::error::Error>> {
    made(id, WORKLOAD_ED25519, requirements, comment)
}

impl Vector {
    /// Without one of the outputs.
    fn without_output(mut self, name: &str) -> Self {
        if let crate::vector::Expectation::Accept { outputs } = &mut self.expect {
            outputs.remove(name);
        }
        self
    }
}
