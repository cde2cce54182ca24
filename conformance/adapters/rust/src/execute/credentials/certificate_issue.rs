//! Certificates that are made.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use wimse::{
    creds::{
        UnixTime, Validity,
        key::{PublicKey, SigningKey},
        trust::{DomainAnchors, TrustAnchors},
        wic::{
            CaCertificate, CertificateAuthority, CertificateRequest, Purpose, WicPolicy, WicTemplate,
            WicVerifier, WorkloadIdentityCertificate,
        },
    },
    identifier::{IdentifierPolicy, Origin},
};

use super::{InvalidCase, Outcome, Step, certificate, done, json_text, refuse};
use crate::{Bytes, Case, execute::fields::Fields};

/// Accepted when the CA may issue the certificate that is asked for. Serial numbers are random, so what comes
/// out is judged by a verifier that trusts the configured root.
pub(super) fn issue(case: &Case) -> Result<Outcome, InvalidCase> {
    let input = case.input_fields();
    let order: Order = input.required("order")?;
    let config = case.config_fields();
    let (origin, root) = trusted(config)?;
    let chain = certificate::certificates(config, "ca_chain")?;
    let key = json_text(case, "ca_key")?;
    let key = SigningKey::from_jwk(&key).map_err(|error| config.invalid("ca_key", &error))?;
    let ca = CertificateAuthority::from_der(&origin, chain, key);
    let ca = ca.map_err(|error| config.invalid("ca_chain", &error))?;
    let request = order.request.as_ref().map(Bytes::decode).transpose();
    let request = request.map_err(|error| input.invalid("order", &error))?;
    let issued = order.template(request.as_deref());
    let issued = issued.and_then(|template| ca.issue(&template).map_err(refuse!()));
    done(issued.and_then(|wic| judged(&wic, &origin, root)))
}

/// What a certificate is that was issued for the case.
pub(super) fn examine(case: &Case, made: Fields<'_>) -> Result<Outcome, InvalidCase> {
    let (origin, root) = trusted(case.config_fields())?;
    let wic = WorkloadIdentityCertificate::from_der(certificate::certificates(made, "chain")?);
    done(wic.map_err(refuse!()).and_then(|wic| judged(&wic, &origin, root)))
}

/// The origin and its root.
fn trusted(config: Fields<'_>) -> Result<(Origin, CaCertificate), InvalidCase> {
    let origin: String = config.required("origin")?;
    let origin = IdentifierPolicy::default().parse_origin(&origin);
    let root = certificate::certificates(config, "root")?.into_iter().next();
    let root = root.ok_or_else(|| config.invalid("root", &"no certificate"))?;
    Ok((
        origin.map_err(|error| config.invalid("origin", &error))?,
        CaCertificate::from_der(root).map_err(|error| config.invalid("root", &error))?,
    ))
}

/// What a relying party makes of a certificate.
fn judged(wic: &WorkloadIdentityCertificate, origin: &Origin, root: CaCertificate) -> Step<Outcome> {
    let validity = wic.claimed_validity();
    let (start, end) = (validity.start().as_secs(), validity.end().as_secs());
    let domain = DomainAnchors::new(origin.clone()).with_ca_certificate(root).map_err(refuse!())?;
    let anchors = TrustAnchors::none().with(domain).map_err(refuse!())?;
    let verifier = WicVerifier::new(anchors, WicPolicy::default());
    let accepted = |purpose| verifier.verify(wic.chain(), purpose, validity.start());
    let roles = [("client", Purpose::ClientAuth), ("server", Purpose::ServerAuth)];
    let roles: Vec<_> = roles.into_iter().filter(|(_, role)| accepted(*role).is_ok()).collect();
    let key = wic.claimed_public_key().map_err(refuse!())?;
    let chain = wic.chain().iter().map(|certificate| Value::from(Bytes::from(certificate.as_ref())));
    Ok(Outcome::accept([
        ("chain", chain.collect()),
        ("identifier", json!(wic.claimed_identifier().to_string())),
        ("dns_names", json!(wic.claimed_dns_names().collect::<Vec<_>>())),
        ("thumbprint", json!(key.thumbprint().to_string())),
        ("start", json!(start)),
        ("lifetime", json!(end - start)),
        ("roles", roles.iter().map(|(name, _)| Value::from(*name)).collect()),
        ("certificates", json!(wic.chain().len())),
    ]))
}

/// What an issuer decides to issue, and from which key or request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    identifier: String,
    /// The public JWK of the workload, as text.
    key: Option<String>,
    /// A certificate request in DER, instead.
    request: Option<Bytes>,
    /// Seconds since 1970.
    start: u64,
    /// Seconds; the default of the library if it is not there.
    lifetime: Option<u64>,
    #[serde(default)]
    dns_names: Vec<String>,
    only_for: Option<certificate::Role>,
}

impl Order {
    fn template(self, request: Option<&[u8]>) -> Step<WicTemplate> {
        let identifier = IdentifierPolicy::default().parse(&self.identifier).map_err(refuse!())?;
        let lifetime = self.lifetime.map_or(WicTemplate::DEFAULT_LIFETIME, Duration::from_secs);
        let validity = Validity::starting(UnixTime::from_secs(self.start), lifetime);
        let mut template = match request {
            Some(request) => {
                let request = CertificateRequest::from_der(request).map_err(refuse!())?;
                WicTemplate::for_request(&request, identifier, validity).map_err(refuse!())?
            }
            None => {
                let key = PublicKey::from_jwk(&self.key.unwrap_or_default()).map_err(refuse!())?;
                WicTemplate::new(identifier, &key, validity)
            }
        };
        for name in &self.dns_names {
            template = template.dns_name(name).map_err(refuse!())?;
        }
        Ok(match self.only_for {
            Some(role) => template.only_for(role.purpose()),
            None => template,
        })
    }
}
