//! The two workloads of the handshakes: billing calls orders.

use std::error::Error;

use serde_json::{Value, json};

use super::super::{
    authorities::{CA, CA_ES256, Certificate, SERVER_ES256, ca_anchors, chain},
    certificates::{Draft, Name},
    tokens::{KeyPair, NOW, SUBJECT, WORKLOAD_ES256},
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
pub(super) fn client(draft: &Draft) -> Made {
    Ok(shown([draft.sign(WORKLOAD_ES256, CA_ES256)?], WORKLOAD_ES256))
}

/// The usual client.
pub(super) fn billing() -> Made {
    client(&Draft::workload(CA, SUBJECT))
}

/// What the server shows: a certificate by the usual CA.
pub(super) fn server(draft: &Draft) -> Made {
    Ok(shown([draft.sign(SERVER_ES256, CA_ES256)?], SERVER_ES256))
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
pub(super) fn server_by(draft: &Draft, ca: &str, key: KeyPair) -> Certificate {
    draft.clone().issuer(ca).sign(SERVER_ES256, key)
}

/// How the server judges: the usual anchors, and who is permitted.
pub(super) fn server_side(permitted: &Value) -> Made {
    Ok(json!({"anchors": ca_anchors()?, "permitted": permitted}))
}

/// How the client judges: the usual anchors, and whom it means.
pub(super) fn client_side(expected: &Value) -> Made {
    Ok(json!({"anchors": ca_anchors()?, "expected": expected}))
}

/// An accepted `mtls.accept` of billing.
pub(super) fn accept(
    id: &str,
    permitted: &Value,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, "mtls.accept", comment)
        .requires(requirements)
        .input("client", billing()?)
        .config("own", server(&orders())?)
        .config("server", server_side(permitted)?)
        .config("name", HOST)
        .config("now", NOW)
        .output("client", SUBJECT))
}

/// An accepted `mtls.connect` to orders by a name.
pub(super) fn connect(
    id: &str,
    name: &str,
    expected: &Value,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, "mtls.connect", comment)
        .requires(requirements)
        .input("server", server(&orders())?)
        .config("own", billing()?)
        .config("client", client_side(expected)?)
        .config("name", name)
        .config("now", NOW)
        .output("server", ORDERS))
}

/// An accepted handshake of billing with orders.
pub(super) fn both(
    id: &str,
    operation: &str,
    requirements: &[&str],
    comment: &str,
) -> Result<Vector, Box<dyn Error>> {
    Ok(Vector::accepted(id, operation, comment)
        .requires(requirements)
        .input("client", billing()?)
        .input("server", server(&orders())?)
        .config("client", client_side(&json!({"workload": ORDERS}))?)
        .config("server", server_side(&json!({"exact": [SUBJECT]}))?)
        .config("name", HOST)
        .config("now", NOW)
        .output("client", SUBJECT)
        .output("server", ORDERS))
}
