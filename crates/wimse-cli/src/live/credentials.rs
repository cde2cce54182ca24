//! Our own WIT and WIC, by the configuration.

use super::Live;
use crate::config::{CredentialSettings, Files, Loaded};
use crate::exit::Failure;
use crate::input;
use crate::refusal::Refusal;
use std::path::Path;
use std::sync::Arc;
use wimse::creds::Clock as _;
use wimse::creds::limits::TOKEN_BYTES;
use wimse::mtls::{IdentityFiles, WicSource};
use wimse_trust::{CredentialFiles, CredentialSource, Enrolment, IdentityServer, RenewalError};
use zeroize::Zeroizing;

/// Credentials that renew.
pub(crate) struct Own {
    pub(crate) source: CredentialSource,
    pub(crate) has_wit: bool,
    pub(crate) has_wic: bool,
}

impl Own {
    /// The certificate to show.
    pub(crate) fn wic(&self) -> Result<Arc<dyn WicSource>, Failure> {
        self.source.wic().map_err(Failure::step("there is no certificate to show"))
    }
}

/// The credentials of the section `[credentials]`, obtained for the first time.
pub(crate) async fn own(loaded: &Loaded, live: &Live) -> Result<Option<Own>, Failure> {
    let Some(settings) = loaded.credentials() else { return Ok(None) };
    let renewal = loaded.sources().renewal.clone();
    let source = match &settings.server {
        Some(server) => {
            let token = if server.token_once {
                join_token(&server.token_file)?
            } else {
                Enrolment::token_file(&server.token_file)
            };
            let mut asked = IdentityServer::new(&live.client, server.url.clone(), token);
            if let Some(algorithm) = server.wit_algorithm {
                asked = asked.wit(algorithm);
            }
            if let Some(algorithm) = server.wic_algorithm {
                asked = asked.wic(algorithm, &live.environment);
            }
            if let Some(workload) = &server.workload {
                asked = asked.expect(workload.clone());
            }
            CredentialSource::from_server(asked, renewal, Arc::clone(&live.clock) as _)
        }
        None => CredentialSource::from_files(files(settings, live)?, renewal, Arc::clone(&live.clock) as _),
    };
    source.renew().await.map_err(|error| failed(&error))?;
    Ok(Some(Own { source, has_wit: settings.has_wit(), has_wic: settings.has_wic() }))
}

/// A token that is good once is read once: the file may be gone when it is used up.
fn join_token(path: &Path) -> Result<Enrolment, Failure> {
    let shown = path.display();
    let content = input::read_file(path, TOKEN_BYTES).map(Zeroizing::new);
    let content = content.map_err(Failure::environment(format!("{shown} cannot be read")))?;
    let token =
        str::from_utf8(content.trim_ascii()).map_err(Failure::unusable(format!("{shown} holds no token")))?;
    Ok(Enrolment::join_token(token))
}

fn files(settings: &CredentialSettings, live: &Live) -> Result<CredentialFiles, Failure> {
    let wic = settings.wic.as_ref().map(|Files { credential, key }| {
        let opened = IdentityFiles::open(&live.environment, credential, key, live.clock.now());
        opened.map_err(|error| {
            let doing = format!("the certificate of [credentials] cannot be used ({})", error.code());
            Failure::unusable(doing)(error).next("\"wimse wic inspect FILE\" shows what it holds")
        })
    });
    match (&settings.wit, wic.transpose()?) {
        (Some(wit), Some(wic)) => Ok(CredentialFiles::wit(&wit.credential, &wit.key).and_wic(wic)),
        (Some(wit), None) => Ok(CredentialFiles::wit(&wit.credential, &wit.key)),
        (None, Some(wic)) => Ok(CredentialFiles::wic(wic)),
        (None, None) => Err(Failure::usage("[credentials] names no credential")),
    }
}

fn failed(error: &RenewalError) -> Failure {
    let reason = Refusal::of(error.code(), error);
    let doing = format!("there is no credential of [credentials] ({}): {}", reason.code(), reason.message());
    Failure::forbidden(doing).next("look at its files, or at the log of the identity server")
}
