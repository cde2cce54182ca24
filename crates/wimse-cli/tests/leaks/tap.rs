//! What travels between a caller and a server, kept.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, JoinHandle};

/// Passes bytes on in both directions, until it is dropped.
pub(crate) struct Tap {
    pub(crate) address: String,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    to: OnceLock<String>,
    taken: Mutex<Vec<Vec<u8>>>,
    is_over: AtomicBool,
}

impl Tap {
    /// Before anybody connects, it has to be said where it [leads to](Self::lead_to).
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let shared = Arc::<Shared>::default();
        let of_thread = Arc::clone(&shared);
        let accepting = thread::spawn(move || {
            for stream in listener.incoming() {
                if of_thread.is_over.load(Ordering::SeqCst) {
                    return;
                }
                let to = TcpStream::connect(of_thread.to.get().unwrap()).unwrap();
                let from = stream.unwrap();
                for (from, to) in [(&from, &to), (&to, &from)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let shared = Arc::clone(&of_thread);
                    thread::spawn(move || shared.pass(from, to));
                }
            }
        });
        Self { address, shared, accepting: Some(accepting) }
    }

    pub(crate) fn to(address: &str) -> Self {
        let tap = Self::new();
        tap.lead_to(address);
        tap
    }

    pub(crate) fn lead_to(&self, address: &str) {
        self.shared.to.set(address.to_owned()).unwrap();
    }

    /// What has passed so far, each direction of each connection.
    pub(crate) fn taken(&self) -> Vec<Vec<u8>> {
        self.shared.taken.lock().unwrap().clone()
    }
}

impl Shared {
    /// It is kept before it is passed on: whoever has the answer finds the request here.
    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let place = {
            let mut taken = self.taken.lock().unwrap();
            taken.push(Vec::new());
            taken.len() - 1
        };
        let mut bytes = [0; 16 * 1024];
        while let Ok(read) = from.read(&mut bytes) {
            if read == 0 {
                break;
            }
            self.taken.lock().unwrap()[place].extend_from_slice(&bytes[..read]);
            if to.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        // Each end learns of the other's.
        let _ = (from.shutdown(Shutdown::Read), to.shutdown(Shutdown::Write));
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(&self.address);
        let _ = self.accepting.take().map(JoinHandle::join);
    }
}
