//! Trust domains: IP addresses, and what the schemes make of the authority.

use serde_json::json;

use super::{generic, parse, refuse};
use crate::vector::Vector;

pub(super) fn vectors() -> Vec<Vector> {
    let mut vectors = ip_addresses();
    vectors.extend(legacy_ip_addresses());
    vectors.extend(spiffe());
    vectors
}

fn ip_addresses() -> Vec<Vector> {
    let wimse = parse(
        "identifier-trust-domain-name",
        "wimse://trust.example.com/a",
        &["ID-4.3-2"],
        "A domain name is the trust domain.",
    );
    let baseline = parse(
        "identifier-trust-domain-name-baseline",
        "wimse://trust.example.com/a",
        &["ID-4.3-2"],
        "A domain name is the trust domain, by the published text alone.",
    )
    .config("policy", "baseline");
    let strict = [
        (
            "identifier-trust-domain-ipv4",
            "wimse://192.0.2.1/a",
            "an IPv4 address",
            "An address says where, not who; whoever gets it next gets the identity.",
        ),
        (
            "identifier-trust-domain-ipv6",
            "wimse://[2001:db8::1]/a",
            "an IPv6 address",
            "An address says where, not who.",
        ),
        (
            "identifier-trust-domain-ipv6-loopback",
            "wimse://[::1]/a",
            "the loopback address",
            "Every host is the authority of its own loopback address.",
        ),
        (
            "identifier-trust-domain-ip-future",
            "wimse://[v1.a]/a",
            "an IP literal of a future version",
            "An address of a kind that nobody can check.",
        ),
    ];
    let published = [
        (
            "identifier-trust-domain-ipv4-baseline",
            "wimse://127.0.0.1/a",
            "an IPv4 address",
            "Leaving out the canonical rules does not let addresses in.",
        ),
        (
            "identifier-trust-domain-ipv6-baseline",
            "wimse://[::ffff:192.0.2.1]/a",
            "an IPv6 address that holds an IPv4 address",
            "Leaving out the canonical rules does not let addresses in.",
        ),
    ];
    let mut vectors = vec![wimse.clone(), baseline.clone()];
    vectors.extend(refuse(&wimse, "identifier.ip_address", strict));
    vectors.extend(refuse(&baseline, "identifier.ip_address", published));
    vectors
}

/// Compatibility with legacy naming is a choice of the configuration, never of the peer.
fn legacy_ip_addresses() -> Vec<Vector> {
    let twins = [
        parse(
            "identifier-legacy-ipv4",
            "workload://192.0.2.1/a",
            &["ID-4.3-2"],
            "A legacy scheme whose domains are IPv4 addresses, allowed by configuration.",
        ),
        parse(
            "identifier-legacy-ipv6",
            "workload://[2001:db8::1]/a",
            &["ID-4.3-2"],
            "A legacy scheme whose domains are IPv6 addresses, allowed by configuration.",
        ),
    ]
    .map(|twin| twin.config("policy", json!({"generic": ["workload"], "allow_ip": true})));
    let mut vectors = twins.to_vec();
    for twin in &twins {
        let refused = twin.refused(
            &format!("{}-not-allowed", twin.id),
            &["identifier.ip_address"],
            "no permission for addresses",
            "Without the explicit option a legacy address is refused.",
        );
        vectors.push(refused.config("policy", generic()));
    }
    let [_, ipv6] = &twins;
    vectors.push(
        ipv6.refused(
            "identifier-legacy-ipv6-port",
            &["identifier.port"],
            "a port after the bracket",
            "The colons of the address hide the one of the port.",
        )
        .requires(&["ID-4.1-7"])
        .input_bytes("identifier", "workload://[2001:db8::1]:443/a"),
    );
    vectors.extend(
        [
            ("open", "workload://[2001:db8::1/a", "no closing bracket", "An address that does not end."),
            ("junk", "workload://[2001:db8::g]/a", "a letter that is no hex digit", "This is no address."),
        ]
        .map(|(id, identifier, differs, comment)| {
            let id = format!("identifier-legacy-ipv6-{id}");
            let codes = ["identifier.trust_domain_character", "identifier.port"];
            ipv6.refused(&id, &codes, differs, comment)
                .requires(&["ID-7.1-1"])
                .input_bytes("identifier", identifier)
        }),
    );
    vectors
}

/// SPIFFE-ID adds rules of its own, which section 4.1 lets a scheme do.
fn spiffe() -> Vec<Vector> {
    let longest = "d".repeat(255);
    let twin = parse(
        "identifier-spiffe-longest-trust-domain",
        &format!("spiffe://{longest}/a"),
        &["ID-4.1-10"],
        "A spiffe trust domain may have 255 bytes.",
    );
    let too_long = format!("spiffe://{longest}d/a");
    let mut vectors = vec![
        parse(
            "identifier-spiffe-ipv4-lookalike",
            "spiffe://192.0.2.1/a",
            &["ID-4.1-10"],
            "SPIFFE-ID 2.1 forbids treating a name that looks like an address differently.",
        ),
        parse(
            "identifier-spiffe-underscore",
            "spiffe://trust_domain-1.example/A.b-c_d",
            &["ID-4.1-10"],
            "All kinds of characters that SPIFFE-ID allows.",
        ),
        twin.clone(),
    ];
    vectors.extend(refuse(
        &twin,
        "identifier.trust_domain_too_long",
        [(
            "identifier-spiffe-trust-domain-256",
            &*too_long,
            "a trust domain of 256 bytes",
            "A peer that keeps SPIFFE-ID cuts it or refuses it.",
        )],
    ));
    let plain = parse(
        "identifier-spiffe-plain",
        "spiffe://trust.example.com/service/payment",
        &["ID-4.1-10"],
        "A spiffe identifier of the plainest kind.",
    );
    vectors.push(plain.clone());
    for (id, code, identifier, differs) in SPIFFE {
        let comment = "What SPIFFE-ID refuses is refused here too, so that both see the same set of names.";
        vectors.push(plain.refused(id, &[code], differs, comment).input_bytes("identifier", identifier));
    }
    vectors
}

const SPIFFE: [(&str, &str, &str, &str); 6] = [
    (
        "identifier-spiffe-upper-case-domain",
        "identifier.trust_domain_character",
        "spiffe://Trust.example.com/service/payment",
        "an upper-case letter in the trust domain",
    ),
    (
        "identifier-spiffe-upper-case-scheme",
        "identifier.scheme_unsupported",
        "SPIFFE://trust.example.com/service/payment",
        "an upper-case scheme",
    ),
    (
        "identifier-spiffe-percent",
        "identifier.path_percent_encoding",
        "spiffe://trust.example.com/service/%70ayment",
        "a percent-encoded letter",
    ),
    (
        "identifier-spiffe-tilde",
        "identifier.path_character",
        "spiffe://trust.example.com/service/~payment",
        "a tilde",
    ),
    (
        "identifier-spiffe-dot-segment",
        "identifier.path_dot_segment",
        "spiffe://trust.example.com/service/../payment",
        "a dot segment",
    ),
    (
        "identifier-spiffe-trailing-slash",
        "identifier.path_trailing_slash",
        "spiffe://trust.example.com/service/payment/",
        "a trailing slash",
    ),
];
