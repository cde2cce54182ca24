//! Hostile requests: refused for the right reason, in little time, without a trace in the replay store.

use crate::exchange::{self, NOW, TAG, get, guard, post, sign, verdict, verifier};
use http::{HeaderValue, Request};
use wimse_creds::pop::{Admissible, Audience, NoReplayGuard, ReplayError, ReplayGuard, ReplayKey};
use wimse_creds::{UnixTime, WitPolicy, WitVerifier};
use wimse_httpsig::message::TargetContext;
use wimse_httpsig::{HttpSignatureError, Verifier, problem};

fn input(request: &mut Request<Vec<u8>>, change: impl Fn(&str) -> String) {
    exchange::replace(request.headers_mut(), "signature-input", change);
}

fn signature(request: &mut Request<Vec<u8>>, change: impl Fn(&str) -> String) {
    exchange::replace(request.headers_mut(), "signature", change);
}

type Change = fn(&mut Request<Vec<u8>>);

#[test]
fn bad_fields() {
    let cases: [(&str, Change); 30] = [
        ("httpsig.unsigned", |r| {
            r.headers_mut().remove("signature");
            r.headers_mut().remove("signature-input");
        }),
        ("httpsig.signature_missing", |r| drop(r.headers_mut().remove("signature"))),
        ("httpsig.input_missing", |r| drop(r.headers_mut().remove("signature-input"))),
        ("httpsig.unsigned", |r| input(r, |text| text.replace(TAG, "wimse"))),
        ("httpsig.tag_ambiguous", |r| {
            input(r, |text| format!("{text}, other={}", text.strip_prefix("wimse=").unwrap()));
            signature(r, |text| format!("{text}, other={}", text.strip_prefix("wimse=").unwrap()));
        }),
        ("httpsig.label_unmatched", |r| signature(r, |text| text.replace("wimse=", "other="))),
        ("httpsig.label_repeated", |r| input(r, |text| format!("{text}, {text}"))),
        ("httpsig.label_repeated", |r| signature(r, |text| format!("{text}, {text}"))),
        ("httpsig.component_repeated", |r| input(r, |text| text.replace("\"@path\"", "\"@path\" \"@path\""))),
        ("httpsig.parameter_repeated", |r| input(r, |text| format!("{text};created=1"))),
        ("httpsig.field_malformed", |r| input(r, |_| "wimse=(\"@method\"".into())),
        ("httpsig.field_malformed", |r| input(r, |_| "wimse=(\"@méthod\")".into())),
        ("httpsig.member_type", |r| input(r, |_| "wimse=\"@method\"".into())),
        ("httpsig.member_type", |r| signature(r, |_| "wimse=AAAA".into())),
        ("httpsig.field_malformed", |r| signature(r, |_| "wimse=:@@:".into())),
        ("httpsig.not_covered", |r| input(r, |text| text.replace("\"@path\"", "\"@novel\""))),
        ("httpsig.component_unknown", |r| input(r, |text| text.replace("\"@path\"", "\"@path\" \"@novel\""))),
        ("httpsig.component_parameter_unknown", |r| {
            input(r, |text| text.replace("\"@path\"", "\"@path\" \"accept\";novel"));
        }),
        ("httpsig.component_wrong_message", |r| {
            input(r, |text| text.replace("\"@path\"", "\"@path\" \"@status\""));
        }),
        ("httpsig.component_req_on_request", |r| {
            input(r, |text| text.replace("\"@path\"", "\"@path\" \"@path\";req"));
        }),
        ("httpsig.component_name", |r| input(r, |text| text.replace("\"@path\"", "\"@path\" \"Accept\""))),
        ("httpsig.not_covered", |r| {
            input(r, |text| format!("wimse=(){}", &text[text.find(");").unwrap() + 1..]));
        }),
        ("httpsig.created_malformed", |r| input(r, |text| text.replace("created=", "created=99999"))),
        ("httpsig.field_malformed", |r| {
            input(r, |text| text.replace("created=", "created=9999999999999999"));
        }),
        ("httpsig.expires_malformed", |r| input(r, |text| text.replace(";nonce", ".5;nonce"))),
        ("httpsig.created_malformed", |r| input(r, |text| text.replace("created=", "created=-"))),
        ("httpsig.nonce_malformed", |r| {
            input(r, |text| text.replace("nonce=\"AQ", "nonce=AQ").replacen("Q\";tag", "Q;tag", 1));
        }),
        ("httpsig.signature", |r| signature(r, |_| "wimse=:AAAA:".into())),
        ("httpsig.signature", |r| signature(r, |_| "wimse=::".into())),
        ("httpsig.signature", |r| signature(r, |_| format!("wimse=:{}:", "A".repeat(8000)))),
    ];
    let (good, guard) = (sign(get()).0, guard());
    let target = TargetContext::of_uri(good.uri());
    for (code, change) in cases {
        let mut request = good.clone();
        change(&mut request);
        let refused = verifier().verify(&request, &target, &guard, NOW).unwrap_err();
        assert_eq!(refused.code(), code, "{:?}", request.headers());
    }
    assert!(guard.is_empty());
    assert!(verifier().verify(&good, &target, &guard, NOW).is_ok());
}

/// Refused before work is spent: the time is not measured here, the limits are.
#[test]
fn large_fields() {
    let good = sign(get()).0;
    let many = |make: fn(usize) -> String| (0..10_000).map(make).collect::<String>();
    let labels = many(|number| format!(", s{number}=()"));
    let parameters = many(|number| format!(";p{number}"));
    let components = many(|number| format!(" \"x-{number}\""));
    type Change = Box<dyn Fn(&str) -> String>;
    let cases: [(&str, Change); 7] = [
        ("httpsig.field_too_large", Box::new(move |text| format!("{text}{labels}"))),
        ("httpsig.field_too_large", Box::new(move |text| format!("{text}{parameters}"))),
        (
            "httpsig.field_too_large",
            Box::new(move |text| text.replace("\"@path\"", &format!("\"@path\"{components}"))),
        ),
        (
            "httpsig.too_many_signatures",
            Box::new(|text| {
                format!(
                    "{text}, {}",
                    (0..8).map(|number| format!("s{number}=()")).collect::<Vec<_>>().join(", ")
                )
            }),
        ),
        (
            "httpsig.too_many_parameters",
            Box::new(|text| {
                format!("{text}{}", (0..32).map(|number| format!(";p{number}")).collect::<String>())
            }),
        ),
        (
            "httpsig.too_many_components",
            Box::new(|text| {
                let more = (0..61).map(|number| format!(" \"x-{number}\"")).collect::<String>();
                text.replace("\"@path\"", &format!("\"@path\"{more}"))
            }),
        ),
        (
            "httpsig.too_many_parameters",
            Box::new(|text| {
                let more = (0..9).map(|number| format!(";p{number}")).collect::<String>();
                text.replace("\"@path\"", &format!("\"@path\" \"accept\"{more}"))
            }),
        ),
    ];
    for (code, change) in cases {
        let mut request = good.clone();
        input(&mut request, change);
        assert_eq!(verdict(&verifier(), &request).unwrap_err(), code);
    }
    // In many lines it is no less.
    let mut request = good.clone();
    for number in 0..200 {
        let line = format!("l{number}=(\"{}\")", "x".repeat(40));
        request.headers_mut().append("signature-input", line.parse().unwrap());
    }
    assert_eq!(verdict(&verifier(), &request).unwrap_err(), "httpsig.field_too_large");
    let mut request = good;
    request.headers_mut().append("signature", format!("a=:{}:", "A".repeat(16_384)).parse().unwrap());
    assert_eq!(verdict(&verifier(), &request).unwrap_err(), "httpsig.field_too_large");
}

/// SIG-3.1-4, SIG-3-38: the WIT is judged first, and its key and algorithm are the only ones.
#[test]
fn wits() {
    let good = sign(get()).0;
    let mut other_wit = good.clone();
    let thief = exchange::credential_of("thief", exchange::key(wimse_creds::key::Algorithm::Ed25519, 9));
    other_wit.headers_mut().insert("workload-identity-token", thief.wit().as_str().parse().unwrap());
    assert_eq!(verdict(&verifier(), &other_wit).unwrap_err(), "httpsig.signature");
    // Another WIT for the same key: it is covered.
    let again = exchange::credential_of("other", exchange::key(wimse_creds::key::Algorithm::Ed25519, 2));
    other_wit.headers_mut().insert("workload-identity-token", again.wit().as_str().parse().unwrap());
    assert_eq!(verdict(&verifier(), &other_wit).unwrap_err(), "httpsig.signature");
    // On the wire there is no white space around it.
    for spaced in [" WIT", "WIT "] {
        let mut request = good.clone();
        let spaced = spaced.replace("WIT", good.headers()["workload-identity-token"].to_str().unwrap());
        request.headers_mut().insert("workload-identity-token", spaced.parse().unwrap());
        assert_eq!(verdict(&verifier(), &request).unwrap_err(), "wit.base64");
    }
    let mut broken = good.clone();
    broken.headers_mut().insert("workload-identity-token", HeaderValue::from_static("a.b.c"));
    signature(&mut broken, |_| "wimse=:AAAA:".into());
    assert!(verdict(&verifier(), &broken).unwrap_err().starts_with("wit."));
    let nobody = WitVerifier::new(wimse_creds::trust::TrustAnchors::none(), WitPolicy::default());
    let nobody = Verifier::new(nobody.into(), Audience::base(exchange::BASE).unwrap());
    assert_eq!(verdict(&nobody, &good).unwrap_err(), "wit.trust_domain_unknown");
    let mut bearer = get();
    bearer.headers_mut().insert("workload-identity-token", good.headers()["workload-identity-token"].clone());
    assert_eq!(verdict(&verifier(), &bearer).unwrap_err(), "httpsig.unsigned", "SIG-5.1-1");
}

/// What a signature covers is its sender's choice, and so is the work to look it up: that waits for a good WIT.
#[test]
fn the_base_is_made_for_good_wits_only() {
    let mut costly = sign(get()).0;
    input(&mut costly, |text| {
        let members = (0..50).map(|number| format!(" \"priority\";key=\"m{number}\"")).collect::<String>();
        text.replace("\"@path\"", &format!("\"@path\"{members}"))
    });
    costly.headers_mut().insert("priority", HeaderValue::from_static("u=1"));
    assert_eq!(verdict(&verifier(), &costly).unwrap_err(), "httpsig.member_missing");
    let nobody = WitVerifier::new(wimse_creds::trust::TrustAnchors::none(), WitPolicy::default());
    let nobody = Verifier::new(nobody.into(), Audience::base(exchange::BASE).unwrap());
    assert_eq!(verdict(&nobody, &costly).unwrap_err(), "wit.trust_domain_unknown");
}

/// SIG8-3.6-1, SIG8-3.6-2, SIG-3.6-1: what the peer gets is the same for every cause.
#[test]
fn answers_tell_nothing() {
    let good = sign(post("{}")).0;
    let refuse = |change: Change| {
        let mut request = good.clone();
        change(&mut request);
        let target = TargetContext::of_uri(request.uri()).into_owned();
        verifier().verify(&request, &target, &NoReplayGuard, NOW).unwrap_err()
    };
    let refused = [
        refuse(|r| drop(r.headers_mut().remove("signature"))),
        refuse(|r| r.body_mut().push(b' ')),
        refuse(|r| {
            r.headers_mut().insert("workload-identity-token", HeaderValue::from_static("a.b.c"));
        }),
        refuse(|r| signature(r, |_| "wimse=:AAAA:".into())),
        refuse(|r| *r.uri_mut() = "https://api.example.com/other".parse().unwrap()),
    ];
    let codes: std::collections::BTreeSet<_> = refused.iter().map(HttpSignatureError::code).collect();
    assert_eq!(codes.len(), 5, "{codes:?}");
    for error in refused {
        let response = error.response();
        assert_eq!(response.status(), 400);
        let (parts, body) = response.into_parts();
        let (fixed, fixed_body) = problem::signature_invalid().into_parts();
        assert_eq!((parts.headers, body), (fixed.headers, fixed_body), "{error:?}");
        assert!(!error.is_unsigned());
    }
    let json: serde_json::Value = serde_json::from_str(problem::signature_invalid().body()).unwrap();
    assert_eq!(json["type"], "https://iana.org/assignments/http-problem-types#wimse-signature-invalid");
    assert_eq!(json["status"], 400);
    for answer in [problem::signed_response_unsupported(), problem::signed_response_unavailable()] {
        let json: serde_json::Value = serde_json::from_str(answer.body()).unwrap();
        assert_eq!(json["status"], answer.status().as_u16());
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
}

/// Decision 3: who has presented nothing is told what to present.
#[test]
fn a_request_with_nothing_is_challenged() {
    let refused =
        verifier().verify(&post("{}"), &TargetContext::new("/orders/7"), &NoReplayGuard, NOW).unwrap_err();
    assert!(refused.is_unsigned());
    let response = refused.response();
    assert_eq!(response.status(), 400);
    let all = r#"wimse=("@method" "@path" "@query" "workload-identity-token" "content-type" "content-digest" "authorization" "txn-token");created;expires;tag="wimse-workload-to-workload""#;
    assert_eq!(response.headers()["accept-signature"], all);
    let (parts, _) = post("{}").into_parts();
    let this = r#"wimse=("@method" "@path" "@query" "workload-identity-token" "content-type");created;expires;tag="wimse-workload-to-workload""#;
    assert_eq!(verifier().challenge(&parts).headers()["accept-signature"], this);
    let (parts, _) = Request::connect("a.example:443").body(()).unwrap().into_parts();
    let connect = r#"wimse=("@method" "@authority" "workload-identity-token");created;expires;tag="wimse-workload-to-workload""#;
    assert_eq!(verifier().challenge(&parts).headers()["accept-signature"], connect);
}

/// A store that cannot tell is not the peer's fault.
#[test]
fn replay_stores_that_fail() {
    struct Failing(ReplayError);
    impl ReplayGuard for Failing {
        fn admit(&self, _: &ReplayKey, _: Admissible, _: UnixTime) -> Result<(), ReplayError> {
            Err(self.0)
        }
    }
    let good = sign(get()).0;
    for (error, code, status) in [
        (ReplayError::Replayed, "httpsig.replayed", 400),
        (ReplayError::Full, "replay.full", 503),
        (ReplayError::SenderShare, "replay.sender_share", 503),
        (ReplayError::Window, "replay.window", 503),
        (ReplayError::Forgotten, "replay.forgotten", 503),
        (ReplayError::Fenced, "replay.fenced", 503),
        (ReplayError::Clock, "replay.clock", 503),
        (ReplayError::Unavailable, "replay.unavailable", 503),
    ] {
        let target = TargetContext::of_uri(good.uri());
        let refused = verifier().verify(&good, &target, &Failing(error), NOW).unwrap_err();
        assert_eq!((refused.code(), refused.response().status().as_u16()), (code, status));
        assert_eq!(refused.is_unavailable(), status == 503);
    }
}
