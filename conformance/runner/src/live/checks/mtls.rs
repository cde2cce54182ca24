//! Connections of mutual TLS: the certificate is all that says who calls.

use std::error::Error;

use super::{Check, Probe, Show, Tamper, accepted};
use crate::{
    generate::certificates::{Draft as Certificate, Name, SERVER_AUTH, SUBJECT_ALT_NAME},
    live::{
        Binding,
        authority::{Authority, ca_name},
        bench::Bench,
        folder::{CALLER, STRANGER, now},
        shown::Shown,
    },
};

pub(super) fn checks() -> Vec<Check> {
    let get = shown(
        "get",
        &[
            "MTLS-3.2-1",
            "MTLS-3.2-3",
            "MTLS-3.2-4",
            "MTLS-3.3-1",
            "MTLS-5-1",
            "MTLS-5-2",
            "MTLS-5-4",
            "WIT-9.2-1",
        ],
        "The caller connects, and its request is accepted.",
        |bench| certificate(bench, |usual, _| usual),
    );
    let intermediate = shown(
        "intermediate",
        &["MTLS-3.2-1", "MTLS-5-4"],
        "The certificate is by an intermediate CA, which is sent along.",
        |bench| chain(bench, true),
    );
    let dns = shown(
        "dns-name",
        &["WIT-4-3", "MTLS-5-4"],
        "The certificate has a DNS name beside the identifier.",
        |bench| {
            certificate(bench, |usual, _| {
                usual.names(&[Name::Uri(CALLER), Name::Dns("caller.conformance.example")])
            })
        },
    );
    let mut checks = nobody(&get);
    checks.extend(names(&get));
    checks.extend(authorities(&get, &intermediate));
    checks.extend(certificates(&get));
    checks.extend(fields(&get));
    checks.splice(0..0, [get, intermediate, dns]);
    checks
}

/// MTLS-3.2-4: there is a certificate, and whoever shows it has its key.
fn nobody(get: &Check) -> Vec<Check> {
    let ids = ["MTLS-3.2-4", "MTLS-5-4"];
    vec![
        get.showing("no-certificate", &ids, "there is no certificate", "Nobody calls.", |_| Ok(None)),
        get.showing(
            "other-key",
            &ids,
            "another key than that of the certificate",
            "A certificate is public: the handshake proves its key.",
            |bench| {
                let authority = bench.authority()?;
                let certificate = authority.certificate(CALLER).sign(bench.caller(), &authority.ca);
                present([certificate], bench.other())
            },
        ),
        get.showing(
            "signed-itself",
            &ids,
            "the client has signed its certificate itself, in the name of the CA",
            "Some certificate is not the certificate of somebody.",
            |bench| {
                let certificate = bench.authority()?.certificate(CALLER).sign(bench.caller(), bench.caller());
                present([certificate], bench.caller())
            },
        ),
    ]
}

/// MTLS-3.2-3, MTLS-3.3-1: the whole identifier, in its trust domain.
fn names(get: &Check) -> Vec<Check> {
    let of_domain = ["MTLS-3.2-3", "MTLS-3.3-1", "MTLS-5-2", "MTLS-5-4"];
    let of_path = ["MTLS-3.3-1", "MTLS-5-4", "WIT-9.2-1"];
    let identifiers: [(&str, &[&str], &str, &str, Show); 5] = [
        (
            "other-domain",
            &of_domain,
            "the same path in another trust domain, by the same CA",
            "A CA speaks for a trust domain that is not its own.",
            |bench| named(bench, "wimse://elsewhere.example/caller"),
        ),
        (
            "other-scheme",
            &of_domain,
            "the same name in the scheme spiffe",
            "The same name in another scheme is another trust domain.",
            |bench| named(bench, "spiffe://conformance.example/caller"),
        ),
        (
            "stranger",
            &of_path,
            "another workload of the trust domain",
            "Membership of the trust domain is taken for permission.",
            |bench| named(bench, STRANGER),
        ),
        ("path-below", &of_path, "a path below", "A path below is another workload.", |bench| {
            named(bench, "wimse://conformance.example/caller/below")
        }),
        (
            "path-capital",
            &of_path,
            "a capital letter in the path",
            "Paths are compared as they are.",
            |bench| named(bench, "wimse://conformance.example/Caller"),
        ),
    ];
    let check = |(id, ids, differs, comment, show): (&str, &[&str], &str, &str, Show)| {
        get.showing(id, ids, differs, comment, show)
    };
    identifiers.into_iter().map(check).collect()
}

/// MTLS-3.2-1: who vouches.
fn authorities(get: &Check, intermediate: &Check) -> Vec<Check> {
    let ids = ["MTLS-3.2-1", "MTLS-5-1", "MTLS-5-4"];
    let comment = "Nobody who is trusted vouches for it.";
    vec![
        get.showing("other-ca", &ids, "an unknown CA of the same name", comment, |bench| {
            let certificate = bench.authority()?.certificate(CALLER);
            present([certificate.sign(bench.caller(), &bench.other_authority().ca)], bench.caller())
        }),
        get.showing("unknown-ca", &ids, "an unknown CA", comment, |bench| {
            let certificate = bench.authority()?.certificate(CALLER).issuer("CA of nobody");
            present([certificate.sign(bench.caller(), &bench.other_authority().ca)], bench.caller())
        }),
        get.showing("self-signed", &ids, "it is signed by itself, in its own name", comment, |bench| {
            let certificate = bench.authority()?.certificate(CALLER).issuer("caller").subject("caller");
            present([certificate.sign(bench.caller(), bench.caller())], bench.caller())
        }),
        intermediate.showing("no-intermediate", &ids, "the intermediate CA is not sent", comment, |bench| {
            chain(bench, false)
        }),
        get.showing(
            "by-workload",
            &ids,
            "a workload has signed it, whose certificate is good",
            "A workload issues itself a certificate.",
            |bench| {
                let authority = bench.authority()?;
                let workload = authority.certificate(STRANGER).subject("stranger");
                let certificate = authority.certificate(CALLER).issuer("stranger");
                present(
                    [
                        certificate.sign(bench.caller(), bench.other()),
                        workload.sign(bench.other(), &authority.ca),
                    ],
                    bench.caller(),
                )
            },
        ),
    ]
}

/// MTLS-5-1, MTLS-5-4: all else about the certificate.
fn certificates(get: &Check) -> Vec<Check> {
    let ids = ["MTLS-5-1", "MTLS-5-4"];
    let comment = "A certificate that is no good is taken for one.";
    vec![
        get.showing("expired", &ids, "it has expired an hour ago", comment, |bench| {
            certificate(bench, |usual, now| usual.valid(now - 7200, now - 3600))
        }),
        get.showing("not-yet", &ids, "it is valid in an hour", comment, |bench| {
            certificate(bench, |usual, now| usual.valid(now + 3600, now + 7200))
        }),
        get.showing("no-identifier", &ids, "it has no name", comment, |bench| {
            certificate(bench, |usual, _| usual.without(SUBJECT_ALT_NAME).subject("caller"))
        }),
        get.showing("dns-name-only", &ids, "it has a DNS name, and no identifier", comment, |bench| {
            certificate(bench, |usual, _| usual.names(&[Name::Dns("caller.conformance.example")]))
        }),
        get.showing("two-identifiers", &ids, "it has two identifiers", comment, |bench| {
            certificate(bench, |usual, _| usual.names(&[Name::Uri(CALLER), Name::Uri(STRANGER)]))
        }),
        get.showing("authority", &ids, "it is that of a CA", comment, |bench| {
            certificate(bench, |usual, _| usual.basic_constraints(true, None))
        }),
        get.showing(
            "server-only",
            &["MTLS-3.2-6", "MTLS-5-1", "MTLS-5-4"],
            "it is for servers only",
            "A certificate is used in a role that it is not for.",
            |bench| certificate(bench, |usual, _| usual.usages(&[SERVER_AUTH])),
        ),
    ]
}

/// MTLS-5-11: what a request says of its caller.
fn fields(get: &Check) -> Vec<Check> {
    let tamper: Tamper = |message| {
        message.add("X-Forwarded-Client-Cert", format!("URI={CALLER}"));
        message.add("X-Workload-Identity", CALLER);
        message.add("Forwarded", format!("for=\"{CALLER}\""));
    };
    let probe = Probe::Presented(|bench| named(bench, STRANGER), tamper);
    vec![get.hostile(
        "fields",
        &["MTLS-5-11"],
        "a stranger connects, and fields say that he is the caller",
        "A field says who calls.",
        probe,
    )]
}

fn shown(id: &str, requirements: &[&str], comment: &str, show: Show) -> Check {
    let probe = Probe::Presented(show, |_| ());
    Check { probe, show: Some(show), ..accepted(Binding::Mtls, id, requirements, comment, |_| ()) }
}

impl Check {
    /// The same request on a connection that shows something else.
    fn showing(&self, id: &str, requirements: &[&str], differs: &str, comment: &str, show: Show) -> Self {
        self.hostile(id, requirements, differs, comment, Probe::Presented(show, |_| ()))
    }
}

type Signed = Result<Vec<u8>, Box<dyn Error>>;

fn present(
    certificates: impl IntoIterator<Item = Signed>,
    key: &wimse::creds::key::SigningKey,
) -> Result<Option<Shown>, String> {
    let chain: Result<Vec<_>, _> = certificates.into_iter().collect();
    Shown::new(chain.map_err(|error| error.to_string())?, key).map(Some)
}

/// The certificate of the caller by the CA that the server trusts, with this changed. It is told the time in seconds.
fn certificate(bench: &Bench, change: fn(Certificate, u64) -> Certificate) -> Result<Option<Shown>, String> {
    let authority = bench.authority()?;
    let now = u64::try_from(now().as_secs()).map_err(|error| error.to_string())?;
    let certificate = change(authority.certificate(CALLER), now);
    present([certificate.sign(bench.caller(), &authority.ca)], bench.caller())
}

fn named(bench: &Bench, identifier: &str) -> Result<Option<Shown>, String> {
    let authority = bench.authority()?;
    present([authority.certificate(identifier).sign(bench.caller(), &authority.ca)], bench.caller())
}

/// By an intermediate CA, with its certificate or without.
fn chain(bench: &Bench, whole: bool) -> Result<Option<Shown>, String> {
    const BETWEEN: &str = "intermediate CA of conformance.example";
    let authority: &Authority = bench.authority()?;
    let now = u64::try_from(now().as_secs()).map_err(|error| error.to_string())?;
    let between = Certificate::ca(BETWEEN, &ca_name(bench.algorithm())).valid(now, now + 3600);
    let leaf = authority.certificate(CALLER).issuer(BETWEEN).sign(bench.caller(), bench.other());
    let between = whole.then(|| between.sign(bench.other(), &authority.ca));
    present([leaf].into_iter().chain(between), bench.caller())
}
