//! From the external handle of a workload to the identifier expected behind it: by configuration only.

use serde_json::{Value, json};

use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let dns =
        lookup("handle-dns-name", handle("dns_name", "pay.example.com"), PAYMENT, "A DNS name has an entry.");
    let url = lookup(
        "handle-url",
        handle("url", "https://gateway.example.com/pay"),
        PAYMENT,
        "A URL with a path has an entry of its own.",
    );
    let key = lookup(
        "handle-key",
        handle("key", "mesh/billing"),
        BILLING,
        "A service name of the mesh has an entry.",
    );
    let unlike = lookup(
        "handle-unlike-identifier",
        handle("dns_name", "billing.example.com"),
        PAYMENT,
        "The name says billing, the configuration says payment: only the configuration counts.",
    );
    let mut vectors = vec![
        dns.clone(),
        url.clone(),
        key.clone(),
        unlike.clone(),
        lookup(
            "handle-dns-name-other-spelling",
            handle("dns_name", "PAY.Example.com."),
            PAYMENT,
            "DNS names are compared without case and without the root label.",
        ),
        lookup(
            "handle-url-default-port",
            handle("url", "HTTPS://gateway.example.com:443/pay"),
            PAYMENT,
            "URLs are compared after their scheme-based normalization.",
        ),
    ];
    vectors.extend(unmapped(&dns, DNS_NAMES));
    vectors.extend(unmapped(&url, URLS));
    vectors.extend(unmapped(&key, KEYS));
    vectors.push(
        unlike
            .refused(
                "handle-nothing-configured",
                &["handle.unmapped"],
                "an empty table",
                "Without a mapping nothing is expected: the identifier is not made up from the name.",
            )
            .config("table", json!([])),
    );
    vectors.extend(MALFORMED.map(|(id, code, kind, value, differs, comment)| {
        let twin = if kind == "url" { &url } else { &dns };
        twin.refused(id, &[code], differs, comment).requires(RULES).input("handle", handle(kind, value))
    }));
    vectors
}

fn lookup(id: &str, handle: Value, identifier: &str, comment: &str) -> Vector {
    Vector::accepted(id, "handle.lookup", comment)
        .requires(RULES)
        .config(
            "table",
            json!([
                {"handle": {"dns_name": "pay.example.com"}, "identifier": PAYMENT},
                {"handle": {"dns_name": "billing.example.com"}, "identifier": PAYMENT},
                {"handle": {"url": "https://gateway.example.com/pay"}, "identifier": PAYMENT},
                {"handle": {"key": "mesh/billing"}, "identifier": BILLING},
            ]),
        )
        .input("handle", handle)
        .output("identifier", identifier)
}

fn unmapped<const N: usize>(twin: &Vector, rows: [Unmapped; N]) -> [Vector; N] {
    rows.map(|(id, kind, value, differs, comment)| {
        twin.refused(id, &["handle.unmapped"], differs, comment).input("handle", handle(kind, value))
    })
}

fn handle(kind: &str, value: &str) -> Value {
    json!({ kind: value })
}

const RULES: &[&str] = &["ID-5-1", "ID-5-5", "WIT-1.3-2"];
const PAYMENT: &str = "wimse://trust.example.com/service/payment";
const BILLING: &str = "wimse://trust.example.com/service/billing";

type Unmapped = (&'static str, &'static str, &'static str, &'static str, &'static str);

const DNS_NAMES: [Unmapped; 5] = [
    (
        "handle-dns-name-unmapped",
        "dns_name",
        "payment.example.com",
        "a name without an entry",
        "A name that resembles the path is no mapping.",
    ),
    (
        "handle-dns-name-subdomain",
        "dns_name",
        "eu.pay.example.com",
        "a subdomain of the name",
        "An entry does not include the names below it.",
    ),
    (
        "handle-dns-name-trust-domain",
        "dns_name",
        "trust.example.com",
        "the trust domain as the name",
        "A host named like the trust domain is not therefore a workload of it.",
    ),
    (
        "handle-dns-name-address",
        "dns_name",
        "192.0.2.1",
        "the address of the host",
        "The address that a name resolves to says nothing about the workload.",
    ),
    (
        "handle-dns-name-as-key",
        "key",
        "pay.example.com",
        "the name given as a key",
        "Handles of different kinds are different, even with the same text.",
    ),
];

const URLS: [Unmapped; 4] = [
    (
        "handle-url-other-path",
        "url",
        "https://gateway.example.com/billing",
        "another path",
        "Workloads behind one gateway are told apart by the path.",
    ),
    (
        "handle-url-like-identifier",
        "url",
        "https://trust.example.com/service/payment",
        "trust domain and path of the identifier",
        "An identifier derived from the URL of the request is chosen by whoever sends it.",
    ),
    (
        "handle-url-other-scheme",
        "url",
        "http://gateway.example.com/pay",
        "the scheme http",
        "The same path over an unprotected connection is another handle.",
    ),
    (
        "handle-url-other-port",
        "url",
        "https://gateway.example.com:8443/pay",
        "another port",
        "Another port may be another workload.",
    ),
];

const KEYS: [Unmapped; 2] = [
    (
        "handle-key-other-case",
        "key",
        "mesh/Billing",
        "an upper-case letter",
        "Keys have no rules of their own and are compared exactly.",
    ),
    (
        "handle-key-is-identifier",
        "key",
        BILLING,
        "the identifier itself",
        "A peer that names its identifier has not been found in the mapping by it.",
    ),
];

type Malformed = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const MALFORMED: [Malformed; 5] = [
    (
        "handle-dns-name-empty",
        "handle.empty",
        "dns_name",
        "",
        "an empty name",
        "A missing name must not find the entry of an unset one.",
    ),
    (
        "handle-dns-name-wildcard",
        "handle.dns_name",
        "dns_name",
        "*.example.com",
        "a wildcard",
        "A wildcard is a pattern of certificates, not the name of a host.",
    ),
    (
        "handle-dns-name-with-port",
        "handle.dns_name",
        "dns_name",
        "pay.example.com:443",
        "a port",
        "An authority is passed where a name is meant.",
    ),
    (
        "handle-url-with-userinfo",
        "handle.url",
        "url",
        "https://gateway.example.com@attacker.example/pay",
        "user information that looks like the host",
        "A reader that stops at the at sign looks up the wrong host.",
    ),
    (
        "handle-url-with-query",
        "handle.url",
        "url",
        "https://gateway.example.com/pay?as=billing",
        "a query",
        "Whoever sends the request chooses the query.",
    ),
];
