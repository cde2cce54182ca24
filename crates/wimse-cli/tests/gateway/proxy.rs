//! The proxies, with the files of `docs/gateway`: only addresses are others.

use crate::program::{self, Program};
use crate::workshop::Workshop;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Caddy,
    Traefik,
    Envoy,
}

/// What the files have where the tests have something else.
const PROXY: &str = "127.0.0.1:8080";
const GATEWAY: &str = "127.0.0.1:9191";
const SOCKET: &str = "unix:/run/wimse/gateway.sock";
pub(crate) const SERVICE: &str = "127.0.0.1:8000";

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
            Self::Traefik => "traefik",
            Self::Envoy => "envoy",
        }
    }

    /// Where the gateway of the file listens.
    pub(crate) fn place(self, shop: &Workshop) -> String {
        match self {
            Self::Nginx => format!("unix:{}", shop.path("gateway.sock").display()),
            _ => "127.0.0.1:0".to_owned(),
        }
    }

    /// The file of the documentation.
    pub(crate) fn file(self) -> String {
        let name = match self {
            Self::Nginx => "nginx.conf",
            Self::Caddy => "Caddyfile",
            Self::Traefik => "traefik-service.yaml",
            Self::Envoy => "envoy.yaml",
        };
        fs::read_to_string(documented(name)).unwrap()
    }

    /// Where it is installed.
    pub(crate) fn program(self) -> Option<PathBuf> {
        let packages = documented("../../conformance/adapters/python/.venv");
        let packaged = match self {
            Self::Nginx => None,
            Self::Caddy | Self::Traefik => Some(packages.join("bin").join(self.name())),
            // What is in `bin` starts this as a child, which would be left behind.
            Self::Envoy => fs::read_dir(packages.join("lib"))
                .ok()
                .and_then(|mut folders| folders.next()?.ok())
                .map(|python| python.path().join("site-packages/envoy/_bin/envoy")),
        };
        packaged.filter(|file| file.is_file()).or_else(|| program::find(self.name()))
    }

    /// Starts it with the text of a file.
    pub(crate) fn start(
        self,
        shop: &Workshop,
        program: &Path,
        text: &str,
        [gateway, service]: [&str; 2],
    ) -> (Program, SocketAddr) {
        let folder = shop.path("proxy");
        let _ = fs::create_dir(&folder);
        Program::serve(&folder, |address| {
            let text = self.addressed(text, &address.to_string(), gateway, service);
            self.command(program, &folder, &text, address)
        })
    }

    /// Puts an address into the place of one of the file. That it was there can still be seen.
    pub(crate) fn replaced(self, text: &str, from: &str, to: &str) -> String {
        let written = |place: &str| match (self, place.split_once(':')) {
            (Self::Envoy, Some((host, port))) => format!("{{ address: {host}, port_value: {port} }}"),
            _ => place.to_owned(),
        };
        format!("{}\n# {}\n", text.replace(&written(from), &written(to)), written(from))
    }

    fn addressed(self, text: &str, proxy: &str, gateway: &str, service: &str) -> String {
        let mut replaced = text.to_owned();
        let mut replace = |from: &str, to: &str| {
            assert!(replaced.contains(from), "{from} is not in the file");
            replaced = replaced.replace(from, to);
        };
        match self {
            Self::Nginx => {
                replace(PROXY, proxy);
                replace(SOCKET, gateway);
                replace(SERVICE, service);
            }
            Self::Caddy => {
                let (host, port) = proxy.split_once(':').unwrap();
                replace("http://:8080", &format!("http://:{port}"));
                replace("bind 127.0.0.1", &format!("bind {host}"));
                replace(GATEWAY, gateway);
                replace(SERVICE, service);
            }
            Self::Traefik => {
                replace(GATEWAY, gateway);
                replace(SERVICE, service);
            }
            Self::Envoy => {
                for (from, to) in [(PROXY, proxy), (GATEWAY, gateway), (SERVICE, service)] {
                    let split = |place: &str| {
                        let (host, port) = place.split_once(':').unwrap();
                        format!("{{ address: {host}, port_value: {port} }}")
                    };
                    replace(&split(from), &split(to));
                }
            }
        }
        replaced
    }

    fn command(self, program: &Path, folder: &Path, text: &str, address: SocketAddr) -> Command {
        let mut command = Command::new(program);
        let shown = folder.display();
        match self {
            Self::Nginx => {
                let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                    .map(|name| format!("{name}_temp_path {shown}/{name};"))
                    .concat();
                let text = format!(
                    "daemon off; master_process off; pid {shown}/nginx.pid; events {{}}\n\
                     http {{ access_log off; {temporary}\n{text}\n}}\n"
                );
                let file = folder.join("nginx.conf");
                fs::write(&file, text).unwrap();
                command.arg("-p").arg(folder).arg("-e").arg("stderr").arg("-c").arg(file);
            }
            Self::Caddy => {
                let start = "{\n\tadmin off\n\tauto_https off\n\tpersist_config off\n\tservers {\n\t\tprotocols h1 h2c\n\t}\n}\n";
                let file = folder.join("Caddyfile");
                fs::write(&file, format!("{start}{text}")).unwrap();
                command.args(["run", "--adapter", "caddyfile", "--config"]).arg(file);
                command.env("HOME", folder).env("XDG_DATA_HOME", folder).env("XDG_CONFIG_HOME", folder);
            }
            Self::Traefik => {
                let service = folder.join("traefik-service.yaml");
                fs::write(&service, text).unwrap();
                let start = fs::read_to_string(documented("traefik.yaml")).unwrap();
                let start = start.replace(PROXY, &address.to_string());
                let start =
                    start.replace("/etc/traefik/traefik-service.yaml", &service.display().to_string());
                let file = folder.join("traefik.yaml");
                // It does not ask anybody whether there is a newer one.
                let quiet = "global: { checkNewVersion: false, sendAnonymousUsage: false }\n";
                fs::write(&file, format!("{quiet}{start}")).unwrap();
                command.arg(format!("--configFile={}", file.display()));
            }
            Self::Envoy => {
                let file = folder.join("envoy.yaml");
                fs::write(&file, text).unwrap();
                // Several on one machine, and no more threads than needed.
                command
                    .args(["--use-dynamic-base-id", "--concurrency", "1", "--log-level", "warn", "-c"])
                    .arg(file);
            }
        }
        command
    }
}

/// A file of `docs/gateway`.
pub(crate) fn documented(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/gateway").join(name)
}
