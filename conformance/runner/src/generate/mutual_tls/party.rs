//! The two workloads of the handshakes: billing calls orders.

use std::error::Error;

use serde_json::{Value, json};

use super::super::{
    authorities::{CA, Certificate, ca_anchors, chain},
    certificates::{Draft, Name},
    keys::Keys,
    tokens::{KeyPair, NOW, SUBJECT},
};
use crate::vector::Vector;

/// Who is called.
pub(super) const ORDERS: &str = "wimse://example.com/orders";
/// The host name by which orders is reached.
pub(super) const HOST: &str = "orders.example.com";
/// The address by which orders is reached.
pub(super) const ADDRESS: &str = "192.0.2.7";

/// A value of a vector, or why it could not be made.
pub(super) type Made = Result<Value, Box<dyn Error>>;

/// Certificates and the key of an end.
pub(super) fn shown(certificates: impl IntoIterator<Item = Vec<u8>>, key: KeyPair) -> Value {
    let key: Value = serde_json::from_str(key.private_jwk()).unwrap_or_default();
    json!({"chain": chain(certificates), "key": key})
}

/// What the client shows: a certificate by the usual CA.
pub(super) fn client(keys: &Keys, draft: &Draft) -> Made {
    Ok(shown([draft.sign(keys.workload, keys.ca)?], keys.workload))
}

/// The usual client.
pub(super) fn billing(keys: &Keys) -> Made {
    client(keys, &Draft::workload(CA, SUBJECT))
}

/// What the server shows: a certificate by the usual CA.
pub(super) fn server(keys: &Keys, draft: &Draft) -> Made {
    Ok(shown([draft.sign(keys.server, keys.ca)?], keys.server))
}

/// A server with these names beside its identifier.
pub(super) fn named(identifier: &str, names: &[Name<'_>]) -> Draft {
    let names: Vec<_> = [Name::Uri(identifier)].iter().chain(names).copied().collect();
    Draft::leaf(CA).names(&names)
}

/// The usual server, with its host name.
pub(super) fn orders() -> Draft {
    named(ORDERS, &[Name::Dns(HOST)])
}

/// The certificate of a server by any CA.
pub(super) fn server_by(keys: &Keys, draft: &Draft, ca: &str, key: KeyPair) -> Certificate {
    draft.clone().issuer(ca).sign(keys.server, key)
}

/// How the server judges: the usual anchors, and who is permitted.
pub(super) fn server_side(keys: &Keys, permitted: &Value) -> Made {
    Ok(json!({"anchors": ca_anchors(keys)?, "permitted": permitted}))
}

/// How the client judges: the usual anchors, and whom it means.
pub(super) fn client_side(keys: &Keys, expected: &Value) -> Made {
    Ok(json!({"anchors": ca_anchors(keys)?, "expected": expected}))
}

/// An accepted `mtls.accept` of billing.
pub(super) fn accept(
    keys: &Keys,
    id: &str,
    permitted: &Value,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, "mtls.accept", comment)
        .requires(requirements)
        .input("client", billing(keys)?)
        .config("own", server(keys, &orders())?)
        .config("server", server_side(keys, permitted)?)
        .config("name", HOST)
        .config("now", NOW)
        .output("client", SUBJECT))
}

/// An accepted `mtls.connect` to orders by a name.
pub(super) fn connect(
    keys: &Keys,
    id: &str,
    name: &str,
    expected: &Value,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, "mtls.connect", comment)
        .requires(requirements)
        .input("server", server(keys, &orders())?)
        .config("own", billing(keys)?)
        .config("client", client_side(keys, expected)?)
        .config("name", name)
        .config("now", NOW)
        .output("server", ORDERS))
}

/// An accepted handshake of billing with orders.
pub(super) fn both(
    keys: &Keys,
    id: &str,
    operation: &str,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, operation, comment)
        .requires(requirements)
        .input("client", billing(keys)?)
        .input("server", server(keys, &orders())?)
        .config("client", client_side(keys, &json!({"workload": ORDERS}))?)
        .config("server", server_side(keys, &json!({"exact": [SUBJECT]}))?)
        .config("name", HOST)
        .config("now", NOW)
        .output("client", SUBJECT)
        .output("server", ORDERS))
}
