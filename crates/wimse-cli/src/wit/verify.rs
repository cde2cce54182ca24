//! `wimse wit verify`: judge a WIT.

use super::{Key, duration_until, escaped};
use crate::config::ConfigFile;
use crate::exit::{Exit, Failure};
use crate::input::Input;
use crate::moment::{self, Present};
use crate::output::{DIM, GREEN, Output, Style, Verdict};
use crate::refusal::{Refusal, Stop};
use serde::Serialize;
use wimse::creds::limits::TOKEN_BYTES;
use wimse::creds::{UnixTime, Verified, WorkloadIdentityToken};

/// Verify a WIT: who issued it, whether it is valid now, which key it binds
///
/// The issuer's keys are those that the configuration trusts for the trust domain. A WIT that is good
/// says nothing of who presents it: that takes a proof, see "wimse wpt verify".
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Verify {
    /// The WIT: a file, or "-" for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    wit: Input,
    #[command(flatten)]
    config: ConfigFile,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse wit verify billing.wit
  wimse wit verify --config prod/wimse.toml --json < billing.wit
  wimse wit verify --now 2026-11-22T05:00:00Z billing.wit    # was it good at that time?";

const SCHEMA: &str = "wimse-wit-verify/1";

#[derive(Serialize)]
struct Body {
    now: i64,
    subject: String,
    trust_domain: String,
    issuer: Option<String>,
    jti: Option<String>,
    iat: Option<i64>,
    exp: i64,
    /// Seconds until `exp`; negative within the leeway.
    valid_for: i64,
    key: Key,
    extra_claims: Vec<String>,
}

impl Verify {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let now = self.present.now();
        match self.verify(now) {
            Ok(wit) => {
                let body = Body::of(&wit, now);
                output.print(SCHEMA, Verdict::Accepted, &body, |style| body.text(&wit, now, style))
            }
            Err(stop) => stop.print(output, SCHEMA),
        }
    }

    fn verify(&self, now: UnixTime) -> Result<Verified<WorkloadIdentityToken>, Stop> {
        let verifier = self.config.load()?.wit_verifier();
        let wit = self.wit.read_token(TOKEN_BYTES)?;
        Ok(verifier.verify(&wit, now).map_err(|error| Refusal::of(error.code(), &error))?)
    }
}

impl Body {
    fn of(wit: &Verified<WorkloadIdentityToken>, now: UnixTime) -> Self {
        Self {
            now: now.as_secs(),
            subject: wit.subject().to_string(),
            trust_domain: wit.subject().trust_domain().to_string(),
            issuer: wit.issuer().map(str::to_owned),
            jti: wit.token_id().map(str::to_owned),
            iat: wit.issued_at().map(UnixTime::as_secs),
            exp: wit.expires().as_secs(),
            valid_for: wit.expires().as_secs() - now.as_secs(),
            key: wit.confirmation_key().into(),
            extra_claims: wit.extra_claims(),
        }
    }

    fn text(&self, wit: &Verified<WorkloadIdentityToken>, now: UnixTime, style: Style) -> String {
        let or_none = |text: &Option<String>| text.as_deref().map_or("none".to_owned(), escaped);
        let claims: Vec<String> = self.extra_claims.iter().map(|name| escaped(name)).collect();
        let claims = if claims.is_empty() { "none".to_owned() } else { claims.join(", ") };
        let expires = format!("{}, {}", moment::show(wit.expires()), duration_until(wit.expires(), now));
        let mut text = format!("{} {}\n", style.paint("✓ accepted:", GREEN), self.subject);
        for (name, value) in [
            ("trust domain", &self.trust_domain),
            ("issuer", &or_none(&self.issuer)),
            ("jti", &or_none(&self.jti)),
            ("expires", &expires),
            ("key", &self.key.to_string()),
            ("other claims", &claims),
        ] {
            text.push_str(&format!("  {name:<13} {value}\n"));
        }
        let note = "  vouched for, not yet a peer: who presents it must prove the key";
        text + &style.paint(note, DIM) + "\n"
    }
}
