//! The server: for each line of a connection it says who is there, or why nobody is.

use crate::counts::{Counts, count};
use crate::workload::{BILLING, RETIRED, Workload, now};
use rustls::{ServerConnection, StreamOwned};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use wimse_creds::pop::PeerPolicy;
use wimse_mtls::{MtlsError, MtlsServer, TlsEnvironment, rustls};

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(orders: &Workload, counts: &Arc<Counts>) -> Self {
        let policy = PeerPolicy::exactly([BILLING, RETIRED].map(|identifier| identifier.parse().unwrap()));
        let (identity, anchors) = (orders.identity.clone(), orders.anchors.clone());
        let server = MtlsServer::new(&TlsEnvironment::aws_lc(), identity, anchors, policy).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let stopped = Arc::new(AtomicBool::new(false));
        let (stop, counts) = (Arc::clone(&stopped), Arc::clone(counts));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (server, counts) = (server.clone(), Arc::clone(&counts));
                std::thread::spawn(move || answer(&server, stream.unwrap(), &counts));
            }
        });
        Self { address, stopped, thread: Some(thread) }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread up.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Until the connection ends.
fn answer(server: &MtlsServer, stream: TcpStream, counts: &Counts) {
    let connection = ServerConnection::new(server.config()).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    let mut line = String::new();
    loop {
        line.clear();
        match stream.read_line(&mut line) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => {
                // Of all that can be wrong with a caller here, only the CA may be.
                let refusal = MtlsError::from_io(&error).filter(|refusal| refusal.code() != "wic.signature");
                if let Some(refusal) = refusal {
                    count(&counts.failed);
                    let _ = writeln!(std::io::stderr(), "refused by the server: {refusal:?}");
                }
                return;
            }
        }
        // Read before the judgement: what is accepted then is accepted without the anchor.
        let must_be_refused = counts.old_ca_must_be_refused();
        let answer = match server.peer(&stream.get_ref().conn, now()) {
            Ok(peer) if must_be_refused && peer.identifier().as_str() == RETIRED => {
                count(&counts.accepted_after_removal);
                peer.identifier().to_string()
            }
            Ok(peer) => peer.identifier().to_string(),
            Err(error) => error.code().to_owned(),
        };
        if writeln!(stream.get_mut(), "{answer}").is_err() {
            return;
        }
    }
}
