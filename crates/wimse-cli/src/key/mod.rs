//! `wimse key`: keys of issuers and workloads, in files.

mod convert;
mod destination;
pub(crate) mod fitting;
mod form;
mod generate;
mod given;
pub(crate) mod held;
mod parse;
mod public;
mod thumbprint;
mod unfit;

pub(crate) use destination::Destination;
pub(crate) use given::{read_private, read_public};

use crate::exit::{Exit, Failure};
use crate::input::Input;
use crate::output::Output;
use crate::refusal::Stop;
use crate::secret::Readable;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use held::Held;
use wimse::creds::key::Algorithm;
use wimse::creds::limits;

/// Make keys, convert them, and take the public part or the thumbprint of one
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Key {
    Generate(generate::Generate),
    Public(public::Public),
    Thumbprint(thumbprint::ThumbprintOf),
    Convert(convert::Convert),
}

impl Key {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Generate(generate) => generate.run(output),
            Self::Public(public) => public.run(output),
            Self::Thumbprint(thumbprint) => thumbprint.run(output),
            Self::Convert(convert) => convert.run(output),
        }
    }
}

/// The key to look at.
#[derive(Debug, clap::Args)]
struct KeyFile {
    /// The key: JWK, PKCS#8 or SPKI, the latter two as PEM or DER; "-" for standard input
    file: Input,
    /// For a key without alg [default: by its curve, and PS256 for RSA]
    #[arg(long, value_name = "ALG", value_parser = algorithms(), hide_possible_values = true)]
    alg: Option<Algorithm>,
    #[command(flatten)]
    readable: Readable,
}

impl KeyFile {
    fn read(&self) -> Result<Held, Stop> {
        let bytes = held::read_file(&self.file, self.readable)?;
        Ok(Held::read(&bytes, self.alg).map_err(|unfit| unfit.refusal(&self.shell_name()))?)
    }

    /// The file as it stands in commands that are proposed.
    fn shell_name(&self) -> String {
        match &self.file {
            Input::Stdin => "FILE".to_owned(),
            Input::File(path) => path.display().to_string(),
        }
    }
}

/// Reads the name of an algorithm, and knows them all for the help.
pub(crate) fn algorithms() -> impl TypedValueParser<Value = Algorithm> {
    let names: Vec<&str> = Algorithm::all().map(Algorithm::name).collect();
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Algorithm>())
}

/// Reads a key id: short enough to be issued, and without characters that nobody sees.
fn key_id(text: &str) -> Result<String, String> {
    let limit = limits::ISSUED_TEXT_BYTES;
    if text.is_empty() || text.len() > limit || text.chars().any(char::is_control) {
        return Err(format!("a key id has 1 to {limit} bytes and no control characters"));
    }
    Ok(text.to_owned())
}

/// A key id has no place in PEM and DER.
fn refuse_key_id(format: &str, key_id: bool) -> Result<(), Failure> {
    if key_id {
        let doing = format!("a key id cannot be kept: {format} has no place for it");
        return Err(Failure::usage(doing).next("write a JWK, or leave the key id out"));
    }
    Ok(())
}
