//! What is not wrong in a configuration, and worth a look.

use super::domain::{TrustedDomain, TrustedKey};
use super::loaded::Loaded;
use super::problem::Review;
use super::schema::Document;
use crate::key::fitting::in_words;
use wimse::creds::key::Algorithm;

pub(super) fn look(loaded: &Loaded, document: &Document, review: &mut Review<'_>) {
    if loaded.recipient.audience.is_none() {
        let span = document.recipient.as_ref().map_or(0..0, |recipient| recipient.span());
        let message = "it is not said who we are: tokens can be verified, requests and proofs cannot";
        let fix = "add audience-bases = [\"https://api.example.com\"] to [recipient]";
        review.warn("config.no_audience", span, message, fix);
    }
    for domain in &loaded.domains {
        look_at(domain, loaded, review);
    }
}

fn look_at(domain: &TrustedDomain, loaded: &Loaded, review: &mut Review<'_>) {
    let TrustedDomain { origin, span, .. } = domain;
    if domain.keys.is_empty() && !domain.ca_certificates.is_empty() && domain.urls.is_empty() {
        // It is trusted for certificates alone.
        return;
    }
    if domain.keys.is_empty() && domain.urls.is_empty() {
        let message = format!("{origin} has no key that can be used: no token of it verifies");
        review.warn(
            "config.no_key",
            span.clone(),
            message,
            "add jwks, spiffe-bundles or keys, or remove the domain",
        );
    }
    if domain.issuers.is_empty() {
        let message =
            format!("{origin} has no issuers: any \"iss\" is accepted, as long as the key is right");
        review.warn("config.any_issuer", span.clone(), message, "add issuers = [\"https://id.example.com\"]");
    }
    let allowed = |algorithm: Algorithm| {
        domain.algorithms.as_ref().is_none_or(|list| list.contains(&algorithm))
            && loaded.wit.allows(algorithm)
    };
    let fits = |key: &TrustedKey| {
        Algorithm::all().filter(|algorithm| key.algorithms.contains(&algorithm.name())).any(allowed)
    };
    for key in domain.keys.iter().filter(|key| !fits(key)) {
        let message = format!(
            "the key {} is for {}, which is not accepted: nothing verifies by it",
            name(key),
            in_words(&key.algorithms, "and")
        );
        review.warn("config.unused_key", key.span.clone(), message, "allow its algorithm, or remove the key");
    }
    warn_of_ambiguity(domain, Algorithm::all().filter(|algorithm| allowed(*algorithm)), review);
}

/// A token without `kid` needs exactly one key; a key without `kid` is only ever for such tokens.
fn warn_of_ambiguity(
    domain: &TrustedDomain,
    allowed: impl Iterator<Item = Algorithm>,
    review: &mut Review<'_>,
) {
    let mut warned: Vec<&str> = Vec::new();
    for algorithm in allowed {
        let usable = || domain.keys.iter().filter(|key| key.algorithms.contains(&algorithm.name()));
        let Some(nameless) = usable().find(|key| key.kid.is_none()) else { continue };
        let count = usable().count();
        // One warning for a key with many algorithms: EdDSA beside Ed25519, or those of RSA.
        if count < 2 || warned.contains(&nameless.thumbprint.as_str()) {
            continue;
        }
        warned.push(&nameless.thumbprint);
        let message = format!(
            "the key {} has no \"kid\", and {} has {count} keys for {algorithm}: no token can choose it",
            name(nameless),
            domain.origin
        );
        let fix = "give each key a \"kid\", or leave one key";
        review.warn("config.ambiguous_key", nameless.span.clone(), message, fix);
    }
}

fn name(key: &TrustedKey) -> String {
    match &key.kid {
        Some(kid) => format!("{kid:?} in {}", key.file),
        None => format!("in {}", key.file),
    }
}
