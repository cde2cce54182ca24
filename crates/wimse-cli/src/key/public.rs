//! `wimse key public`: the public part of a key.

use super::convert::{Format, encode_public, member};
use super::destination::Destination;
use super::{KeyFile, key_id, refuse_key_id};
use crate::exit::{Exit, Failure};
use crate::output::{GREEN, Output, Verdict};
use crate::refusal::Stop;
use serde::Serialize;
use serde_json::Value;
use wimse::creds::key::PublicKey;

/// Print the public part of a private or public key
///
/// It prints a JWK; with --format jwks a JWK Set, as recipients list it under "jwks" in wimse.toml.
/// Nothing of a private key is printed. Members of a JWK other than alg and kid are left out.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Public {
    #[command(flatten)]
    key: KeyFile,
    /// What to write
    #[arg(long, value_enum, default_value_t = Form::Jwk)]
    format: Form,
    /// Key id, in the place of that of the key
    #[arg(long, value_parser = key_id)]
    kid: Option<String>,
    /// Write to a file
    #[arg(long, value_name = "FILE", default_value = "-", hide_default_value = true)]
    out: Destination,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    Jwk,
    Jwks,
    Pem,
}

const EXAMPLES: &str = "\
Examples:
  wimse key public issuer.jwk.json --format jwks > issuer.jwks.json
  wimse key public issuer.pem --kid 2026-11 --format jwks --out issuer.jwks.json
  openssl pkey -in issuer.pem | wimse key public -";

const SCHEMA: &str = "wimse-key-public/1";

#[derive(Serialize)]
struct Body<'a> {
    algorithm: &'static str,
    kid: Option<&'a str>,
    thumbprint: String,
    format: &'static str,
    /// The file; null if the key was printed.
    file: Option<String>,
    /// A JWK or a JWK Set; PEM as a string.
    public_key: Value,
}

impl Public {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        self.make(output).or_else(|stop| stop.print(output, SCHEMA))
    }

    fn make(&self, output: &Output) -> Result<Exit, Stop> {
        if self.format == Form::Pem {
            refuse_key_id("PEM", self.kid.is_some())?;
        }
        self.out.differs_from(&self.key.file)?;
        self.out.check(self.force)?;
        let held = self.key.read()?.with_key_id(self.kid.clone());
        let key = held.public_key();
        let text = self.text(key);
        self.out.write_public(text.as_bytes(), self.force)?;
        let body = Body {
            algorithm: key.algorithm().name(),
            kid: key.key_id(),
            thumbprint: key.thumbprint().to_string(),
            format: match self.format {
                Form::Jwk => "jwk",
                Form::Jwks => "jwks",
                Form::Pem => "pem",
            },
            file: self.out.file(),
            public_key: member(
                text.as_bytes(),
                if self.format == Form::Pem { Format::Pem } else { Format::Jwk },
            ),
        };
        Ok(output.print(SCHEMA, Verdict::Done, &body, |style| match &body.file {
            None => text.clone(),
            Some(file) => format!("{} {file}\n", style.paint("✓ written:", GREEN)),
        })?)
    }

    fn text(&self, key: &PublicKey) -> String {
        match self.format {
            Form::Jwks => format!("{{\"keys\":[{}]}}\n", key.to_jwk()),
            Form::Jwk => String::from_utf8_lossy(&encode_public(key, Format::Jwk)).into_owned(),
            Form::Pem => key.to_spki_pem(),
        }
    }
}
