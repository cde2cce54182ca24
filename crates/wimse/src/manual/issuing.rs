//! How a workload gets its credential.
//!
//! The issuer (the draft calls it the Identity Server) must know by other means which workload it is talking to: a
//! platform attestation, a join token, a Kubernetes service account. That is deployment; what the drafts fix is the
//! credential. The workload makes a key pair, shows the public half, and gets a WIT for an hour or so:
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use wimse::creds::key::{Algorithm, PublicKey, SigningKey};
//! use wimse::creds::pop::WitCredential;
//! use wimse::creds::{UnixTime, Validity, WitClaims, WorkloadIdentityToken};
//!
//! let now = UnixTime::from(SystemTime::now());
//!
//! // Workload: a new key for each WIT. The private half never leaves.
//! let key = SigningKey::generate(Algorithm::Ed25519)?;
//! let request = key.public_key().to_jwk();
//!
//! // Issuer: has found out that this is the billing service.
//! let issuer_key = SigningKey::generate(Algorithm::Es256)?.with_key_id("2026-11");
//! let hour = Validity::starting(now, Duration::from_secs(3600));
//! let issued = WitClaims::new("wimse://example.com/billing".parse()?, &PublicKey::from_jwk(&request)?, hour)
//!     .issuer("https://id.example.com")
//!     .random_token_id()
//!     .sign(&issuer_key)?;
//! let answer = issued.as_str();
//!
//! // Workload: refuses a WIT for another key.
//! let credential = WitCredential::new(WorkloadIdentityToken::parse(answer)?, key)?;
//! # drop(credential);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The issuer should make sure that the requester holds the private key, and that one key is not used for two
//! identifiers.
//!
//! Recipients get the issuer's public keys out of band, as a JWK Set or a SPIFFE bundle:
//!
//! ```
//! use wimse::creds::trust::{DomainAnchors, TrustAnchors};
//!
//! # let key = wimse::creds::key::SigningKey::generate(wimse::creds::key::Algorithm::Es256)?.with_key_id("2026-11");
//! # let jwks = format!(r#"{{"keys":[{}]}}"#, key.public_key().to_jwk());
//! let domain = DomainAnchors::new("wimse://example.com".parse()?)
//!     .with_jwk_set(jwks.as_bytes())?
//!     .with_issuer("https://id.example.com")?;
//! let anchors = TrustAnchors::none().with(domain)?;
//! # drop(anchors);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! To rotate, publish the new key beside the old one, wait until every recipient has it, sign with it, and take the old
//! one away when the last WIT that it signed has expired. Give every key a `kid`: without one, two keys for one
//! algorithm are ambiguous, and a token without `kid` is refused.
