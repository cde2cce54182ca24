//! Why a file holds no key that can be used, and what to do about it.

use super::form::Form;
use super::{fitting, parse};
use crate::refusal::Refusal;
use std::error::Error;
use std::fmt;
use wimse::creds::key::{Algorithm, KeyError};

/// Why a file holds no key that can be used, and what to do about it.
#[derive(Debug)]
pub(crate) struct Unfit {
    pub(crate) code: &'static str,
    message: &'static str,
    source: Option<KeyError>,
    fix: String,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(error) => error.fmt(f),
            None => f.write_str(self.message),
        }
    }
}

impl Error for Unfit {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().and_then(Error::source)
    }
}

impl Unfit {
    /// What to do about it, for the file of this name.
    pub(crate) fn fix(&self, file: &str) -> String {
        self.fix.replace(FILE, file)
    }

    pub(crate) fn refusal(&self, file: &str) -> Refusal {
        Refusal::of(self.code, self).with_fix(self.fix(file))
    }

    pub(super) fn private() -> Self {
        let fix = format!(
            "never hand out a private key; make the public one: wimse key public {FILE} --out PUBLIC"
        );
        Self {
            code: "key.private",
            message: "the file holds a private key where a public one is due",
            source: None,
            fix,
        }
    }

    pub(super) fn form(form: Form) -> Self {
        let to_pkcs8 = format!("openssl pkcs8 -topk8 -nocrypt -in {FILE} -out PKCS8.pem");
        let (code, message, fix) = match form {
            Form::Sec1 => (
                "key.sec1",
                "the key is in the older form \"EC PRIVATE KEY\" (SEC 1), not in PKCS#8",
                format!("convert it: {to_pkcs8}"),
            ),
            Form::Encrypted => (
                "key.encrypted",
                "the private key is encrypted",
                format!("decrypt it into a file that only you can read: {to_pkcs8}"),
            ),
            Form::Rsa { .. } if !fitting::has_rsa() => (
                "key.unsupported",
                "this build has no algorithm for RSA keys",
                format!("make a key of {}: {GENERATE}", fitting::kinds()),
            ),
            Form::Rsa { private: true } => (
                "key.pkcs1",
                "the key is in the older form \"RSA PRIVATE KEY\" (PKCS#1), not in PKCS#8",
                format!("convert it: {to_pkcs8}"),
            ),
            Form::Rsa { private: false } => (
                "key.pkcs1",
                "the key is in the older form \"RSA PUBLIC KEY\" (PKCS#1), not in SPKI",
                format!("convert it: openssl rsa -RSAPublicKey_in -in {FILE} -pubout -out PUBLIC.pem"),
            ),
            Form::OpenSsh => (
                "key.openssh",
                "the key is in the form of OpenSSH",
                format!("make a key of its own for this purpose: {GENERATE}"),
            ),
            Form::Certificate => (
                "key.certificate",
                "the file holds a certificate, not a key",
                format!("take the key out of it: openssl x509 -in {FILE} -pubkey -noout > PUBLIC.pem"),
            ),
            Form::JwkSet { .. } => (
                "key.jwk_set",
                "the file holds a JWK Set, not one key",
                "put the one key that is meant, a member of \"keys\", into a file of its own".to_owned(),
            ),
            Form::Empty => {
                ("key.encoding", "the file is empty", format!("{EXPECTED}, or make one: {GENERATE}"))
            }
            _ => (
                "key.encoding",
                "the file holds no key in a known form",
                format!("{EXPECTED}, or make one: {GENERATE}"),
            ),
        };
        Self { code, message, source: None, fix }
    }

    pub(super) fn key(error: KeyError, bytes: &[u8], asked_for: Option<Algorithm>) -> Self {
        let fix = match (&error, asked_for) {
            (KeyError::PrivateMember, _) => return Self::private(),
            (KeyError::AlgorithmMismatch, Some(_)) => match fitting(bytes) {
                Some(names) => format!("leave --alg out, or name one that fits this key: {names}"),
                None => {
                    format!("leave --alg out, or name one that fits: {}, and that of the JWK where it has \"alg\"", fitting::pairs())
                }
            },
            (KeyError::AlgorithmMismatch | KeyError::Algorithm(_), _) => {
                let pairs = fitting::pair_of_jwk(bytes).unwrap_or_else(fitting::pairs);
                format!("write the \"alg\" that fits the key: {pairs}")
            }
            (KeyError::Unsupported | KeyError::Symmetric, _) => {
                format!("make a key of {}: {GENERATE}", fitting::kinds())
            }
            (KeyError::Usage, _) => {
                "use a key whose \"use\" is \"sig\" and whose \"key_ops\" allow it, or leave both out".to_owned()
            }
            (KeyError::WeakKey, _) if fitting::has_rsa() => format!(
                "make another key, with 2,048 bits and the exponent 65,537 at least where it is RSA: {GENERATE}"
            ),
            (KeyError::PairMismatch | KeyError::Secret | KeyError::NotOnCurve | KeyError::WeakKey, _) => {
                format!("the key is damaged: take it from where it was made, or make another: {GENERATE}")
            }
            (KeyError::Encoding, _) => {
                "the file is damaged, or its point is compressed: take the key from where it was made, and write \
                 points uncompressed (openssl ec -conv_form uncompressed)"
                    .to_owned()
            }
            (KeyError::Member(_), _) => "write the members in base64url without padding: coordinates and \"d\" of a \
                 curve in full length, the numbers of RSA without leading zeros"
                .to_owned(),
            (KeyError::MemberMissing("p" | "q" | "dp" | "dq" | "qi"), _) => {
                "write all of d, p, q, dp, dq and qi into the private JWK (RFC 7518 6.3.2)".to_owned()
            }
            _ => format!("{EXPECTED}, or make one: {GENERATE}"),
        };
        Self { code: error.code(), message: "", source: Some(error), fix }
    }
}

/// The algorithms that the key can be read for: one where it names one, else those of its kind.
fn fitting(bytes: &[u8]) -> Option<String> {
    let is_private = Form::of(bytes).is_private();
    let fits = |algorithm: &Algorithm| match is_private {
        true => parse::private(bytes, Some(*algorithm)).is_ok(),
        false => parse::public(bytes, Some(*algorithm)).is_ok(),
    };
    let algorithms: Vec<Algorithm> = Algorithm::all().filter(fits).collect();
    (!algorithms.is_empty()).then(|| fitting::alternatives(&algorithms))
}

/// Stands in a fix for the name of the file.
const FILE: &str = "\u{1}";
const EXPECTED: &str = "give a JWK, or PKCS#8 or SPKI as PEM or DER";
const GENERATE: &str = "wimse key generate --out KEY";
