//! Component values that come from fields, and which identifiers have none.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use http::StatusCode;
use wimse_httpsig::message::{
    Component, FieldType, FieldTypes, Fields, RequestMessage, ResponseMessage, Signatures, TargetContext,
};

type Lines<'a> = &'a [(&'a str, &'a [u8])];

fn types() -> FieldTypes {
    FieldTypes::known()
        .clone()
        .with("dict", FieldType::Dictionary)
        .with("list", FieldType::List)
        .with("item", FieldType::Item)
}

fn target() -> TargetContext<'static> {
    TargetContext::new("/a?x=1&y=2").scheme("https").authority("example.com")
}

/// The value of an identifier in a request, or the code of the refusal.
fn of_request(identifier: &str, lines: Lines<'_>, trailers: Lines<'_>) -> Result<String, &'static str> {
    let types = types();
    let message = RequestMessage::new("POST", target(), Fields::raw(lines))
        .with_trailers(Fields::raw(trailers))
        .with_field_types(&types);
    base_of(identifier, |input| input.base(&message).map(|base| base.as_str().to_owned()))
}

fn of_response(identifier: &str, request: Option<&RequestMessage<'_>>) -> Result<String, &'static str> {
    let lines: Lines<'_> = &[("Content-Type", b"text/plain")];
    let mut message = ResponseMessage::new(StatusCode::NO_CONTENT, Fields::raw(lines));
    if let Some(request) = request {
        message = message.answering(request);
    }
    base_of(identifier, |input| input.base(&message).map(|base| base.as_str().to_owned()))
}

fn base_of(
    identifier: &str,
    base: impl FnOnce(
        &wimse_httpsig::message::SignatureInput,
    ) -> Result<String, wimse_httpsig::message::BaseError>,
) -> Result<String, &'static str> {
    let input = format!("a=({identifier})");
    let lines: Lines<'_> = &[("signature-input", input.as_bytes()), ("signature", b"a=:AAAA:")];
    let signatures = Signatures::parse(Fields::raw(lines)).unwrap();
    let base = base(signatures.labelled("a").unwrap().input()).map_err(|error| error.code())?;
    let line = base.split('\n').next().unwrap();
    Ok(line.strip_prefix(identifier).unwrap().strip_prefix(": ").unwrap().to_owned())
}

fn field(identifier: &str, lines: Lines<'_>) -> Result<String, &'static str> {
    of_request(identifier, lines, &[])
}

#[test]
fn lines_are_combined() {
    for (lines, expected) in [
        (&[("X", &b"1"[..])][..], Ok("1")),
        (&[("x", b" 1\t"), ("Y", b"2"), ("X", b"3")], Ok("1, 3")),
        (&[("x", b"")], Ok("")),
        (&[("x", b" "), ("x", b"")], Ok(", ")),
        (&[("x", b"a,  b"), ("x", b",")], Ok("a,  b, ,")),
        (&[("x", b"a\tb")], Ok("a\tb")),
        (&[("x", b"a \r\n\t b\r\n c")], Ok("a b c")),
        (&[("y", b"1")], Err("httpsig.component_missing")),
        (&[], Err("httpsig.component_missing")),
        (&[("x", b"a\r\nb")], Err("httpsig.field_value")),
        (&[("x", b"a\nb")], Err("httpsig.field_value")),
        (&[("x", b"a\rb")], Err("httpsig.field_value")),
        (&[("x", b"a\0")], Err("httpsig.field_value")),
        (&[("x", b"a\x1b")], Err("httpsig.field_value")),
        (&[("x", b"a\x7f")], Err("httpsig.field_value")),
        (&[("x", "caf\u{e9}".as_bytes())], Err("httpsig.field_value")),
        (&[("x", b"\xff")], Err("httpsig.field_value")),
    ] {
        assert_eq!(field("\"x\"", lines).as_deref().map_err(|code| *code), expected, "{lines:?}");
    }
}

#[test]
fn wrapped_lines_keep_every_byte() {
    for (lines, expected) in [
        (
            &[("X", &b"value, with, lots"[..]), ("x", b"of, commas")][..],
            Ok(":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:"),
        ),
        (&[("x", b" \xff\xfe ")], Ok("://4=:")),
        (&[("x", b"a\r\n b")], Ok(":YSBi:")),
        (&[("x", b"")], Ok("::")),
        (&[("x", b"a\nb")], Err("httpsig.field_value")),
        (&[], Err("httpsig.component_missing")),
    ] {
        assert_eq!(field("\"x\";bs", lines).as_deref().map_err(|code| *code), expected, "{lines:?}");
    }
}

#[test]
fn structured_fields_have_one_form() {
    for (identifier, value, expected) in [
        ("\"dict\";sf", "  a=1,    b=2;x=1;y=2,   c=(a   b   c)", Ok("a=1, b=2;x=1;y=2, c=(a b c)")),
        ("\"dict\";sf", "a=?1, b;x", Ok("a, b;x")),
        ("\"list\";sf", "a,b  ,  (1 2);q=0.50", Ok("a, b, (1 2);q=0.5")),
        ("\"item\";sf", "\"a\"; x=1", Ok("\"a\";x=1")),
        ("\"item\";sf", "@1618884473", Ok("@1618884473")),
        ("\"dict\";key=\"a\"", "a=1, b=2;x=1;y=2, c=(a   b    c), d", Ok("1")),
        ("\"dict\";key=\"b\"", "a=1, b=2;x=1;y=2, c=(a   b    c), d", Ok("2;x=1;y=2")),
        ("\"dict\";key=\"c\"", "a=1, b=2;x=1;y=2, c=(a   b    c);q, d", Ok("(a b c);q")),
        ("\"dict\";key=\"d\"", "a=1, b=2;x=1;y=2, c=(a   b    c), d", Ok("?1")),
        ("\"dict\";key=\"d\";sf", "d=:AA:", Ok(":AA==:")),
        ("\"content-digest\";key=\"sha-256\"", "sha-256=:AAAA:", Ok(":AAAA:")),
        ("\"dict\";key=\"e\"", "a=1", Err("httpsig.member_missing")),
        ("\"dict\";key=\"A\"", "a=1", Err("httpsig.member_missing")),
        ("\"dict\";key=\"\"", "a=1", Err("httpsig.member_missing")),
        ("\"dict\";key=\"a\"", "a=1,", Err("httpsig.field_structure")),
        ("\"dict\";sf", "a=1,", Err("httpsig.field_structure")),
        ("\"dict\";sf", "", Err("httpsig.field_structure")),
        ("\"list\";sf", "", Err("httpsig.field_structure")),
        ("\"item\";sf", "", Err("httpsig.field_structure")),
        ("\"item\";sf", "1, 2", Err("httpsig.field_structure")),
        ("\"item\";sf", "caf\u{e9}", Err("httpsig.field_value")),
        ("\"list\";key=\"a\"", "a=1", Err("httpsig.field_type")),
        ("\"cookie\";sf", "a=1", Err("httpsig.field_type")),
        ("\"cookie\";key=\"a\"", "a=1", Err("httpsig.field_type")),
    ] {
        let name = identifier.split('"').nth(1).unwrap();
        let found = field(identifier, &[(name, value.as_bytes())]);
        assert_eq!(found.as_deref().map_err(|code| *code), expected, "{identifier} {value}");
    }
    let two: Lines<'_> = &[("dict", b"a=1, b=2"), ("dict", b"c=3")];
    assert_eq!(field("\"dict\";sf", two).as_deref(), Ok("a=1, b=2, c=3"));
    assert_eq!(field("\"dict\";key=\"c\"", two).as_deref(), Ok("3"));
    let halves: Lines<'_> = &[("dict", b"a=1"), ("dict", b"")];
    assert_eq!(field("\"dict\";sf", halves), Err("httpsig.field_structure"));

    let long = format!("a={}", "1".repeat(5));
    assert_eq!(field("\"dict\";sf", &[("dict", long.as_bytes())]).as_deref(), Ok("a=11111"));
    let long = format!("a=\"{}\"", "1".repeat(8 * 1024 - 4));
    assert!(field("\"dict\";sf", &[("dict", long.as_bytes())]).is_ok());
    let longer: Lines<'_> = &[("dict", long.as_bytes()), ("dict", b"b")];
    assert_eq!(field("\"dict\";sf", longer), Err("httpsig.structured_field_too_large"));
    assert_eq!(field("\"dict\";key=\"a\"", longer), Err("httpsig.structured_field_too_large"));
    assert!(field("\"dict\"", longer).is_ok());
}

#[test]
fn trailers_are_kept_apart() {
    let headers: Lines<'_> = &[("x", b"1"), ("only-header", b"1")];
    let trailers: Lines<'_> = &[("X", b"2"), ("only-trailer", b"2")];
    let of = |identifier| of_request(identifier, headers, trailers);
    assert_eq!(of("\"x\"").as_deref(), Ok("1"));
    assert_eq!(of("\"x\";tr").as_deref(), Ok("2"));
    assert_eq!(of("\"x\";tr;bs").as_deref(), Ok(":Mg==:"));
    assert_eq!(of("\"only-trailer\"").as_deref(), Err(&"httpsig.component_missing"));
    assert_eq!(of("\"only-header\";tr").as_deref(), Err(&"httpsig.component_missing"));
}

#[test]
fn identifiers_that_mean_nothing() {
    let lines: Lines<'_> = &[("x", b"1"), ("dict", b"a=1"), ("Host", b"example.com"), ("@method", b"GET")];
    for (identifier, code) in [
        ("\"@novel\"", "httpsig.component_unknown"),
        ("\"@\"", "httpsig.component_unknown"),
        ("\"@Method\"", "httpsig.component_unknown"),
        ("\"@signature-params\"", "httpsig.component_signature_params"),
        ("\"X\"", "httpsig.component_name"),
        ("\"\"", "httpsig.component_name"),
        ("\"a b\"", "httpsig.component_name"),
        ("\"x:\"", "httpsig.component_name"),
        ("\"x\\\"\"", "httpsig.component_name"),
        ("\"x\";novel", "httpsig.component_parameter_unknown"),
        ("\"@method\";novel=1", "httpsig.component_parameter_unknown"),
        ("\"x\";sf=?0", "httpsig.component_parameter_type"),
        ("\"x\";req=?0", "httpsig.component_parameter_type"),
        ("\"x\";tr=1", "httpsig.component_parameter_type"),
        ("\"x\";bs=\"a\"", "httpsig.component_parameter_type"),
        ("\"dict\";key", "httpsig.component_parameter_type"),
        ("\"dict\";key=a", "httpsig.component_parameter_type"),
        ("\"@query-param\";name=x", "httpsig.component_parameter_type"),
        ("\"@query-param\"", "httpsig.component_parameter_missing"),
        ("\"@query-param\";name=\"z\"", "httpsig.query_parameter"),
        ("\"@path\";name=\"x\"", "httpsig.component_parameter_not_applicable"),
        ("\"x\";name=\"x\"", "httpsig.component_parameter_not_applicable"),
        ("\"@path\";sf", "httpsig.component_parameter_not_applicable"),
        ("\"@path\";bs", "httpsig.component_parameter_not_applicable"),
        ("\"@path\";tr", "httpsig.component_parameter_not_applicable"),
        ("\"@path\";key=\"a\"", "httpsig.component_parameter_not_applicable"),
        ("\"dict\";bs;sf", "httpsig.component_parameters_exclusive"),
        ("\"dict\";bs;key=\"a\"", "httpsig.component_parameters_exclusive"),
        ("\"x\";req", "httpsig.component_req_on_request"),
        ("\"@method\";req", "httpsig.component_req_on_request"),
        ("\"@status\"", "httpsig.component_wrong_message"),
        ("\"@status\";req", "httpsig.component_req_on_request"),
    ] {
        assert_eq!(field(identifier, lines), Err(code), "{identifier}");
    }
    // A field whose name begins with "@" is never looked at (RFC 9421 7.5.1).
    assert_eq!(field("\"@method\"", lines).as_deref(), Ok("POST"));
    assert_eq!(field("\"@query-param\";name=\"x\"", lines).as_deref(), Ok("1"));
}

#[test]
fn responses_and_their_requests() {
    let lines: Lines<'_> = &[("Content-Type", b"application/json"), ("dict", b"a=1")];
    let types = types();
    let request = RequestMessage::new("POST", target(), Fields::raw(lines)).with_field_types(&types);
    let answer = |identifier| of_response(identifier, Some(&request));
    for (identifier, expected) in [
        ("\"@status\"", Ok("204")),
        ("\"content-type\"", Ok("text/plain")),
        ("\"content-type\";req", Ok("application/json")),
        ("\"dict\";key=\"a\";req", Ok("1")),
        ("\"@method\";req", Ok("POST")),
        ("\"@path\";req", Ok("/a")),
        ("\"@query\";req", Ok("?x=1&y=2")),
        ("\"@query-param\";name=\"y\";req", Ok("2")),
        ("\"@query-param\";req;name=\"y\"", Ok("2")),
        ("\"@authority\";req", Ok("example.com")),
        ("\"@target-uri\";req", Ok("https://example.com/a?x=1&y=2")),
        ("\"@method\"", Err("httpsig.component_wrong_message")),
        ("\"@path\"", Err("httpsig.component_wrong_message")),
        ("\"@status\";req", Err("httpsig.component_wrong_message")),
        ("\"dict\";key=\"a\"", Err("httpsig.component_missing")),
    ] {
        assert_eq!(answer(identifier).as_deref().map_err(|code| *code), expected, "{identifier}");
    }
    assert_eq!(of_response("\"@method\";req", None), Err("httpsig.component_request_unknown"));
    assert_eq!(of_response("\"content-type\";req", None), Err("httpsig.component_request_unknown"));
    assert_eq!(of_response("\"@status\"", None).as_deref(), Ok("204"));
}

/// An attacker's query has no more than its length of work in it.
#[test]
fn long_queries_are_refused() {
    let value = |query: &str| {
        let target = format!("/?{query}");
        let message = RequestMessage::new("GET", TargetContext::new(target), Fields::none());
        Component::query_param("a").value(&message).map_err(|error| error.code())
    };
    let long = format!("a=1{}", "&".repeat(8 * 1024 - 3));
    assert_eq!(value(&long).as_deref(), Ok("1"));
    assert_eq!(value(&format!("{long}&")), Err("httpsig.query_too_large"));
}

#[test]
fn identifiers_are_compared_by_meaning() {
    let input = r#"a=("@path";req "x";tr;bs "dict";key="k" "y" "@status" "@query-param";name="q")"#;
    let lines: Lines<'_> = &[("signature-input", input.as_bytes()), ("signature", b"a=:AAAA:")];
    let signatures = Signatures::parse(Fields::raw(lines)).unwrap();
    let input = signatures.labelled("a").unwrap().input();
    let field = |name| Component::field(name).unwrap();
    for (component, covered) in [
        (Component::PATH.req(), true),
        (Component::PATH, false),
        (field("x").bs().tr(), true),
        (field("x").bs(), false),
        (field("x"), false),
        (field("dict").key("k"), true),
        (field("dict").key("l"), false),
        (field("dict"), false),
        (field("y"), true),
        (field("y").req(), false),
        (Component::STATUS, true),
        (Component::query_param("q"), true),
        (Component::query_param("r"), false),
    ] {
        assert_eq!(input.covers(&component), covered, "{component}");
    }
    let component = |place: usize| input.components().nth(place).unwrap();
    assert!(
        component(0).is_req("@path") && !component(0).is_plain("@path") && !component(0).is_req("@query")
    );
    assert!(component(3).is_plain("y") && !component(3).is_req("y") && !component(3).is_plain("Y"));
    assert!(!component(1).is_req("x"));
    assert_eq!(component(1).to_string(), "\"x\";tr;bs");
    assert_eq!(component(1).parameters().iter().map(|(key, _)| key).collect::<Vec<_>>(), ["tr", "bs"]);
    assert_eq!(component(2).name(), "dict");
}
