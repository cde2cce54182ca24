//! The section `[httpsig]`, judged and with its defaults.

use super::problem::Review;
use super::schema::{self, ResponseSigning, Scheme};
use super::settings::{leeway, lifetime};
use http::uri::Authority;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use toml::Spanned;
use wimse::creds::WitVerifier;
use wimse::creds::pop::Audience;
use wimse::httpsig::message::TargetContext;
use wimse::httpsig::{self, ResponseVerifier, Verifier};

/// What a signed request or response has to be. Times are in seconds.
#[derive(Debug, Serialize)]
pub(super) struct HttpsigSettings {
    pub(super) leeway: u64,
    pub(super) max_lifetime: u64,
    pub(super) min_nonce_chars: usize,
    /// As callers see us, for signatures that cover them; a request line has neither.
    pub(super) scheme: Option<Scheme>,
    pub(super) authority: Option<String>,
    pub(super) response_signing: ResponseSigning,
    pub(super) require_request_wit: bool,
    pub(super) require_request_digest: bool,
}

impl HttpsigSettings {
    pub(super) fn read(httpsig: &schema::Httpsig, review: &mut Review<'_>) -> Self {
        Self {
            leeway: leeway(httpsig.leeway.as_ref(), Verifier::DEFAULT_LEEWAY, review),
            max_lifetime: lifetime(httpsig.max_lifetime.as_ref(), Verifier::DEFAULT_MAX_LIFETIME, review),
            min_nonce_chars: min_nonce_chars(httpsig.min_nonce_chars.as_ref(), review),
            scheme: httpsig.scheme,
            authority: httpsig.authority.as_ref().and_then(|text| authority(text, review)),
            response_signing: httpsig.response_signing,
            require_request_wit: httpsig.require_request_wit,
            require_request_digest: httpsig.require_request_digest,
        }
    }

    /// Verifies requests.
    pub(super) fn verifier(&self, wits: Arc<WitVerifier>, audience: Audience) -> Verifier {
        Verifier::new(wits, audience)
            .leeway(Duration::from_secs(self.leeway))
            .max_lifetime(Duration::from_secs(self.max_lifetime))
            .min_nonce_chars(self.min_nonce_chars)
            .response_signing(match self.response_signing {
                ResponseSigning::Unsupported => httpsig::ResponseSigning::Unsupported,
                ResponseSigning::WhenRequired => httpsig::ResponseSigning::WhenRequired,
                ResponseSigning::Always => httpsig::ResponseSigning::Always,
            })
    }

    /// Verifies responses.
    pub(super) fn response_verifier(&self, wits: Arc<WitVerifier>) -> ResponseVerifier {
        let mut verifier = ResponseVerifier::new(wits)
            .leeway(Duration::from_secs(self.leeway))
            .max_lifetime(Duration::from_secs(self.max_lifetime))
            .min_nonce_chars(self.min_nonce_chars);
        if self.require_request_wit {
            verifier = verifier.require_request_wit();
        }
        if self.require_request_digest {
            verifier = verifier.require_request_digest();
        }
        verifier
    }

    /// The target of a request as it was received.
    pub(super) fn target<'a>(&'a self, raw: &'a str) -> TargetContext<'a> {
        let mut target = TargetContext::new(raw);
        if let Some(scheme) = self.scheme {
            target = target.scheme(scheme.name());
        }
        match &self.authority {
            Some(authority) => target.authority(authority.as_str()),
            None => target,
        }
    }
}

/// The longest nonce that is made here has 256.
const MAX_NONCE_CHARS: u64 = 256;

fn min_nonce_chars(given: Option<&Spanned<u64>>, review: &mut Review<'_>) -> usize {
    let Some(given) = given else { return 1 };
    if (1..=MAX_NONCE_CHARS).contains(given.get_ref()) {
        return usize::try_from(*given.get_ref()).unwrap_or(1);
    }
    let message = format!("a nonce has 1 to {MAX_NONCE_CHARS} characters");
    review.refuse("config.value", given.span(), message, "write 11 for 64 bits in base64url, 22 for 128");
    1
}

fn authority(text: &Spanned<String>, review: &mut Review<'_>) -> Option<String> {
    let parsed = text.get_ref().parse::<Authority>();
    if parsed.is_ok_and(|authority| !authority.as_str().contains('@')) {
        return Some(text.get_ref().clone());
    }
    let message = format!("{:?} is not host and port", text.get_ref());
    let fix = "write it as callers see it, such as api.example.com or api.example.com:8443";
    review.refuse("config.value", text.span(), message, fix);
    None
}
