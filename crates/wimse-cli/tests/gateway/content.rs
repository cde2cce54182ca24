//! Content: what is signed is either verified or refused, by proxy; a WPT covers none.

use crate::asked::{BILLING, exchange};
use crate::http2;
use crate::proxy::Kind;
use crate::stage::{Stage, with_field};
use serde_json::json;

const URL: &str = "http://api.example.com/orders";

/// The length, and content of no length, of a request that was signed without any.
const INJECTED: [&str; 2] =
    ["content-length: 4\r\n\r\nevil", "transfer-encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n"];

#[test]
fn content_is_withheld_by_nginx() {
    withheld(Kind::Nginx);
}

#[test]
fn content_is_withheld_by_caddy() {
    withheld(Kind::Caddy);
}

/// The gateway does not see it: a signed request with content is refused, whoever has put it there.
fn withheld(kind: Kind) {
    let Some(stage) = Stage::set(kind) else { return };
    let signed = stage.print(&["--httpsig", "-d", "one book", URL]);
    assert!(signed.contains("content-digest: "), "{signed}");
    stage.refuse(&signed, 400, "gateway.content_withheld");
    injected(&stage, "gateway.content_withheld");
    // The caller does not get to say that there is none.
    for field in ["x-original-content: 0", "X_Original_Content: 0", "connection: x-original-content"] {
        let signed = stage.print(&["--httpsig", "-d", "one book", URL]);
        let answer = stage.send(&with_field(&signed, field));
        let line = stage.decision();
        assert!(
            answer.status == 400 && line.contains("gateway.content_"),
            "{kind:?} {field}: {answer:?} {line}"
        );
    }
    // Content that was taken away does not fit the digest.
    let signed = stage.print(&["--httpsig", "-d", "one book", URL]);
    let emptied = signed.replace("content-length: 8", "content-length: 0").replace("one book", "");
    stage.refuse(&emptied, 400, "httpsig.digest_mismatch");
    uncovered(&stage);
}

/// A request that was signed without content passes without, and not with.
fn injected(stage: &Stage, code: &str) {
    for content in INJECTED {
        let request = stage.print(&["--httpsig", URL]);
        let head = request.strip_suffix("\r\n\r\n").unwrap();
        stage.refuse(&format!("{head}\r\n{content}"), 400, code);
        assert_eq!(stage.pass(&request)["content"], "");
    }
    let empty = stage.print(&["--httpsig", "-X", "POST", URL]);
    assert_eq!(stage.pass(&empty)["caller"], BILLING);
}

/// A WPT does not cover content: it passes, and is what the proxy has received.
fn uncovered(stage: &Stage) {
    for (content, passed) in [("one book", "one book"), ("two book", "two book")] {
        let request = stage.print(&["--wpt", "-d", "one book", URL]).replace("one book", content);
        let told = stage.pass(&request);
        let expected =
            json!({ "caller": BILLING, "method": "POST", "path": "/orders", "query": "", "content": passed });
        assert_eq!(told, expected);
    }
}

#[test]
fn content_is_verified_behind_envoy() {
    verified(Kind::Envoy);
}

#[test]
fn content_is_verified_behind_traefik() {
    verified(Kind::Traefik);
}

/// It is sent along, and so it is verified.
fn verified(kind: Kind) {
    let Some(stage) = Stage::set(kind) else { return };
    let request = stage.print(&["--httpsig", "-d", "one book", URL]);
    stage.refuse(&request.replace("one book", "two book"), 400, "httpsig.digest_mismatch");
    let emptied = request.replace("length: 8", "length: 0").replace("one book", "");
    stage.refuse(&emptied, 400, "httpsig.digest_mismatch");
    assert_eq!(stage.pass(&request)["content"], "one book");
    injected(&stage, "httpsig.digest_missing");
    uncovered(&stage);
}

/// What is more than Envoy sends along is not asked about: it is refused, or, where it may be sent in part, found not whole.
#[test]
fn too_much_content_for_envoy() {
    let little = |text: String| text.replace("max_request_bytes: 2097152", "max_request_bytes: 16");
    let Some(stage) = Stage::set_with(Kind::Envoy, little) else { return };
    let long = "x".repeat(17);
    let answer = stage.send(&stage.print(&["--httpsig", "-d", &long, URL]));
    assert!(answer.status == 413 && !answer.content.contains("\"caller\""), "{answer:?}");
    // The first line of the log is the next request.
    assert_eq!(stage.pass(&stage.print(&["--httpsig", "-d", &long[1..], URL]))["content"], long[1..]);
    drop(stage);
    let partial = move |text: String| {
        little(text).replace("allow_partial_message: false", "allow_partial_message: true")
    };
    let Some(stage) = Stage::set_with(Kind::Envoy, partial) else { return };
    stage.refuse(&stage.print(&["--httpsig", "-d", &long, URL]), 400, "gateway.content_partial");
    assert_eq!(stage.pass(&stage.print(&["--httpsig", "-d", &long[1..], URL]))["content"], long[1..]);
}

/// Traefik does not ask either.
#[test]
fn too_much_content_for_traefik() {
    let little = |text: String| text.replace("maxBodySize: 2097152", "maxBodySize: 16");
    let Some(stage) = Stage::set_with(Kind::Traefik, little) else { return };
    let long = "x".repeat(17);
    let answer = stage.send(&stage.print(&["--httpsig", "-d", &long, URL]));
    assert!((400..500).contains(&answer.status) && !answer.content.contains("\"caller\""), "{answer:?}");
    assert_eq!(stage.pass(&stage.print(&["--httpsig", "-d", &long[1..], URL]))["content"], long[1..]);
}

/// HTTP/2 carries content without saying so in a field.
#[test]
fn content_of_no_length_over_http_2() {
    // nginx cannot tell, and so no signature passes without a length; a WPT does.
    let over_2 = |text: String| text.replace("listen 127.0.0.1:8080;", "listen 127.0.0.1:8080 http2;");
    if let Some(stage) = Stage::set_with(Kind::Nginx, over_2) {
        for content in [Some("evil"), None] {
            let answer = http2::send(&stage, &["--httpsig", URL], content);
            let line = stage.decision();
            assert!(answer.status == 400 && line.contains("gateway.content_withheld"), "{answer:?} {line}");
        }
        assert_eq!(http2::send(&stage, &["--httpsig", "-X", "POST", URL], None).status, 200);
        assert_eq!(http2::send(&stage, &["--wpt", URL], None).status, 200);
    }
    // Caddy drops it; without the line for that the service would get it.
    let drop_nothing = |text: String| text.replace("set {vars.nothing}", "set \"\"");
    for (stage, evil) in [(Stage::set(Kind::Caddy), ""), (Stage::set_with(Kind::Caddy, drop_nothing), "evil")]
    {
        let Some(stage) = stage else { continue };
        for (content, passed) in [(Some("evil"), evil), (None, "")] {
            let answer = http2::send(&stage, &["--httpsig", URL], content);
            let told = answer.content.contains(&format!("\"content\": \"{passed}\""));
            assert!(told && answer.status == 200, "{answer:?}");
            assert!(stage.decision().contains("let through"));
        }
    }
    // The others send it along.
    for kind in [Kind::Envoy, Kind::Traefik] {
        let Some(stage) = Stage::set(kind) else { continue };
        let answer = http2::send(&stage, &["--httpsig", URL], Some("evil"));
        let line = stage.decision();
        assert!(
            answer.status == 400 && line.contains("httpsig.digest_missing"),
            "{kind:?} {answer:?} {line}"
        );
        assert_eq!(http2::send(&stage, &["--httpsig", URL], None).status, 200);
    }
}

/// Without the line that says whether there is content, nothing is judged.
#[test]
fn nginx_has_to_say_whether_there_is_content() {
    let forgotten =
        |text: String| text.replace("proxy_set_header        X-Original-Content $wimse_content;", "");
    let Some(stage) = Stage::set_with(Kind::Nginx, forgotten) else { return };
    for proof in ["--httpsig", "--wpt"] {
        stage.refuse(&stage.print(&[proof, URL]), 400, "gateway.content_missing");
    }
    // The caller does not get to say it: then it is there, and counts. So the configuration must overwrite it.
    let said = with_field(&stage.print(&["--httpsig", URL]), "x-original-content: 0");
    assert_eq!(exchange(&stage.proxy.to_string(), said.as_bytes()).status, 200);
}
