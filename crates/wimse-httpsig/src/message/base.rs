//! The signature base (RFC 9421 2.5): the bytes that are signed.

use super::error::{BaseError, ComponentError};
use super::{CoveredComponent, Excerpt, Message, SignatureInput};

/// The signature base of one signature over one message. ASCII, lines separated by LF, none at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        for component in self.components() {
            write_line(component, message, &mut base)
                .map_err(|reason| BaseError { component: Excerpt::new(component.as_str()), reason })?;
        }
        base.push_str("\"@signature-params\": ");
        base.push_str(self.as_str());
        Ok(SignatureBase(base))
    }
}

/// Enough for a token in a field, so that the usual base grows once at most.
const ROOM_FOR_VALUES: usize = 1536;

fn write_line(
    component: CoveredComponent<'_>,
    message: Message<'_>,
    base: &mut String,
) -> Result<(), ComponentError> {
    base.push_str(component.as_str());
    base.push_str(": ");
    component.understood()?.write_value(message, base)?;
    base.push('\n');
    Ok(())
}
