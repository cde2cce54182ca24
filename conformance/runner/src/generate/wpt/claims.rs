//! `jti`, and claims that the draft does not define.

use super::{
    super::Cases,
    exchange::{Exchange, Refused, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let jti = |id, jti, comment| {
        let vector = proof.claim("jti", jti).accepted(id, UNIQUE, comment)?;
        Ok::<_, Box<dyn std::error::Error>>(vector.output("jti", jti))
    };
    let plain = proof.accepted("wpt-jti", UNIQUE, "128 bits in base64url.")?;
    let other = |id, exchange: Exchange, rules, comment| exchange.accepted(id, rules, comment);
    let mut vectors = vec![
        plain.clone(),
        jti("wpt-jti-short", "a", "Uniqueness is for the sender to achieve: a short jti is not refused.")?,
        jti("wpt-jti-uuid", "6fa459ea-ee8a-3ca4-894e-db77e160355e", "Any string is a jti.")?,
        other(
            "wpt-claim-collision-resistant",
            proof.claim("example.com/myclaim", "value"),
            &["WPT-2.3-2", "WPT-2.3-4"],
            "A claim of a closed environment is ignored by others.",
        )?,
        other(
            "wpt-claim-private",
            proof.claim_json("myclaim", r#"{"nested":[1,2,3]}"#),
            &["WPT-2.3-2", "WPT-2.3-4"],
            "A private claim is ignored, whatever its type.",
        )?,
        other(
            "wpt-claim-registered",
            proof.claims(|claims| claims.string("iss", "anybody").string("sub", "wimse://example.com/admin")),
            &["WPT-2.3-4", "ID-7.2-2"],
            "A sub in the proof is not defined and changes nothing: the WIT says who is calling.",
        )?,
        other(
            "wpt-claim-future-iat",
            proof.claim_json("iat", "1800000050"),
            &["WPT-2.3-4"],
            "An iat is not defined and not judged.",
        )?,
        other(
            "wpt-claim-access-token-hash",
            proof.claim("ath", "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"),
            &["WPT-2.3-4"],
            "The ath of revision 01 is not defined any more and ignored.",
        )?,
    ];
    vectors.extend(refuse(&plain, malformed(&proof))?);
    Ok(vectors)
}

fn malformed(proof: &Exchange) -> Vec<Refused> {
    let jti =
        |id, jti, differs, comment| (id, "wpt.jti_malformed", proof.claim_json("jti", jti), differs, comment);
    vec![
        (
            "wpt-jti-missing",
            "wpt.jti_missing",
            proof.claims(|claims| claims.without("jti")),
            "no jti",
            "A proof without a name can be sent again and again.",
        ),
        jti("wpt-jti-empty", r#""""#, "an empty string", "An empty name names nothing."),
        jti("wpt-jti-number", "1", "a number", "A name of the wrong JSON type."),
        jti("wpt-jti-null", "null", "null", "No name at all."),
        jti("wpt-jti-array", r#"["a"]"#, "an array", "A name of the wrong JSON type."),
    ]
}

const UNIQUE: &[&str] = &["WPT-2-7"];
