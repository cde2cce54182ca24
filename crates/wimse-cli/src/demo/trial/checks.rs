//! What holds across all rows.

use super::case::UNSIGNED;
use crate::demo::caller::Reading;
use crate::demo::report::{Check, Group};
use crate::demo::world::World;
use axum::body::Bytes;
use http::header::{CONTENT_TYPE, DATE, WWW_AUTHENTICATE};
use http::{HeaderMap, Response, StatusCode};
use wimse::httpsig::message::ACCEPT_SIGNATURE;

pub(super) fn all(world: &World, groups: &[Group], refusals: &Refusals) -> Vec<Check> {
    vec![
        refusals.same_for_proofs(),
        refusals.same_for_signatures(),
        refusals.not_signed(),
        genuine_accepted(groups),
        keys_not_fetched(world),
    ]
}

/// What refused callers saw.
#[derive(Default)]
pub(super) struct Refusals {
    /// Answers with 401, but for the date.
    proofs: Vec<(HeaderMap, Bytes)>,
    /// Answers with 400, but for the date.
    signatures: Vec<(HeaderMap, Bytes)>,
    /// How many of those their callers refused because they are unsigned.
    not_believed: usize,
}

impl Refusals {
    pub(super) fn keep(&mut self, answer: Response<Bytes>, reading: &Reading) {
        let (mut head, body) = answer.into_parts();
        head.headers.remove(DATE);
        match head.status {
            StatusCode::UNAUTHORIZED => self.proofs.push((head.headers, body)),
            StatusCode::BAD_REQUEST => {
                self.signatures.push((head.headers, body));
                self.not_believed += usize::from(*reading == Reading::Refused(UNSIGNED));
            }
            _ => {}
        }
    }

    fn same_for_proofs(&self) -> Check {
        let challenges = |headers: &HeaderMap| {
            headers.get(WWW_AUTHENTICATE).is_some_and(|challenge| challenge == "WPT")
                && headers.contains_key(CONTENT_TYPE)
        };
        let ok = self
            .proofs
            .first()
            .is_some_and(|first| challenges(&first.0) && self.proofs.iter().all(|refusal| refusal == first));
        let count = self.proofs.len();
        let says = format!(
            "A refused caller never learns why: all {count} answers with 401 have the same fields and the same body."
        );
        Check { id: "same-refusal", says, ok }
    }

    fn same_for_signatures(&self) -> Check {
        let (mut told, mut plain) = (Vec::new(), Vec::new());
        for (headers, body) in &self.signatures {
            let mut headers = headers.clone();
            let list = if headers.remove(ACCEPT_SIGNATURE).is_some() { &mut told } else { &mut plain };
            list.push((headers, body));
        }
        let ok = plain.first().is_some_and(|first| {
            first.0.contains_key(CONTENT_TYPE)
                && plain.iter().all(|refusal| refusal == first)
                && matches!(told.as_slice(), [one] if one == first)
        });
        let says = format!(
            "So have all {} answers with 400. Only a request without any signature is told which one to make.",
            self.signatures.len()
        );
        Check { id: "same-refusal-signed", says, ok }
    }

    fn not_signed(&self) -> Check {
        let count = self.signatures.len();
        let says = format!(
            "Orders signs nothing for those whom it does not know: web took none of these {count} for an answer of orders."
        );
        Check { id: "refusals-not-signed", says, ok: count > 0 && self.not_believed == count }
    }
}

fn genuine_accepted(groups: &[Group]) -> Check {
    let rows = groups.iter().flat_map(|group| &group.rows);
    let statuses: Vec<u16> = rows.filter_map(|row| row.genuine_status).collect();
    let count = statuses.len();
    let says = format!(
        "Only the meddling was refused: as they were sent, the {count} genuine messages behind it were accepted."
    );
    Check { id: "genuine-accepted", says, ok: count > 0 && statuses.iter().all(|status| *status == 200) }
}

fn keys_not_fetched(world: &World) -> Check {
    let count = world.elsewhere.key_sets_sent();
    let says = format!(
        "No token made anyone fetch keys: the foreign identity server was asked for its keys {count} times."
    );
    Check { id: "keys-not-fetched", says, ok: count == 0 }
}
