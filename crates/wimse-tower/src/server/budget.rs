//! How much content is held at once, for all requests together, and for those of one sender.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use wimse_identifier::WorkloadIdentifier;

/// Bytes that may be held.
#[derive(Debug)]
pub(super) struct Budget {
    total: u64,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: u64,
    /// Whoever holds nothing is not in it.
    by_sender: HashMap<WorkloadIdentifier, u64>,
}

/// Why no more is granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exhausted {
    Budget,
    /// There is more, and not for this sender.
    Share,
}

/// One sender may hold an eighth.
const SHARES: u64 = 8;

impl Budget {
    pub(super) fn new(bytes: u64) -> Arc<Self> {
        Arc::new(Self { total: bytes, held: Mutex::default() })
    }

    fn take(&self, bytes: u64, sender: Option<&Sender>) -> Result<(), Exhausted> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let all = held.bytes.checked_add(bytes).filter(|all| *all <= self.total).ok_or(Exhausted::Budget)?;
        if let Some(Sender { name, least }) = sender {
            let share = (self.total / SHARES).max(*least);
            let of_sender = held.by_sender.get(name).copied().unwrap_or(0).checked_add(bytes);
            let of_sender = of_sender.filter(|bytes| *bytes <= share).ok_or(Exhausted::Share)?;
            match held.by_sender.get_mut(name) {
                Some(known) => *known = of_sender,
                None if of_sender > 0 => drop(held.by_sender.insert(name.clone(), of_sender)),
                None => {}
            }
        }
        held.bytes = all;
        Ok(())
    }

    fn give_back(&self, bytes: u64, sender: Option<&Sender>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.bytes = held.bytes.saturating_sub(bytes);
        if let Some(Sender { name, .. }) = sender
            && let Some(of_sender) = held.by_sender.get_mut(name)
        {
            *of_sender = of_sender.saturating_sub(bytes);
            if *of_sender == 0 {
                held.by_sender.remove(name);
            }
        }
    }
}

/// Whose content it is.
#[derive(Debug, Clone)]
struct Sender {
    name: WorkloadIdentifier,
    /// What one may hold however small the budget is.
    least: u64,
}

/// What is held of a budget, until it is dropped.
#[derive(Debug)]
pub(super) struct Lease {
    budget: Arc<Budget>,
    sender: Option<Sender>,
    bytes: u64,
}

impl Lease {
    /// A sender may hold `least` bytes even if that is more than an eighth. Without a sender, no share is looked at.
    pub(super) fn of(budget: &Arc<Budget>, sender: Option<&WorkloadIdentifier>, least: u64) -> Self {
        let sender = sender.map(|name| Sender { name: name.clone(), least });
        Self { budget: Arc::clone(budget), sender, bytes: 0 }
    }

    /// Holds this much more, if there is so much left.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Exhausted> {
        let bytes = bytes as u64;
        self.budget.take(bytes, self.sender.as_ref())?;
        self.bytes = self.bytes.saturating_add(bytes);
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes, self.sender.as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_can_be_held_again() {
        let budget = Budget::new(10);
        let mut first = Lease::of(&budget, None, 10);
        assert_eq!([first.grow(6), first.grow(5), first.grow(4)], [Ok(()), Err(Exhausted::Budget), Ok(())]);
        let mut second = Lease::of(&budget, None, 10);
        assert_eq!(second.grow(1), Err(Exhausted::Budget));
        drop(first);
        assert_eq!(second.grow(10), Ok(()));
        assert_eq!(second.grow(usize::MAX), Err(Exhausted::Budget));
    }

    #[test]
    fn one_sender_has_an_eighth_or_what_is_the_least() {
        let name = |path: &str| format!("wimse://example.com/{path}").parse::<WorkloadIdentifier>().unwrap();
        let (billing, orders) = (name("billing"), name("orders"));
        let budget = Budget::new(80);
        let of = |name: &WorkloadIdentifier, least| Lease::of(&budget, Some(name), least);
        let (mut first, mut second) = (of(&billing, 4), of(&billing, 4));
        assert_eq!([first.grow(6), second.grow(4), second.grow(1)], [Ok(()), Ok(()), Err(Exhausted::Share)]);
        let mut other = of(&orders, 4);
        assert_eq!(other.grow(10), Ok(()));
        drop(first);
        assert_eq!([second.grow(6), second.grow(1)], [Ok(()), Err(Exhausted::Share)]);
        // Content may be larger than an eighth: one at a time.
        let mut large = of(&name("web"), 30);
        assert_eq!([large.grow(30), large.grow(1)], [Ok(()), Err(Exhausted::Share)]);
        assert_eq!(Lease::of(&budget, None, 4).grow(30), Ok(()));
        drop((second, other, large));
        let held = budget.held.lock().unwrap();
        assert_eq!((held.bytes, held.by_sender.len()), (0, 0));
    }
}
