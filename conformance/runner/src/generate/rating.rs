//! How much a case matters, told by the levels of its requirements and by the reason of a refusal.

use std::{collections::BTreeMap, error::Error};

use crate::{
    load::read_folder,
    requirement::Catalogue,
    requirements_dir,
    vector::{Expectation, Importance, Vector},
};

/// The level of each requirement.
pub(super) struct Levels(BTreeMap<String, Level>);

/// The strength of a BCP 14 word.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Level {
    May,
    Should,
    Must,
}

impl Levels {
    /// Those of the catalogue beside this crate.
    pub(super) fn read() -> Result<Self, Box<dyn Error>> {
        let catalogues: Vec<Catalogue> = read_folder(&requirements_dir())?;
        let requirements = catalogues.into_iter().flat_map(|catalogue| catalogue.requirements);
        let level = |word: &str| match word {
            "MUST" | "MUST NOT" => Level::Must,
            "MAY" => Level::May,
            _ => Level::Should,
        };
        Ok(Self(requirements.map(|requirement| (requirement.id, level(&requirement.level))).collect()))
    }

    /// Sets `importance` and `can_fail`; what the texts leave open stays so.
    pub(super) fn rate(&self, vector: &mut Vector) {
        let levels = vector.requirements.iter().filter_map(|id| self.0.get(id));
        let strongest = levels.max().copied().unwrap_or(Level::Must);
        vector.importance = importance(vector, strongest);
        vector.can_fail = match strongest {
            _ if vector.can_fail || is_own_limit(vector) => true,
            Level::Must => false,
            Level::Should => true,
            // Who may do something need not; what others may do has to be accepted.
            Level::May => !vector.is_accepted() || MAKING.contains(&vector.operation.as_str()),
        };
    }
}

/// Whether it is refused for a number that no text names and that the case does not configure.
fn is_own_limit(vector: &Vector) -> bool {
    let codes = vector.expect.codes();
    let configured = vector.config.keys().any(|name| name.starts_with("max_"));
    let is_limit = |code: &String| {
        let reason = code.split_once('.').map_or("", |(_, reason)| reason);
        LIMITS.contains(&reason)
    };
    !codes.is_empty() && codes.iter().all(is_limit) && !configured
}

/// Reasons of refusals for size and number alone. The length of identifiers is not among them: a draft names it.
const LIMITS: &[&str] = &[
    "chain_too_long",
    "field_too_large",
    "too_deep",
    "too_large",
    "too_many_components",
    "too_many_keys",
    "too_many_members",
    "too_many_parameters",
    "too_many_signatures",
];

fn importance(vector: &Vector, strongest: Level) -> Importance {
    if vector.is_accepted() {
        let prints =
            matches!(&vector.expect, Expectation::Accept { outputs } if outputs.contains_key("leaked"));
        return match strongest {
            _ if prints => Importance::High,
            Level::Must => Importance::Medium,
            Level::Should | Level::May => Importance::Low,
        };
    }
    let decisive = vector.expect.codes().iter().any(|code| is_decisive(code));
    match (strongest, decisive) {
        (Level::Must, true) => Importance::Critical,
        (Level::Must, false) | (Level::Should, true) => Importance::High,
        (Level::Should, false) | (Level::May, true) => Importance::Medium,
        (Level::May, false) => Importance::Low,
    }
}

/// Whether what is refused for this reason would else be taken for the message, or the right, of somebody else.
fn is_decisive(code: &str) -> bool {
    let (area, reason) = code.split_once('.').unwrap_or(("", code));
    matches!(area, "authorization" | "layers") || DECISIVE.contains(&reason) || DECISIVE_CODES.contains(&code)
}

/// Reasons that weigh the same wherever they occur.
const DECISIVE: &[&str] = &[
    "alg_mismatch",
    "alg_none",
    "alg_symmetric",
    "anchor_missing",
    "audience_mismatch",
    "ca_as_leaf",
    "ca_basic_constraints",
    "cnf_alg_none",
    "cnf_alg_symmetric",
    "cnf_jwk_missing",
    "cnf_missing",
    "cnf_private_member",
    "cnf_symmetric",
    "denied",
    "digest_mismatch",
    "digest_missing",
    "expired",
    "issuer_not_ca",
    "key_ambiguous",
    "key_mismatch",
    "kid_unknown",
    "name_constraint",
    "name_mismatch",
    "not_covered",
    "oth_mismatch",
    "path_length",
    "peer_unexpected",
    "replayed",
    "req_nonce_mismatch",
    "response_unsigned",
    "shared_ca",
    "shared_key",
    "signature",
    "trust_domain_unknown",
    "tth_mismatch",
    "unknown_issuer",
    "unsigned",
    "wth_mismatch",
];

/// Codes whose reason weighs less elsewhere.
const DECISIVE_CODES: &[&str] = &[
    "handle.unmapped",
    "identifier.not_equal",
    "mtls.certificate_missing",
    "mtls.not_expected",
    "mtls.not_mapped",
    "mtls.other_name",
    "wic.eku",
    "wic.issue_other_origin",
    "wic.request_signature",
    "wic.uri_repeated",
    "wit.iss_not_allowed",
    "wit.typ_mismatch",
    "wpt.typ_mismatch",
];

/// Operations that make something.
const MAKING: &[&str] = &[
    "credential.sign",
    "httpsig.sign",
    "jws.sign",
    "profile.accept_signature",
    "profile.answer",
    "profile.sign_request",
    "profile.sign_response",
    "wic.issue",
    "wit.issue",
    "wpt.answer",
    "wpt.create",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn can_fail(vector: Vector) -> bool {
        can_fail_at(Level::Must, vector)
    }

    fn can_fail_at(level: Level, vector: Vector) -> bool {
        let mut vector = vector.requires(&["X-1"]);
        Levels(BTreeMap::from([("X-1".to_owned(), level)])).rate(&mut vector);
        vector.can_fail
    }

    #[test]
    fn what_others_may_do_has_to_be_accepted() {
        let judged = Vector::accepted("x", "wit.verify", "A case.");
        let made = Vector::accepted("y", "wit.issue", "A case.");
        let refused = judged.refused("x-no", &["wit.no"], "it", "A.");
        let at = |level| [&judged, &made, &refused].map(|vector| can_fail_at(level, vector.clone()));
        assert_eq!(at(Level::May), [false, true, true]);
        assert_eq!(at(Level::Should), [true, true, true]);
        assert_eq!(at(Level::Must), [false, false, false]);
    }

    #[test]
    fn a_limit_that_no_text_names_is_not_demanded_of_others() {
        let refused =
            |codes: &[&str]| Vector::accepted("x", "y.z", "A case.").refused("x-no", codes, "it", "A.");
        assert!(can_fail(refused(&["wit.too_large"])));
        assert!(can_fail(refused(&["httpsig.too_many_signatures", "httpsig.field_too_large"])));
        assert!(!can_fail(refused(&["wit.too_large"]).config("max_bytes", 16)));
        assert!(!can_fail(refused(&["wit.too_large", "wit.signature"])));
        assert!(!can_fail(refused(&["identifier.too_long"])));
    }

    #[test]
    fn what_is_left_open_stays_so() {
        let accepted = Vector::accepted("x", "y.z", "A case.");
        assert!(!can_fail(accepted.clone()));
        assert!(can_fail(accepted.left_open()));
    }
}
