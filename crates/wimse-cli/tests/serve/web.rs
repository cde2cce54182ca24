//! Servers that are judged by their DNS name.

use crate::service::*;
use crate::web_tls::WebTls;
use crate::workshop::{NOW, Workshop};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

/// A web server with the certificate of orders, for orders.example.com, that asks for none. It answers each request.
fn web_server(shop: &Workshop) -> String {
    let tls = WebTls::new(shop, "orders.crt", "orders.key");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let mut stream = tls.accept(socket.unwrap());
            // Who refuses the certificate sends nothing more.
            if stream.read(&mut [0; 16 * 1024]).is_ok_and(|read| read > 0) {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n\xff\x00\n");
            }
        }
    });
    address
}

#[test]
fn a_web_server_is_judged_by_its_name() {
    let shop = shop();
    let address = web_server(&shop);
    let call = |ca: &str, url: &str| -> (i32, Value) {
        let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW];
        shop.document(&[&identity[..], &["--connect", &address, "--tls-ca", ca, url]].concat())
    };
    let (code, document) = call("ca.pem", "https://orders.example.com/");
    assert_eq!((code, &document["status"]), (0, &json!(200)), "{document}");
    // A body that is no text, and nobody who is known by a name in DNS alone.
    assert_eq!((&document["body"], &document["body_base64"]), (&Value::Null, &json!("/wAK")));
    assert_eq!((&document["connection"], &document["answered_by"]), (&Value::Null, &Value::Null));

    let wrong_name = call("ca.pem", "https://billing.example.com/");
    assert_eq!(refusal(&wrong_name), (1, "call.server_certificate"), "{wrong_name:?}");
    assert!(
        wrong_name.1["refusal"]["message"].as_str().unwrap().contains("not valid for name"),
        "{wrong_name:?}"
    );
    let domain = ["--trust-domain", "wimse://other.example", "--out", "other.pem", "--key-out", "other.key"];
    shop.make(&[&["ca", "init"], &domain[..]].concat());
    let unknown = call("other.pem", "https://orders.example.com/");
    assert_eq!(refusal(&unknown), (1, "call.server_certificate"), "{unknown:?}");
    assert!(unknown.1["refusal"]["message"].as_str().unwrap().contains("UnknownIssuer"), "{unknown:?}");
}

/// A name that nobody is asked for would be believed to be judged.
#[test]
fn an_expectation_has_to_mean_something() {
    let shop = shop();
    let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--expect", ORDERS];
    let ended = shop.wimse(&[&identity[..], &["https://orders.example.com/"]].concat());
    assert!(ended.code == 2 && ended.stderr.contains("--expect"), "{}", ended.stderr);
    let mutual = ["call", "--wic", "billing.crt", "--wic-key", "billing.key", "--expect", ORDERS];
    let ended = shop.wimse(&[&mutual[..], &["http://127.0.0.1:1/"]].concat());
    assert!(ended.code == 2 && ended.stderr.contains("https"), "{}", ended.stderr);
}
