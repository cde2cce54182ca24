//! One signature's covered components and parameters.

use super::component::ComponentRecord;
use super::params::ParameterRecord;
use super::{Component, CoveredComponent, ParameterError, ParameterValue, Parameters, SignatureInputBuilder};
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;
use wimse_creds::UnixTime;

/// Label, covered components and parameters of one signature, in the order and form in which they were received or are
/// sent (RFC 9421 2.3).
///
/// What is in a *received* one is claimed, not proven, until the signature has verified.
///
/// ```
/// use wimse_creds::UnixTime;
/// use wimse_httpsig::message::{Component, SignatureInput};
///
/// let input = SignatureInput::builder("sig1")
///     .components([Component::METHOD, Component::PATH])
///     .created(UnixTime::from_secs(1_618_884_473))
///     .tag("orders")
///     .build()?;
/// assert_eq!(input.to_string(), r#"sig1=("@method" "@path");created=1618884473;tag="orders""#);
/// # Ok::<(), wimse_httpsig::message::MakeError>(())
/// ```
#[derive(Clone)]
pub struct SignatureInput {
    /// The member of the Dictionary, serialised: `label=("…" "…");…`. All positions are in it.
    pub(super) text: String,
    pub(super) label_end: usize,
    pub(super) components: Vec<ComponentRecord>,
    /// Those of the components, in their order, and then those of the signature.
    pub(super) parameters: Vec<ParameterRecord>,
    pub(super) first_parameter: usize,
}

impl SignatureInput {
    /// Starts one that is to be signed, or asked for in `Accept-Signature`.
    #[must_use]
    pub fn builder(label: impl Into<String>) -> SignatureInputBuilder {
        SignatureInputBuilder::new(label.into())
    }

    /// The label. It names nothing but the pair of members: signatures are not to be chosen by it.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.text[..self.label_end]
    }

    /// The value of `@signature-params`: components and parameters, serialised.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text[self.label_end + 1..]
    }

    /// The covered components, in order.
    #[must_use]
    pub fn components(&self) -> impl ExactSizeIterator<Item = CoveredComponent<'_>> {
        self.components.iter().map(|record| CoveredComponent::new(&self.text, record, &self.parameters))
    }

    /// Whether a component is covered in exactly this form; the order of its parameters does not count.
    #[must_use]
    pub fn covers(&self, component: &Component<'_>) -> bool {
        self.components().any(|covered| {
            covered.parameters().len() == component.parameters().count()
                && covered.understood().is_ok_and(|covered| covered == *component)
        })
    }

    /// The parameters of the signature, in order, known or not.
    #[must_use]
    pub fn parameters(&self) -> Parameters<'_> {
        Parameters::new(&self.text, &self.parameters[self.first_parameter..])
    }

    /// `created`: when the signature was made, as the signer says.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Type`] or [`ParameterError::Range`].
    pub fn created(&self) -> Result<Option<UnixTime>, ParameterError> {
        self.time("created")
    }

    /// `expires`: when it is no longer to be accepted.
    ///
    /// # Errors
    ///
    /// As [`created`](Self::created).
    pub fn expires(&self) -> Result<Option<UnixTime>, ParameterError> {
        self.time("expires")
    }

    /// `nonce`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Type`].
    pub fn nonce(&self) -> Result<Option<Cow<'_, str>>, ParameterError> {
        self.string("nonce")
    }

    /// `tag`: the application that the signature is for.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Type`].
    pub fn tag(&self) -> Result<Option<Cow<'_, str>>, ParameterError> {
        self.string("tag")
    }

    /// `keyid`.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Type`].
    pub fn key_id(&self) -> Result<Option<Cow<'_, str>>, ParameterError> {
        self.string("keyid")
    }

    /// `alg`: a name of the registry "HTTP Signature Algorithms", which is not that of JOSE.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Type`].
    pub fn algorithm_name(&self) -> Result<Option<Cow<'_, str>>, ParameterError> {
        self.string("alg")
    }

    /// A String parameter, such as one that an application has added.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Type`] if it is there and no String.
    pub fn string(&self, key: &'static str) -> Result<Option<Cow<'_, str>>, ParameterError> {
        match self.parameters().get(key) {
            None => Ok(None),
            Some(ParameterValue::String(value)) => Ok(Some(value)),
            Some(_) => Err(ParameterError::Type(key)),
        }
    }

    /// A Boolean parameter; without a value it is true.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Type`] if it is there and no Boolean.
    pub fn boolean(&self, key: &'static str) -> Result<Option<bool>, ParameterError> {
        match self.parameters().get(key) {
            None => Ok(None),
            Some(ParameterValue::Boolean(value)) => Ok(Some(value)),
            Some(_) => Err(ParameterError::Type(key)),
        }
    }

    /// An Integer parameter.
    ///
    /// # Errors
    ///
    /// [`ParameterError::Type`] if it is there and no Integer.
    pub fn integer(&self, key: &'static str) -> Result<Option<i64>, ParameterError> {
        match self.parameters().get(key) {
            None => Ok(None),
            Some(ParameterValue::Integer(value)) => Ok(Some(value)),
            Some(_) => Err(ParameterError::Type(key)),
        }
    }

    /// Checks `created` and `expires` where they are there: valid if `created` ≤ now + leeway, now < `expires` + leeway
    /// and `created` ≤ `expires`. How long a signature may be valid is for the application to say.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`].
    pub fn check_validity(&self, now: UnixTime, leeway: Duration) -> Result<(), ParameterError> {
        let (created, expires) = (self.created()?, self.expires()?);
        if let (Some(created), Some(expires)) = (created, expires)
            && expires < created
        {
            return Err(ParameterError::Order);
        }
        if created.is_some_and(|created| created > now.plus(leeway)) {
            return Err(ParameterError::NotYetValid);
        }
        if expires.is_some_and(|expires| now >= expires.plus(leeway)) {
            return Err(ParameterError::Expired);
        }
        Ok(())
    }

    fn time(&self, key: &'static str) -> Result<Option<UnixTime>, ParameterError> {
        let Some(seconds) = self.integer(key)? else { return Ok(None) };
        let time = u64::try_from(seconds).map(UnixTime::from_secs);
        // Beyond the year 9999 a time would become that end.
        let time = time.ok().filter(|time| time.as_secs() == seconds);
        time.map(Some).ok_or(ParameterError::Range(key))
    }
}

impl PartialEq for SignatureInput {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for SignatureInput {}

/// The member of the field: `label=(…);…`.
impl fmt::Display for SignatureInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for SignatureInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
