//! One part of the replay guard of a process: entries by expiry, and how many each sender has.

use super::ReplayError;
use super::fingerprint::{Fingerprint, FirstWord};
use crate::UnixTime;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::time::Duration;

pub(super) struct Limits {
    /// Entries of one shard.
    pub(super) capacity: usize,
    /// Entries of one sender in one shard.
    pub(super) share: usize,
    pub(super) window: Duration,
}

/// Fewer entries of a shard are left alone.
const SWEPT_FROM: usize = 256;

/// Generations are numbered by time: number n holds what expires in the n-th window since 1970.
#[derive(Default)]
pub(super) struct Shard {
    generations: [Generation; 2],
    swept: i64,
    /// Entries that were left by the last sweep.
    left: usize,
    /// Proofs that were valid until this second or before may have been forgotten.
    forgotten: i64,
}

#[derive(Default)]
struct Generation {
    number: i64,
    entries: HashMap<Fingerprint, Entry, BuildHasherDefault<FirstWord>>,
    by_sender: HashMap<u64, u32, BuildHasherDefault<FirstWord>>,
}

struct Entry {
    expires: i64,
    sender: u64,
}

impl Shard {
    pub(super) fn len(&self) -> usize {
        self.generations.iter().map(|generation| generation.entries.len()).sum()
    }

    pub(super) fn admit(
        &mut self,
        fingerprint: Fingerprint,
        sender: u64,
        valid_until: UnixTime,
        now: UnixTime,
        limits: &Limits,
    ) -> Result<(), ReplayError> {
        if valid_until > now.plus(limits.window) {
            return Err(ReplayError::Window);
        }
        let window = limits.window.as_secs().cast_signed().max(1);
        self.drop_expired_generations(now.as_secs().div_euclid(window), window);
        if valid_until.as_secs() <= self.forgotten {
            return Err(ReplayError::Forgotten);
        }
        if self.generations.iter().any(|generation| generation.entries.contains_key(&fingerprint)) {
            return Err(ReplayError::Replayed);
        }
        // Once a second at the most, so that a full store is not swept for every caller.
        if self.swept != now.as_secs() && (self.is_worth_sweeping() || self.is_full(sender, limits).is_some())
        {
            self.sweep(now);
        }
        if let Some(refusal) = self.is_full(sender, limits) {
            return Err(refusal);
        }
        let number = valid_until.as_secs().div_euclid(window);
        let generation = &mut self.generations[usize::from(number.rem_euclid(2) == 1)];
        // The clock may have been set back: then the newer generation takes the entry, and keeps it longer.
        generation.number = generation.number.max(number);
        generation.entries.insert(fingerprint, Entry { expires: valid_until.as_secs(), sender });
        *generation.by_sender.entry(sender).or_default() += 1;
        Ok(())
    }

    fn drop_expired_generations(&mut self, current: i64, window: i64) {
        let left = &mut self.left;
        for generation in &mut self.generations {
            if generation.number < current && !generation.entries.is_empty() {
                *left = left.saturating_sub(generation.entries.len());
                generation.entries.clear();
                generation.by_sender.clear();
                // Everything in it was valid until the current window at the latest. Should the clock be set back
                // now, these proofs would look new.
                self.forgotten = self.forgotten.max(current.saturating_mul(window) - 1);
            }
        }
    }

    /// With twice what the last sweep has left: an entry is looked at by two sweeps or so, however many there are, and proofs that live
    /// for seconds do not stay for the window.
    fn is_worth_sweeping(&self) -> bool {
        self.len() >= (2 * self.left).max(SWEPT_FROM)
    }

    fn sweep(&mut self, now: UnixTime) {
        self.swept = now.as_secs();
        self.forgotten = self.forgotten.max(now.as_secs());
        self.generations.iter_mut().for_each(|generation| generation.sweep(now.as_secs()));
        self.left = self.len();
    }

    fn is_full(&self, sender: u64, limits: &Limits) -> Option<ReplayError> {
        let of_sender = |generation: &Generation| generation.by_sender.get(&sender).copied().unwrap_or(0);
        if self.generations.iter().map(of_sender).sum::<u32>() as usize >= limits.share {
            return Some(ReplayError::SenderShare);
        }
        (self.len() >= limits.capacity).then_some(ReplayError::Full)
    }
}

impl Generation {
    fn sweep(&mut self, now: i64) {
        let by_sender = &mut self.by_sender;
        self.entries.retain(|_, entry| {
            let live = entry.expires > now;
            if !live && let Some(count) = by_sender.get_mut(&entry.sender) {
                *count -= 1;
            }
            live
        });
        by_sender.retain(|_, count| *count > 0);
        // What lived only for a while, or in the window before, gives its memory back.
        if self.entries.capacity() > 4 * self.entries.len().max(SWEPT_FROM) {
            self.entries.shrink_to(2 * self.entries.len());
            self.by_sender.shrink_to_fit();
        }
    }
}
