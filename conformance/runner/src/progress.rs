//! A bar while the cases run, on a terminal only.

use std::{
    io::{self, IsTerminal, Write},
    sync::atomic::{AtomicUsize, Ordering},
};

use crate::judge::Verdict;

/// Counts what has been judged.
#[derive(Debug)]
pub struct Progress {
    total: usize,
    done: AtomicUsize,
    wrong: AtomicUsize,
    shown: bool,
}

impl Progress {
    /// Of so many cases. Nothing is shown where stderr is no terminal.
    #[must_use]
    pub fn of(total: usize) -> Self {
        let (done, wrong) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { total, done, wrong, shown: io::stderr().is_terminal() }
    }

    /// One more.
    pub fn tick(&self, verdict: Verdict) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let wrong = self.wrong.fetch_add(usize::from(!verdict.is_fine()), Ordering::Relaxed);
        // A hundred pictures are enough.
        if self.shown && (done == self.total || done.is_multiple_of((self.total / 100).max(1))) {
            // A terminal that is gone is no reason to stop.
            let _ = write!(io::stderr(), "\r{}", self.bar(done, wrong + usize::from(!verdict.is_fine())));
        }
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r{:1$}\r", "", self.bar(self.total, self.total).len());
        }
    }

    fn bar(&self, done: usize, wrong: usize) -> String {
        let full = WIDTH * done.min(self.total) / self.total.max(1);
        format!("[{:<WIDTH$}] {done}/{}, {wrong} wrong", "#".repeat(full), self.total)
    }
}

const WIDTH: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills() {
        let progress = Progress::of(80);
        assert_eq!(progress.bar(0, 0), format!("[{}] 0/80, 0 wrong", " ".repeat(40)));
        assert_eq!(progress.bar(40, 1), format!("[{}{}] 40/80, 1 wrong", "#".repeat(20), " ".repeat(20)));
        assert_eq!(progress.bar(81, 0), format!("[{}] 81/80, 0 wrong", "#".repeat(40)));
        assert!(Progress::of(0).bar(0, 0).ends_with("0/0, 0 wrong"));
    }
}
