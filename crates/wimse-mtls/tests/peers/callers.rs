//! Programs that call our server.

use crate::domain::{Domain, HOST, SCHEMES};
use crate::folder::{Folder, Shown};
use crate::ours::{Listening, REQUEST, greeting};
use crate::program::{self, Program};
use crate::workshop::Forged;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use wimse_creds::wic::Purpose;

/// A call that a program is to make: it checks our certificate, by a CA and a host name, and shows one of its own.
struct Call<'a> {
    address: SocketAddr,
    ca: &'a Path,
    shown: Option<&'a Shown>,
}

#[test]
fn openssl() {
    each_case("openssl", |program, call| {
        let mut command = Command::new(program);
        command.args(["s_client", "-quiet", "-servername", HOST, "-verify_hostname", HOST]);
        command.arg("-verify_return_error").arg("-CAfile").arg(call.ca);
        command.args(["-connect", &call.address.to_string()]);
        if let Some(shown) = call.shown {
            command.arg("-cert").arg(&shown.chain).arg("-key").arg(&shown.key);
            if let Some(intermediates) = &shown.intermediates {
                command.arg("-cert_chain").arg(intermediates);
            }
        }
        command
    });
}

#[test]
fn curl() {
    each_case("curl", |program, call| {
        let mut command = Command::new(program);
        // First of all: no configuration of whoever runs this.
        command.args(["-q", "--silent", "--show-error", "--http1.1", "--noproxy", "*", "--max-time", "20"]);
        let (ip, port) = (call.address.ip(), call.address.port());
        command.arg("--resolve").arg(format!("{HOST}:{port}:{ip}")).arg("--cacert").arg(call.ca);
        if let Some(shown) = call.shown {
            command.arg("--cert").arg(&shown.chain).arg("--key").arg(&shown.key);
        }
        command.arg(format!("https://{HOST}:{port}/"));
        command
    });
}

#[test]
fn gnutls() {
    each_case("gnutls-cli", |program, call| {
        let mut command = Command::new(program);
        command.args(["--sni-hostname", HOST, "--verify-hostname", HOST]);
        command.arg("--x509cafile").arg(call.ca).args(["--port", &call.address.port().to_string()]);
        if let Some(shown) = call.shown {
            command.arg("--x509certfile").arg(&shown.chain).arg("--x509keyfile").arg(&shown.key);
        }
        command.arg(call.address.ip().to_string());
        command
    });
}

#[test]
fn node() {
    each_case("node", |program, call| {
        let mut command = Command::new(program);
        let (ip, port) = (call.address.ip().to_string(), call.address.port().to_string());
        command.arg(program::node_script()).args(["call", &ip, &port, HOST]).arg(call.ca);
        if let Some(shown) = call.shown {
            command.arg(&shown.chain).arg(&shown.key);
        }
        command
    });
}

/// Lets a program call with each certificate, and with none.
fn each_case(name: &str, command: impl Fn(&Path, &Call<'_>) -> Command) {
    let Some(program) = program::find(name) else { return };
    for scheme in SCHEMES {
        let (domain, folder) = (Domain::new(scheme), Folder::new());
        let ours = Listening::start(domain.orders("billing"));
        let ca: PathBuf = folder.write("ca.pem", domain.ca_pem());
        let billing = domain.id("billing").to_string();
        let run = |what: &str, shown: Option<&Shown>, expected: &str| {
            let call = Call { address: ours.address, ca: &ca, shown };
            let (output, _) = Program::start(command(&program, &call), folder.path()).finish(REQUEST);
            let outcome = if expected == "accepted" { Ok(billing.clone()) } else { Err(expected) };
            assert_eq!(ours.verdict(), outcome, "{scheme}, {what}: {output}");
            assert_eq!(output.contains(&greeting(&billing)), outcome.is_ok(), "{scheme}, {what}: {output}");
        };
        for case in domain.cases("billing", Purpose::ClientAuth) {
            run(case.what, Some(&folder.write_shown(&case.shown)), case.expected);
        }
        // MTLS-3.2-4.
        run("no certificate", None, "mtls.certificate_missing");
        assert!(ours.is_quiet());

        // The program looks at our certificate too: by another CA it is not served, whatever it shows.
        let ours = Listening::start(domain.orders("billing"));
        let other_ca = folder.write("other.pem", Domain::new(scheme).ca_pem());
        let shown = folder.write_shown(&Forged::of(&domain.credential("billing")));
        let call = Call { address: ours.address, ca: &other_ca, shown: Some(&shown) };
        let (output, success) = Program::start(command(&program, &call), folder.path()).finish(REQUEST);
        assert!(!success && !output.contains(&greeting(&billing)), "{scheme}, another CA: {output}");
    }
}
