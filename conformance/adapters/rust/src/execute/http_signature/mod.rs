//! The operations of the HTTP signature draft, and of RFC 9421 and RFC 9530 below it.

use super::{Examined, Explained, Operation, Step, done, refuse};

mod accept;
mod answer;
mod client;
mod plain;
mod received;
mod recipient;
mod server;
mod signed;
mod structured;

pub(super) const OPERATIONS: &[Operation] = &[
    ("httpsig.base", plain::base),
    ("httpsig.verify", plain::verify),
    ("httpsig.sign", plain::sign),
    ("digest.verify", plain::digest),
    ("sfv.parse", structured::parse),
    ("profile.verify_request", recipient::verify),
    ("profile.sign_request", client::sign),
    ("profile.verify_response", client::verify),
    ("profile.sign_response", server::sign),
    ("profile.answer", answer::answer),
    ("profile.accept_signature", accept::accept),
];

pub(super) const EXAMINED: &[Examined] = &[
    ("httpsig.sign", plain::examine),
    ("profile.sign_request", client::examine),
    ("profile.sign_response", server::examine),
];

pub(super) const EXPLAINED: &[Explained] =
    &[("profile.verify_request", recipient::explain), ("profile.verify_response", client::explain)];
