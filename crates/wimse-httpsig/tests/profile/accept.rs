//! Wishes for signatures: stated, and followed.

use crate::exchange::{NOW, billing, get, nonce, post, sign_with, verdict, verifier};
use crate::signer::{insert, options};
use http::{HeaderMap, Method};
use wimse_httpsig::{AcceptSignatureOptions, Signer, WantedSignature};

/// SIG-3.5-9, SIG-3.5-11.
#[test]
fn a_wish_for_the_response() {
    let (request, _) = sign_with(get(), options().accept_signature());
    let wish = r#"wimse=("@status" "workload-identity-token" "content-type" "content-digest" "@method";req "@path";req "@query";req);created;expires;tag="wimse-workload-to-workload""#;
    assert_eq!(request.headers()["accept-signature"], wish);
    assert!(verdict(&verifier(), &request).is_ok());
    let mut own = get();
    insert(&mut own, "accept-signature", r#"sig1=("@status");tag="other""#);
    let (own, _) = sign_with(own, options().accept_signature());
    assert_eq!(own.headers().get_all("accept-signature").iter().count(), 1);
    assert_eq!(AcceptSignatureOptions::of_responses(&Method::GET).to_value().unwrap(), wish);
}

/// SIG-3.5-9, SIG-3.5-13: what is asked for is added, and nothing left out.
#[test]
fn a_wish_is_followed_and_never_to_less() {
    let follow = |field: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("accept-signature", field.parse().unwrap());
        let wanted = WantedSignature::from_headers(&headers).unwrap().unwrap();
        let mut request = post("{}");
        let credential = billing();
        let signer = Signer::with_options(&credential, options().following(wanted));
        let signed = signer.sign(&mut request, b"{}", NOW, nonce(1)).map_err(|error| error.code());
        signed.map(|_| {
            assert!(verdict(&verifier(), &request).is_ok());
            let text = request.headers()["signature-input"].to_str().unwrap();
            text.split_once(";created=").unwrap().0.to_owned()
        })
    };
    let usual = r#"("@method" "@path" "@query" "workload-identity-token" "content-type" "content-digest""#;
    let tag = r#";tag="wimse-workload-to-workload""#;
    assert_eq!(follow(&format!(r#"sig1=("@method"){tag}"#)).unwrap(), format!("sig1={usual})"));
    assert_eq!(follow(&format!("cdn=();tag=\"cdn\", b=(){tag}")).unwrap(), format!("b={usual})"));
    assert_eq!(
        follow(&format!(r#"a=("@authority" "@path" "txn-token" "content-type";bs);created{tag}"#)).unwrap(),
        format!(r#"a={usual} "@authority" "content-type";bs)"#),
        "a field of the profile that is not there is not missed"
    );
    let label = |length: usize| follow(&format!("{}=(){tag}", "a".repeat(length))).unwrap();
    assert_eq!(label(64), format!("{}={usual})", "a".repeat(64)));
    assert_eq!(label(65), format!("wimse={usual})"), "a longer label is not used");
    assert_eq!(follow(&format!(r#"a=("x-a"){tag}"#)), Err("httpsig.component_missing"));
    assert_eq!(follow(&format!(r#"a=("@path";novel){tag}"#)), Err("httpsig.component_parameter_unknown"));

    let mut headers = HeaderMap::new();
    assert!(WantedSignature::from_headers(&headers).unwrap().is_none());
    let field =
        format!(r#"a=();keyid="k"{tag}, b=();alg="ed25519"{tag}, c=();nonce="n";wimse-aud="urn:a"{tag}"#);
    headers.insert("accept-signature", field.parse().unwrap());
    let wanted = WantedSignature::from_headers(&headers).unwrap().unwrap();
    assert_eq!(
        (wanted.label(), wanted.nonce().as_deref(), wanted.audience().as_deref()),
        ("c", Some("n"), Some("urn:a"))
    );
    headers.insert("accept-signature", "a=(".parse().unwrap());
    assert_eq!(WantedSignature::from_headers(&headers).unwrap_err().code(), "httpsig.field_malformed");
}
