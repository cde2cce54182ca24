//! Who may call.

use super::super::problem::Review;
use serde::Serialize;
use toml::Spanned;
use wimse::creds::pop::PeerPolicy;
use wimse::identifier::{IdentifierPolicy, IdentifierSet, Origin, WorkloadIdentifier};

/// Workloads, and trust domains whose workloads are all meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::config) struct Permitted {
    pub(in crate::config) workloads: Vec<WorkloadIdentifier>,
    pub(in crate::config) domains: Vec<Origin>,
}

/// For documents.
#[derive(Serialize)]
struct Shown<'a> {
    workloads: Vec<&'a str>,
    domains: Vec<&'a str>,
}

impl Serialize for Permitted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let workloads = self.workloads.iter().map(WorkloadIdentifier::as_str).collect();
        let domains = self.domains.iter().map(Origin::as_str).collect();
        Shown { workloads, domains }.serialize(serializer)
    }
}

impl Permitted {
    pub(in crate::config) fn read(
        workloads: &[Spanned<String>],
        domains: &[Spanned<String>],
        identifiers: &IdentifierPolicy,
        review: &mut Review<'_>,
    ) -> Self {
        let mut permitted = Self::default();
        for workload in workloads {
            match identifiers.parse(workload.get_ref()) {
                Ok(identifier) => permitted.workloads.push(identifier),
                Err(error) => {
                    let message = format!("{:?} is not a Workload Identifier: {error}", workload.get_ref());
                    let fix = "write it whole, such as wimse://example.com/billing; \"wimse id check ID\" shows every rule";
                    review.refuse(error.code(), workload.span(), message, fix);
                }
            }
        }
        for domain in domains {
            match identifiers.parse_origin(domain.get_ref()) {
                Ok(origin) => permitted.domains.push(origin),
                Err(error) => {
                    let message = format!("{:?} is not a trust domain: {error}", domain.get_ref());
                    let fix = "write scheme and trust domain, such as wimse://example.com";
                    review.refuse(error.code(), domain.span(), message, fix);
                }
            }
        }
        permitted
    }

    pub(in crate::config) fn is_empty(&self) -> bool {
        self.workloads.is_empty() && self.domains.is_empty()
    }

    /// These, and those of the other.
    pub(super) fn extend(&mut self, other: &Self) {
        self.workloads.extend(other.workloads.iter().cloned());
        self.domains.extend(other.domains.iter().cloned());
    }

    pub(in crate::config) fn policy(&self) -> PeerPolicy {
        let exactly = IdentifierSet::exactly(self.workloads.iter().cloned());
        self.domains.iter().cloned().fold(exactly, IdentifierSet::with_origin).into()
    }

    /// Identifiers and domains, as one list for people.
    pub(in crate::config) fn names(&self) -> Vec<String> {
        let workloads = self.workloads.iter().map(ToString::to_string);
        workloads.chain(self.domains.iter().map(|domain| format!("all of {domain}"))).collect()
    }
}
