//! Keys and anchors.

use serde::Deserialize;
use serde_json::{Value, json};
use wimse::{
    creds::{
        key::{AnchorKey, PublicKey},
        trust::{DomainAnchors, KeyDocument},
    },
    identifier::IdentifierPolicy,
};

use super::{InvalidCase, Outcome, Step, done, refuse, setup, text};
use crate::Case;

/// Accepted when the JWK is usable for the configured purpose.
pub(super) fn parse(case: &Case) -> Result<Outcome, InvalidCase> {
    let jwk = case.input_fields().bytes("jwk")?;
    let purpose = case.config_fields().required("purpose")?;
    done(text(&jwk, "key.json").and_then(|jwk| purposed(jwk, purpose)))
}

fn purposed(jwk: &str, purpose: Purpose) -> Step<Outcome> {
    let key = match purpose {
        Purpose::Confirmation => AnchorKey::from(PublicKey::from_jwk(jwk).map_err(refuse!())?),
        Purpose::Anchor => AnchorKey::from_jwk(jwk).map_err(refuse!())?,
    };
    let algorithms: Vec<_> = key.algorithms().map(|algorithm| json!(algorithm.name())).collect();
    Ok(Outcome::accept([
        ("algorithms", json!(algorithms)),
        ("thumbprint", json!(key.thumbprint().to_string())),
        ("kid", json!(key.key_id())),
    ]))
}

/// The RFC 7638 thumbprint of a public JWK, with or without `alg`.
pub(super) fn thumbprint(case: &Case) -> Result<Outcome, InvalidCase> {
    let jwk = case.input_fields().bytes("jwk")?;
    let key = text(&jwk, "key.json").and_then(|jwk| AnchorKey::from_jwk(jwk).map_err(refuse!()));
    done(key.map(|key| Outcome::accept([("thumbprint", json!(key.thumbprint().to_string()))])))
}

/// Accepted when the document can be the anchors of one trust domain.
pub(super) fn bundle(case: &Case) -> Result<Outcome, InvalidCase> {
    let document = case.input_fields().bytes("document")?;
    let config = case.config_fields();
    let origin = IdentifierPolicy::default().parse_origin("wimse://example.com");
    let domain = DomainAnchors::new(origin.map_err(|error| config.invalid("form", &error))?);
    let read = match config.required("form")? {
        Form::JwkSet => KeyDocument::jwk_set(&document),
        Form::SpiffeBundle => KeyDocument::spiffe_bundle(&document),
    };
    let loaded = read.and_then(|read| domain.with_document(read.clone()).map(|_| read));
    done(loaded.map_err(refuse!()).map(|read| {
        let kids: Vec<Value> = read.keys().iter().map(|key| json!(key.key_id())).collect();
        let skipped: Vec<usize> = read.skipped().iter().map(|skipped| skipped.index).collect();
        Outcome::accept([
            ("keys", json!(read.keys().len())),
            ("kids", json!(kids)),
            ("skipped", json!(skipped)),
            ("refresh_hint", json!(read.refresh_hint())),
            ("sequence", json!(read.sequence())),
        ])
    }))
}

/// Accepted when the configured anchors make sense together.
pub(super) fn anchors(case: &Case) -> Result<Outcome, InvalidCase> {
    let anchors = setup::anchors(case.config_fields())?.map_err(refuse!());
    done(anchors.map(|anchors| {
        let mut origins: Vec<_> = anchors.origins().map(ToString::to_string).collect();
        origins.sort();
        Outcome::accept([("origins", json!(origins))])
    }))
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Purpose {
    /// A key in `cnf.jwk`: `alg` is required.
    Confirmation,
    /// A key of an issuer.
    Anchor,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Form {
    JwkSet,
    SpiffeBundle,
}
