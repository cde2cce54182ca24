//! A Redis server of the test's own.

use crate::workshop::Workshop;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// One that ends with the test.
pub(crate) struct Redis(Child);

impl Redis {
    /// With options that say where it listens. `None` if there is none and none is required.
    pub(crate) fn start(shop: &Workshop, options: &[&str]) -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
        let Some(program) = folders.map(|folder| folder.join("redis-server")).find(|file| file.is_file())
        else {
            let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
            assert!(
                !required.split(',').any(|word| word == "peers"),
                "redis-server is required and not there"
            );
            let _ = writeln!(std::io::stderr(), "skipped: redis-server");
            return None;
        };
        let mut command = Command::new(program);
        command.args(options).args(["--save", "", "--daemonize", "no"]);
        command.current_dir(shop.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let redis = Self(child);
        lines.find(|line| line.as_ref().unwrap().contains("eady to accept connections")).unwrap().unwrap();
        // What it says later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Some(redis)
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
