//! `typ` and `alg` of the WPT.

use super::{
    super::{
        Cases,
        tokens::{Members, NOW},
    },
    exchange::{Exchange, Refused, hash, refuse},
};

pub(super) fn vectors() -> Cases {
    let mut vectors = Vec::new();
    for (suffix, proof) in [("", Exchange::ed25519()), ("-es256", Exchange::es256())] {
        let accepted = |id, exchange: Exchange, rules, comment| {
            exchange.accepted(&format!("{id}{suffix}"), rules, comment)
        };
        let typ = |typ| proof.header(|header| header.string("typ", typ));
        let typed = accepted("wpt-typ", proof.clone(), TYP, "The type that senders write.")?;
        let algorithm = accepted("wpt-alg", proof.clone(), ALG, "The algorithm of the key.")?;
        vectors.extend([
            typed.clone(),
            algorithm.clone(),
            accepted("wpt-typ-application", typ("application/wpt+jwt"), TYP, "The media type in full.")?,
            accepted("wpt-typ-upper-case", typ("APPLICATION/WPT+JWT"), TYP, "Media types have no case.")?,
            accepted("wpt-typ-short-upper-case", typ("WPT+JWT"), TYP, "Media types have no case.")?,
        ]);
        vectors.extend(refuse(&typed, types(&proof))?);
        vectors.extend(refuse(&algorithm, algorithms(&proof))?);
    }
    Ok(vectors)
}

fn types(proof: &Exchange) -> Vec<Refused> {
    let typ = |id, typ, differs, comment| {
        (id, "wpt.typ_mismatch", proof.header(|header| header.string("typ", typ)), differs, comment)
    };
    vec![
        (
            "wpt-typ-missing",
            "wpt.typ_missing",
            proof.header(|header| header.without("typ")),
            "no typ",
            "A token of any other kind with the same claims would do.",
        ),
        typ("wpt-typ-wit", "wit+jwt", "the type of a WIT", "A WIT is not a proof."),
        typ("wpt-typ-dpop", "dpop+jwt", "the type of a DPoP proof", "A proof for another protocol."),
        typ("wpt-typ-jwt", "JWT", "the type of any JWT", "A JWT of no particular type."),
        typ("wpt-typ-empty", "", "an empty typ", "An empty type conveys nothing."),
        typ("wpt-typ-text", "text/wpt+jwt", "another top-level type", "Another media type."),
        typ("wpt-typ-twice-application", "application/application/wpt+jwt", "two prefixes", "No media type."),
        typ("wpt-typ-parameter", "wpt+jwt;v=1", "a parameter", "The media type has no parameters."),
        (
            "wpt-typ-number",
            "wpt.header_parameter",
            proof.header(|header| header.set("typ", "1")),
            "a number",
            "A type of the wrong JSON type.",
        ),
        (
            "wpt-typ-dpop-proof",
            "wpt.typ_mismatch",
            dpop(proof),
            "a whole DPoP proof by the same key",
            "A workload that also uses DPoP (RFC 9449) must not have its proofs taken for WPTs.",
        ),
    ]
}

fn algorithms(proof: &Exchange) -> Vec<Refused> {
    let alg = |id, code, alg, differs, comment| {
        (id, code, proof.header(|header| header.string("alg", alg)), differs, comment)
    };
    vec![
        (
            "wpt-alg-missing",
            "wpt.alg_missing",
            proof.header(|header| header.without("alg")),
            "no alg",
            "Without alg there is nothing to compare with the key.",
        ),
        alg("wpt-alg-none", "wpt.alg_none", "none", "the algorithm none", "An unsecured token."),
        alg("wpt-alg-none-upper-case", "wpt.alg_unsupported", "NONE", "another case", "An unsecured token."),
        alg(
            "wpt-alg-hs256",
            "wpt.alg_symmetric",
            "HS256",
            "a symmetric algorithm",
            "The public key taken for a shared secret.",
        ),
        alg(
            "wpt-alg-encryption",
            "wpt.alg_encryption",
            "RSA-OAEP",
            "an encryption algorithm",
            "No signature.",
        ),
        alg("wpt-alg-lower-case", "wpt.alg_unsupported", "ed25519", "another case", "Names are as spelt."),
        alg("wpt-alg-unknown", "wpt.alg_unsupported", "XY999", "an unknown algorithm", "Nothing is guessed."),
        (
            "wpt-alg-number",
            "wpt.header_parameter",
            proof.header(|header| header.set("alg", "-8")),
            "a COSE number",
            "An algorithm of the wrong JSON type.",
        ),
    ]
}

/// A proof of RFC 9449 with everything that a WPT has, too.
fn dpop(proof: &Exchange) -> Exchange {
    let jwk = proof.public_jwk();
    let request = |claims: Members| {
        let claims = claims.string("htm", "POST").string("htu", "https://api.example.com/orders");
        claims.set("iat", NOW).string("ath", &hash("access token"))
    };
    proof.header(|header| header.string("typ", "dpop+jwt").set("jwk", jwk)).claims(request)
}

const TYP: &[&str] = &["WPT-2-3", "WPT-2-18"];
const ALG: &[&str] = &["WPT-2-2", "WPT-2-16"];
