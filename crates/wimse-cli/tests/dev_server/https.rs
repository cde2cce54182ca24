//! Asking over HTTPS: the server behind an end of TLS, by the URL that it was told.

use crate::issuer::{self, Running, dev_server};
use crate::shop;
use crate::web::WebTls;
use crate::workshop::{Ended, Workshop};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, OnceLock};

/// An end of TLS on this machine, with a certificate for `localhost`. It passes on whatever it gets.
struct Front {
    port: u16,
    behind: Arc<OnceLock<String>>,
}

impl Front {
    /// It listens; what is behind it comes later, since that is told this address.
    fn new(shop: &Workshop) -> Self {
        ca(shop, "web");
        let files =
            ["--out", "front.crt", "--key-out", "front.key", "--ca", "web.pem", "--ca-key", "web.key"];
        let subject = ["wic", "issue", "--id", "wimse://web.example/front", "--dns", "localhost"];
        shop.make(&[&subject[..], &files].concat());
        let tls = WebTls::new(shop, "front.crt", "front.key");
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let behind = Arc::new(OnceLock::<String>::new());
        let told = Arc::clone(&behind);
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let (tls, told) = (tls.clone(), Arc::clone(&told));
                std::thread::spawn(move || {
                    let mut stream = tls.accept(socket.unwrap());
                    // Who does not believe the certificate sends nothing more.
                    let Some(request) = read(&mut stream) else { return };
                    let mut server = TcpStream::connect(told.get().unwrap()).unwrap();
                    server.write_all(&request).unwrap();
                    let mut answer = Vec::new();
                    server.read_to_end(&mut answer).unwrap();
                    let _ = stream.write_all(&answer);
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                });
            }
        });
        Self { port, behind }
    }

    fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    fn before(&self, server: &Running) {
        self.behind.set(server.address.clone()).unwrap();
    }
}

/// One request, whole; `None` if there is none.
fn read(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).ok().filter(|read| *read > 0)?;
    }
    let lower = head.to_ascii_lowercase();
    let length =
        lower.split_once("content-length: ").map_or("0", |(_, rest)| rest.split("\r\n").next().unwrap());
    let mut content = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut content).ok()?;
    Some([head.into_bytes(), content].concat())
}

fn ca(shop: &Workshop, name: &str) {
    let (out, key) = (format!("{name}.pem"), format!("{name}.key"));
    let _ = std::fs::remove_file(shop.path(&out));
    shop.make(&[
        "ca",
        "init",
        "--trust-domain",
        &format!("wimse://{name}.example"),
        "--out",
        &out,
        "--key-out",
        &key,
    ]);
}

/// A server that knows the URL by which it is asked.
fn stage(shop: &Workshop) -> (Front, Running) {
    let front = Front::new(shop);
    let server = dev_server(shop, &["--url", &front.url(), "--json"]);
    front.before(&server);
    (front, server)
}

fn request(shop: &Workshop, base: &str, ca: &str, more: &str) -> Ended {
    let url = format!("{base}/credentials");
    let words = ["wit", "request", "--server", &url, "--server-ca", ca, "--out", "billing"];
    shop.wimse(&words.into_iter().chain(more.split(' ')).collect::<Vec<_>>())
}

#[test]
fn credentials_come_over_https() {
    let shop = shop();
    let (front, server) = stage(&shop);
    let ended = request(&shop, &front.url(), "web.pem", "--token-file billing.token --wic --json");
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let issued: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(
        (&issued["identifier"], &issued["issuer"]),
        (&"wimse://example.com/billing".into(), &front.url().into())
    );
    // Again by the WIT: the proof is for the https URL.
    let ended = request(&shop, &front.url(), "web.pem", "--renew");
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let log = server.end().stderr;
    for said in
        ["issued a WIT and a WIC to wimse://example.com/billing, known by its join token", "known by its WIT"]
    {
        assert!(log.contains(said), "{log}");
    }
}

/// Nothing is sent to whom nobody vouches for: the token is good afterwards.
#[test]
fn a_server_that_is_not_believed_gets_no_token() {
    let shop = shop();
    let (front, server) = stage(&shop);
    ca(&shop, "other");
    let by_address = front.url().replace("localhost", "127.0.0.1");
    for (base, ca) in [(front.url(), "other.pem"), (by_address, "web.pem")] {
        let ended = request(&shop, &base, ca, "--token-file billing.token");
        assert_eq!(ended.code, 3, "{base} {ca}: {}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains("does not answer (http.tls)"), "{}", ended.stderr);
    }
    // Without TLS, the same port has nothing to say.
    let plain = front.url().replace("https", "http");
    let ended = request(&shop, &plain, "web.pem", "--token-file billing.token");
    assert_eq!(ended.code, 3, "{}{}", ended.stdout, ended.stderr);
    let ended = request(&shop, &front.url(), "web.pem", "--token-file billing.token");
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    let log = server.end().stderr;
    assert_eq!(log.lines().count(), 1, "{log}");
}

/// A proof is for the URL by which the server calls itself; one that does not know it is not asked by it.
#[test]
fn a_url_that_the_server_does_not_know_is_not_its_own() {
    let shop = shop();
    let front = Front::new(&shop);
    let server = dev_server(&shop, &[]);
    front.before(&server);
    let ended = request(&shop, &front.url(), "web.pem", "--token-file billing.token");
    assert!(ended.code == 1 && ended.stdout.contains("status 421"), "{}{}", ended.stdout, ended.stderr);
    // The same server by its own URL.
    let ended = request(&shop, &server.url(""), "web.pem", "--token-file billing.token");
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
}

/// And only from a server that its CAs vouch for.
#[test]
fn a_service_has_its_keys_over_https() {
    let shop = shop();
    let (front, server) = stage(&shop);
    let ended = request(&shop, &front.url(), "web.pem", "--token-file billing.token");
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    ca(&shop, "other");
    let config = |ca: &str| {
        format!(
            "[recipient]\naudience-bases = [\"http://api.example.com\"]\n[[domains]]\norigin = \"wimse://example.com\"\n\
             jwks-urls = [\"{}/jwks.json\"]\n[sources]\nca-certificates = \"{ca}\"\nallow-networks = [\"127.0.0.0/8\", \"::1\"]\n\
             [serve]\naccept = [\"wpt\"]\npermit = [\"wimse://example.com/billing\"]\nreplay = \"local\"\n",
            front.url()
        )
    };
    for (ca, expected) in [("web.pem", 200), ("other.pem", 401)] {
        shop.write("by-https.toml", config(ca));
        let service =
            issuer::start(&shop, &["serve", "--config", "by-https.toml", "--listen", "127.0.0.1:0"]);
        let call = ["call", "--credentials", "billing", "--allow-plain-http", "--connect", &service.address];
        let (_, document) = shop.document(&[&call[..], &["http://api.example.com/orders"]].concat());
        assert_eq!(document["status"], expected, "{ca}: {document}");
        let log = service.end().stderr;
        assert_eq!(log.contains("gives nothing, http.tls"), expected == 401, "{log}");
    }
    drop(server);
}
