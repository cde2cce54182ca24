//! Programs that our client calls, and that require its certificate.

use crate::configured;
use crate::domain::{Domain, SCHEMES};
use crate::folder::{Folder, Shown};
use crate::foreign;
use crate::ours::{call, call_as};
use crate::program::{self, Program};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use wimse_creds::wic::Purpose;

/// A server that a program is to be: it shows a certificate, and answers whom a CA vouches for with the serial number of
/// the client's certificate, somewhere.
struct Serve<'a> {
    address: SocketAddr,
    ca: &'a Path,
    shown: &'a Shown,
    folder: &'a Folder,
}

#[test]
fn openssl() {
    each_case("openssl", |program, serve| {
        let mut command = Command::new(program);
        command.args(["s_server", "-www", "-Verify", "3", "-verify_return_error"]);
        command.args(["-accept", &serve.address.to_string()]).arg("-CAfile").arg(serve.ca);
        command.arg("-cert").arg(&serve.shown.chain).arg("-key").arg(&serve.shown.key);
        if let Some(intermediates) = &serve.shown.intermediates {
            command.arg("-cert_chain").arg(intermediates);
        }
        command
    });
}

#[test]
fn gnutls() {
    each_case("gnutls-serv", |program, serve| {
        let mut command = Command::new(program);
        // On all addresses: it has no option for one.
        command.args(["--http", "--require-client-cert", "--verify-client-cert"]);
        command.args(["--port", &serve.address.port().to_string()]).arg("--x509cafile").arg(serve.ca);
        command.arg("--x509certfile").arg(&serve.shown.chain).arg("--x509keyfile").arg(&serve.shown.key);
        command
    });
}

#[test]
fn node() {
    each_case("node", |program, serve| {
        let (ip, port) = (serve.address.ip().to_string(), serve.address.port().to_string());
        let mut command = Command::new(program);
        command.arg(program::node_script()).args(["serve", &ip, &port]).arg(serve.ca);
        command.arg(&serve.shown.chain).arg(&serve.shown.key);
        command
    });
}

#[test]
fn nginx() {
    each_case("nginx", |program, serve| {
        let (address, ca) = (serve.address, serve.ca.display());
        let (chain, key) = (serve.shown.chain.display(), serve.shown.key.display());
        let server = format!(
            "listen {address} ssl;
             ssl_protocols TLSv1.3; ssl_certificate {chain}; ssl_certificate_key {key};
             ssl_client_certificate {ca}; ssl_verify_client on;
             location / {{ return 200 'serial $ssl_client_serial'; }}"
        );
        configured::nginx(program, serve.folder, &server)
    });
}

#[test]
fn haproxy() {
    each_case("haproxy", |program, serve| {
        let (address, ca, together) = (serve.address, serve.ca.display(), serve.shown.together.display());
        let sections = format!(
            "defaults
                mode http
             frontend orders
                bind {address} ssl crt {together} ca-file {ca} verify required ssl-min-ver TLSv1.3
                http-request return status 200 content-type text/plain lf-string \"serial %[ssl_c_serial,hex]\"\n"
        );
        configured::haproxy(program, serve.folder, &sections)
    });
}

/// Calls a program that shows each certificate, and once without showing one of ours.
fn each_case(name: &str, command: impl Fn(&Path, &Serve<'_>) -> Command) {
    let Some(program) = program::find(name) else { return };
    for scheme in SCHEMES {
        let (domain, folder) = (Domain::new(scheme), Folder::new());
        let ca: PathBuf = folder.write("ca.pem", domain.ca_pem());
        let (client, identity) = domain.billing("orders");
        let serial = identity.wic().claimed_serial_number().to_lowercase();
        for (number, case) in domain.cases("orders", Purpose::ServerAuth).iter().enumerate() {
            let shown = folder.write_shown(&case.shown);
            let (_running, address) = Program::serve(folder.path(), |address| {
                command(&program, &Serve { address, ca: &ca, shown: &shown, folder: &folder })
            });
            let called = call(&client, address);
            let outcome = called.as_ref().map(|(server, _)| server.clone()).map_err(|code| *code);
            let expected = if case.expected == "accepted" {
                Ok(domain.id("orders").to_string())
            } else {
                Err(case.expected)
            };
            assert_eq!(outcome, expected, "{scheme}, {}", case.what);
            // Programs write serial numbers as they like.
            let page = called.unwrap_or_default().1.to_lowercase().replace(':', "");
            assert_eq!(page.contains(&serial), expected.is_ok(), "{scheme}, {}: {page}", case.what);
            if number == 0 {
                let page = call_as(foreign::anonymous_client(), address).unwrap_or_default();
                let status = page.lines().next().unwrap_or_default();
                assert!(!status.contains(" 200 "), "{scheme}, without our certificate: {page}");
            }
        }
    }
}
