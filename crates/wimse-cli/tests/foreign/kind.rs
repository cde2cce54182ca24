//! Kinds of keys, by algorithm.

use std::io::Write as _;
use wimse::creds::key::Algorithm;

/// What is told apart about them.
pub(crate) struct Kind {
    pub(crate) alg: &'static str,
    /// Another name for keys of the same kind, where there is one.
    pub(crate) other_name: Option<&'static str>,
    /// How OpenSSL makes one.
    pub(crate) openssl: &'static [&'static str],
}

const RSA: &[&str] = &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];

const KINDS: [Kind; 6] = [
    Kind { alg: "Ed25519", other_name: Some("EdDSA"), openssl: &["-algorithm", "ED25519"] },
    Kind {
        alg: "ES256",
        other_name: None,
        openssl: &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    },
    Kind {
        alg: "ES384",
        other_name: None,
        openssl: &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    },
    Kind {
        alg: "ES512",
        other_name: None,
        openssl: &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
    },
    Kind { alg: "PS256", other_name: Some("RS256"), openssl: RSA },
    Kind { alg: "RS256", other_name: Some("PS256"), openssl: RSA },
];

/// Those that this build has an algorithm for.
pub(crate) fn kinds() -> impl Iterator<Item = &'static Kind> {
    KINDS.iter().filter(|kind| has(kind.alg))
}

/// Whether this build has an algorithm. One that it lacks is named on standard error.
pub(crate) fn has(alg: &str) -> bool {
    let has = alg.parse::<Algorithm>().is_ok();
    if !has {
        let _ = writeln!(std::io::stderr(), "skipped: {alg}");
    }
    has
}
