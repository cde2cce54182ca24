//! Which requirement of the drafts decides a refusal, by its code.

use wimse::{httpsig, wpt};

/// The id in the requirement catalogue of the draft, such as `WPT-2-23`.
pub(crate) fn deciding(code: &str) -> Option<&'static str> {
    let found = wpt::explain::rule_of(code).or_else(|| httpsig::explain::rule_of(code));
    found.map(|(rule, refusal)| refusal.requirement().unwrap_or(rule.requirement()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wimse::creds;

    #[test]
    fn every_requirement_is_in_the_catalogue() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../conformance/requirements");
        let catalogue: String = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        let rules = [creds::explain::RULES, wpt::explain::RULES, httpsig::explain::RULES];
        for refusal in rules.into_iter().flatten().flat_map(|rule| rule.refusals()) {
            let requirement = deciding(refusal.code()).unwrap();
            let code = refusal.code();
            assert!(catalogue.contains(&format!("\"id\": \"{requirement}\"")), "{code}: {requirement}");
        }
    }

    #[test]
    fn each_crate_knows_its_codes() {
        assert_eq!(deciding("wpt.replayed"), Some("WPT-2-23"));
        assert_eq!(deciding("httpsig.replayed"), Some("SIG-3-37"));
        assert_eq!(deciding("authorization.not_permitted"), Some("WIT-9.2-1"));
        assert_eq!(deciding("wpt.replaye"), None);
    }
}
