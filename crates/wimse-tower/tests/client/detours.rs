//! Where reqwest would carry a WIT by itself: wherever a redirect leads to, and to proxies.

use crate::reqwest::code;
use crate::support::Issuer;
use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Redirect;
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Proxy};
use reqwest_middleware::ClientWithMiddleware;
use std::process::Command;
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use wimse_tower::client::{SignLayer, SignMiddleware, SigningClientBuilder};

/// What has come with a WIT, by its target.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn note(&self, target: &str, headers: &HeaderMap) {
        assert!(headers.contains_key("workload-identity-token"));
        self.0.lock().unwrap().push(target.to_owned());
    }

    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// A service whose `/moved` leads to `/elsewhere` on another port, or to what is given; its base.
async fn serve(seen: &Seen, elsewhere: String) -> String {
    let (seen, listener) = (seen.clone(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let base = format!("http://{}", listener.local_addr().unwrap());
    let moved = axum::routing::any(move || async move { Redirect::temporary(&elsewhere) });
    let other = move |request: Request| async move {
        seen.note(&request.uri().to_string(), request.headers());
        "here"
    };
    let router = Router::new().route("/moved", moved).fallback(other);
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

fn safe(issuer: &Issuer, client: ClientBuilder) -> ClientWithMiddleware {
    let layer = SignLayer::proof_token(issuer.credential("web"));
    SigningClientBuilder::new(layer, client).unwrap().build()
}

/// What the name promises does not hold.
fn promised(issuer: &Issuer, client: ClientBuilder) -> ClientWithMiddleware {
    let layer = SignLayer::proof_token(issuer.credential("web"));
    let proof = SignMiddleware::on_client_without_redirects_and_proxies(layer);
    reqwest_middleware::ClientBuilder::new(client.build().unwrap()).with(proof).build()
}

#[tokio::test]
async fn no_redirect_is_followed_whatever_the_builder_says() {
    let (issuer, seen) = (Issuer::new(), Seen::default());
    let other = serve(&seen, "/".to_owned()).await;
    let base = serve(&Seen::default(), format!("{other}/elsewhere")).await;
    for builder in [ClientBuilder::new(), ClientBuilder::new().redirect(Policy::limited(5))] {
        let answer = safe(&issuer, builder).get(format!("{base}/moved")).send().await.unwrap();
        assert_eq!((answer.status().as_u16(), seen.taken().len()), (307, 0));
    }
}

/// It cannot be prevented from here: the WIT has gone there. It does not go unnoticed.
#[tokio::test]
async fn a_redirect_that_was_followed_is_told() {
    let (issuer, seen) = (Issuer::new(), Seen::default());
    let other = serve(&seen, "/".to_owned()).await;
    let base = serve(&Seen::default(), format!("{other}/elsewhere")).await;
    let careless = promised(&issuer, ClientBuilder::new().no_proxy());
    let refused = careless.get(format!("{base}/moved")).send().await.unwrap_err();
    assert_eq!(code(refused), "client.redirected");
    assert_eq!(seen.taken(), ["/elsewhere"]);

    let careful = promised(&issuer, ClientBuilder::new().no_proxy().redirect(Policy::none()));
    assert_eq!(careful.get(format!("{base}/moved")).send().await.unwrap().status(), 307);
    for same in ["/?a=%20b&c=d e", "/a/../b;c?#fragment", "/\u{e9}?"] {
        assert_eq!(careless.get(format!("{other}{same}")).send().await.unwrap().status(), 200, "{same}");
    }
}

#[tokio::test]
async fn no_proxy_of_the_builder_is_used() {
    let (issuer, here, proxy) = (Issuer::new(), Seen::default(), Seen::default());
    let base = serve(&here, "/".to_owned()).await;
    let by = serve(&proxy, "/".to_owned()).await;
    let builder = || ClientBuilder::new().proxy(Proxy::all(&by).unwrap());
    let call = |client: ClientWithMiddleware| client.get(format!("{base}/orders")).send();
    call(safe(&issuer, builder())).await.unwrap();
    assert_eq!((here.taken().len(), proxy.taken().len()), (1, 0));
    // It works, where somebody lets it.
    call(promised(&issuer, builder())).await.unwrap();
    assert_eq!((here.taken().len(), proxy.taken()), (0, vec![format!("{base}/orders")]));
}

/// The environment of a process is read once, so that this takes another one.
#[tokio::test(flavor = "multi_thread")]
async fn no_proxy_of_the_environment_is_used() {
    let (here, proxy) = (Seen::default(), Seen::default());
    let base = serve(&here, "/".to_owned()).await;
    let by = serve(&proxy, "/".to_owned()).await;
    for (kind, expected) in [("safe", (1, 0)), ("promised", (0, 1))] {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "detours::in_an_environment", "--ignored"]);
        child.env_remove("REQUEST_METHOD").env_remove("NO_PROXY").env_remove("no_proxy");
        child.envs([("HTTP_PROXY", &*by), ("http_proxy", &*by), ("BASE", &*base), ("KIND", kind)]);
        let done = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
        assert!(done.status.success(), "{kind}: {}", String::from_utf8_lossy(&done.stdout));
        assert_eq!((here.taken().len(), proxy.taken().len()), expected, "{kind}");
    }
}

#[tokio::test]
#[ignore = "run by the test above, in an environment of its own"]
async fn in_an_environment() {
    let variable = |name| std::env::var(name).unwrap();
    let client = match &*variable("KIND") {
        "safe" => safe(&Issuer::new(), ClientBuilder::new()),
        _ => promised(&Issuer::new(), ClientBuilder::new()),
    };
    client.get(format!("{}/orders", variable("BASE"))).send().await.unwrap();
}
