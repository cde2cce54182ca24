//! Over real connections, with hyper-util and axum.

use crate::support::{Issuer, Orders, id, responses};
use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::routing::any;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tower::{ServiceBuilder, ServiceExt as _};
use wimse_httpsig::Answer;
use wimse_tower::client::{ClientBody, SignLayer};

/// A service on a free port; its base.
pub(crate) async fn serve(issuer: &Issuer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let orders = Orders::new(issuer, &base);
    let answer = |request: Request| async move {
        let (parts, body) = request.into_parts();
        let content = to_bytes(body, 1 << 20).await.unwrap();
        orders.answer(&parts, &content).map(axum::body::Body::from)
    };
    let moved = any(|| async { axum::response::Redirect::temporary("/orders") });
    let router = Router::new().route("/orders", any(answer)).route("/moved", moved);
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

#[tokio::test]
async fn a_signed_exchange() {
    let issuer = Issuer::new();
    let base = serve(&issuer).await;
    let layer = SignLayer::http_signature(issuer.credential("web")).verify_responses(responses(&issuer, "orders"));
    let http = Client::builder(TokioExecutor::new()).build_http::<ClientBody>();
    let client = ServiceBuilder::new().layer(layer).service(http);
    for content in ["", "two cones"] {
        let request = http::Request::post(format!("{base}/orders?dry-run")).body(Full::new(Bytes::from(content)));
        let answer = client.clone().oneshot(request.unwrap()).await.unwrap();
        let by = answer.extensions().get::<Answer>().and_then(Answer::peer).map(|peer| peer.identifier().clone());
        assert_eq!(by, Some(id("orders")));
        let content = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(content, "hello wimse://example.com/web");
    }
}
