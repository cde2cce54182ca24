//! Context tokens: `tth`, `oth`, and what a peer is told to cover (wpt 2).
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod signed;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderName, HeaderValue, Request};
use sha2::{Digest as _, Sha256};
use signed::{NOW, TARGET, credential, key, request, verifier};
use wimse_creds::key::Algorithm;
use wimse_creds::pop::{NoReplayGuard, WitCredential};
use wimse_wpt::{Message, ProofContext, ProofOptions, Prover, TXN_TOKEN, Verifier};

const USER: HeaderName = HeaderName::from_static("x-user");
const CASE: HeaderName = HeaderName::from_static("x-case");

fn context_verifier() -> Verifier {
    verifier().context_fields([USER, CASE, TXN_TOKEN, http::header::AUTHORIZATION])
}

fn hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(value))
}

/// A request with these fields and a proof with these claims besides the necessary, as anyone with the key can make it.
fn handmade(fields: &[(&'static str, &'static str)], claims: &str) -> Request<()> {
    let credential: WitCredential = credential();
    let wit = credential.wit().as_str();
    let claims = format!(
        r#"{{"aud":"https://api.example.com/orders","exp":1745508970,"jti":"1","wth":"{}"{claims}}}"#,
        hash(wit)
    );
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"Ed25519","typ":"wpt+jwt"}"#);
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(key(Algorithm::Ed25519, 2).sign(input.as_bytes()).unwrap());
    let mut request = Request::post(TARGET).header("workload-identity-token", wit);
    request = request.header("authorization", format!("WPT {input}.{signature}"));
    for (name, value) in fields {
        request = request.header(*name, HeaderValue::from_static(value));
    }
    request.body(()).unwrap()
}

/// The fields covered, or the code of the refusal.
fn judge(request: &Request<()>) -> Result<Vec<&'static str>, &'static str> {
    let peer = context_verifier().verify(request, &NoReplayGuard, NOW).map_err(|error| error.code())?;
    let fields = ["txn-token", "x-user", "x-case", "authorization", "x-other"];
    Ok(fields.into_iter().filter(|field| peer.covers(field)).collect())
}

/// WPT-2-9, WPT-2-24, rows 25 and 26.
#[test]
fn the_transaction_token() {
    let tth = |value: &str| format!(r#","tth":"{}""#, hash(value));
    for (fields, claims, expected) in [
        (&[][..], String::new(), Ok(vec![])),
        (&[("txn-token", "token")], tth("token"), Ok(vec!["txn-token"])),
        (&[("txn-token", " \ttoken\t ")], tth("token"), Ok(vec!["txn-token"])),
        (&[("txn-token", "")], tth(""), Ok(vec!["txn-token"])),
        (&[("txn-token", "token")], String::new(), Err("wpt.tth_missing")),
        (&[("txn-token", "")], String::new(), Err("wpt.tth_missing")),
        (&[], tth("token"), Err("wpt.tth_without_token")),
        (&[("txn-token", "Token")], tth("token"), Err("wpt.tth_mismatch")),
        (&[("txn-token", "token")], tth(" token"), Err("wpt.tth_mismatch")),
        (&[("txn-token", "to ken")], tth("token"), Err("wpt.tth_mismatch")),
        (&[("txn-token", "token"), ("txn-token", "token")], tth("token"), Err("wpt.context_repeated")),
        (&[("txn-token", "token")], format!(r#","tth":"{}=""#, hash("token")), Err("wpt.tth_mismatch")),
        (&[("txn-token", "token")], r#","tth":"""#.to_owned(), Err("wpt.tth_malformed")),
        (&[("txn-token", "token")], r#","tth":null"#.to_owned(), Err("wpt.tth_malformed")),
        (&[], r#","tth":null"#.to_owned(), Err("wpt.tth_malformed")),
        // Bound by `tth` and never by `oth`, also where somebody configured it.
        (
            &[("txn-token", "token")],
            format!(r#","oth":{{"txn-token":"{}"}}"#, hash("token")),
            Err("wpt.tth_missing"),
        ),
        (
            &[("txn-token", "token")],
            format!(r#"{},"oth":{{"txn-token":"{}"}}"#, tth("token"), hash("token")),
            Err("wpt.oth_unknown"),
        ),
    ] {
        assert_eq!(judge(&handmade(fields, &claims)), expected, "{fields:?} {claims}");
    }
}

/// WPT-2-10 to WPT-2-12, WPT-2-25 to WPT-2-28, row 25.
#[test]
fn other_context_tokens() {
    let oth = |entries: &[(&str, &str)]| {
        let entries: Vec<_> =
            entries.iter().map(|(name, value)| format!("\"{name}\":\"{}\"", hash(value))).collect();
        format!(r#","oth":{{{}}}"#, entries.join(","))
    };
    let user = ("x-user", "alice");
    for (fields, claims, expected) in [
        (&[][..], oth(&[]), Ok(vec![])),
        (&[user][..], oth(&[user]), Ok(vec!["x-user"])),
        (&[("x-user", " alice\t")], oth(&[user]), Ok(vec!["x-user"])),
        (&[user, ("x-case", "7")], oth(&[("x-case", "7"), user]), Ok(vec!["x-user", "x-case"])),
        // A field that is not configured is not looked at, and not covered.
        (&[user, ("x-other", "a")], oth(&[user]), Ok(vec!["x-user"])),
        (&[user], String::new(), Err("wpt.oth_missing")),
        (&[user], oth(&[]), Err("wpt.oth_missing")),
        (&[user, ("x-case", "7")], oth(&[user]), Err("wpt.oth_missing")),
        (&[], oth(&[user]), Err("wpt.oth_without_field")),
        (&[user], oth(&[("x-user", "bob")]), Err("wpt.oth_mismatch")),
        (&[user, user], oth(&[user]), Err("wpt.context_repeated")),
        (&[("x-other", "a")], oth(&[("x-other", "a")]), Err("wpt.oth_unknown")),
        (&[user], oth(&[user, ("x-other", "a")]), Err("wpt.oth_unknown")),
        (&[user], oth(&[("X-User", "alice")]), Err("wpt.oth_unknown")),
        (&[user], oth(&[user, ("X-User", "alice")]), Err("wpt.oth_unknown")),
        (&[user], oth(&[("authorization", "a")]), Err("wpt.oth_unknown")),
        (&[user], oth(&[user, user]), Err("wpt.duplicate_member")),
        (&[user], r#","oth":[]"#.to_owned(), Err("wpt.oth_malformed")),
        (&[user], r#","oth":null"#.to_owned(), Err("wpt.oth_malformed")),
        (&[user], r#","oth":{"x-user":1}"#.to_owned(), Err("wpt.oth_malformed")),
        (&[user], r#","oth":{"x-user":["a"]}"#.to_owned(), Err("wpt.oth_malformed")),
    ] {
        assert_eq!(judge(&handmade(fields, &claims)), expected, "{fields:?} {claims}");
    }
}

#[test]
fn what_the_prover_covers_the_verifier_asks_for() {
    let sign = |fields: &[HeaderName]| {
        let mut request = request();
        for (name, value) in [("txn-token", " token "), ("x-user", "\talice"), ("x-other", "a")] {
            request.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        let options = ProofOptions::default().context_fields(fields.to_vec());
        signed::signed_by(&credential(), options, request)
    };
    assert_eq!(judge(&sign(&[USER, CASE, USER, TXN_TOKEN])), Ok(vec!["txn-token", "x-user"]));
    assert_eq!(judge(&sign(&[])), Err("wpt.oth_missing"));
    assert_eq!(judge(&sign(&[USER, HeaderName::from_static("x-other")])), Err("wpt.oth_unknown"));
    // A field that is put in or changed on the way.
    let mut changed = sign(&[USER]);
    changed.headers_mut().insert("x-case", HeaderValue::from_static("7"));
    assert_eq!(judge(&changed), Err("wpt.oth_missing"));
    changed.headers_mut().remove("x-case");
    changed.headers_mut().remove("x-user");
    assert_eq!(judge(&changed), Err("wpt.oth_without_field"));
}

#[test]
fn covered_fields_are_named_without_regard_to_case() {
    let mut request = request();
    request.headers_mut().insert(TXN_TOKEN, HeaderValue::from_static("token"));
    let request = signed::signed_by(&credential(), ProofOptions::default(), request);
    let peer = verifier().verify(&request, &NoReplayGuard, NOW).unwrap();
    assert!(peer.covers("txn-token") && peer.covers("Txn-Token"));
    assert!(!peer.covers("txn") && !peer.covers(""));
}

/// The same rules for a message of another protocol.
#[test]
fn messages() {
    let credential = credential();
    let context = ProofContext {
        audience: "urn:example:queue",
        txn_token: Some(b"token"),
        context: vec![("x-user", b"alice")],
    };
    let proof = Prover::new(&credential).prove(&context, NOW, signed::nonce(1)).unwrap();
    let queue = wimse_creds::pop::Audience::value("urn:example:queue").unwrap();
    let verifier = signed::verifier_for(queue).context_fields([USER, CASE]);
    let message = Message {
        wit: credential.wit().as_str(),
        proof: &proof,
        path: None,
        txn_token: Some(b" token"),
        context: vec![("x-user", b"alice ")],
    };
    let check =
        |message: &Message<'_>| verifier.check_message(message, NOW).map(drop).map_err(|error| error.code());
    assert_eq!(check(&message), Ok(()));
    for (changed, code) in [
        (Message { txn_token: None, ..message.clone() }, "wpt.tth_without_token"),
        (Message { txn_token: Some(b"Token"), ..message.clone() }, "wpt.tth_mismatch"),
        (Message { context: vec![], ..message.clone() }, "wpt.oth_without_field"),
        (Message { context: vec![("x-user", b"bob")], ..message.clone() }, "wpt.oth_mismatch"),
        (
            Message { context: vec![("x-user", b"alice"), ("x-case", b"7")], ..message.clone() },
            "wpt.oth_missing",
        ),
        (
            Message { context: vec![("x-user", b"alice"), ("x-other", b"a")], ..message.clone() },
            "wpt.oth_missing",
        ),
        (Message { proof: "a.b", ..message.clone() }, "wpt.malformed"),
        (Message { proof: message.wit, ..message.clone() }, "wpt.typ_mismatch"),
        (Message { wit: message.proof, ..message.clone() }, "wit.typ_mismatch"),
    ] {
        assert_eq!(check(&changed), Err(code));
    }
    // A base needs a path.
    let base = signed::verifier().context_fields([USER, CASE]);
    assert_eq!(base.check_message(&message, NOW).unwrap_err().code(), "wpt.audience_mismatch");
    assert!(!format!("{:?}", verifier.check_message(&message, NOW)).contains("eyJ"));
}

/// The WIT is bound by `wth`: naming its field as context on both sides changes nothing.
#[test]
fn the_wit_field_is_no_context() {
    let wit = HeaderName::from_static("workload-identity-token");
    let options = ProofOptions::default().context_fields([wit.clone(), USER]);
    let mut request = request();
    Prover::with_options(&credential(), options).attach(&mut request, NOW, signed::nonce(7)).unwrap();
    let peer = verifier().context_fields([wit, USER]).verify(&request, &NoReplayGuard, NOW).unwrap();
    assert!(!peer.covers("workload-identity-token"));
}
