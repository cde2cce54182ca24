//! The one door between "vouched for" and "proven", for crates that implement a binding.
//!
//! Who calls [`Verified::prove_possession`] must already have checked, of the proof:
//!
//! - that it is exactly one, well-formed, and of the binding's type;
//! - that its algorithm is, as a string, that of the confirmation key;
//!
//! and must check, before [`Possession::into_checked`]:
//!
//! - that it is meant for this recipient and this message (audience, path, hashes, covered components);
//! - that it is valid now and not for longer than the policy allows;
//! - that it is bound to the very WIT that was verified.
//!
//! With the feature `wic` there is a second leaf to the door, for TLS, where the handshake itself is the proof. Who calls
//! `Verified<WorkloadIdentityCertificate>::with_transport_possession` must have checked:
//!
//! - that the handshake of this connection is finished, and that the peer has signed it with the key of this very
//!   certificate, or that the session resumes one of which that is true;
//! - that the certificate was verified for the role that the peer has in the connection, at the present time;
//! - that the identifier is one that is expected there (MTLS-3.2-2, -3).
//!
//! A binding that skips one of these hands out peers that nobody has authenticated.

#[cfg(feature = "wic")]
use super::peer::AuthenticatedPeer;
use super::peer::CheckedProof;
use super::replay::{Admissible, ReplayKey, ReplayScope};
use crate::key::SignatureError;
#[cfg(feature = "wic")]
use crate::wic::WorkloadIdentityCertificate;
use crate::{Verified, WorkloadIdentityToken};
use wimse_identifier::WorkloadIdentifier;

/// How possession was proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Binding {
    /// A Workload Proof Token (draft-ietf-wimse-wpt).
    WorkloadProofToken,
    /// A signature over an HTTP request or response (draft-ietf-wimse-http-signature).
    HttpSignature,
    /// A TLS handshake with a Workload Identity Certificate (draft-ietf-wimse-mutual-tls).
    MutualTls,
}

/// The presenter holds the private key of the WIT. What it signed is not judged yet.
#[derive(Debug)]
pub struct Possession {
    pub(super) credential: Verified<WorkloadIdentityToken>,
    pub(super) binding: Binding,
    pub(super) covered: Covered,
}

/// Names of what a proof covers, each followed by a line feed: one text, since there are several for each message.
#[derive(Debug, Default)]
pub(super) struct Covered(String);

impl Verified<WorkloadIdentityToken> {
    /// Checks the signature of a proof with the confirmation key, and with its algorithm only (WIT-5.1-13).
    ///
    /// # Errors
    ///
    /// [`SignatureError`].
    pub fn prove_possession(
        &self,
        binding: Binding,
        signing_input: &[u8],
        signature: &[u8],
    ) -> Result<Possession, SignatureError> {
        self.confirmation_key().verify(signing_input, signature)?;
        Ok(Possession { credential: self.clone(), binding, covered: Covered::default() })
    }
}

#[cfg(feature = "wic")]
impl Verified<WorkloadIdentityCertificate> {
    /// The peer of a TLS connection. See the [module](self) for what must have been checked before.
    #[must_use]
    pub fn with_transport_possession(&self) -> AuthenticatedPeer {
        AuthenticatedPeer::of_certificate(self.clone())
    }
}

impl Possession {
    /// Records that the proof covers a context field of the message, by its lower-case name.
    #[must_use]
    pub fn covering(mut self, field: impl AsRef<str>) -> Self {
        self.covered.push(field.as_ref());
        self
    }

    /// Whose credential it is. Whether the proof is fresh, and new, is not known yet: it is for refusing early, and for the
    /// sender's share of what is held meanwhile.
    #[must_use]
    pub fn sender(&self) -> &WorkloadIdentifier {
        self.credential.subject()
    }

    /// A replay key for an identifier that is unique within the sender, meaning its key (WPT-3.1.4-1).
    #[must_use]
    pub fn replay_key_within_sender(&self, scope: ReplayScope, id: impl Into<Box<str>>) -> ReplayKey {
        let within = Some(self.credential.confirmation_key().thumbprint());
        ReplayKey::new(scope, within, self.credential.subject().clone(), id.into())
    }

    /// A replay key for an identifier that is unique whoever sent it; the sender counts for its share only.
    #[must_use]
    pub fn replay_key(&self, scope: ReplayScope, id: impl Into<Box<str>>) -> ReplayKey {
        ReplayKey::new(scope, None, self.credential.subject().clone(), id.into())
    }

    /// The proof has passed every check but replay. `admissible` is when the binding's rules let it pass, with the leeway
    /// granted, and must not begin later than the first second in which any verifier of the service could have admitted
    /// it; if the credential expires earlier, so does the checked proof.
    pub fn into_checked(self, replay_key: ReplayKey, admissible: Admissible) -> CheckedProof {
        let until = admissible.until.min(self.credential.valid_until());
        CheckedProof::new(self, replay_key, Admissible { until, ..admissible })
    }
}

impl Covered {
    fn push(&mut self, name: &str) {
        // No field and no component has such a name: saying less is safe.
        if name.contains('\n') {
            return;
        }
        if self.0.is_empty() {
            self.0.reserve(USUAL_BYTES);
        }
        self.0.push_str(name);
        self.0.push('\n');
    }

    /// Whether a name is among them, in any case.
    pub(super) fn includes(&self, name: &str) -> bool {
        self.names().any(|covered| covered.eq_ignore_ascii_case(name))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split_terminator('\n')
    }
}

/// What the names of a usual signed request take.
const USUAL_BYTES: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covered_names_are_kept_apart() {
        let mut covered = Covered::default();
        assert!(!covered.includes("") && !covered.includes("a"));
        for name in ["txn-token", "", "@path", "a\nb"] {
            covered.push(name);
        }
        for name in ["txn-token", "Txn-Token", "", "@path"] {
            assert!(covered.includes(name), "{name}");
        }
        for name in ["txn", "token", "txn-token@path", "path", "a", "b", "a\nb", "@path\n"] {
            assert!(!covered.includes(name), "{name}");
        }
    }
}
