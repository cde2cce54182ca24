//! Who we are, by the options, a folder or the configuration.

use crate::config::Files;
use crate::exit::Failure;
use crate::folder::Folder;
use crate::input::Input;
use crate::live::{self, CommandClock, Own};
use crate::refusal::Stop;
use crate::secret::Readable;
use crate::wit::read_credential;
use std::path::PathBuf;
use std::sync::Arc;
use wimse::creds::UnixTime;
use wimse::creds::pop::WitSource;
use wimse::mtls::{IdentityFiles, TlsEnvironment, WicSource};

/// Credentials, and how they are used.
#[derive(Debug, clap::Args)]
pub(super) struct IdentityOptions {
    /// Folder with wit.jwt and wit.jwk.json, and for --mtls wic.crt and wic.key
    #[arg(long, value_name = "DIR", conflicts_with_all = ["wit", "wic"])]
    credentials: Option<PathBuf>,
    /// The WIT, instead of that of the configuration
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(super) wit: Option<Input>,
    /// The private key that the WIT binds
    #[arg(long, value_name = "FILE", requires = "wit")]
    pub(super) key: Option<Input>,
    /// Prove it by a Workload Proof Token: the default, where there is a WIT
    #[arg(long, conflicts_with = "httpsig")]
    wpt: bool,
    /// Sign the request
    #[arg(long)]
    pub(super) httpsig: bool,
    /// Our certificate, for mutual TLS
    #[arg(long, value_name = "FILE", requires_all = ["wic_key", "expect"])]
    wic: Option<PathBuf>,
    /// The private key of our certificate
    #[arg(long, value_name = "FILE", requires = "wic")]
    wic_key: Option<PathBuf>,
    /// Mutual TLS with the certificate of --credentials, or of the configuration
    #[arg(long, requires = "expect", conflicts_with = "wic")]
    mtls: bool,
    #[command(flatten)]
    readable: Readable,
}

impl IdentityOptions {
    /// Whether the connection is mutual TLS.
    pub(super) fn is_mutual(&self) -> bool {
        self.mtls || self.wic.is_some()
    }

    /// Whether the message has a proof. A certificate alone is enough, where nothing else is asked for.
    pub(super) fn proves_message(&self) -> bool {
        self.wit.is_some() || self.wpt || self.httpsig || !self.is_mutual()
    }

    /// Whether something of `[credentials]` is used.
    pub(super) fn needs_configured(&self) -> bool {
        self.credentials.is_none() && (self.mtls || (self.proves_message() && self.wit.is_none()))
    }

    /// What is used of the folder, if one is given.
    pub(super) async fn of_folder(
        &self,
        environment: &TlsEnvironment,
        clock: &Arc<CommandClock>,
    ) -> Result<Option<Own>, Failure> {
        let Some(path) = &self.credentials else { return Ok(None) };
        let Folder { wit, key, wic, wic_key } = Folder::of(path);
        let wit = self.proves_message().then_some(Files { credential: wit, key });
        let wic = self.mtls.then_some(Files { credential: wic, key: wic_key });
        for files in [&wit, &wic].into_iter().flatten() {
            self.readable.check(&files.key)?;
        }
        let named = path.display().to_string();
        live::own_of_folder(wit, wic, &named, environment, clock).await.map(Some)
    }

    /// The WIT to prove the message with.
    pub(super) fn wit(&self, own: Option<&Own>) -> Result<Source, Stop> {
        if let (Some(wit), Some(key)) = (&self.wit, &self.key) {
            return Ok(Source(Arc::new(Arc::new(read_credential(wit, key, self.readable, &[])?))));
        }
        match own.filter(|own| own.has_wit) {
            Some(own) => Ok(Source(Arc::new(own.source.clone()))),
            None => {
                let failure = Failure::usage("there is no WIT to prove the request with");
                Err(failure
                    .next("give --wit and --key or --credentials, or add [credentials] to the configuration")
                    .into())
            }
        }
    }

    /// The certificate to show.
    pub(super) fn wic(
        &self,
        own: Option<&Own>,
        environment: &TlsEnvironment,
        now: UnixTime,
    ) -> Result<Arc<dyn WicSource>, Stop> {
        if let (Some(wic), Some(key)) = (&self.wic, &self.wic_key) {
            self.readable.check(key)?;
            let files = IdentityFiles::open(environment, wic, key, now).map_err(|error| {
                let doing =
                    format!("{} and {} cannot be used ({})", wic.display(), key.display(), error.code());
                Failure::unusable(doing)(error).next("give a certificate and the key that it was issued for")
            })?;
            return Ok(Arc::new(files));
        }
        match own.filter(|own| own.has_wic) {
            Some(own) => Ok(own.wic()?),
            None => {
                let failure = Failure::usage("there is no certificate to show");
                Err(failure.next("give --wic and --wic-key, or add them to [credentials]").into())
            }
        }
    }
}

/// A WIT, wherever it is from.
pub(super) struct Source(Arc<dyn WitSource>);

impl WitSource for Source {
    fn current(&self) -> Option<Arc<wimse::creds::pop::WitCredential>> {
        self.0.current()
    }
}
