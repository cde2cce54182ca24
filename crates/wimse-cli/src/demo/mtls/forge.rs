//! What the thief can make: clients without scruples, and with the key of a CA, certificates that no CA should issue.

use super::handshake::Caller;
use super::stage::{Stage, issue};
use crate::demo::identity::{HOST, HOUR};
use crate::demo::workload::now;
use crate::demo::world::WEB;
use crate::exit::Failure;
use std::sync::Arc;
use wimse::creds::key::SigningKey;
use wimse::creds::wic::WorkloadIdentityCertificate;
use wimse::mtls::rustls::client::ResolvesClientCert;
use wimse::mtls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use wimse::mtls::rustls::sign::CertifiedKey;
use wimse::mtls::rustls::{ClientConfig, RootCertStore, SignatureScheme, version};
use x509_cert::certificate::Certificate;
use x509_cert::der::{Decode as _, Encode as _};

const DOING: &str = "the thief cannot prepare";

/// Shows this certificate, and signs with this key, whether or not they belong together; or shows none.
pub(super) fn thief(
    stage: &Stage,
    shown: Option<(&[CertificateDer<'static>], &SigningKey)>,
) -> Result<Caller, Failure> {
    let mut roots = RootCertStore::empty();
    roots.add(stage.identity.authority().certificate().der().clone()).map_err(Failure::step(DOING))?;
    let provider = stage.environment.provider();
    let builder = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(&[&version::TLS13])
        .map_err(Failure::step(DOING))?
        .with_root_certificates(roots);
    let Some((chain, key)) = shown else {
        return Ok(Caller::Thief(Arc::new(builder.with_no_client_auth())));
    };
    let der = key.to_pkcs8_der().map_err(Failure::step(DOING))?;
    let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der.as_slice())).clone_key();
    let key = provider.key_provider.load_private_key(der).map_err(Failure::step(DOING))?;
    let shown = Shown(Arc::new(CertifiedKey::new(chain.to_vec(), key)));
    Ok(Caller::Thief(Arc::new(builder.with_client_cert_resolver(Arc::new(shown)))))
}

/// Whatever it is.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

/// A certificate for web that names somebody else too, rightly signed by the CA of both: its DNS name becomes a URI.
pub(super) fn with_two_uris(stage: &Stage) -> Result<(CertificateDer<'static>, SigningKey), Failure> {
    let (wic, key) = issue(&stage.identity, WEB, now())?;
    let mut der = wic.leaf().to_vec();
    let place = der.windows(HOST.len()).position(|window| window == HOST.as_bytes());
    // Before the name stand its length and its kind.
    let kind = place.and_then(|place| place.checked_sub(2)).and_then(|place| der.get_mut(place));
    *kind.ok_or_else(|| Failure::usage(DOING))? = URI;
    let signed = Certificate::from_der(&der)
        .and_then(|certificate| certificate.tbs_certificate().to_der())
        .map_err(Failure::step(DOING))?;
    let signature = stage.identity.authority().key().sign(&signed).map_err(Failure::step(DOING))?;
    // The CA has a key of Ed25519, whose signature is the end of the certificate.
    let end = der.len().saturating_sub(signature.len());
    der.truncate(end);
    der.extend(signature);
    Ok((der.into(), key))
}

/// The tag of `uniformResourceIdentifier` in a `GeneralName` (RFC 5280 4.2.1.6).
const URI: u8 = 0x86;

/// A certificate of web that has expired an hour ago.
pub(super) fn expired(stage: &Stage) -> Result<(WorkloadIdentityCertificate, SigningKey), Failure> {
    issue(&stage.identity, WEB, now().minus(2 * HOUR))
}
