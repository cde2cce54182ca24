//! The JOSE header of a WPT.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::borrow::Cow;
use std::sync::LazyLock;
use wimse_creds::jose::{CompactJws, JoseError, JoseHeader, MediaType};
use wimse_creds::key::Algorithm;

/// The header that a prover writes, encoded: `alg` of the confirmation key (WPT-2-2) and `typ` (WPT-2-3), no more.
pub(crate) fn encoded(algorithm: Algorithm) -> Cow<'static, str> {
    let usual = USUAL.iter().find(|(_, known)| *known == algorithm);
    usual.map_or_else(|| encode(algorithm).into(), |(encoded, _)| encoded.into())
}

fn encode(algorithm: Algorithm) -> String {
    URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{algorithm}","typ":"{}"}}"#, MediaType::WPT.name()))
}

/// The algorithm in the header of a received WPT, if it is the header of a WPT.
pub(crate) fn algorithm(jws: &CompactJws<'_>) -> Result<Algorithm, JoseError> {
    // Most headers are spelt as we spell them, and have been read before.
    if let Some((_, algorithm)) = USUAL.iter().find(|(encoded, _)| encoded == jws.encoded_header()) {
        return Ok(*algorithm);
    }
    let header = jws.header()?;
    JoseHeader::parse_as(&header, MediaType::WPT).map(|header| header.algorithm())
}

static USUAL: LazyLock<Vec<(String, Algorithm)>> =
    LazyLock::new(|| Algorithm::all().map(|algorithm| (encode(algorithm), algorithm)).collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_by_its_spelling_reads_the_same() {
        for known in Algorithm::all() {
            let encoded = encode(known);
            let token = format!("{encoded}.e30.AA");
            let jws = CompactJws::split(&token, 200).unwrap();
            assert_eq!(algorithm(&jws), Ok(known));
            let header = jws.header().unwrap();
            let read = JoseHeader::parse_as(&header, MediaType::WPT).map(|header| header.algorithm());
            assert_eq!(read, Ok(known));
        }
    }
}
