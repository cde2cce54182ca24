//! What a client and a server of a case are made of.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rustls::{
    RootCertStore,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, IpAddr, ServerName, UnixTime as TlsTime},
    time_provider::TimeProvider,
};
use serde::Deserialize;
use serde_json::Value;
use wimse::{
    creds::{
        UnixTime,
        key::SigningKey,
        trust::TrustAnchors,
        wic::{WicCredential, WicPolicy, WicVerifier, WorkloadIdentityCertificate},
    },
    identifier::{ExternalHandle, IdentifierPolicy, IdentityMap},
};
use wimse_mtls::{ExpectedServer, MtlsError, TlsEnvironment, TlsIdentity};

use super::{
    super::credentials::{certificate::decoded, setup},
    InvalidCase, Step, refusal,
};
use crate::{
    Bytes,
    execute::{Outcome, fields::Fields},
};

/// A clock that stands still until it is set.
#[derive(Debug)]
pub(super) struct Clock(AtomicU64);

impl Clock {
    pub(super) fn at(now: u64) -> Arc<Self> {
        Arc::new(Self(AtomicU64::new(now)))
    }

    pub(super) fn set(&self, now: u64) {
        self.0.store(now, Ordering::SeqCst);
    }
}

impl TimeProvider for Clock {
    fn current_time(&self) -> Option<TlsTime> {
        Some(TlsTime::since_unix_epoch(Duration::from_secs(self.0.load(Ordering::SeqCst))))
    }
}

/// TLS by aws-lc-rs; the keys of certificates are by the backend of the build.
pub(super) fn environment(clock: &Arc<Clock>) -> TlsEnvironment {
    let provider: CryptoProvider = rustls::crypto::aws_lc_rs::default_provider();
    TlsEnvironment::new(Arc::new(provider), Arc::clone(clock) as _)
}

/// `now`, as it stands in the case.
pub(super) fn time(seconds: u64) -> UnixTime {
    UnixTime::from_secs(seconds)
}

/// Certificates and a private JWK: what one end shows.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    chain: Vec<Bytes>,
    key: Value,
}

impl Shown {
    /// The parts, whatever is in the certificates.
    pub(super) fn parts(&self) -> Result<(Vec<CertificateDer<'static>>, SigningKey), String> {
        let chain = decoded(&self.chain).map_err(|error| error.to_string())?;
        let key = SigningKey::from_jwk(&self.key.to_string()).map_err(|error| error.to_string())?;
        Ok((chain, key))
    }

    /// The identity, as a workload loads it at that time.
    pub(super) fn identity(
        &self,
        environment: &TlsEnvironment,
        now: UnixTime,
    ) -> Result<Step<TlsIdentity>, String> {
        let (chain, key) = self.parts()?;
        let loaded = |chain, key| {
            let wic = WorkloadIdentityCertificate::from_der(chain)
                .map_err(|error| Outcome::reject(error.code(), &error))?;
            let credential =
                WicCredential::new(wic, key).map_err(|error| refusal(&MtlsError::Credential(error)))?;
            TlsIdentity::new(environment, &credential, now).map_err(|error| refusal(&error))
        };
        Ok(loaded(chain, key))
    }
}

/// The anchors of one end, in an entry of the configuration.
pub(super) fn anchors(config: Fields<'_>, domains: Vec<setup::Domain>) -> Result<TrustAnchors, InvalidCase> {
    setup::trust_anchors(config, domains, false)?.map_err(|error| config.invalid("anchors", &error))
}

/// A verifier without a cache: each case is judged from scratch.
pub(super) fn verifier(
    anchors: impl wimse::creds::trust::TrustAnchorSource + 'static,
    environment: &TlsEnvironment,
) -> WicVerifier {
    WicVerifier::new(anchors, WicPolicy::default())
        .with_signature_algorithms(environment.provider().signature_verification_algorithms.all)
        .with_cache_capacity(0)
}

/// The DNS name or IP address that a connection is made by.
pub(super) fn name(config: Fields<'_>) -> Result<ServerName<'static>, InvalidCase> {
    let name: String = config.required("name")?;
    ServerName::try_from(name).map_err(|error| config.invalid("name", &error))
}

/// Which server a client means.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Expected {
    Workload(String),
    Both {
        identifier: String,
        name: String,
    },
    /// Host names and IP addresses, with the identifiers expected there.
    Mapped(Vec<(String, String)>),
    DnsName {
        name: String,
        roots: Vec<Bytes>,
    },
    WorkloadIgnoringDnsName(String),
}

impl Expected {
    pub(super) fn server(&self) -> Result<ExpectedServer, String> {
        let identifier =
            |text: &String| IdentifierPolicy::default().parse(text).map_err(|error| error.to_string());
        let text = |error: MtlsError| error.to_string();
        Ok(match self {
            Self::Workload(id) => ExpectedServer::Workload(identifier(id)?),
            Self::WorkloadIgnoringDnsName(id) => ExpectedServer::WorkloadIgnoringDnsName(identifier(id)?),
            Self::Both { identifier: id, name } => {
                ExpectedServer::both(identifier(id)?, name).map_err(text)?
            }
            Self::Mapped(table) => {
                let mut map = IdentityMap::new();
                for (name, id) in table {
                    map.insert(handle(name)?, identifier(id)?).map_err(|error| error.to_string())?;
                }
                ExpectedServer::Mapped(map)
            }
            Self::DnsName { name, roots } => {
                let mut store = RootCertStore::empty();
                for root in decoded(roots).map_err(|error| error.to_string())? {
                    store.add(root).map_err(|error| error.to_string())?;
                }
                ExpectedServer::dns_name(name, store).map_err(text)?
            }
        })
    }
}

fn handle(name: &str) -> Result<ExternalHandle, String> {
    let handle = match IpAddr::try_from(name) {
        Ok(_) => ExternalHandle::key(name),
        Err(_) => ExternalHandle::dns_name(name),
    };
    handle.map_err(|error| error.to_string())
}
