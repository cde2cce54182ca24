//! Workload identity by the IETF WIMSE drafts.
//!
//! A workload (a service, a job, an agent) calls another. The callee must know for certain *which* workload is
//! calling, across clouds, proxies and trust domains. This crate puts the crates that do that under one name, and has
//! no logic of its own:
//!
//! | Module | Crate | Feature | What it is for |
//! | --- | --- | --- | --- |
//! | [`identifier`] | `wimse-identifier` | always | Workload Identifiers, `wimse://` and `spiffe://` |
#![cfg_attr(
    feature = "creds",
    doc = "| [`creds`] | `wimse-creds` | `creds` | keys, trust anchors, the Workload Identity Token, with `wic` the Certificate |"
)]
#![cfg_attr(
    feature = "httpsig",
    doc = "| [`httpsig`] | `wimse-httpsig` | `httpsig` (default) | HTTP Message Signatures: sign and verify requests, responses and bodies |"
)]
#![cfg_attr(
    feature = "mtls",
    doc = "| [`mtls`] | `wimse-mtls` | `mtls` | mutual TLS with Workload Identity Certificates, on rustls |"
)]
#![cfg_attr(
    feature = "wpt",
    doc = "| [`wpt`] | `wimse-wpt` | `wpt` (default) | the Workload Proof Token: prove and verify possession |"
)]
//!
#![cfg_attr(
    all(feature = "wpt", any(feature = "aws-lc", feature = "josekit", feature = "pure")),
    doc = "Start with the [`manual`]."
)]
//!
//! | Feature | Default | What it adds |
//! | --- | --- | --- |
//! | `pure` | yes | the crypto backend without C: ES256, Ed25519, EdDSA |
//! | `es384`, `es512` | no | ES384 and ES512 for it |
//! | `aws-lc` | no | the crypto backend `aws-lc-rs`: every algorithm, faster on ES256; needs a C compiler |
//! | `josekit` | no | the crypto backend `josekit` on OpenSSL: every algorithm |
//! | `wic` | no | Workload Identity Certificates in `creds` |
//! | `serde` | no | `Serialize` and `Deserialize` for identifiers |
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "creds")]
pub use wimse_creds as creds;
#[cfg(feature = "httpsig")]
pub use wimse_httpsig as httpsig;
pub use wimse_identifier as identifier;
#[cfg(feature = "mtls")]
pub use wimse_mtls as mtls;
#[cfg(feature = "wpt")]
pub use wimse_wpt as wpt;

#[cfg(all(feature = "wpt", any(feature = "aws-lc", feature = "josekit", feature = "pure")))]
pub mod manual;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
