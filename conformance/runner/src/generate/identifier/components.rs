//! Query, fragment, user information and port: what an identifier must not have, in any scheme.

use serde_json::Value;

use super::{generic, parse};
use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    policies().into_iter().flat_map(|(name, scheme, policy)| family(name, scheme, policy)).collect()
}

/// Every component in every policy: no scheme may give back what section 4.1 takes away.
fn family(name: &str, scheme: &str, policy: Option<Value>) -> Vec<Vector> {
    let plain = format!("{scheme}://trust.example.com/service/payment");
    let twin = parse(
        &format!("identifier-components-{name}"),
        &plain,
        &["ID-4.1-4", "ID-4.1-5", "ID-4.1-6", "ID-4.1-7", "ID-4.1-10", "ID-7.1-2"],
        "Scheme, trust domain and path, and no other component.",
    );
    let twin = match policy {
        Some(policy) => twin.config("policy", policy),
        None => twin,
    };
    let refused = COMPONENTS.map(|component| {
        let Component { id, rule, code, authority, suffix, differs, comment } = component;
        twin.refused(&format!("identifier-components-{name}-{id}"), &[code], differs, comment)
            .requires(&[rule, "ID-4.1-10", "ID-7.1-2"])
            .input_bytes("identifier", format!("{scheme}://{authority}/service/payment{suffix}"))
    });
    [vec![twin], refused.to_vec()].concat()
}

fn policies() -> [(&'static str, &'static str, Option<Value>); 4] {
    [
        ("wimse", "wimse", None),
        ("spiffe", "spiffe", None),
        ("generic", "workload", Some(generic())),
        ("baseline", "wimse", Some("baseline".into())),
    ]
}

/// A component that does not belong there, and its rule.
#[derive(Clone, Copy)]
struct Component {
    id: &'static str,
    rule: &'static str,
    code: &'static str,
    authority: &'static str,
    suffix: &'static str,
    differs: &'static str,
    comment: &'static str,
}

const PLAIN: Component = Component {
    id: "",
    rule: "",
    code: "",
    authority: "trust.example.com",
    suffix: "",
    differs: "",
    comment: "",
};

const QUERY: Component = Component { rule: "ID-4.1-4", code: "identifier.query", ..PLAIN };
const FRAGMENT: Component = Component { rule: "ID-4.1-5", code: "identifier.fragment", ..PLAIN };
const USERINFO: Component = Component { rule: "ID-4.1-6", code: "identifier.userinfo", ..PLAIN };
const PORT: Component = Component { rule: "ID-4.1-7", code: "identifier.port", ..PLAIN };

const COMPONENTS: [Component; 11] = [
    Component {
        id: "query",
        suffix: "?env=prod",
        differs: "a query",
        comment: "A query adds meaning that comparison by path overlooks.",
        ..QUERY
    },
    Component {
        id: "query-empty",
        suffix: "?",
        differs: "an empty query",
        comment: "A URI library that drops an empty query sees another identifier than the issuer.",
        ..QUERY
    },
    Component {
        id: "query-slash",
        suffix: "?/../admin",
        differs: "a query that looks like more of the path",
        comment: "A reader that looks at the end of the text finds another workload.",
        ..QUERY
    },
    Component {
        id: "fragment",
        suffix: "#admin",
        differs: "a fragment",
        comment: "A fragment is dropped by many libraries, so two names become one.",
        ..FRAGMENT
    },
    Component {
        id: "fragment-empty",
        suffix: "#",
        differs: "an empty fragment",
        comment: "A URI library that drops an empty fragment sees another identifier than the issuer.",
        ..FRAGMENT
    },
    Component {
        id: "fragment-slash",
        suffix: "#/../admin",
        differs: "a fragment that looks like more of the path",
        comment: "A reader that looks at the end of the text finds another workload.",
        ..FRAGMENT
    },
    Component {
        id: "userinfo",
        authority: "trust.example.com@attacker.example",
        differs: "user information that looks like the trust domain",
        comment: "A reader that stops at the at sign trusts the wrong domain.",
        ..USERINFO
    },
    Component {
        id: "userinfo-password",
        authority: "user:secret@trust.example.com",
        differs: "user name and password",
        comment: "A secret travels inside of a name.",
        ..USERINFO
    },
    Component {
        id: "userinfo-empty",
        authority: "@trust.example.com",
        differs: "empty user information",
        comment: "A URI library that drops empty user information sees another identifier than the issuer.",
        ..USERINFO
    },
    Component {
        id: "port",
        authority: "trust.example.com:8443",
        differs: "a port",
        comment: "A reader that keeps the host only merges the names of two ports.",
        ..PORT
    },
    Component {
        id: "port-empty",
        authority: "trust.example.com:",
        differs: "an empty port",
        comment: "A URI library that drops an empty port sees another identifier than the issuer.",
        ..PORT
    },
];
