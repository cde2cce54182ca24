//! Which library does what.

use crate::key::Algorithm;
use crate::key::kind::{EcCurve, KeyKind};
use std::fmt;

/// A library that makes and checks signatures. Each is a feature of this crate.
///
/// With several in a build, each operation goes to the fastest: checking Ed25519 to `Pure`, all else to `AwsLc`, and
/// without it ECDSA and RSA to `Josekit`. A key can be given one explicitly, by `with_backend`. They differ in
/// speed and in what they support, never in what they accept: of signatures and public keys nothing, and of private keys
/// none but an RSA key whose "prime" was built to look like one, which only its owner could make.
///
/// ```
/// use wimse_creds::key::{Algorithm, Backend, SigningKey};
///
/// # #[cfg(feature = "pure")] {
/// let key = SigningKey::generate(Algorithm::Es256)?.with_backend(Backend::Pure)?;
/// assert_eq!(key.sign(b"message"), key.sign(b"message"));
/// # }
/// # Ok::<(), wimse_creds::key::KeyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// `p256`, `p384`, `p521` and `ed25519-dalek`, without C: features `pure`, `es384`, `es512`.
    ///
    /// ES256, Ed25519 and EdDSA, and by their features ES384 and ES512. Signatures are deterministic.
    Pure,
    /// `aws-lc-rs`: feature `aws-lc`. Every algorithm.
    AwsLc,
    /// `josekit` on OpenSSL: feature `josekit`. Every algorithm.
    Josekit,
}

impl Backend {
    /// The backends of this build.
    pub fn available() -> impl Iterator<Item = Self> {
        [
            #[cfg(feature = "pure")]
            Self::Pure,
            #[cfg(feature = "aws-lc")]
            Self::AwsLc,
            #[cfg(feature = "josekit")]
            Self::Josekit,
        ]
        .into_iter()
    }

    /// Whether it is in this build and supports the algorithm.
    #[must_use]
    pub fn supports(self, algorithm: Algorithm) -> bool {
        match self {
            Self::Pure => match algorithm.kind() {
                KeyKind::Ec(EcCurve::P256) | KeyKind::Ed25519 => cfg!(feature = "pure"),
                KeyKind::Ec(EcCurve::P384) => cfg!(feature = "es384"),
                KeyKind::Ec(EcCurve::P521) => cfg!(feature = "es512"),
                KeyKind::Rsa => false,
            },
            Self::AwsLc => cfg!(feature = "aws-lc"),
            Self::Josekit => cfg!(feature = "josekit"),
        }
    }

    /// The name, which is that of the feature.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pure => "pure",
            Self::AwsLc => "aws-lc",
            Self::Josekit => "josekit",
        }
    }

    /// The one that was asked for, or else the fastest to sign; if it supports the algorithm.
    pub(super) fn to_sign(asked: Option<Self>, algorithm: Algorithm) -> Option<Self> {
        Self::choose(
            asked,
            algorithm,
            match algorithm.kind() {
                KeyKind::Ed25519 => [Self::AwsLc, Self::Pure, Self::Josekit],
                KeyKind::Ec(_) | KeyKind::Rsa => Self::FASTEST,
            },
        )
    }

    /// The one that was asked for, or else the fastest to verify; if it supports the algorithm.
    pub(super) fn to_verify(asked: Option<Self>, algorithm: Algorithm) -> Option<Self> {
        Self::choose(
            asked,
            algorithm,
            match algorithm.kind() {
                KeyKind::Ed25519 => [Self::Pure, Self::AwsLc, Self::Josekit],
                KeyKind::Ec(_) | KeyKind::Rsa => Self::FASTEST,
            },
        )
    }

    /// As measured: docs/performance.md.
    const FASTEST: [Self; 3] = [Self::AwsLc, Self::Josekit, Self::Pure];

    fn choose(asked: Option<Self>, algorithm: Algorithm, by_speed: [Self; 3]) -> Option<Self> {
        match asked {
            Some(backend) => Some(backend).filter(|backend| backend.supports(algorithm)),
            None => by_speed.into_iter().find(|backend| backend.supports(algorithm)),
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
