//! `wimse wit inspect`: look at a WIT without judging it.

use super::decoded::Decoded;
use super::steps::{self, Readable, Step};
use super::{Key, escaped};
use crate::exit::{Exit, Failure};
use crate::input::Input;
use crate::moment;
use crate::output::{BOLD, DIM, Output, Style, Verdict, YELLOW};
use crate::refusal::Refusal;
use serde::Serialize;
use serde_json::Value;
use wimse::creds::WitError;
use wimse::creds::limits::TOKEN_BYTES;

/// Show what a WIT claims, without verifying anything
///
/// Decodes header and claims, of broken tokens too as far as possible, and says at which step reading
/// stops. It needs no configuration. The signature is never shown.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Inspect {
    /// The WIT: a file, or "-" for standard input
    #[arg(value_name = "FILE", default_value = "-")]
    wit: Input,
}

const EXAMPLES: &str = "\
Examples:
  wimse wit inspect billing.wit
  wimse wit inspect --json billing.wit | jq .unverified_claims.exp

Steps: form, header, claims, key, signature. What reads well may still be forged: use \"wimse wit verify\".";

const SCHEMA: &str = "wimse-wit-inspect/1";

impl Inspect {
    pub(crate) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let token = self.wit.read_token(TOKEN_BYTES)?;
        let [header, claims] = steps::parts(&token).map(Part::new);
        let view = View { header, claims, read: steps::read(&token) };
        let verdict = if view.read.is_ok() { Verdict::Done } else { Verdict::Refused };
        output.print(SCHEMA, verdict, &view.document(), |style| view.text(style))
    }
}

/// Everything that can be seen.
struct View {
    header: Part,
    claims: Part,
    read: Result<Readable, (Step, WitError)>,
}

/// One part of the token: what it is, or why it is not shown.
enum Part {
    Undecodable,
    NotJson { bytes: usize },
    Json(Decoded),
}

/// Everything in it is what the token claims.
#[derive(Serialize)]
struct Document<'a> {
    verified: bool,
    unverified_header: Option<&'a Value>,
    /// Where a part is JSON that strict readers refuse: as text.
    unverified_header_text: Option<&'a str>,
    unverified_claims: Option<&'a Value>,
    unverified_claims_text: Option<&'a str>,
    unverified_key: Option<Key>,
    signature_bytes: Option<usize>,
    /// Whether the token has members of a private key, which are not shown.
    private_members: bool,
    failed_step: Option<Step>,
    refusal: Option<Refusal>,
}

impl Part {
    fn new(bytes: Option<Vec<u8>>) -> Self {
        match bytes.filter(|bytes| !bytes.is_empty()) {
            None => Self::Undecodable,
            Some(bytes) => Decoded::read(&bytes).map_or(Self::NotJson { bytes: bytes.len() }, Self::Json),
        }
    }

    fn decoded(&self) -> Option<&Decoded> {
        if let Self::Json(decoded) = self { Some(decoded) } else { None }
    }

    fn value(&self) -> Option<&Value> {
        self.decoded()?.value.as_ref()
    }

    fn ambiguous_text(&self) -> Option<&str> {
        self.decoded().filter(|decoded| decoded.value.is_none()).map(|decoded| decoded.text.as_str())
    }

    fn text(&self) -> String {
        match self {
            Self::Undecodable => "  cannot be decoded\n".to_owned(),
            Self::NotJson { bytes } => format!("  {bytes} bytes that are not JSON\n"),
            Self::Json(decoded) => decoded.text.lines().map(|line| format!("  {line}\n")).collect(),
        }
    }
}

impl View {
    fn document(&self) -> Document<'_> {
        let readable = self.read.as_ref().ok();
        Document {
            verified: false,
            unverified_header: self.header.value(),
            unverified_header_text: self.header.ambiguous_text(),
            unverified_claims: self.claims.value(),
            unverified_claims_text: self.claims.ambiguous_text(),
            unverified_key: readable.map(|readable| (&readable.key).into()),
            signature_bytes: readable.map(|readable| readable.signature_bytes),
            private_members: self.hides_private(),
            failed_step: self.read.as_ref().err().map(|(step, _)| *step),
            refusal: self.refusal(),
        }
    }

    fn text(&self, style: Style) -> String {
        let mut text = String::new();
        let parts = [("header", &self.header), ("claims", &self.claims)];
        if parts.iter().any(|(_, part)| !matches!(part, Part::Undecodable)) {
            text.push_str("Unverified: this is what the token claims, and anyone can write one.\n");
            for (name, part) in parts {
                let heading = style.paint(&format!("{name}, as claimed"), BOLD);
                text.push_str(&format!("\n{heading}\n{}", part.text()));
            }
            text.push('\n');
        }
        if let Ok(Readable { wit, key, signature_bytes }) = &self.read {
            let issuer = wit.claimed_issuer().map_or("none".to_owned(), escaped);
            for (name, value) in [
                ("subject", wit.claimed_subject().to_string()),
                ("issuer", issuer),
                ("expires", moment::show(wit.claimed_expiry())),
                ("key", Key::from(key).to_string()),
                ("signature", format!("{signature_bytes} bytes, neither checked nor shown")),
            ] {
                text.push_str(&format!("  {name:<10} {value}\n"));
            }
            text.push_str(&style.paint("  to have it judged: wimse wit verify FILE", DIM));
            text.push('\n');
        }
        if self.hides_private() {
            let warning =
                "A private key is in the token. It is not shown; whoever saw the token has it: replace it.";
            text.push_str(&format!("{}\n", style.paint(warning, YELLOW)));
        }
        if let (Err((step, _)), Some(refusal)) = (&self.read, self.refusal()) {
            text.push_str(&format!("Reading stops at the {step}.\n{}", refusal.text(style)));
        }
        text
    }

    fn refusal(&self) -> Option<Refusal> {
        let (_, error) = self.read.as_ref().err()?;
        Some(Refusal::of(error.code(), error))
    }

    fn hides_private(&self) -> bool {
        [&self.header, &self.claims].into_iter().filter_map(Part::decoded).any(|part| part.hides_private)
    }
}
