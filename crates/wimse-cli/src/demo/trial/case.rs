//! What is tried, and what should come of it.

use crate::demo::caller::Reading;
use crate::demo::log::{Proof, Verdict};
use crate::demo::report::{Outcome, Party};
use crate::demo::world::WEB;

/// What is tried, and what should come of it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(super) id: &'static str,
    pub(super) tried: &'static str,
    pub(super) expected: Outcome,
    /// What is to stand in the log of the callee, in any order.
    pub(super) log: Vec<Verdict>,
    /// What the caller is to make of the response.
    pub(super) reading: Reading,
}

impl Case {
    /// The caller proves itself with a WPT, and is to be greeted by its identifier.
    pub(crate) fn accepted(id: &'static str, tried: &'static str, caller: &'static str) -> Self {
        let accepted = Verdict::Accepted { caller: caller.to_owned(), by: Proof::Wpt, txn_token: false };
        let expected = Outcome { status: Some(200), code: None, refused_by: None };
        Self { id, tried, expected, log: vec![accepted], reading: Reading::Unsigned }
    }

    /// The proof is to cover a `Txn-Token`.
    pub(crate) fn covering_txn_token(mut self) -> Self {
        for verdict in &mut self.log {
            if let Verdict::Accepted { txn_token, .. } = verdict {
                *txn_token = true;
            }
        }
        self
    }

    /// The caller is to be authenticated in this way.
    pub(crate) fn by(mut self, proof: Proof) -> Self {
        for verdict in &mut self.log {
            if let Verdict::Accepted { by, .. } = verdict {
                *by = proof;
            }
        }
        self
    }

    /// The caller is to learn that this workload answered.
    pub(crate) fn answered_by(mut self, workload: &str) -> Self {
        self.reading = Reading::Signed(workload.to_owned());
        self
    }

    /// A request with a WPT is to be refused for the reason with this code.
    pub(crate) fn refused(id: &'static str, tried: &'static str, code: &'static str) -> Self {
        let status = if code == NOT_PERMITTED { 403 } else { 401 };
        let expected = Outcome { status: Some(status), code: Some(code), refused_by: Some(Party::Callee) };
        Self { id, tried, expected, log: vec![Verdict::Refused(code)], reading: Reading::Unsigned }
    }

    /// A request that has to be signed is to be refused for the reason with this code; the refusal is unsigned.
    pub(crate) fn signature_refused(id: &'static str, tried: &'static str, code: &'static str) -> Self {
        let mut case = Self::refused(id, tried, code);
        case.expected.status = Some(400);
        case.reading = Reading::Refused(UNSIGNED);
        case
    }

    /// Orders accepts a signed request of web, which is to refuse the response for the reason with this code.
    pub(crate) fn response_refused(id: &'static str, tried: &'static str, code: &'static str) -> Self {
        let mut case = Self::accepted(id, tried, WEB).by(Proof::Signature);
        case.expected.code = Some(code);
        case.expected.refused_by = Some(Party::Caller);
        case.reading = Reading::Refused(code);
        case
    }

    /// The status that reaches the caller.
    pub(crate) fn status(mut self, status: u16) -> Self {
        self.expected.status = Some(status);
        self
    }

    /// The callee has refused, besides or instead of what it has accepted.
    pub(crate) fn logged(mut self, log: impl IntoIterator<Item = Verdict>) -> Self {
        self.log = log.into_iter().collect();
        self
    }
}

/// The code of a caller who is known and may not call.
pub(crate) const NOT_PERMITTED: &str = "authorization.not_permitted";
/// The code of a response that should have been signed.
pub(super) const UNSIGNED: &str = "httpsig.response_unsigned";
