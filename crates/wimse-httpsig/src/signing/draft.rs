//! A message that is ready to be signed.

use super::options::check_nonce;
use super::{Additions, SignError, SigningOptions};
use crate::WantedSignature;
use crate::message::{BaseError, Excerpt, SIGNATURE_INPUT, SelectError, SignatureInputBuilder};
use crate::message::{Component, FieldError, Fields, Limits, MakeError, SignatureBase, SignatureInput};
use crate::profile::coverage::Required;
use crate::profile::{self, TAG};
use http::HeaderMap;
use std::fmt;
use wimse_creds::key::PublicKey;
use wimse_creds::pop::{CredentialError, Nonce};
use wimse_creds::{UnixTime, WorkloadIdentityToken};

/// Everything of a signature but the signature.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) additions: Additions,
    pub(crate) input: SignatureInput,
    pub(crate) base: SignatureBase,
}

/// With what, by what rules and when something is signed.
pub(crate) struct Terms<'a> {
    pub(crate) wit: &'a WorkloadIdentityToken,
    pub(crate) options: &'a SigningOptions,
    pub(crate) now: UnixTime,
    pub(crate) nonce: &'a Nonce,
}

impl Terms<'_> {
    /// Starts the signature of a message with these fields: what every signature of the profile says.
    pub(crate) fn begin(
        &self,
        headers: &HeaderMap,
        required: impl Iterator<Item = Required>,
    ) -> Result<SignatureInputBuilder, SignError> {
        // README row 44: not once the WIT has expired.
        if self.now >= self.wit.claimed_expiry() {
            return Err(SignError::Credential(CredentialError::Expired));
        }
        check_nonce(self.nonce)?;
        let expires = self.options.expires(self.now)?;
        let limits = Limits::default();
        let present = profile::existing(Fields::from(headers), &limits).map_err(SignError::Fields)?;
        let ours = present.as_ref().map(|present| present.tagged(TAG));
        if !matches!(ours, None | Some(Err(SelectError::NotFound))) {
            return Err(SignError::AlreadySigned);
        }
        let label = self.options.label(present.as_ref());
        if present.as_ref().is_some_and(|present| present.labelled(&label).is_some()) {
            return Err(SignError::Make(MakeError::LabelInUse(Excerpt::new(&label))));
        }
        let builder = SignatureInput::builder(label);
        let components = components(required, self.options)?;
        let builder = builder.components(components).created(self.now).expires(expires);
        Ok(builder.nonce(self.nonce.as_str()).tag(TAG))
    }
}

impl Draft {
    pub(crate) fn new(
        additions: Additions,
        headers: &HeaderMap,
        builder: SignatureInputBuilder,
        base: impl Fn(&SignatureInput) -> Result<SignatureBase, BaseError>,
    ) -> Result<Self, SignError> {
        let input = builder.build().map_err(SignError::Make)?;
        check_room(headers, &input).map_err(|error| SignError::Make(MakeError::Field(error)))?;
        let base = base(&input).map_err(|error| SignError::Make(MakeError::Base(error)))?;
        Ok(Self { additions, input, base })
    }

    /// Whether this is still the base of the message, if that is what it has come to.
    pub(crate) fn is_of(&self, base: Result<SignatureBase, BaseError>) -> Result<(), SignError> {
        match base {
            Ok(base) if base.as_bytes() == self.base.as_bytes() => Ok(()),
            _ => Err(SignError::OtherMessage),
        }
    }

    /// Checks a signature that was made elsewhere.
    pub(crate) fn check_signature(&self, key: &PublicKey, signature: &[u8]) -> Result<(), SignError> {
        key.verify(self.base.as_bytes(), signature).map_err(|_| SignError::Signature)
    }

    /// Adds the signature to the fields, beside others.
    pub(crate) fn attach(&self, headers: &mut HeaderMap, signature: &[u8]) -> Result<(), SignError> {
        self.input.attach(headers, signature).map_err(SignError::Make)
    }
}

/// What our own verifier would refuse for its size is not sent.
fn check_room(headers: &HeaderMap, input: &SignatureInput) -> Result<(), FieldError> {
    let Limits { signatures, input_bytes, .. } = Limits::default();
    let present = profile::existing(Fields::from(headers), &Limits::default())?;
    if present.is_some_and(|present| present.len() >= signatures) {
        return Err(FieldError::TooManySignatures { limit: signatures });
    }
    let lines = headers.get_all(SIGNATURE_INPUT).iter();
    let bytes = lines.fold(input.to_value().len(), |sum, line| sum + line.len());
    if bytes > input_bytes {
        return Err(FieldError::TooLarge { field: "Signature-Input", limit: input_bytes });
    }
    Ok(())
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Draft").field("input", &self.input).finish_non_exhaustive()
    }
}

/// What the profile demands, and then what the application adds to it, and what the other side has asked for.
fn components(
    required: impl Iterator<Item = Required>,
    options: &SigningOptions,
) -> Result<Vec<Component<'_>>, SignError> {
    let mut components: Vec<Component<'_>> = Vec::new();
    let no_value = |name: &str, reason| {
        let component = Excerpt::new(name);
        SignError::Make(MakeError::Base(BaseError { component, reason }))
    };
    for required in required {
        components.push(required.component().map_err(|reason| no_value(required.name, reason))?);
    }
    let wanted = options.wanted.iter().flat_map(WantedSignature::further);
    let wanted = wanted.map(|one| one.understood().map_err(|reason| no_value(one.as_str(), reason)));
    for component in options.extra.iter().cloned().map(Ok).chain(wanted) {
        let component = component?;
        if !components.contains(&component) {
            components.push(component);
        }
    }
    Ok(components)
}
