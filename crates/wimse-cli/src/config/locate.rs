//! Where the configuration is, and what commands do that need it.

use super::loaded::Loaded;
use super::source::Source;
use crate::exit::Failure;
use std::env;
use std::path::{Path, PathBuf};

/// The option of every command that needs a configuration.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ConfigFile {
    #[arg(
        long,
        value_name = "FILE",
        help = "Configuration [default: the file named by WIMSE_CONFIG, else ./wimse.toml]"
    )]
    config: Option<PathBuf>,
}

impl ConfigFile {
    /// Reads and judges the configuration. One that is wrong is wrong usage, and its first problem is told.
    pub(crate) fn load(&self) -> Result<Loaded, Failure> {
        let source =
            Source::read(find(self.config.as_deref())?)?.map_err(|problem| problem.into_failure(0))?;
        Loaded::read(&source).map_err(|problems| {
            let more = problems.len().saturating_sub(1);
            match problems.into_iter().next() {
                Some(first) => first.into_failure(more),
                None => Failure::usage("the configuration cannot be used").next("wimse config check"),
            }
        })
    }
}

/// The file that was given, or that of the environment, or the one in this folder.
pub(super) fn find(given: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(given) = given {
        return Ok(given.into());
    }
    if let Some(named) = env::var_os(VARIABLE).filter(|named| !named.is_empty()) {
        return Ok(named.into());
    }
    let here = PathBuf::from(NAME);
    if here.exists() {
        return Ok(here);
    }
    let folder = env::current_dir().map_or_else(|_| ".".to_owned(), |folder| folder.display().to_string());
    let doing = format!(
        "there is no configuration: no file is named on the command line, {VARIABLE} is not set, and there is no {NAME} in {folder}"
    );
    Err(Failure::forbidden(doing).next(format!("write {NAME}, for a start:{START}")))
}

const VARIABLE: &str = "WIMSE_CONFIG";
const NAME: &str = "wimse.toml";

/// The least that is of use.
pub(super) const START: &str = "

    [recipient]
    audience-bases = [\"https://api.example.com\"]

    [[domains]]
    origin = \"wimse://example.com\"
    jwks = [\"issuer.jwks.json\"]

  \"wimse config check --help\" has a whole example";
