//! An answer that is lost on the way: the same attempt is made again, and is no replay of itself.

use crate::proofs::{FRESH, Sender};
use crate::server::{Redis, patient};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use wimse_creds::pop::ReplayError;
use wimse_replay::{RedisReplayStore, RedisSettings};

/// Stands between a store and its server, and ends a connection in place of passing an answer on, so many times.
async fn breaking(server: PathBuf, breaks: Arc<AtomicU32>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(&server).await.unwrap();
            tokio::spawn(pass(client, server, Arc::clone(&breaks)));
        }
    });
    format!("redis://{address}")
}

async fn pass(mut client: TcpStream, mut server: UnixStream, breaks: Arc<AtomicU32>) {
    let (mut question, mut answer) = ([0; 4096], [0; 4096]);
    loop {
        tokio::select! {
            Ok(bytes @ 1..) = client.read(&mut question) => {
                server.write_all(&question[..bytes]).await.unwrap();
            }
            Ok(bytes @ 1..) = server.read(&mut answer) => {
                let take = |left: u32| left.checked_sub(1);
                if breaks.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok() {
                    return;
                }
                client.write_all(&answer[..bytes]).await.unwrap();
            }
            else => return,
        }
    }
}

#[tokio::test]
async fn the_attempt_is_made_again() {
    let Some(redis) = Redis::start(&[]) else { return };
    let breaks = Arc::new(AtomicU32::new(0));
    let address = breaking(redis.socket(), Arc::clone(&breaks)).await;
    let settings = patient(RedisSettings::new(&address).unwrap());
    let (store, sender) = (RedisReplayStore::connect(settings).await.unwrap(), Sender::new("billing"));
    for id in ["1", "2", "3"] {
        // The server admits it, and nobody hears of it.
        breaks.store(1, Ordering::Relaxed);
        assert_eq!(sender.ask(&store, id, FRESH).await, Ok(()));
        assert_eq!(sender.ask(&store, id, FRESH).await, Err(ReplayError::Replayed), "another attempt");
    }
    let statistics = store.statistics();
    assert_eq!((statistics.asked_again, statistics.connections, statistics.admitted), (3, 4, 3));
}

#[tokio::test]
async fn but_once_only() {
    let Some(redis) = Redis::start(&[]) else { return };
    let breaks = Arc::new(AtomicU32::new(0));
    let address = breaking(redis.socket(), Arc::clone(&breaks)).await;
    let settings = patient(RedisSettings::new(&address).unwrap());
    let (store, sender) = (RedisReplayStore::connect(settings).await.unwrap(), Sender::new("billing"));
    breaks.store(u32::MAX, Ordering::Relaxed);
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Unavailable));
    assert_eq!(store.statistics().asked_again, 1);
    breaks.store(0, Ordering::Relaxed);
    // The first was used up, as is documented: who retries makes a new one.
    crate::failures::until_admitted(&store, &sender).await;
    assert_eq!(sender.ask(&store, "1", FRESH).await, Err(ReplayError::Replayed));
}
