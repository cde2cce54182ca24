//! The keys of all parties, of one algorithm: what a case shows by P-256 keys, its twin shows by Ed25519 keys.

use std::error::Error;

use super::{
    Cases,
    authorities::{
        BETWEEN_ED25519, BETWEEN_ES256, CA_ED25519, CA_ES256, HOST_CA_ED25519, HOST_CA_ES256,
        NEXT_CA_ED25519, NEXT_CA_ES256, NEXT_WORKLOAD_ED25519, NEXT_WORKLOAD_ES256, OTHER_CA_ED25519,
        OTHER_CA_ES256, SERVER_ED25519, SERVER_ES256,
    },
    tokens::{
        ISSUER_ED25519, ISSUER_ES256, KeyPair, Members, OTHER_WORKLOAD_ED25519, OTHER_WORKLOAD_ES256,
        WORKLOAD_ED25519, WORKLOAD_ES256, sign, wit_claims, wit_header,
    },
};
use crate::vector::Vector;

/// Who has which key.
pub(super) struct Keys {
    /// The JOSE name of the algorithm.
    pub(super) algorithm: &'static str,
    pub(super) issuer: KeyPair,
    pub(super) issuer_kid: &'static str,
    pub(super) workload: KeyPair,
    /// The thumbprint of `workload`, computed by other means than the crates under test.
    pub(super) thumbprint: &'static str,
    /// A second workload, or an attacker.
    pub(super) other_workload: KeyPair,
    /// What the workload rotates to.
    pub(super) next_workload: KeyPair,
    /// A key of the workload of the other algorithm.
    pub(super) other_kind: KeyPair,
    pub(super) server: KeyPair,
    pub(super) ca: KeyPair,
    pub(super) next_ca: KeyPair,
    pub(super) other_ca: KeyPair,
    pub(super) between: KeyPair,
    pub(super) host_ca: KeyPair,
}

/// P-256.
pub(super) const ES256: Keys = Keys {
    algorithm: "ES256",
    issuer: ISSUER_ES256,
    issuer_kid: "issuer-es256",
    workload: WORKLOAD_ES256,
    thumbprint: "fSrJ5d32sl0poulZ8yFurkHIHJKXt1-a7H4XC4jMW8Q",
    other_workload: OTHER_WORKLOAD_ES256,
    next_workload: NEXT_WORKLOAD_ES256,
    other_kind: WORKLOAD_ED25519,
    server: SERVER_ES256,
    ca: CA_ES256,
    next_ca: NEXT_CA_ES256,
    other_ca: OTHER_CA_ES256,
    between: BETWEEN_ES256,
    host_ca: HOST_CA_ES256,
};

/// Ed25519, from the leaf to the root.
const ED25519: Keys = Keys {
    algorithm: "Ed25519",
    issuer: ISSUER_ED25519,
    issuer_kid: "issuer-ed25519",
    workload: WORKLOAD_ED25519,
    thumbprint: "F7lgkyb02LYxmPBOObWp2q5CbnzLaBJ-K8BCC8w_DFg",
    other_workload: OTHER_WORKLOAD_ED25519,
    next_workload: NEXT_WORKLOAD_ED25519,
    other_kind: WORKLOAD_ES256,
    server: SERVER_ED25519,
    ca: CA_ED25519,
    next_ca: NEXT_CA_ED25519,
    other_ca: OTHER_CA_ED25519,
    between: BETWEEN_ED25519,
    host_ca: HOST_CA_ED25519,
};

impl Keys {
    /// The header of a WIT by the issuer.
    pub(super) fn wit_header(&self) -> Members {
        wit_header().string("alg", self.algorithm).string("kid", self.issuer_kid)
    }

    /// The usual WIT of the workload with other claims, signed by the issuer.
    pub(super) fn wit(&self, change: impl FnOnce(Members) -> Members) -> Result<String, Box<dyn Error>> {
        sign(self.issuer, &self.wit_header().text(), &change(wit_claims(self.workload)).text())
    }
}

/// The cases by P-256 keys and, by Ed25519 keys, those in which a key, a signature or its possession is what is wrong,
/// with the accepted cases that those differ from, and the first. The ids of the latter say so.
pub(super) fn by_both(make: impl Fn(&Keys) -> Cases) -> Cases {
    let mut vectors = make(&ES256)?;
    let edwards = make(&ED25519)?;
    let is_asked =
        |id: &String| edwards.iter().any(|vector| is_of_keys(vector) && vector.twin.as_ref() == Some(id));
    let asked = edwards.iter().enumerate().filter(|(number, vector)| {
        if vector.is_accepted() { *number == 0 || is_asked(&vector.id) } else { is_of_keys(vector) }
    });
    vectors.extend(asked.map(|(_, vector)| vector.clone().suffixed("-ed25519").needs("Ed25519")));
    Ok(vectors)
}

/// Whether it is refused for a key, a signature or what is not possessed.
fn is_of_keys(vector: &Vector) -> bool {
    let reason = |code: &String| OF_KEYS.contains(&code.split_once('.').map_or("", |(_, reason)| reason));
    vector.expect.codes().iter().any(reason)
}

const OF_KEYS: &[&str] =
    &["issue_issuer_key", "key_mismatch", "possession", "request_signature", "signature", "unknown_issuer"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_judged_of_keys_is_judged_of_both() {
        let make = |_: &Keys| -> Cases {
            let [first, forged, other] =
                ["first", "forged", "other"].map(|id| Vector::accepted(id, "y.z", "A case."));
            Ok(vec![
                first.clone(),
                forged.clone(),
                other.clone(),
                first.refused("first-late", &["y.expired"], "it", "An attack."),
                forged.refused("forged-no", &["y.unknown_issuer", "y.signature"], "it", "An attack."),
                other.refused("other-late", &["y.expired"], "it", "An attack."),
            ])
        };
        let vectors = by_both(make).unwrap();
        let of_edwards = vectors.iter().skip(6).map(|vector| (&*vector.id, vector.twin.as_deref()));
        let expected = [
            ("first-ed25519", None),
            ("forged-ed25519", None),
            ("forged-no-ed25519", Some("forged-ed25519")),
        ];
        assert_eq!(of_edwards.collect::<Vec<_>>(), expected);
        assert!(vectors.iter().skip(6).all(|vector| vector.features == ["Ed25519"]));
    }
}
