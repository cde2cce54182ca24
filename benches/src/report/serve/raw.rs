//! One raw verification: the library of the backend, called directly.

use super::callers::Callers;
use super::message::Proof;
use super::server::cpu_time;
use nix::sys::resource::UsageWho;
use std::hint::black_box;
use wimse_benches::Error;
use wimse_benches::primitive::Point;

/// Verifications of one measurement, in turns over all keys.
const CALLS: u32 = 20_000;

/// The processor time of one verification with a kept key, in microseconds: of a signature over what such a proof signs, whose
/// length counts, since it is hashed.
pub(super) fn microseconds(callers: &Callers, proof: Proof) -> Result<f64, Error> {
    let mut signed = Vec::new();
    for (credential, key) in callers.credentials().iter().zip(callers.keys()) {
        let message = proof.signed_bytes(credential)?;
        let signature = credential.sign(&message, super::callers::now())?;
        let signature: [u8; 64] = signature.try_into().map_err(|_| "a signature of another length")?;
        signed.push((Point::of(key)?.import().ok_or("a key")?, message, signature));
    }
    let before = cpu_time(UsageWho::RUSAGE_SELF)?;
    for (key, message, signature) in signed.iter().cycle().take(CALLS as usize) {
        if !black_box(key.verify(black_box(message), signature)) {
            return Err("a signature that is not good".into());
        }
    }
    let taken = cpu_time(UsageWho::RUSAGE_SELF)?.saturating_sub(before);
    Ok(taken.as_secs_f64() * 1e6 / f64::from(CALLS))
}
