//! Our own WIT and WIC, by the configuration or in a folder.

use super::{CommandClock, Live};
use crate::config::{Files, Loaded};
use crate::exit::Failure;
use crate::input;
use crate::refusal::Refusal;
use std::path::Path;
use std::sync::Arc;
use wimse::creds::limits::TOKEN_BYTES;
use wimse::creds::{Clock as _, UnixTime};
use wimse::mtls::{IdentityFiles, TlsEnvironment, WicSource};
use wimse_trust::{
    CredentialFiles, CredentialSource, Enrolment, IdentityServer, RenewalError, RenewalPolicy,
};
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
        None => {
            let (wit, wic) = (settings.wit.as_ref(), settings.wic.as_ref());
            let files = files(wit, wic, "[credentials]", &live.environment, live.clock.now())?;
            CredentialSource::from_files(files, renewal, Arc::clone(&live.clock) as _)
        }
    };
    source.renew().await.map_err(|error| failed("[credentials]", &error))?;
    Ok(Some(Own { source, has_wit: settings.has_wit(), has_wic: settings.has_wic() }))
}

/// Those of a folder, obtained for the first time: of the WIT and the WIC what is wanted.
pub(crate) async fn own_of_folder(
    wit: Option<Files>,
    wic: Option<Files>,
    named: &str,
    environment: &TlsEnvironment,
    clock: &Arc<CommandClock>,
) -> Result<Own, Failure> {
    let files = files(wit.as_ref(), wic.as_ref(), named, environment, clock.now())?;
    let source = CredentialSource::from_files(files, RenewalPolicy::default(), Arc::clone(clock) as _);
    source.renew().await.map_err(|error| failed(named, &error))?;
    Ok(Own { source, has_wit: wit.is_some(), has_wic: wic.is_some() })
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

/// `named` is where they are from, for people.
fn files(
    wit: Option<&Files>,
    wic: Option<&Files>,
    named: &str,
    environment: &TlsEnvironment,
    now: UnixTime,
) -> Result<CredentialFiles, Failure> {
    let wic = wic.map(|Files { credential, key }| {
        let opened = IdentityFiles::open(environment, credential, key, now);
        opened.map_err(|error| {
            let doing = format!("the certificate of {named} cannot be used ({})", error.code());
            Failure::unusable(doing)(error).next("\"wimse wic inspect FILE\" shows what it holds")
        })
    });
    match (wit, wic.transpose()?) {
        (Some(wit), Some(wic)) => Ok(CredentialFiles::wit(&wit.credential, &wit.key).and_wic(wic)),
        (Some(wit), None) => Ok(CredentialFiles::wit(&wit.credential, &wit.key)),
        (None, Some(wic)) => Ok(CredentialFiles::wic(wic)),
        (None, None) => Err(Failure::usage(format!("{named} names no credential"))),
    }
}

fn failed(named: &str, error: &RenewalError) -> Failure {
    let reason = Refusal::of(error.code(), error);
    let doing = format!("there is no credential of {named} ({}): {}", reason.code(), reason.message());
    Failure::forbidden(doing).next("look at its files, or at the log of the identity server")
}
