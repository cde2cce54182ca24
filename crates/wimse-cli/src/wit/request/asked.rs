//! What is asked for, by which keys, and whether what comes back is that.

use super::place::{beside, put_in_place, replace, write_key_beside};
use super::{Body, Certificate, Request};
use crate::certificate::{generate, private_pem};
use crate::exit::Failure;
use crate::folder::Folder;
use crate::input::Input;
use crate::key::read_private;
use crate::refusal::{Refusal, Stop};
use crate::secret;
use std::path::{Path, PathBuf};
use std::time::Duration;
use wimse::creds::key::{Algorithm, SigningKey};
use wimse::creds::pop::Nonce;
use wimse::creds::wic::{CertificateRequest, WorkloadIdentityCertificate};
use wimse::creds::{UnixTime, WorkloadIdentityToken};
use wimse::identifier::WorkloadIdentifier;
use wimse_trust::RenewalError;
use wimse_trust::protocol::{CredentialRequest, CredentialResponse};

/// The keys for which credentials are asked for.
pub(super) struct Asked {
    wit: Prepared,
    wic: Option<Prepared>,
}

/// A key in a file.
struct Prepared {
    key: SigningKey,
    path: PathBuf,
    is_made: bool,
    /// It waits beside the one that it is to replace.
    is_beside: bool,
}

/// What was issued for them.
pub(super) struct Issued {
    wit: WorkloadIdentityToken,
    wic: Option<WorkloadIdentityCertificate>,
}

impl Asked {
    /// Takes the keys that are there, or makes them; for a renewal they are new.
    pub(super) fn prepare(request: &Request, folder: &Folder) -> Result<Self, Stop> {
        let wit = Prepared::new(request, &folder.key, request.alg, |key| Ok(key.to_private_jwk()))?;
        let wic = request.wic.then(|| Prepared::new(request, &folder.wic_key, Algorithm::Es256, private_pem));
        match wic.transpose() {
            Ok(wic) => Ok(Self { wit, wic }),
            Err(stop) => {
                wit.forget();
                Err(stop)
            }
        }
    }

    /// The message, with the proofs of possession.
    pub(super) fn message(
        &self,
        url: &str,
        expected: Option<&WorkloadIdentifier>,
        now: UnixTime,
    ) -> Result<CredentialRequest, Failure> {
        const DOING: &str = "the request cannot be made";
        let nonce = Nonce::random().map_err(Failure::step(DOING))?;
        let message = CredentialRequest::default().with_wit_key(&self.wit.key, url, now, nonce);
        let message = message.map_err(Failure::step(DOING))?;
        match &self.wic {
            None => Ok(message),
            Some(wic) => {
                let request = CertificateRequest::new(&wic.key, expected).map_err(Failure::step(DOING))?;
                let nonce = Nonce::random().map_err(Failure::step(DOING))?;
                let message = message.with_certificate_request(request, &wic.key, url, now, nonce);
                message.map_err(Failure::step(DOING))
            }
        }
    }

    /// Takes the answer only if each credential is for its key, for the workload that is meant, and valid.
    pub(super) fn check(
        &self,
        response: &CredentialResponse,
        expected: Option<&WorkloadIdentifier>,
        now: UnixTime,
    ) -> Result<Issued, Stop> {
        let read = self.read(response, now);
        let issued = read.map_err(|error| Refusal::of(error.code(), &error).with_fix(FIX))?;
        let subject = issued.wit.claimed_subject();
        let of_wic = issued.wic.as_ref().map(WorkloadIdentityCertificate::claimed_identifier);
        if expected.is_some_and(|expected| expected != subject)
            || of_wic.is_some_and(|of_wic| of_wic != subject)
        {
            let error = RenewalError::Identifier;
            return Err(Refusal::of(error.code(), &error).with_fix(FIX).into());
        }
        Ok(issued)
    }

    fn read(&self, response: &CredentialResponse, now: UnixTime) -> Result<Issued, RenewalError> {
        let wit = WorkloadIdentityToken::parse(response.wit().ok_or(RenewalError::Missing("WIT"))?)?;
        if wit.claimed_confirmation_key()? != *self.wit.key.public_key() {
            return Err(wimse::creds::pop::CredentialError::KeyMismatch.into());
        }
        if now >= wit.claimed_expiry() {
            return Err(RenewalError::Expired);
        }
        let Some(asked) = &self.wic else { return Ok(Issued { wit, wic: None }) };
        let wic = response.wic().ok_or(RenewalError::Missing("WIC"))?;
        let wic = WorkloadIdentityCertificate::from_pem(wic)?;
        let bound = wic.claimed_public_key().map(|key| key.thumbprint());
        if bound.ok() != Some(asked.key.public_key().thumbprint()) {
            return Err(wimse::creds::wic::WicCredentialError::KeyMismatch.into());
        }
        if now >= wic.claimed_validity().end() {
            return Err(RenewalError::Expired);
        }
        Ok(Issued { wit, wic: Some(wic) })
    }

    /// Removes what waits in vain. A key that was made stays, for the next attempt.
    pub(super) fn forget(&self) {
        self.wit.forget();
        self.wic.iter().for_each(Prepared::forget);
    }
}

const FIX: &str = "look at the identity server, and whether --server and --expect are meant so";

impl Prepared {
    fn new(
        request: &Request,
        path: &Path,
        algorithm: Algorithm,
        encode: impl FnOnce(&SigningKey) -> Result<zeroize::Zeroizing<String>, Failure>,
    ) -> Result<Self, Stop> {
        let path = path.to_owned();
        if path.exists() && !request.renew {
            let key = read_private(&Input::File(path.clone()), Some(algorithm), request.readable)?;
            return Ok(Self { key, path, is_made: false, is_beside: false });
        }
        let key = generate(algorithm)?;
        let encoded = encode(&key)?;
        if request.renew {
            write_key_beside(&path, encoded.as_bytes())?;
        } else {
            secret::write(&path, encoded.as_bytes(), false)?;
        }
        Ok(Self { key, path, is_made: true, is_beside: request.renew })
    }

    fn forget(&self) {
        if self.is_beside {
            // It is a key that nothing is bound to.
            let _ = std::fs::remove_file(beside(&self.path));
        }
    }
}

impl Issued {
    /// Puts everything in its place.
    pub(super) fn keep(&self, folder: &Folder, asked: &Asked) -> Result<(), Failure> {
        for key in [Some(&asked.wit), asked.wic.as_ref()].into_iter().flatten().filter(|key| key.is_beside) {
            put_in_place(&key.path)?;
        }
        replace(&folder.wit, &format!("{}\n", self.wit.as_str()))?;
        self.wic.as_ref().map_or(Ok(()), |wic| replace(&folder.wic, &wic.to_pem()))
    }

    pub(super) fn describe(&self, folder: &Folder, asked: &Asked) -> Body {
        let shown = |path: &Path| path.display().to_string();
        let wic = self.wic.as_ref().map(|wic| Certificate {
            not_after: wic.claimed_validity().end().minus(Duration::from_secs(1)).as_secs(),
            dns_names: wic.claimed_dns_names().map(str::to_owned).collect(),
            file: shown(&folder.wic),
            key_file: shown(&folder.wic_key),
        });
        Body {
            identifier: self.wit.claimed_subject().to_string(),
            issuer: self.wit.claimed_issuer().map(str::to_owned),
            exp: self.wit.claimed_expiry().as_secs(),
            key: asked.wit.key.public_key().into(),
            wit_file: shown(&folder.wit),
            key_file: shown(&folder.key),
            key_made: asked.wit.is_made,
            wic,
        }
    }
}
