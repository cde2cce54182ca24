//! Context tokens that come in files.

use crate::exit::Failure;
use crate::input::Input;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use std::str::FromStr;
use wimse::creds::WORKLOAD_IDENTITY_TOKEN;
use wimse::wpt::TXN_TOKEN;

/// A context token as `NAME=FILE`.
#[derive(Debug, Clone)]
pub(super) struct ContextOption {
    pub(super) name: HeaderName,
    pub(super) value: Input,
}

impl FromStr for ContextOption {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, file) = text.split_once('=').ok_or("expected NAME=FILE")?;
        let Ok(value) = file.parse();
        Ok(Self { name: context_field(name)?, value })
    }
}

/// Reads the name of a field that `oth` may cover.
pub(super) fn context_field(name: &str) -> Result<HeaderName, &'static str> {
    let name: HeaderName = name.parse().map_err(|_| "expected the name of a header field")?;
    if name == TXN_TOKEN {
        return Err("the Txn-Token is covered by itself, in \"tth\"; it has the option --txn-token");
    }
    if name == AUTHORIZATION || name == WORKLOAD_IDENTITY_TOKEN {
        return Err("this field carries the proof or the WIT, and no context");
    }
    Ok(name)
}

/// The context of a message, read.
#[derive(Default)]
pub(super) struct Context {
    pub(super) txn_token: Option<HeaderValue>,
    pub(super) others: Vec<(HeaderName, HeaderValue)>,
}

impl Context {
    pub(super) fn read(txn_token: Option<&Input>, others: &[ContextOption]) -> Result<Self, Failure> {
        Ok(Self {
            txn_token: txn_token.map(read).transpose()?,
            others: others
                .iter()
                .map(|option| Ok((option.name.clone(), read(&option.value)?)))
                .collect::<Result<_, Failure>>()?,
        })
    }

    /// As the library takes the context of a message that is not an HTTP request.
    pub(super) fn pairs(&self) -> Vec<(&str, &[u8])> {
        self.others.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
    }
}

/// Bytes of a context token.
const MAX_BYTES: usize = 64 * 1024;

/// Reads a token as it stands in a field: without white space and line ends around it.
fn read(input: &Input) -> Result<HeaderValue, Failure> {
    let bytes = input.read(MAX_BYTES)?;
    let unfit = |why: &str| {
        let doing = format!("{input} is no context token: {why}");
        Failure::usage(doing).next("give a file with the value of the header field alone")
    };
    if bytes.len() > MAX_BYTES {
        return Err(unfit(&format!("it is longer than {MAX_BYTES} bytes")));
    }
    if bytes.trim_ascii().is_empty() {
        return Err(unfit("it is empty"));
    }
    let value = HeaderValue::from_bytes(bytes.trim_ascii());
    let mut value = value.map_err(|_| unfit("it has line ends or control characters inside"))?;
    value.set_sensitive(true);
    Ok(value)
}
