//! Trust anchors and credentials that change while a program runs.
//!
//! The verifiers of `wimse-creds` take anchors from a [`TrustAnchorSource`](wimse_creds::trust::TrustAnchorSource), callers their
//! WIT from a [`WitSource`](wimse_creds::pop::WitSource). This crate has the ones that go on: issuers roll their keys and
//! credentials expire, and nothing is restarted.
//!
//! ```text
//!  files             JWK Sets over HTTPS      SPIFFE bundle endpoints         files        identity server
//!    |                      |                        |                          |                |
//!    v                      v                        v                          v                v
//!  LiveDomain, one per trust domain; fixed TrustAnchors beside              CredentialFiles, IdentityServer
//!    |                                                                          |
//!    v   refreshed in the background                                            v   renewed in the background
//!  LiveAnchors  --->  WitVerifier, WicVerifier, MtlsServer, MtlsClient      CredentialSource  --->  clients, MtlsServer
//! ```
//!
//! Texts: RFC 7517 5 (JWK Set); SPIFFE Trust Domain and Bundle; SPIFFE Federation, profile `https_web`; workload-creds,
//! editor's copy of 6 October 2026 (towards -03), for what credentials and their keys may be used for.
//!
//! # Quick start
//!
//! ```no_run
//! # #[cfg(feature = "aws-lc")]
//! # async fn start(roots: wimse_mtls::rustls::RootCertStore) -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use tokio::runtime::Handle;
//! use wimse_creds::trust::{DomainAnchors, TrustAnchors};
//! use wimse_creds::{WitPolicy, WitVerifier};
//! use wimse_mtls::TlsEnvironment;
//! use wimse_trust::{
//!     AddressPolicy, CredentialFiles, CredentialSource, HttpClient, LiveAnchors, LiveDomain, RefreshPolicy,
//!     RenewalPolicy, SteadySystemClock,
//! };
//!
//! let (clock, runtime) = (Arc::new(SteadySystemClock::new()), Handle::try_current()?);
//!
//! // Whom to believe: two trust domains, each with a source of its own.
//! let client = HttpClient::new(&TlsEnvironment::aws_lc(), roots, AddressPolicy::public())?;
//! let own = LiveDomain::new(DomainAnchors::new("wimse://example.com".parse()?))
//!     .jwk_set(&client, "https://id.example.com/jwks.json".parse()?);
//! let partner = LiveDomain::new(DomainAnchors::new("spiffe://partner.example".parse()?))
//!     .spiffe_bundle(&client, "https://partner.example/bundle.json".parse()?);
//! let anchors = LiveAnchors::new(TrustAnchors::none(), [own, partner], RefreshPolicy::default(), clock.clone())?;
//! anchors.refresh_due().await;
//! let refreshing = anchors.spawn(&runtime, |attempt| eprintln!("{attempt:?}"));
//! let verifier = WitVerifier::new(anchors, WitPolicy::default());
//!
//! // Who to be: a WIT and its key, which an agent replaces.
//! let files = CredentialFiles::wit("/run/wimse/wit.jwt", "/run/wimse/wit.key");
//! let credentials = CredentialSource::from_files(files, RenewalPolicy::default(), clock);
//! credentials.renew().await?;
//! let renewing = credentials.spawn(&runtime, |outcome| eprintln!("{outcome:?}"));
//! # drop((refreshing, renewing, verifier));
//! # Ok(())
//! # }
//! ```
//!
//! # Sources
//!
//! | Source | How | What |
//! | --- | --- | --- |
//! | static | anchors of a [`LiveDomain`] to begin with, or the fixed ones of [`LiveAnchors::new`] | keys, CA certificates |
//! | file | [`LiveDomain::file`] | a JWK Set, a SPIFFE bundle, or CA certificates in PEM ([`AnchorFormat`]) |
//! | JWK Set | [`LiveDomain::jwk_set`] | keys |
//! | SPIFFE bundle endpoint | [`LiveDomain::spiffe_bundle`] | keys and CA certificates |
//!
//! A domain may have several, and has anchors only while each of them is good. An answer counts for its own domain, whatever
//! it says; a key or CA that is in use for another domain already makes it unusable. Files are read again
//! and again; [how files are watched](#how-files-are-watched) says how soon a change is seen.
//!
//! # When a source is asked
//!
//! [`RefreshPolicy`] has the numbers; these are its defaults.
//!
//! | | |
//! | --- | --- |
//! | at the start | at once |
//! | after an answer | `spiffe_refresh_hint` or `Cache-Control: max-age`, the sooner of them, between 10 seconds and 1 hour ([`with_bounds`](RefreshPolicy::with_bounds)); 5 minutes without either ([`with_interval`](RefreshPolicy::with_interval)); less up to a tenth at random |
//! | after a failure | a second, then twice as long each time, up to 5 minutes; less up to a half at random |
//! | a WIT with an unknown `kid` | early, but at least 30 seconds after the attempt before (the cooldown), however many such WITs there are |
//! | in any case | at the latest after half the maximum age |
//!
//! # When a source fails
//!
//! It may be down, slow, or say something that cannot be used: the last good answer stays in use for up to 24 hours
//! ([`RefreshPolicy::with_max_age`]), and then its domain has no anchors at all until the source is good again. Nothing is kept
//! on disk: after a start, a domain has no anchors before its first good answer. [`LiveAnchors::status`] says how
//! everything is, and each failure has a stable code.
//!
//! An exchange takes 10 seconds at most, from the look-up of the name to the last byte ([`HttpClient::with_timeout`]). An
//! answer has status 200, is of a JSON type, is not compressed, and has at most 1 MiB, and 64 KiB before its content.
//!
//! # How files are watched
//!
//! Files of anchors and of credentials are read every 5 seconds ([`RefreshPolicy::with_file_interval`],
//! [`RenewalPolicy::with_file_interval`]) and compared as a whole. A change is in use at the latest after that interval and the
//! time to read the file, at most 1 MiB. It does not matter how it was made: written in place, renamed, or by a link that is
//! turned over, as in a projected volume of Kubernetes (`..data`). JSON that is read while it is half written cannot be used, nor
//! a credential without its key; what was before stays in use, and it is read again within the interval. Of CA certificates
//! in PEM, the first may be there before the others: put files in place by renaming.
//!
//! They are polled, and no notices of the operating system are asked for:
//!
//! - Notices do not come for everything: not for changes by another host on NFS, SMB or FUSE, and not through a link that is
//!   turned over further up, unless each folder of the path is watched, and watched anew after each change. So there would have
//!   to be polling beside them, and how soon a change is seen for certain would be the same.
//! - Whoever may touch a file could cause work as often as they like. So there is one reading per interval, whatever happens.
//! - Nothing is waiting for a few seconds: a new key is published long before it signs, a kubelet takes a minute or so to renew a
//!   volume, and credentials are replaced before they expire. Where an old key has to go at once, a shorter interval is
//!   cheap: the content is compared, and looked into only if it has changed.
//!
//! # Where it connects to
//!
//! To URLs of the configuration, by [`Endpoint`], and nowhere else: no URL is taken from a token, no redirect is followed, no
//! proxy of the environment is used. A name is resolved anew for each exchange, and every address is judged by the
//! [`AddressPolicy`] before it is connected to, and is then the one that is connected to: private, shared, link-local, loopback
//! and other special addresses are refused unless their network is allowed. Servers are authenticated by TLS.
//! For development there is [`Endpoint::allow_loopback_http`]: plain HTTP, to loopback addresses only.
//!
//! # What readers see
//!
//! Reading anchors or a WIT takes no lock, reading a WIC one that is held for a moment, and nothing waits for an answer: what is
//! published is a snapshot, and a new one is swapped in. A change of one domain gives this domain a new snapshot and leaves all others as they are. The verified WITs
//! and WICs that a verifier has in its cache were judged by a snapshot, and count only as long as it is the current one: a
//! removed key is refused from the next call on, also for tokens that were verified before, and so is everything of a
//! domain whose anchors have become too old.
//!
//! # Credentials that renew
//!
//! [`CredentialSource`] has the WIT and the WIC of the workload. From files ([`CredentialFiles`]), they are read again
//! [like anchors](#how-files-are-watched), and used when they go together. From an [`IdentityServer`], they are renewed after two thirds of their
//! lifetime, each time for new keys that never leave the program; the exchange is in [`protocol`]. If that fails, those
//! before stay in use until they expire, and not a second longer.
//!
//! # What it does not do
//!
//! - It does not verify: that is for `wimse-creds` and the bindings.
//! - No `https_spiffe` profile, no SPIFFE Workload API, no discovery of any kind.
//! - No runtime of its own: `spawn` takes one of tokio, and ends with its [`Background`].
//!
//! # Features
//!
//! | Feature | Default | What it adds |
//! | --- | --- | --- |
//! | `aws-lc` | yes | keys and TLS by `aws-lc-rs` (`TlsEnvironment::aws_lc`); needs a C compiler |
//! | `pure`, `josekit` | no | keys by another backend of `wimse-creds`, beside a `CryptoProvider` of your own |
//! | `tracing` | no | the spans `wimse.refresh` and `wimse.renew`: [`telemetry`] |
//! | `metrics` | no | counters, histograms and expiries, for a recorder of the crate `metrics`: [`telemetry`] |
//!
//! It needs one of the backends: it makes keys.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod anchors;
mod background;
mod clock;
mod credential;
mod http;
mod schedule;
pub mod telemetry;

pub use anchors::{
    AnchorFormat, Attempt, DomainState, DomainStatus, LiveAnchors, LiveDomain, RefreshPolicy, SourceError,
    SourceStatus,
};
pub use background::Background;
pub use clock::{SteadyClock, SteadySystemClock};
pub use credential::{
    CredentialFiles, CredentialSource, CredentialStatus, CredentialUnavailable, Enrolment, IdentityServer,
    RenewalError, RenewalPolicy, protocol,
};
pub use http::{AddressPolicy, Endpoint, EndpointError, HttpClient, HttpError, Network, NetworkError};

#[cfg(all(doctest, feature = "aws-lc"))]
#[doc = include_str!("../README.md")]
struct Readme;
