//! Spans and events of a service that runs, on standard error.

use crate::service::*;
use crate::workshop::NOW;
use serde_json::{Value, json};

const LISTEN: [&str; 4] = ["--listen", "127.0.0.1:0", "--now", NOW];

/// One request that is accepted, and the same again; gives the log.
fn log(options: &[&str]) -> Vec<String> {
    let shop = shop();
    let service = Service::start_with(&shop, CONFIG, &[&LISTEN[..], options].concat());
    let request = service.print(&shop, &[&format!("{BASE}/orders/7?full=1")]);
    assert_eq!((service.send(&request).0, service.send(&request).0), (200, 401));
    let (status, log) = service.stop("TERM");
    assert_eq!(status.code(), Some(0));
    log
}

/// Without what differs from run to run: the time, and how long it took.
fn without_times(line: &str) -> String {
    let (time, rest) = line.split_once(' ').unwrap();
    assert!(time.len() == 27 && time.ends_with('Z'), "{line}");
    rest.split(" time.busy=").next().unwrap().trim_start().to_owned()
}

const ACCEPTED: &str = "INFO wimse.authenticate{stage=\"authorization\" binding=wpt caller=\"wimse://example.com/billing\" decision=\"accepted\"}: wimse_tower: ";
const REFUSED: &str = "INFO wimse.authenticate{stage=\"admission\" binding=wpt decision=\"refused\" code=\"wpt.replayed\" claimed_subject=\"wimse://example.com/billing\"}: wimse_tower: ";

#[test]
fn the_span_of_a_request() {
    let log = log(&["--trace", "info"]);
    let (lines, decisions): (Vec<&String>, Vec<&String>) =
        log.iter().partition(|line| line.contains(" INFO "));
    let of_tower: Vec<String> =
        lines.iter().filter(|line| line.contains("wimse_tower: ")).map(|line| without_times(line)).collect();
    let refused =
        "\"GET\" \"/orders/7\": refused with 401, wpt.replayed, claims to be wimse://example.com/billing";
    assert_eq!(
        of_tower,
        [format!("{ACCEPTED}close"), format!("{REFUSED}{refused}"), format!("{REFUSED}close")]
    );
    assert!(
        lines.iter().any(|line| line.contains("wimse.refresh{") && line.contains("wimse_trust: ")),
        "{log:#?}"
    );
    assert!(lines.iter().any(|line| line.contains("wimse.renew{")), "{log:#?}");
    // The log is as it is without.
    assert_eq!(decisions.len(), 2, "{decisions:#?}");
    assert!(decisions[1].ends_with(refused));
}

#[test]
fn levels_and_targets_filter() {
    // A level for one target leaves all others out.
    let only = log(&["--trace", "wimse_tower=debug"]);
    assert!(!only.iter().any(|line| line.contains("wimse_trust: ")), "{only:#?}");
    let accepted = "\"GET\" \"/orders/7\": let through, wimse://example.com/billing";
    let debug = format!("{}{accepted}", ACCEPTED.replacen("INFO", "DEBUG", 1));
    assert!(only.iter().any(|line| line.contains(" DEBUG ") && without_times(line) == debug), "{only:#?}");
    for options in [&[][..], &["--trace", "off"], &["--trace", "error,wimse_tower=warn"]] {
        let log = log(options);
        assert_eq!(log.len(), 2, "{options:?} {log:#?}");
    }
}

#[test]
fn as_json() {
    let log = log(&["--trace", "info", "--json"]);
    let documents = log.iter().filter(|line| line.starts_with('{'));
    let documents: Vec<Value> = documents.map(|line| serde_json::from_str(line).unwrap()).collect();
    let of_tower: Vec<&Value> =
        documents.iter().filter(|document| document["target"] == "wimse_tower").collect();
    assert_eq!(of_tower.len(), 3, "{of_tower:#?}");
    let accepted = json!({ "name": "wimse.authenticate", "stage": "authorization", "binding": "wpt",
        "decision": "accepted", "caller": BILLING });
    let refused = json!({ "name": "wimse.authenticate", "stage": "admission", "binding": "wpt",
        "decision": "refused", "code": "wpt.replayed", "claimed_subject": BILLING });
    assert_eq!((&of_tower[0]["span"], &of_tower[0]["fields"]["message"]), (&accepted, &json!("close")));
    assert_eq!((&of_tower[1]["span"], &of_tower[1]["level"]), (&refused, &json!("INFO")));
    assert_eq!(of_tower[2]["span"], refused);
}

#[test]
fn a_word_that_is_no_level_is_wrong_usage() {
    let shop = shop();
    shop.write("a.toml", CONFIG);
    for (given, says) in [("loud", "\"loud\" is no level"), ("info,[a]=info", "\"[a]\" is no target")] {
        let ended = shop.wimse(&["serve", "--config", "a.toml", "--trace", given]);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(says), "{}", ended.stderr);
    }
}

/// Lines wait for a reader that is slow, and the service for nobody: those that find no room are left out, and counted.
#[test]
fn a_slow_reader_keeps_nobody_waiting() {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::{Command, Stdio};
    let shop = shop();
    shop.write("service-under-test.toml", CONFIG);
    let mut command = Command::new(env!("CARGO_BIN_EXE_wimse"));
    command.args(["serve", "--config", "service-under-test.toml", "--trace", "trace"]).args(LISTEN);
    command.current_dir(shop.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut ready = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut ready).unwrap();
    let address = ready.split("://").nth(1).unwrap().split(' ').next().unwrap().to_owned();
    // More than a pipe and the queue take: three lines for each.
    let path = "p".repeat(400);
    let request = format!("GET /{path} HTTP/1.1\r\nhost: a\r\n\r\n");
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    for _ in 0..2500 {
        std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
        let (mut length, mut line) = (0, String::new());
        while line != "\r\n" {
            line.clear();
            assert_ne!(answers.read_line(&mut line).unwrap(), 0, "it has stopped answering");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        answers.read_exact(&mut vec![0; length]).unwrap();
    }
    drop((stream, answers));
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(log.contains(" lines were left out\n"), "{} bytes", log.len());
    assert!(log.lines().count() < 7500, "{}", log.lines().count());
}
