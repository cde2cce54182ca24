//! What a client cannot do to the server.

use super::*;
use std::io::Read;
use wimse::creds::key::Algorithm;

/// Longer than the test.
const PATIENCE: Duration = Duration::from_secs(120);

fn server(name: &str, listener: &TcpListener) -> Arc<Server> {
    let path = std::env::temp_dir().join(format!("wimse-live-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let folder = Folder::prepare(&path, &origin, Algorithm::Es256).unwrap();
    let server = Arc::new(Server::new(&folder, &origin, PATIENCE).unwrap());
    std::fs::remove_dir_all(&path).unwrap();
    server
}

#[test]
fn what_is_kept_of_a_client_is_bounded() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = server("kept", &listener);
    let path = &server.lessons.first().unwrap().path;
    let mut message = Message { start: format!("POST /{path} HTTP/1.1"), ..Message::default() };
    message.content = vec![b'a'; 512 * 1024];
    let _ = server.answer(&message);
    assert_eq!(server.arrivals().len(), 1);
    assert!(server.arrivals().iter().all(|arrival| arrival.message.content.is_empty()));
    message.add("x-long", "a".repeat(512 * 1024));
    for _ in 0..40 {
        let _ = server.answer(&message);
    }
    let kept = server.arrivals();
    assert!(kept.len() > 20 && kept.iter().map(Arrival::bytes).sum::<usize>() <= MOST_BYTES);
    server.forget();
    let _ = server.answer(&message);
    assert_eq!(server.arrivals().len(), 1);
}

#[test]
fn a_client_that_opens_too_many_connections_is_turned_away_until_it_closes_some() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    server("places", &listener).start(listener);
    let answered = || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut answer = String::new();
        let _ = stream.write_all(b"GET /nothing HTTP/1.1\r\n\r\n");
        let _ = stream.read_to_string(&mut answer);
        answer.starts_with("HTTP/1.1 404")
    };
    assert!(answered());
    // The one that was answered may have its place for a moment longer.
    let deadline = Instant::now() + PATIENCE;
    let mut idle = Vec::new();
    while answered() {
        assert!(idle.len() <= CONNECTIONS && Instant::now() < deadline);
        idle.push(TcpStream::connect(address).unwrap());
    }
    drop(idle);
    while !answered() {
        assert!(Instant::now() < deadline, "no place is free again");
    }
}
