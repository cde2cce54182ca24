//! Cases of `wic.verify`, of both drafts that have something to say about certificates.

use std::error::Error;

use super::{
    Cases,
    authorities::{BETWEEN, BETWEEN_ES256, CA, CA_ES256, Certificate, YEAR, ca_anchors, chain},
    certificates::Draft,
    tokens::{NOW, SUBJECT, WORKLOAD_ES256},
};
use crate::vector::Vector;

/// The thumbprint of [`WORKLOAD_ES256`], computed by other means than the crates under test.
pub(super) const WORKLOAD_THUMBPRINT: &str = "fSrJ5d32sl0poulZ8yFurkHIHJKXt1-a7H4XC4jMW8Q";

/// The draft of the usual certificate: [`SUBJECT`], by the CA of its trust domain.
pub(super) fn usual() -> Draft {
    Draft::workload(CA, SUBJECT)
}

/// A certificate for the usual key, signed by the usual CA.
pub(super) fn by_ca(draft: &Draft) -> Certificate {
    draft.sign(WORKLOAD_ES256, CA_ES256)
}

/// A certificate by the intermediate CA, and the certificate of that.
pub(super) fn by_intermediate(leaf: &Draft, between: &Draft) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let leaf = leaf.clone().issuer(BETWEEN).sign(WORKLOAD_ES256, BETWEEN_ES256)?;
    Ok(vec![leaf, between.sign(BETWEEN_ES256, CA_ES256)?])
}

/// The intermediate CA, for a year.
pub(super) fn between() -> Draft {
    Draft::ca(BETWEEN, CA).valid(NOW, NOW + YEAR)
}

/// An accepted `wic.verify` of one certificate as that of a client, at [`NOW`], under the usual anchors.
pub(super) fn accept(
    id: &str,
    certificates: impl IntoIterator<Item = Vec<u8>>,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, "wic.verify", comment)
        .requires(requirements)
        .input("chain", chain(certificates))
        .config("now", NOW)
        .config("anchors", ca_anchors()?)
        .config("role", "client")
        .output("identifier", SUBJECT))
}

/// An accepted case of the usual certificate with changes.
pub(super) fn accept_draft(
    id: &str,
    draft: &Draft,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    accept(id, [by_ca(draft)?], requirements, comment)
}

/// A refused certificate: id, code, the certificate, what differs from the twin, the attack or the mistake.
pub(super) type Refused<'a> = (&'a str, &'a str, Draft, &'a str, &'a str);

/// Refused certificates by the usual CA, made from one twin.
pub(super) fn refuse<'a>(
    twin: &Vector,
    requirements: &[&str],
    rows: impl IntoIterator<Item = Refused<'a>>,
) -> Cases {
    let refused = |(id, code, draft, differs, comment): Refused<'_>| {
        refuse_chain(twin, requirements, (id, code, vec![by_ca(&draft)?], differs, comment))
    };
    rows.into_iter().map(refused).collect()
}

/// A refused chain, made from a twin.
pub(super) fn refuse_chain(
    twin: &Vector,
    requirements: &[&str],
    (id, code, certificates, differs, comment): (&str, &str, Vec<Vec<u8>>, &str, &str),
) -> Result<Vector, Box<dyn Error>> {
    Ok(twin.refused(id, &[code], differs, comment).requires(requirements).input("chain", chain(certificates)))
}
