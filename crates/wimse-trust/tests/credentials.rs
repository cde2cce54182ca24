//! Credentials that are renewed, from files and from an identity server.
#![cfg(feature = "aws-lc")]
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod support;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use support::server::{Received, Reply, Server, response};
use support::{DOMAIN, Folder, HOUR, ManualClock, SECOND, client, clock, key, loopback, wit};
use wimse_creds::key::{Algorithm, SigningKey};
use wimse_creds::pop::{Audience, MemoryReplayGuard};
use wimse_creds::trust::{DomainAnchors, TrustAnchors};
use wimse_creds::wic::{CertificateAuthority, WicTemplate};
use wimse_creds::{Clock as _, UnixTime, Validity, WitClaims, WitPolicy, WitVerifier};
use wimse_mtls::Refreshed::{self, Replaced, Unchanged};
use wimse_mtls::TlsEnvironment;
use wimse_trust::protocol::{CredentialRequest, CredentialResponse};
use wimse_trust::{
    CredentialFiles, CredentialSource, Enrolment, IdentityServer, RenewalError, RenewalPolicy,
};

/// What the server does instead.
type Handler = Box<dyn Fn(&Received) -> Reply + Send>;
type Outcome = Result<Refreshed, &'static str>;

fn code(outcome: Result<Refreshed, RenewalError>) -> Outcome {
    outcome.map_err(|error| error.code())
}

async fn due(source: &CredentialSource) -> Option<Outcome> {
    source.renew_if_due().await.map(code)
}

fn current(source: &CredentialSource) -> Result<String, &'static str> {
    source.wit().map(|credential| credential.wit().as_str().to_owned()).map_err(|error| error.code())
}

#[tokio::test]
async fn files_are_used_when_they_go_together() {
    let (folder, clock, issuer) = (Folder::new("wit"), clock(), key("1"));
    let (first, second) = (key("a"), key("b"));
    let (first_wit, second_wit) =
        (wit(&issuer, &first, clock.now()), wit(&issuer, &second, clock.now().plus(HOUR)));
    let files = CredentialFiles::wit(folder.0.join("wit"), folder.0.join("key"));
    let source = CredentialSource::from_files(files, RenewalPolicy::default(), clock.clone());
    assert_eq!(current(&source), Err("credential.not_obtained"));
    assert_eq!(due(&source).await, Some(Err("file.read")));
    folder.write("wit", &first_wit);
    folder.write("key", first.to_private_jwk().as_bytes());
    assert_eq!(due(&source).await, None);
    clock.advance(SECOND * 5);
    assert_eq!(due(&source).await, Some(Ok(Replaced)));
    assert_eq!(current(&source).as_ref(), Ok(&first_wit));
    clock.advance(SECOND * 5);
    assert_eq!(due(&source).await, Some(Ok(Unchanged)));

    // The WIT without its key, and what cannot be used: what was in use stays.
    for (what, content, expected) in [
        ("another key", second_wit.clone(), "credential.key_mismatch"),
        ("nothing", String::new(), "wit.malformed"),
        ("garbage", "a.b.c".to_owned(), "wit.base64"),
        ("no text", "\u{fffd}".to_owned(), "wit.malformed"),
        ("too long", "x".repeat(1024 * 1024 + 1), "file.too_large"),
    ] {
        folder.write("wit", content);
        assert_eq!(code(source.renew().await), Err(expected), "{what}");
        assert_eq!(current(&source).as_ref(), Ok(&first_wit), "{what}");
        assert_eq!(source.status().last_error, Some(expected), "{what}");
    }
    folder.write("wit", format!("{second_wit}\n"));
    folder.write("key", second.to_pkcs8_pem().unwrap().as_bytes());
    assert_eq!(code(source.renew().await), Ok(Replaced));
    assert_eq!(current(&source).as_ref(), Ok(&second_wit));
    assert_eq!(source.status().last_error, None);

    // Until it expires, and not a second longer; one that has expired is not taken.
    clock.advance(HOUR * 2 - SECOND * 11);
    assert_eq!(current(&source).as_ref(), Ok(&second_wit));
    clock.advance(SECOND);
    assert_eq!(current(&source), Err("credential.expired"));
    folder.write("wit", &first_wit);
    folder.write("key", first.to_private_jwk().as_bytes());
    assert_eq!(code(source.renew().await), Err("renewal.expired"));
}

#[test]
fn an_attempt_that_is_given_up_takes_no_wit_with_it() {
    let (folder, clock, issuer, workload) = (Folder::new("given-up"), clock(), key("1"), key("a"));
    let next = |moment: UnixTime| {
        let token = wit(&issuer, &workload, moment);
        folder.write("wit", &token);
        token
    };
    folder.write("key", workload.to_private_jwk().as_bytes());
    let files = CredentialFiles::wit(folder.0.join("wit"), folder.0.join("key"));
    let source = CredentialSource::from_files(files.clone(), RenewalPolicy::default(), clock.clone());
    // One thread for files: what is asked of it last is done last.
    let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let first = next(clock.now());
        assert_eq!(code(source.renew().await), Ok(Replaced));
        assert_eq!(current(&source), Ok(first));

        let second = next(clock.now().plus(SECOND));
        let (go, busy) = std::sync::mpsc::channel::<()>();
        let busy = tokio::task::spawn_blocking(move || busy.recv());
        {
            let mut renewing = pin!(source.renew());
            let begun = poll_fn(|context| Poll::Ready(renewing.as_mut().poll(context).is_pending()));
            assert!(begun.await);
        }
        drop(go);
        busy.await.unwrap().unwrap_err();
        // Nobody waits any more, and the files are read all the same.
        tokio::task::spawn_blocking(|| {}).await.unwrap();
        assert_eq!(code(source.renew().await), Ok(Replaced));
        assert_eq!(current(&source).as_ref(), Ok(&second));
        assert_eq!(code(source.renew().await), Ok(Unchanged));

        // Of the same files, another source takes what is there.
        let other = CredentialSource::from_files(files, RenewalPolicy::default(), clock.clone());
        assert_eq!(code(other.renew().await), Ok(Replaced));
        assert_eq!(current(&other), Ok(second));
    });
}

/// As Kubernetes does it: WIT and key are turned over as one.
#[cfg(unix)]
#[tokio::test]
async fn a_projected_volume_is_turned_over_as_one() {
    use std::os::unix::fs::symlink;
    let (folder, clock, issuer) = (Folder::new("turned"), clock(), key("1"));
    let write = |version: &str| {
        let workload = key("w");
        let token = wit(&issuer, &workload, clock.now());
        folder.write(&format!("..{version}/wit"), &token);
        folder.write(&format!("..{version}/key"), workload.to_private_jwk().as_bytes());
        symlink(format!("..{version}"), folder.0.join("..data_tmp")).unwrap();
        std::fs::rename(folder.0.join("..data_tmp"), folder.0.join("..data")).unwrap();
        token
    };
    let first = write("1");
    symlink("..data/wit", folder.0.join("wit")).unwrap();
    symlink("..data/key", folder.0.join("key")).unwrap();
    let files = CredentialFiles::wit(folder.0.join("wit"), folder.0.join("key"));
    let source = CredentialSource::from_files(files, RenewalPolicy::default(), clock.clone());
    assert_eq!(code(source.renew().await), Ok(Replaced));
    assert_eq!(current(&source), Ok(first));
    let second = write("2");
    assert_eq!(code(source.renew().await), Ok(Replaced));
    assert_eq!(current(&source), Ok(second));
}

/// An identity server for tests: it checks everything that there is to check.
struct Issuer {
    key: SigningKey,
    ca: CertificateAuthority,
    url: String,
    clock: Arc<ManualClock>,
    verifier: wimse_wpt::Verifier,
    guard: MemoryReplayGuard,
    seen: Mutex<Vec<&'static str>>,
}

impl Issuer {
    fn new(url: String, clock: &Arc<ManualClock>) -> Self {
        let (key, now) = (key("1"), clock.now());
        let ca = SigningKey::generate(Algorithm::Es256).unwrap();
        let ca = CertificateAuthority::root(&DOMAIN.parse().unwrap(), ca, Validity::starting(now, HOUR * 24))
            .unwrap();
        let domain = DomainAnchors::new(DOMAIN.parse().unwrap()).with_key(key.public_key().clone()).unwrap();
        let wits = WitVerifier::new(TrustAnchors::none().with(domain).unwrap(), WitPolicy::default());
        let verifier = wimse_wpt::Verifier::new(Arc::new(wits), Audience::value(url.clone()).unwrap());
        let guard = MemoryReplayGuard::new(100);
        Self { key, ca, url, clock: Arc::clone(clock), verifier, guard, seen: Mutex::default() }
    }

    fn issue(&self, received: &Received, name: &str) -> Option<CredentialResponse> {
        let by = self.who(received, self.clock.now())?;
        self.seen.lock().unwrap().push(by);
        Some(self.issue_to_anybody(received, name))
    }

    fn issue_to_anybody(&self, received: &Received, name: &str) -> CredentialResponse {
        let now = self.clock.now();
        let request = CredentialRequest::from_json(&received.body, &self.url, now).unwrap();
        let identifier = || format!("{DOMAIN}/{name}").parse().unwrap();
        let mut response = CredentialResponse::default();
        if let Some(key) = request.wit_key() {
            let claims = WitClaims::new(identifier(), key, Validity::starting(now, HOUR));
            response = response.with_wit(&claims.sign(&self.key).unwrap());
        }
        if let Some(request) = request.certificate_request() {
            let template =
                WicTemplate::new(identifier(), request.public_key(), Validity::starting(now, HOUR * 2));
            response = response.with_wic(&self.ca.issue(&template).unwrap());
        }
        response
    }

    fn who(&self, received: &Received, now: UnixTime) -> Option<&'static str> {
        let authorization = received.field("authorization")?;
        match authorization.strip_prefix("Bearer ") {
            Some("join-me") if !self.seen.lock().unwrap().contains(&"join") => Some("join"),
            Some("platform.token") => Some("platform"),
            Some(_) => None,
            None => {
                let request = http::Request::post(&self.url)
                    .header("authorization", authorization)
                    .header("workload-identity-token", received.field("workload-identity-token")?);
                let peer = self.verifier.verify(&request.body(()).unwrap(), &self.guard, now).unwrap();
                assert_eq!(peer.identifier().path(), "/billing");
                Some("wit")
            }
        }
    }
}

fn json(response: Option<CredentialResponse>) -> Reply {
    let Some(content) = response else { return Reply::Bytes(response_of("401 Unauthorized", "")) };
    Reply::Bytes(response_of("200 OK", &content.to_json()))
}

fn response_of(status: &str, content: &str) -> Vec<u8> {
    response(status, "Content-Type: application/json\r\n", content)
}

fn serve(clock: &Arc<ManualClock>) -> (Server, Arc<Issuer>) {
    let server = Server::plain();
    let issuer = Arc::new(Issuer::new(server.url("/credentials"), clock));
    let serving = Arc::clone(&issuer);
    server.handle(move |received| json(serving.issue(received, "billing")));
    (server, issuer)
}

fn from(server: &Server, enrolment: Enrolment) -> IdentityServer {
    IdentityServer::new(&client(), loopback(&server.url("/credentials")), enrolment)
}

fn source(server: IdentityServer, clock: &Arc<ManualClock>) -> CredentialSource {
    CredentialSource::from_server(server, RenewalPolicy::default(), clock.clone())
}

#[tokio::test]
async fn a_join_token_is_good_once_and_then_the_wit_is() {
    let clock = clock();
    let (server, issuer) = serve(&clock);
    let source = source(from(&server, Enrolment::join_token("join-me")).wit(Algorithm::Es256), &clock);
    assert_eq!(due(&source).await, Some(Ok(Replaced)));
    let first = source.wit().unwrap();
    assert_eq!(source.status().identifier.unwrap().path(), "/billing");

    // At two thirds of the hour, or up to a tenth of that earlier.
    clock.advance(SECOND * (2160 - 1));
    assert_eq!(due(&source).await, None);
    clock.advance(SECOND * 241);
    assert_eq!(due(&source).await, Some(Ok(Replaced)));
    let second = source.wit().unwrap();
    assert_ne!(first.public_key(), second.public_key(), "a new key for each");
    assert_eq!(*issuer.seen.lock().unwrap(), ["join", "wit"]);

    // Down: the credential counts until it expires, and attempts are ever further apart.
    server.reply(Reply::Bytes(response_of("503 Service Unavailable", "")));
    clock.advance(SECOND * 2400);
    assert_eq!(due(&source).await, Some(Err("http.status")));
    let before = server.requests();
    for _ in 0..600 {
        clock.advance(SECOND);
        due(&source).await;
    }
    let attempts = server.requests() - before;
    assert!((8..=30).contains(&attempts), "{attempts}");
    assert_eq!(current(&source).as_deref(), Ok(second.wit().as_str()));
    clock.advance(SECOND * 600);
    assert_eq!(current(&source), Err("credential.expired"));
    let status = source.status();
    assert_eq!((status.last_error, status.age), (Some("http.status"), Some(HOUR)));

    // The join token is used up, and the WIT has expired.
    let serving = Arc::clone(&issuer);
    server.handle(move |received| json(serving.issue(received, "billing")));
    assert_eq!(code(source.renew().await), Err("http.status"));
}

#[tokio::test]
async fn a_token_of_the_platform_is_read_each_time_and_brings_both() {
    let (clock, folder) = (clock(), Folder::new("token"));
    let (server, issuer) = serve(&clock);
    let token = folder.write("token", "platform.token\n");
    let environment = TlsEnvironment::aws_lc();
    let both = from(&server, Enrolment::token_file(&token)).wit(Algorithm::Ed25519);
    let source = source(both.wic(Algorithm::Es256, &environment), &clock);
    assert_eq!(source.wic().err().map(|error| error.code()), Some("credential.not_obtained"));
    assert_eq!(due(&source).await, Some(Ok(Replaced)));
    let identity = source.wic().unwrap();
    let first = identity.current().wic().claimed_serial_number();
    assert_eq!(identity.current().wic().claimed_identifier().path(), "/billing");
    let status = source.status();
    assert_eq!(status.wit_expires, Some(clock.now().plus(HOUR)));
    assert_eq!(status.wic_expires, Some(clock.now().plus(HOUR * 2)));

    // The WIT expires first, and both are renewed then; whoever has the identity sees the new one.
    clock.advance(SECOND * 2400);
    assert_eq!(due(&source).await, Some(Ok(Replaced)));
    assert_ne!(identity.current().wic().claimed_serial_number(), first);
    assert_eq!(*issuer.seen.lock().unwrap(), ["platform", "platform"]);
    for content in ["", "a b", "a\r\nX: y", "\u{e9}", &"x".repeat(16 * 1024 + 1)] {
        folder.write("token", content);
        assert_eq!(code(source.renew().await), Err("renewal.enrolment"), "{content}");
    }
    std::fs::remove_file(token).unwrap();
    assert_eq!(code(source.renew().await), Err("file.read"));
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn what_was_not_asked_for_is_not_taken() {
    let clock = clock();
    let (server, issuer) = serve(&clock);
    let other = key("other");
    let environment = TlsEnvironment::aws_lc();
    let server_of = || from(&server, Enrolment::join_token("platform.token")).wit(Algorithm::Es256);
    let source = source(server_of().wic(Algorithm::Es256, &environment), &clock);
    assert_eq!(code(source.renew().await), Ok(Replaced));
    let (before, serial) = (current(&source), source.status().wic_expires);

    let (billing, reports) = (Arc::clone(&issuer), Arc::clone(&issuer));
    let without = |member: &'static str| {
        let issuer = Arc::clone(&issuer);
        move |received: &Received| {
            let content = issuer.issue(received, "billing").unwrap().to_json().replace(member, "\"x\":");
            Reply::Bytes(response_of("200 OK", &content))
        }
    };
    let stolen = wit(&issuer.key, &other, clock.now());
    let with_stolen = move |received: &Received| {
        let content = billing.issue(received, "billing").unwrap();
        let wit = content.wit().unwrap().to_owned();
        Reply::Bytes(response_of("200 OK", &content.to_json().replace(&wit, &stolen)))
    };
    let mixed = Arc::clone(&issuer);
    let mixed = move |received: &Received| {
        let [one, two] = ["billing", "reports"].map(|name| mixed.issue_to_anybody(received, name));
        let content = one.to_json().replace(one.wit().unwrap(), two.wit().unwrap());
        Reply::Bytes(response_of("200 OK", &content))
    };
    let cases: [(&str, Handler, &str); 7] = [
        ("no WIT", Box::new(without("\"wit\":")), "renewal.missing"),
        ("no WIC", Box::new(without("\"wic\":")), "renewal.missing"),
        ("another schema", Box::new(without("\"schema\":")), "credential_message.schema"),
        ("for another key", Box::new(with_stolen), "credential.key_mismatch"),
        (
            "for another workload",
            Box::new(move |received| json(reports.issue(received, "reports"))),
            "renewal.identifier",
        ),
        ("WIT and WIC disagree", Box::new(mixed), "renewal.identifier"),
        ("a redirect", Box::new(|_| Reply::Bytes(response("308 X", "Location: /\r\n", ""))), "http.redirect"),
    ];
    for (what, handler, expected) in cases {
        server.handle(handler);
        assert_eq!(code(source.renew().await), Err(expected), "{what}");
        assert_eq!((current(&source), source.status().wic_expires), (before.clone(), serial), "{what}");
    }

    // Expected by name from the start.
    let serving = Arc::clone(&issuer);
    server.handle(move |received| json(serving.issue(received, "billing")));
    for (name, expected) in [("billing", Ok(Replaced)), ("reports", Err("renewal.identifier"))] {
        let server = server_of().expect(format!("{DOMAIN}/{name}").parse().unwrap());
        let source = CredentialSource::from_server(server, RenewalPolicy::default(), clock.clone());
        assert_eq!(code(source.renew().await), expected, "{name}");
        assert_eq!(current(&source).is_ok(), expected.is_ok());
    }
}

#[tokio::test]
async fn the_task_renews_by_itself_and_stops() {
    let clock = clock();
    let (server, _issuer) = serve(&clock);
    let source = source(from(&server, Enrolment::join_token("join-me")).wit(Algorithm::Es256), &clock);
    let (report, mut reported) = tokio::sync::mpsc::unbounded_channel();
    let background = source.spawn(&tokio::runtime::Handle::current(), move |outcome| {
        let _ = report.send(outcome.map_err(RenewalError::code));
    });
    assert_eq!(reported.recv().await, Some(Ok(Replaced)));
    assert!(source.wit().is_ok());
    background.stop().await;
    assert_eq!(reported.recv().await, None);
    assert!(source.wit().is_ok());
}
