//! What the request says of its own target is never used: `Host`, `X-Forwarded-Host`, `Forwarded`, absolute-form.

use serde_json::json;

use super::{
    super::Cases,
    exchange::{Exchange, Refused, reconfigured, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = Exchange::ed25519();
    let accepted = |id, exchange: Exchange, comment| exchange.accepted(id, RULES, comment);
    let absolute = "POST https://other.example/orders";
    let mut vectors = vec![
        accepted(
            "wpt-host-other",
            proof.field("Host", "other.example"),
            "The audience is the configured one, whatever Host says.",
        )?,
        accepted(
            "wpt-forwarded-host-other",
            proof.line("X-Forwarded-Host", "other.example").line("X-Forwarded-Proto", "http"),
            "The audience is the configured one, whatever a proxy says.",
        )?,
        accepted(
            "wpt-forwarded-other",
            proof.line("Forwarded", "host=other.example;proto=http"),
            "The audience is the configured one, whatever a proxy says.",
        )?,
        accepted(
            "wpt-absolute-form",
            proof.start("POST https://api.example.com/orders"),
            "Of a target in absolute form, only the path counts.",
        )?,
        accepted(
            "wpt-absolute-form-no-path",
            proof.start("POST https://api.example.com").claim("aud", "https://api.example.com/"),
            "A target in absolute form without a path has the path /.",
        )?,
        accepted(
            "wpt-absolute-form-other",
            proof.start(absolute),
            "The audience is the configured one, whatever the target says.",
        )?,
    ];
    let plain = accepted("wpt-host", proof.clone(), "An honest request.")?;
    vectors.push(plain.clone());
    vectors.extend(refuse(&plain, [honest_elsewhere(&proof)])?);
    // Each of these is the forged request of the first group with a proof that was made for the forged name.
    let elsewhere = proof.claim("aud", "https://other.example/orders");
    let pairs = [
        ("wpt-host-other", "wpt-host-forged", elsewhere.field("Host", "other.example"), "Host"),
        (
            "wpt-forwarded-host-other",
            "wpt-forwarded-host-forged",
            elsewhere.line("X-Forwarded-Host", "other.example").line("X-Forwarded-Proto", "http"),
            "X-Forwarded-Host",
        ),
        (
            "wpt-forwarded-other",
            "wpt-forwarded-forged",
            elsewhere.line("Forwarded", "host=other.example;proto=http"),
            "Forwarded",
        ),
        ("wpt-absolute-form-other", "wpt-absolute-form-forged", elsewhere.start(absolute), "the target"),
    ];
    for (twin, id, exchange, place) in pairs {
        let differs = "a proof for the host that the request names";
        let comment = format!("A proof made for another recipient is passed on with its name in {place}.");
        let request = super::exchange::message(&exchange.request()?);
        let twin = vectors.iter().find(|vector| vector.id == twin).cloned().ok_or("no such twin")?;
        vectors.push(
            twin.refused(id, &["wpt.audience_mismatch"], differs, &comment)
                .of(place)
                .input("request", request),
        );
    }
    vectors.extend(without_path(&proof)?);
    Ok(vectors)
}

fn honest_elsewhere(proof: &Exchange) -> Refused {
    (
        "wpt-host-right-aud-wrong",
        "wpt.audience_mismatch",
        proof.claim("aud", "https://other.example/orders"),
        "a proof for another host",
        "A Host that is right does not make a proof right that is for another recipient.",
    )
}

/// `CONNECT` and `OPTIONS *` have no path: only a value can be for them.
fn without_path(proof: &Exchange) -> Cases {
    let tunnel =
        proof.start("CONNECT backend.example.com:8443").claim("aud", "tunnel:backend.example.com:8443");
    let connect =
        tunnel.accepted("wpt-connect-value", &["WPT-2-4", "WPT-2-19"], "An agreed value for CONNECT.")?;
    let connect = connect.config(
        "audience",
        json!({"bases": ["https://api.example.com"], "values": ["tunnel:backend.example.com:8443"]}),
    );
    let options = proof.start("OPTIONS *").claim("aud", "urn:example:api");
    let options_value =
        options.accepted("wpt-options-value", &["WPT-2-4", "WPT-2-19"], "An agreed value.")?;
    let options_value = options_value
        .config("audience", json!({"bases": ["https://api.example.com"], "values": ["urn:example:api"]}));
    let mut vectors = vec![connect.clone(), options_value.clone()];
    vectors.extend(refuse(
        &connect,
        [
            (
                "wpt-connect-base",
                "wpt.audience_mismatch",
                tunnel.claim("aud", "https://api.example.com/"),
                "the base and the path /",
                "CONNECT has no path: a base is not for it.",
            ),
            (
                "wpt-connect-target",
                "wpt.audience_mismatch",
                tunnel.claim("aud", "https://backend.example.com:8443/"),
                "a URI of the target",
                "The target comes from the request and is not trusted.",
            ),
        ],
    )?);
    vectors.push(reconfigured(
        &connect,
        (
            "wpt-connect-not-configured",
            "wpt.audience_mismatch",
            "no such value configured",
            "Without an agreed value, CONNECT is for nobody.",
        ),
        ("audience", json!({"bases": ["https://backend.example.com:8443"]})),
    ));
    let value = "https://api.example.com/a";
    let listed = proof.start("OPTIONS /a").claim("aud", value);
    let listed_value = listed
        .accepted("wpt-options-uri-value", &["WPT-2-19"], "A listed URI, for a request to its path.")?
        .config("audience", json!({"bases": ["https://elsewhere.example"], "values": [value]}));
    vectors.push(listed_value.clone());
    vectors.extend(refuse(
        &listed_value,
        [(
            "wpt-options-star-uri-value",
            "wpt.audience_mismatch",
            listed.start("OPTIONS *"),
            "OPTIONS * instead of OPTIONS /a",
            "A listed URI with a path is not for a request without one either.",
        )],
    )?);
    vectors.extend(refuse(
        &options_value,
        [
            (
                "wpt-options-base",
                "wpt.audience_mismatch",
                options.claim("aud", "https://api.example.com"),
                "the base without a path",
                "The asterisk is no path, and not an empty one.",
            ),
            (
                "wpt-options-star",
                "wpt.audience_mismatch",
                options.claim("aud", "https://api.example.com*"),
                "the base and the asterisk",
                "An asterisk is not a wildcard.",
            ),
        ],
    )?);
    Ok(vectors)
}

const RULES: &[&str] = &["WPT-3.1.7-1", "WPT-3.1.7-2", "WPT-3.1.7-3", "WPT-3.1.7-4"];
