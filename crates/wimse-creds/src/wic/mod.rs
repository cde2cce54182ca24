//! The Workload Identity Certificate (workload-creds 6), an X.509 certificate with one Workload Identifier.
//!
//! ```text
//!  issuer        CertificateAuthority --issue--> WorkloadIdentityCertificate
//!                   ^ CertificateRequest            |
//!                   |                               v
//!  workload      SigningKey ------------------> WicCredential
//!                                                   |  a TLS handshake
//!                                                   v
//!  relying       WicVerifier, TrustAnchors by Origin
//!  party           | verify
//!                  v
//!                Verified<WorkloadIdentityCertificate>    vouched for, not yet a peer
//! ```
//!
//! Paths are built by `rustls-webpki` ([`chain`]), certificates read and made by `x509-cert`. The crate `wimse-mtls`
//! puts them into TLS.

mod algorithms;
mod authority;
mod build;
mod ca_certificate;
mod ca_certificates;
mod cache;
mod certificate;
pub mod chain;
mod chain_error;
mod credential;
mod der;
mod ecdsa_der;
mod error;
mod extensions;
mod fields;
mod import;
mod issue_error;
mod pem;
mod policy;
mod request;
mod template;
mod verify;

pub use algorithms::signature_algorithms;
pub use authority::CertificateAuthority;
pub(crate) use ca_certificate::ca_code;
pub use ca_certificate::{CaCertificate, CaCertificateError};
pub use ca_certificates::CaCertificates;
pub use certificate::WorkloadIdentityCertificate;
pub use chain::Purpose;
pub use chain_error::ChainError;
pub use credential::{WicCredential, WicCredentialError};
pub use error::WicError;
pub use issue_error::WicIssueError;
pub use policy::{WicDenyList, WicPolicy};
pub use request::CertificateRequest;
/// Certificates and names as rustls has them.
pub use rustls_pki_types as pki_types;
pub use template::WicTemplate;
pub use verify::WicVerifier;

use crate::Verified;
