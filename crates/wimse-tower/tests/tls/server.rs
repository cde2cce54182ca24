//! Over real connections.

use crate::support::*;
use crate::workshop::{GATEWAY, HOST, Workshop};
use http::Request;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;
use tower_layer::Layer as _;
use wimse_mtls::MtlsClient;
use wimse_mtls::rustls::pki_types::ServerName;
use wimse_tower::{AuthenticateLayer, Authenticated, Binding, HttpServer, MtlsAcceptor, Policy, ServerBody};

async fn call(
    client: &MtlsClient,
    address: std::net::SocketAddr,
) -> Result<(u16, String), Box<dyn std::error::Error>> {
    let socket = TcpStream::connect(address).await?;
    let connector = TlsConnector::from(client.config());
    let stream = connector.connect(ServerName::try_from(HOST)?, socket).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let driving = tokio::spawn(connection);
    let request = Request::get("/orders").header("host", HOST).body(Empty::<bytes::Bytes>::new())?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let text = String::from_utf8(response.into_body().collect().await?.to_bytes().to_vec())?;
    drop(sender);
    driving.await??;
    Ok((status, text))
}

#[tokio::test]
async fn each_request_knows_the_peer_of_its_connection() {
    let (world, workshop) = (World::new(), Workshop::new());
    let policy = Policy::any_of([Binding::MutualTls], billing());
    let layer = AuthenticateLayer::new(world.authenticator().mutual_tls(), policy).unwrap();
    let app = layer.layer(tower::service_fn(|request: Request<ServerBody>| async move {
        let caller = Authenticated::of(request.extensions()).and_then(Authenticated::caller);
        let caller = caller.map(|caller| caller.identifier().to_string()).unwrap_or_default();
        Ok::<_, Infallible>(http::Response::new(http_body_util::Full::new(bytes::Bytes::from(caller))))
    }));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let refused = Arc::new(Mutex::new(Vec::new()));
    let noted = refused.clone();
    let server = HttpServer::new().mutual_tls(workshop.server());
    let server = server.on_refused_connection(move |_, error| noted.lock().unwrap().push(error.code()));
    let server = capture::watched_connections(server, world.clock.clone());
    let serving = tokio::spawn(server.serve(listener, app, async {
        let _ = stopped.await;
    }));

    // A client that says nothing keeps nobody waiting.
    let silent = TcpStream::connect(address).await.unwrap();
    let two_hours = HOUR * 2;
    let answer = call(&workshop.client(BILLING, two_hours), address).await.unwrap();
    assert_eq!(answer, (200, BILLING.to_owned()));
    let (status, _) = call(&workshop.client(GATEWAY, two_hours), address).await.unwrap();
    assert_eq!(status, 403);
    let stranger = workshop.client("wimse://example.com/stranger", two_hours);
    assert!(call(&stranger, address).await.is_err());
    assert_eq!(*refused.lock().unwrap(), ["mtls.not_expected"]);

    drop(silent);
    stop.send(()).unwrap();
    serving.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

/// Over TLS 1.3 a client has sent a request before it is refused.
#[tokio::test]
async fn who_is_refused_sees_the_alert() {
    let workshop = Workshop::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = MtlsAcceptor::new(workshop.server(), Duration::from_secs(10));
    let accepting = tokio::spawn(async move {
        let mut codes = Vec::new();
        for _ in 0..3 {
            let (socket, _) = listener.accept().await.unwrap();
            codes.push(acceptor.accept(socket).await.err().map(|error| error.code()));
        }
        codes
    });
    let connect = async |identifier: &str| {
        let client = workshop.client(identifier, HOUR * 2);
        let socket = TcpStream::connect(address).await.unwrap();
        TlsConnector::from(client.config())
            .connect(ServerName::try_from(HOST).unwrap(), socket)
            .await
            .unwrap()
    };
    let stranger = "wimse://example.com/stranger";
    let mut refused = connect(stranger).await;
    for _ in 0..3 {
        refused.write_all(&[b'a'; 8 * 1024]).await.unwrap();
        refused.flush().await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let error = refused.read(&mut [0; 16]).await.unwrap_err();
    let alert = error.get_ref().and_then(|error| error.downcast_ref::<wimse_mtls::rustls::Error>());
    assert!(matches!(alert, Some(wimse_mtls::rustls::Error::AlertReceived(_))), "{error:?}");
    drop(refused);

    // Who does not go away is not waited for.
    let silent = connect(stranger).await;
    let accepted = connect(BILLING).await;
    let codes = tokio::time::timeout(Duration::from_secs(60), accepting).await.unwrap().unwrap();
    assert_eq!(codes, [Some("mtls.not_expected"), Some("mtls.not_expected"), None]);
    drop((silent, accepted));
}
