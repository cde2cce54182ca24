//! Signatures of RFC 9421, without the profile: a key is given, and a label.

use serde_json::{Value, json};

use super::{super::Cases, cases::message};
use crate::vector::Vector;

pub(super) fn vectors() -> Cases {
    let response = verified("sig-rfc9421-response", "response", RESPONSE, p256(), "sig-b24")
        .needs("ES256")
        .output("base", base(RESPONSE_LINES, RESPONSE_PARAMETERS))
        .source("RFC 9421 appendix B.2.4");
    let request = verified("sig-rfc9421-request", "request", REQUEST, ed25519(), "sig-b26")
        .output("base", base(REQUEST_LINES, REQUEST_PARAMETERS))
        .source("RFC 9421 appendix B.2.6");
    let transformed = |id: &str, text: &str| {
        verified(id, "request", text, ed25519(), "transform")
            .config("authority", "example.org")
            .source("RFC 9421 appendix B.4")
    };
    let original = transformed("sig-rfc9421-original", ORIGINAL);
    let mut vectors = vec![
        response.clone(),
        request.clone(),
        original.clone(),
        transformed(
            "sig-rfc9421-added",
            &ORIGINAL
                .replace("value2", "value2&param=added")
                .replace("\nAccept: */*", "\nAccept: */*\nAccept-Language: en-US,en;q=0.5"),
        ),
        transformed(
            "sig-rfc9421-joined",
            &ORIGINAL.replace("\nAccept: */*", ", */*").replace(
                "Date: Fri, 15 Jul 2022 14:24:55 GMT",
                "Referer: https://developer.example.org/demo",
            ),
        ),
        transformed(
            "sig-rfc9421-reordered",
            &ORIGINAL
                .replace("Host: example.org\n", "")
                .replace("Accept: */*", "Accept: */*\nHost: example.org"),
        ),
    ];
    vectors.extend(of_original(&original));
    vectors.extend(of_given_key(&request, &response));
    vectors.extend(made());
    Ok(vectors)
}

fn verified(id: &str, kind: &str, text: &str, key: Value, label: &str) -> Vector {
    Vector::accepted(id, "httpsig.verify", "A signature of RFC 9421 verifies.")
        .requires(&["SIG-3.1-3", "SIG-3-33"])
        .needs("Ed25519")
        .input(kind, wire(text))
        .config("key", key)
        .config("label", label)
        .config("scheme", "https")
        .config("authority", "example.com")
}

/// RFC 9421 B.4: what breaks a signature on the way.
fn of_original(original: &Vector) -> Vec<Vector> {
    let row = |id, text: String, differs, comment| {
        original.refused(id, &["httpsig.signature"], differs, comment).input("request", wire(&text))
    };
    vec![
        row("sig-rfc9421-method", ORIGINAL.replace("GET", "POST"), "another method", "It is covered."),
        row(
            "sig-rfc9421-accept-order",
            ORIGINAL
                .replace("Accept: application/json\nAccept: */*", "Accept: */*\nAccept: application/json"),
            "two lines of one field in the other order",
            "The order of the lines of a field is covered.",
        ),
        row("sig-rfc9421-path", ORIGINAL.replace("/demo", "/demo/"), "another path", "It is covered."),
        original
            .refused("sig-rfc9421-authority", &["httpsig.signature"], "another authority", "It is covered.")
            .config("authority", "example.com"),
        original
            .refused(
                "sig-rfc9421-label",
                &["httpsig.label_not_found"],
                "another label is asked for",
                "No such signature.",
            )
            .config("label", "sig1"),
    ]
}

/// The key that is given, and what may be said about it.
fn of_given_key(request: &Vector, response: &Vector) -> Vec<Vector> {
    let wrong: &[&str] = &["httpsig.signature", "httpsig.signature_length"];
    vec![
        request
            .refused("sig-rfc9421-other-key", wrong, "another key", "The key decides.")
            .config("key", p256()),
        response
            .refused("sig-rfc9421-other-key-es256", wrong, "another key", "The key decides.")
            .config("key", ed25519()),
    ]
}

/// Signing: the Ed25519 signature of the RFC again, byte for byte.
fn made() -> Vec<Vector> {
    let signed = |id: &str, kind: &str, text: &str, mut key: Value, private: &str, comment: &str| {
        key["d"] = json!(private);
        Vector::accepted(id, "httpsig.sign", comment)
            .requires(&["SIG-3.1-1"])
            .input(kind, wire(&without_signature(text)))
            .config("key", key)
            .config("scheme", "https")
            .config("authority", "example.com")
            .output("signature_valid", true)
    };
    let request = |key, private: &str, comment: &str| {
        signed("sig-rfc9421-sign", "request", REQUEST, key, private, comment)
            .config("label", "sig-b26")
            .config("components", json!(names(REQUEST_LINES)))
            .config("parameters", json!([["created", 1_618_884_473], ["keyid", "test-key-ed25519"]]))
            .output("base", base(REQUEST_LINES, REQUEST_PARAMETERS))
            .output("signature_input", format!("({}){REQUEST_PARAMETERS}", identifiers(REQUEST_LINES)))
    };
    let edwards = request(ed25519(), D_ED25519, "The same signature again.")
        .needs("Ed25519")
        .output(
            "signature",
            "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
        )
        .source("RFC 9421 appendix B.2.6");
    let response = signed(
        "sig-rfc9421-sign-response",
        "response",
        RESPONSE,
        p256(),
        D_P256,
        "A signature over the same base.",
    )
    .needs("ES256")
    .config("label", "sig-b24")
    .config("components", json!(names(RESPONSE_LINES)))
    .config("parameters", json!([["created", 1_618_884_473], ["keyid", "test-key-ecc-p256"]]))
    .output("base", base(RESPONSE_LINES, RESPONSE_PARAMETERS))
    .source("RFC 9421 appendix B.2.4");
    let es256 = request(p256(), D_P256, "A signature over the same base.").needs("ES256");
    let mut vectors = vec![response];
    vectors.extend(not_made(&edwards, "ecdsa-p256-sha256"));
    vectors.extend(not_made(&es256, "ed25519").into_iter().map(|vector| vector.suffixed("-es256")));
    vectors
}

/// The signature that is made, and what no signature is made for.
fn not_made(twin: &Vector, other_algorithm: &str) -> Vec<Vector> {
    let refused = |id, codes: &[&str], (member, value), differs, comment| {
        twin.refused(id, codes, differs, comment).config(member, value)
    };
    vec![
        twin.clone(),
        refused(
            "sig-rfc9421-sign-absent",
            &["httpsig.component_missing"],
            ("components", json!(["x-absent"])),
            "a field that is not there",
            "It cannot be signed.",
        ),
        refused(
            "sig-rfc9421-sign-status",
            &["httpsig.component_wrong_message"],
            ("components", json!(["@status"])),
            "@status",
            "A request has none.",
        ),
        refused(
            "sig-rfc9421-sign-nothing",
            &["httpsig.nothing_covered"],
            ("components", json!([])),
            "no component at all",
            "A signature for every message.",
        ),
        refused(
            "sig-rfc9421-sign-twice",
            &["httpsig.component_repeated"],
            ("components", json!(["date", "date"])),
            "a component twice",
            "Each is listed once.",
        ),
        refused(
            "sig-rfc9421-sign-label",
            &["httpsig.label"],
            ("label", json!("Sig 1")),
            "a label that is no key",
            "It could not be read.",
        ),
        refused(
            "sig-rfc9421-sign-alg",
            &["httpsig.alg_mismatch"],
            ("parameters", json!([["alg", other_algorithm]])),
            "the name of another algorithm",
            "It would be refused.",
        ),
    ]
}

fn wire(text: &str) -> Value {
    let (head, content) = text.split_once("\n\n").unwrap_or((text, ""));
    message(format!("{}\r\n\r\n{content}", head.replace('\n', "\r\n")).as_bytes())
}

fn without_signature(text: &str) -> String {
    let lines = text.split('\n').filter(|line| !line.starts_with("Signature"));
    lines.collect::<Vec<_>>().join("\n")
}

type Lines = &'static [(&'static str, &'static str)];

fn names(lines: Lines) -> Vec<&'static str> {
    lines.iter().map(|(name, _)| *name).collect()
}

fn identifiers(lines: Lines) -> String {
    let quoted: Vec<_> = lines.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    quoted.join(" ")
}

fn base(lines: Lines, parameters: &str) -> String {
    let values: String = lines.iter().map(|(name, value)| format!("\"{name}\": {value}\n")).collect();
    format!("{values}\"@signature-params\": ({}){parameters}", identifiers(lines))
}

/// RFC 9421 appendix B.1.4.
fn ed25519() -> Value {
    json!({"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"})
}

/// RFC 9421 appendix B.1.3.
fn p256() -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "alg": "ES256",
        "x": "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA", "y": "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0"
    })
}

const D_ED25519: &str = "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU";
const D_P256: &str = "UpuF81l-kOxbjf7T4mNSv0r5tN67Gim7rnf6EFpcYDs";

const RESPONSE: &str = "HTTP/1.1 200 OK
Date: Tue, 20 Apr 2021 02:07:56 GMT
Content-Type: application/json
Content-Digest: sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:
Content-Length: 23
Signature-Input: sig-b24=(\"@status\" \"content-type\" \"content-digest\" \"content-length\");created=1618884473;keyid=\"test-key-ecc-p256\"
Signature: sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:

{\"message\": \"good dog\"}";
const RESPONSE_LINES: Lines = &[
    ("@status", "200"),
    ("content-type", "application/json"),
    (
        "content-digest",
        "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:",
    ),
    ("content-length", "23"),
];
const RESPONSE_PARAMETERS: &str = ";created=1618884473;keyid=\"test-key-ecc-p256\"";

const REQUEST: &str = "POST /foo?param=Value&Pet=dog HTTP/1.1
Host: example.com
Date: Tue, 20 Apr 2021 02:07:55 GMT
Content-Type: application/json
Content-Digest: sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
Content-Length: 18
Signature-Input: sig-b26=(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\"
Signature: sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:

{\"hello\": \"world\"}";
const REQUEST_LINES: Lines = &[
    ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
    ("@method", "POST"),
    ("@path", "/foo"),
    ("@authority", "example.com"),
    ("content-type", "application/json"),
    ("content-length", "18"),
];
const REQUEST_PARAMETERS: &str = ";created=1618884473;keyid=\"test-key-ed25519\"";

const ORIGINAL: &str = "GET /demo?name1=Value1&Name2=value2 HTTP/1.1
Host: example.org
Date: Fri, 15 Jul 2022 14:24:55 GMT
Accept: application/json
Accept: */*
Signature-Input: transform=(\"@method\" \"@path\" \"@authority\" \"accept\");created=1618884473;keyid=\"test-key-ed25519\"
Signature: transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:";
