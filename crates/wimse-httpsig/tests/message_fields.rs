//! `Signature-Input` and `Signature`: what is refused before anything is verified, each beside a twin that is not.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_httpsig::message::{Fields, Limits, ParameterValue, Signatures};

fn parse(input: &[&str], signature: &[&str]) -> Result<Signatures, &'static str> {
    within(input, signature, &Limits::default())
}

fn within(input: &[&str], signature: &[&str], limits: &Limits) -> Result<Signatures, &'static str> {
    let inputs = input.iter().map(|value| ("Signature-Input", value.as_bytes()));
    let values = signature.iter().map(|value| ("Signature", value.as_bytes()));
    let lines: Vec<_> = inputs.chain(values).collect();
    Signatures::parse_within(Fields::raw(&lines), limits).map_err(|error| error.code())
}

/// One signature `a` with this list and parameters: the serialised form, or the code of the refusal.
fn serialised(value: &str) -> Result<String, &'static str> {
    let signatures = parse(&[&format!("a={value}")], &["a=:AAAA:"])?;
    Ok(signatures.labelled("a").unwrap().input().as_str().to_owned())
}

#[test]
fn both_fields_must_be_there() {
    assert_eq!(parse(&[], &[]).unwrap_err(), "httpsig.absent");
    assert_eq!(parse(&["a=()"], &[]).unwrap_err(), "httpsig.signature_missing");
    assert_eq!(parse(&[], &["a=:AAAA:"]).unwrap_err(), "httpsig.input_missing");
    assert_eq!(parse(&["a=()"], &["a=:AAAA:"]).unwrap().len(), 1);
}

#[test]
fn labels() {
    for (input, signature, code) in [
        (&["a=(), a=()"][..], &["a=:AAAA:"][..], "httpsig.label_repeated"),
        (&["a=()", "a=()"], &["a=:AAAA:"], "httpsig.label_repeated"),
        (&["a=()"], &["a=:AAAA:, a=:AAAA:"], "httpsig.label_repeated"),
        (&["a=()"], &["a=:AAAA:", "a=:AAAA:"], "httpsig.label_repeated"),
        (&["a=()"], &["b=:AAAA:"], "httpsig.label_unmatched"),
        (&["a=(), b=()"], &["a=:AAAA:"], "httpsig.label_unmatched"),
        (&["a=()"], &["a=:AAAA:, b=:AAAA:"], "httpsig.label_unmatched"),
        (&["A=()"], &["A=:AAAA:"], "httpsig.field_malformed"),
        (&["1=()"], &["1=:AAAA:"], "httpsig.field_malformed"),
        (&["=()"], &["=:AAAA:"], "httpsig.field_malformed"),
    ] {
        assert_eq!(parse(input, signature).unwrap_err(), code, "{input:?} {signature:?}");
    }
    let both = parse(&["a=(), b=()"], &["b=:BBBB:, a=:AAAA:"]).unwrap();
    assert_eq!(both.labelled("a").unwrap().signature(), [0, 0, 0]);
    assert_eq!(both.labelled("b").unwrap().signature(), [4, 16, 65]);
    assert!(both.labelled("c").is_none());
    let lines = parse(&["a=()", "*b.c_d-9=()"], &["a=:AAAA:", "*b.c_d-9=:BBBB:"]).unwrap();
    let labels: Vec<_> = lines.iter().map(|one| one.input().label()).collect();
    assert_eq!(labels, ["a", "*b.c_d-9"]);
    // RFC 9651 4.2.7: missing padding is no reason to refuse.
    assert_eq!(parse(&["a=()"], &["a=:AA:"]).unwrap().labelled("a").unwrap().signature(), [0]);
    // The value may be empty; no key makes such a signature.
    assert_eq!(parse(&["a=()"], &["a=::"]).unwrap().labelled("a").unwrap().signature(), b"");
}

#[test]
fn malformed_fields() {
    for (input, signature) in [
        ("", "a=:AAAA:"),
        ("  ", "a=:AAAA:"),
        ("a=(", "a=:AAAA:"),
        ("a=()x", "a=:AAAA:"),
        ("a=(),", "a=:AAAA:"),
        ("a=(\"@method)", "a=:AAAA:"),
        ("a=(\"@method\"\"@path\")", "a=:AAAA:"),
        ("a=(\"@method\",\"@path\")", "a=:AAAA:"),
        ("a=(\"\u{e9}\")", "a=:AAAA:"),
        ("a=(\"x\ty\")", "a=:AAAA:"),
        ("a=(\"x\\n\")", "a=:AAAA:"),
        ("a=();created=", "a=:AAAA:"),
        ("a=();=1", "a=:AAAA:"),
        ("a=();created=1234567890123456", "a=:AAAA:"),
        ("a=();created=1.2345", "a=:AAAA:"),
        ("a=();created=--1", "a=:AAAA:"),
        ("a=();nonce=\"x", "a=:AAAA:"),
        ("a=();nonce='x'", "a=:AAAA:"),
        ("a=();nonce=\"caf\u{e9}\"", "a=:AAAA:"),
        ("a=()\r\nb=()", "a=:AAAA:"),
        ("a=()", ""),
        ("a=()", "a"),
        ("a=()", "a=:AAAA"),
        ("a=()", "a=:A:"),
        ("a=()", "a=:A A=:"),
        ("a=()", "a=:AA-_:"),
        ("a=()", "a=:AAAA:, "),
    ] {
        let refused = parse(&[input], &[signature]).unwrap_err();
        let expected = if signature == "a" { "httpsig.member_type" } else { "httpsig.field_malformed" };
        assert_eq!(refused, expected, "{input:?} {signature:?}");
    }
    assert!(parse(&["a=()", ""], &["a=:AAAA:"]).is_err());
    // Halves of a member in two lines, which a comma would join.
    assert!(parse(&["a=(\"x", "y\")"], &["a=:AAAA:"]).is_err());
    // Folding and white space are those of HTTP.
    assert!(parse(&["\t a=(\"@method\"\r\n  \"@path\") "], &[" a=:AAAA:\t"]).is_ok());
}

#[test]
fn members_of_another_type() {
    for (input, signature) in [
        ("a", "a=:AAAA:"),
        ("a=1", "a=:AAAA:"),
        ("a=\"@method\"", "a=:AAAA:"),
        ("a=(1)", "a=:AAAA:"),
        ("a=(method)", "a=:AAAA:"),
        ("a=(:AAAA:)", "a=:AAAA:"),
        ("a=(\"@method\" ?1)", "a=:AAAA:"),
        ("a=()", "a=\"AAAA\""),
        ("a=()", "a=AAAA"),
        ("a=()", "a=(:AAAA:)"),
        ("a=()", "a=1"),
    ] {
        assert_eq!(parse(&[input], &[signature]).unwrap_err(), "httpsig.member_type", "{input} {signature}");
    }
    assert!(parse(&["a=(\"@method\")"], &["a=:AAAA:;unknown=1"]).is_ok());
}

#[test]
fn nothing_stands_twice() {
    for (value, code) in [
        (r#"("@method" "@method")"#, "httpsig.component_repeated"),
        (r#"("@method" "@path" "@method")"#, "httpsig.component_repeated"),
        (r#"("a";req "a";req)"#, "httpsig.component_repeated"),
        (r#"("a";req "a";req=?1)"#, "httpsig.component_repeated"),
        (r#"("a";bs;tr "a";tr;bs)"#, "httpsig.component_repeated"),
        (r#"("a";key="x" "a";key="x")"#, "httpsig.component_repeated"),
        (r#"("novel";p=1.50 "novel";p=1.5)"#, "httpsig.component_repeated"),
        (r#"("a";req;req)"#, "httpsig.parameter_repeated"),
        (r#"("a";key="x";key="y")"#, "httpsig.parameter_repeated"),
        (r#"("a");created=1;created=1"#, "httpsig.parameter_repeated"),
        (r#"("a");created=1;created=2"#, "httpsig.parameter_repeated"),
        (r#"("a");x;x=?0"#, "httpsig.parameter_repeated"),
    ] {
        assert_eq!(serialised(value).unwrap_err(), code, "{value}");
    }
    for value in [
        r#"("@method" "@path")"#,
        r#"("a" "a";req "a";tr "a";bs "a";key="x" "a";key="y" "a";key="x";req)"#,
        r#"("a";bar "a";baz)"#,
        r#"("a";p "a";p=?0 "a";p=1 "a";p="1" "a";p=1.0)"#,
        r#"("A" "a");created=1;expires=1"#,
    ] {
        assert_eq!(serialised(value).as_deref(), Ok(value));
    }
}

/// RFC 9421 3.2 step 7: what was received is serialised again, in its order.
#[test]
fn the_form_is_that_of_the_rfc() {
    for (received, expected) in [
        (r#"(  "b"   "a"  )"#, r#"("b" "a")"#),
        (r#"("x";req=?1)"#, r#"("x";req)"#),
        (r#"("x"; tr; bs)"#, r#"("x";tr;bs)"#),
        (r#"("x";p=?0)"#, r#"("x";p=?0)"#),
        (r#"();  created=01;expires=-0"#, r#"();created=1;expires=0"#),
        (r#"();a=1.50;b=-0.10"#, r#"();a=1.5;b=-0.1"#),
        (r#"();z=1;a=2;created=3"#, r#"();z=1;a=2;created=3"#),
        (r#"();n="q\"b\\";t=tok/en:1;y=:AA:"#, r#"();n="q\"b\\";t=tok/en:1;y=:AA==:"#),
        (r#"();d=@1618884473;s=%"caf%c3%a9""#, r#"();d=@1618884473;s=%"caf%c3%a9""#),
    ] {
        assert_eq!(serialised(received).as_deref(), Ok(expected), "{received}");
    }
}

#[test]
fn limits_hold_at_their_edge() {
    let list = |count: usize| (0..count).map(|index| format!("\"f{index}\"")).collect::<Vec<_>>().join(" ");
    let parameters = |count: usize| (0..count).map(|index| format!(";p{index}=1")).collect::<String>();
    let members = |count: usize, value: &str| {
        (0..count).map(|index| format!("s{index}={value}")).collect::<Vec<_>>().join(", ")
    };
    assert!(serialised(&format!("({})", list(64))).is_ok());
    assert_eq!(serialised(&format!("({})", list(65))).unwrap_err(), "httpsig.too_many_components");
    assert!(serialised(&format!("(){}", parameters(32))).is_ok());
    assert_eq!(serialised(&format!("(){}", parameters(33))).unwrap_err(), "httpsig.too_many_parameters");
    assert!(serialised(&format!("(\"a\"{})", parameters(8))).is_ok());
    assert_eq!(serialised(&format!("(\"a\"{})", parameters(9))).unwrap_err(), "httpsig.too_many_parameters");
    assert!(parse(&[&members(8, "()")], &[&members(8, ":AA==:")]).is_ok());
    let nine = parse(&[&members(9, "()")], &[&members(9, ":AA==:")]);
    assert_eq!(nine.unwrap_err(), "httpsig.too_many_signatures");
    let padded = |length: usize| format!("{:length$}", "a=()");
    assert!(parse(&[&padded(8192)], &["a=:AAAA:"]).is_ok());
    assert_eq!(parse(&[&padded(8193)], &["a=:AAAA:"]).unwrap_err(), "httpsig.field_too_large");
    assert_eq!(parse(&[&padded(8188), "b=()x"], &["a=:AAAA:"]).unwrap_err(), "httpsig.field_too_large");
    let long = format!("a=:{}:", "A".repeat(16 * 1024 - 4));
    assert!(parse(&["a=()"], &[&long]).is_ok());
    assert_eq!(parse(&["a=()"], &[&format!(" {long}")]).unwrap_err(), "httpsig.field_too_large");
}

/// Ten thousand of anything are refused for their length or at the limit, whichever comes first.
#[test]
fn floods() {
    let no_byte_limit = Limits { input_bytes: usize::MAX, signature_bytes: usize::MAX, ..Limits::default() };
    let many = |one: &str, between: &str| vec![one; 10_000].join(between);
    for (input, code) in [
        (many("a=()", ", "), "httpsig.label_repeated"),
        (
            (0..10_000).map(|n| format!("a{n}=()")).collect::<Vec<_>>().join(","),
            "httpsig.too_many_signatures",
        ),
        (format!("a=({})", many("\"x\"", " ")), "httpsig.component_repeated"),
        (
            format!("a=({})", (0..10_000).map(|n| format!("\"x{n}\" ")).collect::<String>()),
            "httpsig.too_many_components",
        ),
        (format!("a=(\"x\";{})", many("p", ";")), "httpsig.parameter_repeated"),
        (format!("a=();{}", many("p", ";")), "httpsig.parameter_repeated"),
        (
            format!("a=(){}", (0..10_000).map(|n| format!(";p{n}")).collect::<String>()),
            "httpsig.too_many_parameters",
        ),
    ] {
        assert_eq!(parse(&[&input], &["a=:AAAA:"]).unwrap_err(), "httpsig.field_too_large");
        assert_eq!(within(&[&input], &["a=:AAAA:"], &no_byte_limit).unwrap_err(), code);
    }
    let lines = vec!["a=()"; 10_000];
    assert_eq!(parse(&lines, &["a=:AAAA:"]).unwrap_err(), "httpsig.field_too_large");
    assert_eq!(within(&lines, &["a=:AAAA:"], &no_byte_limit).unwrap_err(), "httpsig.label_repeated");
    let signature = (0..10_000).map(|n| format!("a{n}=:AAAA:")).collect::<Vec<_>>().join(",");
    assert_eq!(within(&["a=()"], &[&signature], &no_byte_limit).unwrap_err(), "httpsig.label_unmatched");
}

#[test]
fn parameters_by_their_types() {
    let read = |parameters: &str| {
        parse(&[&format!("a=(){parameters}")], &["a=:AAAA:"]).unwrap().iter().next().unwrap().input().clone()
    };
    let created = |value: &str| read(&format!(";created={value}")).created().map_err(|error| error.code());
    assert_eq!(created("1618884473"), Ok(Some(UnixTime::from_secs(1_618_884_473))));
    assert_eq!(created("0"), Ok(Some(UnixTime::from_secs(0))));
    assert_eq!(created("253402300799"), Ok(Some(UnixTime::from_secs(253_402_300_799))));
    assert_eq!(created("253402300800"), Err("httpsig.created_range"));
    assert_eq!(created("999999999999999"), Err("httpsig.created_range"));
    assert_eq!(created("-1"), Err("httpsig.created_range"));
    for value in ["1618884473.0", "\"1618884473\"", "?1", "@1618884473", "now", ":AAAA:"] {
        assert_eq!(created(value), Err("httpsig.created_malformed"), "{value}");
    }
    let expires = |value: &str| read(&format!(";expires={value}")).expires().map_err(|error| error.code());
    assert_eq!(expires("1618884473.5"), Err("httpsig.expires_malformed"));
    assert_eq!(expires("-5"), Err("httpsig.expires_range"));
    assert_eq!(read("").expires(), Ok(None));

    let input = read(r#";nonce="n";tag="t";keyid="k";alg="ed25519";x-flag;x-no=?0;x-text="a\"b";x-token=a"#);
    assert_eq!(input.nonce().unwrap().as_deref(), Some("n"));
    assert_eq!(input.tag().unwrap().as_deref(), Some("t"));
    assert_eq!(input.key_id().unwrap().as_deref(), Some("k"));
    assert_eq!(input.algorithm_name().unwrap().as_deref(), Some("ed25519"));
    assert_eq!(input.boolean("x-flag"), Ok(Some(true)));
    assert_eq!(input.boolean("x-no"), Ok(Some(false)));
    assert_eq!(input.boolean("x-other"), Ok(None));
    assert_eq!(input.string("x-text").unwrap().as_deref(), Some("a\"b"));
    assert_eq!(input.string("x-token").unwrap_err().code(), "httpsig.parameter_malformed");
    assert_eq!(input.integer("x-flag").unwrap_err().code(), "httpsig.parameter_malformed");
    assert_eq!(input.parameters().get("x-token"), Some(ParameterValue::Token("a".into())));
    assert_eq!(input.parameters().len(), 8);

    // A Token is no String.
    let tokens = read(";nonce=n;tag=t;keyid=k;alg=ed25519");
    assert_eq!(tokens.nonce().unwrap_err().code(), "httpsig.nonce_malformed");
    assert_eq!(tokens.tag().unwrap_err().code(), "httpsig.tag_malformed");
    assert_eq!(tokens.key_id().unwrap_err().code(), "httpsig.keyid_malformed");
    assert_eq!(tokens.algorithm_name().unwrap_err().code(), "httpsig.alg_malformed");
}

#[test]
fn validity() {
    let check = |parameters: &str, now: u64| {
        let signatures = parse(&[&format!("a=(){parameters}")], &["a=:AAAA:"]).unwrap();
        let input = signatures.labelled("a").unwrap().input();
        let leeway = Duration::from_secs(30);
        input.check_validity(UnixTime::from_secs(now), leeway).map_err(|error| error.code())
    };
    let both = ";created=1000;expires=1300";
    for (parameters, now, expected) in [
        (both, 1000, Ok(())),
        (both, 970, Ok(())),
        (both, 969, Err("httpsig.not_yet_valid")),
        (both, 1329, Ok(())),
        (both, 1330, Err("httpsig.expired")),
        ("", 0, Ok(())),
        (";created=1000;expires=1000", 1000, Ok(())),
        (";created=1000;expires=999", 1000, Err("httpsig.expires_before_created")),
        (";expires=999999999999999", 1000, Err("httpsig.expires_range")),
    ] {
        assert_eq!(check(parameters, now), expected, "{parameters} {now}");
    }
}

#[test]
fn selection_by_tag() {
    let tagged = |input: &str| {
        let labels: Vec<_> = input.split(", ").map(|member| member.split('=').next().unwrap()).collect();
        let values: Vec<_> = labels.iter().map(|label| format!("{label}=:AAAA:")).collect();
        let signatures = parse(&[input], &[&values.join(", ")]).unwrap();
        let label = signatures.tagged("app").map(|one| one.input().label().to_owned());
        let owned = signatures.into_tagged("app").map(|one| one.input().label().to_owned());
        assert_eq!(label, owned);
        label.map_err(|error| error.code())
    };
    for (input, expected) in [
        (r#"a=();tag="app""#, Ok("a")),
        (r#"app=();tag="other", b=();tag="app""#, Ok("b")),
        (r#"a=("@novel";p);x=tok;tag="other", b=();tag="app""#, Ok("b")),
        (r#"a=();tag=1, b=();tag="app""#, Ok("b")),
        (r#"a=();tag="App""#, Err("httpsig.tag_not_found")),
        (r#"app=()"#, Err("httpsig.tag_not_found")),
        (r#"a=();tag="app", b=();tag="app""#, Err("httpsig.tag_ambiguous")),
        (r#"a=();tag=app"#, Err("httpsig.tag_malformed")),
    ] {
        assert_eq!(tagged(input).as_deref().map_err(|code| *code), expected, "{input}");
    }
}

#[test]
fn text_of_the_peer_is_escaped_in_messages() {
    let long = "x".repeat(500);
    let (input, signature) = (format!("{long}=(), {long}=()"), "a=:AAAA:");
    let lines = [("signature-input", input.as_bytes()), ("signature", signature.as_bytes())];
    let error = Signatures::parse(Fields::raw(&lines)).unwrap_err();
    assert!(error.to_string().len() < 200, "{error}");
}
