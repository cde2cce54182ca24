//! TLS 1.2 with OpenSSL, which speaks nothing else here: accepted where it is allowed by name.

use crate::domain::{Domain, HOST, SCHEMES};
use crate::folder::{Folder, Shown};
use crate::ours::{Listening, REQUEST, call, greeting};
use crate::program::{self, Program};
use crate::workshop::Forged;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use wimse_mtls::TlsOptions;

/// What we allow, and what becomes of a peer that has TLS 1.2 alone.
fn options() -> [(TlsOptions, bool); 2] {
    [(TlsOptions::new().allow_tls12(), true), (TlsOptions::new(), false)]
}

#[test]
fn a_caller() {
    each(|domain, folder, program, ca, shown| {
        for (options, is_allowed) in options() {
            let ours = Listening::start(domain.orders_under("billing", &options));
            let command = openssl_client(program, ours.address, ca, shown);
            let (output, _) = Program::start(command, folder.path()).finish(REQUEST);
            let billing = domain.id("billing").to_string();
            let expected = if is_allowed { Ok(billing.clone()) } else { Err("mtls.tls") };
            assert_eq!(ours.verdict(), expected, "{output}");
            assert_eq!(output.contains(&greeting(&billing)), is_allowed, "{output}");
        }
    });
}

#[test]
fn a_server() {
    each(|domain, folder, program, ca, _| {
        let shown = folder.write_shown(&Forged::of(&domain.credential("orders")));
        for (options, is_allowed) in options() {
            let (_running, address) =
                Program::serve(folder.path(), |address| openssl_server(program, address, ca, &shown));
            let client = domain.billing_under("orders", &options);
            let outcome = call(&client, address).map(|(server, _)| server);
            // The alert of OpenSSL: it has no version in common with us.
            let expected =
                if is_allowed { Ok(domain.id("orders").to_string()) } else { Err("mtls.refused_by_peer") };
            assert_eq!(outcome, expected);
        }
    });
}

fn openssl_client(program: &Path, address: SocketAddr, ca: &Path, shown: &Shown) -> Command {
    let mut command = Command::new(program);
    command.args(["s_client", "-tls1_2", "-quiet", "-servername", HOST, "-verify_hostname", HOST]);
    command.arg("-verify_return_error").arg("-CAfile").arg(ca).args(["-connect", &address.to_string()]);
    command.arg("-cert").arg(&shown.chain).arg("-key").arg(&shown.key);
    command
}

fn openssl_server(program: &Path, address: SocketAddr, ca: &Path, shown: &Shown) -> Command {
    let mut command = Command::new(program);
    command.args(["s_server", "-tls1_2", "-www", "-Verify", "3", "-verify_return_error"]);
    command.args(["-accept", &address.to_string()]).arg("-CAfile").arg(ca);
    command.arg("-cert").arg(&shown.chain).arg("-key").arg(&shown.key);
    command
}

/// Under each scheme: the domain, a folder, OpenSSL, the file of the CA, and a certificate of billing.
fn each(test: impl Fn(&Domain, &Folder, &Path, &Path, &Shown)) {
    let Some(program) = program::find("openssl") else { return };
    for scheme in SCHEMES {
        let (domain, folder) = (Domain::new(scheme), Folder::new());
        let ca: PathBuf = folder.write("ca.pem", domain.ca_pem());
        let shown = folder.write_shown(&Forged::of(&domain.credential("billing")));
        test(&domain, &folder, &program, &ca, &shown);
    }
}
