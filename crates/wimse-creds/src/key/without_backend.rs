//! The doors of keys in a build without a backend: a compile error that says what to choose, where one is used.
//!
//! What needs no arithmetic compiles: claims, audiences, replay guards, errors. Nobody can get a key, so nothing
//! verifies or signs.
//!
//! ```compile_fail,E0277
//! // error: no crypto backend: enable the feature "pure", "aws-lc" or "josekit" of `wimse-creds`
//! use wimse_creds::key::{Algorithm, SigningKey};
//! let key = SigningKey::generate(Algorithm::Es256);
//! ```
//!
//! ```
//! use wimse_creds::pop::Audience;
//! assert!(Audience::base("https://api.example.com").is_ok());
//! ```

use super::{AnchorKey, KeyError, PublicKey, SigningKey};

/// What a build without a backend lacks. Nothing implements it.
#[diagnostic::on_unimplemented(
    message = "no crypto backend: enable the feature \"pure\", \"aws-lc\" or \"josekit\" of `wimse-creds`",
    label = "needs a crypto backend"
)]
pub trait NeedsBackend {}

/// The signature of a door, with an argument that nothing can be.
macro_rules! doors {
    ($($type:ident { $($name:ident($($argument:ident),+);)+ })+) => {$(
        impl $type {$(
            /// Needs a crypto backend: enable the feature `pure`, `aws-lc` or `josekit`.
            ///
            /// # Errors
            ///
            /// [`KeyError::NoBackend`]
            pub fn $name($($argument: impl NeedsBackend),+) -> Result<Self, KeyError> {
                $(drop($argument);)+
                Err(KeyError::NoBackend)
            }
        )+}
    )+};
}

doors! {
    AnchorKey { from_jwk(json); }
    PublicKey {
        from_jwk(json);
        from_jwk_as(algorithm, json);
        from_spki_der(algorithm, der);
        from_spki_pem(algorithm, pem);
    }
    SigningKey {
        generate(algorithm);
        generate_rsa(algorithm, bits);
        from_jwk(json);
        from_jwk_as(algorithm, json);
        from_pkcs8_der(algorithm, der);
        from_pkcs8_pem(algorithm, pem);
    }
}
