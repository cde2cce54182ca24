//! How long things live.

use super::super::problem::Review;
use super::schema;
use std::time::Duration;
use toml::Spanned;

/// In whole seconds, each at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lifetimes {
    pub(crate) wit: Duration,
    pub(crate) wic: Duration,
    /// How long a key signs, before the next one does.
    pub(crate) key: Duration,
    /// How long others may keep what is published.
    pub(crate) refresh: Duration,
    /// Of tokens that are made at the start.
    pub(crate) join_token: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            wit: Duration::from_secs(3600),
            wic: Duration::from_secs(3600),
            key: Duration::from_secs(24 * 3600),
            refresh: Duration::from_secs(300),
            join_token: Duration::from_secs(3600),
        }
    }
}

/// What verifiers take by default, of a WIT and likewise of a WIC: a day.
const LONGEST_CREDENTIAL: u64 = 24 * 3600;
/// A year; nobody means more.
const LONGEST: u64 = 365 * 24 * 3600;
/// Keys that are published because credentials by them are still valid. A set of keys may have 256.
const MOST_KEYS: u32 = 64;

impl Lifetimes {
    pub(super) fn read(lifetimes: &schema::Lifetimes, review: &mut Review<'_>) -> Self {
        let usual = Self::default();
        let mut read = |given: Option<&Spanned<u64>>, usual: Duration, limit: u64| {
            let Some(given) = given else { return usual };
            if !(1..=limit).contains(given.get_ref()) {
                let message = format!("it is not between 1 and {limit} seconds");
                let fix = format!("write {}, the default, or leave the line out", usual.as_secs());
                review.refuse("config.value", given.span(), message, fix);
                return usual;
            }
            Duration::from_secs(*given.get_ref())
        };
        let read = Self {
            wit: read(lifetimes.wit.as_ref(), usual.wit, LONGEST_CREDENTIAL),
            wic: read(lifetimes.wic.as_ref(), usual.wic, LONGEST_CREDENTIAL),
            key: read(lifetimes.key.as_ref(), usual.key, LONGEST),
            refresh: read(lifetimes.refresh.as_ref(), usual.refresh, 3600),
            join_token: read(lifetimes.join_token.as_ref(), usual.join_token, LONGEST),
        };
        let given =
            [&lifetimes.key, &lifetimes.refresh, &lifetimes.wit, &lifetimes.wic].into_iter().flatten();
        let span = given.map(Spanned::span).next().unwrap_or(0..0);
        if read.lead() >= read.key {
            let message = format!(
                "a key that signs for {} seconds is replaced before others know the next one",
                read.key.as_secs()
            );
            let fix = format!("let key be more than twice refresh: more than {}", read.lead().as_secs());
            review.refuse("config.value", span, message, fix);
        } else if read.credential() > read.key * MOST_KEYS {
            let message = "too many keys would be published at once";
            let fix =
                format!("let key be at least {}", read.credential().as_secs().div_ceil(u64::from(MOST_KEYS)));
            review.refuse("config.value", span, message, fix);
        }
        read
    }

    /// How long a key is published before it is used: whoever asks as often as he is told to knows it by then.
    pub(crate) fn lead(self) -> Duration {
        self.refresh * 2
    }

    /// Of the longest-lived credential.
    pub(crate) fn credential(self) -> Duration {
        self.wit.max(self.wic)
    }
}
