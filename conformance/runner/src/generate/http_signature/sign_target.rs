//! Targets that a signer does not send a signature to: an insecure channel, no path, no recipient.

use serde_json::json;

use super::{
    super::Cases,
    cases::both,
    making::Made,
    sign_request_refused::{input, refused},
    signed::Signed,
};

pub(super) fn vectors() -> Cases {
    both(targets)
}

/// SIG-5.1-2, and targets that have no path.
fn targets(request: &Signed) -> Cases {
    let secure: &[&str] = &["SIG-5.1-2"];
    let insecure: &[&str] = &["httpsig.insecure_channel"];
    let twin = Made::request("sig-sign-https", request, secure, "TLS.")?.vector();
    let mut vectors = vec![twin.clone()];
    let to = |uri: &str| ("uri", json!(uri));
    vectors.extend(refused(
        &twin,
        input,
        &[
            (
                "sig-sign-http",
                insecure,
                secure,
                to("http://api.example.com/orders?draft=1"),
                "plain HTTP",
                "Anybody on the way could read and replay it.",
            ),
            (
                "sig-sign-http-upper-case",
                insecure,
                secure,
                to("HTTP://api.example.com/orders"),
                "capital letters",
                "A scheme has no case.",
            ),
            (
                "sig-sign-http-port",
                insecure,
                secure,
                to("http://api.example.com:443/orders"),
                "port 443",
                "A port does not make a channel secure.",
            ),
            (
                "sig-sign-http-local",
                insecure,
                secure,
                to("http://127.0.0.1:8080/orders"),
                "loopback",
                "That it is secure has to be said.",
            ),
            (
                "sig-sign-no-host",
                &["httpsig.audience_unknown"],
                &["SIG-3.2-1"],
                to("/orders?draft=1"),
                "no host",
                "An audience cannot be made of it.",
            ),
        ],
    ));
    let options = Made::request("sig-sign-options", request, &["SIG-3-2", "SIG-3-3"], "OPTIONS for a path.")?;
    let options = options.with(|vector| {
        vector.input("method", "OPTIONS").input("uri", "/orders").config("aud", "urn:example:orders")
    });
    let options = options.says("wimse-aud", "urn:example:orders").vector();
    let star = options.refused(
        "sig-sign-options-star",
        &["httpsig.target_no_path"],
        "the target *",
        "It has no path that could be covered.",
    );
    let connect =
        Made::request("sig-sign-connect", request, &["SIG8-3-1"], "CONNECT with an agreed audience.")?;
    let connect = connect.bodiless().with(|vector| {
        vector
            .input("method", "CONNECT")
            .input("uri", "backend.example.com:443")
            .config("aud", "urn:example:proxy")
    });
    let connect = connect.covers_not("\"@path\"").covers_not("\"@query\"").covers("\"@authority\"");
    let connect = connect.says("wimse-aud", "urn:example:proxy").vector();
    let mut unknown = connect.refused(
        "sig-sign-connect-no-aud",
        &["httpsig.audience_unknown"],
        "no agreed audience",
        "The target of CONNECT is no URI.",
    );
    unknown.config.remove("aud");
    vectors.extend([options, star.input("uri", "*"), connect, unknown]);
    Ok(vectors)
}
