//! A service in gRPC behind the layer, and its clients, both by tonic.

use crate::support::*;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::transport::Channel;
use tonic::{Status, server};
use tonic_prost::ProstCodec;
use tower::{Service as _, ServiceExt as _, service_fn};
use tower_layer::Layer as _;
use wimse_tower::{AuthenticateLayer, Authenticated, Authenticator, HttpServer, Policies, ServerBody};

/// What a caller does to a request last of all.
pub(crate) type Prove = Arc<dyn Fn(&mut Request<Bytes>) + Send + Sync>;

/// A call: its method, what it says, and how it is proven.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) text: String,
    pub(crate) prove: Prove,
    /// The end of the content never comes.
    pub(crate) stalls: bool,
}

impl Call {
    pub(crate) fn new(
        method: &'static str,
        text: &str,
        prove: impl Fn(&mut Request<Bytes>) + Send + Sync + 'static,
    ) -> Self {
        Self { method, text: text.to_owned(), prove: Arc::new(prove), stalls: false }
    }
}

/// What came of a call.
#[derive(Debug)]
pub(crate) enum Answer {
    Message(String),
    Refused(Status),
}

/// A configured service, not yet running.
#[derive(Clone)]
pub(crate) struct Orders(AuthenticateLayer);

/// It greets who calls. On the wire, a stream with one message is as a unary answer.
async fn greet(request: Request<ServerBody>) -> Result<Response<Body>, Infallible> {
    let caller = Authenticated::of(request.extensions()).unwrap().caller().unwrap().identifier().to_string();
    let hello = service_fn(move |request: tonic::Request<String>| {
        let text = format!("hello {caller}: {} bytes", request.get_ref().len());
        std::future::ready(Ok::<_, Status>(tonic::Response::new(text)))
    });
    Ok(server::Grpc::new(ProstCodec::<String, String>::default()).unary(hello, request).await)
}

impl Orders {
    pub(crate) fn new(authenticator: Authenticator, policies: impl Into<Policies>) -> Self {
        Self(AuthenticateLayer::new(authenticator, policies).unwrap())
    }

    /// The same request without gRPC: the status of HTTP.
    pub(crate) async fn status(&self, call: Call) -> u16 {
        let mut request = post(call.method, "");
        *request.body_mut() = call.text.clone().into();
        (call.prove)(&mut request);
        let request = received(request).map(|body| content(body, call.stalls));
        let plain = service_fn(|request: Request<ServerBody>| async {
            drop(request);
            Ok::<_, Infallible>(Response::new(Body::empty()))
        });
        self.0.layer(plain).oneshot(request).await.unwrap().status().as_u16()
    }
}

/// The service on a port of this machine.
pub(crate) struct Served {
    channel: Channel,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Served {
    pub(crate) async fn start(orders: &Orders) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let service = orders.0.layer(service_fn(greet));
        let task = tokio::spawn(HttpServer::new().serve(listener, service, async {
            let _ = stopped.await;
        }));
        let channel = Channel::from_shared(format!("http://{address}")).unwrap();
        Self { channel: channel.connect().await.unwrap(), stop, task }
    }

    pub(crate) async fn stop(self) {
        drop(self.channel);
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
    }

    /// Makes a call, as a unary one or as one that is answered by a stream.
    pub(crate) async fn call(&self, call: Call, stream: bool) -> Answer {
        let (channel, prove, stalls) = (self.channel.clone(), call.prove, call.stalls);
        let proving = service_fn(move |request: Request<Body>| {
            let (mut channel, prove) = (channel.clone(), Arc::clone(&prove));
            async move {
                let (parts, body) = request.into_parts();
                let mut request = Request::from_parts(parts, body.collect().await.unwrap().to_bytes());
                prove(&mut request);
                let request = request.map(|bytes| Body::new(content(Full::new(bytes), stalls)));
                channel.ready().await?.call(request).await
            }
        });
        let mut grpc = Grpc::with_origin(proving, BASE.parse().unwrap());
        grpc.ready().await.unwrap();
        let (request, path) = (tonic::Request::new(call.text), call.method.parse().unwrap());
        let codec = ProstCodec::<String, String>::default();
        let called = async {
            if !stream {
                return grpc.unary(request, path, codec).await.map(tonic::Response::into_inner);
            }
            let mut messages = grpc.server_streaming(request, path, codec).await?.into_inner();
            messages.message().await?.ok_or_else(|| Status::internal("an empty stream"))
        };
        match tokio::time::timeout(Duration::from_secs(60), called).await.unwrap() {
            Ok(text) => Answer::Message(text),
            Err(status) => Answer::Refused(status),
        }
    }
}

/// Content that comes whole, or of which the end does not come.
fn content(body: Full<Bytes>, stalls: bool) -> Stalling {
    Stalling { body, stalls }
}

struct Stalling {
    body: Full<Bytes>,
    stalls: bool,
}

impl http_body::Body for Stalling {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        match Pin::new(&mut self.body).poll_frame(context) {
            Poll::Ready(None) if self.stalls => Poll::Pending,
            polled => polled,
        }
    }
}
