//! How far a token can be read, without judging whose it is.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::Serialize;
use std::fmt;
use wimse::creds::jose::{CompactJws, JoseHeader, MediaType};
use wimse::creds::key::PublicKey;
use wimse::creds::limits::TOKEN_BYTES;
use wimse::creds::{WitError, WorkloadIdentityToken};

/// Where reading a token stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Step {
    /// Three parts of limited size.
    Form,
    Header,
    Claims,
    /// `cnf.jwk`.
    Key,
    Signature,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "form",
            Self::Header => "header",
            Self::Claims => "claims",
            Self::Key => "key",
            Self::Signature => "signature",
        })
    }
}

/// A token that has the right shape throughout.
pub(super) struct Readable {
    pub(super) wit: WorkloadIdentityToken,
    pub(super) key: PublicKey,
    pub(super) signature_bytes: usize,
}

/// Reads a token by the rules that need no anchor and no clock.
pub(super) fn read(token: &str) -> Result<Readable, (Step, WitError)> {
    let jws = CompactJws::split(token, TOKEN_BYTES);
    let jws = jws.map_err(|error| (Step::Form, WitError::Token(error)))?;
    let header = jws.header().map_err(|error| (Step::Header, WitError::Token(error)))?;
    let header = JoseHeader::parse_as(&header, MediaType::WIT);
    header.map_err(|error| (Step::Header, WitError::Token(error)))?;
    let wit = WorkloadIdentityToken::parse(token).map_err(|error| (Step::Claims, error))?;
    let key = wit.claimed_confirmation_key().map_err(|error| (Step::Key, error))?;
    let signature = jws.signature().map_err(|error| (Step::Signature, WitError::Token(error)))?;
    if wit.claimed_algorithm().signature_bytes().is_some_and(|bytes| bytes != signature.len()) {
        return Err((Step::Signature, WitError::Signature));
    }
    Ok(Readable { wit, key, signature_bytes: signature.len() })
}

/// Header and claims, decoded as far as possible; a token that is too long is not looked at.
pub(super) fn parts(token: &str) -> [Option<Vec<u8>>; 2] {
    if token.len() > TOKEN_BYTES {
        return [None, None];
    }
    let parts: Vec<&str> = token.split('.').collect();
    let decode = |part: &&str| LENIENT.decode(part).ok();
    // With four parts or more the second is not the claims: an encrypted token has five.
    [parts.first().and_then(decode), parts.get(1).filter(|_| parts.len() <= 3).and_then(decode)]
}

/// Takes what a strict reader refuses: padding, and stray bits at the end.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    const HEADER: &str = r#"{"alg":"ES256","typ":"wit+jwt"}"#;
    /// The key of figure 4 of workload-creds.
    const CLAIMS: &str = r#"{"cnf":{"jwk":{"alg":"Ed25519","crv":"Ed25519","kty":"OKP",
        "x":"1CXXvflN_LVVsIsYXsUvB03JmlGWeCHqQVuouCF92bg"}},"exp":1745512510,"sub":"wimse://example.com/a"}"#;

    fn token(header: &str, claims: &str, signature: &[u8]) -> String {
        let encode = |part: &[u8]| URL_SAFE_NO_PAD.encode(part);
        [header.as_bytes(), claims.as_bytes(), signature].map(encode).join(".")
    }

    fn failure(token: &str) -> Option<(Step, &'static str)> {
        read(token).err().map(|(step, error)| (step, error.code()))
    }

    #[test]
    fn reading_stops_at_the_first_step_that_fails() {
        let good = token(HEADER, CLAIMS, &[1; 64]);
        assert_eq!(failure(&good), None);
        let with = |claims: &str| token(HEADER, claims, &[1; 64]);
        for (token, step, code) in [
            ("{}".to_owned(), Step::Form, "wit.malformed"),
            (format!("{good}.e30"), Step::Form, "wit.malformed"),
            (format!("{good}{}", "A".repeat(TOKEN_BYTES)), Step::Form, "wit.too_large"),
            (format!("={good}"), Step::Header, "wit.base64"),
            (token(r#"{"alg":"none","typ":"wit+jwt"}"#, CLAIMS, &[1; 64]), Step::Header, "wit.alg_none"),
            (token(r#"{"alg":"ES256","typ":"jwt"}"#, CLAIMS, &[1; 64]), Step::Header, "wit.typ_mismatch"),
            (with("[]"), Step::Claims, "wit.json"),
            (with(&CLAIMS.replace("/a", "/a//b")), Step::Claims, "wit.sub_not_an_identifier"),
            (with(&CLAIMS.replace("jwk", "jkt")), Step::Key, "wit.cnf_jwk_missing"),
            (with(&CLAIMS.replace("\"crv\"", "\"d\":\"AA\",\"crv\"")), Step::Key, "wit.cnf_private_member"),
            (format!("{good}="), Step::Signature, "wit.base64"),
            (token(HEADER, CLAIMS, &[1; 63]), Step::Signature, "wit.signature"),
        ] {
            assert_eq!(failure(&token), Some((step, code)));
        }
    }

    #[test]
    fn broken_tokens_are_decoded_as_far_as_possible() {
        let good = token(HEADER, CLAIMS, &[1; 64]);
        let (header, claims) = (Some(HEADER.as_bytes().to_vec()), Some(CLAIMS.as_bytes().to_vec()));
        assert_eq!(parts(&good), [header.clone(), claims.clone()]);
        let (two, _) = good.rsplit_once('.').unwrap();
        assert_eq!(parts(two), [header.clone(), claims.clone()], "without a signature");
        assert_eq!(parts(&good.replacen('.', "=.", 1)), [header.clone(), claims.clone()], "with padding");
        assert_eq!(parts(&good.replacen("eyJ", "!!!", 1)), [None, claims], "with a broken header");
        assert_eq!(parts(&format!("{good}.e30.e30")), [header, None], "encrypted");
        assert_eq!(parts(&"A".repeat(TOKEN_BYTES + 1)), [None, None], "too long to be looked at");
    }
}
