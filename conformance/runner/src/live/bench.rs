//! The keys of a run, and where it leads.

use std::sync::Arc;

use wimse::creds::key::{Algorithm, SigningKey};

use super::{
    Binding, Folder, Target,
    authority::{Authority, key_id},
    shown::Shown,
    token::SignedBy,
};

/// What all requests of a run with keys of one algorithm have in common.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) folder: Arc<Folder>,
    /// Where messages prove who calls.
    pub(crate) target: Target,
    /// Where the connection does, if there is such a place.
    pub(crate) mutual: Option<Target>,
    /// What proofs are meant for.
    pub(crate) audience: String,
    algorithm: Algorithm,
    other_authority: Authority,
    caller: SigningKey,
    other: SigningKey,
}

impl Bench {
    pub(crate) fn new(
        folder: Arc<Folder>,
        algorithm: Algorithm,
        (target, mutual): (Target, Option<Target>),
        audience: String,
    ) -> Result<Self, String> {
        let key = || SigningKey::generate(algorithm).map_err(|error| error.to_string());
        folder.authority(algorithm).map_err(|error| error.to_string())?;
        let other_authority = Authority::generate(algorithm).map_err(|error| error.to_string())?;
        Ok(Self {
            folder,
            target,
            mutual,
            audience,
            algorithm,
            other_authority,
            caller: key()?,
            other: key()?,
        })
    }

    /// Of all keys.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Its name, as it stands in `alg`.
    pub(crate) fn alg(&self) -> &'static str {
        self.algorithm.name()
    }

    /// The `kid` of the issuer.
    pub(crate) fn kid(&self) -> String {
        key_id(self.algorithm)
    }

    /// Where requests with that proof go.
    pub(crate) fn target_of(&self, binding: Binding) -> &Target {
        match (binding, &self.mutual) {
            (Binding::Mtls, Some(target)) => target,
            _ => &self.target,
        }
    }

    /// Whom the server trusts.
    pub(crate) fn authority(&self) -> Result<&Authority, String> {
        self.folder.authority(self.algorithm).map_err(|error| error.to_string())
    }

    /// Somebody whom nobody knows, by the same names.
    pub(crate) fn other_authority(&self) -> &Authority {
        &self.other_authority
    }

    /// The key of the workload that calls.
    pub(crate) fn caller(&self) -> &SigningKey {
        &self.caller
    }

    /// The key of somebody else.
    pub(crate) fn other(&self) -> &SigningKey {
        &self.other
    }

    pub(crate) fn key(&self, signed_by: SignedBy, default: SignedBy) -> Result<&SigningKey, String> {
        Ok(match signed_by {
            SignedBy::Issuer => &self.authority()?.issuer,
            SignedBy::OtherIssuer => &self.other_authority.issuer,
            SignedBy::Workload => &self.caller,
            SignedBy::Other => &self.other,
            SignedBy::Nobody | SignedBy::PublicKeyAsSecret => match default {
                SignedBy::Issuer => &self.authority()?.issuer,
                _ => &self.caller,
            },
        })
    }

    /// The certificate of the folder, for connections that only carry messages.
    pub(crate) fn shown(&self) -> Result<Shown, String> {
        let caller = self.folder.certificate("caller").map_err(|error| error.to_string())?;
        Shown::of(&caller)
    }
}
