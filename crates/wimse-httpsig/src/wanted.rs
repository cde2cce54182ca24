//! What the other side asks for with `Accept-Signature`.

use crate::message::{AcceptSignature, CoveredComponent, FieldError, SignatureInput};
use crate::profile::{TAG, WIMSE_AUD, coverage};
use http::HeaderMap;
use std::borrow::Cow;

/// A signature of the profile that the other side has asked for with `Accept-Signature` (RFC 9421 5).
///
/// Nobody vouches for the wish. Following it never makes a signature weaker: what the profile demands is covered in any
/// case (SIG-3.5-13), and its label and further components are added.
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use wimse_httpsig::{RequestOptions, WantedSignature};
///
/// let mut headers = HeaderMap::new();
/// let field = r#"sig1=("@method" "@authority" "cache-control");created;expires;tag="wimse-workload-to-workload""#;
/// headers.insert("accept-signature", HeaderValue::from_static(field));
/// let wanted = WantedSignature::from_headers(&headers)?.ok_or("nothing is wanted")?;
/// assert_eq!(wanted.label(), "sig1");
/// let options = RequestOptions::default().following(wanted);
/// # let _ = options;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct WantedSignature(SignatureInput);

impl WantedSignature {
    /// The first wish with the tag of the profile. One for a certain key or algorithm cannot be granted, and is passed
    /// over.
    ///
    /// # Errors
    ///
    /// A [`FieldError`] if the field is malformed.
    pub fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, FieldError> {
        let Some(accept) = AcceptSignature::parse(headers)? else { return Ok(None) };
        let mut ours = accept.requests().filter(|wish| {
            let has = |name| wish.parameters().contains(name);
            matches!(wish.tag(), Ok(Some(tag)) if tag == TAG) && !has("keyid") && !has("alg")
        });
        Ok(ours.next().cloned().map(Self))
    }

    /// The label that is asked for.
    #[must_use]
    pub fn label(&self) -> &str {
        self.0.label()
    }

    /// The nonce that is asked for. To grant it, sign with it: it is then good for one message, and unpredictable only
    /// if the other side has made it so.
    #[must_use]
    pub fn nonce(&self) -> Option<Cow<'_, str>> {
        self.0.nonce().ok().flatten()
    }

    /// The `wimse-aud` that is asked for. Never grant it but by configuration: whoever receives a signature that is meant
    /// for another can pass it on to that one.
    #[must_use]
    pub fn audience(&self) -> Option<Cow<'_, str>> {
        self.0.string(WIMSE_AUD).ok().flatten()
    }

    /// What is asked for besides that which the profile demands where it is there.
    pub(crate) fn further(&self) -> impl Iterator<Item = CoveredComponent<'_>> {
        self.0.components().filter(|component| !coverage::may_be_required(*component))
    }
}
