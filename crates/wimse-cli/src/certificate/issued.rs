//! A certificate that was made, as it is shown.

use crate::moment;
use crate::output::{DIM, GREEN, Style};
use crate::wit::{Key, escaped};
use serde::Serialize;
use std::time::Duration;
use wimse::creds::UnixTime;
use wimse::creds::wic::WorkloadIdentityCertificate;

/// What a new certificate of a workload says, and where it is.
#[derive(Serialize)]
pub(crate) struct Issued {
    identifier: String,
    dns_names: Vec<String>,
    serial_number: String,
    not_before: i64,
    /// The last second.
    not_after: i64,
    key: Option<Key>,
    /// How many certificates go with it, itself included.
    certificates: usize,
    file: Option<String>,
    key_file: Option<String>,
    /// Unless it was written to a file.
    pem: Option<String>,
}

impl Issued {
    pub(crate) fn new(
        wic: &WorkloadIdentityCertificate,
        file: Option<String>,
        key_file: Option<String>,
    ) -> Self {
        let validity = wic.claimed_validity();
        Self {
            identifier: wic.claimed_identifier().to_string(),
            dns_names: wic.claimed_dns_names().map(str::to_owned).collect(),
            serial_number: wic.claimed_serial_number(),
            not_before: validity.start().as_secs(),
            not_after: last_second(validity.end()).as_secs(),
            key: wic.claimed_public_key().ok().as_ref().map(Key::from),
            certificates: wic.chain().len(),
            pem: file.is_none().then(|| wic.to_pem()),
            file,
            key_file,
        }
    }

    /// The PEM text, or what was written.
    pub(crate) fn text(&self, style: Style) -> String {
        let Some(file) = &self.file else { return self.pem.clone().unwrap_or_default() };
        let until = moment::show(UnixTime::from_secs(u64::try_from(self.not_after).unwrap_or_default()));
        let written = style.paint("✓ written:", GREEN);
        let mut text =
            format!("{written} {} (a WIC for {}, valid until {until})\n", escaped(file), self.identifier);
        if let Some(key_file) = &self.key_file {
            let mode = if cfg!(unix) { ", readable by its owner only" } else { "" };
            text.push_str(&format!("  private key  {}{}\n", escaped(key_file), style.paint(mode, DIM)));
        }
        if !self.dns_names.is_empty() {
            text.push_str(&format!("  DNS names    {}\n", self.dns_names.join(", ")));
        }
        text
    }
}

/// `notAfter`, of the first second after it.
pub(crate) fn last_second(end: UnixTime) -> UnixTime {
    end.minus(Duration::from_secs(1))
}
