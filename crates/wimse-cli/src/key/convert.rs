//! `wimse key convert`: a key in another form.

use super::destination::Destination;
use super::held::Held;
use super::{KeyFile, fitting, key_id, refuse_key_id};
use crate::exit::{Exit, Failure};
use crate::output::{DIM, GREEN, Output, Style, Verdict};
use crate::refusal::Stop;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;
use wimse::creds::key::{PublicKey, SigningKey};
use zeroize::Zeroizing;

/// Write a key in another form
///
/// A private key stays private and goes to a new file that only its owner can read (PKCS#8 as PEM or DER);
/// a public one stays public (SPKI). Members of a JWK other than alg and kid are left out.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Convert {
    #[command(flatten)]
    key: KeyFile,
    /// What to write
    #[arg(long, value_enum, value_name = "FORM")]
    to: Format,
    /// File for it; "-" prints it
    #[arg(long, value_name = "FILE")]
    out: Destination,
    /// Key id, in the place of that of the key
    #[arg(long, value_parser = key_id)]
    kid: Option<String>,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
}

/// The forms that keys are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    Jwk,
    Pem,
    Der,
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Jwk => "jwk",
            Self::Pem => "pem",
            Self::Der => "der",
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out issuer.pem
  wimse key convert issuer.pem --to jwk --kid 2026-11 --out issuer.jwk.json
  wimse key convert rsa.pem --to jwk --alg RS256 --out rsa.jwk.json
  wimse key convert workload.jwk.json --to pem --out workload.pem";

const SCHEMA: &str = "wimse-key-convert/1";

#[derive(Serialize)]
struct Body<'a> {
    algorithm: &'static str,
    kid: Option<&'a str>,
    thumbprint: String,
    private: bool,
    format: &'static str,
    /// The file; null if the key was printed.
    file: Option<String>,
    /// The key, where it was to be printed: a JWK, PEM as a string, DER in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Value>,
    /// What the form has no place for: "kid", "alg".
    not_kept: &'a [&'static str],
}

impl Convert {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        self.make(output).or_else(|stop| stop.print(output, SCHEMA))
    }

    fn make(&self, output: &Output) -> Result<Exit, Stop> {
        if self.to != Format::Jwk {
            refuse_key_id(&self.to.name().to_uppercase(), self.kid.is_some())?;
        }
        self.out.differs_from(&self.key.file)?;
        self.out.check(self.force)?;
        let held = self.key.read()?.with_key_id(self.kid.clone());
        let bytes = match &held {
            Held::Private(key) => encode_private(key, self.to)?,
            Held::Public(key) => Zeroizing::new(encode_public(key, self.to)),
        };
        if held.is_private() {
            self.out.write_private(&bytes, self.force)?;
        } else {
            self.out.write_public(&bytes, self.force)?;
        }
        if self.out == Destination::Stdout && !output.is_json() {
            output.write(&bytes)?;
            return Ok(Exit::Accepted);
        }
        let key = held.public_key();
        let not_kept = self.not_kept(key);
        let body = Body {
            algorithm: key.algorithm().name(),
            kid: key.key_id().filter(|_| self.to == Format::Jwk),
            thumbprint: key.thumbprint().to_string(),
            private: held.is_private(),
            format: self.to.name(),
            file: self.out.file(),
            key: (self.out == Destination::Stdout).then(|| member(&bytes, self.to)),
            not_kept: &not_kept,
        };
        Ok(output.print(SCHEMA, Verdict::Done, &body, |style| describe(&body, style))?)
    }

    /// PEM and DER know the kind of key, and neither a name nor which of its algorithms is meant.
    fn not_kept(&self, key: &PublicKey) -> Vec<&'static str> {
        let lost = [
            ("kid", key.key_id().is_some()),
            ("alg", !fitting::usual().any(|usual| usual == key.algorithm())),
        ];
        let lost = lost.into_iter().filter(|(_, lost)| *lost && self.to != Format::Jwk);
        lost.map(|(name, _)| name).collect()
    }
}

fn describe(body: &Body<'_>, style: Style) -> String {
    let file = body.file.as_deref().unwrap_or_default();
    let half = if body.private { "private" } else { "public" };
    let mode = if body.private && cfg!(unix) { ", readable by its owner only" } else { "" };
    let mode = style.paint(mode, DIM);
    let mut text =
        format!("{} {file} ({half} {} key{mode})\n", style.paint("✓ written:", GREEN), body.algorithm);
    if !body.not_kept.is_empty() {
        let names = body.not_kept.join(" and ");
        text.push_str(&format!(
            "  note  {} has no place for {names}: give it again where the key is used\n",
            body.format.to_uppercase()
        ));
    }
    text
}

/// A private key: JWK or PKCS#8.
pub(super) fn encode_private(key: &SigningKey, format: Format) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let encoded = match format {
        Format::Jwk => return Ok(Zeroizing::new([key.to_private_jwk().as_bytes(), b"\n"].concat())),
        Format::Pem => key.to_pkcs8_pem().map(|pem| Zeroizing::new(pem.as_bytes().to_vec())),
        Format::Der => key.to_pkcs8_der(),
    };
    encoded.map_err(Failure::step("the key cannot be encoded"))
}

/// A public key: JWK or SPKI.
pub(super) fn encode_public(key: &PublicKey, format: Format) -> Vec<u8> {
    match format {
        Format::Jwk => format!("{}\n", key.to_jwk()).into_bytes(),
        Format::Pem => key.to_spki_pem().into_bytes(),
        Format::Der => key.to_spki_der(),
    }
}

/// A key as a member of a document: a JWK as it is, PEM as a string, DER in base64.
pub(super) fn member(bytes: &[u8], format: Format) -> Value {
    match format {
        Format::Jwk => serde_json::from_slice(bytes).unwrap_or_default(),
        Format::Pem => Value::from(String::from_utf8_lossy(bytes)),
        Format::Der => Value::from(STANDARD.encode(bytes)),
    }
}
