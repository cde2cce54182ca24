//! Possession of a new key, proven.

use super::ProtocolError;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::time::Duration;
use wimse_creds::UnixTime;
use wimse_creds::jose::{self, Bound, Claims, ClaimsWriter, CompactJws, JoseHeader};
use wimse_creds::key::{PublicKey, SigningKey};
use wimse_creds::limits::TOKEN_BYTES;
use wimse_creds::pop::Nonce;

/// A JWS by the new key, for one identity server and a minute.
pub(super) fn sign(
    key: &SigningKey,
    audience: &str,
    now: UnixTime,
    nonce: &Nonce,
) -> Result<String, ProtocolError> {
    let mut header = ClaimsWriter::new();
    header.text("alg", key.algorithm().name());
    header.text("typ", TYP);
    let mut claims = ClaimsWriter::new();
    claims.text("aud", audience);
    claims.date("exp", now.plus(LIFETIME));
    claims.text("jti", nonce.as_str());
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    let input = format!("{}.{}", encode(header.finish()), encode(claims.finish()));
    let signature = key.sign(input.as_bytes()).map_err(ProtocolError::Signing)?;
    Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// A key of a certificate has no "alg", and its type may have several: the one that the header names, if it is for this key.
pub(super) fn as_named(proof: &str, key: &PublicKey) -> PublicKey {
    let named = || {
        let header = CompactJws::split(proof, TOKEN_BYTES).ok()?.header().ok()?;
        let named = JoseHeader::parse(&header).ok()?.algorithm();
        PublicKey::from_spki_der(named, &key.to_spki_der()).ok()
    };
    named().unwrap_or_else(|| key.clone())
}

/// Checks it, the signature first.
pub(super) fn verify(
    proof: &str,
    key: &PublicKey,
    audience: &str,
    now: UnixTime,
) -> Result<(), ProtocolError> {
    let payload = jose::verify(proof, key, &[key.algorithm()]).map_err(ProtocolError::Proof)?;
    let header = CompactJws::split(proof, TOKEN_BYTES).and_then(|jws| jws.header());
    let header = header.map_err(ProtocolError::Proof)?;
    // A signature that was made for something else proves nothing here.
    if JoseHeader::parse(&header).map_err(ProtocolError::Proof)?.typ() != Some(TYP) {
        return Err(ProtocolError::ProofType);
    }
    let claims = Claims::parse(&payload).map_err(ProtocolError::Proof)?;
    let text = |name| claims.get(name).and_then(|value| value.string()).filter(|value| !value.is_empty());
    text("jti").ok_or(ProtocolError::ProofClaim("jti"))?;
    if text("aud").ok_or(ProtocolError::ProofClaim("aud"))? != audience {
        return Err(ProtocolError::ProofAudience);
    }
    let expires = claims.get("exp").and_then(|value| value.numeric_date(Bound::End));
    let expires = expires.ok_or(ProtocolError::ProofClaim("exp"))?;
    if now >= expires.plus(LEEWAY) {
        return Err(ProtocolError::ProofExpired);
    }
    if expires > now.plus(LONGEST) {
        return Err(ProtocolError::ProofLifetime);
    }
    Ok(())
}

const TYP: &str = "wimse-key-proof+jwt";
const LIFETIME: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(330);
const LEEWAY: Duration = Duration::from_secs(30);
