//! Certificates and mutual TLS, beside raw webpki and beside plain rustls with client certificates.
//!
//! The cryptography is that of the provider `aws-lc-rs` on either side, with keys of ES256.

use super::{Operation, Planned, Side};
use crate::Error;
use crate::primitive::sha256;
use crate::tls::{Peers, handshake};
use std::hint::black_box;
use std::rc::Rc;
use webpki::{EndEntityCert, KeyUsage};
use wimse_creds::wic::{Purpose, WorkloadIdentityCertificate};

/// Every operation.
pub(super) fn all() -> [Planned; 6] {
    [
        Planned::new("mutual TLS, handshake, WICs not in the cache", KEYS, || shake_hands(0)),
        Planned::new("mutual TLS, handshake, WICs in the cache", KEYS, || shake_hands(1024)),
        Planned::new("mutual TLS, peer of a resumed connection (beside one hash of its WIC)", KEYS, peer),
        Planned::new("WIC parse (beside webpki, without its names)", KEYS, parse),
        Planned::new("WIC verify, cold", KEYS, || verify(0)),
        Planned::new("WIC verify, cached", KEYS, || verify(1024)),
    ]
}

const KEYS: &str = "ES256";

/// A full handshake in memory, both certificates sent. The floor: the same with the verifiers of rustls.
fn shake_hands(cached: usize) -> Result<Operation, Error> {
    let peers = Peers::new(cached)?;
    let (ours, plain) = (peers.ours()?, peers.plain()?);
    let ours = Side::new(move || black_box(handshake(&ours.0, &ours.1)).is_some());
    let floor = Side::new(move || black_box(handshake(&plain.0, &plain.1)).is_some());
    Ok(Operation::new("mtls", ours, floor).target(1.10))
}

/// Who is at the other end of a connection that was resumed: the certificate of the first one is judged again.
fn peer() -> Result<Operation, Error> {
    let peers = Peers::new(1024)?;
    let (server, connection) = peers.resumed()?;
    let (now, leaf) = (peers.now, peers.caller.leaf().to_vec());
    let ours = Side::new(move || black_box(server.peer(&connection, now)).is_ok());
    let floor = Side::new(move || black_box(sha256(&leaf)) != [0; 32]);
    Ok(Operation::new("mtls", ours, floor))
}

fn parse() -> Result<Operation, Error> {
    let peers = Rc::new(Peers::new(0)?);
    let raw = Rc::clone(&peers);
    let ours = Side::new(move || {
        let chain = peers.caller.chain().to_vec();
        black_box(WorkloadIdentityCertificate::from_der(chain)).is_ok()
    });
    let floor = Side::new(move || black_box(EndEntityCert::try_from(raw.caller.leaf())).is_ok());
    Ok(Operation::new("mtls", ours, floor))
}

/// The floor: a path by webpki to the same anchor.
fn verify(cached: usize) -> Result<Operation, Error> {
    let peers = Rc::new(Peers::new(cached)?);
    let (raw, verifier) = (Rc::clone(&peers), peers.verifier()?);
    let ours = Side::new(move || {
        black_box(verifier.verify(peers.caller.chain(), Purpose::ClientAuth, peers.now)).is_ok()
    });
    let floor = Side::new(move || {
        let Ok(end_entity) = EndEntityCert::try_from(raw.caller.leaf()) else { return false };
        let (anchors, time) = (&raw.roots.roots, raw.wall_clock());
        let path = end_entity.verify_for_usage(
            raw.algorithms(),
            anchors,
            &[],
            time,
            KeyUsage::client_auth(),
            None,
            None,
        );
        black_box(path).is_ok()
    });
    Ok(Operation::new("mtls", ours, floor))
}
