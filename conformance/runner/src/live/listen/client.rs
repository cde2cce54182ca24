//! The client: a program.

use std::{
    io,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use crate::harness::HarnessCommand;

/// What stands for the URL in the arguments.
const URL: &str = "{url}";
/// How often it is looked whether the client has ended.
const PAUSE: Duration = Duration::from_millis(5);

/// Calls the client with that URL: whether it ends with status 0, or nothing if it does not end in time.
pub(super) fn call(client: &HarnessCommand, url: &str, timeout: Duration) -> io::Result<Option<bool>> {
    let mut command = client.command_with(URL, url);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let deadline = Instant::now() + timeout;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(PAUSE);
    }
}
