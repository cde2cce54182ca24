//! The key files that a configuration names.

use super::problem::Review;
use std::ops::Range;
use std::path::Path;
use wimse::creds::trust::TrustError;
use wimse_trust::AnchorFormat;

/// How a file holds its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    JwkSet,
    SpiffeBundle,
    Key,
    CaCertificates,
}

impl Holds {
    /// As a source that is watched. Single keys are not: they stay as they were at the start.
    pub(super) fn format(self) -> Option<AnchorFormat> {
        match self {
            Self::JwkSet => Some(AnchorFormat::JwkSet),
            Self::SpiffeBundle => Some(AnchorFormat::SpiffeBundle),
            Self::CaCertificates => Some(AnchorFormat::CaCertificates),
            Self::Key => None,
        }
    }
}

/// What to do about a JWK Set or bundle that is refused.
pub(super) fn fix_of_document(error: &TrustError, holds: Holds, bytes: &[u8]) -> String {
    let is_pem = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).contains("-----BEGIN ");
    match error {
        _ if is_pem => "list single keys under keys".to_owned(),
        TrustError::Keys => {
            "a JWK Set is {\"keys\": […]}; list single keys under keys, or put them into a set: \
             wimse key public FILE --format jwks"
                .to_owned()
        }
        TrustError::Key { .. } if error.code().ends_with("private_member") => {
            "never hand out a private key; make a set of the public one: wimse key public FILE --format jwks"
                .to_owned()
        }
        TrustError::Key { index, .. } => {
            format!("correct or remove the entry at {index} (from 0) of \"keys\"")
        }
        TrustError::KeyIdMissing { index } => {
            format!("give the entry at {index} (from 0) of \"keys\" a \"kid\"")
        }
        TrustError::DocumentTooLarge { .. } => "remove keys that are no longer in use".to_owned(),
        _ if holds == Holds::SpiffeBundle => "give a SPIFFE bundle: {\"keys\": […]}, strict JSON".to_owned(),
        _ => "give a JWK Set: {\"keys\": […]}, strict JSON; wimse key public FILE --format jwks makes one"
            .to_owned(),
    }
}

/// Who can write a file that keys are trusted from can sign as any workload of the domain.
#[cfg(unix)]
pub(super) fn warn_if_writable(path: &Path, span: Range<usize>, review: &mut Review<'_>) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(metadata) = std::fs::metadata(path) else { return };
    let mode = metadata.permissions().mode() & 0o777;
    if metadata.is_file() && mode & 0o022 != 0 {
        let shown = path.display();
        let message = format!("{shown} can be changed by others than its owner (mode {mode:04o})");
        review.warn("config.writable", span, message, format!("chmod go-w {shown}"));
    }
}

#[cfg(not(unix))]
pub(super) fn warn_if_writable(_: &Path, _: Range<usize>, _: &mut Review<'_>) {}
