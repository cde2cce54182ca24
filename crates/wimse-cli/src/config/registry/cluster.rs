//! The Kubernetes cluster whose service accounts are let in.

use super::super::problem::{Review, whole};
use super::schema::Kubernetes;
use crate::input;
use std::path::Path;
use toml::Spanned;
use wimse::creds::key::{Algorithm, AnchorKey, PublicKey};
use wimse::creds::limits::KEY_DOCUMENT_BYTES;
use wimse::creds::trust::KeyDocument;

/// Who issues service-account tokens, and whom they have to be for.
#[derive(Debug)]
pub(crate) struct Cluster {
    /// `iss`, as a whole.
    pub(crate) issuer: String,
    /// What has to be in `aud`.
    pub(crate) audience: String,
    /// By `kid`, once for each algorithm that the key is usable with.
    keys: Vec<(Option<String>, PublicKey)>,
}

impl Cluster {
    pub(super) fn read(kubernetes: &Kubernetes, folder: &Path, review: &mut Review<'_>) -> Option<Self> {
        for text in [&kubernetes.issuer, &kubernetes.audience] {
            if text.get_ref().is_empty() {
                let fix = "write what stands in the tokens: kubectl create token NAME --audience AUDIENCE";
                review.refuse("config.value", text.span(), "it is empty", fix);
            }
        }
        let keys = read_keys(&kubernetes.jwks, folder, review)?;
        let (issuer, audience) = (kubernetes.issuer.get_ref().clone(), kubernetes.audience.get_ref().clone());
        Some(Self { issuer, audience, keys })
    }

    #[cfg(test)]
    pub(crate) fn of(issuer: &str, audience: &str, keys: impl IntoIterator<Item = PublicKey>) -> Self {
        let keys = keys.into_iter().map(|key| (key.key_id().map(str::to_owned), key)).collect();
        Self { issuer: issuer.to_owned(), audience: audience.to_owned(), keys }
    }

    /// The key of a token, by its header. Without a `kid` there is one only if no other fits.
    pub(crate) fn key(&self, key_id: Option<&str>, algorithm: Algorithm) -> Option<&PublicKey> {
        let fits = |known: &Option<String>, key: &PublicKey| {
            key.algorithm() == algorithm && key_id.is_none_or(|key_id| known.as_deref() == Some(key_id))
        };
        let mut fitting = self.keys.iter().filter(|(known, key)| fits(known, key)).map(|(_, key)| key);
        fitting.next().filter(|_| fitting.next().is_none())
    }
}

type Keys = Vec<(Option<String>, PublicKey)>;

fn read_keys(file: &Spanned<String>, folder: &Path, review: &mut Review<'_>) -> Option<Keys> {
    let path = folder.join(file.get_ref());
    let bytes = match input::read_file(&path, KEY_DOCUMENT_BYTES) {
        Ok(bytes) => bytes,
        Err(error) => {
            let message = format!("{} cannot be read: {error}", path.display());
            let fix = "save the keys of the cluster there: kubectl get --raw /openid/v1/jwks";
            review.refuse("config.file", file.span(), message, fix);
            return None;
        }
    };
    let keys = KeyDocument::jwk_set(&bytes).map_err(|error| (error.code(), whole(&error)));
    let keys = keys.and_then(|document| match usable(&bytes, document.keys()) {
        keys if keys.is_empty() => {
            Err(("config.nothing_trusted", "none of its keys is usable in this build".to_owned()))
        }
        keys => Ok(keys),
    });
    keys.map_err(|(code, message)| {
        let message = format!("{} is no JWK Set of a cluster: {message}", path.display());
        let fix = "save the keys of the cluster there: kubectl get --raw /openid/v1/jwks";
        review.refuse(code, file.span(), message, fix);
    })
    .ok()
}

/// Each key with each of its algorithms. The document has been judged, so that what is read here is what it has judged.
fn usable(json: &[u8], judged: &[AnchorKey]) -> Keys {
    let document: serde_json::Value = serde_json::from_slice(json).unwrap_or_default();
    let entries = document["keys"].as_array().into_iter().flatten();
    let read = |entry: &serde_json::Value| -> Keys {
        let Ok(anchor) = AnchorKey::from_jwk(&entry.to_string()) else { return Vec::new() };
        if !judged.contains(&anchor) {
            return Vec::new();
        }
        let key_id = anchor.key_id().map(str::to_owned);
        let with = |algorithm| {
            let mut entry = entry.clone();
            entry["alg"] = serde_json::Value::from(Algorithm::name(algorithm));
            PublicKey::from_jwk(&entry.to_string()).ok()
        };
        anchor.algorithms().filter_map(with).map(|key| (key_id.clone(), key)).collect()
    };
    entries.flat_map(read).collect()
}
