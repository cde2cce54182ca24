//! Over HTTP.

use super::*;
use crate::dev_server::http::{CA_CERTIFICATES, JWK_SET, SPIFFE_BUNDLE};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use std::sync::Mutex;

/// A request as a browser or a workload would send it.
fn request(method: Method, path: &str, content: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(content.into()));
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().unwrap();
    request.headers_mut().insert(HOST, "127.0.0.1:8400".parse().unwrap());
    request.headers_mut().insert(CONTENT_TYPE, "application/json".parse().unwrap());
    request
}

fn for_credentials(stage: &Stage, token: &str) -> Request<Full<Bytes>> {
    let mut request = request(Method::POST, ENDPOINT, stage.for_wit(&key()).to_json());
    request.headers_mut().insert(AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    request
}

/// The response, and the code in the log.
fn send(stage: &Stage, request: Request<Full<Bytes>>) -> (Response<Full<Bytes>>, Option<&'static str>) {
    let code = Mutex::new(None);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let report = |outcome: crate::dev_server::http::Outcome<'_>| {
        *code.lock().unwrap() = outcome.err().map(Refused::code);
    };
    let response = runtime.block_on(stage.server.answer(request, report));
    let code = *code.lock().unwrap();
    (response, code)
}

fn text(response: Response<Full<Bytes>>) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let content = runtime.block_on(response.into_body().collect()).unwrap().to_bytes();
    String::from_utf8(content.to_vec()).unwrap()
}

#[test]
fn each_thing_that_is_wrong_has_its_status() {
    let stage = Stage::new();
    let token = stage.token(BILLING);
    let with = |change: &dyn Fn(&mut Request<Full<Bytes>>)| {
        let mut request = for_credentials(&stage, &token);
        change(&mut request);
        let (response, code) = send(&stage, request);
        (response.status().as_u16(), code.unwrap_or("accepted"))
    };
    let header = |name: http::HeaderName, value: &'static str| {
        with(&move |request| {
            request.headers_mut().insert(name.clone(), value.parse().unwrap());
        })
    };
    assert_eq!(header(HOST, "rebound.example:8400"), (421, "dev_server.host"));
    assert_eq!(header(CONTENT_TYPE, "text/plain"), (415, "dev_server.content_type"));
    assert_eq!(header(CONTENT_TYPE, "application/x-www-form-urlencoded"), (415, "dev_server.content_type"));
    assert_eq!(with(&|request| *request.method_mut() = Method::PUT), (405, "dev_server.method"));
    assert_eq!(with(&|request| *request.method_mut() = Method::GET), (405, "dev_server.method"));
    assert_eq!(with(&|request| *request.uri_mut() = "/other".parse().unwrap()), (404, "dev_server.path"));
    assert_eq!(
        with(&|request| *request.uri_mut() = "/credentials/".parse().unwrap()),
        (404, "dev_server.path")
    );
    let long =
        |request: &mut Request<Full<Bytes>>| *request.body_mut() = Full::from(vec![b' '; 128 * 1024 + 1]);
    assert_eq!(with(&long), (413, "dev_server.too_large"));
    let longest =
        |request: &mut Request<Full<Bytes>>| *request.body_mut() = Full::from(vec![b' '; 128 * 1024]);
    assert_eq!(with(&longest), (400, "credential_message.json"));
    assert_eq!(
        with(&|request| drop(request.headers_mut().remove(AUTHORIZATION))),
        (401, "dev_server.unnamed")
    );
    // The twin of them all.
    assert_eq!(header(CONTENT_TYPE, "application/json; charset=utf-8"), (200, "accepted"));
    assert_eq!(with(&|_| {}), (401, "join_token.used"));
}

/// Who is refused learns no reason, and not whether a token is known.
#[test]
fn refusals_look_alike() {
    let stage = Stage::new();
    let used = stage.token(BILLING);
    assert_eq!(send(&stage, for_credentials(&stage, &used)).0.status(), StatusCode::OK);
    let (one, first) = send(&stage, for_credentials(&stage, &used));
    let (other, second) = send(&stage, for_credentials(&stage, "wimse-join-unknown"));
    assert_eq!((first, second), (Some("join_token.used"), Some("join_token.unknown")));
    assert_eq!((one.status(), one.headers()), (other.status(), other.headers()));
    let (one, other) = (text(one), text(other));
    assert_eq!(one, other);
    assert!(!one.contains("token"), "{one}");
}

#[test]
fn too_many_requests_are_put_off() {
    let stage = Stage::new();
    let statuses: Vec<_> =
        (0..250).map(|_| send(&stage, for_credentials(&stage, "wimse-join-unknown")).0.status()).collect();
    let put_off = statuses.iter().filter(|status| **status == StatusCode::TOO_MANY_REQUESTS).count();
    assert_eq!(put_off, 50);
    assert_eq!(statuses[199], StatusCode::UNAUTHORIZED);
    // Keys are published all the same, and a second later there is room again.
    assert_eq!(send(&stage, request(Method::GET, JWK_SET, "")).0.status(), StatusCode::OK);
    stage.clock.advance(1);
    let token = stage.token(BILLING);
    assert_eq!(send(&stage, for_credentials(&stage, &token)).0.status(), StatusCode::OK);
}

#[test]
fn what_is_published_may_be_kept_for_a_while() {
    let stage = Stage::new();
    for (path, content_type) in [
        (JWK_SET, "application/jwk-set+json"),
        (SPIFFE_BUNDLE, "application/json"),
        (CA_CERTIFICATES, "application/pem-certificate-chain"),
    ] {
        let (response, code) = send(&stage, request(Method::GET, path, ""));
        assert_eq!((response.status(), code), (StatusCode::OK, None), "{path}");
        assert_eq!(response.headers()[CONTENT_TYPE], content_type);
        assert_eq!(response.headers()[CACHE_CONTROL], "max-age=300");
        assert_eq!(send(&stage, request(Method::HEAD, path, "")).0.status(), StatusCode::OK);
        assert_eq!(send(&stage, request(Method::POST, path, "")).1, Some("dev_server.method"));
        let mut rebound = request(Method::GET, path, "");
        rebound.headers_mut().insert(HOST, "rebound.example".parse().unwrap());
        assert_eq!(send(&stage, rebound).1, Some("dev_server.host"));
    }
    let (issued, _) = send(&stage, for_credentials(&stage, &stage.token(BILLING)));
    assert_eq!(issued.headers()[CACHE_CONTROL], "no-store");
    assert!(
        text(send(&stage, request(Method::GET, "/", "")).0).contains("for development, not for production")
    );
}

/// As the document of the exchange says.
#[test]
fn responses_are_as_their_schema_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/identity-server");
    let schema = std::fs::read_to_string(format!("{folder}/response.schema.json")).unwrap();
    let validator = jsonschema::draft202012::new(&serde_json::from_str(&schema).unwrap()).unwrap();
    let stage = Stage::new();
    let asked = stage.and_wic(stage.for_wit(&key()), &key(), None);
    let mut both = request(Method::POST, ENDPOINT, asked.to_json());
    let line = format!("Bearer {}", stage.token(BILLING));
    both.headers_mut().insert(AUTHORIZATION, line.parse().unwrap());
    let document: serde_json::Value = serde_json::from_str(&text(send(&stage, both).0)).unwrap();
    assert!(validator.is_valid(&document), "{document}");
    assert!(document["wit"].is_string() && document["wic"].is_string());
}
