//! What may happen on the way between a store and its server.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use wimse_replay::RedisSettings;

/// Passes connections on to a server.
pub(crate) struct Relay {
    address: String,
    way: Arc<Way>,
}

struct Way {
    server: Mutex<PathBuf>,
    breaks: AtomicU32,
    passed: Mutex<Vec<Arc<Passed>>>,
}

/// A connection that goes over the relay.
#[derive(Default)]
pub(crate) struct Passed {
    asked: AtomicU64,
    is_stuck: AtomicBool,
}

impl Passed {
    /// How often something has come from the store. Over a connection with more of it, something was asked.
    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    /// From now on, no answer is passed on.
    pub(crate) fn stick(&self) {
        self.is_stuck.store(true, Ordering::Relaxed);
    }
}

impl Relay {
    pub(crate) async fn to(server: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("redis://{}", listener.local_addr().unwrap());
        let way =
            Arc::new(Way { server: Mutex::new(server), breaks: AtomicU32::new(0), passed: Mutex::default() });
        let taken = Arc::clone(&way);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let passed = Arc::new(Passed::default());
                taken.passed.lock().unwrap().push(Arc::clone(&passed));
                tokio::spawn(pass(client, Arc::clone(&taken), passed));
            }
        });
        Self { address, way }
    }

    /// Of a store that comes over here.
    pub(crate) fn settings(&self) -> RedisSettings {
        crate::server::patient(RedisSettings::new(&self.address).unwrap())
    }

    /// So many times, a connection ends in place of passing an answer on.
    pub(crate) fn break_answers(&self, times: u32) {
        self.way.breaks.store(times, Ordering::Relaxed);
    }

    /// Where connections that are made from now on lead.
    pub(crate) fn lead_to(&self, server: PathBuf) {
        *self.way.server.lock().unwrap() = server;
    }

    /// All connections since the start, in the order in which they came.
    pub(crate) fn passed(&self) -> Vec<Arc<Passed>> {
        self.way.passed.lock().unwrap().clone()
    }
}

async fn pass(mut client: TcpStream, way: Arc<Way>, passed: Arc<Passed>) {
    let server = way.server.lock().unwrap().clone();
    let mut server = UnixStream::connect(server).await.unwrap();
    let (mut question, mut answer) = ([0; 4096], [0; 4096]);
    loop {
        tokio::select! {
            Ok(bytes @ 1..) = client.read(&mut question) => {
                passed.asked.fetch_add(1, Ordering::Relaxed);
                server.write_all(&question[..bytes]).await.unwrap();
            }
            Ok(bytes @ 1..) = server.read(&mut answer) => {
                let take = |left: u32| left.checked_sub(1);
                if way.breaks.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
                    return;
                }
                if !passed.is_stuck.load(Ordering::Relaxed) {
                    client.write_all(&answer[..bytes]).await.unwrap();
                }
            }
            else => return,
        }
    }
}
