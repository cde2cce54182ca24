//! What connections may take.

use std::time::Duration;

/// Limits of connections. The defaults are meant for a service that is called by workloads.
#[derive(Debug, Clone)]
pub struct ServerLimits {
    pub(super) connections: usize,
    pub(super) head_bytes: usize,
    pub(super) head_fields: usize,
    pub(super) streams: u32,
    pub(super) handshake: Duration,
    pub(super) head: Duration,
    pub(super) idle: Duration,
    pub(super) grace: Duration,
}

impl Default for ServerLimits {
    /// 1,024 connections; heads of 64 KiB and 100 fields; 128 requests at once on one HTTP/2 connection; 10 seconds for a
    /// handshake, for a head, and for what is open when the server stops; a minute without a request.
    fn default() -> Self {
        let ten = Duration::from_secs(10);
        Self {
            connections: 1024,
            head_bytes: 64 * 1024,
            head_fields: 100,
            streams: 128,
            handshake: ten,
            head: ten,
            idle: Duration::from_secs(60),
            grace: ten,
        }
    }
}

impl ServerLimits {
    /// Sets how many connections are open at once, handshakes among them. Further ones wait in the queue of the system.
    ///
    /// Each takes the memory of its head; over HTTP/2 also up to 1 MiB of content that the application has not yet read.
    #[must_use]
    pub fn connections(mut self, connections: usize) -> Self {
        self.connections = connections.max(1);
        self
    }

    /// Sets the bytes and the number of fields of the head of a request: 431 beyond. 8 KiB is the least; a WIT may have 16.
    #[must_use]
    pub fn head_size(mut self, bytes: usize, fields: usize) -> Self {
        (self.head_bytes, self.head_fields) = (bytes.max(8 * 1024), fields);
        self
    }

    /// Sets how many requests there may be at once on one HTTP/2 connection.
    #[must_use]
    pub fn streams(mut self, streams: u32) -> Self {
        self.streams = streams;
        self
    }

    /// Sets how long a TLS handshake may take.
    #[must_use]
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.handshake = timeout;
        self
    }

    /// Sets how long the head of a request may take, the first one from the start of the connection.
    #[must_use]
    pub fn head_timeout(mut self, timeout: Duration) -> Self {
        self.head = timeout;
        self
    }

    /// Sets after how long a connection without requests is closed, or one that takes nothing of answers that are there; it may be
    /// up to twice as long. An answer that the application has not given yet is waited for.
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle = timeout;
        self
    }

    /// Sets how long open requests have when the server stops.
    #[must_use]
    pub fn stop_grace(mut self, grace: Duration) -> Self {
        self.grace = grace;
        self
    }
}
