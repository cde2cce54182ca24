//! A client for `wimse-conformance live --listen`: it calls a URL, and ends with 0 if it takes the answer.
//!
//! ```sh
//! cargo run -p wimse-conformance -- live prepare /tmp/live
//! cargo build -p wimse-conformance --example live_client
//! cargo run -p wimse-conformance -- live --credentials /tmp/live --listen 127.0.0.1:0 --binding httpsig \
//!     --client 'target/debug/examples/live_client httpsig /tmp/live {url}'
//! ```
//!
//! With the word `careless` at the end it demands a signed response and does not look at it.
#![forbid(unsafe_code)]

use std::{error::Error, path::Path, sync::Arc};

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tower::{ServiceBuilder, ServiceExt};
use wimse::{
    creds::pop::MemoryReplayGuard,
    httpsig::{ExpectedPeer, RequestOptions},
};
use wimse_conformance::live::Folder;
use wimse_tower::client::{ClientBody, Peers, Responses, SignLayer};

/// Calls the URL; an error is an answer that is not taken.
pub(crate) fn call(arguments: &[&str]) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (binding, folder, url, careless) = match *arguments {
        [binding, folder, url] => (binding, folder, url, false),
        [binding, folder, url, "careless"] => (binding, folder, url, true),
        _ => return Err("wpt or httpsig, a folder and a URL are needed".into()),
    };
    let folder = Folder::read(Path::new(folder))?;
    let credential = Arc::new(folder.credential("caller")?);
    let layer = match (binding, careless) {
        ("wpt", _) => SignLayer::proof_token(credential),
        (_, true) => {
            SignLayer::http_signature_with(credential, RequestOptions::default().require_signed_response())
        }
        (_, false) => {
            let server = Peers::Always(ExpectedPeer::Workload(folder.server.parse()?));
            let guard = Arc::new(MemoryReplayGuard::new(100));
            let responses = Responses::signed(Arc::new(folder.wits()?), server, guard);
            SignLayer::http_signature(credential).verify_responses(responses)
        }
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let http = Client::builder(TokioExecutor::new()).build_http::<ClientBody>();
        let client = ServiceBuilder::new().layer(layer).service(http);
        let response = client.oneshot(Request::get(url).body(Full::new(Bytes::new()))?).await?;
        let status = response.status();
        response.into_body().collect().await?;
        if status.is_success() { Ok(()) } else { Err(format!("the answer is {status}").into()) }
    })
}

/// The program. (A test has the rest of this file as a module.)
#[allow(dead_code)]
fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    call(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}
