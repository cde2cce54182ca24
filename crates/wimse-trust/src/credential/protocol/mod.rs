//! What a workload and an identity server say to each other: how a workload gets its credentials.
//!
//! One `POST` of JSON over HTTPS, by which the workload asks for a WIT, a WIC, or both, each for a new key whose possession it
//! proves. The server answers with what it issues. `docs/identity-server` of the repository has the text and the schemas.
//!
//! ```
//! # use wimse_creds::UnixTime;
//! # use wimse_creds::key::{Algorithm, SigningKey};
//! # use wimse_creds::pop::Nonce;
//! use wimse_trust::protocol::{CredentialRequest, CredentialResponse};
//!
//! # let now = UnixTime::from_secs(1_800_000_000);
//! let endpoint = "https://id.example.com/credentials";
//! let key = SigningKey::generate(Algorithm::Es256)?;
//! let request = CredentialRequest::default().with_wit_key(&key, endpoint, now, Nonce::random()?)?.to_json();
//!
//! // The server, after it has found out who is asking.
//! let request = CredentialRequest::from_json(request.as_bytes(), endpoint, now)?;
//! assert_eq!(request.wit_key(), Some(key.public_key()));
//! # let _ = CredentialResponse::default();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod proof;
mod request;
mod response;

pub use error::ProtocolError;
pub use request::CredentialRequest;
pub use response::CredentialResponse;
