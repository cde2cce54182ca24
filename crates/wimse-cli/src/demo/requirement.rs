//! Which requirement of the drafts decides a refusal, by its code.

/// The id in the requirement catalogue of the draft, such as `WPT-2-23`.
pub(crate) fn deciding(code: &str) -> Option<&'static str> {
    TABLE.iter().find(|(known, _)| *known == code).map(|(_, requirement)| *requirement)
}

const TABLE: &[(&str, &str)] = &[
    ("authorization.not_permitted", "WIT-9.2-1"),
    ("wit.expired", "WIT-5.1.4-7"),
    ("wit.field_missing", "WIT-5.1.1-1"),
    ("wit.field_repeated", "WIT-5.1.1-1"),
    ("wit.iss_not_allowed", "WIT-9.1-2"),
    ("wit.kid_unknown", "WIT-5.1.4-8"),
    ("wit.signature", "WIT-5.1.4-4"),
    ("wit.trust_domain_unknown", "ID-7.3-1"),
    ("wpt.alg_mismatch", "WPT-2-16"),
    ("wpt.audience_mismatch", "WPT-2-19"),
    ("wpt.authorization_missing", "WPT-2-14"),
    ("wpt.authorization_repeated", "WPT-2-14"),
    ("wpt.expired", "WPT-2-20"),
    ("wpt.lifetime_too_long", "WPT-2-21"),
    ("wpt.other_scheme", "WPT-2-14"),
    ("wpt.replayed", "WPT-2-23"),
    ("wpt.signature", "WPT-2-17"),
    ("wpt.tth_mismatch", "WPT-2-24"),
    ("wpt.tth_missing", "WPT-2-24"),
    ("wpt.tth_without_token", "WPT-2-24"),
    ("wpt.wth_mismatch", "WPT-2-22"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_requirement_is_in_the_catalogue() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/requirements");
        let catalogue: String = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        for (code, requirement) in TABLE {
            assert!(catalogue.contains(&format!("\"id\": \"{requirement}\"")), "{code}: {requirement}");
        }
    }

    #[test]
    fn codes_stand_once_and_in_order() {
        assert!(TABLE.is_sorted_by(|one, next| one.0 < next.0));
        assert_eq!(deciding("wpt.replayed"), Some("WPT-2-23"));
        assert_eq!(deciding("wpt.replaye"), None);
    }
}
