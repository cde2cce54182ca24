//! With reqwest, over real connections.

use crate::support::{Issuer, id, responses};
use crate::wire::serve;
use http::StatusCode;
use reqwest_middleware::ClientWithMiddleware;
use wimse_httpsig::Answer;
use wimse_tower::client::{ClientError, SignLayer, SigningClientBuilder};

fn client(layer: SignLayer) -> ClientWithMiddleware {
    SigningClientBuilder::new(layer, reqwest::Client::builder()).unwrap().build()
}

pub(crate) fn code(error: reqwest_middleware::Error) -> &'static str {
    let reqwest_middleware::Error::Middleware(error) = error else { panic!("{error:?}") };
    error.downcast_ref::<ClientError>().unwrap().code()
}

#[tokio::test]
async fn a_signed_exchange() {
    let issuer = Issuer::new();
    let base = serve(&issuer).await;
    let layer = |responses| SignLayer::http_signature(issuer.credential("web")).verify_responses(responses);
    let post =
        |client: ClientWithMiddleware| client.post(format!("{base}/orders?dry-run")).body("two cones").send();

    let answer = post(client(layer(responses(&issuer, "orders")))).await.unwrap();
    let by = answer.extensions().get::<Answer>().and_then(Answer::peer).map(|peer| peer.identifier().clone());
    assert_eq!((by, answer.status()), (Some(id("orders")), StatusCode::OK));
    assert_eq!(answer.url().path(), "/orders");
    assert_eq!(answer.text().await.unwrap(), "hello wimse://example.com/web");

    let other = post(client(layer(responses(&issuer, "reports")))).await.unwrap_err();
    assert_eq!(code(other), "httpsig.peer_unexpected");
    let short = post(client(layer(responses(&issuer, "orders").max_bytes(1)))).await.unwrap_err();
    assert_eq!(code(short), "client.response_too_large");
}

#[tokio::test]
async fn what_is_not_sent() {
    let issuer = Issuer::new();
    let base = serve(&issuer).await;
    let tokens = client(SignLayer::proof_token(issuer.credential("web")));
    let plain = tokens.get("http://orders.example.com/orders").send().await.unwrap_err();
    assert_eq!(code(plain), "client.plain_http");

    let redirect = tokens.get(format!("{base}/moved")).send().await.unwrap();
    assert_eq!(redirect.status(), StatusCode::TEMPORARY_REDIRECT);

    let signed = client(SignLayer::http_signature(issuer.credential("web")).max_bytes(8));
    let long = signed.post(format!("{base}/orders")).body("two cones").send().await.unwrap_err();
    assert_eq!(code(long), "client.request_too_large");
    let short = signed.post(format!("{base}/orders")).body("2 cones").send().await.unwrap();
    assert_eq!(short.status(), StatusCode::OK);
}
