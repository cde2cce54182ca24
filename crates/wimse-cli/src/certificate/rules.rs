//! Which requirement decides when a certificate is refused, and what to do about it.

use super::Role;
use crate::refusal::{Advice, Refusal};
use std::error::Error;
use wimse::creds::wic::WicIssueError;

/// Why a certificate is refused, or the TLS peer in this role.
pub(crate) fn refusal(code: &'static str, error: &dyn Error, peer: Role) -> Refusal {
    let own = rules_of(peer);
    let is_own = own.iter().any(|advice| advice.code == code);
    Refusal::advised(code, error, if is_own { own } else { RULES })
}

/// Why no certificate is issued.
pub(crate) fn issue_refusal(error: &WicIssueError) -> Refusal {
    let code = error.code();
    let is_own = ISSUE.iter().any(|advice| advice.code == code);
    Refusal::advised(code, error, if is_own { ISSUE } else { RULES })
}

/// The id of the requirement that decides.
pub(crate) fn requirement(code: &str, peer: Role) -> Option<&'static str> {
    let mut rules = rules_of(peer).iter().chain(RULES);
    let (requirement, _) = rules.find(|advice| advice.code == code)?.rule?;
    Some(requirement)
}

fn rules_of(peer: Role) -> &'static [Advice] {
    match peer {
        Role::Client => OF_CLIENTS,
        Role::Server => OF_SERVERS,
    }
}

/// The path to an anchor of the trust domain, by the rules of RFC 5280.
const PATH: Option<(&str, &str)> = Some(("MTLS-3.2-1", "mutual-tls 3.2"));
/// What was sent is judged as a whole before it counts.
const WHOLE: Option<(&str, &str)> = Some(("MTLS-5-1", "mutual-tls 5"));
const ONE_URI: Option<(&str, &str)> = Some(("WIT-6.1-1", "workload-creds 6.1"));
const DNS_NAME: Option<(&str, &str)> = Some(("MTLS-3.2.1-2", "mutual-tls 3.2.1"));
const EXPIRED_KEY: Option<(&str, &str)> = Some(("WIT-9.5-3", "workload-creds 9.5"));

const fn rule(code: &'static str, rule: Option<(&'static str, &'static str)>, fix: &'static str) -> Advice {
    Advice { code, rule, fix }
}

const FORGED: &str = "do not trust this certificate: it was changed or forged, or its CA has another key now; in a \
                      handshake it can also mean that the peer does not hold the key";

const RULES: &[Advice] = &[
    rule("wic.empty", WHOLE, "give the certificate in PEM or DER, the one of the workload first"),
    rule("wic.encoding", WHOLE, "give an X.509 certificate of version 3, in PEM or DER, as it was issued"),
    rule(
        "wic.too_large",
        WHOLE,
        "send the certificate of the workload and those of its CAs, and nothing else",
    ),
    rule("wic.chain_too_long", WHOLE, "send the certificate of the workload and those of its CAs, at most 6"),
    rule("wic.extension_repeated", PATH, "have it issued anew: no extension may be there twice"),
    rule("wic.critical_extension", PATH, "have it issued without this critical extension"),
    rule("wic.ca_as_leaf", PATH, "send the certificate of the workload first, and not that of its CA"),
    rule(
        "wic.uri_missing",
        ONE_URI,
        "have it issued with the Workload Identifier as its one URI: wimse ca issue --id",
    ),
    rule(
        "wic.uri_repeated",
        Some(("WIT-6.1-2", "workload-creds 6.1")),
        "have it issued with one URI: a certificate names one workload",
    ),
    rule("wic.uri_not_an_identifier", ONE_URI, "\"wimse id check ID\" shows every rule of the identifier"),
    rule("wic.key_usage", PATH, "have it issued with the key usage digitalSignature alone, critical"),
    rule(
        "wic.trust_domain_unknown",
        PATH,
        "configure the CA of this trust domain, under the same scheme, if it is meant to be trusted",
    ),
    rule("wic.anchor_missing", PATH, "add ca-certificates to this trust domain in wimse.toml"),
    rule("wic.expired", PATH, "have a new certificate issued, or set the clock of this host right"),
    rule(
        "wic.not_yet_valid",
        PATH,
        "set the clocks right; an issuer may let certificates begin a little earlier",
    ),
    rule("wic.eku", WHOLE, "have it issued for this role, or for both: leave --only-for out"),
    rule(
        "wic.unknown_issuer",
        PATH,
        "send the certificates of the CAs between, and look whether it was issued by a CA of this very trust domain: \
         a name proves nothing",
    ),
    rule(
        "wic.alg_unsupported",
        PATH,
        "have it signed with ECDSA on P-256 or P-384, Ed25519, or RSA with SHA-2",
    ),
    rule("wic.signature", PATH, FORGED),
    rule("wic.issuer_not_ca", PATH, "have it issued by a CA: a workload cannot vouch for another"),
    rule("wic.path_length", PATH, "issue with a CA that may have this many below it"),
    rule(
        "wic.name_constraint",
        PATH,
        "issue with a CA that has no URI name constraints: they are not supported",
    ),
    rule("wic.too_complex", PATH, "send fewer certificates: only those of the path"),
    rule("wic.name_mismatch", DNS_NAME, "have it issued with this DNS name: --dns NAME"),
    rule("wic.key_weak", PATH, "have it issued for a stronger key, such as P-256"),
    rule("wic.key_unsupported", PATH, "have it issued for a key of P-256, P-384 or Ed25519"),
    rule("mtls.certificate_missing", Some(("MTLS-3.2-4", "mutual-tls 3.2")), "show a WIC: --wic and --key"),
    rule(
        "mtls.name_mismatch",
        DNS_NAME,
        "have the server's certificate issued with this DNS name: --dns NAME",
    ),
    rule("mtls.other_name", DNS_NAME, "connect by the name that is expected"),
    rule(
        "mtls.not_mapped",
        Some(("MTLS-3.2.1-3", "mutual-tls 3.2.1")),
        "say which workload is expected there: --expect-workload",
    ),
    rule(
        "mtls.refused_by_peer",
        None,
        "look into the log of the peer: whoever refuses does not tell the other side why",
    ),
    rule(
        "mtls.tls",
        None,
        "look whether the other side speaks TLS 1.3, and whether anything on the way changes it",
    ),
    rule("credential.expired", EXPIRED_KEY, "have a new certificate issued, with a new key: wimse wic issue"),
    rule("chain.expired", DNS_NAME, "the operator of the server has to renew its certificate"),
    rule("chain.not_yet_valid", DNS_NAME, "set the clocks right"),
    rule("chain.unknown_issuer", DNS_NAME, "give the CA that vouches for DNS names of this server: --dns-ca"),
    rule("chain.name_mismatch", DNS_NAME, "connect by a name that the server's certificate has"),
    rule("chain.eku", DNS_NAME, "the server's certificate has to allow server authentication"),
    rule("chain.signature", DNS_NAME, FORGED),
    rule("chain.ca_as_leaf", DNS_NAME, "the server has to send its own certificate first"),
    rule("chain.encoding", DNS_NAME, "the server has to send an X.509 certificate of version 3"),
];

const OF_CLIENTS: &[Advice] = &[rule(
    "mtls.not_expected",
    Some(("MTLS-3.2-3", "mutual-tls 3.2")),
    "permit this workload with --permit, if it is meant to call",
)];

const OF_SERVERS: &[Advice] = &[rule(
    "mtls.not_expected",
    Some(("MTLS-3.2.1-4", "mutual-tls 3.2.1")),
    "look where the address leads: another workload answers there than the one that is expected",
)];

const ISSUE: &[Advice] = &[
    rule("wic.request", None, "give a PKCS#10 request in PEM or DER; \"wimse wic request\" makes one"),
    rule("wic.request_signature", None, "have the workload make the request anew: it does not hold the key"),
    rule(
        "wic.request_identifier",
        Some(("MTLS-5-4", "mutual-tls 5")),
        "find out who sent the request: it asks for another identifier than --id",
    ),
    rule("wic.issue_dns_name", None, "give a host name such as orders.example.com, without wildcards"),
    rule(
        "wic.issue_other_origin",
        Some(("WIT-9.4-2", "workload-creds 9.4")),
        "issue with the CA of the trust domain that the identifier names",
    ),
    rule("wic.issue_validity", None, "give a lifetime of at least one second"),
    rule(
        "wic.issue_outlives_ca",
        Some(("MTLS-5-5", "mutual-tls 5")),
        "give a shorter --lifetime, or renew the CA first",
    ),
    rule("wic.issue_path_length", None, "make it beneath the root: an intermediate CA has none below it"),
    rule(
        "wic.issue_issuer_key",
        Some(("WIT-9.5-2", "workload-creds 9.5")),
        "give the workload a key of its own",
    ),
    rule("wic.issue_algorithm", None, "use a key of P-256, P-384 or Ed25519"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use wimse::creds::wic::{ChainError, WicError};

    #[test]
    fn every_requirement_is_in_the_catalogue() {
        let all = [RULES, OF_CLIENTS, OF_SERVERS, ISSUE].concat();
        // Those of mutual-tls are catalogued in a file of their own.
        let listed: Vec<Advice> = all
            .into_iter()
            .filter(|advice| advice.rule.is_some_and(|(id, _)| !id.starts_with("MTLS-")))
            .collect();
        assert!(listed.len() >= 6);
        crate::refusal::assert_catalogued(&listed);
    }

    #[test]
    fn no_code_stands_twice() {
        for table in [RULES, OF_CLIENTS, OF_SERVERS, ISSUE] {
            for (index, advice) in table.iter().enumerate() {
                assert!(table[index + 1..].iter().all(|other| other.code != advice.code), "{}", advice.code);
            }
        }
    }

    /// The codes that `wic` can give for what is not malformed have their rule.
    #[test]
    fn each_reason_has_its_rule() {
        for (error, expected) in [
            (WicError::UriRepeated, "WIT-6.1-2"),
            (WicError::UriMissing, "WIT-6.1-1"),
            (WicError::Chain(ChainError::Expired), "MTLS-3.2-1"),
            (WicError::Chain(ChainError::Purpose), "MTLS-5-1"),
            (WicError::Chain(ChainError::Name), "MTLS-3.2.1-2"),
        ] {
            assert_eq!(requirement(error.code(), Role::Client), Some(expected), "{}", error.code());
        }
        assert_eq!(requirement("mtls.not_expected", Role::Client), Some("MTLS-3.2-3"));
        assert_eq!(requirement("mtls.not_expected", Role::Server), Some("MTLS-3.2.1-4"));
        assert_eq!(requirement("wic.nonsense", Role::Server), None);
    }
}
