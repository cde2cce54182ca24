//! Tokens that are made, and the credential that holds one.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::{Value, json};
use wimse::{
    creds::{
        UnixTime, Validity, WitClaims, WorkloadIdentityToken,
        key::{PublicKey, SigningKey},
        pop::WitCredential,
    },
    identifier::IdentifierPolicy,
};

use super::{InvalidCase, Outcome, Step, done, json_text, jws::part, refuse, setup};
use crate::{Case, execute::fields::Fields};

/// Accepted when the token may be issued.
pub(super) fn issue(case: &Case) -> Result<Outcome, InvalidCase> {
    let request: Request = case.input_fields().required("request")?;
    let config = case.config_fields();
    let policy = setup::policy(config)?;
    let key = json_text(case, "issuer_key")?;
    let key = SigningKey::from_jwk(&key).map_err(|error| config.invalid("issuer_key", &error))?;
    let token = request.claims().and_then(|claims| claims.sign_under(&policy, &key).map_err(refuse!()));
    done(token.map(|token| outcome(token.as_str(), key.public_key())))
}

/// What a token is that was issued for the case.
pub(super) fn examine(case: &Case, made: Fields<'_>) -> Result<Outcome, InvalidCase> {
    let key = json_text(case, "issuer_key")?;
    let key =
        SigningKey::from_jwk(&key).map_err(|error| case.config_fields().invalid("issuer_key", &error))?;
    Ok(outcome(&made.required::<String>("token")?, key.public_key()))
}

/// Signatures need not be the same each time.
fn outcome(token: &str, key: &PublicKey) -> Outcome {
    let valid = WorkloadIdentityToken::parse(token).is_ok() && verifies(token, key);
    Outcome::accept([
        ("token", json!(token)),
        ("signature_valid", json!(valid)),
        ("header", part(token, 0)),
        ("claims", part(token, 1)),
    ])
}

fn verifies(token: &str, key: &PublicKey) -> bool {
    let Some((signing_input, signature)) = token.rsplit_once('.') else { return false };
    let signature = URL_SAFE_NO_PAD.decode(signature);
    signature.is_ok_and(|signature| key.verify(signing_input.as_bytes(), &signature).is_ok())
}

/// What a workload asks its issuer for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    subject: String,
    /// The public JWK of the workload, as text.
    key: String,
    /// Seconds since 1970.
    start: u64,
    /// Seconds.
    lifetime: u64,
    issuer: Option<String>,
    jti: Option<String>,
    #[serde(default)]
    without_iat: bool,
    #[serde(default)]
    nbf: bool,
    #[serde(default)]
    claims: Vec<Claim>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    name: String,
    value: Value,
    /// The caller says that the name is meant to be private.
    #[serde(default)]
    private: bool,
}

impl Request {
    fn claims(self) -> Step<WitClaims> {
        let subject = IdentifierPolicy::default().parse(&self.subject).map_err(refuse!())?;
        let key = PublicKey::from_jwk(&self.key).map_err(refuse!())?;
        let start = UnixTime::from_secs(self.start);
        let validity = Validity::starting(start, Duration::from_secs(self.lifetime));
        let mut claims = WitClaims::new(subject, &key, validity);
        if let Some(issuer) = self.issuer {
            claims = claims.issuer(issuer);
        }
        if let Some(jti) = self.jti {
            claims = claims.token_id(jti);
        }
        if self.without_iat {
            claims = claims.without_issued_at();
        }
        if self.nbf {
            claims = claims.with_not_before();
        }
        for Claim { name, value, private } in self.claims {
            let added = if private { claims.private_claim(name, value) } else { claims.claim(name, value) };
            claims = added.map_err(refuse!())?;
        }
        Ok(claims)
    }
}

/// Accepted when the key is that of the token and the token has not expired.
pub(super) fn sign(case: &Case) -> Result<Outcome, InvalidCase> {
    let message = case.input_fields().bytes("message")?;
    let config = case.config_fields();
    let token: String = config.required("token")?;
    let token = WorkloadIdentityToken::parse(&token).map_err(|error| config.invalid("token", &error))?;
    let key = json_text(case, "key")?;
    let key = SigningKey::from_jwk(&key).map_err(|error| config.invalid("key", &error))?;
    let now = setup::now(config)?;
    let credential = WitCredential::new(token, key).map_err(refuse!());
    done(credential.and_then(|credential| {
        let signature = credential.sign(&message, now).map_err(refuse!())?;
        Ok(signature_outcome(&message, &signature, credential.public_key()))
    }))
}

/// What a signature is that was made for the case.
pub(super) fn examine_signature(case: &Case, made: Fields<'_>) -> Result<Outcome, InvalidCase> {
    let key = json_text(case, "key")?;
    let key = SigningKey::from_jwk(&key).map_err(|error| case.config_fields().invalid("key", &error))?;
    let signature = URL_SAFE_NO_PAD.decode(made.required::<String>("signature")?);
    let signature = signature.map_err(|error| made.invalid("signature", &error))?;
    Ok(signature_outcome(&case.input_fields().bytes("message")?, &signature, key.public_key()))
}

fn signature_outcome(message: &[u8], signature: &[u8], key: &PublicKey) -> Outcome {
    Outcome::accept([
        ("signature", json!(URL_SAFE_NO_PAD.encode(signature))),
        ("signature_valid", json!(key.verify(message, signature).is_ok())),
    ])
}
