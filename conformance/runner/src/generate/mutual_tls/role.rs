//! The extended key usage, where it is there (mutual-tls 3.2).

use super::super::{
    Cases,
    certificate_cases::{accept, accept_draft, between, by_intermediate, refuse, refuse_chain, usual},
    certificates::{CLIENT_AUTH, CODE_SIGNING, EXTENDED_KEY_USAGE, SERVER_AUTH},
    der::sequence,
    keys::{Keys, by_both},
};

pub(super) fn vectors() -> Cases {
    by_both(cases)
}

fn cases(keys: &Keys) -> Cases {
    let mut vectors = Vec::new();
    for (role, other, own_usage, other_usage, requirement) in [
        ("client", "server", CLIENT_AUTH, SERVER_AUTH, "MTLS-3.2-6"),
        ("server", "client", SERVER_AUTH, CLIENT_AUTH, "MTLS-3.2-5"),
    ] {
        let requirements = [requirement, "MTLS-5-1"];
        let id = |name: &str| format!("wic-{role}-{name}");
        let twin = accept_draft(keys, &id("both"), &usual(), &requirements, "A certificate for both roles.")?
            .config("role", role);
        let none = usual().without(EXTENDED_KEY_USAGE);
        vectors.extend([
            twin.clone(),
            accept_draft(
                keys,
                &id("only"),
                &usual().usages(&[own_usage]),
                &requirements,
                "A certificate for this role alone.",
            )?
            .config("role", role),
            accept_draft(
                keys,
                &id("any"),
                &none,
                &requirements,
                "No extended key usage: the extension may be left out.",
            )?
            .config("role", role),
            accept(
                keys,
                &id("path"),
                by_intermediate(keys, &usual(), &between().usages(&[own_usage]))?,
                &requirements,
                "An intermediate CA for this role alone.",
            )?
            .config("role", role),
        ]);
        let differs = format!("for a {other} only");
        let between_differs = format!("an intermediate CA for a {other} only");
        vectors.extend(refuse(
            keys,
            &twin,
            &requirements,
            [
                (
                    &*id("of-other"),
                    "wic.eku",
                    usual().usages(&[other_usage]),
                    &*differs,
                    "A stolen certificate in a role that it is not for.",
                ),
                (
                    &*id("code-signing"),
                    "wic.eku",
                    usual().usages(&[CODE_SIGNING]),
                    "for code signing only",
                    "A certificate that is for no TLS.",
                ),
            ],
        )?);
        let none = usual().set(EXTENDED_KEY_USAGE, false, sequence([]));
        let row = (&*id("no-usage"), "wic.eku", none, "an empty extended key usage", "For nothing.");
        // The extension has at least one member (RFC 5280 section 4.2.1.12): reading it may fail already.
        vectors.extend(
            refuse(keys, &twin, &requirements, [row])?
                .into_iter()
                .map(|vector| vector.or_code("wic.encoding")),
        );
        let path = by_intermediate(keys, &usual(), &between().usages(&[other_usage]))?;
        let row =
            (&*id("path-of-other"), "wic.eku", path, &*between_differs, "A CA beyond what it was made for.");
        // X509-SVID section 4.4: some impose it on the certificates below, and others do not.
        vectors.push(refuse_chain(&twin, &requirements, row)?.left_open());
    }
    Ok(vectors)
}
