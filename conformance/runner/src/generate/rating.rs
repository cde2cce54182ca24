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

    /// Sets `importance` and `can_fail`.
    pub(super) fn rate(&self, vector: &mut Vector) {
        let levels = vector.requirements.iter().filter_map(|id| self.0.get(id));
        let strongest = levels.max().copied().unwrap_or(Level::Must);
        vector.importance = importance(vector, strongest);
        vector.can_fail = match strongest {
            Level::Must => false,
            Level::Should => true,
            // Who may do something need not; what others may do has to be accepted.
            Level::May => !vector.is_accepted() || MAKING.contains(&vector.operation.as_str()),
        };
    }
}

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
