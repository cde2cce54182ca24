//! What the signature of a request says besides the necessary.

use crate::WantedSignature;
use crate::digest::DigestAlgorithm;
use crate::message::Component;
use crate::signing::SigningOptions;
use std::time::Duration;

/// How requests are signed.
///
/// ```
/// use std::time::Duration;
/// use wimse_httpsig::RequestOptions;
/// use wimse_httpsig::message::Component;
///
/// let options = RequestOptions::default()
///     .require_signed_response()
///     .lifetime(Duration::from_secs(30))
///     .covering([Component::AUTHORITY, Component::field("idempotency-key")?]);
/// # Ok::<(), wimse_httpsig::message::ComponentError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct RequestOptions {
    pub(super) signing: SigningOptions,
    pub(super) audience: Option<String>,
    pub(super) response_required: bool,
    pub(super) accept_signature: bool,
    pub(super) secure_channel: bool,
}

/// Characters of a label that a server can choose.
const MAX_WANTED_LABEL: usize = 64;

impl RequestOptions {
    /// The lifetime of a signature: 60 seconds.
    pub const DEFAULT_LIFETIME: Duration = SigningOptions::DEFAULT_LIFETIME;
    /// The longest lifetime of a signature: 300 seconds.
    pub const MAX_LIFETIME: Duration = SigningOptions::MAX_LIFETIME;

    /// Demands a signed response: an unsigned one is refused, error responses included (SIG-3.3-1, SIG-3.5-4).
    #[must_use]
    pub fn require_signed_response(mut self) -> Self {
        self.response_required = true;
        self
    }

    /// Sets `wimse-aud` to a value agreed with the recipient, instead of the target URI without query (SIG-3.2-1).
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets the lifetime, 1 to 300 whole seconds. Others fail when a request is signed.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.signing.lifetime = lifetime;
        self
    }

    /// Covers these components too, besides those of the profile. A request that does not have one of them is not
    /// signed.
    #[must_use]
    pub fn covering(mut self, components: impl IntoIterator<Item = Component<'static>>) -> Self {
        self.signing.extra.extend(components);
        self
    }

    /// Sets the label. It means nothing to recipients. Without one it is `wimse`, or `wimse-2` and so on where that is
    /// taken; a given label that is taken is refused.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.signing.label = Some(label.into());
        self
    }

    /// Does what the server has asked for with `Accept-Signature`: uses its label, and covers its components besides those
    /// of the profile. A label of more than 64 characters is not used: it would go with every request, twice.
    ///
    /// One that has a component which is not known, or which the message does not have, fails when it is signed.
    #[must_use]
    pub fn following(mut self, wanted: WantedSignature) -> Self {
        let label = Some(wanted.label()).filter(|label| label.len() <= MAX_WANTED_LABEL);
        self.signing.label = label.map(str::to_owned).or(self.signing.label);
        self.signing.wanted = Some(wanted);
        self
    }

    /// Sets the algorithm of `Content-Digest`: SHA-256 unless set.
    #[must_use]
    pub fn digest_algorithm(mut self, algorithm: DigestAlgorithm) -> Self {
        self.signing.digest_algorithm = algorithm;
        self
    }

    /// Adds `Accept-Signature`, unless the request has one: what a signed response should cover. It is a preference; to
    /// demand one, see [`require_signed_response`](Self::require_signed_response) (SIG-3.5-9, SIG-3.5-10).
    #[must_use]
    pub fn accept_signature(mut self) -> Self {
        self.accept_signature = true;
        self
    }

    /// Says that the channel is secured by other means than TLS, or is loopback: a plain `http` target is accepted
    /// (SIG-5.1-2).
    #[must_use]
    pub fn channel_is_secure(mut self) -> Self {
        self.secure_channel = true;
        self
    }
}
