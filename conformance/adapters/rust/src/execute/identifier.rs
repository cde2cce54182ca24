//! The operations of the identifier draft.

use serde::Deserialize;
use serde_json::json;
use wimse::identifier::{
    ExternalHandle, HandleError, IdentifierPolicy, IdentifierSet, IdentityMap, Origin, SchemeRules,
    WorkloadIdentifier, explain::Explanation,
};

use super::{Explained, InvalidCase, Operation, Outcome, fields::Fields};
use crate::Case;

pub(super) const OPERATIONS: &[Operation] = &[
    ("identifier.parse", parse),
    ("identifier.compare", compare),
    ("identifier.match", matches),
    ("origin.parse", parse_origin),
    ("handle.lookup", lookup),
];

pub(super) const EXPLAINED: &[Explained] = &[("identifier.parse", explain)];

fn explain(case: &Case) -> Result<Option<Explanation>, InvalidCase> {
    let bytes = case.input_fields().bytes("identifier")?;
    let policy = policy(case)?;
    Ok(text(&bytes).ok().map(|text| policy.explain(text)))
}

fn parse(case: &Case) -> Result<Outcome, InvalidCase> {
    let policy = policy(case)?;
    Ok(match identifier(&policy, &case.input_fields().bytes("identifier")?) {
        Ok(identifier) => Outcome::accept([
            ("scheme", json!(identifier.scheme())),
            ("trust_domain", json!(identifier.trust_domain().to_string())),
            ("path", json!(identifier.path())),
            ("origin", json!(identifier.origin().to_string())),
            ("display", json!(identifier.to_string())),
        ]),
        Err(refusal) => refusal,
    })
}

fn parse_origin(case: &Case) -> Result<Outcome, InvalidCase> {
    let policy = policy(case)?;
    Ok(match text(&case.input_fields().bytes("origin")?).and_then(|text| origin(&policy, text)) {
        Ok(origin) => Outcome::accept([
            ("scheme", json!(origin.scheme())),
            ("trust_domain", json!(origin.trust_domain().to_string())),
            ("display", json!(origin.to_string())),
        ]),
        Err(refusal) => refusal,
    })
}

/// Accepted when both are valid and equal.
fn compare(case: &Case) -> Result<Outcome, InvalidCase> {
    let policy = policy(case)?;
    let (a, b) = (case.input_fields().bytes("a")?, case.input_fields().bytes("b")?);
    let pair = identifier(&policy, &a).and_then(|a| Ok((a, identifier(&policy, &b)?)));
    Ok(match pair {
        Ok((a, b)) if a == b => Outcome::accept([]),
        Ok((a, b)) => Outcome::reject("identifier.not_equal", &format!("{a} is not {b}")),
        Err(refusal) => refusal,
    })
}

/// Accepted when the identifier is valid and the configured set contains it.
fn matches(case: &Case) -> Result<Outcome, InvalidCase> {
    let policy = policy(case)?;
    let config = case.config_fields();
    let mut permitted = IdentifierSet::none();
    for exact in configured(config, "exact", |text| identifier(&policy, text.as_bytes()))? {
        permitted = permitted.with(exact);
    }
    for origin in configured(config, "origins", |text| origin(&policy, text))? {
        permitted = permitted.with_origin(origin);
    }
    for root in configured(config, "subtrees", |text| identifier(&policy, text.as_bytes()))? {
        permitted = permitted.with_subtree(root);
    }
    Ok(match identifier(&policy, &case.input_fields().bytes("identifier")?) {
        Ok(identifier) if permitted.contains(&identifier) => Outcome::accept([]),
        Ok(identifier) => Outcome::reject("authorization.not_permitted", &identifier),
        Err(refusal) => refusal,
    })
}

/// Accepted when the handle is valid and has an entry in the configured table.
fn lookup(case: &Case) -> Result<Outcome, InvalidCase> {
    let config = case.config_fields();
    let policy = policy(case)?;
    let mut map = IdentityMap::new();
    for entry in config.required::<Vec<Entry>>("table")? {
        let handle = entry.handle.parse().map_err(|error| config.invalid("table", &error))?;
        let expected = identifier(&policy, entry.identifier.as_bytes())
            .map_err(|refusal| config.invalid("table", &format!("{refusal:?}")))?;
        map.insert(handle, expected).map_err(|error| config.invalid("table", &error))?;
    }
    let handle = match case.input_fields().required::<Handle>("handle")?.parse() {
        Ok(handle) => handle,
        Err(error) => return Ok(Outcome::reject(error.code(), &error)),
    };
    Ok(match map.expected(&handle) {
        Some(identifier) => Outcome::accept([("identifier", json!(identifier.to_string()))]),
        None => Outcome::reject("handle.unmapped", &"no entry for the handle"),
    })
}

/// An identifier as it arrives, or the refusal.
fn identifier(policy: &IdentifierPolicy, bytes: &[u8]) -> Result<WorkloadIdentifier, Outcome> {
    let parsed = policy.parse(text(bytes)?);
    parsed.map_err(|error| Outcome::reject(error.code(), &error))
}

fn origin(policy: &IdentifierPolicy, text: &str) -> Result<Origin, Outcome> {
    policy.parse_origin(text).map_err(|error| Outcome::reject(error.code(), &error))
}

/// The API takes `&str`; bytes that are not UTF-8 are not ASCII either.
fn text(bytes: &[u8]) -> Result<&str, Outcome> {
    std::str::from_utf8(bytes).map_err(|error| Outcome::reject("identifier.not_ascii", &error))
}

/// A configured list: what does not parse there is a mistake of the case, not of the peer.
fn configured<T>(
    config: Fields<'_>,
    name: &str,
    parse: impl Fn(&str) -> Result<T, Outcome>,
) -> Result<Vec<T>, InvalidCase> {
    let texts: Vec<String> = config.optional(name)?.unwrap_or_default();
    let parsed = texts.iter().map(|text| parse(text));
    parsed.collect::<Result<_, _>>().map_err(|refusal| config.invalid(name, &format!("{refusal:?}")))
}

/// The policy that the case asks for; the default one when it asks for none.
fn policy(case: &Case) -> Result<IdentifierPolicy, InvalidCase> {
    let config = case.config_fields();
    match config.optional("policy")?.unwrap_or(Policy::Named(PolicyName::Default)) {
        Policy::Named(PolicyName::Default) => Ok(IdentifierPolicy::default()),
        Policy::Named(PolicyName::Baseline) => Ok(IdentifierPolicy::baseline()),
        Policy::Generic { generic, allow_ip } => {
            let mut policy = IdentifierPolicy::default();
            for scheme in generic {
                let rules =
                    SchemeRules::generic(&scheme).map_err(|error| config.invalid("policy", &error))?;
                policy = policy.with(if allow_ip { rules.allow_ip_trust_domain() } else { rules });
            }
            Ok(policy)
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Policy {
    Named(PolicyName),
    /// The default policy and these schemes.
    Generic {
        generic: Vec<String>,
        #[serde(default)]
        allow_ip: bool,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum PolicyName {
    Default,
    Baseline,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    handle: Handle,
    identifier: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Handle {
    DnsName(String),
    Url(String),
    Key(String),
}

impl Handle {
    fn parse(&self) -> Result<ExternalHandle, HandleError> {
        match self {
            Self::DnsName(name) => ExternalHandle::dns_name(name),
            Self::Url(url) => ExternalHandle::url(url),
            Self::Key(key) => ExternalHandle::key(key),
        }
    }
}
