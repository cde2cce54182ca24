//! Targets of requests: as they are received, without decoding, joining or tidying.

use serde_json::json;

use super::{
    super::Cases,
    cases::{Refused, by_code, refuse},
    signed::Signed,
};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let request = Signed::ed25519();
    let to = |target: &str, path: &str| {
        request
            .start(&format!("POST {target} HTTP/1.1"))
            .string("wimse-aud", &format!("https://api.example.com{path}"))
    };
    let rows = [
        ("double-slash", "//orders?draft=1", "//orders", "Two slashes are two slashes."),
        ("encoded-slash", "/a%2Fb?draft=1", "/a%2Fb", "An encoded slash is not a slash."),
        ("encoded-case", "/a%2fb", "/a%2fb", "Hexadecimal digits are as they are written."),
        ("dot-segments", "/a/../orders", "/a/../orders", "Dot segments stay."),
        ("empty-query", "/orders?", "/orders", "An empty query is the same as none: \"?\"."),
        ("two-questions", "/orders?a?b", "/orders", "The first question mark begins the query."),
        ("encoded-query", "/orders?q=%41+b", "/orders", "The query is not decoded."),
        ("root", "/", "/", "The path /."),
        (
            "absolute",
            "https://api.example.com/orders?draft=1",
            "/orders",
            "A target in absolute form has a path.",
        ),
        ("absolute-no-path", "https://api.example.com", "/", "An empty path is /."),
        ("absolute-query-only", "https://api.example.com?draft=1", "/", "An empty path is /."),
        ("semicolon", "/orders;v=1", "/orders;v=1", "A parameter of a segment is part of the path."),
    ];
    let mut vectors: Vec<Vector> = Vec::new();
    for (end, target, path, comment) in rows {
        let signed = to(target, path);
        vectors.push(signed.accepted(&format!("sig-target-{end}"), RULES, comment)?);
    }
    vectors.extend(tidied(&request)?);
    vectors.extend(malformed(&request)?);
    vectors.extend(asterisk(&request)?);
    Ok(by_code(vectors, |code| match code {
        "httpsig.signature" => &["SIG-3-2", "SIG-3-3", "SIG-3.1-3"],
        "http.malformed" => &["SIG-3-2", "SIG8-3.2-1"],
        _ => RULES,
    }))
}

/// A proxy that tidies what it passes on.
fn tidied(request: &Signed) -> Cases {
    let spelt = request.start("POST /a/./%6Frders?q=%41 HTTP/1.1").string("wimse-aud", "urn:example:orders");
    let twin = spelt.accepted("sig-target-as-received", RULES, "A target that could be spelt otherwise.")?;
    let twin = twin.config("audience", json!({"values": ["urn:example:orders"]}));
    let row = |id, change: fn(&mut super::wire::Wire), differs| {
        (id, FORGED, spelt.then(change), differs, "What is tidied on the way is not what was signed.")
    };
    let rows: [Refused; 4] = [
        row(
            "sig-target-dots-removed",
            |message| message.start = "POST /a/%6Frders?q=%41 HTTP/1.1".to_owned(),
            "the dot segment was removed",
        ),
        row(
            "sig-target-decoded",
            |message| message.start = "POST /a/./orders?q=%41 HTTP/1.1".to_owned(),
            "the path was decoded",
        ),
        row(
            "sig-target-query-decoded",
            |message| message.start = "POST /a/./%6Frders?q=A HTTP/1.1".to_owned(),
            "the query was decoded",
        ),
        row(
            "sig-target-slash-added",
            |message| message.start = "POST /a/./%6Frders/?q=%41 HTTP/1.1".to_owned(),
            "a slash was added",
        ),
    ];
    Ok([vec![twin.clone()], refuse(&twin, rows)?].concat())
}

fn malformed(request: &Signed) -> Cases {
    let twin = request.accepted("sig-target-origin-form", RULES, "A path and a query.")?;
    let row = |id, start: &str, differs, comment| (id, MALFORMED, request.start(start), differs, comment);
    let rows: [Refused; 4] = [
        row(
            "sig-target-fragment",
            "POST /orders?draft=1#f HTTP/1.1",
            "a fragment",
            "A fragment is never sent.",
        ),
        row(
            "sig-target-relative",
            "POST orders?draft=1 HTTP/1.1",
            "no slash at its beginning",
            "It is not a target.",
        ),
        row(
            "sig-target-not-ascii",
            "POST /caf\u{e9}s HTTP/1.1",
            "a letter beyond ASCII",
            "Such a letter is percent-encoded.",
        ),
        row("sig-target-asterisk-post", "POST * HTTP/1.1", "an asterisk", "That is for OPTIONS only."),
    ];
    Ok([vec![twin.clone()], refuse(&twin, rows)?].concat())
}

/// `OPTIONS *` has no path: it cannot be signed by this profile.
fn asterisk(request: &Signed) -> Cases {
    let options =
        request.bodiless().start("OPTIONS /orders HTTP/1.1").string("wimse-aud", "urn:example:orders");
    let twin = options.accepted("sig-target-options", RULES, "OPTIONS for a path.")?;
    let twin = twin.config("audience", json!({"values": ["urn:example:orders"]}));
    let star = options.start("OPTIONS * HTTP/1.1");
    let row = |id, path, query, comment| {
        let star = star.replaced("\"@path\"", "\"@path\"", Some(path));
        let star = star.replaced("\"@query\"", "\"@query\"", Some(query));
        (id, &["httpsig.target_no_path"][..], star, "the target *", comment)
    };
    let rows: [Refused; 3] = [
        row("sig-target-options-star", "*", "?", "The asterisk is no path."),
        row("sig-target-options-star-root", "/", "?", "The asterisk is not the path / either."),
        row("sig-target-options-star-empty", "", "?", "The asterisk is not an empty path either."),
    ];
    let mut vectors = vec![twin.clone()];
    vectors.extend(refuse(&twin, rows)?);
    Ok(vectors)
}

const FORGED: &[&str] = &["httpsig.signature"];
/// An HTTP parser may not hand it on.
const MALFORMED: &[&str] =
    &["http.malformed", "httpsig.target_malformed", "httpsig.target_no_path", "httpsig.audience_mismatch"];
const RULES: &[&str] = &["SIG-3-2", "SIG-3-3"];
