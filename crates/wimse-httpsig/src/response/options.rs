//! What the signature of a response says besides the necessary.

use crate::WantedSignature;
use crate::digest::DigestAlgorithm;
use crate::message::Component;
use crate::signing::SigningOptions;
use std::time::Duration;

/// How responses are signed.
///
/// ```
/// use wimse_httpsig::ResponseOptions;
///
/// let options = ResponseOptions::default().cover_request_wit().cover_request_digest();
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Default)]
pub struct ResponseOptions {
    pub(super) signing: SigningOptions,
    pub(super) request_wit: bool,
    pub(super) request_digest: bool,
}

impl ResponseOptions {
    /// The lifetime of a signature: 60 seconds.
    pub const DEFAULT_LIFETIME: Duration = SigningOptions::DEFAULT_LIFETIME;
    /// The longest lifetime of a signature: 300 seconds.
    pub const MAX_LIFETIME: Duration = SigningOptions::MAX_LIFETIME;

    /// Covers the WIT of the request, which ties the response to its requester and not only to a nonce that others can
    /// copy.
    #[must_use]
    pub fn cover_request_wit(mut self) -> Self {
        self.request_wit = true;
        self
    }

    /// Covers the `Content-Digest` of the request, where that has one.
    #[must_use]
    pub fn cover_request_digest(mut self) -> Self {
        self.request_digest = true;
        self
    }

    /// Sets the lifetime, 1 to 300 whole seconds. Others fail when a response is signed.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.signing.lifetime = lifetime;
        self
    }

    /// Covers these components too, besides those of the profile. A response that does not have one of them is not
    /// signed; of the request, only fields that its own signature covers can be covered.
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

    /// Does what the client has asked for with `Accept-Signature`: uses its label, and covers its components besides those of the profile.
    ///
    /// One that has a component which is not known, or which the message does not have, fails when it is signed.
    #[must_use]
    pub fn following(mut self, wanted: WantedSignature) -> Self {
        self.signing.label = Some(wanted.label().to_owned());
        self.signing.wanted = Some(wanted);
        self
    }

    /// Sets the algorithm of `Content-Digest`: SHA-256 unless set.
    #[must_use]
    pub fn digest_algorithm(mut self, algorithm: DigestAlgorithm) -> Self {
        self.signing.digest_algorithm = algorithm;
        self
    }
}
