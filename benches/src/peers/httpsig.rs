//! `httpsig`: plain RFC 9421.
//!
//! It knows the parameters of RFC 9421 only, so it is beside the generic core and not beside the profile, whose
//! messages carry `wimse-aud`.

use super::Peer;
use crate::Error;
use crate::operations::Side;
use crate::operations::message::Plain;
use crate::scenario::{Caller, Scenario, Turn};
use ::httpsig::prelude::message_component::{HttpMessageComponent, HttpMessageComponentId};
use ::httpsig::prelude::{
    AlgorithmName, HttpSignatureBase, HttpSignatureHeaders, HttpSignatureParams, PublicKey, SecretKey,
};
use std::hint::black_box;
use std::rc::Rc;
use std::sync::Arc;
use wimse_creds::key::Algorithm;
use wimse_creds::pop::Nonce;

/// Signs a message: component values, parameters, signature and both fields.
pub(crate) fn sign(scenario: &Scenario, plain: &Rc<Plain>) -> Result<Peer, Error> {
    let (keys, plain, turn) = (keys(scenario)?, Rc::clone(plain), Turn::default());
    let side = Side::new(move || {
        let index = turn.next();
        let Ok(nonce) = Nonce::random() else { return false };
        let sign = || -> Result<_, Error> {
            let ids = Plain::COMPONENTS.into_iter().map(HttpMessageComponentId::try_from);
            let ids = ids.collect::<Result<Vec<_>, _>>()?;
            let mut params = HttpSignatureParams::try_new(&ids)?;
            params.set_created(Plain::CREATED).set_expires(Plain::EXPIRES);
            params.set_nonce(nonce.as_str()).set_tag(Plain::TAG);
            let lines = lines(&ids, &plain, index)?;
            let headers = HttpSignatureBase::try_new(&lines, &params)?
                .build_signature_headers(&keys[index], Some(Plain::LABEL))?;
            Ok((headers.signature_input_header_value(), headers.signature_header_value()))
        };
        black_box(sign()).is_ok()
    });
    Ok(Peer::new("httpsig", side))
}

/// Verifies a message: both fields, component values and the signature, with the key at hand.
pub(crate) fn verify(scenario: &Scenario, plain: &Rc<Plain>) -> Result<Peer, Error> {
    let keys: Vec<PublicKey> = keys(scenario)?.iter().map(SecretKey::public_key).collect();
    let (plain, turn) = (Rc::clone(plain), Turn::default());
    let side = Side::new(move || {
        let index = turn.next();
        let verify = || -> Result<(), Error> {
            let headers = plain.requests[index].headers();
            let (input, signature) = (headers["signature-input"].to_str()?, headers["signature"].to_str()?);
            let received = HttpSignatureHeaders::try_parse(signature, input)?;
            let received = received.get(Plain::LABEL).ok_or("no signature")?;
            let lines = lines(&received.signature_params().covered_components, &plain, index)?;
            let base = HttpSignatureBase::try_new(&lines, received.signature_params())?;
            Ok(base.verify_signature_headers(&keys[index], received)?)
        };
        black_box(verify()).is_ok()
    });
    Ok(Peer::new("httpsig", side))
}

/// The lines of a signature base, from the values of the message.
fn lines(
    ids: &[HttpMessageComponentId],
    plain: &Plain,
    index: usize,
) -> Result<Vec<HttpMessageComponent>, Error> {
    let line = |(number, id): (usize, &HttpMessageComponentId)| {
        Ok(HttpMessageComponent::try_from((id, &[plain.value(number, index)][..]))?)
    };
    ids.iter().enumerate().map(line).collect()
}

fn keys(scenario: &Scenario) -> Result<Vec<SecretKey>, Error> {
    let name = match scenario.suite.proof {
        Algorithm::Es256 => AlgorithmName::EcdsaP256Sha256,
        _ => AlgorithmName::Ed25519,
    };
    let of = |caller: &Arc<Caller>| Ok(SecretKey::from_bytes(&name, &caller.seed)?);
    scenario.callers.iter().map(of).collect()
}
