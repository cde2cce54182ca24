//! A folder of its own for a test, with the command in it.
#![allow(dead_code, reason = "each test file uses its own part")]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{fs, io::Write as _};

/// Everything in the tests happens at this time: 2027-01-15T08:00:00Z.
pub(crate) const NOW: &str = "1800000000";

/// A folder that goes when the test ends.
pub(crate) struct Workshop {
    folder: PathBuf,
}

/// How a command ended, and what it printed.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("wimse-test-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// A file that its owner alone can read, as keys have to be.
    pub(crate) fn write_private(&self, name: &str, content: impl AsRef<[u8]>) {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(self.path(name)).unwrap().write_all(content.as_ref()).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs `wimse` in the folder.
    pub(crate) fn wimse(&self, arguments: &[&str]) -> Ended {
        self.wimse_with_input(arguments, b"")
    }

    pub(crate) fn wimse_with_input(&self, arguments: &[&str], input: &[u8]) -> Ended {
        run(self.command(Path::new(env!("CARGO_BIN_EXE_wimse")), arguments), input)
    }

    /// Runs `wimse` and takes what it prints; it must be accepted.
    pub(crate) fn make(&self, arguments: &[&str]) -> String {
        let ended = self.wimse(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {}{}", ended.stdout, ended.stderr);
        ended.stdout
    }

    /// A WIT for a workload of the fixture that is valid now, in the place of its own.
    pub(crate) fn renew(&self, name: &str) {
        let (key, subject) = (format!("{name}.jwk.json"), format!("wimse://example.com/{name}"));
        let public = self.make(&["key", "public", &key]);
        self.write("public.jwk.json", public);
        let keys = ["--key", "public.jwk.json", "--issuer-key", "issuer.jwk.json"];
        let wit = self.make(&[&["wit", "issue", "--sub", &subject], &keys[..]].concat());
        self.write(&format!("{name}.wit"), wit);
    }

    /// Runs `wimse … --json` and takes the document.
    pub(crate) fn document(&self, arguments: &[&str]) -> (i32, Value) {
        let ended = self.wimse(&[arguments, &["--json"]].concat());
        let document = serde_json::from_str(&ended.stdout);
        (
            ended.code,
            document
                .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}{}", ended.stdout, ended.stderr)),
        )
    }

    /// Runs another program in the folder; it must succeed.
    pub(crate) fn run(&self, program: &Path, arguments: &[&str]) -> String {
        let ended = run(self.command(program, arguments), b"");
        assert_eq!(ended.code, 0, "{} {arguments:?}: {}", program.display(), ended.stderr);
        ended.stdout
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.folder).env_remove("WIMSE_CONFIG");
        command
    }
}

fn run(mut command: Command, input: &[u8]) -> Ended {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // A command that does not read its input may have closed it.
    let _ = child.stdin.take().unwrap().write_all(input);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Ended {
        code: status.code().unwrap(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
