//! A replay guard with a million living proofs.

use crate::Error;
use crate::scenario::{NOW, Scenario};
use std::time::{Duration, Instant};
use wimse_creds::UnixTime;
use wimse_creds::pop::binding::{Binding, Possession};
use wimse_creds::pop::{
    Admissible, MemoryReplayGuard, ReplayError, ReplayGuard as _, ReplayKey, ReplayScope,
};

/// How many proofs live at once, where nothing else is said.
pub const LIVE: u64 = 1_000_000;

/// Replay keys, each a new one, of the callers in turn.
pub struct Keys {
    senders: Vec<Possession>,
    made: usize,
}

impl Keys {
    /// For the callers of a scenario.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn new(scenario: &Scenario) -> Result<Self, Error> {
        let wits = scenario.wits(0);
        let senders = scenario.callers.iter().map(|caller| {
            let wit = wits.verify(caller.credential.wit().as_str(), NOW)?;
            let proof = &caller.proof_signed;
            Ok(wit.prove_possession(Binding::WorkloadProofToken, &proof.input, &proof.signature)?)
        });
        Ok(Self { senders: senders.collect::<Result<_, Error>>()?, made: 0 })
    }

    /// A key that was not there before, with an identifier as long as those of real proofs.
    pub fn make(&mut self) -> ReplayKey {
        let sender = &self.senders[self.made % self.senders.len()];
        self.made += 1;
        sender.replay_key_within_sender(ReplayScope::new("wpt"), format!("{:022}", self.made))
    }
}

/// Proofs that arrive at an even pace, each living for as long as the guard remembers, so that as many live as are said.
pub struct Stream {
    guard: MemoryReplayGuard,
    live: u64,
    admitted: u64,
}

impl Stream {
    /// An empty guard, which is big enough, with no share per sender.
    #[must_use]
    pub fn new(live: u64) -> Self {
        let room = usize::try_from(4 * live).unwrap_or(usize::MAX);
        let guard = MemoryReplayGuard::new(room).with_share_per_sender(room);
        Self { guard, live, admitted: 0 }
    }

    /// A guard that so many proofs have come to already.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn steady(keys: &mut Keys, live: u64) -> Result<Self, Error> {
        let mut stream = Self::new(live);
        for _ in 0..live {
            stream.admit(&keys.make())?;
        }
        Ok(stream)
    }

    /// Admits the next proof, when its time has come.
    ///
    /// # Errors
    ///
    /// A [`ReplayError`] if the key was admitted before.
    pub fn admit(&mut self, key: &ReplayKey) -> Result<(), ReplayError> {
        let now = self.now();
        self.admitted += 1;
        let until = now.plus(MemoryReplayGuard::DEFAULT_WINDOW);
        self.guard.admit(key, Admissible { from: now, until }, now)
    }

    /// How many entries the guard holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.guard.len()
    }

    /// Whether the guard holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.guard.is_empty()
    }

    fn now(&self) -> UnixTime {
        let window = MemoryReplayGuard::DEFAULT_WINDOW.as_secs();
        NOW.plus(Duration::from_secs(self.admitted * window / self.live))
    }
}

/// How long the insertions took while a guard was filled with a million proofs, and then with a million more.
#[derive(Debug, Clone, Copy)]
pub struct Pauses {
    /// Half of the insertions were faster, in nanoseconds.
    pub median_ns: f64,
    /// One in ten thousand was slower, in nanoseconds.
    pub rare_ns: f64,
    /// The slowest, in nanoseconds.
    pub longest_ns: f64,
}

/// Times every single insertion. Other programs on the machine make some of them look long, so it is done five
/// times, and the smallest of each number is returned.
///
/// # Errors
///
/// None that is known.
pub fn pauses(keys: &mut Keys) -> Result<Pauses, Error> {
    let mut best = Pauses { median_ns: f64::MAX, rare_ns: f64::MAX, longest_ns: f64::MAX };
    for _ in 0..5 {
        let once = pauses_once(keys)?;
        best.median_ns = best.median_ns.min(once.median_ns);
        best.rare_ns = best.rare_ns.min(once.rare_ns);
        best.longest_ns = best.longest_ns.min(once.longest_ns);
    }
    Ok(best)
}

fn pauses_once(keys: &mut Keys) -> Result<Pauses, Error> {
    let mut stream = Stream::new(LIVE);
    let mut times = Vec::new();
    for _ in 0..2 * LIVE {
        let key = keys.make();
        let start = Instant::now();
        stream.admit(&key)?;
        times.push(start.elapsed().as_secs_f64() * 1e9);
    }
    times.sort_by(f64::total_cmp);
    let at = |index: usize| times.get(index).copied().unwrap_or(f64::NAN);
    Ok(Pauses {
        median_ns: at(times.len() / 2),
        rare_ns: at(times.len() - times.len() / 10_000),
        longest_ns: at(times.len() - 1),
    })
}
