//! `wimse id check`: an identifier, rule by rule.

use crate::exit::{Exit, Failure};
use crate::explain::findings::{self, Count, Detail, Line};
use crate::output::{GREEN, Output, RED, Style, Verdict};
use crate::refusal::Refusal;
use serde::Serialize;
use wimse::identifier::explain::{Excerpt, Explanation, Finding};
use wimse::identifier::{IdentifierPolicy, SchemeRules, WorkloadIdentifier};

/// Check a Workload Identifier rule by rule
///
/// Every rule is listed with its requirement: met (✓), not met (✗), or not reached (·).
/// An identifier that is accepted is not authenticated by that: only a verified credential proves it.
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Check {
    #[arg(help = "The identifier, such as wimse://example.com/billing")]
    id: String,
    /// By the published text alone: without the canonical form of wimse identifiers
    #[arg(long)]
    baseline: bool,
    /// Accept also this scheme, by general rules; may be repeated
    #[arg(long, value_name = "NAME")]
    scheme: Vec<String>,
    /// Accept trust domains that are IP addresses
    #[arg(long)]
    allow_ip: bool,
}

const EXAMPLES: &str = "\
Examples:
  wimse id check wimse://example.com/billing
  wimse id check spiffe://example.org/ns/prod/sa/billing --json
  wimse id check workload://example.com/a%2Fb --scheme workload";

const SCHEMA: &str = "wimse-id-check/1";

#[derive(Serialize)]
struct Body<'a> {
    /// In quotes, escaped, and cut where it is long.
    received: String,
    #[serde(flatten)]
    parts: Parts<'a>,
    refusal: Option<Refusal>,
    rules: Count,
    findings: Vec<Line<'a>>,
}

/// What it consists of; null unless it is accepted.
#[derive(Default, Serialize)]
struct Parts<'a> {
    identifier: Option<&'a str>,
    scheme: Option<&'a str>,
    trust_domain: Option<String>,
    path: Option<&'a str>,
    origin: Option<&'a str>,
}

impl Check {
    pub(super) fn run(&self, output: &Output) -> Result<Exit, Failure> {
        let policy = self.policy()?;
        let explanation = policy.explain(&self.id);
        let parsed = policy.parse(&self.id).ok();
        let verdict = if parsed.is_some() { Verdict::Accepted } else { Verdict::Refused };
        let body = Body {
            received: Excerpt::new(&self.id).to_string(),
            parts: parsed.as_ref().map(parts).unwrap_or_default(),
            refusal: explanation.first_refusal().map(Refusal::found),
            rules: findings::count(&explanation),
            findings: findings::lines(&explanation),
        };
        output.print(SCHEMA, verdict, &body, |style| text(&body, &explanation, style))
    }

    fn policy(&self) -> Result<IdentifierPolicy, Failure> {
        let wimse = if self.baseline { SchemeRules::wimse_baseline() } else { SchemeRules::wimse() };
        let mut accepted = vec![wimse, SchemeRules::spiffe()];
        for name in &self.scheme {
            let rules = SchemeRules::generic(name)
                .map_err(Failure::unusable(format!("--scheme {name:?}")))
                .map_err(|failure| {
                failure.next(
                    "give a name of a-z, 0-9, \"+\", \"-\" and \".\"; wimse and spiffe are there already",
                )
            })?;
            accepted.push(rules);
        }
        let accept = |policy: IdentifierPolicy, rules: SchemeRules| {
            policy.with(if self.allow_ip { rules.allow_ip_trust_domain() } else { rules })
        };
        Ok(accepted.into_iter().fold(IdentifierPolicy::none(), accept))
    }
}

fn parts(identifier: &WorkloadIdentifier) -> Parts<'_> {
    Parts {
        identifier: Some(identifier.as_str()),
        scheme: Some(identifier.scheme()),
        trust_domain: Some(identifier.trust_domain().to_string()),
        path: Some(identifier.path()),
        origin: Some(identifier.origin_str()),
    }
}

fn text(body: &Body<'_>, explanation: &Explanation, style: Style) -> String {
    let Parts { identifier, scheme, trust_domain, path, origin } = &body.parts;
    let mut text = match (identifier, explanation.first_refusal()) {
        (Some(identifier), _) => format!("{} {identifier}\n", style.paint("✓ accepted:", GREEN)),
        (None, refused) => {
            let code = refused.and_then(Finding::code).unwrap_or_default();
            format!("{} {code}\n  {}\n", style.paint("✗ refused:", RED), body.received)
        }
    };
    let parts = [
        ("scheme", *scheme),
        ("trust domain", trust_domain.as_deref()),
        ("path", *path),
        ("origin", *origin),
    ];
    for (name, part) in parts {
        text.extend(part.map(|part| format!("  {name:<12}  {part}\n")));
    }
    let Count { met, refused, not_reached } = body.rules;
    let reached = if not_reached == 0 { String::new() } else { format!(", {not_reached} not reached") };
    text.push_str(&format!("\nrules: {met} met, {refused} refused{reached}\n"));
    text.push_str(&findings::text(explanation, style, Detail::Rules));
    text
}
