//! The rules of the parser, one after the other.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::table::{
    AUTHORITY, CHARACTERS, FRAGMENT, LENGTH, PATH, PATH_CHARACTERS, PATH_END, PATH_PERCENT_ENCODING,
    PATH_SEGMENTS, PORT, QUERY, SCHEME, TRUST_DOMAIN, TRUST_DOMAIN_CHARACTERS, TRUST_DOMAIN_END,
    TRUST_DOMAIN_LENGTH, TRUST_DOMAIN_NAME, TRUST_DOMAIN_PERCENT_ENCODING, USER_INFO,
};
use super::{Coded, Excerpt, Explanation, Rule};
use crate::byte::Classes;
use crate::error::IdentifierError;
use crate::scheme::SchemeRules;
use crate::syntax;

impl Coded for IdentifierError {
    fn code(&self) -> &'static str {
        Self::code(self)
    }
}

/// Judges every rule of `check_identifier`, and goes on wherever the next can still be judged.
pub(crate) fn explain_identifier(uri: &str, accepted: &[SchemeRules]) -> Explanation {
    let mut found = Explanation::new();
    let fits = found.judge(&[&LENGTH], syntax::check_length(uri));
    found.receive(&LENGTH, format!("{} bytes", uri.len()));
    // ID-7.1-3: the length bounds everything that follows.
    if fits.is_none() {
        found.not_reached(&[&CHARACTERS, &SCHEME]);
        not_reached_after_scheme(&mut found);
        return found;
    }
    found.judge(&[&CHARACTERS], syntax::check_characters(uri));

    let known = found.judge(&[&SCHEME], syntax::split_scheme(uri, accepted));
    found.expect(&SCHEME, expected_schemes(accepted));
    let rules = known.map(|(rules, _)| rules);
    let scheme = uri.split_once(':');
    found.receive(&SCHEME, scheme.map_or_else(|| "no scheme".into(), |(scheme, _)| shown(scheme)));
    // A URI of another scheme has its parts at the same places.
    let after_scheme = known.map(|(_, rest)| rest).or_else(|| {
        let code = found.finding(&SCHEME)?.code();
        scheme.filter(|_| code == Some(IdentifierError::SchemeUnsupported.code())).map(|(_, rest)| rest)
    });
    match after_scheme {
        Some(after_scheme) => explain_after_scheme(&mut found, after_scheme, rules),
        None => not_reached_after_scheme(&mut found),
    }
    found
}

fn explain_after_scheme(found: &mut Explanation, text: &str, rules: Option<&SchemeRules>) {
    let seen = Classes::seen_in(text);
    let hierarchy = found.judge(&[&AUTHORITY], syntax::split_hierarchy(text));
    found.judge(&[&FRAGMENT], syntax::check_no_fragment(seen));
    found.judge(&[&QUERY], syntax::check_no_query(seen));
    let Some(hierarchy) = hierarchy else {
        found.not_reached(&[&USER_INFO, &PORT]);
        found.not_reached(TRUST_DOMAIN_RULES);
        found.not_reached(PATH_RULES);
        return;
    };
    // Where they are refused, what is before them is judged on its own.
    let hierarchy = &hierarchy[..hierarchy.find(['?', '#']).unwrap_or(hierarchy.len())];
    let (authority, path) = syntax::split_authority(hierarchy);
    let seen = Classes::seen_in(authority);
    found.judge(&[&USER_INFO], syntax::check_no_user_info(seen));
    found.judge(&[&PORT], syntax::check_no_port(authority, seen));
    found.receive(&AUTHORITY, shown(authority));

    let name = without_user_info_and_port(authority);
    let name_rules = match rules {
        Some(_) => TRUST_DOMAIN_RULES,
        None => &[&TRUST_DOMAIN],
    };
    found.judge(name_rules, syntax::check_trust_domain(name, rules));
    found.receive(&TRUST_DOMAIN, shown(name));
    match rules {
        Some(rules) => drop(found.judge(PATH_RULES, rules.check_path(path))),
        None => {
            found.not_reached(TRUST_DOMAIN_RULES.get(1..).unwrap_or_default());
            found.not_reached(PATH_RULES);
        }
    }
    found.receive(&PATH, shown(path));
}

const TRUST_DOMAIN_RULES: &[&Rule] = &[
    &TRUST_DOMAIN,
    &TRUST_DOMAIN_NAME,
    &TRUST_DOMAIN_LENGTH,
    &TRUST_DOMAIN_CHARACTERS,
    &TRUST_DOMAIN_PERCENT_ENCODING,
    &TRUST_DOMAIN_END,
];

const PATH_RULES: &[&Rule] = &[&PATH, &PATH_END, &PATH_SEGMENTS, &PATH_PERCENT_ENCODING, &PATH_CHARACTERS];

fn not_reached_after_scheme(found: &mut Explanation) {
    found.not_reached(&[&AUTHORITY, &FRAGMENT, &QUERY, &USER_INFO, &PORT]);
    found.not_reached(TRUST_DOMAIN_RULES);
    found.not_reached(PATH_RULES);
}

fn expected_schemes(accepted: &[SchemeRules]) -> String {
    let names: Vec<&str> = accepted.iter().map(SchemeRules::scheme).collect();
    if names.is_empty() { "the policy accepts no scheme".to_string() } else { names.join(" or ") }
}

/// The host of an authority. An IP-literal has colons of its own.
fn without_user_info_and_port(authority: &str) -> &str {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match (host.rfind(']'), host.find(':')) {
        (Some(end), _) if host.starts_with('[') => &host[..=end],
        (_, Some(colon)) => &host[..colon],
        _ => host,
    }
}

fn shown(text: &str) -> String {
    Excerpt::new(text).into()
}
