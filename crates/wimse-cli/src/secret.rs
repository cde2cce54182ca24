//! Private keys in files: who may read them, and how they are written.

use crate::exit::Failure;
use crate::input::Input;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// How to treat a key file that others can read.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Readable {
    /// Use a key file even if others than its owner can read it
    #[arg(long)]
    allow_readable_key: bool,
}

impl Readable {
    /// Refuses the file of a private key to which others have rights.
    pub(crate) fn check(self, path: &Path) -> Result<(), Failure> {
        let input = Input::File(path.into());
        let file = File::open(path).map_err(|error| {
            let failure = Failure::environment(format!("{input} cannot be read"))(error);
            failure.next("name a file that exists and is readable")
        })?;
        check_mode(&input, &file, self)
    }
}

/// Bytes of a file with a private key.
pub(crate) const MAX_BYTES: usize = 64 * 1024;

/// Writes a new file that only its owner can read. An existing file is overwritten only if that is asked for.
pub(crate) fn write(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), Failure> {
    let shown = path.display();
    let mut options = OpenOptions::new();
    options.write(true);
    if overwrite {
        // Made anew, so that neither its mode nor whoever has it open now matters.
        match std::fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::environment(format!("{shown} cannot be overwritten"))(error));
            }
            _ => {}
        }
    }
    options.create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written =
        options.open(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| {
        let exists = error.kind() == io::ErrorKind::AlreadyExists;
        let failure = Failure::environment(format!("{shown} cannot be written"))(error);
        if exists { failure.next("choose another name, or add --force to overwrite it") } else { failure }
    })
}

/// Refuses a file with a private key to which others than its owner have rights.
#[cfg(unix)]
pub(crate) fn check_mode(input: &Input, file: &File, readable: Readable) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(Failure::environment(format!("{input} cannot be looked at")))?;
    let mode = metadata.permissions().mode() & 0o777;
    if !metadata.is_file() || mode & 0o077 == 0 || readable.allow_readable_key {
        return Ok(());
    }
    let doing =
        format!("{input} holds a private key, and others than its owner have rights to it (mode {mode:04o})");
    Err(Failure::forbidden(doing).next(format!("chmod 600 {input}, or add --allow-readable-key")))
}

#[cfg(not(unix))]
pub(crate) fn check_mode(_: &Input, _: &File, _: Readable) -> Result<(), Failure> {
    Ok(())
}
