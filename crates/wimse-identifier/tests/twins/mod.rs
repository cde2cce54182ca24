//! Refused texts, each beside an accepted one that differs from it in one thing.

use wimse_identifier::IdentifierPolicy;

/// Code, refused text, accepted twin.
pub(crate) type Twin = (&'static str, &'static str, &'static str);

pub(crate) fn assert_twins(policy: &IdentifierPolicy, twins: &[Twin]) {
    for (code, refused, accepted) in twins {
        match policy.parse(refused) {
            Ok(_) => panic!("accepted, not {code}: {refused}"),
            Err(error) => assert_eq!(error.code(), *code, "{refused}"),
        }
        match policy.parse(accepted) {
            Ok(identifier) => assert_eq!(identifier.as_str(), *accepted),
            Err(error) => panic!("{}: {accepted}", error.code()),
        }
    }
}
