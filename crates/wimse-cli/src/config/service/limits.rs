//! What connections and content may take.

use super::super::problem::Review;
use super::schema::{Limits, Spool};
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;
use wimse_tower::{ContentLimits, ServerLimits};

/// Limits that were given; what was not is as in the library. Times are in seconds.
#[derive(Debug, Serialize)]
pub(crate) struct LimitSettings {
    connections: u64,
    head_bytes: u64,
    head_fields: u64,
    streams: u32,
    handshake_timeout: u64,
    head_timeout: u64,
    idle_timeout: u64,
    stop_grace: u64,
    pub(crate) content_bytes: u64,
    content_total_bytes: u64,
    pub(crate) content_timeout: u64,
    remembered_proofs: u64,
    spool: Option<SpoolSettings>,
}

#[derive(Debug, Serialize)]
struct SpoolSettings {
    folder: PathBuf,
    content_bytes: u64,
    total_bytes: u64,
}

impl LimitSettings {
    pub(super) fn read(
        limits: &Limits,
        spool: Option<&Spool>,
        folder: &Path,
        review: &mut Review<'_>,
    ) -> Self {
        let mut number = |given: Option<&Spanned<u64>>, default: u64, least: u64| {
            let Some(given) = given else { return default };
            if *given.get_ref() < least {
                let message = format!("at least {least} is needed here");
                let fix = format!("write {default}, the default, or leave the line out");
                review.refuse("config.value", given.span(), message, fix);
            }
            *given.get_ref()
        };
        let limits = Self {
            connections: number(limits.connections.as_ref(), 1024, 1),
            head_bytes: number(limits.head_bytes.as_ref(), 64 * 1024, 8 * 1024),
            head_fields: number(limits.head_fields.as_ref(), 100, 8),
            streams: u32::try_from(number(limits.streams.as_ref(), 128, 1)).unwrap_or(u32::MAX),
            handshake_timeout: number(limits.handshake_timeout.as_ref(), 10, 1),
            head_timeout: number(limits.head_timeout.as_ref(), 10, 1),
            idle_timeout: number(limits.idle_timeout.as_ref(), 60, 1),
            stop_grace: number(limits.stop_grace.as_ref(), 10, 0),
            content_bytes: number(limits.content_bytes.as_ref(), ContentLimits::DEFAULT_MEMORY as u64, 1),
            content_total_bytes: number(
                limits.content_total_bytes.as_ref(),
                ContentLimits::DEFAULT_TOTAL as u64,
                1,
            ),
            content_timeout: number(
                limits.content_timeout.as_ref(),
                ContentLimits::DEFAULT_TIMEOUT.as_secs(),
                1,
            ),
            remembered_proofs: number(limits.remembered_proofs.as_ref(), 1_000_000, 1),
            spool: spool.map(|spool| SpoolSettings {
                folder: folder.join(spool.folder.get_ref()),
                content_bytes: number(Some(&spool.content_bytes), 64 << 20, 1),
                total_bytes: number(Some(&spool.total_bytes), 1 << 30, 1),
            }),
        };
        if let Some(spool) = spool
            && !folder.join(spool.folder.get_ref()).is_dir()
        {
            let message = format!("{} is not a folder", folder.join(spool.folder.get_ref()).display());
            review.refuse(
                "config.file",
                spool.folder.span(),
                message,
                "make the folder, or name another one",
            );
        }
        limits
    }

    pub(crate) fn server(&self) -> ServerLimits {
        ServerLimits::default()
            .connections(size(self.connections))
            .head_size(size(self.head_bytes), size(self.head_fields))
            .streams(self.streams)
            .handshake_timeout(Duration::from_secs(self.handshake_timeout))
            .head_timeout(Duration::from_secs(self.head_timeout))
            .idle_timeout(Duration::from_secs(self.idle_timeout))
            .stop_grace(Duration::from_secs(self.stop_grace))
    }

    pub(crate) fn content(&self) -> ContentLimits {
        let limits = ContentLimits::default()
            .memory(size(self.content_bytes))
            .total(size(self.content_total_bytes))
            .timeout(Duration::from_secs(self.content_timeout));
        match &self.spool {
            Some(spool) => limits.spool(&spool.folder, spool.content_bytes, spool.total_bytes),
            None => limits,
        }
    }

    /// The content of a request that no signature covers.
    pub(crate) fn longest_content(&self) -> usize {
        let spooled = self.spool.as_ref().map_or(0, |spool| spool.content_bytes);
        size(self.content_bytes.max(spooled))
    }

    pub(crate) fn remembered_proofs(&self) -> usize {
        size(self.remembered_proofs)
    }

    /// Connections and content, for people.
    pub(in crate::config) fn text(&self) -> String {
        format!("{} connections, {} bytes of content", self.connections, self.longest_content())
    }
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
