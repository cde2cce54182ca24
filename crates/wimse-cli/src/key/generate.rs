//! `wimse key generate`: make a key pair.

use super::convert::{Format, encode_private, encode_public, member};
use super::destination::Destination;
use super::fitting::in_words;
use super::{algorithms, key_id, refuse_key_id};
use crate::exit::{Exit, Failure};
use crate::output::{DIM, GREEN, Output, Style, Verdict};
use serde::Serialize;
use serde_json::Value;
use wimse::creds::key::{Algorithm, SigningKey};

/// Make a key pair for an issuer or a workload
///
/// The private key goes to a new file that only its owner can read. Give the public key (--public-out, or
/// "wimse key public" later) to those who are to trust an issuer; a workload hands it to its issuer.
/// ES256 is the default, since every implementation has to support it (workload-creds 5.1).
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Generate {
    /// File for the private key; "-" prints it
    #[arg(long, value_name = "FILE")]
    out: Destination,
    /// File for the public key; "-" prints it
    #[arg(long, value_name = "FILE")]
    public_out: Option<Destination>,
    /// Algorithm, such as ES384 or PS256; "wimse --version" lists them
    #[arg(long, value_name = "ALG", value_parser = algorithms(), default_value = "ES256", hide_possible_values = true)]
    alg: Algorithm,
    /// Size of an RSA key: 2048, 3072 or 4096 bits [default: 2048]
    #[arg(long, value_name = "BITS", value_parser = rsa_bits)]
    bits: Option<u32>,
    /// Key id: the issuer of several keys needs one for each
    #[arg(long, value_parser = key_id)]
    kid: Option<String>,
    /// Take the thumbprint (RFC 7638) as key id
    #[arg(long, conflicts_with = "kid")]
    kid_from_thumbprint: bool,
    /// Form of both keys: jwk, or pem, which has no place for alg and kid
    #[arg(long, value_enum, default_value_t = Form::Jwk, hide_possible_values = true)]
    format: Form,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    Jwk,
    Pem,
}

const EXAMPLES: &str = "\
Examples:
  wimse key generate --out issuer.jwk.json --kid 2026-11 --public-out issuer.pub.jwk.json
  wimse key generate --out workload.jwk.json --alg Ed25519
  wimse key generate --out issuer.jwk.json --alg PS256 --bits 3072 --kid-from-thumbprint
  wimse key generate --out workload.pem --format pem";

const SCHEMA: &str = "wimse-key-generate/1";

#[derive(Serialize)]
struct Body<'a> {
    algorithm: &'static str,
    /// Of an RSA key.
    bits: Option<u32>,
    kid: Option<&'a str>,
    thumbprint: String,
    format: &'static str,
    /// The file of the private key; null if it was printed.
    file: Option<String>,
    /// The private key, where it was to be printed: a JWK, or PEM as a string.
    #[serde(skip_serializing_if = "Option::is_none")]
    private_key: Option<Value>,
    public_file: Option<String>,
    /// Always a JWK.
    public_key: Value,
}

impl Generate {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        self.check()?;
        let bits = self.bits()?;
        let key = bits
            .map_or_else(|| SigningKey::generate(self.alg), |bits| SigningKey::generate_rsa(self.alg, bits));
        let key = key
            .map_err(Failure::step("no key could be made"))
            .map_err(|failure| failure.next("look whether the operating system gives random bytes"))?;
        let key = match (&self.kid, self.kid_from_thumbprint) {
            (Some(kid), _) => key.with_key_id(kid),
            (None, true) => {
                let thumbprint = key.public_key().thumbprint().to_string();
                key.with_key_id(thumbprint)
            }
            (None, false) => key,
        };
        let private = encode_private(&key, self.format())?;
        self.out.write_private(&private, self.force)?;
        let public = encode_public(key.public_key(), self.format());
        if let Some(public_out) = &self.public_out {
            let written = public_out.write_public(&public, self.force);
            written.map_err(|failure| match self.out.file() {
                None => failure,
                Some(file) => {
                    failure.next(format!("the private key is there: wimse key public {file} --out PUBLIC"))
                }
            })?;
        }
        let is_printed = self.out == Destination::Stdout;
        let body = Body {
            algorithm: key.algorithm().name(),
            bits,
            kid: key.public_key().key_id(),
            thumbprint: key.public_key().thumbprint().to_string(),
            format: self.format().name(),
            file: self.out.file(),
            private_key: is_printed.then(|| member(&private, self.format())),
            public_file: self.public_out.as_ref().and_then(Destination::file),
            public_key: member(key.public_key().to_jwk().as_bytes(), Format::Jwk),
        };
        let text_of = |bytes| String::from_utf8_lossy(bytes).into_owned();
        output.print(SCHEMA, Verdict::Done, &body, |style| match &self.public_out {
            _ if is_printed => text_of(&private),
            Some(Destination::Stdout) => text_of(&public),
            _ => text(&body, style),
        })
    }

    /// The size, where the algorithm leaves it open.
    fn bits(&self) -> Result<Option<u32>, Failure> {
        match (self.alg.signature_bytes(), self.bits) {
            (None, bits) => Ok(Some(bits.unwrap_or(RSA_BITS[0]))),
            (Some(_), None) => Ok(None),
            (Some(_), Some(_)) => {
                let failure =
                    Failure::usage(format!("--bits is for RSA: keys for {} have one size", self.alg));
                Err(failure.next("leave --bits out, or choose an algorithm such as --alg PS256"))
            }
        }
    }

    /// Everything that can be told before there is a key.
    fn check(&self) -> Result<(), Failure> {
        if self.format == Form::Pem {
            refuse_key_id("PEM", self.kid.is_some() || self.kid_from_thumbprint)?;
        }
        if let Some(public_out) = &self.public_out {
            let is_same = match &self.out {
                Destination::Stdout => *public_out == Destination::Stdout,
                Destination::File(private) => public_out.is(private),
            };
            if is_same {
                let failure = Failure::usage("both keys would go to the same place");
                return Err(failure.next("name another file with --public-out"));
            }
        }
        self.out.check(self.force)?;
        self.public_out.as_ref().map_or(Ok(()), |public_out| public_out.check(self.force))
    }

    fn format(&self) -> Format {
        match self.format {
            Form::Jwk => Format::Jwk,
            Form::Pem => Format::Pem,
        }
    }
}

/// Sizes of RSA keys that can be made, the usual one first.
const RSA_BITS: [u32; 3] = [2048, 3072, 4096];

fn rsa_bits(text: &str) -> Result<u32, String> {
    let bits = RSA_BITS.into_iter().find(|bits| bits.to_string() == text);
    bits.ok_or_else(|| {
        format!("RSA keys are made with {}", in_words(&RSA_BITS.map(|bits| bits.to_string()), "or"))
    })
}

fn text(body: &Body<'_>, style: Style) -> String {
    let file = body.file.as_deref().unwrap_or_default();
    let mode = if cfg!(unix) { ", readable by its owner only" } else { "" };
    let size = body.bits.map_or(String::new(), |bits| format!(" of {bits} bits"));
    let mut text = format!("{} {} key{size}\n", style.paint("✓ made:", GREEN), body.algorithm);
    text.push_str(&format!("  private key  {file}{}\n", style.paint(mode, DIM)));
    match &body.public_file {
        Some(public) => text.push_str(&format!("  public key   {public}\n")),
        None => text.push_str(&format!("  public key   not written: wimse key public {file}\n")),
    }
    text.push_str(&format!("  kid          {}\n", body.kid.unwrap_or("none")));
    text.push_str(&format!("  thumbprint   {}\n", body.thumbprint));
    text
}
