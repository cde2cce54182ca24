//! A message that is ready to be signed.

use super::options::check_nonce;
use super::{Additions, SignError, SigningOptions};
use crate::WantedSignature;
use crate::message::{BaseError, ComponentError, Excerpt, ParameterValue, SIGNATURE_INPUT, SelectError};
use crate::message::{Component, FieldError, Fields, InputWriter, Limits, MakeError};
use crate::message::{SignatureBase, SignatureInput, Signatures};
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
    /// Writes what every signature of the profile says, for a message with these fields.
    pub(crate) fn begin(
        &self,
        headers: &HeaderMap,
        required: impl Iterator<Item = Required>,
    ) -> Result<InputWriter, SignError> {
        // README row 44: not once the WIT has expired.
        if self.now >= self.wit.claimed_expiry() {
            return Err(SignError::Credential(CredentialError::Expired));
        }
        check_nonce(self.nonce)?;
        let expires = self.options.expires(self.now)?;
        let limits = Limits::default();
        let present = profile::existing(Fields::from(headers), &limits).map_err(SignError::Fields)?;
        not_signed_yet(present.as_ref())?;
        let label = self.options.label(present.as_ref());
        if present.as_ref().is_some_and(|present| present.labelled(&label).is_some()) {
            return Err(SignError::Make(MakeError::LabelInUse(Excerpt::new(&label))));
        }
        let further = further(self.options)?;
        let mut writer = InputWriter::to_send(&label).map_err(SignError::Make)?;
        for required in required {
            let component = required.component().map_err(|reason| no_value(required.name, reason))?;
            writer.understood(&component).map_err(SignError::Make)?;
        }
        for component in further {
            if !writer.covers(&component) {
                writer.understood(&component).map_err(SignError::Make)?;
            }
        }
        writer.end_list();
        let parameters = [
            ("created", ParameterValue::Integer(self.now.as_secs())),
            ("expires", ParameterValue::Integer(expires.as_secs())),
            ("nonce", self.nonce.as_str().into()),
            ("tag", TAG.into()),
        ];
        for (key, value) in parameters {
            writer.given_parameter(key, &value).map_err(SignError::Make)?;
        }
        Ok(writer)
    }
}

impl Draft {
    pub(crate) fn new(
        additions: Additions,
        headers: &HeaderMap,
        input: SignatureInput,
        base: impl Fn(&SignatureInput) -> Result<SignatureBase, BaseError>,
    ) -> Result<Self, SignError> {
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

    /// Adds the signature to the fields that it was made for, beside others.
    pub(crate) fn append(&self, headers: &mut HeaderMap, signature: &[u8]) {
        self.input.append(headers, signature);
    }

    /// The same for fields that may have changed since.
    pub(crate) fn attach(&self, headers: &mut HeaderMap, signature: &[u8]) -> Result<(), SignError> {
        let present = profile::existing(Fields::from(&*headers), &Limits::default());
        not_signed_yet(present.map_err(SignError::Fields)?.as_ref())?;
        self.input.attach(headers, signature).map_err(SignError::Make)
    }
}

/// SIG-3-32: a second signature with our tag would make the message worthless.
fn not_signed_yet(present: Option<&Signatures>) -> Result<(), SignError> {
    match present.map(|present| present.tagged(TAG)) {
        None | Some(Err(SelectError::NotFound)) => Ok(()),
        _ => Err(SignError::AlreadySigned),
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
    let bytes = lines.fold(input.serialized_bytes(), |sum, line| sum + line.len());
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

/// What the application adds to that which the profile demands, and what the other side has asked for.
fn further(options: &SigningOptions) -> Result<Vec<Component<'_>>, SignError> {
    let wanted = options.wanted.iter().flat_map(WantedSignature::further);
    let wanted = wanted.map(|one| one.understood().map_err(|reason| no_value(one.as_str(), reason)));
    options.extra.iter().cloned().map(Ok).chain(wanted).collect()
}

fn no_value(name: &str, reason: ComponentError) -> SignError {
    let component = Excerpt::new(name);
    SignError::Make(MakeError::Base(BaseError { component, reason }))
}
