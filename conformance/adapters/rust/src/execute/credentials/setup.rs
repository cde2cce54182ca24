//! What a verifier is configured with: anchors, policy, deny-list.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use wimse::{
    creds::{
        UnixTime, Verified, WitDenyList, WitPolicy, WitVerifier, WorkloadIdentityToken,
        key::Algorithm,
        trust::{DomainAnchors, TrustAnchors, TrustError},
        wic::CaCertificate,
    },
    identifier::{IdentifierPolicy, Origin},
};

use super::super::{InvalidCase, fields::Fields};
use crate::Bytes;

/// `config.now`, in seconds since 1970.
pub(in super::super) fn now(config: Fields<'_>) -> Result<UnixTime, InvalidCase> {
    config.required("now").map(UnixTime::from_secs)
}

/// The verifier of `anchors`, `deny_list` and the members of [`policy`].
pub(in super::super) fn wit_verifier(config: Fields<'_>) -> Result<WitVerifier, InvalidCase> {
    let anchors = match anchors(config)? {
        Ok(anchors) => anchors,
        Err(error) => return Err(config.invalid("anchors", &error)),
    };
    let verifier = WitVerifier::new(anchors, policy(config)?);
    Ok(match config.optional("deny_list")? {
        Some(denied) => verifier.with_deny_list(DenyList(denied)),
        None => verifier,
    })
}

/// `config.anchors`, or why they are not loaded.
pub(super) fn anchors(config: Fields<'_>) -> Result<Result<TrustAnchors, TrustError>, InvalidCase> {
    let shared = config.optional("allow_shared_keys")?.unwrap_or(false);
    trust_anchors(config, config.required("anchors")?, shared)
}

/// Anchors of these entries, or why they are not loaded.
pub(in super::super) fn trust_anchors(
    config: Fields<'_>,
    domains: Vec<Domain>,
    shared: bool,
) -> Result<Result<TrustAnchors, TrustError>, InvalidCase> {
    let mut anchors = TrustAnchors::none();
    if shared {
        anchors = anchors.allow_shared_keys();
    }
    for entry in domains {
        let origin = IdentifierPolicy::default().parse_origin(&entry.origin);
        let origin = origin.map_err(|error| config.invalid("anchors", &error))?;
        let algorithms = match &entry.algorithms {
            Some(names) => Some(algorithms(config, "anchors", names)?),
            None => None,
        };
        match entry.load(origin, algorithms).and_then(|domain| anchors.with(domain)) {
            Ok(more) => anchors = more,
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(anchors))
}

/// The policy of `profile`, `identifiers`, `leeway`, `max_lifetime`, `max_bytes` (numbers), `proof_algorithms`
/// (names), and `allow_audience`, `require_issuer`, `require_jti`, `refuse_eddsa_name` (Booleans).
pub(in super::super) fn policy(config: Fields<'_>) -> Result<WitPolicy, InvalidCase> {
    let mut policy = match config.optional("profile")? {
        None | Some(Profile::Wimse) => WitPolicy::default(),
        Some(Profile::WitSvid) => WitPolicy::wit_svid(),
    };
    if let Some(Identifiers::Baseline) = config.optional("identifiers")? {
        policy = policy.identifiers(IdentifierPolicy::baseline());
    }
    if let Some(seconds) = config.optional("leeway")? {
        policy = policy.leeway(Duration::from_secs(seconds));
    }
    if let Some(seconds) = config.optional("max_lifetime")? {
        policy = policy.max_lifetime(Duration::from_secs(seconds));
    }
    if let Some(bytes) = config.optional("max_bytes")? {
        policy = policy.max_bytes(bytes);
    }
    if let Some(names) = config.optional::<Vec<String>>("proof_algorithms")? {
        policy = policy.proof_algorithms(algorithms(config, "proof_algorithms", &names)?);
    }
    let switches: [(&str, Switch); 4] = [
        ("allow_audience", WitPolicy::allow_audience),
        ("require_issuer", WitPolicy::require_issuer),
        ("require_jti", WitPolicy::require_token_id),
        ("refuse_eddsa_name", WitPolicy::refuse_eddsa_name),
    ];
    for (name, switch) in switches {
        if config.optional(name)?.unwrap_or(false) {
            policy = switch(policy);
        }
    }
    Ok(policy)
}

/// A rule of the policy that is on or off.
type Switch = fn(WitPolicy) -> WitPolicy;

/// Configured algorithm names.
pub(super) fn algorithms(
    config: Fields<'_>,
    member: &str,
    names: &[String],
) -> Result<Vec<Algorithm>, InvalidCase> {
    let parsed = names.iter().map(|name| name.parse::<Algorithm>());
    parsed.collect::<Result<_, _>>().map_err(|error| config.invalid(member, &error))
}

/// The anchors of one origin.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Domain {
    origin: String,
    jwk_set: Option<Value>,
    spiffe_bundle: Option<Value>,
    /// DER.
    #[serde(default)]
    ca_certificates: Vec<Bytes>,
    #[serde(default)]
    issuers: Vec<String>,
    algorithms: Option<Vec<String>>,
}

impl Domain {
    fn load(self, origin: Origin, algorithms: Option<Vec<Algorithm>>) -> Result<DomainAnchors, TrustError> {
        let mut domain = DomainAnchors::new(origin);
        if let Some(set) = self.jwk_set {
            domain = domain.with_jwk_set(set.to_string().as_bytes())?;
        }
        if let Some(bundle) = self.spiffe_bundle {
            domain = domain.with_spiffe_bundle(bundle.to_string().as_bytes())?;
        }
        for certificate in self.ca_certificates {
            // What is no base64 is no certificate either.
            let certificate = CaCertificate::from_der(certificate.decode().unwrap_or_default());
            domain = domain.with_ca_certificate(certificate.map_err(TrustError::CaCertificate)?)?;
        }
        for issuer in self.issuers {
            domain = domain.with_issuer(issuer)?;
        }
        Ok(match algorithms {
            Some(algorithms) => domain.with_algorithms(algorithms),
            None => domain,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Profile {
    Wimse,
    WitSvid,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Identifiers {
    Default,
    Baseline,
}

/// A list of `jti`.
struct DenyList(Vec<String>);

impl WitDenyList for DenyList {
    fn is_denied(&self, token_id: &str, _: &Verified<WorkloadIdentityToken>) -> bool {
        self.0.iter().any(|denied| denied == token_id)
    }
}
