//! What goes on in the background of a service: trust that is refreshed, credentials that renew, a shared replay store.

use crate::Folder;
use crate::support::*;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{MemoryReplayGuard, Nonce, OnError, Replay, SharedReplay};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::{UnixTime, Validity, WitClaims};
use wimse_httpsig::{RequestOptions, Signer};
use wimse_mtls::TlsEnvironment;
use wimse_mtls::rustls::RootCertStore;
use wimse_replay::{RedisReplayStore, RedisSettings};
use wimse_trust::protocol::{CredentialRequest, CredentialResponse};
use wimse_trust::{
    AddressPolicy, AnchorFormat, CredentialFiles, CredentialSource, Endpoint, Enrolment, HttpClient,
    IdentityServer, LiveAnchors, LiveDomain, RefreshPolicy, RenewalPolicy, SteadySystemClock,
};

const DOMAIN: &str = "wimse://example.com";

fn client() -> HttpClient {
    HttpClient::new(&TlsEnvironment::aws_lc(), RootCertStore::empty(), AddressPolicy::public()).unwrap()
}

fn loopback(url: &str) -> Endpoint {
    Endpoint::allow_loopback_http(url).unwrap()
}

fn now() -> UnixTime {
    UnixTime::from(SystemTime::now())
}

fn key() -> SigningKey {
    let key = SigningKey::generate(Algorithm::Es256).unwrap().with_key_id("issuer");
    capture::key(&key);
    key
}

/// A WIT for a key, valid for an hour from now.
fn wit(issuer: &SigningKey, key: &wimse_creds::key::PublicKey) -> wimse_creds::WorkloadIdentityToken {
    let claims = WitClaims::new(BILLING.parse().unwrap(), key, Validity::starting(now(), HOUR));
    let wit = claims.sign(issuer).unwrap();
    capture::token(wit.as_str());
    wit
}

#[tokio::test]
async fn metrics_are_described() {
    let _ = World::new();
    wimse_tower::telemetry::describe_metrics();
    wimse_trust::telemetry::describe_metrics();
    wimse_replay::telemetry::describe_metrics();
}

#[tokio::test]
async fn anchors_from_a_file_and_from_a_server() {
    let (_, folder, issuer) = (World::new(), Folder::new("anchors"), key());
    let file = folder.0.join("anchors.json");
    let own = LiveDomain::new(DomainAnchors::new(DOMAIN.parse().unwrap())).file(&file, AnchorFormat::JwkSet);
    // Nobody listens there; what is in the query is for that server alone.
    let secret = "key-of-the-bundle-endpoint-that-nobody-may-see";
    capture::text_secret(secret);
    let partner = LiveDomain::new(DomainAnchors::new("spiffe://partner.example".parse().unwrap()))
        .spiffe_bundle(&client(), loopback(&format!("http://127.0.0.1:9/bundle?key={secret}")));
    let policy = RefreshPolicy::default().with_file_interval(Duration::ZERO);
    let clock = Arc::new(SteadySystemClock::new());
    let anchors = LiveAnchors::new(TrustAnchors::none(), [own, partner], policy, clock).unwrap();

    let content = format!(r#"{{"keys":[{}]}}"#, issuer.public_key().to_jwk());
    let private = format!(r#"{{"keys":[{}]}}"#, *issuer.to_private_jwk());
    let mut outcomes = Vec::new();
    for content in [&content, &content, &private, &"garbage".to_owned()] {
        fs::write(&file, content).unwrap();
        let attempts = loop {
            let attempts = anchors.refresh_due().await;
            if attempts.iter().any(|attempt| attempt.origin.as_str() == DOMAIN) {
                break attempts;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        for attempt in attempts {
            if attempt.origin.as_str() == DOMAIN {
                capture::text(&format!("{attempt:?}"));
                outcomes.push(attempt.outcome.map_err(|error| error.code()));
            }
        }
    }
    assert!(outcomes[0].is_ok() && outcomes[1].is_ok(), "{outcomes:?}");
    assert!(outcomes[2].is_err() && outcomes[3].is_err(), "{outcomes:?}");
}

#[tokio::test]
async fn credentials_from_files() {
    let (_, folder, issuer) = (World::new(), Folder::new("credentials"), key());
    let (first, second) = (key(), key());
    let (wit_file, key_file) = (folder.0.join("wit"), folder.0.join("key"));
    let files = CredentialFiles::wit(&wit_file, &key_file);
    let clock = Arc::new(SteadySystemClock::new());
    let source = CredentialSource::from_files(files, RenewalPolicy::default(), clock);
    let write = |file: &PathBuf, content: &str| fs::write(file, content).unwrap();
    write(&wit_file, wit(&issuer, first.public_key()).as_str());
    write(&key_file, &first.to_private_jwk());
    assert!(source.renew().await.is_ok());
    // The key of another; half a key; half a token.
    let jwk = second.to_private_jwk();
    for (file, content) in
        [(&key_file, &**jwk), (&key_file, &jwk[..jwk.len() - 5]), (&wit_file, "eyJhbGciOiJFUzI1NiJ9.e30")]
    {
        write(file, content);
        let error = source.renew().await.unwrap_err();
        capture::text(&format!("{error} {error:?} {source:?}"));
    }
}

struct Issuer {
    key: SigningKey,
    url: String,
}

async fn issue(
    State(issuer): State<Arc<Issuer>>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> (StatusCode, String) {
    capture::fields(&headers);
    let is_known = headers["authorization"].to_str().unwrap().starts_with("WPT ");
    if !is_known && headers["authorization"] != format!("Bearer {JOIN}") {
        return (StatusCode::UNAUTHORIZED, String::new());
    }
    let request = CredentialRequest::from_json(&body, &issuer.url, now()).unwrap();
    let wit = wit(&issuer.key, request.wit_key().unwrap());
    (StatusCode::OK, CredentialResponse::default().with_wit(&wit).to_json())
}

const JOIN: &str = "join-token-that-is-good-for-one-time-and-no-more";

#[tokio::test]
async fn credentials_from_an_identity_server() {
    let _ = World::new();
    capture::text_secret(JOIN);
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{address}/credentials");
    let issuer = Arc::new(Issuer { key: key(), url: url.clone() });
    let json = axum::middleware::map_response(|mut response: axum::response::Response| async move {
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(http::header::CONTENT_TYPE, json);
        response
    });
    let app = Router::new().route("/credentials", post(issue)).layer(json).with_state(issuer);
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    for (join, expected) in [(JOIN, true), ("another-join-token-that-nobody-has-given-out", false)] {
        capture::text_secret(join);
        let enrolment = Enrolment::join_token(join);
        capture::text(&format!("{enrolment:?}"));
        let server = IdentityServer::new(&client(), loopback(&url), enrolment).wit(Algorithm::Es256);
        let source = CredentialSource::from_server(
            server,
            RenewalPolicy::default(),
            Arc::new(SteadySystemClock::new()),
        );
        let first = source.renew().await;
        capture::text(&format!("{first:?} {source:?}"));
        assert_eq!(first.is_ok(), expected, "{first:?}");
        // The second time by a WPT of the credential before.
        assert_eq!(source.renew().await.is_ok(), expected);
    }
    serving.abort();
}

struct Redis {
    child: Child,
    socket: PathBuf,
}

impl Redis {
    /// `None` if there is no `redis-server` and none is required.
    fn start(folder: &Folder, password: &str) -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
        let Some(program) = folders.map(|folder| folder.join("redis-server")).find(|file| file.is_file())
        else {
            let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
            assert!(
                !required.split(',').any(|word| word == "peers"),
                "redis-server is required and not there"
            );
            let _ = writeln!(std::io::stderr(), "skipped: redis-server");
            return None;
        };
        let socket = folder.0.join("redis.sock");
        let mut command = Command::new(program);
        command.args(["--port", "0", "--save", "", "--appendonly", "no", "--maxmemory", "16mb"]);
        command
            .args(["--maxmemory-policy", "noeviction", "--requirepass", password, "--unixsocket"])
            .arg(&socket);
        command.current_dir(&folder.0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = said.map_while(Result::ok).any(|line| line.contains("eady to accept connections"));
        assert!(ready, "redis-server does not begin");
        Some(Self { child, socket })
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_shared_replay_store_that_goes_away() {
    let (world, folder) = (World::new(), Folder::new("redis"));
    let password = "password-of-the-replay-store-that-nobody-may-see";
    capture::text_secret(password);
    let Some(redis) = Redis::start(&folder, password) else { return };
    // The store compares its clock with ours; its fence is behind this.
    world.clock.set(now());
    let url = format!("redis+unix://{}?pass={password}", redis.socket.display());
    let settings = RedisSettings::new(&url).unwrap().total_timeout(Duration::from_secs(20));
    let settings =
        settings.connect_timeout(Duration::from_secs(10)).response_timeout(Duration::from_secs(10));
    capture::text(&format!("{settings:?}"));
    let store = RedisReplayStore::connect(settings).await.unwrap();
    let fallback = OnError::Allow(Arc::new(MemoryReplayGuard::new(1000)));
    let shared = Arc::new(SharedReplay::new(Arc::new(store), fallback));
    capture::text(&format!("{shared:?}"));
    let service = TestService::new(
        world
            .bare(Replay::Shared(shared))
            .proof_tokens(world.token_verifier())
            .signatures(world.signature_verifier()),
        either(),
    );
    let billing = world.issued(BILLING, now());
    let signed = |content| {
        let mut request = crate::support::post("/orders", content);
        let signer = Signer::with_options(&billing, RequestOptions::default());
        let nonce = Nonce::random().unwrap();
        let _ = signer.sign(&mut request, content.as_bytes(), now(), nonce).unwrap();
        request
    };
    let (one, two) = (signed("one"), signed("two"));
    // A store that is new refuses what could have been used before it was.
    assert_eq!(service.call(received(one)).await.status(), 503);
    drop(redis);
    // Now the guard beside it decides.
    assert_eq!(service.call(received(two.clone())).await.status(), 200);
    assert_eq!(service.call(received(two)).await.status(), 400);
}
