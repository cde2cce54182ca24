//! Content and its digest, whole and in pieces (SIG-3-17 to SIG-3-19, decision 20).

use crate::exchange::{
    self, GET, NOW, billing, forge, get, guard, nonce, post, sign, sign_with, usual, verdict, verifier,
};
use http::{HeaderMap, HeaderValue, Request};
use wimse_httpsig::digest::{ContentDigest, ContentHasher, DigestAlgorithm};
use wimse_httpsig::message::TargetContext;
use wimse_httpsig::{HeadChecked, HttpSignatureError, RequestOptions, Signer};

const BODY: &str = r#"{"hello": "world"}"#;
/// Of `BODY`: RFC 9530, Appendix B.1.
const SHA_256: &str = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";
const SHA_512: &str =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
/// Of nothing.
const EMPTY: &str = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";

fn head(request: &Request<Vec<u8>>) -> Result<HeadChecked, HttpSignatureError> {
    let (parts, ()) = request.clone().map(drop).into_parts();
    verifier().check_head(&parts, &TargetContext::of_uri(request.uri()), NOW)
}

/// A well signed POST with these `Content-Digest` lines.
fn posted(digests: &[&str], body: &str) -> Request<Vec<u8>> {
    let mut request = post(body);
    for digest in digests {
        request.headers_mut().append("content-digest", digest.parse().unwrap());
    }
    let fields: &[&str] =
        if digests.is_empty() { &["content-type"] } else { &["content-type", "content-digest"] };
    forge(request, &[&GET, fields].concat(), usual)
}

#[test]
fn digests() {
    let other = SHA_256.replace("X48", "X49");
    let both = format!("{SHA_256}, {SHA_512}");
    let unsupported = format!("sha-999=:AAAA:, {SHA_256}");
    let insecure = format!("{SHA_256}, md5=:AAAAAAAAAAAAAAAAAAAAAA==:");
    let second_wrong = format!("{}, {SHA_512}", other);
    let cases: [(&[&str], &str, Result<(), &str>); 17] = [
        (&[SHA_256], BODY, Ok(())),
        (&[SHA_512], BODY, Ok(())),
        (&[&both], BODY, Ok(())),
        (&[SHA_256, SHA_512], BODY, Ok(())),
        (&[&unsupported], BODY, Ok(())),
        (&[EMPTY], "", Ok(())),
        (&[], "", Ok(())),
        (&[], BODY, Err("httpsig.digest_missing")),
        (&[EMPTY], BODY, Err("httpsig.digest_mismatch")),
        (&[SHA_256], "", Err("httpsig.digest_mismatch")),
        (&[&other], BODY, Err("httpsig.digest_mismatch")),
        (&[&second_wrong], BODY, Err("httpsig.digest_mismatch")),
        (&["sha-999=:AAAA:"], BODY, Err("httpsig.digest_unsupported")),
        (&[&insecure], BODY, Err("httpsig.digest_insecure")),
        (&[SHA_256, SHA_256], BODY, Err("httpsig.digest_repeated")),
        (&["sha-256=AAAA"], BODY, Err("httpsig.digest_malformed")),
        (
            &[r#"sha-256="X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=""#],
            BODY,
            Err("httpsig.digest_malformed"),
        ),
    ];
    for (digests, body, expected) in cases {
        let verdict = verdict(&verifier(), &posted(digests, body)).map(|_| ());
        assert_eq!(verdict, expected, "{digests:?} {body}");
    }
}

/// Whatever the fields say, content is there when bytes are.
#[test]
fn lengths_do_not_tell_whether_there_is_content() {
    let mut request = get();
    request.headers_mut().insert("content-length", HeaderValue::from_static("0"));
    let (mut request, _) = sign(request);
    assert!(verdict(&verifier(), &request).is_ok());
    *request.body_mut() = b"smuggled".to_vec();
    assert_eq!(verdict(&verifier(), &request).unwrap_err(), "httpsig.digest_missing");
    let (mut request, _) = sign(get());
    request.headers_mut().insert("content-length", HeaderValue::from_static("8"));
    assert!(verdict(&verifier(), &request).is_ok(), "no bytes, no content");
}

/// Decision 20: a digest in trailers is none. The verifier is not given trailers at all.
#[test]
fn a_digest_in_trailers_does_not_count() {
    let mut trailers = HeaderMap::new();
    trailers.insert("content-digest", SHA_256.parse().unwrap());
    let (request, _) = sign(post(""));
    let head = head(&request).unwrap();
    assert!(!head.expects_content());
    assert_eq!(head.body(BODY.as_bytes()).unwrap_err().code(), "httpsig.digest_missing");
    let in_trailers = forge_trailer_cover();
    assert_eq!(verdict(&verifier(), &in_trailers).unwrap_err(), "httpsig.component_missing");
}

/// A signature that covers `"content-digest";tr`, which nobody can derive from the headers.
fn forge_trailer_cover() -> Request<Vec<u8>> {
    use wimse_httpsig::message::{RequestMessage, SignatureInput};
    let mut request = post(BODY);
    let credential = billing();
    let wit = credential.wit().as_str().parse().unwrap();
    request.headers_mut().insert("workload-identity-token", wit);
    let mut trailers = HeaderMap::new();
    trailers.insert("content-digest", SHA_256.parse().unwrap());
    let components = [&GET[..], &["content-type", "content-digest;tr"]].concat();
    let builder =
        SignatureInput::builder("a").components(components.iter().map(|name| exchange::component(name)));
    let input = usual(builder).build().unwrap();
    let uri = request.uri().clone();
    let message = RequestMessage::of(&request, TargetContext::of_uri(&uri)).with_trailers(&trailers);
    let signature = credential.sign(input.base(&message).unwrap().as_bytes(), NOW).unwrap();
    input.attach(request.headers_mut(), &signature).unwrap();
    request
}

/// The digest is over what is transferred: content codings stay.
#[test]
fn coded_content_is_digested_as_it_is() {
    let gzip = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03";
    let mut request = post("");
    request.headers_mut().insert("content-encoding", HeaderValue::from_static("gzip"));
    *request.body_mut() = gzip.to_vec();
    let (mut request, _) = sign(request);
    assert!(verdict(&verifier(), &request).is_ok());
    *request.body_mut() = BODY.into();
    assert_eq!(verdict(&verifier(), &request).unwrap_err(), "httpsig.digest_mismatch");
}

#[test]
fn content_in_pieces() {
    let (request, _) =
        sign_with(post(BODY), RequestOptions::default().digest_algorithm(DigestAlgorithm::Sha512));
    assert_eq!(request.headers()["content-digest"], SHA_512);
    let computed = |pieces: &[&str]| {
        let head = head(&request).unwrap();
        assert!(head.expects_content());
        let mut hasher = head.hasher();
        pieces.iter().for_each(|piece| hasher.update(piece.as_bytes()));
        let checked = head.digest(&hasher.finish());
        checked.and_then(|checked| checked.admit(&guard(), NOW)).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(computed(&[&BODY[..3], "", &BODY[3..]]), Ok(()));
    assert_eq!(computed(&[&BODY[..3]]), Err("httpsig.digest_mismatch"));
    assert_eq!(computed(&[]), Err("httpsig.digest_mismatch"));

    // Without a field a hasher only counts.
    let (bare, _) = sign(get());
    let checked = |piece: &[u8]| {
        let head = head(&bare).unwrap();
        let mut hasher = head.hasher();
        hasher.update(piece);
        head.digest(&hasher.finish()).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(checked(b""), Ok(()));
    assert_eq!(checked(b"x"), Err("httpsig.digest_missing"));

    // What was computed with another algorithm proves nothing.
    let mut hasher = ContentHasher::new([DigestAlgorithm::Sha256]);
    hasher.update(BODY.as_bytes());
    let refused = head(&request).unwrap().digest(&hasher.finish()).unwrap_err();
    assert_eq!(refused.code(), "httpsig.digest_mismatch");
}

#[test]
fn signing_content_in_pieces() {
    let credential = billing();
    let signer = Signer::new(&credential);
    let mut hasher = ContentHasher::new([DigestAlgorithm::Sha256, DigestAlgorithm::Sha512]);
    BODY.as_bytes().chunks(5).for_each(|piece| hasher.update(piece));
    let mut request = post(BODY);
    let _ = signer.sign_with_digest(&mut request, &hasher.finish(), NOW, nonce(1)).unwrap();
    assert_eq!(request.headers()["content-digest"], format!("{SHA_256}, {SHA_512}"));
    assert!(verdict(&verifier(), &request).is_ok());

    let mut counter = ContentHasher::new([]);
    counter.update(BODY.as_bytes());
    let refused = signer.sign_with_digest(&mut post(BODY), &counter.finish(), NOW, nonce(1)).unwrap_err();
    assert_eq!(refused.code(), "httpsig.digest_not_computed");
    let empty = ContentHasher::new([]).finish();
    let mut request = get();
    let _ = signer.sign_with_digest(&mut request, &empty, NOW, nonce(1)).unwrap();
    assert!(!request.headers().contains_key("content-digest"));
}

/// A digest that is there stays, if it is right.
#[test]
fn a_digest_of_somebody_else() {
    let credential = billing();
    let sign = |digest: &str, body: &str| {
        let mut request = post(body);
        request.headers_mut().insert("content-digest", digest.parse().unwrap());
        let signed = Signer::new(&credential).sign(&mut request, body.as_bytes(), NOW, nonce(1));
        signed.map(|_| request).map_err(|error| error.code())
    };
    let request = sign(SHA_512, BODY).unwrap();
    assert_eq!(request.headers()["content-digest"], SHA_512);
    assert!(verdict(&verifier(), &request).is_ok());
    assert!(sign(EMPTY, "").is_ok());
    assert_eq!(sign(SHA_512, "other").unwrap_err(), "httpsig.digest_mismatch");
    assert_eq!(sign(EMPTY, BODY).unwrap_err(), "httpsig.digest_mismatch");
    assert_eq!(sign("md5=:AAAAAAAAAAAAAAAAAAAAAA==:", BODY).unwrap_err(), "httpsig.digest_insecure");
    assert_eq!(sign("sha-999=:AAAA:", BODY).unwrap_err(), "httpsig.digest_unsupported");
    assert_eq!(ContentDigest::of(DigestAlgorithm::Sha256, b"").to_value(), EMPTY);
}
