//! Certificates that arrive, and the credential that holds one.

use serde::Deserialize;
use serde_json::json;
use wimse::{
    creds::{
        Verified,
        key::SigningKey,
        trust::TrustError,
        wic::{
            CaCertificate, CaCertificates, Purpose, WicCredential, WicDenyList, WicPolicy, WicVerifier,
            WorkloadIdentityCertificate,
            chain::{self, Rules},
            pki_types::{CertificateDer, ServerName},
        },
    },
    identifier::IdentifierPolicy,
};

use super::{InvalidCase, Outcome, done, json_text, refuse, setup};
use crate::{Bytes, Case, execute::fields::Fields};

/// Accepted when the certificate is valid now for the configured role, and for the host if one is configured.
pub(super) fn verify(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let chain = presented(case)?;
    let (verifier, now, purpose) = (verifier(config)?, setup::now(config)?, purpose(config)?);
    let host: Option<String> = config.optional("host")?;
    let host = host.map(|host| ServerName::try_from(host).map_err(|error| config.invalid("host", &error)));
    let host = host.transpose()?;
    let verified = chain.and_then(|chain| verifier.verify(&chain, purpose, now).map_err(refuse!()));
    done(verified.and_then(|verified| {
        if let Some(host) = &host {
            verified.check_server_name(host).map_err(refuse!())?;
        }
        Ok(outcome(&verified))
    }))
}

fn outcome(verified: &Verified<WorkloadIdentityCertificate>) -> Outcome {
    let identifier = verified.identifier();
    let names: Vec<_> = verified.certificate().claimed_dns_names().collect();
    let key = verified.confirmation_key();
    Outcome::accept([
        ("identifier", json!(identifier.to_string())),
        ("trust_domain", json!(identifier.trust_domain().to_string())),
        ("origin", json!(identifier.origin().to_string())),
        ("algorithm", json!(key.algorithm().name())),
        ("thumbprint", json!(key.thumbprint().to_string())),
        ("expires", json!(verified.expires().as_secs())),
        ("serial_number", json!(verified.serial_number())),
        ("dns_names", json!(names)),
    ])
}

/// Accepted when there is a path to one of the roots, whatever the certificate is for.
pub(super) fn verify_chain(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let chain = certificates(case.input_fields(), "chain")?;
    let mut roots = CaCertificates::new();
    for root in certificates(config, "roots")? {
        let root = CaCertificate::from_der(root).and_then(|root| roots.with(root));
        roots = root.map_err(|error| config.invalid("roots", &error))?;
    }
    let name: Option<String> = config.optional("name")?;
    let name = name.map(|name| ServerName::try_from(name).map_err(|error| config.invalid("name", &error)));
    let name = name.transpose()?;
    let mut rules = Rules::new(purpose(config)?);
    if let Some(name) = &name {
        rules = rules.server_name(name);
    }
    let now = setup::now(config)?;
    let path = chain::verify(&chain, &roots, &rules, now).map_err(refuse!());
    done(path.map(|path| {
        Outcome::accept([
            ("valid_from", json!(path.valid_from().as_secs())),
            ("valid_until", json!(path.valid_until().as_secs())),
            ("anchor", json!(path.anchor().serial_number())),
        ])
    }))
}

/// Accepted when the key is that of the certificate, which has not expired: what a workload loads.
pub(super) fn credential(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let chain = certificates(case.input_fields(), "chain")?;
    let key = json_text(case, "key")?;
    let secret = key.clone();
    let key = SigningKey::from_jwk(&key).map_err(|error| config.invalid("key", &error))?;
    let public = key.public_key().clone();
    let now = setup::now(config)?;
    let wic = WorkloadIdentityCertificate::from_der(chain).map_err(refuse!());
    done(wic.and_then(|wic| {
        let credential = WicCredential::new(wic, key).map_err(refuse!())?;
        let signature = credential.sign(b"message", now).map_err(refuse!())?;
        let secret: serde_json::Value = serde_json::from_str(&secret).unwrap_or_default();
        let printed = format!("{credential:?}{}", credential.wic().to_pem());
        let leaked = secret["d"].as_str().is_none_or(|secret| printed.contains(secret));
        Ok(Outcome::accept([
            ("identifier", json!(credential.identifier().to_string())),
            ("expires", json!(credential.expires().as_secs())),
            ("signature_valid", json!(public.verify(b"message", &signature).is_ok())),
            ("leaked", json!(leaked)),
        ]))
    }))
}

/// The role that `config.role` names.
fn purpose(config: Fields<'_>) -> Result<Purpose, InvalidCase> {
    config.required("role").map(Role::purpose)
}

/// The verifier of `anchors`, `identifiers`, `max_certificates`, `max_bytes` and `deny_list` (serial numbers).
/// Without a cache: each case is judged from scratch.
pub(super) fn verifier(config: Fields<'_>) -> Result<WicVerifier, InvalidCase> {
    let anchors = setup::anchors(config)?;
    let anchors = anchors.map_err(|error: TrustError| config.invalid("anchors", &error))?;
    let mut policy = WicPolicy::default();
    if let Some(setup::Identifiers::Baseline) = config.optional("identifiers")? {
        policy = policy.identifiers(IdentifierPolicy::baseline());
    }
    if let Some(certificates) = config.optional("max_certificates")? {
        policy = policy.max_certificates(certificates);
    }
    if let Some(bytes) = config.optional("max_bytes")? {
        policy = policy.max_bytes(bytes);
    }
    let verifier = WicVerifier::new(anchors, policy).with_cache_capacity(0);
    Ok(match config.optional("deny_list")? {
        Some(denied) => verifier.with_deny_list(SerialNumbers(denied)),
        None => verifier,
    })
}

/// The certificates of `input.chain`, or of the PEM text `input.pem`.
fn presented(case: &Case) -> Result<super::Step<Vec<CertificateDer<'static>>>, InvalidCase> {
    let input = case.input_fields();
    if input.optional::<Bytes>("pem")?.is_none() {
        return certificates(input, "chain").map(Ok);
    }
    let pem = WorkloadIdentityCertificate::from_pem(input.bytes("pem")?);
    Ok(pem.map(|wic| wic.chain().to_vec()).map_err(refuse!()))
}

/// A list of certificates in DER.
pub(super) fn certificates(
    fields: Fields<'_>,
    member: &str,
) -> Result<Vec<CertificateDer<'static>>, InvalidCase> {
    let certificates = decoded(&fields.required::<Vec<Bytes>>(member)?);
    certificates.map_err(|error| fields.invalid(member, &error))
}

/// Certificates of byte values.
pub(in super::super) fn decoded(
    values: &[Bytes],
) -> Result<Vec<CertificateDer<'static>>, base64::DecodeError> {
    values.iter().map(|value| value.decode().map(CertificateDer::from)).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    Client,
    Server,
}

impl Role {
    pub(super) fn purpose(self) -> Purpose {
        match self {
            Self::Client => Purpose::ClientAuth,
            Self::Server => Purpose::ServerAuth,
        }
    }
}

/// A list of serial numbers.
struct SerialNumbers(Vec<String>);

impl WicDenyList for SerialNumbers {
    fn is_denied(&self, certificate: &Verified<WorkloadIdentityCertificate>) -> bool {
        self.0.contains(&certificate.serial_number())
    }
}
