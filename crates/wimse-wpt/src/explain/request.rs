//! The rules for a request or message: fields, WIT, WPT, replay.

use super::meaning::REPLAY;
use super::table::CONTEXT_FIELDS;
use super::{Coded, Explanation, fields};
use crate::context::{self, Gathered, Repeated};
use crate::{Message, Verifier, WptError};
use http::header::HeaderMap;
use http::{Request, Uri, request};
use wimse_creds::explain::judge_wit_field;
use wimse_creds::pop::{AuthenticatedPeer, CheckedProof, ReplayGuard};
use wimse_creds::{UnixTime, WorkloadIdentityToken};

impl Coded for WptError {
    fn code(&self) -> &'static str {
        Self::code(self)
    }
}

impl Verifier {
    /// Judges a request by every rule of [`verify`](Self::verify), in its order, and goes on after a refusal wherever a
    /// later rule can still be judged.
    ///
    /// It accepts what `verify` accepts, and its first refusal has the code of the error of `verify`. If the WIT is
    /// refused and can be read, the WPT is judged by the key that the WIT claims, and the texts say so.
    ///
    /// The guard is asked by a real verification, and only when every other rule is met: an accepted request is then
    /// admitted, and used up, as by `verify`. Explain a request that was refused before with a guard that has seen the
    /// same, or with [`NoReplayGuard`](wimse_creds::pop::NoReplayGuard).
    ///
    /// For local use: it does the work of several verifications, and a peer must not learn what it says. See
    /// [`explain`](crate::explain) for an example.
    #[must_use]
    pub fn explain<B>(&self, request: &Request<B>, guard: &dyn ReplayGuard, now: UnixTime) -> Explanation {
        let found = self.explain_head(request.uri(), request.headers(), now);
        explain_replay(found, || self.verify(request, guard, now))
    }

    /// As [`explain`](Self::explain), for the head of a request.
    #[must_use]
    pub fn explain_parts(
        &self,
        parts: &request::Parts,
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Explanation {
        let found = self.explain_head(&parts.uri, &parts.headers, now);
        explain_replay(found, || admit(self.check_parts(parts, now), guard, now))
    }

    /// As [`explain`](Self::explain), for a message that is not an HTTP request.
    #[must_use]
    pub fn explain_message(
        &self,
        message: &Message<'_>,
        guard: &dyn ReplayGuard,
        now: UnixTime,
    ) -> Explanation {
        let tokens = Tokens {
            wit: Some(message.wit),
            proof: Some(message.proof),
            path: message.path,
            context: Some((message.txn_token, message.context.clone())),
            is_http: false,
        };
        let found = self.explain_tokens(Explanation::new(), &tokens, now);
        explain_replay(found, || admit(self.check_message(message, now), guard, now))
    }

    fn explain_head(&self, uri: &Uri, headers: &HeaderMap, now: UnixTime) -> Explanation {
        let mut found = Explanation::new();
        let wit = judge_wit_field(&mut found, headers);
        let proof = fields::explain_authorization(&mut found, headers);
        let gathered = context::gather(headers, &self.context_fields)
            .map_err(|Repeated(name)| WptError::ContextRepeated(name));
        let context = found.judge(&[&CONTEXT_FIELDS], gathered);
        self.explain_tokens(
            found,
            &Tokens { wit, proof, path: Some(uri.path()), context, is_http: true },
            now,
        )
    }

    fn explain_tokens(&self, mut found: Explanation, tokens: &Tokens<'_>, now: UnixTime) -> Explanation {
        let explained = tokens.wit.map(|wit| self.wits.explain(wit, now));
        let is_vouched_for = explained.as_ref().is_some_and(Explanation::is_accepted);
        match explained {
            Some(explained) => found = found.join(explained),
            None => self.wits.not_reached(&mut found),
        }
        let claimed =
            tokens.wit.and_then(|wit| WorkloadIdentityToken::parse_with(wit, self.wits.policy()).ok());
        let credential = Credential {
            key: claimed.and_then(|wit| wit.claimed_confirmation_key().ok()),
            wit: tokens.wit,
            is_vouched_for,
        };
        self.explain_proof(&mut found, tokens, &credential, now);
        found
    }
}

/// What a message carries, as far as it could be found.
pub(super) struct Tokens<'a> {
    pub(super) wit: Option<&'a str>,
    pub(super) proof: Option<&'a str>,
    pub(super) path: Option<&'a str>,
    pub(super) context: Option<Gathered<'a>>,
    /// Whether the context is from header fields, which are judged before the tokens.
    pub(super) is_http: bool,
}

/// What the WIT says of its key, vouched for or not.
pub(super) struct Credential<'a> {
    pub(super) key: Option<wimse_creds::key::PublicKey>,
    pub(super) wit: Option<&'a str>,
    pub(super) is_vouched_for: bool,
}

/// WPT-2-23: only now, so that what is refused is not remembered.
fn explain_replay(
    mut found: Explanation,
    verify: impl FnOnce() -> Result<AuthenticatedPeer, WptError>,
) -> Explanation {
    if found.is_accepted() {
        found.judge(&[&REPLAY], verify());
    } else {
        found.not_reached(&[&REPLAY]);
    }
    found
}

fn admit(
    checked: Result<CheckedProof, WptError>,
    guard: &dyn ReplayGuard,
    now: UnixTime,
) -> Result<AuthenticatedPeer, WptError> {
    checked?.admit(guard, now).map_err(WptError::Admit)
}
