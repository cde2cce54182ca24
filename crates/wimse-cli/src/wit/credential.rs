//! A workload's own credential: its WIT and the key that it binds.

use crate::input::Input;
use crate::key::read_private;
use crate::refusal::{Advice, Refusal, Stop};
use crate::secret::Readable;
use wimse::creds::limits::TOKEN_BYTES;
use wimse::creds::pop::WitCredential;
use wimse::creds::{WitPolicy, WorkloadIdentityToken};
use wimse::identifier::IdentifierPolicy;

/// Reads a credential to prove with. `advice` is what the command knows of it.
pub(crate) fn read_credential(
    wit: &Input,
    key: &Input,
    readable: Readable,
    advice: &[Advice],
) -> Result<WitCredential, Stop> {
    let wit = wit.read_token(TOKEN_BYTES)?;
    // Which of the identifiers of the draft are canonical is for the recipient to judge.
    let policy = WitPolicy::default().identifiers(IdentifierPolicy::baseline());
    let wit = WorkloadIdentityToken::parse_with(&wit, &policy)
        .map_err(|error| Refusal::of(error.code(), &error))?;
    // Where the key names no algorithm the WIT does: PEM cannot tell EdDSA from Ed25519, nor RS256 from PS256.
    let confirmed = wit.claimed_confirmation_key().ok().map(|key| key.algorithm());
    let key = read_private(key, confirmed, readable)?;
    let credential = WitCredential::new(wit, key);
    Ok(credential.map_err(|error| Refusal::advised(error.code(), &error, advice))?)
}
