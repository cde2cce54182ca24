//! Where the connection of a call leads, whatever its URL says.

use crate::service::{refusal, shop};
use crate::workshop::{NOW, Workshop};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::thread::{self, JoinHandle};

/// Takes one connection and answers whatever request comes; what has come.
fn listen(on: IpAddr) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind((on, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let listening = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
        let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
        if !head.is_empty() {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
        }
        head.join("\n")
    });
    (address, listening)
}

/// Calls this machine by its name, and connects to the address: exit code, code of the refusal, what has come there.
fn call(shop: &Workshop, on: IpAddr, options: &[&str]) -> (i32, String, String) {
    let (address, listening) = listen(on);
    let (connect, url) = (address.to_string(), format!("http://localhost:{}/orders", address.port()));
    let identity = ["call", "--wit", "billing.wit", "--key", "billing.jwk.json", "--now", NOW];
    let call = shop.document(&[&identity[..], &["--connect", &connect, &url], options].concat());
    let (code, refused) = refusal(&call);
    (code, refused.to_owned(), listening.join().unwrap())
}

/// Another address of this machine than a loopback one, which stands for another machine. No packet is sent for it.
fn other_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[test]
fn a_wit_goes_in_the_clear_to_this_machine_only() {
    let shop = shop();
    let (code, _, came) = call(&shop, Ipv4Addr::LOCALHOST.into(), &[]);
    assert!(code == 0 && came.contains("workload-identity-token: "), "{code}: {came}");

    let Some(other) = other_address() else {
        let _ = writeln!(std::io::stderr(), "skipped: an address that is not loopback");
        return;
    };
    for options in [&[][..], &["--httpsig"]] {
        let refused = call(&shop, other, options);
        assert_eq!(refused, (1, "client.plain_http".to_owned(), String::new()), "{options:?}");
    }
    let (code, _, came) = call(&shop, other, &["--allow-plain-http"]);
    assert!(code == 0 && came.contains("workload-identity-token: "), "{code}: {came}");
}
