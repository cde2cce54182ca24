//! A proxy on another machine, which has to show who it is.

use crate::asked::{BILLING, CONFIG, Gateway, exchange};
use crate::program;
use crate::proxy::{Kind, documented};
use crate::stage::{serve, shop, with_field};
use crate::workshop::Workshop;
use std::fs;
use std::io::{Read as _, Write as _};

/// Everything here happens now, since nginx has no other time.
fn issue(shop: &Workshop) {
    let ca = ["--ca", "new-ca.pem", "--ca-key", "new-ca.key"];
    shop.make(&[
        "ca",
        "init",
        "--trust-domain",
        "wimse://example.com",
        "--out",
        "new-ca.pem",
        "--key-out",
        "new-ca.key",
    ]);
    for (name, dns) in
        [("gateway", "gateway.example.com"), ("edge", "edge.example.com"), ("other", "other.example.com")]
    {
        let (id, crt, key) =
            (format!("wimse://example.com/{name}"), format!("new-{name}.crt"), format!("new-{name}.key"));
        let files = ["--out", &crt, "--key-out", &key];
        shop.make(&[&["wic", "issue", "--id", &id, "--dns", dns][..], &ca, &files].concat());
    }
    shop.renew("billing");
}

fn config() -> String {
    let config = CONFIG.replace("[serve]", "ca-certificates = [\"new-ca.pem\"]\n[credentials]\nwic = \"new-gateway.crt\"\nwic-key = \"new-gateway.key\"\n[serve]");
    format!("{config}proxy = \"nginx\"\nproxies = [\"wimse://example.com/edge\"]\n")
}

/// nginx with a certificate, in the place of the socket of its file.
fn nginx(text: &str, edge: &str, gateway: &str) -> String {
    let text = text.replace("server unix:/run/wimse/gateway.sock;", &format!("server {gateway};"));
    let tls = fs::read_to_string(documented("nginx-mutual-tls.conf")).unwrap();
    let tls = tls.replace("edge.", &format!("../new-{edge}.")).replace("ca.pem", "../new-ca.pem");
    let clear = "proxy_pass              http://wimse_gateway;";
    assert!(text.contains(clear));
    // What starts nginx looks for the socket that it replaces.
    text.replace(clear, &tls) + "# unix:/run/wimse/gateway.sock\n"
}

#[test]
fn the_proxy_shows_its_certificate() {
    let (Some(program), Some(python)) = (Kind::Nginx.program(), program::find("python3")) else { return };
    let shop = shop();
    issue(&shop);
    let gateway = Gateway::start_at(&shop, &config(), &["--listen", "127.0.0.1:0"]);
    assert!(gateway.ready.contains(" over mutual TLS, "), "{}", gateway.ready);
    let (_served, service) = serve(&shop, &python);
    let service = service.to_string();
    let request = || {
        let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--allow-plain-http"];
        let printed =
            shop.make(&[&identity[..], &["--print-request", "http://api.example.com/orders"]].concat());
        with_field(&printed, "connection: close")
    };
    for (edge, passes) in [("edge", true), ("other", false)] {
        let text = nginx(&Kind::Nginx.file(), edge, gateway.place());
        let (_running, proxy) = Kind::Nginx.start(&shop, &program, &text, [gateway.place(), &service]);
        let answer = exchange(&proxy.to_string(), request().as_bytes());
        let line = gateway.line();
        if passes {
            assert!(answer.status == 200 && answer.content.contains(BILLING), "{answer:?} {line}");
            assert!(line.contains("let through"), "{line}");
        } else {
            assert!(answer.status == 500 && line.contains("mtls.not_expected"), "{answer:?} {line}");
        }
    }
    // Nobody gets an answer in the clear.
    let mut stream = std::net::TcpStream::connect(gateway.place()).unwrap();
    stream.set_read_timeout(Some(crate::asked::PATIENCE)).unwrap();
    let _ = stream.write_all(request().as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP/"), "{answer:?}");
}
