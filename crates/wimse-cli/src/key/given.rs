//! Keys that a command works with, from files in any form: what is wrong with one is wrong usage.

use super::held::{self, Held};
use super::unfit::Unfit;
use crate::exit::Failure;
use crate::input::Input;
use crate::secret::Readable;
use wimse::creds::key::{Algorithm, Backend, PublicKey, SigningKey};

/// Reads the public part of a key, public or private.
pub(crate) fn read_public(input: &Input, readable: Readable) -> Result<PublicKey, Failure> {
    Ok(read(input, None, readable)?.public_key().clone())
}

/// Reads a private key to sign with. One that names no algorithm gets the preferred one where that fits.
///
/// The same input is signed alike where a backend of this build can do so: RSA-PSS never is.
pub(crate) fn read_private(
    input: &Input,
    preferred: Option<Algorithm>,
    readable: Readable,
) -> Result<SigningKey, Failure> {
    match read(input, preferred, readable)? {
        Held::Private(key) if Backend::Pure.supports(key.algorithm()) => {
            let doing = format!("{input} holds no key that can sign");
            key.with_backend(Backend::Pure).map_err(Failure::unusable(doing))
        }
        Held::Private(key) => Ok(key),
        Held::Public(_) => {
            let failure =
                Failure::usage(format!("{input} holds a public key, and it takes the private one to sign"));
            Err(failure.next("give the file of the private key"))
        }
    }
}

fn read(input: &Input, preferred: Option<Algorithm>, readable: Readable) -> Result<Held, Failure> {
    let bytes = held::read_file(input, readable)?;
    match preferred.map(|algorithm| Held::read(&bytes, Some(algorithm))) {
        Some(Ok(held)) => Ok(held),
        _ => Held::read(&bytes, None).map_err(|unfit| unusable(input, unfit)),
    }
}

fn unusable(input: &Input, unfit: Unfit) -> Failure {
    let doing = format!("{input} holds no key that can be used ({})", unfit.code);
    let fix = unfit.fix(&input.to_string());
    Failure::unusable(doing)(unfit).next(fix)
}
