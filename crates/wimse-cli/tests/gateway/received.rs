//! What the service gets, as it arrives: no upgrade to another protocol, and no name that it may take for that of the identity.

use crate::asked::BILLING;
use crate::proxy::{Kind, SERVICE};
use crate::stage::{Stage, with_field};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

#[test]
fn nginx_upgrades_nothing() {
    nothing_is_upgraded(Kind::Nginx);
}

#[test]
fn caddy_upgrades_nothing() {
    nothing_is_upgraded(Kind::Caddy);
}

#[test]
fn traefik_upgrades_nothing() {
    nothing_is_upgraded(Kind::Traefik);
}

#[test]
fn envoy_upgrades_nothing() {
    nothing_is_upgraded(Kind::Envoy);
}

/// A service that is asked to speak another protocol could do so, and the proxy would pass on whatever comes then: requests for
/// other paths, with any `Wimse-Caller`.
fn nothing_is_upgraded(kind: Kind) {
    let (service, heads) = serve();
    let elsewhere = |text: String| kind.replaced(&text, SERVICE, &service.to_string());
    let Some(stage) = Stage::set_with(kind, elsewhere) else { return };
    for (connection, upgrade) in [
        ("Upgrade, HTTP2-Settings", "upgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__"),
        (
            "upgrade",
            "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
        ),
    ] {
        let request = stage.print(&["http://api.example.com/orders"]);
        stage.send(&with_field(&request, &format!("connection: {connection}\r\n{upgrade}")));
        let passed: Vec<String> = heads.try_iter().filter(|head| head.contains("/orders")).collect();
        // A proxy that refuses by itself upgrades nothing either.
        let asked = passed.iter().any(|head| head.contains("\r\nupgrade:"));
        assert!(!asked, "{kind:?} {connection}: {passed:?}");
    }
    // The same without an upgrade gets there.
    let request = stage.print(&["http://api.example.com/orders"]);
    assert_eq!(stage.send(&request).status, 200, "{kind:?}");
    assert!(heads.try_iter().any(|head| head.contains("/orders")), "{kind:?}");
}

#[test]
fn nginx_passes_on_one_identity() {
    one_identity(Kind::Nginx);
}

#[test]
fn caddy_passes_on_one_identity() {
    one_identity(Kind::Caddy);
}

#[test]
fn traefik_passes_on_one_identity() {
    one_identity(Kind::Traefik);
}

#[test]
fn envoy_passes_on_one_identity() {
    one_identity(Kind::Envoy);
}

/// What names of fields may have, beside letters and digits (RFC 9110 5.6.2). CGI has `_` for it, by many servers for all of it
/// (RFC 3875 4.1.18), and so `HTTP_WIMSE_CALLER`.
const SIGNS: &str = "!#$%&'*+-.^_`|~";

fn one_identity(kind: Kind) {
    let (service, heads) = serve();
    let elsewhere = |text: String| kind.replaced(&text, SERVICE, &service.to_string());
    let Some(stage) = Stage::set_with(kind, elsewhere) else { return };
    for sign in SIGNS.chars() {
        for name in [format!("wimse{sign}caller"), format!("WIMSE{sign}Caller")] {
            let request = stage.print(&["http://api.example.com/orders"]);
            stage.send(&with_field(&request, &format!("{name}: wimse://example.com/root")));
            let passed: Vec<String> = heads.try_iter().filter(|head| head.contains("/orders")).collect();
            assert!(passed.len() <= 1, "{kind:?} {name}: {passed:?}");
            let Some(head) = passed.first() else { continue };
            let as_cgi = |line: &str| {
                let (name, value) = line.split_once(": ")?;
                Some((name.replace(|sign: char| !sign.is_ascii_alphanumeric(), "_"), value.to_owned()))
            };
            let identities: Vec<_> =
                head.lines().filter_map(as_cgi).filter(|(name, _)| name == "wimse_caller").collect();
            assert_eq!(identities, [("wimse_caller".to_owned(), BILLING.to_owned())], "{kind:?} {name}");
        }
    }
}

/// A service that tells the test the head of each request, in lower case.
fn serve() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (told, heads) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let head = read_head(&mut stream);
            if told.send(head).is_err() {
                return;
            }
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        }
    });
    (address, heads)
}

fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        head.extend_from_slice(&byte);
    }
    String::from_utf8_lossy(&head).to_lowercase()
}
