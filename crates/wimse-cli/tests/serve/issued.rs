//! Credentials of an identity server, for the service and for its caller.

use crate::service::*;
use crate::workshop::{NOW, Workshop};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// Issues WITs to who has the token of a workload, by its name. It looks at no proof: that is for the tests of the library.
fn identity_server(shop: &Arc<Workshop>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/credentials", listener.local_addr().unwrap());
    let shop = Arc::clone(shop);
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let (head, content) = read(&stream);
            let named = |name: &&str| head.contains(&format!("authorization: Bearer token-of-{name}\r\n"));
            let answer = match ["billing", "orders"].into_iter().find(named) {
                Some(name) => format!(
                    "200 OK\r\ncontent-type: application/json{}",
                    issue(&shop, name, number, &content)
                ),
                None => "401 Unauthorized\r\ncontent-length: 0\r\n\r\n".to_owned(),
            };
            let _ = stream.write_all(format!("HTTP/1.1 {answer}").as_bytes());
        }
    });
    url
}

/// Head and content of a request.
fn read(stream: &TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0);
    }
    let (_, length) = head.split_once("content-length: ").unwrap();
    let mut content = vec![0; length.split("\r\n").next().unwrap().parse().unwrap()];
    reader.read_exact(&mut content).unwrap();
    (head, content)
}

fn issue(shop: &Workshop, name: &str, number: usize, content: &[u8]) -> String {
    let request: Value = serde_json::from_slice(content).unwrap();
    let file = format!("asked-{number}.jwk.json");
    shop.write(&file, request["wit"]["jwk"].to_string());
    let subject = format!("wimse://example.com/{name}");
    let issue =
        ["wit", "issue", "--sub", &subject, "--key", &file, "--issuer-key", "issuer.jwk.json", "--now", NOW];
    let wit = shop.make(&issue);
    let answer = json!({ "schema": "wimse-credential-response/1", "wit": wit.trim() }).to_string();
    format!("\r\ncontent-length: {}\r\n\r\n{answer}", answer.len())
}

fn credentials(url: &str, who: &str, workload: &str) -> String {
    format!(
        "[credentials.server]\nurl = \"{url}\"\ntoken-file = \"{who}.token\"\nworkload = \"{workload}\"\n\
         [sources]\nallow-loopback-http = true\n"
    )
}

#[test]
fn both_sides_have_credentials_of_an_identity_server() {
    let shop = Arc::new(shop());
    for who in ["billing", "orders", "reports"] {
        shop.write(&format!("{who}.token"), format!("token-of-{who}\n"));
    }
    let url = identity_server(&shop);
    let (start, serve) = CONFIG.split_once("[credentials]").unwrap();
    let (_, serve) = serve.split_once("[serve]").unwrap();
    let service = format!("{start}{}[serve]{serve}", credentials(&url, "orders", ORDERS));
    let service = Service::start(&shop, &service);
    assert!(service.ready.contains(&format!(" as {ORDERS},")), "{}", service.ready);

    let call = |who: &str, workload: &str| {
        shop.write("caller.toml", format!("{start}{}", credentials(&url, who, workload)));
        let options =
            ["call", "--config", "caller.toml", "--httpsig", "--require-signed-response", "--expect", ORDERS];
        let to = [
            "--allow-plain-http",
            "--connect",
            service.address(),
            "--now",
            NOW,
            "http://api.example.com/orders",
        ];
        shop.document(&[&options[..], &to].concat())
    };
    let (code, document) = call("billing", BILLING);
    assert_eq!((code, &document["answered_by"]), (0, &json!(ORDERS)), "{document}");
    assert_eq!(echoed(&document)["caller"]["identifier"], BILLING);
    for (who, workload, reason) in
        [("billing", ORDERS, "renewal.identifier"), ("reports", BILLING, "http.status")]
    {
        let (code, document) = call(who, workload);
        let message = document["message"].as_str().unwrap();
        assert!(code == 3 && message.contains(reason), "{document}");
    }
}
