//! The signature base (RFC 9421 2.5): the bytes that are signed.

use super::error::{BaseError, ComponentError};
use super::{CoveredComponent, Excerpt, Message, SignatureInput, derived, field};
use std::fmt;

/// The signature base of one signature over one message. ASCII, lines separated by LF, none at the end.
///
/// `Debug` shows the length only: there are tokens in it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignatureBase(String);

impl SignatureBase {
    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The bytes to sign or to verify.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for SignatureBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureBase").field("bytes", &self.0.len()).finish_non_exhaustive()
    }
}

impl SignatureInput {
    /// Makes the signature base over a message.
    ///
    /// A list without components has one too (RFC 9421 B.2.1); what such a signature is worth is for the caller to say.
    ///
    /// ```
    /// use wimse_httpsig::message::{Component, RequestMessage, SignatureInput, TargetContext};
    ///
    /// let request = http::Request::post("https://api.example.com/orders").body(())?;
    /// let message = RequestMessage::of(&request, TargetContext::of_uri(request.uri()));
    /// let input = SignatureInput::builder("sig1").component(Component::METHOD).build()?;
    /// assert_eq!(input.base(&message)?.as_str(), "\"@method\": POST\n\"@signature-params\": (\"@method\")");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A [`BaseError`] that names the first component without a value.
    pub fn base<'m>(&self, message: impl Into<Message<'m>>) -> Result<SignatureBase, BaseError> {
        let message = message.into();
        let mut base = String::with_capacity(ROOM_FOR_VALUES + 2 * self.as_str().len());
        let mut searched = 0;
        for component in self.components() {
            write_line(component, message, &mut searched, &mut base)
                .map_err(|reason| BaseError { component: Excerpt::new(component.as_str()), reason })?;
        }
        base.push_str("\"@signature-params\": ");
        base.push_str(self.as_str());
        Ok(SignatureBase(base))
    }
}

/// Enough for a token in a field, so that the usual base grows once at most.
const ROOM_FOR_VALUES: usize = 1536;

/// Bytes of queries and structured fields that are searched for one base, those that are searched again counted again:
/// 32 KiB. A sender decides how many components look into one long field.
const MAX_SEARCHED: usize = 32 * 1024;

fn write_line(
    component: CoveredComponent<'_>,
    message: Message<'_>,
    searched: &mut usize,
    base: &mut String,
) -> Result<(), ComponentError> {
    base.push_str(component.as_str());
    base.push_str(": ");
    let component = component.understood()?;
    *searched += derived::searched_bytes(&component, message) + field::searched_bytes(&component, message);
    if *searched > MAX_SEARCHED {
        return Err(match component.query_name {
            Some(_) => ComponentError::QueryTooLarge { limit: MAX_SEARCHED },
            None => ComponentError::FieldTooLarge { limit: MAX_SEARCHED },
        });
    }
    component.write_value(message, base)?;
    base.push('\n');
    Ok(())
}
