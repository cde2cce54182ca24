//! How a service starts and ends.

use crate::service::*;
use crate::workshop::NOW;
use serde_json::Value;

#[test]
fn it_says_when_it_is_ready_and_ends_when_asked() {
    let shop = shop();
    for signal in ["TERM", "INT"] {
        let service = Service::start(&shop, CONFIG);
        let shown = format!("serving http://{} as {ORDERS}, accepting wpt, httpsig\n", service.address());
        assert_eq!(service.ready, shown);
        assert_eq!(service.call(&shop, &[&format!("{BASE}/a")]).0, 0);
        let (status, log) = service.stop(signal);
        assert_eq!(status.code(), Some(0), "{signal}");
        assert_eq!(log.len(), 1, "{log:?}");
    }
    let service = Service::start_with(&shop, CONFIG, &["--listen", "127.0.0.1:0", "--now", NOW, "--json"]);
    let ready: Value = serde_json::from_str(&service.ready).unwrap();
    assert_eq!((&ready["schema"], &ready["identifier"]), (&"wimse-serve/1".into(), &ORDERS.into()));
    assert_eq!(ready["address"].as_str().unwrap(), service.address());
}

/// The choice of replay protection, and a section to serve at all, have to be there.
#[test]
fn it_does_not_start_without_its_choices() {
    let shop = shop();
    let serve = |config: &str| {
        shop.write("a.toml", config);
        shop.wimse(&["serve", "--config", "a.toml", "--listen", "127.0.0.1:0", "--now", NOW])
    };
    let ended = serve(&CONFIG.replace("replay = \"local\"\n", ""));
    let (code, stderr) = said(&ended);
    assert_eq!(code, 2);
    assert!(
        stderr.starts_with("wimse: a.toml:9:1: the key \"replay\" is missing in this section\n"),
        "{stderr}"
    );
    let (nothing, _) = CONFIG.split_once("[serve]").unwrap();
    let ended = serve(nothing);
    assert!(ended.code == 2 && ended.stderr.contains("has no section [serve]"), "{}", ended.stderr);
    // A credential that does not go together is told at the start.
    let ended = serve(&CONFIG.replace("orders.wit", "billing.wit"));
    assert!(ended.code == 3 && ended.stderr.contains("credential.key_mismatch"), "{}", ended.stderr);
}

#[test]
fn a_port_that_is_taken() {
    let shop = shop();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    shop.write("a.toml", CONFIG);
    let ended = shop.wimse(&["serve", "--config", "a.toml", "--listen", &address, "--now", NOW]);
    assert!(ended.code == 3 && ended.stderr.contains("cannot be listened on"), "{}", ended.stderr);
}

#[test]
fn where_nobody_answers_it_is_the_surroundings() {
    let shop = shop();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a", listener.local_addr().unwrap());
    let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW];
    // It accepts, and says nothing.
    let ended = shop.wimse(&[&identity[..], &["--patience", "1s", &url]].concat());
    assert!(ended.code == 3 && ended.stderr.contains("took longer"), "{}", ended.stderr);
    drop(listener);
    let ended = shop.wimse(&[&identity[..], &[&url]].concat());
    assert!(ended.code == 3 && ended.stderr.contains("cannot be connected to"), "{}", ended.stderr);
}

/// What is printed is what would be sent, and `wimse explain` takes it.
#[test]
fn a_request_can_be_looked_at() {
    let shop = shop();
    shop.write("a.toml", CONFIG);
    for proof in ["--wpt", "--httpsig"] {
        let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW];
        let request =
            [proof, "--allow-plain-http", "--print-request", "-d", "hello", "http://api.example.com/o?a=b"];
        let printed = shop.make(&[&identity[..], &request].concat());
        assert!(printed.starts_with("POST /o?a=b HTTP/1.1\r\nhost: api.example.com\r\n"), "{printed}");
        assert!(printed.ends_with("\r\ncontent-length: 5\r\n\r\nhello"), "{printed}");
        shop.write("printed.http", &printed);
        let (code, document) =
            shop.document(&["explain", "printed.http", "--config", "a.toml", "--now", NOW]);
        assert_eq!((code, &document["result"]), (0, &"accepted".into()), "{proof}: {document}");
    }
}
