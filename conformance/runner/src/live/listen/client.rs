//! The client: a program.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::harness::HarnessCommand;

/// How often it is looked whether the client has ended.
const PAUSE: Duration = Duration::from_millis(5);
/// The most that is read of what it prints, in bytes.
const MOST: u64 = 1024 * 1024;

/// One call of the client.
#[derive(Debug)]
pub(super) struct Call<'a> {
    pub(super) client: &'a HarnessCommand,
    /// Where its credentials are.
    pub(super) folder: &'a Path,
    /// The name of the files there.
    pub(super) credentials: &'a str,
    pub(super) url: &'a str,
}

/// What the client makes of it.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Whether it ends with status 0.
    pub(super) taken: bool,
    /// What it has printed.
    pub(super) output: Vec<u8>,
}

impl Call<'_> {
    /// Makes it; nothing, if the client does not end in time.
    pub(super) fn make(&self, timeout: Duration) -> io::Result<Option<Outcome>> {
        let file = |end: &str| self.folder.join(format!("{}.{end}", self.credentials)).display().to_string();
        let mut command = self.client.command_with(&[
            ("{url}", self.url),
            ("{wit}", &file("wit")),
            ("{key}", &file("jwk.json")),
        ]);
        let (printed, for_output) = Printed::new()?;
        command.stdin(Stdio::null()).stdout(for_output.try_clone()?).stderr(for_output);
        let mut child = command.spawn()?;
        let deadline = Instant::now() + timeout;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(Outcome { taken: status.success(), output: printed.read()? }));
            }
            if Instant::now() >= deadline {
                child.kill()?;
                child.wait()?;
                return Ok(None);
            }
            thread::sleep(PAUSE);
        }
    }
}

/// A file for what a program prints, which is gone afterwards. A pipe would have to be read meanwhile.
struct Printed(std::path::PathBuf);

impl Printed {
    fn new() -> io::Result<(Self, File)> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("wimse-live-output-{}-{number}", std::process::id()));
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        Ok((Self(path), file))
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        let mut output = Vec::new();
        File::open(&self.0)?.take(MOST).read_to_end(&mut output)?;
        Ok(output)
    }
}

impl Drop for Printed {
    fn drop(&mut self) {
        // There is nobody to tell.
        let _ = fs::remove_file(&self.0);
    }
}
