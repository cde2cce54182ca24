//! A client for `wimse-conformance live --listen`: it calls a URL, and ends with 0 if it takes the answer.
//!
//! ```sh
//! cargo run -p wimse-conformance -- live prepare /tmp/live
//! cargo build -p wimse-conformance --example live_client
//! cargo run -p wimse-conformance -- live --credentials /tmp/live --listen 127.0.0.1:0 --binding httpsig \
//!     --client 'target/debug/examples/live_client httpsig /tmp/live {url}'
//! ```
//!
//! With the word `careless` at the end it demands a signed response and does not look at it. With the name of a WIT there,
//! `{wit}`, it has the credentials of that name. What fails on the way it tries once more, with another proof. With `wpt` it
//! sends context along, which the proof binds.
#![forbid(unsafe_code)]

use std::{error::Error, path::Path, sync::Arc};

use bytes::Bytes;
use http::{HeaderName, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use tower::{ServiceBuilder, ServiceExt};
use wimse::{
    creds::pop::MemoryReplayGuard,
    httpsig::{ExpectedPeer, RequestOptions},
    wpt::ProofOptions,
};
use wimse_conformance::live::Folder;
use wimse_tower::client::{ClientBody, ClientError, Peers, Responses, SignLayer};

type Failed = Box<dyn Error + Send + Sync>;

/// A field that conveys authorization context.
const CONTEXT: &str = "x-conformance-context";

/// Whether it is the connection that has failed.
fn is_network(error: &(dyn Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(ClientError::Call(_)))
}

/// Calls the URL; an error is an answer that is not taken.
pub(crate) fn call(arguments: &[&str]) -> Result<(), Failed> {
    let [binding, folder, url, ref more @ ..] = *arguments else {
        return Err("wpt or httpsig, a folder and a URL are needed".into());
    };
    let wit = more.iter().map(Path::new).find(|path| path.extension().is_some_and(|end| end == "wit"));
    let name = wit.and_then(Path::file_stem).and_then(|name| name.to_str()).unwrap_or("caller");
    let folder = Folder::read(Path::new(folder))?;
    let credential = Arc::new(folder.credential(name)?);
    let layer = match (binding, more.contains(&"careless")) {
        ("wpt", _) => {
            let options = ProofOptions::default().context_fields([HeaderName::from_static(CONTEXT)]);
            SignLayer::proof_token_with(credential, options)
        }
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
        let call = || async {
            let mut request = Request::get(url);
            if binding == "wpt" {
                request = request.header("txn-token", "e30.e30.AA").header(CONTEXT, "on behalf of somebody");
            }
            client.clone().oneshot(request.body(Full::new(Bytes::new()))?).await.map_err(Failed::from)
        };
        let response = match call().await {
            Ok(response) if response.status() != StatusCode::SERVICE_UNAVAILABLE => response,
            Err(error) if !is_network(&*error) => return Err(error),
            _ => call().await?,
        };
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
