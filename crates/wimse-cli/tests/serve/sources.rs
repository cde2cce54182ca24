//! Sources of trust that turn against a service that runs: the last good answer counts until its age limit, then nothing
//! does, and when the source is well again, so is everything.

use crate::server::{Reply, Server, response};
use crate::service::*;
use crate::workshop::{NOW, Workshop};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::{UnixTime, Validity, WitClaims};

/// Seconds for which an answer counts.
const AGE: Duration = Duration::from_secs(10);
const JSON: &str = "Content-Type: application/json\r\n";

/// What becomes of a source, and by which code the service says so.
struct Turn {
    name: &'static str,
    is_bundle: bool,
    /// None: it stays well.
    reply: Option<(Reply, &'static str)>,
}

fn turns() -> Vec<Turn> {
    let turn = |name, reply| Turn { name, is_bundle: false, reply: Some(reply) };
    let bytes = |status, lines: &str, content: &str| Reply::Bytes(response(status, lines, content));
    let endless = format!("HTTP/1.1 200 OK\r\n{JSON}Content-Length: 9000\r\n\r\n{}", " ".repeat(8000));
    let huge = " ".repeat(1024 * 1024 + 1);
    let redirect = bytes("307 Temporary Redirect", "Location: /elsewhere.json\r\n", "");
    vec![
        Turn { name: "well", is_bundle: false, reply: None },
        turn("silent", (Reply::Silence, "http.timeout")),
        turn("slow", (Reply::Drip(endless.into_bytes()), "http.timeout")),
        turn("failing", (bytes("500 Internal Server Error", JSON, "{}"), "http.status")),
        turn("garbage", (bytes("200 OK", JSON, "garbage"), "trust.json")),
        turn("huge", (bytes("200 OK", JSON, &huge), "http.too_large")),
        turn("redirecting", (redirect, "http.redirect")),
        Turn { is_bundle: true, ..turn("bundle", (bytes("200 OK", JSON, "{\"keys\":"), "trust.json")) },
    ]
}

/// A trust domain of its own, with its source and a workload.
struct Domain {
    turn: Turn,
    server: Server,
    good: Reply,
    /// When good answers were given.
    answered: Arc<Mutex<Vec<Instant>>>,
    was_followed: Arc<AtomicBool>,
}

impl Domain {
    fn start(shop: &Workshop, turn: Turn) -> Self {
        let issuer = SigningKey::generate(Algorithm::Es256).unwrap().with_key_id(turn.name);
        let workload = SigningKey::generate(Algorithm::Es256).unwrap();
        let subject = format!("wimse://{}.example/billing", turn.name).parse().unwrap();
        let now = UnixTime::from_secs(NOW.parse().unwrap());
        let claims = WitClaims::new(subject, workload.public_key(), Validity::starting(now, AGE * 60));
        shop.write(&format!("{}.wit", turn.name), claims.sign(&issuer).unwrap().as_str());
        let key = format!("{}.jwk.json", turn.name);
        shop.write_private(&key, workload.to_private_jwk().as_bytes());
        let mut key = issuer.public_key().to_jwk();
        if turn.is_bundle {
            key = key.replacen('{', "{\"use\":\"wit-svid\",", 1);
        }
        let good = Reply::Bytes(response("200 OK", JSON, &format!("{{\"keys\":[{key}]}}")));
        let (answered, was_followed) = (Arc::default(), Arc::default());
        let domain = Self { turn, server: Server::plain(), good, answered, was_followed };
        domain.reply(None);
        domain
    }

    /// Answers so from now on; well, if nothing else is given.
    fn reply(&self, other: Option<Reply>) {
        let (good, answered) = (self.good.clone(), Arc::clone(&self.answered));
        let was_followed = Arc::clone(&self.was_followed);
        self.server.handle(move |received| {
            was_followed.fetch_or(received.head.contains("elsewhere"), SeqCst);
            other.clone().unwrap_or_else(|| {
                answered.lock().unwrap().push(Instant::now());
                good.clone()
            })
        });
    }

    /// The last good answer counts from some time between its predecessor and itself: an attempt is timed at its start.
    fn last_two_good(&self) -> Option<[Instant; 2]> {
        self.answered.lock().unwrap().last_chunk().copied()
    }

    fn configuration(&self) -> String {
        let key = if self.turn.is_bundle { "spiffe-bundle-urls" } else { "jwks-urls" };
        let (name, url) = (self.turn.name, self.server.url("/anchors.json"));
        format!("[[domains]]\norigin = \"wimse://{name}.example\"\n{key} = [\"{url}\"]\n")
    }

    /// Calls as its workload.
    fn call(&self, shop: &Workshop, service: &str) -> u64 {
        let (name, url) = (self.turn.name, format!("{BASE}/{}", self.turn.name));
        let (wit, key) = (format!("{name}.wit"), format!("{name}.jwk.json"));
        let identity = ["call", "--wit", &wit, "--key", &key, "--now", NOW, "--allow-plain-http"];
        let (_, document) = shop.document(&[&identity[..], &["--connect", service, &url]].concat());
        document["status"].as_u64().unwrap_or_else(|| panic!("{name}: {document}"))
    }
}

fn configuration(domains: &[Domain]) -> String {
    let mut text = format!("[recipient]\naudience-bases = [\"{BASE}\"]\n");
    let names: Vec<String> =
        domains.iter().map(|domain| format!("\"wimse://{}.example\"", domain.turn.name)).collect();
    domains.iter().for_each(|domain| text.push_str(&domain.configuration()));
    let names = names.join(", ");
    writeln!(text, "[serve]\naccept = [\"wpt\"]\nreplay = \"local\"\npermit-domains = [{names}]").unwrap();
    let age = AGE.as_secs();
    writeln!(text, "[sources]\nallow-loopback-http = true\ntimeout = 1\ninterval = 1\nmax-age = {age}")
        .unwrap();
    text
}

/// Everybody calls at the same time.
fn all_call(domains: &[Domain], shop: &Workshop, service: &str) -> Vec<(&'static str, u64)> {
    thread::scope(|scope| {
        let calls =
            domains.iter().map(|domain| scope.spawn(|| (domain.turn.name, domain.call(shop, service))));
        let calls: Vec<_> = calls.collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    })
}

#[test]
fn the_last_good_answer_counts_until_its_age_limit() {
    let shop = Workshop::new();
    let domains: Vec<Domain> = turns().into_iter().map(|turn| Domain::start(&shop, turn)).collect();
    let service = Service::start(&shop, &configuration(&domains));
    let address = service.address().to_owned();
    let deadline = Instant::now() + PATIENCE;
    // So that it is known since when the last good answer counts.
    while domains.iter().any(|domain| domain.last_two_good().is_none()) {
        assert!(Instant::now() < deadline, "a source is not asked");
        thread::sleep(Duration::from_millis(50));
    }
    let accepted = |(name, status): (&str, u64)| assert_eq!(status, 200, "{name}");
    all_call(&domains, &shop, &address).into_iter().for_each(accepted);

    // It is told by the code of each, and goes on.
    let mut told: Vec<String> = Vec::new();
    for domain in &domains {
        if let Some((reply, code)) = &domain.turn.reply {
            domain.reply(Some(reply.clone()));
            told.push(format!("{} gives nothing, {code}", domain.server.url("/anchors.json")));
        }
    }
    service.lines_with(told);
    all_call(&domains, &shop, &address).into_iter().for_each(accepted);

    // Until the answer is too old: not before, and not after.
    let (well, turned) = domains.split_first().unwrap();
    for domain in turned {
        let (name, [earliest, latest]) = (domain.turn.name, domain.last_two_good().unwrap());
        loop {
            let begun = Instant::now();
            match domain.call(&shop, &address) {
                200 => assert!(begun < latest + AGE, "{name}: accepted after the age limit"),
                status => {
                    assert_eq!(status, 401, "{name}");
                    assert!(Instant::now() >= earliest + AGE, "{name}: refused before the age limit");
                    break;
                }
            }
        }
        let refused = format!("\"/{name}\": refused with 401, wit.trust_domain_unknown, ");
        service.line_with(&refused);
    }
    assert_eq!(well.call(&shop, &address), 200);

    // Well again.
    domains.iter().for_each(|domain| domain.reply(None));
    for domain in &domains {
        let deadline = Instant::now() + PATIENCE;
        while domain.call(&shop, &address) != 200 {
            assert!(Instant::now() < deadline, "{}: refused for ever", domain.turn.name);
        }
        assert!(!domain.was_followed.load(SeqCst), "a redirect was followed");
    }
}
