//! The request as its caller has made it: by configuration, whatever the request says.

use crate::support::*;
use http::{HeaderValue, Request};
use http_body_util::Full;
use wimse_creds::pop::Audience;
use wimse_httpsig::RequestOptions;
use wimse_httpsig::message::Component;
use wimse_tower::{Authenticator, ExternalBase};

/// Behind a proxy that takes `/shop` off.
fn behind(world: &World) -> Authenticator {
    world.authenticator().external_base(base().path_prefix("/", "/shop").unwrap())
}

/// The path without its prefix, as the proxy passes it on.
fn stripped(request: Request<Full<bytes::Bytes>>) -> Request<Full<bytes::Bytes>> {
    let (mut head, body) = request.into_parts();
    let target = head.uri.to_string();
    head.uri = target.strip_prefix("/shop").unwrap().parse().unwrap();
    Request::from_parts(head, body)
}

#[tokio::test]
async fn a_prefix_that_a_proxy_takes_off() {
    let world = World::new();
    let service = TestService::new(behind(&world), either());
    for request in [world.proven(get("/shop/orders?page=2")), world.signed(post("/shop/orders?page=2", "x"))]
    {
        assert_eq!(service.call(stripped(request)).await.status(), 200);
    }
    // A signature that fails names the path that it was judged by, too.
    let mut other = post("/shop/orders?page=2", "x");
    let _ = world.sign(&mut other);
    *other.method_mut() = http::Method::PUT;
    assert_eq!(service.call(stripped(received(other))).await.status(), 400);
    let lines: Vec<_> = world.noted.lock().unwrap().drain(..).map(|noted| noted.line).collect();
    let through = |method: &str| format!("\"{method}\" \"/orders\": let through, {BILLING}");
    let refused = format!(
        "\"PUT\" \"/orders\": refused with 400, httpsig.signature, claims to be {BILLING}, as \"/shop/orders\""
    );
    assert_eq!(lines, [through("GET"), through("POST"), refused]);

    let plain = TestService::new(world.authenticator(), either());
    for (request, code) in [
        (world.proven(get("/shop/orders")), "wpt.audience_mismatch"),
        (world.signed(get("/shop/orders")), "httpsig.audience_mismatch"),
    ] {
        let response = plain.call(stripped(request)).await;
        assert!(!text(&response).contains("shop") && !text(&response).contains("api.example.com"));
        let decided = world.decided();
        assert_eq!(decided.code, Some(code));
        let expected = vec![format!("{:?}", format!("{BASE}/orders"))];
        assert_eq!(decided.mismatch, Some((expected, format!("{:?}", format!("{BASE}/shop/orders")))));
        let (claims, status) = (format!("claims to be {BILLING}"), response.status().as_u16());
        let line = format!(
            "\"GET\" \"/orders\": refused with {status}, {code}, {claims}, expected \"{BASE}/orders\", \
             received \"{BASE}/shop/orders\""
        );
        assert_eq!(decided.line, line);
    }
}

/// The proxy maps `/shop/orders` to `/orders`. Whoever gets past it must not have what was dialled there done elsewhere.
#[tokio::test]
async fn what_is_dialled_there_arrives_elsewhere() {
    let world = World::new();
    let base = base().path_prefix("/orders", "/shop/orders").unwrap();
    let service = TestService::new(world.authenticator().external_base(base), either().or_anonymous());
    for request in [world.proven(get("/shop/orders/7")), world.signed(get("/shop/orders/7"))] {
        assert_eq!(text(&service.call(stripped(request)).await), BILLING);
        assert_eq!(world.code(), None);
    }
    for (request, status) in
        [(world.proven(get("/shop/orders/7")), 401), (world.signed(get("/shop/orders/7")), 400)]
    {
        assert_eq!(service.call(request).await.status(), status);
        assert_eq!(world.code(), Some("tower.path_not_dialled"));
    }
    // What is mapped nowhere was dialled as it is received, and what proves nothing is no harm.
    assert_eq!(text(&service.call(world.proven(get("/shop/other"))).await), BILLING);
    assert_eq!(world.code(), None);
    assert_eq!(text(&service.call(received(get("/shop/orders/7"))).await), "nobody");
}

#[tokio::test]
async fn what_a_request_says_of_its_host_decides_nothing() {
    let world = World::new();
    let covering = RequestOptions::default().covering([Component::AUTHORITY, Component::SCHEME]);
    let names = [
        "host",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-prefix",
        "forwarded",
        "x-original-url",
    ];
    for forged in ["evil.example", "api.example.com", "", "host=evil.example"] {
        for target in ["/orders", "http://evil.example/orders", "https://api.example.com/orders"] {
            let service = TestService::new(world.authenticator(), either());
            let mut good = [get("/orders"), get("/orders"), get("/orders")];
            world.prove(&mut good[0]);
            let _ = world.sign(&mut good[1]);
            let _ = sign(&world.billing, &mut good[2], covering.clone());
            let mut bad = [get("/orders"), get("/orders"), get("/orders")];
            for request in &mut bad {
                // Made for another service, whose name is forged here.
                *request.uri_mut() = "https://evil.example/orders".parse().unwrap();
            }
            world.prove(&mut bad[0]);
            let _ = world.sign(&mut bad[1]);
            let elsewhere = RequestOptions::default().audience(format!("{BASE}/orders"));
            let _ = sign(&world.billing, &mut bad[2], elsewhere.covering([Component::AUTHORITY]));
            for (request, status) in good.into_iter().map(|good| (good, 200)).chain([
                (bad[0].clone(), 401),
                (bad[1].clone(), 400),
                (bad[2].clone(), 400),
            ]) {
                let mut request = received(request);
                for name in names {
                    request.headers_mut().insert(name, HeaderValue::from_str(forged).unwrap());
                }
                *request.uri_mut() = target.parse().unwrap();
                assert_eq!(service.call(request).await.status(), status, "{forged} {target}");
            }
        }
    }
}

#[tokio::test]
async fn without_a_base_the_authority_is_not_known() {
    let world = World::new();
    let authenticator = Authenticator::new(local())
        .clock(world.clock.clone())
        .signatures(wimse_httpsig::Verifier::new(world.wits.clone(), Audience::base(BASE).unwrap()));
    let service = TestService::new(authenticator, signed());
    assert_eq!(service.call(world.signed(get("/orders"))).await.status(), 200);
    let mut request = get("/orders");
    let _ = sign(&world.billing, &mut request, RequestOptions::default().covering([Component::AUTHORITY]));
    let mut request = received(request);
    *request.uri_mut() = format!("{BASE}/orders").parse().unwrap();
    request.headers_mut().insert("host", HeaderValue::from_static("api.example.com"));
    assert_eq!(service.call(request).await.status(), 400);
}

#[test]
fn bases_that_are_none() {
    assert_eq!(ExternalBase::new("api.example.com").unwrap_err().code(), "audience.base");
}
