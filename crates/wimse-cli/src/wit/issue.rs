//! `wimse wit issue`: make a WIT.

use super::{ClaimOption, advice, escaped, refused_claim};
use crate::exit::{Exit, Failure};
use crate::input::{Input, at_most_one_stdin};
use crate::key::{read_private, read_public};
use crate::moment::{self, Present};
use crate::output::{GREEN, Output, Style, Verdict};
use crate::refusal::{Refusal, Stop};
use crate::secret::Readable;
use serde::Serialize;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;
use wimse::creds::jose::CompactJws;
use wimse::creds::{Validity, WitClaims, WorkloadIdentityToken};
use wimse::identifier::WorkloadIdentifier;

/// Issue a WIT: sign with the issuer's key which key belongs to which workload
///
/// The WIT binds the workload's public key to its identifier. It is no bearer token: who presents it
/// proves the key too. It goes to standard output alone, so that "> wit.jwt" works.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Issue {
    /// The Workload Identifier: a URI of scheme, trust domain and path
    #[arg(long, value_name = "ID")]
    sub: String,
    /// The key of the workload, public or private: only its public part is used
    #[arg(long, value_name = "FILE")]
    key: Input,
    /// The private key of the issuer; its "kid" and "alg" go into the header
    #[arg(long, value_name = "FILE")]
    issuer_key: Input,
    /// How long it is valid, at most 24 hours
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = moment::parse_duration)]
    lifetime: Duration,
    /// The issuer ("iss"), an absolute URI: recommended
    #[arg(long, value_name = "URI")]
    iss: Option<String>,
    /// The id of the token ("jti"), needed where deny-lists are run
    #[arg(long, value_name = "TEXT", conflicts_with = "random_jti")]
    jti: Option<String>,
    /// A random "jti"
    #[arg(long)]
    random_jti: bool,
    /// Add "nbf": not valid before now
    #[arg(long)]
    nbf: bool,
    /// Leave "iat" out
    #[arg(long)]
    no_iat: bool,
    /// Add a claim with a collision-resistant name, such as 'example.com/a=7'
    #[arg(long, value_name = "NAME=JSON")]
    claim: Vec<ClaimOption>,
    /// Add a claim with any other name: by agreement only
    #[arg(long, value_name = "NAME=JSON")]
    private_claim: Vec<ClaimOption>,
    /// Write the WIT to a file, in the place of one that is there
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    readable: Readable,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse key generate --out issuer.jwk.json --kid 2026-11
  wimse key generate --out billing.jwk.json
  wimse wit issue --sub wimse://example.com/billing --key billing.jwk.json --issuer-key issuer.jwk.json \\
    --out billing.wit
  wimse wit issue --sub wimse://example.com/billing --key billing.jwk.json --issuer-key issuer.jwk.json \\
    --iss https://id.example.com --random-jti --lifetime 30m --claim 'example.com/team=\"payments\"'

FILE may be \"-\" for standard input, for one of the two keys. A key without \"alg\" gets ES256, ES384 or
ES512 by its curve, Ed25519, or PS256 for RSA; \"wimse key convert FILE --to jwk --alg ALG\" gives it another.
With --now the output is reproducible, but for RSA-PSS and what it signs.";

const SCHEMA: &str = "wimse-wit-issue/1";

#[derive(Serialize)]
struct Body<'a> {
    /// Unless it was written to a file.
    token: Option<&'a str>,
    file: Option<&'a PathBuf>,
    claims: Option<Value>,
}

impl Issue {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let wit = match self.issue() {
            Ok(wit) => wit,
            Err(stop) => return stop.print(output, SCHEMA),
        };
        let Some(path) = &self.out else {
            let body = Body { token: Some(wit.as_str()), file: None, claims: claims(&wit) };
            return output.print(SCHEMA, Verdict::Done, &body, |_| format!("{}\n", wit.as_str()));
        };
        write(path, &wit)?;
        let body = Body { token: None, file: Some(path), claims: claims(&wit) };
        output.print(SCHEMA, Verdict::Done, &body, |style| done(&wit, path, style))
    }

    fn issue(&self) -> Result<WorkloadIdentityToken, Stop> {
        at_most_one_stdin([("--key", &self.key), ("--issuer-key", &self.issuer_key)])?;
        self.check_out()?;
        let subject: WorkloadIdentifier = self.sub.parse().map_err(|error| {
            let failure = Failure::unusable("--sub is not a Workload Identifier")(error);
            failure.next("\"wimse id check ID\" shows every rule")
        })?;
        let issuer_key = read_private(&self.issuer_key, None, self.readable)?;
        let key = read_public(&self.key, self.readable)?;
        let validity = Validity::starting(self.present.now(), self.lifetime);
        let claims = self.describe(WitClaims::new(subject, &key, validity))?;
        Ok(claims.sign(&issuer_key).map_err(|error| Refusal::advised(error.code(), &error, advice::ISSUE))?)
    }

    /// A WIT is renewed in place; a key that is written over is lost.
    fn check_out(&self) -> Result<(), Failure> {
        let is_out = |input: &Input| match (input, self.out.as_ref().and_then(|out| out.canonicalize().ok()))
        {
            (Input::File(path), Some(out)) => path.canonicalize().is_ok_and(|path| path == out),
            _ => false,
        };
        if is_out(&self.key) || is_out(&self.issuer_key) {
            let failure = Failure::usage("--out names a key file, which would be written over");
            return Err(failure.next("write the WIT to a file of its own"));
        }
        Ok(())
    }

    fn describe(&self, mut claims: WitClaims) -> Result<WitClaims, Failure> {
        if let Some(issuer) = &self.iss {
            claims = claims.issuer(issuer);
        }
        if let Some(token_id) = &self.jti {
            claims = claims.token_id(token_id);
        }
        if self.random_jti {
            claims = claims.random_token_id();
        }
        if self.nbf {
            claims = claims.with_not_before();
        }
        if self.no_iat {
            claims = claims.without_issued_at();
        }
        for claim in &self.claim {
            claims = claims.claim(&claim.name, &claim.value).map_err(refused_claim)?;
        }
        for claim in &self.private_claim {
            claims = claims.private_claim(&claim.name, &claim.value).map_err(refused_claim)?;
        }
        Ok(claims)
    }
}

fn write(path: &Path, wit: &WorkloadIdentityToken) -> Result<(), Failure> {
    std::fs::write(path, format!("{}\n", wit.as_str())).map_err(|error| {
        let failure = Failure::environment(format!("{} cannot be written", path.display()))(error);
        failure.next("name a file in a folder that exists and can be written to")
    })
}

/// The claims of a token of our own making.
fn claims(wit: &WorkloadIdentityToken) -> Option<Value> {
    let payload = CompactJws::split(wit.as_str(), usize::MAX).ok()?.payload().ok()?;
    serde_json::from_slice(&payload).ok()
}

fn done(wit: &WorkloadIdentityToken, path: &Path, style: Style) -> String {
    let (path, subject) = (escaped(&path.display().to_string()), wit.claimed_subject());
    let until = moment::show(wit.claimed_expiry());
    let written = style.paint("✓ written:", GREEN);
    format!("{written} {path} (a WIT for {subject}, valid until {until})\n")
}
