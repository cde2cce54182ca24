//! Content of signed requests that is too large for memory, in a file: by choice.

use crate::service::*;
use crate::workshop::Workshop;
use serde_json::json;
use std::fs;

const URL: &str = "http://api.example.com/orders";
const MEMORY: usize = 1000;
const LIMIT: usize = 200_000;
const SPOOL: &str = "spool = { folder = \"spool\", content-bytes = 200000, total-bytes = 400000 }\n";

fn config(spool: &str) -> String {
    format!("{CONFIG}{spool}limits = {{ content-bytes = {MEMORY} }}\n")
}

fn start(shop: &Workshop) -> Service {
    fs::create_dir(shop.path("spool")).unwrap();
    Service::start(shop, &config(SPOOL))
}

fn content(shop: &Workshop, bytes: usize) {
    shop.write("content", "x".repeat(bytes));
}

/// Names in the folder.
fn files(shop: &Workshop) -> usize {
    shop.path("spool").read_dir().unwrap().count()
}

fn signed(shop: &Workshop, service: &Service, bytes: usize) -> serde_json::Value {
    content(shop, bytes);
    let (_, document) = service.call(shop, &["--httpsig", "-d", "@content", URL]);
    if document["status"] == 200 {
        assert_eq!(echoed(&document)["content_bytes"], bytes, "{document}");
    }
    document["status"].clone()
}

/// The same content, with and without the section.
#[test]
fn content_above_the_memory_is_spooled_by_choice() {
    let shop = shop();
    let service = start(&shop);
    for (bytes, status) in [(MEMORY, 200), (MEMORY + 1, 200), (LIMIT, 200), (LIMIT + 1, 413)] {
        assert_eq!(signed(&shop, &service, bytes), status, "{bytes}");
        assert_eq!(files(&shop), 0, "{bytes}");
    }
    service.line_with("tower.content_too_large");
    drop(service);

    let service = Service::start(&shop, &config(""));
    assert_eq!(signed(&shop, &service, MEMORY), 200);
    assert_eq!(signed(&shop, &service, MEMORY + 1), 413);
    service.line_with("tower.content_too_large");
}

/// What is spooled is judged as a whole before anybody sees it.
#[test]
fn content_that_was_changed_is_refused() {
    let shop = shop();
    let service = start(&shop);
    content(&shop, 50 * MEMORY);
    let request = String::from_utf8(service.print(&shop, &["--httpsig", "-d", "@content", URL])).unwrap();
    let changed = format!("{}y", &request[..request.len() - 1]);
    let (status, answer) = service.send(changed.as_bytes());
    assert_eq!((status, answer.contains("content_bytes")), (400, false), "{answer}");
    service.line_with("httpsig.digest_mismatch");
    assert_eq!(files(&shop), 0);
    assert_eq!(service.send(request.as_bytes()).0, 200);
    assert_eq!(files(&shop), 0);
}

/// Without the folder there is no place for it: nothing is accepted that was not judged.
#[test]
fn a_folder_that_is_gone_is_no_place() {
    let shop = shop();
    let service = start(&shop);
    fs::remove_dir(shop.path("spool")).unwrap();
    assert_eq!(signed(&shop, &service, MEMORY), json!(200), "it fits into memory");
    assert_eq!(signed(&shop, &service, MEMORY + 1), json!(503));
    service.line_with("tower.content_spool");
    fs::create_dir(shop.path("spool")).unwrap();
    assert_eq!(signed(&shop, &service, MEMORY + 1), json!(200));
}

/// While content comes, it is in a file that has no name; whoever goes away in the middle leaves nothing.
#[cfg(target_os = "linux")]
#[test]
fn no_file_is_left_behind() {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    let shop = shop();
    let service = start(&shop);
    content(&shop, 50 * MEMORY);
    let request = service.print(&shop, &["--httpsig", "-d", "@content", URL]);
    let half = request.len() - 10 * MEMORY;
    let spooled = || {
        let open = fs::read_dir(format!("/proc/{}/fd", service.id())).unwrap();
        let open = open.filter_map(|entry| fs::read_link(entry.unwrap().path()).ok());
        open.filter(|file| file.starts_with(shop.path("spool"))).count()
    };
    for goes_on in [false, true] {
        let mut stream = TcpStream::connect(service.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(&request[..half]).unwrap();
        wait_until("it is spooled", || spooled() == 1);
        assert_eq!(files(&shop), 0, "it has no name");
        if goes_on {
            stream.write_all(&request[half..]).unwrap();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).unwrap();
            assert_eq!(&answer, b"HTTP/1.1 200");
        } else {
            drop(stream);
        }
        wait_until("nothing is left", || spooled() == 0);
        assert_eq!(files(&shop), 0);
    }
}
