//! `wimse dev-server token`: make a join token for a registry.

use super::state::hex;
use super::token;
use crate::exit::{Exit, Failure};
use crate::key::Destination;
use crate::moment::{self, Present};
use crate::output::{DIM, GREEN, Output, Style, Verdict};
use serde::Serialize;
use std::time::Duration;

/// Make a join token, and the line by which a registry knows it
///
/// The token lets a workload in once. The registry has its SHA-256 only.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(super) struct Token {
    /// File for the token, or "-" for standard output
    #[arg(long, value_name = "FILE")]
    out: Destination,
    /// How long it is good, such as 15m or 1h
    #[arg(long, value_name = "DURATION", default_value = "1h", value_parser = moment::parse_duration)]
    lifetime: Duration,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    present: Present,
}

const EXAMPLES: &str = "\
Examples:
  wimse dev-server token --out billing.token
  wimse dev-server token --out - --lifetime 15m --json | jq -r .token";

const SCHEMA: &str = "wimse-dev-server-token/1";

#[derive(Serialize)]
struct Body {
    /// Of the token.
    sha256: String,
    expires: i64,
    /// None where it is printed.
    file: Option<String>,
    /// Where it was to be printed.
    token: Option<String>,
    /// For the registry.
    line: String,
}

impl Token {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        self.out.check(self.force)?;
        let token = token::make().map_err(Failure::step("no token could be made"))?;
        self.out.write_private(token.as_bytes(), self.force)?;
        let sha256 = hex(&token::hash(&token));
        let expires = self.present.now().plus(self.lifetime);
        let line =
            format!(r#"join-tokens = [{{ sha256 = "{sha256}", expires = "{}" }}]"#, moment::show(expires));
        let file = self.out.file();
        let printed = file.is_none().then(|| token.as_str().to_owned());
        let body = Body { sha256, expires: expires.as_secs(), file, token: printed, line };
        output.print(SCHEMA, Verdict::Done, &body, |style| text(&body, style))
    }
}

fn text(body: &Body, style: Style) -> String {
    let made = style.paint("✓ made:", GREEN);
    let mode = if cfg!(unix) { ", readable by its owner only" } else { "" };
    let first = match (&body.file, &body.token) {
        (Some(file), _) => format!("{made} {file}, a join token{}\n", style.paint(mode, DIM)),
        (None, token) => format!("{made} {}\n", token.as_deref().unwrap_or_default()),
    };
    format!("{first}  for its workload in the registry:\n  {}\n", body.line)
}
