//! Calls that are made again, each with a fresh proof.

use crate::service::*;
use crate::workshop::{NOW, Workshop};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

/// What stands between a caller and a service does with a request.
#[derive(Clone, Copy)]
enum Does {
    PassesOn,
    /// The service has it, and the caller is told this status.
    Loses(&'static str),
    /// The service has it, and the caller is told nothing.
    Breaks,
}

/// Takes connections one after the other, with the last of these for all further ones.
struct Between {
    address: String,
    seen: Receiver<String>,
}

impl Between {
    fn of(service: &Service, does: &'static [Does]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (to, (requests, seen)) = (service.address().to_owned(), channel());
        thread::spawn(move || {
            let last = *does.last().unwrap();
            let does = does.iter().copied().chain(std::iter::repeat(last));
            for (socket, does) in listener.incoming().zip(does) {
                let mut socket = socket.unwrap();
                let (head, content) = read(&socket);
                let closing = head.replacen("\r\n", "\r\nconnection: close\r\n", 1);
                let mut service = TcpStream::connect(&to).unwrap();
                service.write_all(&[closing.as_bytes(), &content].concat()).unwrap();
                let mut answer = Vec::new();
                service.read_to_end(&mut answer).unwrap();
                if requests.send(head).is_err() {
                    return;
                }
                match does {
                    Does::PassesOn => socket.write_all(&answer).unwrap(),
                    Does::Loses(line) => socket
                        .write_all(format!("HTTP/1.1 {line}\r\ncontent-length: 0\r\n\r\n").as_bytes())
                        .unwrap(),
                    Does::Breaks => {}
                }
            }
        });
        Self { address, seen }
    }

    fn call(&self, shop: &Workshop, who: &str, options: &[&str]) -> (i32, Value) {
        let (wit, key) = (format!("{who}.wit"), format!("{who}.jwk.json"));
        let identity = ["call", "--wit", &wit, "--key", &key, "--now", NOW, "--allow-plain-http"];
        let to = ["--connect", &self.address, "http://api.example.com/orders"];
        shop.document(&[&identity[..], &to, options].concat())
    }

    /// The heads of all requests that have come.
    fn seen(&self) -> Vec<String> {
        self.seen.try_iter().collect()
    }
}

fn read(socket: &TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(socket);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    let length =
        head.split_once("content-length: ").map_or("0", |(_, rest)| rest.split("\r\n").next().unwrap());
    let mut content = vec![0; length.parse().unwrap()];
    reader.read_exact(&mut content).unwrap();
    (head, content)
}

/// The value of the field that makes a request one of its own.
fn proof(head: &str) -> String {
    let lines =
        head.lines().filter(|line| line.starts_with("authorization:") || line.starts_with("signature:"));
    lines.collect()
}

/// The service has taken the first two proofs, and refuses whoever shows one of them again.
#[test]
fn each_attempt_has_a_fresh_proof() {
    let shop = shop();
    for binding in ["--wpt", "--httpsig"] {
        let service = Service::start(&shop, CONFIG);
        let lost = &[Does::Loses("503 Service Unavailable"), Does::Loses("502 Bad Gateway"), Does::PassesOn];
        let between = Between::of(&service, lost);
        let (code, document) =
            between.call(&shop, "billing", &[binding, "--retry", "4", "--retry-delay", "0"]);
        assert_eq!(
            (code, &document["status"], &document["attempts"]),
            (0, &json!(200), &json!(3)),
            "{document}"
        );
        let seen = between.seen();
        let proofs: HashSet<String> = seen.iter().map(|head| proof(head)).collect();
        assert_eq!((seen.len(), proofs.len()), (3, 3), "{seen:?}");
        // All three were good: the first of them is good once, though.
        let again = service.send(seen[0].as_bytes());
        assert!(again.0 == 401 || again.0 == 400, "{again:?}");
        let (_, log) = service.stop("TERM");
        let passed = log.iter().filter(|line| line.contains("let through")).count();
        assert_eq!((passed, log.len()), (3, 4), "{log:?}");
        assert!(log[3].contains(".replayed"), "{log:?}");
    }
}

#[test]
fn there_are_no_more_attempts_than_are_asked_for() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let between = Between::of(&service, &[Does::Loses("503 Service Unavailable")]);
    for (options, attempts) in [
        (&[][..], 1),
        (&["--retry", "2", "--retry-delay", "0"], 3),
        // What cannot come before the end is not waited for: the answer that is there is given.
        (&["--retry", "2", "--retry-delay", "1h"], 1),
        (&["--retry", "2", "--patience", "1s"], 1),
    ] {
        let call = between.call(&shop, "billing", options);
        assert_eq!(refusal(&call), (1, "call.status"), "{options:?}");
        assert_eq!((&call.1["status"], &call.1["attempts"]), (&json!(503), &json!(attempts)), "{options:?}");
        assert_eq!(between.seen().len(), attempts, "{options:?}");
    }
}

/// Whoever is refused is refused again.
#[test]
fn a_decision_is_not_asked_for_again() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let between = Between::of(&service, &[Does::PassesOn]);
    let again = ["--retry", "3", "--retry-delay", "0"];
    let (code, document) = between.call(&shop, "billing", &again);
    assert_eq!((code, &document["attempts"], between.seen().len()), (0, &json!(1), 1));
    let (code, document) = between.call(&shop, "orders", &again);
    assert_eq!((code, &document["status"], &document["attempts"]), (1, &json!(403), &json!(1)));
    assert_eq!(between.seen().len(), 1);
}

/// A service that may have done what it was told is told again only if that changes nothing.
#[test]
fn a_lost_answer_is_asked_for_again_where_that_is_safe() {
    let shop = shop();
    let service = Service::start(&shop, CONFIG);
    let again = ["--retry", "1", "--retry-delay", "0"];
    let lost = Between::of(&service, &[Does::Breaks, Does::PassesOn]);
    let (code, document) = lost.call(&shop, "billing", &again);
    assert_eq!((code, &document["attempts"], lost.seen().len()), (0, &json!(2), 2), "{document}");
    let lost = Between::of(&service, &[Does::Breaks, Does::PassesOn]);
    let (code, document) = lost.call(&shop, "billing", &[&again[..], &["-d", "one book"]].concat());
    assert_eq!((code, lost.seen().len()), (3, 1), "{document}");
    assert!(document["message"].as_str().unwrap().starts_with("there is no answer"), "{document}");
    // Nothing was sent where nobody listens.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/orders", listener.local_addr().unwrap());
    drop(listener);
    let identity =
        ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "-d", "one book", "--now", NOW];
    let ended = shop.wimse(&[&identity[..], &again, &[&url]].concat());
    let said = "wimse: the service cannot be connected to; attempt 2 of 2 in 0ns\n";
    assert!(ended.code == 3 && ended.stderr.starts_with(said), "{}", ended.stderr);
}

#[test]
fn attempts_are_bounded_and_make_sense() {
    let shop = shop();
    for options in
        [&["--retry", "11"][..], &["--retry", "0"], &["--retry-delay", "1s"], &["--retry", "1", "--replay"]]
    {
        let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json"];
        let ended = shop.wimse(&[&identity[..], options, &["http://127.0.0.1:9/"]].concat());
        assert_eq!(ended.code, 2, "{options:?}: {}", ended.stderr);
    }
}
