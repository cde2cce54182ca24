//! Cases of `wic.verify`, of both drafts that have something to say about certificates.

use std::error::Error;

use super::{
    Cases,
    authorities::{BETWEEN, CA, Certificate, YEAR, ca_anchors, chain},
    certificates::Draft,
    keys::Keys,
    tokens::{NOW, SUBJECT},
};
use crate::vector::Vector;

/// The draft of the usual certificate: [`SUBJECT`], by the CA of its trust domain.
pub(super) fn usual() -> Draft {
    Draft::workload(CA, SUBJECT)
}

/// A certificate for the usual key, signed by the usual CA.
pub(super) fn by_ca(keys: &Keys, draft: &Draft) -> Certificate {
    draft.sign(keys.workload, keys.ca)
}

/// A certificate by the intermediate CA, and the certificate of that.
pub(super) fn by_intermediate(
    keys: &Keys,
    leaf: &Draft,
    between: &Draft,
) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let leaf = leaf.clone().issuer(BETWEEN).sign(keys.workload, keys.between)?;
    Ok(vec![leaf, between.sign(keys.between, keys.ca)?])
}

/// The intermediate CA, for a year.
pub(super) fn between() -> Draft {
    Draft::ca(BETWEEN, CA).valid(NOW, NOW + YEAR)
}

/// An accepted `wic.verify` of one certificate as that of a client, at [`NOW`], under the usual anchors.
pub(super) fn accept(
    keys: &Keys,
    id: &str,
    certificates: impl IntoIterator<Item = Vec<u8>>,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, "wic.verify", comment)
        .requires(requirements)
        .input("chain", chain(certificates))
        .config("now", NOW)
        .config("anchors", ca_anchors(keys)?)
        .config("role", "client")
        .output("identifier", SUBJECT))
}

/// An accepted case of the usual certificate with changes.
pub(super) fn accept_draft(
    keys: &Keys,
    id: &str,
    draft: &Draft,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    accept(keys, id, [by_ca(keys, draft)?], requirements, comment)
}

/// A refused certificate: id, code, the certificate, what differs from the twin, the attack or the mistake.
pub(super) type Refused<'a> = (&'a str, &'a str, Draft, &'a str, &'a str);

/// Refused certificates by the usual CA, made from one twin.
pub(super) fn refuse<'a>(
    keys: &Keys,
    twin: &Vector,
    requirements: &[&str],
    rows: impl IntoIterator<Item = Refused<'a>>,
) -> Cases {
    let refused = |(id, code, draft, differs, comment): Refused<'_>| {
        refuse_chain(twin, requirements, (id, code, vec![by_ca(keys, &draft)?], differs, comment))
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
