//! Published crates that a user could pick instead, doing the same work over the same messages with the same keys.
//!
//! A peer gets what it wants to have at hand: keys imported, messages in its own types. What an operation of ours has
//! beside that work (fields of a request, the replay guard) a peer does not have to do.

pub(crate) mod httpsig;
pub(crate) mod josekit;
pub(crate) mod jsonwebtoken;
pub(crate) mod wimsey;

use crate::operations::Side;

/// A peer, with one operation of it.
pub struct Peer {
    /// Package and version.
    pub name: String,
    /// The operation.
    pub side: Side,
}

impl Peer {
    fn new(package: &str, side: Side) -> Self {
        Self { name: format!("{package} {}", version(package)), side }
    }

    /// Of two packages of one version.
    fn of_two(packages: [&str; 2], side: Side) -> Self {
        Self { name: format!("{} {}", packages.join(" + "), version(packages[0])), side }
    }
}

/// The version of a package in the lock file.
fn version(package: &str) -> &'static str {
    let mut lines = LOCK.lines().skip_while(|line| *line != format!("name = \"{package}\""));
    lines.nth(1).and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"')).unwrap_or("?")
}

const LOCK: &str = include_str!("../../Cargo.lock");

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_those_of_the_lock_file() {
        assert!(version("wimsey-wpt").starts_with("0.9."), "{}", version("wimsey-wpt"));
        assert_eq!(version("no-such-package"), "?");
    }
}
