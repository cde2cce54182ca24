//! What a replay guard keeps of a proof in place of its names.

use super::ReplayKey;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

/// 128 bits of keyed hash.
#[derive(PartialEq, Eq)]
pub(super) struct Fingerprint(pub(super) [u64; 2]);

impl Fingerprint {
    pub(super) fn of(key: &ReplayKey, hashers: &[RandomState; 2]) -> Self {
        let hash = |state: &RandomState| {
            let mut hasher = state.build_hasher();
            key.scope.hash(&mut hasher);
            key.within.hash(&mut hasher);
            key.id.hash(&mut hasher);
            hasher.finish()
        };
        Self([hash(&hashers[0]), hash(&hashers[1])])
    }
}

impl Hash for Fingerprint {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0[0]);
    }
}

/// Keys are keyed hashes already: the first word is as good as another hash of it.
#[derive(Default)]
pub(super) struct FirstWord(u64);

impl Hasher for FirstWord {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }
}
