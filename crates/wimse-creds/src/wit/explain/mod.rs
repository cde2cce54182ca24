//! The rules of verification, one after the other.

mod claims;
mod token;

use self::token::Token;
use super::{WitError, WitVerifier, wit_field};
use crate::UnixTime;
use crate::explain::{
    CLAIMS, Coded, DENY_LIST, EXPIRY_PRESENT, Explanation, FIELD, FORM, JWS, Rule, SUBJECT,
};
use http::header::HeaderMap;

impl Coded for WitError {
    fn code(&self) -> &'static str {
        Self::code(self)
    }
}

impl WitVerifier {
    /// Judges a token by every rule of [`verify`](Self::verify), in its order, and goes on after a refusal wherever a
    /// later rule can still be judged.
    ///
    /// It accepts what `verify` accepts, and its first refusal has the code of the error of `verify`. Rules that the
    /// configuration does not ask for are left out. The cache is neither read nor filled. Being accepted here
    /// authenticates nobody, and there is no credential to take from it: `verify` gives one.
    ///
    /// For local use: it does the work of several verifications, and a peer must not learn what it says. See
    /// [`explain`](crate::explain) for an example.
    #[must_use]
    pub fn explain(&self, compact: &str, now: UnixTime) -> Explanation {
        let mut found = Explanation::new();
        let token = Token::explain(&mut found, compact, self.policy());
        self.explain_claims(&mut found, &token, now);
        self.explain_deny_list(&mut found, compact, now);
        found
    }

    /// As [`explain`](Self::explain), for the token in the fields of a message (workload-creds 5.1.1): that there is
    /// exactly one comes first.
    ///
    /// ```
    /// use http::HeaderMap;
    /// use wimse_creds::trust::TrustAnchors;
    /// use wimse_creds::{UnixTime, WitPolicy, WitVerifier};
    ///
    /// let verifier = WitVerifier::new(TrustAnchors::none(), WitPolicy::default());
    /// let explanation = verifier.explain_field(&HeaderMap::new(), UnixTime::from_secs(1_800_000_000));
    /// let refused = explanation.first_refusal().and_then(|finding| finding.code());
    /// assert_eq!(refused, Some("wit.field_missing"));
    /// ```
    #[must_use]
    pub fn explain_field(&self, headers: &HeaderMap, now: UnixTime) -> Explanation {
        let mut found = Explanation::new();
        match judge_wit_field(&mut found, headers) {
            Some(wit) => found.join(self.explain(wit, now)),
            None => {
                self.not_reached(&mut found);
                found
            }
        }
    }

    /// Records that there is no token to be judged.
    #[doc(hidden)]
    pub fn not_reached(&self, found: &mut Explanation) {
        JWS.not_reached(found);
        found.not_reached(&[&SUBJECT, &EXPIRY_PRESENT, &CLAIMS]);
        self.explain_claims(found, &Token::default(), UnixTime::from_secs(0));
        if self.has_deny_list() {
            found.not_reached(&[&DENY_LIST]);
        }
    }

    /// By the real verification, and only once nothing else is left to refuse: a deny-list is asked about tokens that
    /// verify.
    fn explain_deny_list(&self, found: &mut Explanation, compact: &str, now: UnixTime) {
        if !self.has_deny_list() {
            return;
        }
        if !found.is_accepted() {
            found.not_reached(&[&DENY_LIST]);
            return;
        }
        let verified = self.verify_uncached(compact, now);
        found.judge(&[&DENY_LIST], verified.and_then(|(verified, _)| self.check_deny_list(&verified)));
    }
}

/// Judges the field of a message.
#[doc(hidden)]
pub fn judge_wit_field<'h>(found: &mut Explanation, headers: &'h HeaderMap) -> Option<&'h str> {
    let field = wit_field(headers);
    let rules: &[&Rule] = match &field {
        // One field, of what can be no token.
        Err(WitError::Token(_)) => &[&FIELD, &FORM],
        _ => &[&FIELD],
    };
    let field = found.judge(rules, field);
    let lines = headers.get_all(super::WORKLOAD_IDENTITY_TOKEN).iter().count();
    found.receive(&FIELD, format!("{lines} of them"));
    field
}
