//! Live mode: a running server is driven with good and hostile requests, or a client is given good and bad answers.
//!
//! ```text
//! Folder::prepare ----> anchors, credentials, wimse.toml ----> the party under test
//!       |
//!       v
//! drive(server)   good request, accepted ---> the same with one thing changed, refused ---> Report
//! attend(client)  good answer, taken     ---> the same with one thing changed, left    ---> Report
//! ```
//!
//! A server is reached in the clear or over TLS, by HTTP/1.1 or HTTP/2 (`channel`); the checks of mutual TLS show certificates. What
//! is signed is signed with keys of each of the [`ALGORITHMS`] that the server has.
//!
//! A check is a [`Vector`](crate::vector::Vector) without input: reports, baselines and the HTML matrix treat it as any other
//! case. What is sent is made anew each time, since it is of the present.

use std::{fmt, str::FromStr};

use crate::vector::VectorFile;

mod authority;
mod bench;
mod channel;
mod checks;
mod configuration;
mod draft;
mod drive;
mod driver;
mod exchanged;
mod folder;
mod judged;
mod listen;
mod shown;
mod socket;
mod target;
mod token;
pub mod wire;

pub use authority::ALGORITHMS;
pub use drive::{Drive, LiveError, drive};
pub use folder::{CALLER, DOMAIN, Folder, FolderError, ISSUER, SERVER, STRANGER, now};
pub use listen::{Attend, attend, serve};
pub use target::Target;

/// The checks of servers and the lessons of clients, as files of vectors, one for each draft: what reports are made of.
#[must_use]
pub fn files() -> Vec<VectorFile> {
    let file = |binding: &Binding| VectorFile {
        draft: binding.draft().to_owned(),
        revision: binding.revision().to_owned(),
        vectors: ALGORITHMS
            .into_iter()
            .flat_map(|algorithm| checks::all(*binding, algorithm))
            .map(|check| check.vector)
            .chain(listen::all(*binding).into_iter().map(|lesson| lesson.vector))
            .collect(),
    };
    Binding::ALL.iter().map(file).collect()
}

/// How a request proves who has sent it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Binding {
    /// A Workload Proof Token.
    Wpt,
    /// An HTTP message signature.
    Httpsig,
    /// A connection of mutual TLS.
    Mtls,
}

impl Binding {
    /// All, in the order of reports.
    pub const ALL: [Self; 3] = [Self::Wpt, Self::Httpsig, Self::Mtls];

    /// The word on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wpt => "wpt",
            Self::Httpsig => "httpsig",
            Self::Mtls => "mtls",
        }
    }

    /// The draft that it is from.
    #[must_use]
    pub fn draft(self) -> &'static str {
        match self {
            Self::Wpt => "wpt",
            Self::Httpsig => "http-signature",
            Self::Mtls => "mutual-tls",
        }
    }

    /// The revision of that.
    #[must_use]
    pub fn revision(self) -> &'static str {
        match self {
            Self::Wpt => "02",
            Self::Httpsig => "07",
            Self::Mtls => "towards-03",
        }
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Binding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|binding| binding.name() == text);
        found.ok_or_else(|| format!("{text} is none of wpt, httpsig and mtls"))
    }
}
