//! What is told when the server is ready.

use super::http::{CA_CERTIFICATES, JWK_SET, SPIFFE_BUNDLE};
use super::names::ENDPOINT;
use super::server::IdentityServer;
use crate::config::RegisteredWorkload;
use crate::exit::Failure;
use crate::moment;
use crate::output::{DIM, Output, Style, YELLOW};
use serde::Serialize;
use std::net::SocketAddr;
use wimse::creds::UnixTime;
use wimse::identifier::Origin;

const SCHEMA: &str = "wimse-dev-server/1";

/// The document.
#[derive(Serialize)]
pub(super) struct Ready {
    schema: &'static str,
    result: &'static str,
    /// Always "development".
    purpose: &'static str,
    trust_domain: String,
    issuer: String,
    address: String,
    credentials: String,
    jwk_set: String,
    spiffe_bundle: String,
    ca_certificates: String,
    workloads: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    identifier: String,
    /// Where its join token is, if one was made.
    join_token_file: Option<String>,
    join_token_expires: Option<i64>,
    /// How many tokens of the registry let it in.
    join_tokens: usize,
    service_accounts: Vec<String>,
}

impl Ready {
    pub(super) fn new(
        server: &IdentityServer,
        address: SocketAddr,
        origin: &Origin,
        workloads: &[RegisteredWorkload],
        expires: UnixTime,
    ) -> Self {
        let base = server.names.first();
        let line = |workload: &RegisteredWorkload| Line {
            identifier: workload.identifier.to_string(),
            join_token_file: workload.join_token_file.as_ref().map(|file| file.display().to_string()),
            join_token_expires: workload.join_token_file.as_ref().map(|_| expires.as_secs()),
            join_tokens: workload.join_tokens.len(),
            service_accounts: workload.service_accounts.clone(),
        };
        Self {
            schema: SCHEMA,
            result: "done",
            purpose: "development",
            trust_domain: origin.to_string(),
            issuer: server.issuer().to_owned(),
            address: address.to_string(),
            credentials: format!("{base}{ENDPOINT}"),
            jwk_set: format!("{base}{JWK_SET}"),
            spiffe_bundle: format!("{base}{SPIFFE_BUNDLE}"),
            ca_certificates: format!("{base}{CA_CERTIFICATES}"),
            workloads: workloads.iter().map(line).collect(),
        }
    }

    fn text(&self, style: Style) -> String {
        let label = style.paint("for development, not for production", YELLOW);
        let mut text = format!("identity server of {}, {label}\n", self.trust_domain);
        for (name, value) in [
            ("credentials", &self.credentials),
            ("JWK Set", &self.jwk_set),
            ("SPIFFE bundle", &self.spiffe_bundle),
            ("CAs", &self.ca_certificates),
        ] {
            text.push_str(&format!("  {name:<14} {value}\n"));
        }
        for workload in &self.workloads {
            text.push_str(&format!("  {:<14} {}{}\n", "workload", workload.identifier, workload.text(style)));
        }
        text
    }
}

impl Line {
    fn text(&self, style: Style) -> String {
        let mut ways = Vec::new();
        if let (Some(file), Some(expires)) = (&self.join_token_file, self.join_token_expires) {
            let until = moment::show(UnixTime::from_secs(u64::try_from(expires).unwrap_or_default()));
            ways.push(format!("once by the token in {file}, until {until}"));
        }
        match self.join_tokens {
            0 => {}
            1 => ways.push("once by a token of the registry".to_owned()),
            several => ways.push(format!("once by each of {several} tokens of the registry")),
        }
        ways.extend(self.service_accounts.iter().map(|account| format!("as {account}")));
        ways.iter().map(|way| format!("\n  {:<14} {}", "", style.paint(way, DIM))).collect()
    }
}

/// Says that it is ready.
pub(super) fn announce(output: &Output, ready: &Ready) -> Result<(), Failure> {
    let text = if output.is_json() {
        let text = serde_json::to_string(ready);
        text.map_err(Failure::step("the result cannot be written as JSON"))? + "\n"
    } else {
        ready.text(output.style())
    };
    output.write(text.as_bytes())
}
