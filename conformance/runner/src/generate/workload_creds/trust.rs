//! Which trust domain vouches for whom, and that a token brings no keys of its own.

use serde_json::json;

use super::{
    super::{
        Cases,
        tokens::{
            ISSUER_ES256, KeyPair, Members, OTHER_ISSUER_ES256, OTHER_WORKLOAD_ES256, WORKLOAD_ED25519,
            WORKLOAD_ES256, domain, sign, wit_claims, wit_header,
        },
    },
    Token, accept, claims, header, header_signed, plain, refuse,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let requirements =
        ["WIT-3-1", "WIT-3-3", "WIT-5.1.4-2", "WIT-5.1.4-8", "WIT-9.1-1", "ID-7.3-1", "ID-7.3-2"];
    let twin =
        plain("wit-trust", &requirements, "The issuer of the trust domain vouches for a workload of it.")?;
    let mut vectors = vec![twin.clone(), other_domain()?];
    vectors.extend(instances()?);
    vectors.extend(unknown(&twin)?);
    vectors.extend(other_issuers(&twin)?);
    vectors.extend(keys_in_the_token(&twin)?);
    Ok(vectors)
}

fn named(subject: &str) -> Token {
    claims(|claims| claims.string("sub", subject))
}

fn other_domain() -> Result<Vector, Box<dyn std::error::Error>> {
    let token = sign(
        OTHER_ISSUER_ES256,
        &wit_header().string("kid", "other-es256").text(),
        &wit_claims(WORKLOAD_ES256).string("sub", "wimse://other.example/billing").text(),
    )?;
    let requirements = ["WIT-3-1", "WIT-9.1-1", "ID-7.3-1", "ID-7.3-2"];
    Ok(accept("wit-trust-other-domain", &token, &requirements, "Each trust domain has its own issuer.")
        .output("subject", "wimse://other.example/billing")
        .output("trust_domain", "other.example"))
}

/// ID-4.2-2: one identifier, several instances, each with a key of its own.
fn instances() -> Cases {
    let requirements = ["ID-4.2-2", "ID-4.5-2", "WIT-4-3"];
    let first = claims(|claims| claims.string("jti", "instance-1"))?;
    let second = sign(
        ISSUER_ES256,
        &wit_header().text(),
        &wit_claims(WORKLOAD_ED25519).string("jti", "instance-2").text(),
    )?;
    Ok(vec![
        accept("wit-instance-1", &first, &requirements, "One of two instances with one identifier.")
            .output("jti", "instance-1"),
        accept("wit-instance-2", &second, &requirements, "The other instance has another key.")
            .needs("Ed25519")
            .output("jti", "instance-2"),
    ])
}

fn unknown(twin: &Vector) -> Cases {
    let requirements = ["WIT-3-1", "WIT-5.1.4-2", "WIT-9.1-1", "ID-7.3-1"];
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.trust_domain_unknown",
        [
            (
                "wit-trust-unknown-domain",
                named("wimse://unknown.example/billing")?,
                "an unknown trust domain",
                "A trust domain that nobody has configured.",
            ),
            (
                "wit-trust-subdomain",
                named("wimse://payments.example.com/billing")?,
                "a name below the trust domain",
                "DNS hierarchy is not trust.",
            ),
            (
                "wit-trust-parent-domain",
                named("wimse://com/billing")?,
                "the name above the trust domain",
                "DNS hierarchy is not trust.",
            ),
            (
                "wit-trust-longer-domain",
                named("wimse://example.com.evil.example/billing")?,
                "a trust domain that begins like the right one",
                "A comparison by prefix would accept it.",
            ),
            (
                "wit-trust-suffix-domain",
                named("wimse://evilexample.com/billing")?,
                "a trust domain that ends like the right one",
                "A comparison by suffix would accept it.",
            ),
            (
                "wit-trust-other-ending",
                named("wimse://example.org/billing")?,
                "a trust domain with another ending",
                "A trust domain that looks familiar.",
            ),
            (
                "wit-trust-scheme",
                named("spiffe://example.com/billing")?,
                "the scheme is spiffe",
                "One name may mean two trust domains under two schemes.",
            ),
        ],
    );
    vectors.push(
        twin.refused(
            "wit-trust-none",
            &["wit.trust_domain_unknown"],
            "no anchors",
            "Without configuration nothing is trusted.",
        )
        .requires(&["WIT-3-1", "ID-7.3-1"])
        .config("anchors", json!([])),
    );
    let scheme = json!([domain("spiffe://example.com", &[ISSUER_ES256.public_jwk()])]);
    vectors.push(
        twin.refused(
            "wit-trust-anchors-of-scheme",
            &["wit.trust_domain_unknown"],
            "the anchors are for the same name under spiffe",
            "One name may mean two trust domains under two schemes.",
        )
        .requires(&["WIT-3-1", "WIT-9.1-1", "ID-7.3-2"])
        .config("anchors", scheme),
    );
    Ok(vectors)
}

fn other_issuers(twin: &Vector) -> Cases {
    let requirements = ["WIT-3-1", "WIT-5.1.4-4", "WIT-5.1.4-8", "WIT-9.1-1", "ID-7.3-2"];
    let by = |key: KeyPair, change: fn(Members) -> Members| header_signed(key, change);
    let mut vectors = refuse(
        twin,
        &requirements,
        "wit.signature",
        [
            (
                "wit-trust-other-issuer",
                by(OTHER_ISSUER_ES256, |h| h)?,
                "signed by the issuer of another trust domain",
                "One trust domain names workloads of another.",
            ),
            (
                "wit-trust-other-issuer-no-kid",
                by(OTHER_ISSUER_ES256, |h| h.without("kid"))?,
                "signed by the issuer of another trust domain, without kid",
                "Trying all keys of all trust domains would accept it.",
            ),
            (
                "wit-trust-workload-key",
                by(WORKLOAD_ES256, |h| h)?,
                "signed with the key in cnf",
                "A workload names itself.",
            ),
        ],
    );
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.kid_unknown",
        [(
            "wit-trust-other-issuer-kid",
            by(OTHER_ISSUER_ES256, |h| h.string("kid", "other-es256"))?,
            "signed by the issuer of another trust domain, under its kid",
            "A kid is looked up in the trust domain of the subject only.",
        )],
    ));
    vectors.push(
        twin.refused(
            "wit-trust-no-keys",
            &["wit.kid_unknown", "wit.key_missing"],
            "the trust domain has no keys",
            "A trust domain that is trusted by name only.",
        )
        .requires(&requirements)
        .config("anchors", json!([domain("wimse://example.com", &[])])),
    );
    Ok(vectors)
}

/// WIT-3-3: the attacker signs with a key of their own and says where to find it.
fn keys_in_the_token(twin: &Vector) -> Cases {
    let attacker = OTHER_WORKLOAD_ES256;
    let key = attacker.public().string("kid", "issuer-es256").text();
    let iss = wit_claims(WORKLOAD_ES256).string("iss", "https://evil.example");
    let requirements = ["WIT-3-3", "WIT-5.1.4-4", "WIT-5.1.4-8", "ID-7.3-2"];
    let mut vectors = vec![accept(
        "wit-trust-key-in-header-ignored",
        &header(|h| h.set("jwk", &key))?,
        &["WIT-3-3", "WIT-5.1.4-8"],
        "A key in the header is ignored; the signature is that of the issuer.",
    )];
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.signature",
        [
            (
                "wit-trust-iss-only",
                sign(attacker, &wit_header().text(), &iss.text())?,
                "signed by the issuer that iss names",
                "Keys that are fetched from iss are those of whoever wrote it.",
            ),
            (
                "wit-trust-jwk",
                header_signed(attacker, |h| h.set("jwk", &key))?,
                "signed with the key in the header",
                "A token that vouches for itself.",
            ),
            (
                "wit-trust-jku",
                header_signed(attacker, |h| h.string("jku", "https://evil.example/jwks"))?,
                "signed with a key at the URL in the header",
                "A token that says whom to ask.",
            ),
            (
                "wit-trust-x5u",
                header_signed(attacker, |h| h.string("x5u", "https://evil.example/chain"))?,
                "signed with a certificate at the URL in the header",
                "A token that says whom to ask.",
            ),
            (
                "wit-trust-x5c",
                header_signed(attacker, |h| h.set("x5c", "[\"MIIB\"]"))?,
                "signed with a certificate in the header",
                "A token that vouches for itself.",
            ),
        ],
    ));
    vectors.extend(refuse(
        twin,
        &requirements,
        "wit.kid_unknown",
        [
            (
                "wit-trust-kid-url",
                header_signed(attacker, |h| h.string("kid", "https://evil.example/jwks#1"))?,
                "signed with a key at the URL in kid",
                "A key id is a name and no place.",
            ),
            (
                "wit-trust-kid-path",
                header_signed(attacker, |h| h.string("kid", "../../dev/null"))?,
                "kid is a path of a file",
                "A key id is a name and no place.",
            ),
        ],
    ));
    Ok(vectors)
}
