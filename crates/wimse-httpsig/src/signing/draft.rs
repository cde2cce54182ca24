//! A message that is ready to be signed.

use super::options::check_nonce;
use super::{Additions, SignError, SigningOptions};
use crate::WantedSignature;
use crate::message::{BaseError, ComponentError, Excerpt, ParameterValue, SelectError};
use crate::message::{Component, Fields, InputWriter, Limits, MakeError};
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
    /// The signatures that a message has already, if it can get another one.
    pub(crate) fn present(&self, headers: &HeaderMap) -> Result<Option<Signatures>, SignError> {
        // Decision 44: not once the WIT has expired.
        if self.now >= self.wit.claimed_expiry() {
            return Err(SignError::Credential(CredentialError::Expired));
        }
        check_nonce(self.nonce)?;
        self.options.expires(self.now)?;
        not_signed_yet(headers)
    }

    /// Writes what every signature of the profile says, beside the signatures that are there.
    pub(crate) fn begin(
        &self,
        present: Option<&Signatures>,
        required: impl Iterator<Item = Required>,
    ) -> Result<InputWriter, SignError> {
        let label = self.options.label(present);
        if present.is_some_and(|present| present.labelled(&label).is_some()) {
            return Err(SignError::Make(MakeError::LabelInUse(Excerpt::new(&label))));
        }
        let further = further(self.options)?;
        let mut writer = InputWriter::to_send(&label).map_err(SignError::Make)?;
        for required in required {
            writer.given(required.name, required.parameters()).map_err(SignError::Make)?;
        }
        for component in further {
            if !writer.covers(&component) {
                writer.understood(&component).map_err(SignError::Make)?;
            }
        }
        writer.end_list();
        let parameters = [
            ("created", ParameterValue::Integer(self.now.as_secs())),
            ("expires", ParameterValue::Integer(self.options.expires(self.now)?.as_secs())),
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
    /// Of a message with these fields, without the additions.
    pub(crate) fn new(
        additions: Additions,
        input: SignatureInput,
        present: Option<&Signatures>,
        headers: &HeaderMap,
        base: impl Fn(&SignatureInput, Fields<'_>) -> Result<SignatureBase, BaseError>,
    ) -> Result<Self, SignError> {
        input.check_room(present, headers).map_err(|error| SignError::Make(MakeError::Field(error)))?;
        let base = base(&input, additions.beside(headers));
        let base = base.map_err(|error| SignError::Make(MakeError::Base(error)))?;
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

    /// Adds everything to the fields that it was made for.
    pub(crate) fn add_to(self, headers: &mut HeaderMap, signature: &[u8]) -> Result<(), SignError> {
        let fields = self.input.fields(headers, signature);
        let fields = fields.map_err(|error| SignError::Make(MakeError::Field(error)))?;
        self.additions.add_to(headers, fields);
        Ok(())
    }

    /// The same for fields that may have changed since, in all but what is covered.
    pub(crate) fn attach(self, headers: &mut HeaderMap, signature: &[u8]) -> Result<(), SignError> {
        let present = not_signed_yet(headers)?;
        self.input.check_free(present.as_ref(), headers).map_err(SignError::Make)?;
        self.add_to(headers, signature)
    }
}

/// SIG-3-32: a second signature with our tag would make the message worthless.
fn not_signed_yet(headers: &HeaderMap) -> Result<Option<Signatures>, SignError> {
    let present = profile::existing(Fields::from(headers), &Limits::default()).map_err(SignError::Fields)?;
    match present.as_ref().map(|present| present.tagged(TAG)) {
        None | Some(Err(SelectError::NotFound)) => Ok(present),
        _ => Err(SignError::AlreadySigned),
    }
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
