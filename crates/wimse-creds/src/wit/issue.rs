//! Issuing a WIT.

use super::claims::{WitClaims, text};
use super::{WitIssueError, WitPolicy, WorkloadIdentityToken, rules};
use crate::jose::{ClaimsWriter, MediaType, compact};
use crate::key::SigningKey;

impl WitClaims {
    /// Signs the claims with the issuer's key, under the default policy.
    ///
    /// The `kid` of the key goes into the header. What a verifier with the same policy would refuse is not issued.
    ///
    /// # Errors
    ///
    /// A [`WitIssueError`].
    pub fn sign(&self, issuer_key: &SigningKey) -> Result<WorkloadIdentityToken, WitIssueError> {
        self.sign_under(&WitPolicy::default(), issuer_key)
    }

    /// Signs the claims under a policy, such as [`WitPolicy::wit_svid`].
    ///
    /// # Errors
    ///
    /// A [`WitIssueError`].
    pub fn sign_under(
        &self,
        policy: &WitPolicy,
        issuer_key: &SigningKey,
    ) -> Result<WorkloadIdentityToken, WitIssueError> {
        if self.key.material() == issuer_key.public_key().material() {
            return Err(WitIssueError::IssuerKey);
        }
        let mut header = ClaimsWriter::new();
        header.text("alg", issuer_key.algorithm().name());
        header.text("typ", MediaType::WIT.name());
        if let Some(kid) = issuer_key.public_key().key_id() {
            header.text("kid", text("kid", kid)?);
        }
        let signing_input = compact::signing_input(&header.finish(), &self.to_json()?);
        let signature = issuer_key.sign(signing_input.as_bytes()).map_err(WitIssueError::Signing)?;
        let token = compact::join(signing_input, &signature);
        self.check(&token, policy).map_err(WitIssueError::Refused)
    }

    /// Reads the token back by the rules of verification that do not need an anchor.
    fn check(&self, token: &str, policy: &WitPolicy) -> Result<WorkloadIdentityToken, super::WitError> {
        let token = WorkloadIdentityToken::parse_with(token, policy)?;
        rules::algorithm_name(token.algorithm, policy)?;
        rules::profile(&(&token).into(), policy)?;
        rules::lifetime(token.expires, token.issued_at, policy, self.validity.start)?;
        rules::audience(token.has_audience, policy)?;
        // The key itself is one of ours, and valid.
        rules::confirmation_algorithm(self.key.algorithm(), policy)?;
        rules::token_id(token.claimed_token_id(), policy.token_id_required)?;
        if policy.issuer_required && token.issuer.is_none() {
            return Err(super::WitError::IssuerMissing);
        }
        Ok(token)
    }
}
