//! Programs that are told by a file what to do.

use crate::folder::Folder;
use std::path::Path;
use std::process::Command;

/// nginx, with the contents of one `server` of HTTP.
pub(crate) fn nginx(program: &Path, folder: &Folder, server: &str) -> Command {
    nginx_with(
        program,
        folder,
        &format!("http {{ access_log off; {} server {{ {server} }} }}", temporary(folder)),
        "",
    )
}

/// nginx, with the contents of one `server` of TCP.
pub(crate) fn nginx_stream(program: &Path, folder: &Folder, module: &Path, server: &str) -> Command {
    let module = module.display();
    nginx_with(
        program,
        folder,
        &format!("stream {{ server {{ {server} }} }}"),
        &format!("load_module {module};"),
    )
}

/// nginx in the foreground, as one process, with all its files in the folder.
fn nginx_with(program: &Path, folder: &Folder, blocks: &str, modules: &str) -> Command {
    let pid = folder.path().join("nginx.pid");
    let pid = pid.display();
    let text = format!("{modules} daemon off; master_process off; pid {pid}; events {{}}\n{blocks}\n");
    let file = folder.write("nginx.conf", text);
    let mut command = Command::new(program);
    command.arg("-p").arg(folder.path()).arg("-e").arg("stderr").arg("-c").arg(file);
    command
}

/// The program `haproxy` in the foreground, with all sections but `global`.
pub(crate) fn haproxy(program: &Path, folder: &Folder, sections: &str) -> Command {
    let limits = "timeout connect 10s\ntimeout client 10s\ntimeout server 10s\nretries 0";
    let sections = sections.replacen("defaults", &format!("defaults\n{limits}"), 1);
    // Without `noreuseport` two processes could share a port, and neither would notice.
    let file = folder.write("haproxy.cfg", format!("global\nnoreuseport\nmaxconn 64\n{sections}\n"));
    let mut command = Command::new(program);
    command.args(["-db", "-f"]).arg(file);
    command
}

fn temporary(folder: &Folder) -> String {
    let folder = folder.path().display();
    ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {folder}/{name};"))
        .concat()
}
