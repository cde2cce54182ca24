//! `wimse key thumbprint`: the name of a key in caches and logs.

use super::KeyFile;
use crate::exit::{Exit, Failure};
use crate::output::{Output, Verdict};
use crate::refusal::Stop;
use serde::Serialize;

/// Print the thumbprint (RFC 7638, SHA-256) of a private or public key
///
/// It is in base64url, and the same for both halves, for every form, and under every algorithm name.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct ThumbprintOf {
    #[command(flatten)]
    key: KeyFile,
}

const EXAMPLES: &str = "\
Examples:
  wimse key thumbprint workload.jwk.json
  wimse key thumbprint issuer.pub.pem --json";

const SCHEMA: &str = "wimse-key-thumbprint/1";

#[derive(Serialize)]
struct Body<'a> {
    thumbprint: String,
    algorithm: &'static str,
    kid: Option<&'a str>,
    /// Whether the file holds a private key.
    private: bool,
}

impl ThumbprintOf {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        self.show(output).or_else(|stop| stop.print(output, SCHEMA))
    }

    fn show(&self, output: &Output) -> Result<Exit, Stop> {
        let held = self.key.read()?;
        let key = held.public_key();
        let body = Body {
            thumbprint: key.thumbprint().to_string(),
            algorithm: key.algorithm().name(),
            kid: key.key_id(),
            private: held.is_private(),
        };
        Ok(output.print(SCHEMA, Verdict::Done, &body, |_| format!("{}\n", body.thumbprint))?)
    }
}
