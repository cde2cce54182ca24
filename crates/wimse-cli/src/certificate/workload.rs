//! A workload whose certificate was verified, as it is shown.

use crate::moment;
use crate::output::{GREEN, Style};
use crate::wit::{Key, duration_until, escaped};
use serde::Serialize;
use wimse::creds::wic::WorkloadIdentityCertificate;
use wimse::creds::{UnixTime, Verified};

/// Who it is, by its certificate.
#[derive(Debug, Serialize)]
pub(crate) struct Workload {
    identifier: String,
    trust_domain: String,
    dns_names: Vec<String>,
    serial_number: String,
    /// The first second in which the certificate, or one above it, is not valid any more.
    expires: i64,
    /// Seconds until then.
    valid_for: i64,
    key: Key,
}

impl Workload {
    pub(crate) fn new(wic: &Verified<WorkloadIdentityCertificate>, now: UnixTime) -> Self {
        Self {
            identifier: wic.identifier().to_string(),
            trust_domain: wic.identifier().trust_domain().to_string(),
            dns_names: wic.certificate().claimed_dns_names().map(str::to_owned).collect(),
            serial_number: wic.serial_number(),
            expires: wic.expires().as_secs(),
            valid_for: wic.expires().as_secs() - now.as_secs(),
            key: wic.confirmation_key().into(),
        }
    }

    pub(crate) fn text(&self, now: UnixTime, style: Style) -> String {
        let expires = UnixTime::from_secs(u64::try_from(self.expires).unwrap_or_default());
        let names: Vec<String> = self.dns_names.iter().map(|name| escaped(name)).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let mut text = format!("{} {}\n", style.paint("✓ accepted:", GREEN), self.identifier);
        for (name, value) in [
            ("trust domain", &self.trust_domain),
            ("DNS names", &names),
            ("serial", &self.serial_number),
            ("expires", &format!("{}, {}", moment::show(expires), duration_until(expires, now))),
            ("key", &self.key.to_string()),
        ] {
            text.push_str(&format!("  {name:<13} {value}\n"));
        }
        text
    }
}
