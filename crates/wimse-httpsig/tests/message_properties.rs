//! Properties of the core: nothing that is covered can be changed, nothing else matters, what we make we read, and no
//! input makes it panic.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

use http::StatusCode;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::sync::LazyLock;
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_httpsig::digest::{ContentDigest, DigestAlgorithm};
use wimse_httpsig::message::{
    AcceptSignature, Component, FieldType, FieldTypes, Fields, Message, ParameterValue, RequestMessage,
    ResponseMessage, SignatureInput, Signatures, TargetContext,
};

type Line = (String, Vec<u8>);

fn pairs(lines: &[Line]) -> Vec<(&str, &[u8])> {
    lines.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect()
}

/// A request of which everything may be covered.
#[derive(Debug, Clone, PartialEq)]
struct Parts {
    method: String,
    scheme: &'static str,
    authority: String,
    path: String,
    query: String,
    lines: Vec<Line>,
}

impl Parts {
    fn with_message<T>(&self, call: impl FnOnce(&RequestMessage<'_>) -> T) -> T {
        let lines = pairs(&self.lines);
        let raw_target = format!("{}?{}", self.path, self.query);
        let target = TargetContext::new(raw_target).scheme(self.scheme).authority(&*self.authority);
        call(&RequestMessage::new(&self.method, target, Fields::raw(&lines)))
    }

    fn base(&self, input: &SignatureInput) -> String {
        self.with_message(|message| input.base(message).unwrap().as_str().to_owned())
    }
}

/// `x-a` is there once, `x-b` twice; those that are not covered are `x-c`.
fn parts() -> impl Strategy<Value = Parts> {
    let text = || "[ -~]{0,12}".prop_map(|text| text.trim().to_owned().into_bytes());
    let start = ("[A-Z]{1,7}", select(vec!["https", "http"]), "[a-z]{1,9}(:8[0-9]{3})?");
    let target = ("/[a-zA-Z0-9/%.]{0,16}", "p=[a-z0-9]{0,6}(&[a-o]=[a-z]{0,3})?");
    (start, target, text(), text(), text(), proptest::collection::vec(text(), 0..4)).prop_map(
        |((method, scheme, authority), (path, query), a, first, second, others)| {
            let mut lines: Vec<Line> = others.into_iter().map(|value| ("X-C".to_owned(), value)).collect();
            lines.insert(lines.len() / 2, ("X-A".to_owned(), a));
            lines.extend([("x-b".to_owned(), first), ("X-B".to_owned(), second)]);
            Parts { method, scheme, authority, path, query, lines }
        },
    )
}

/// Covers all of it, with everything that a signature can say.
fn input() -> SignatureInput {
    let field = |name: &'static str| Component::field(name).unwrap();
    SignatureInput::builder("sig")
        .components([Component::METHOD, Component::SCHEME, Component::AUTHORITY, Component::PATH])
        .components([Component::QUERY, Component::query_param("p"), Component::TARGET_URI])
        .components([field("x-a"), field("x-b"), field("x-b").bs()])
        .created(wimse_creds::UnixTime::from_secs(1_618_884_473))
        .nonce("n-1")
        .tag("tag")
        .parameter("x-aud", "https://api.example.com/orders")
        .parameter("x-flag", true)
        .build()
        .unwrap()
}

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Ed25519).unwrap());

/// Replaces one character, and keeps the text one that may stand there.
fn change(text: &str, place: Index, from: &str) -> String {
    let place = place.index(text.len());
    let old = text.as_bytes()[place];
    let new = from.bytes().find(|new| *new != old).unwrap();
    let mut bytes = text.as_bytes().to_vec();
    bytes[place] = new;
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_request_is_refused(good in parts(), what in 0..7, place in any::<Index>()) {
        let input = input();
        let signature = good.with_message(|message| input.sign(message, &KEY).unwrap());
        let mut bad = good.clone();
        match what {
            0 => bad.method = change(&good.method, place, "QZ"),
            1 => bad.scheme = if good.scheme == "http" { "https" } else { "http" },
            2 => bad.authority = format!("{}x", good.authority.split(':').next().unwrap()),
            3 => bad.path.push_str("/x"),
            4 => bad.query.push('x'),
            5 => bad.lines.iter_mut().find(|line| line.0 == "X-A").unwrap().1.push(b'x'),
            _ => bad.lines.push(("x-b".to_owned(), Vec::new())),
        }
        prop_assert_ne!(good.base(&input), bad.base(&input));
        let judge = |parts: &Parts, changed: Option<usize>| {
            let mut bytes = signature.clone();
            if let Some(bit) = changed {
                bytes[bit / 8] ^= 1 << (bit % 8);
            }
            let (value, signature) = (input.to_string(), input.signature_value(&bytes));
            let lines = [("signature-input", value.as_bytes()), ("signature", signature.as_bytes())];
            let received = Signatures::parse(Fields::raw(&lines)).unwrap().into_tagged("tag").unwrap();
            parts.with_message(|message| received.verify(message, KEY.public_key()))
        };
        prop_assert_eq!(judge(&good, None), Ok(()));
        prop_assert_eq!(judge(&bad, None).unwrap_err().code(), "httpsig.signature");
        prop_assert_eq!(judge(&good, Some(place.index(512))).unwrap_err().code(), "httpsig.signature");
    }

    #[test]
    fn a_changed_input_is_refused(good in parts(), place in any::<Index>(), new in any::<u8>()) {
        let input = input();
        let signature = input.signature_value(&good.with_message(|message| input.sign(message, &KEY).unwrap()));
        let mut value = input.to_string().into_bytes();
        let place = place.index(value.len());
        prop_assume!(value[place] != new);
        value[place] = new;
        let lines = [("signature-input", &value[..]), ("signature", signature.as_bytes())];
        let Ok(signatures) = Signatures::parse(Fields::raw(&lines)) else { return Ok(()) };
        let received = signatures.iter().next().unwrap();
        let verdict = good.with_message(|message| received.verify(message, KEY.public_key()));
        // One that is written in another way and means the same is the same.
        if received.input().as_str() == input.as_str() {
            prop_assert_eq!(verdict, Ok(()));
        } else {
            prop_assert!(verdict.is_err());
        }
    }

    #[test]
    fn what_is_not_covered_does_not_matter(good in parts(), order in any::<Index>(), extra in "[a-z]{1,5}") {
        let input = input();
        let mut other = good.clone();
        // Lines of different names change places; those of one name keep their order.
        let (covered, mut rest): (Vec<Line>, Vec<Line>) =
            other.lines.drain(..).partition(|line| !line.0.eq_ignore_ascii_case("x-c"));
        rest.push((format!("y-{extra}"), b"1".to_vec()));
        let turn = order.index(rest.len());
        rest.rotate_left(turn);
        let (a, b): (Vec<Line>, Vec<Line>) = covered.into_iter().partition(|line| line.0 == "X-A");
        other.lines = [b, rest, a].concat();
        prop_assert_eq!(good.base(&input), other.base(&input));
        // White space at both ends, and the case of names, scheme and host.
        for line in &mut other.lines {
            line.0 = line.0.to_ascii_uppercase();
            line.1 = [b" \t", &line.1[..], b" "].concat();
        }
        other.scheme = if good.scheme == "http" { "HTTP" } else { "HTTPS" };
        other.authority = good.authority.to_ascii_uppercase();
        prop_assert_eq!(good.base(&input), other.base(&input));
    }

    #[test]
    fn what_we_make_we_read(
        label in "[a-z*][a-z0-9_.*-]{0,8}",
        names in proptest::collection::btree_set("[a-z][a-z0-9-]{0,8}", 0..6),
        flags in 0..16u8,
        key in "[ -~]{0,8}",
        texts in proptest::collection::btree_map("[a-z*][a-z0-9_.*-]{0,8}", value(), 0..6),
    ) {
        let components: Vec<_> = names.iter().map(|name| {
            let mut component = Component::field(name.as_str()).unwrap();
            if flags & 1 > 0 { component = component.req() }
            if flags & 2 > 0 { component = component.tr() }
            if flags & 4 > 0 { component = component.bs() }
            if flags & 8 > 0 { component = component.key(key.as_str()) }
            component
        }).collect();
        let builder = SignatureInput::builder(&*label).components(components.clone());
        let builder = texts.iter().fold(builder, |builder, (key, value)| builder.parameter(key, value.clone()));
        let made = builder.build().unwrap();

        let signature = made.signature_value(&[1, 2, 3]);
        let lines = [("signature-input", made.to_value()), ("signature", signature)];
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let signatures = Signatures::parse(Fields::raw(&lines)).unwrap();
        let read = signatures.labelled(&label).unwrap();
        prop_assert_eq!(read.input(), &made);
        prop_assert_eq!(read.signature(), [1, 2, 3]);
        prop_assert_eq!(read.input().components().len(), components.len());
        for (read, made) in read.input().components().zip(&components) {
            prop_assert_eq!(&read.understood().unwrap(), made);
            prop_assert_eq!(read.as_str(), made.to_string());
        }
        for (key, value) in &texts {
            prop_assert_eq!(read.input().parameters().get(key), Some(value.clone()));
        }
        let accept = AcceptSignature::new([made.clone()]).unwrap().to_value();
        let lines = [("accept-signature", accept.as_bytes())];
        let accept = AcceptSignature::parse(Fields::raw(&lines)).unwrap().unwrap();
        prop_assert_eq!(accept.requests().next().unwrap(), &made);
    }

    #[test]
    fn a_changed_body_is_refused(body in proptest::collection::vec(any::<u8>(), 0..200), place in any::<Index>()) {
        for algorithm in DigestAlgorithm::ALL {
            let value = ContentDigest::of(algorithm, &body).to_value();
            let lines = [("content-digest", value.as_bytes())];
            let digest = ContentDigest::parse(Fields::raw(&lines)).unwrap().unwrap();
            prop_assert_eq!(digest.verify(&body), Ok(()));
            let mut longer = body.clone();
            longer.insert(place.index(body.len() + 1), 0);
            prop_assert!(digest.verify(&longer).is_err());
            if !body.is_empty() {
                let mut changed = body.clone();
                changed[place.index(body.len())] ^= 1;
                prop_assert!(digest.verify(&changed).is_err());
                prop_assert!(digest.verify(&body[1..]).is_err());
            }
        }
    }

    #[test]
    fn nothing_panics(
        inputs in proptest::collection::vec(hostile(), 0..3),
        values in proptest::collection::vec(hostile(), 0..3),
        method in "\\PC{0,6}",
        target in hostile(),
    ) {
        let inputs = inputs.iter().map(|line| ("Signature-Input", line.as_bytes()));
        let values = values.iter().flat_map(|line| {
            ["Signature", "Accept-Signature", "Content-Digest", "x"].map(|name| (name, line.as_bytes()))
        });
        let lines: Vec<_> = inputs.chain(values).collect();
        let fields = Fields::raw(&lines);
        let _ = ContentDigest::parse(fields);
        let _ = AcceptSignature::parse(fields);
        if let Ok(signatures) = Signatures::parse(fields) {
            judge(&signatures, fields, &method, &target);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60), start in select(vec!["", "a=(", "a=();p=", "a=:", "a=(\"x\";"])) {
        let line = [start.as_bytes(), &bytes].concat();
        let names = ["signature-input", "signature", "accept-signature", "content-digest"];
        let lines = names.map(|name| (name, &line[..]));
        let _ = Signatures::parse(Fields::raw(&lines));
        let _ = AcceptSignature::parse(Fields::raw(&lines));
        let _ = ContentDigest::parse(Fields::raw(&lines));
        let with_input = [("signature-input", &b"a=()"[..]), ("signature", &line)];
        let _ = Signatures::parse(Fields::raw(&with_input));
    }

    #[test]
    fn no_component_panics(identifier in hostile(), line in proptest::collection::vec(any::<u8>(), 0..40), method in "[A-Z]{0,7}", target in hostile()) {
        let input = format!("a=({identifier})");
        let lines = [
            ("signature-input", input.as_bytes()),
            ("signature", &b"a=:AAAA:"[..]),
            ("x", &line),
            ("dict", &line),
        ];
        let fields = Fields::raw(&lines);
        if let Ok(signatures) = Signatures::parse(fields) {
            judge(&signatures, fields, &method, &target);
        }
    }
}

/// Calls everything that looks at what was received.
fn judge(signatures: &Signatures, fields: Fields<'_>, method: &str, target: &str) {
    static TYPES: LazyLock<FieldTypes> = LazyLock::new(|| {
        FieldTypes::default().with("dict", FieldType::Dictionary).with("x", FieldType::List)
    });
    let target = TargetContext::new(target).scheme("https").authority(target);
    let request = RequestMessage::new(method, target, fields).with_field_types(&TYPES).with_trailers(fields);
    let response = ResponseMessage::new(StatusCode::OK, fields).answering(&request);
    for received in signatures.iter() {
        let input = received.input();
        for message in [Message::from(&request), Message::from(&response)] {
            let _ = received.verify(message, KEY.public_key());
            if let Ok(base) = input.base(message) {
                assert!(base.as_str().bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')));
                assert_eq!(base.as_str().lines().count(), input.components().len() + 1);
            }
        }
        let _ = (input.created(), input.expires(), input.tag(), input.parameters().iter().count());
        assert_eq!(input.to_string(), format!("{}={}", input.label(), input.as_str()));
    }
}

fn value() -> impl Strategy<Value = ParameterValue<'static>> {
    prop_oneof![
        any::<bool>().prop_map(ParameterValue::Boolean),
        (-999_999_999_999_999i64..=999_999_999_999_999).prop_map(ParameterValue::Integer),
        (-999_999_999_999_999i64..=999_999_999_999_999).prop_map(ParameterValue::Decimal),
        (-999_999_999_999_999i64..=999_999_999_999_999).prop_map(ParameterValue::Date),
        "[ -~]{0,12}".prop_map(ParameterValue::from),
        "[a-zA-Z*][a-zA-Z0-9:/!]{0,8}".prop_map(|text| ParameterValue::Token(text.into())),
        "\\PC{0,8}".prop_map(|text| ParameterValue::DisplayString(text.into())),
        proptest::collection::vec(any::<u8>(), 0..12)
            .prop_map(|bytes| ParameterValue::ByteSequence(bytes.into())),
    ]
}

/// Text that is nearly a field: pieces of real ones, and anything between them.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = vec![
        "a",
        "sig1",
        "=",
        "(",
        ")",
        " ",
        ",",
        ";",
        "\"@method\"",
        "\"@path\"",
        "\"@query-param\"",
        ";name=\"a\"",
        "\"x\"",
        "\"dict\"",
        ";key=\"a\"",
        ";sf",
        ";bs",
        ";tr",
        ";req",
        ";req=?0",
        "?1",
        ":AAAA:",
        ":AA",
        "created",
        "=1618884473",
        "=1.5",
        "-",
        "@1",
        "%\"%c3\"",
        "\"",
        "\\",
        "/",
        "?a=%ff&a",
        "*",
        "[::1]:443",
        "https://",
        "\r\n ",
        "\r",
        "\t",
        "\u{e9}",
        "tag=\"t\"",
        "sha-256",
        "md5",
    ];
    let piece = prop_oneof![4 => select(pieces).prop_map(str::to_owned), 1 => ".{0,3}"];
    proptest::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}
