//! `aud`: a value that both sides agreed on, compared as a string.

use serde_json::json;

use super::{
    super::Cases,
    exchange::{Exchange, refuse},
};

pub(super) fn vectors() -> Cases {
    let proof = &Exchange::ed25519();
    let configured = json!({"values": ["urn:example:queue:orders", "https://api.example.com/orders"]});
    let urn = proof.claim("aud", "urn:example:queue:orders");
    let value = urn.accepted("wpt-aud-value", RULES, "A value that both sides agreed on.")?;
    let value = value.config("audience", configured.clone());
    let uri = proof.accepted("wpt-aud-value-uri", RULES, "A value that is a URI, for its own path.")?;
    let uri = uri.config("audience", configured.clone());
    let query = proof.claim("aud", "https://api.example.com/orders?page=2#top");
    let query = query.accepted(
        "wpt-aud-value-uri-query",
        RULES,
        "Query and fragment are ignored, of a listed URI too.",
    )?;
    let query = query.config("audience", configured);
    let aud = |id, aud, differs, comment| (id, MISMATCH, proof.claim("aud", aud), differs, comment);
    let mut vectors = vec![value.clone(), uri.clone(), query];
    vectors.extend(refuse(
        &value,
        [
            aud("wpt-aud-value-case", "URN:example:queue:orders", "another case", "A value is a string."),
            aud(
                "wpt-aud-value-prefix",
                "urn:example:queue",
                "the beginning of it",
                "A value is not a prefix.",
            ),
            aud("wpt-aud-value-longer", "urn:example:queue:orders2", "one letter more", "No prefix match."),
        ],
    )?);
    vectors.extend(refuse(
        &uri,
        [
            aud(
                "wpt-aud-value-uri-port",
                "https://api.example.com:443/orders",
                "the default port",
                "A value is a string, without normalization.",
            ),
            aud(
                "wpt-aud-value-uri-slash",
                "https://api.example.com/orders/",
                "a slash at the end",
                "A value is a string, without normalization.",
            ),
            (
                "wpt-aud-value-uri-other-path",
                MISMATCH,
                proof.start("POST /refunds"),
                "a request to another path",
                "A listed URI with one path is not for requests to another.",
            ),
        ],
    )?);
    Ok(vectors)
}

const MISMATCH: &str = "wpt.audience_mismatch";
const RULES: &[&str] = &["WPT-2-4", "WPT-2-19", "WPT-3.1.7-1", "WPT-3.1.7-3"];
