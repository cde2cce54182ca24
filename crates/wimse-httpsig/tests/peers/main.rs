//! Exchanges over loopback with independent implementations of RFC 9421: what they sign verifies here, what is signed
//! here verifies there, and one changed byte is refused on either side.
#![allow(clippy::unwrap_used, reason = "outside #[test] functions too, a test fails by a panic")]

mod case;
mod change;
mod loopback;
mod ours;
mod peer;
mod workloads;

mod profile;
mod profile_refusals;
mod requests;
mod responses;
