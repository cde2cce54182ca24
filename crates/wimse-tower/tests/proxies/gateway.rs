//! The proxies: what is dialled beneath `/shop` arrives without it, and everything else beneath `/v2`.

use crate::configured;
use crate::folder::Folder;
use crate::program::{self, Program};
use std::net::SocketAddr;

/// What a proxy does with the `Host` of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Host {
    /// It sets its own.
    Rewritten,
    /// It passes on what the caller says.
    PassedOn,
}

pub(crate) const HOSTS: [Host; 2] = [Host::Rewritten, Host::PassedOn];

/// A running proxy.
pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    _running: Program,
    _folder: Folder,
}

/// Starts a proxy by its name; `None` if it is not installed.
pub(crate) fn start(name: &str, behind: SocketAddr, host: Host) -> Option<Gateway> {
    let (program, folder) = (program::find(name)?, Folder::new());
    let (running, address) = Program::serve(folder.path(), |address| match name {
        "nginx" => configured::nginx(&program, &folder, &nginx(address, behind, host)),
        _ => configured::haproxy(&program, &folder, &haproxy(address, behind, host)),
    });
    Some(Gateway { address, _running: running, _folder: folder })
}

fn nginx(address: SocketAddr, behind: SocketAddr, host: Host) -> String {
    let (host, shop) = match host {
        Host::Rewritten => ("orders.internal", format!("proxy_pass http://{behind}/;")),
        // And the path as it was received, not decoded and encoded again.
        Host::PassedOn => (
            "$http_host",
            format!(
                "if ($request_uri ~ ^/shop(?<raw>/.*)$) {{ }}
                 proxy_pass http://{behind}$raw;"
            ),
        ),
    };
    format!(
        "listen {address};
         proxy_http_version 1.1; proxy_set_header Host {host};
         location /shop/ {{ {shop} }}
         location / {{ proxy_pass http://{behind}/v2/; }}"
    )
}

fn haproxy(address: SocketAddr, behind: SocketAddr, host: Host) -> String {
    let host = match host {
        Host::Rewritten => "http-request set-header Host orders.internal",
        Host::PassedOn => "",
    };
    format!(
        "defaults
            mode http
         frontend gateway
            bind {address}
            {host}
            use_backend shop if {{ path_beg /shop/ }}
            default_backend plain
         backend shop
            http-request replace-path ^/shop(/.*)$ \\1
            server orders {behind}
         backend plain
            http-request set-path /v2%[path]
            server orders {behind}"
    )
}
