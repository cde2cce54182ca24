//! Programs that stand in front of our server.

use crate::configured;
use crate::domain::{Domain, HOST, SCHEMES};
use crate::folder::{Folder, Shown};
use crate::foreign;
use crate::ours::{Listening, call, call_as, greeting};
use crate::program::{self, Program};
use crate::workshop::Forged;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use wimse_creds::wic::Purpose;

/// A proxy that ends our client's TLS, whose certificate it requires, and calls our server with a certificate of its own.
struct Gateway<'a> {
    address: SocketAddr,
    /// Our server.
    behind: SocketAddr,
    ca: &'a Path,
    /// What our client sees.
    front: &'a Shown,
    /// What our server sees.
    shown: Option<&'a Shown>,
    folder: &'a Folder,
}

#[test]
fn nginx() {
    each_case("nginx", |program, gateway| {
        let Gateway { address, behind, .. } = gateway;
        let (ca, chain, key) =
            (gateway.ca.display(), gateway.front.chain.display(), gateway.front.key.display());
        let shown = gateway.shown.map_or_else(String::new, |shown| {
            let (chain, key) = (shown.chain.display(), shown.key.display());
            format!("proxy_ssl_certificate {chain}; proxy_ssl_certificate_key {key};")
        });
        let server = format!(
            "listen {address} ssl;
             ssl_protocols TLSv1.3; ssl_certificate {chain}; ssl_certificate_key {key};
             ssl_client_certificate {ca}; ssl_verify_client on;
             location / {{
                 proxy_pass https://{behind}; proxy_ssl_protocols TLSv1.3; {shown}
                 proxy_ssl_server_name on; proxy_ssl_name {HOST};
                 proxy_ssl_verify on; proxy_ssl_verify_depth 2; proxy_ssl_trusted_certificate {ca};
             }}"
        );
        configured::nginx(program, gateway.folder, &server)
    });
}

#[test]
fn haproxy() {
    each_case("haproxy", |program, gateway| {
        let Gateway { address, behind, .. } = gateway;
        let (ca, front) = (gateway.ca.display(), gateway.front.together.display());
        let shown =
            gateway.shown.map_or_else(String::new, |shown| format!("crt {}", shown.together.display()));
        let sections = format!(
            "defaults
                mode http
             frontend gateway
                bind {address} ssl crt {front} ca-file {ca} verify required ssl-min-ver TLSv1.3
                default_backend orders
             backend orders
                server orders {behind} ssl {shown} ca-file {ca} verify required verifyhost {HOST} sni str({HOST})"
        );
        configured::haproxy(program, gateway.folder, &sections)
    });
}

/// Lets a proxy call with each certificate, and with none, when our client calls it.
fn each_case(name: &str, command: impl Fn(&Path, &Gateway<'_>) -> Command) {
    let Some(program) = program::find(name) else { return };
    for scheme in SCHEMES {
        let (domain, front_folder) = (Domain::new(scheme), Folder::new());
        let ours = Listening::start(domain.orders("gateway"));
        let (client, _) = domain.billing("gateway");
        let gateway = domain.id("gateway").to_string();
        let ca: PathBuf = front_folder.write("ca.pem", domain.ca_pem());
        let front = front_folder.write_shown(&Forged::of(&domain.credential("gateway")));
        let run = |what: &str, shown: Option<&Shown>, expected: &str, folder: &Folder| {
            let (_running, address) = Program::serve(folder.path(), |address| {
                let behind = ours.address;
                command(&program, &Gateway { address, behind, ca: &ca, front: &front, shown, folder })
            });
            let (server, page) = call(&client, address).unwrap();
            assert_eq!(server, gateway);
            let outcome = if expected == "accepted" { Ok(gateway.clone()) } else { Err(expected) };
            assert_eq!(ours.verdict(), outcome, "{scheme}, {what}: {page}");
            // To our server the caller is the proxy, whoever has called that.
            assert_eq!(page.contains(&greeting(&gateway)), outcome.is_ok(), "{scheme}, {what}: {page}");
        };
        let folder = Folder::new();
        for case in domain.cases("gateway", Purpose::ClientAuth) {
            run(case.what, Some(&folder.write_shown(&case.shown)), case.expected, &folder);
        }
        run("no certificate", None, "mtls.certificate_missing", &folder);
        assert!(ours.is_quiet());
    }
}

#[test]
fn nginx_passing_through() {
    let Some(module) = program::find_file("/usr/lib/nginx/modules/ngx_stream_module.so", "nginx stream")
    else {
        return;
    };
    passing_through("nginx", |program, folder, address, behind| {
        configured::nginx_stream(program, folder, &module, &format!("listen {address}; proxy_pass {behind};"))
    });
}

#[test]
fn haproxy_passing_through() {
    passing_through("haproxy", |program, folder, address, behind| {
        let sections = format!(
            "defaults
                mode tcp
             listen orders
                bind {address}
                server orders {behind}"
        );
        configured::haproxy(program, folder, &sections)
    });
}

/// Calls our server through a proxy that only carries bytes: both ends know each other, as if it were not there.
fn passing_through(name: &str, command: impl Fn(&Path, &Folder, SocketAddr, SocketAddr) -> Command) {
    let Some(program) = program::find(name) else { return };
    for scheme in SCHEMES {
        let (domain, folder) = (Domain::new(scheme), Folder::new());
        let ours = Listening::start(domain.orders("billing"));
        let (_running, address) =
            Program::serve(folder.path(), |address| command(&program, &folder, address, ours.address));
        let (client, _) = domain.billing("orders");
        let billing = domain.id("billing").to_string();
        let (server, page) = call(&client, address).unwrap();
        assert_eq!(server, domain.id("orders").to_string());
        assert!(page.contains(&greeting(&billing)), "{page}");
        assert_eq!(ours.verdict(), Ok(billing.clone()));
        for case in domain.cases("billing", Purpose::ClientAuth) {
            let called = call_as(foreign::client(&case.shown), address);
            let outcome = if case.expected == "accepted" { Ok(billing.clone()) } else { Err(case.expected) };
            assert_eq!(ours.verdict(), outcome, "{scheme}, {}", case.what);
            assert_eq!(called.is_ok(), outcome.is_ok(), "{scheme}, {}: {called:?}", case.what);
        }
        let called = call_as(foreign::anonymous_client(), address);
        assert_eq!(ours.verdict(), Err("mtls.certificate_missing"));
        assert!(called.is_err());
        assert!(ours.is_quiet());
    }
}
