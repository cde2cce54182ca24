//! Claims beside those of the draft: ignored and handed on; `aud`, which a WIT does not have; and `jti`.

use serde_json::{Value, json};

use super::super::Cases;
use super::{Refused, accept, claims, plain, refuse};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let mut vectors = ignored()?;
    vectors.extend(audience()?);
    vectors.extend(token_id()?);
    Ok(vectors)
}

fn ignored() -> Cases {
    let requirements = ["WIT-4-3", "WIT-5.1.2-2", "WIT-5.1.2-4", "WIT-5.1.4-6", "WIT-7-2"];
    let rows = [
        (
            "wit-claim-unknown",
            "example.com/team",
            json!("payments"),
            "A claim that is not understood is ignored, and can be read.",
        ),
        (
            "wit-claim-private",
            "team",
            json!("payments"),
            "A private name is not recommended, and no reason to refuse.",
        ),
        (
            "wit-claim-object",
            "example.com/place",
            json!({"zone": ["a", 1, null, true]}),
            "A claim of any JSON type.",
        ),
        ("wit-claim-registered", "scope", json!("read"), "A registered claim that says nothing here."),
        (
            "wit-claim-like-sub",
            "Sub",
            json!("wimse://example.com/admin"),
            "Names are case-sensitive: this is not sub.",
        ),
        ("wit-claim-null", "example.com/team", Value::Null, "A claim that is null is there."),
    ];
    let mut vectors = Vec::new();
    for (id, name, value, comment) in rows {
        let token = claims(|claims| claims.set(name, &value))?;
        vectors.push(accept(id, &token, &requirements, comment).output("extra", json!({name: value})));
    }
    vectors.push(
        accept(
            "wit-claim-none",
            &claims(|c| c.without("jti").without("iat").without("iss"))?,
            &["WIT-5.1-5", "WIT-5.1-8"],
            "Only what every token has.",
        )
        .output("issuer", Value::Null)
        .output("jti", Value::Null)
        .output("extra", json!({})),
    );
    Ok(vectors)
}

fn audience() -> Cases {
    let requirements = ["WIT-5.1.4-7"];
    let twin = plain("wit-audience-none", &requirements, "A WIT is for nobody in particular.")?;
    let aud = |text: &str| claims(|claims| claims.set("aud", text));
    let rows: Vec<Refused<'_>> = vec![
        (
            "wit-audience",
            aud("\"https://api.example.com\"")?,
            "an aud",
            "A token for one recipient, presented to another.",
        ),
        (
            "wit-audience-array",
            aud(r#"["https://api.example.com","https://other.example"]"#)?,
            "an aud of two",
            "A token for some recipients.",
        ),
        ("wit-audience-empty", aud("[]")?, "an empty aud", "A token for nobody."),
        ("wit-audience-null", aud("null")?, "an aud that is null", "A token for nobody."),
    ];
    let mut vectors = vec![
        twin.clone(),
        accept(
            "wit-audience-by-policy",
            &aud("\"https://api.example.com\"")?,
            &requirements,
            "A policy may allow aud, without looking at it.",
        )
        .config("allow_audience", true),
    ];
    vectors.extend(refuse(&twin, &requirements, "wit.aud_present", rows));
    Ok(vectors)
}

fn token_id() -> Cases {
    let requirements = ["WIT-4-3", "WIT-5.1-8", "WIT-9.3.1-4"];
    let listed = |id: &str, comment: &str| {
        Ok::<Vector, Box<dyn std::error::Error>>(
            plain(id, &requirements, comment)?.config("deny_list", vec!["wit-2", "wit-3"]),
        )
    };
    let twin = listed("wit-jti", "A token that the deny-list does not name.")?;
    let demanded =
        plain("wit-jti-demanded", &requirements, "A policy may demand that each token can be named.")?
            .config("require_jti", true);
    let mut vectors = vec![
        twin.clone(),
        demanded.clone(),
        accept(
            "wit-jti-absent",
            &claims(|c| c.without("jti"))?,
            &["WIT-5.1-8"],
            "Without a deny-list, jti is optional.",
        )
        .output("jti", Value::Null),
        accept(
            "wit-jti-any-text",
            &claims(|c| c.string("jti", "J\u{fc}ni 5"))?,
            &["WIT-5.1-8"],
            "An identifier of a token is any text.",
        )
        .output("jti", "J\u{fc}ni 5"),
    ];
    let comment = "Nothing could be found on the deny-list.";
    vectors.extend(refuse(
        &twin,
        &["WIT-9.3.1-4"],
        "wit.jti_missing",
        [("wit-jti-missing", claims(|c| c.without("jti"))?, "no jti", comment)],
    ));
    vectors.extend(refuse(
        &demanded,
        &["WIT-9.3.1-4"],
        "wit.jti_missing",
        [(
            "wit-jti-missing-demanded",
            claims(|c| c.without("jti"))?,
            "no jti",
            "A token that cannot be named.",
        )],
    ));
    vectors.extend(refuse(
        &twin,
        &["WIT-5.1.4-7", "WIT-9.3.1-4"],
        "wit.jti_malformed",
        [
            ("wit-jti-number", claims(|c| c.set("jti", "1"))?, "jti is a number", comment),
            ("wit-jti-null", claims(|c| c.set("jti", "null"))?, "jti is null", comment),
            ("wit-jti-empty", claims(|c| c.string("jti", ""))?, "jti is empty", comment),
        ],
    ));
    vectors.push(
        twin.refused(
            "wit-jti-denied",
            &["wit.denied"],
            "the deny-list names the token",
            "A token that has been taken back.",
        )
        .requires(&["WIT-9.3.1-4"])
        .config("deny_list", vec!["wit-1"]),
    );
    vectors.extend(refuse(
        &twin,
        &["WIT-9.3.1-4"],
        "wit.denied",
        [(
            "wit-jti-denied-escaped",
            claims(|c| c.set("jti", r#""wit\u002d2""#))?,
            "a jti of the deny-list, with an escape",
            "Another spelling of a name that is listed.",
        )],
    ));
    Ok(vectors)
}
