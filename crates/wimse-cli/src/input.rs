//! What a command reads: files, or standard input.

use crate::exit::Failure;
use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// A file, or `-` for standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    Stdin,
    File(PathBuf),
}

impl FromStr for Input {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == "-" { Self::Stdin } else { Self::File(text.into()) })
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl Input {
    /// For documents and tables: the file, or `-`.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// Reads everything, but never more than the limit in bytes and one more: what is longer is refused by whoever
    /// judges it, by its own limit and in its own words.
    pub(crate) fn read(&self, limit: usize) -> Result<Vec<u8>, Failure> {
        self.read_after(limit, |_| Ok(()))
    }

    /// As [`read`](Self::read); a file is looked at first, once it is open.
    pub(crate) fn read_after(
        &self,
        limit: usize,
        look: impl FnOnce(&File) -> Result<(), Failure>,
    ) -> Result<Vec<u8>, Failure> {
        let refused = |error| {
            let failure = Failure::environment(format!("{self} cannot be read"))(error);
            failure.next("name a file that exists and is readable, or \"-\" for standard input")
        };
        match self {
            Self::Stdin => read_from(io::stdin(), limit).map_err(refused),
            Self::File(path) => {
                let file = File::open(path).map_err(refused)?;
                look(&file)?;
                read_from(file, limit).map_err(refused)
            }
        }
    }

    /// Reads text; white space around it goes. What is not UTF-8 keeps its length, so that it is refused as what it is:
    /// each byte beyond ASCII becomes a character that no token has.
    pub(crate) fn read_token(&self, limit: usize) -> Result<String, Failure> {
        let text = String::from_utf8(self.read(limit)?).unwrap_or_else(|error| {
            let bytes = error.as_bytes().iter();
            bytes.map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect()
        });
        Ok(text.trim().to_owned())
    }
}

/// Standard input can be read once. The inputs come with the names of their options.
pub(crate) fn at_most_one_stdin<'a>(
    inputs: impl IntoIterator<Item = (&'a str, &'a Input)>,
) -> Result<(), Failure> {
    let mut stdin = inputs.into_iter().filter(|(_, input)| **input == Input::Stdin);
    match (stdin.next(), stdin.next()) {
        (Some((one, _)), Some((other, _))) => {
            let doing = if one == other {
                format!("{one} cannot come from standard input twice")
            } else {
                format!("{one} and {other} cannot both come from standard input")
            };
            Err(Failure::usage(doing).next("name a file for all but one of them"))
        }
        _ => Ok(()),
    }
}

/// Reads a file of a configuration.
pub(crate) fn read_file(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    read_from(File::open(path)?, limit)
}

fn read_from(source: impl io::Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
