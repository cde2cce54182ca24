//! The WIT comes first, and the proof is bound to its very bytes by `wth`.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{
            self, HOUR, Members, NOW, OTHER_ISSUER_ES256, OTHER_WORKLOAD_ED25519, WORKLOAD_ED25519,
            WORKLOAD_ES256, base64url, confirmation,
        },
    },
    exchange::{Exchange, Refused, by_code, hash, reconfigured, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let plain = proof.accepted("wpt-wit", FIRST, "A proof with a valid WIT.")?;
    let hashed = proof.accepted("wpt-wth", HASH, "The hash of the WIT that is sent.")?;
    let private =
        proof.accepted("wpt-wit-public-key", PRIVATE, "The WIT has the public key, and only that.")?;
    let es256 = Exchange::es256();
    let private_es256 =
        es256.accepted("wpt-wit-public-key-es256", PRIVATE, "The public key, and only that.")?;
    let spaces = proof.field("Workload-Identity-Token", " \t{wit}\t ");
    let spaces =
        spaces.accepted("wpt-wth-spaces", HASH, "White space around the field value is not hashed.")?;
    let mut vectors = vec![plain.clone(), hashed.clone(), private.clone(), private_es256.clone(), spaces];
    let hashed_es256 = es256.accepted("wpt-wth-es256", HASH, "The hash of the WIT that is sent.")?;
    vectors.push(hashed_es256.clone());
    vectors.extend(refuse(&hashed_es256, hashes(&es256)?)?);
    vectors.extend(refuse(&plain, fields(&proof))?);
    vectors.extend(refuse(&plain, refused_wits(&proof))?);
    vectors.push(reconfigured(
        &plain,
        (
            "wpt-wit-no-anchors",
            "wit.trust_domain_unknown",
            "no anchors",
            "Without anchors nobody is trusted.",
        ),
        ("anchors", json!([])),
    ));
    vectors.extend(refuse(&hashed, hashes(&proof)?)?);
    vectors.extend(refuse(&private, private_members(&proof, WORKLOAD_ED25519))?);
    let in_es256 = es256.wit_claims(|claims| leak(claims, WORKLOAD_ES256));
    vectors.extend(refuse(&private_es256, [leaked("wpt-wit-private-key-es256", in_es256)])?);
    Ok(by_code(vectors, |code| match code {
        "wpt.wth_missing" | "wpt.wth_malformed" | "wpt.wth_mismatch" => HASH,
        "wit.cnf_private_member" | "wit.cnf_symmetric" => &["WPT-3.2-1", "WIT-9.5-1"],
        "wpt.signature" => &["WPT-3.2-2"],
        _ => FIRST,
    }))
}

/// The proof itself is in order in each of these.
fn refused_wits(proof: &Exchange) -> Vec<Refused> {
    let wit = |id, code, change: fn(Members) -> Members, differs, comment| {
        (id, code, proof.wit_claims(change), differs, comment)
    };
    vec![
        wit(
            "wpt-wit-expired",
            "wit.expired",
            |claims| claims.set("exp", NOW - 30),
            "an expired WIT",
            "A proof does not prolong its WIT.",
        ),
        wit(
            "wpt-wit-not-yet-valid",
            "wit.not_yet_valid",
            |claims| claims.set("nbf", NOW + 31),
            "a WIT that is not valid yet",
            "A proof does not bring its WIT forward.",
        ),
        wit(
            "wpt-wit-too-long",
            "wit.lifetime_too_long",
            |claims| claims.set("exp", NOW + 48 * HOUR),
            "a WIT for two days",
            "A WIT is for hours.",
        ),
        wit(
            "wpt-wit-without-key",
            "wit.cnf_missing",
            |claims| claims.without("cnf"),
            "a WIT without a key",
            "Without a key there is nothing to prove possession of.",
        ),
        wit(
            "wpt-wit-without-key-algorithm",
            "wit.cnf_alg_missing",
            |claims| claims.set("cnf", confirmation(&WORKLOAD_ED25519.public().without("alg"))),
            "a key without alg in the WIT",
            "Without it, the proof would choose its own algorithm.",
        ),
        wit(
            "wpt-wit-other-domain",
            "wit.kid_unknown",
            |claims| claims.string("sub", "wimse://other.example/billing"),
            "a subject of another trust domain",
            "The issuer of one trust domain does not speak for another.",
        ),
        wit(
            "wpt-wit-unknown-domain",
            "wit.trust_domain_unknown",
            |claims| claims.string("sub", "wimse://unknown.example/billing"),
            "a trust domain without anchors",
            "A trust domain that is not configured is not trusted.",
        ),
        (
            "wpt-wit-other-issuer",
            "wit.signature",
            proof.issued_by(OTHER_ISSUER_ES256),
            "a WIT signed by another issuer",
            "A proof by the right key of a WIT that nobody vouches for.",
        ),
        (
            "wpt-wit-typ-wpt",
            "wit.typ_mismatch",
            proof.wit_header(|header| header.string("typ", "wpt+jwt")),
            "a proof for the WIT",
            "A proof is not a WIT, even if the issuer signed it.",
        ),
        (
            "wpt-wit-alg-none",
            "wit.alg_none",
            proof.wit_header(|header| header.string("alg", "none")),
            "a WIT with the algorithm none",
            "A WIT that anybody can write.",
        ),
    ]
}

fn fields(proof: &Exchange) -> Vec<Refused> {
    vec![
        (
            "wpt-wit-missing",
            "wit.field_missing",
            proof.without("Workload-Identity-Token"),
            "no WIT",
            "A proof alone names nobody.",
        ),
        (
            "wpt-wit-twice",
            "wit.field_repeated",
            proof.line("Workload-Identity-Token", "{wit}"),
            "the same field line twice",
            "Of two WITs, two parties may take different ones.",
        ),
        (
            "wpt-wit-list",
            "wit.malformed",
            proof.field("Workload-Identity-Token", "{wit}, {wit}"),
            "a list of two",
            "The field is one JWT, not a list.",
        ),
        (
            "wpt-wit-empty",
            "wit.malformed",
            proof.field("Workload-Identity-Token", ""),
            "an empty field",
            "An empty field is no WIT.",
        ),
        (
            "wpt-wit-is-proof",
            "wit.typ_mismatch",
            proof.field("Workload-Identity-Token", "{proof}"),
            "the proof in place of the WIT",
            "The proof does not vouch for itself.",
        ),
    ]
}

fn hashes(proof: &Exchange) -> Result<Vec<Refused>, Box<dyn std::error::Error>> {
    let wit = proof.wit()?;
    let digest = hash(&wit);
    let hex: String = hex_of(&digest);
    let text = |id, value: &str, differs, comment| {
        (id, "wpt.wth_mismatch", proof.claim("wth", value), differs, comment)
    };
    let json = |id, value, differs, comment| {
        (id, "wpt.wth_malformed", proof.claim_json("wth", value), differs, comment)
    };
    // Another WIT of the same workload with the same key; the proof was made for the first.
    let renewed = proof.claim("wth", &digest).wit_claims(|claims| claims.string("jti", "wit-2"));
    let promoted =
        proof.claim("wth", &digest).wit_claims(|claims| claims.string("sub", "wimse://example.com/admin"));
    Ok(vec![
        (
            "wpt-wth-missing",
            "wpt.wth_missing",
            proof.claims(|claims| claims.without("wth")),
            "no wth",
            "A proof for any WIT with this key.",
        ),
        (
            "wpt-wth-other-wit",
            "wpt.wth_mismatch",
            renewed,
            "another WIT of the same workload with the same key",
            "A captured proof is sent with another WIT.",
        ),
        (
            "wpt-wth-other-identifier",
            "wpt.wth_mismatch",
            promoted,
            "a WIT of another workload with the same key",
            "A key that two workloads share would let the proof of one name the other.",
        ),
        text("wpt-wth-padded", &format!("{digest}="), "padding", "Base64url has no padding here."),
        text("wpt-wth-hex", &hex, "the hash in hexadecimal", "Another spelling of the hash."),
        text("wpt-wth-of-nothing", &hash(""), "the hash of nothing", "A hash over the wrong bytes."),
        text(
            "wpt-wth-of-signed-part",
            &hash(wit.rsplit_once('.').map_or("", |(signed, _)| signed)),
            "the hash of header and claims alone",
            "The hash is over the whole value, its signature included.",
        ),
        text("wpt-wth-other-case", &digest.to_ascii_lowercase(), "lower case", "Base64url has case."),
        text(
            "wpt-wth-short",
            digest.get(..22).unwrap_or_default(),
            "half of the hash",
            "A prefix is no hash.",
        ),
        json("wpt-wth-empty", r#""""#, "an empty string", "No hash."),
        json("wpt-wth-null", "null", "null", "No hash."),
        json("wpt-wth-array", "[]", "an array", "A hash of the wrong JSON type."),
    ])
}

/// A private key in a WIT is a private key in every log and at every recipient.
fn private_members(proof: &Exchange, key: tokens::KeyPair) -> Vec<Refused> {
    let symmetric = base64url([7; 32]);
    let with_k = key.public().string("k", &symmetric);
    let oct = Members::of([]).string("alg", "HS256").string("k", &symmetric).string("kty", "oct");
    vec![
        leaked("wpt-wit-private-key", proof.wit_claims(|claims| leak(claims, key))),
        (
            "wpt-wit-secret-member",
            "wit.cnf_private_member",
            proof.wit_claims(|claims| claims.set("cnf", confirmation(&with_k))),
            "a secret beside the public key of the WIT",
            "A WIT with a secret gives it to everybody who sees the WIT.",
        ),
        (
            "wpt-wit-shared-secret",
            "wit.cnf_symmetric",
            proof.wit_claims(|claims| claims.set("cnf", confirmation(&oct))),
            "a shared secret for the key",
            "Whoever reads the WIT has the key.",
        ),
        (
            "wpt-wit-other-key",
            "wpt.signature",
            proof.wit_claims(|claims| claims.set("cnf", confirmation(&OTHER_WORKLOAD_ED25519.public()))),
            "the key of another workload",
            "Each workload has a key of its own: the proof of one is none of the other.",
        ),
    ]
}

fn leak(claims: Members, key: tokens::KeyPair) -> Members {
    claims.set("cnf", format!("{{\"jwk\":{}}}", key.private_jwk()))
}

fn leaked(id: &'static str, exchange: Exchange) -> Refused {
    let comment = "A WIT with a private key gives the key to everybody who sees the WIT.";
    (id, "wit.cnf_private_member", exchange, "a private member in the key of the WIT", comment)
}

fn hex_of(digest: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(digest).unwrap_or_default();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

const FIRST: &[&str] = &["WPT-2-13"];
const HASH: &[&str] = &["WPT-2-8", "WPT-2-22"];
const PRIVATE: &[&str] = &["WPT-3.2-1", "WPT-3.2-2", "WIT-9.5-1"];
