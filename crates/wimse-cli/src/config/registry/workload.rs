//! The workloads of a registry.

use super::super::problem::Review;
use super::schema::{Document, JoinToken, Workload};
use crate::moment;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use toml::Spanned;
use wimse::creds::UnixTime;
use wimse::identifier::{ExternalHandle, Origin, WorkloadIdentifier};

/// A workload, and what it is let in by.
#[derive(Debug, Clone)]
pub(crate) struct RegisteredWorkload {
    pub(crate) identifier: WorkloadIdentifier,
    /// For its certificates.
    pub(crate) dns_names: Vec<String>,
    /// Where a token goes that is made at the start.
    pub(crate) join_token_file: Option<PathBuf>,
    pub(crate) join_tokens: Vec<TokenHash>,
    /// As they stand in `sub`: `system:serviceaccount:NAMESPACE:NAME`.
    pub(crate) service_accounts: Vec<String>,
}

/// A join token, by its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenHash {
    pub(crate) sha256: [u8; 32],
    pub(crate) expires: UnixTime,
}

/// What may be there only once.
#[derive(Default)]
struct Seen {
    identifiers: HashSet<String>,
    hashes: HashSet<[u8; 32]>,
    accounts: HashSet<String>,
    files: HashSet<PathBuf>,
}

pub(super) fn read_all(
    document: &Document,
    origin: &Origin,
    folder: &Path,
    review: &mut Review<'_>,
) -> Vec<RegisteredWorkload> {
    if document.workloads.is_empty() {
        let fix = "add a section [[workloads]] with id and join-token-file";
        review.refuse("config.nobody_registered", 0..0, "there are no [[workloads]]: nobody is let in", fix);
    }
    let mut seen = Seen::default();
    let workloads = document.workloads.iter().filter_map(|workload| {
        let read = read(workload.get_ref(), origin, folder, &mut seen, review)?;
        let tokens = read.join_token_file.is_some() || !read.join_tokens.is_empty();
        if !read.service_accounts.is_empty() && document.kubernetes.is_none() {
            let message = "there is no [kubernetes], so that nothing is known of service accounts";
            let fix = "add a section [kubernetes] with issuer, audience and jwks";
            let span = workload.get_ref().service_accounts.first().map_or(workload.span(), Spanned::span);
            review.refuse("config.missing_key", span, message, fix);
        } else if !tokens && read.service_accounts.is_empty() {
            let fix = "add a line join-token-file = \"NAME.token\": a token is made at each start";
            review.refuse(
                "config.missing_key",
                workload.get_ref().id.span(),
                "nothing lets this workload in",
                fix,
            );
        }
        Some(read)
    });
    workloads.collect()
}

fn read(
    workload: &Workload,
    origin: &Origin,
    folder: &Path,
    seen: &mut Seen,
    review: &mut Review<'_>,
) -> Option<RegisteredWorkload> {
    let identifier = identifier(&workload.id, origin, review);
    if !seen.identifiers.insert(workload.id.get_ref().clone()) {
        let fix = "put everything that lets it in into one [[workloads]] section";
        review.refuse("config.value", workload.id.span(), "this workload is there twice", fix);
    }
    for name in &workload.dns_names {
        if ExternalHandle::dns_name(name.get_ref()).is_err() {
            let message = format!("{:?} is not a DNS name", name.get_ref());
            review.refuse("config.value", name.span(), message, "write a name such as billing.example.com");
        }
    }
    let hashes = workload.join_tokens.iter().filter_map(|token| hash(token.get_ref(), seen, review));
    let join_tokens = hashes.collect();
    for account in &workload.service_accounts {
        check_account(account, seen, review);
    }
    let join_token_file = workload.join_token_file.as_ref().map(|file| {
        let path = folder.join(file.get_ref());
        if !seen.files.insert(path.clone()) {
            let fix = "name a file of its own for each workload";
            review.refuse("config.value", file.span(), "this file is there twice", fix);
        }
        path
    });
    Some(RegisteredWorkload {
        identifier: identifier?,
        dns_names: workload.dns_names.iter().map(|name| name.get_ref().clone()).collect(),
        join_token_file,
        join_tokens,
        service_accounts: workload.service_accounts.iter().map(|account| account.get_ref().clone()).collect(),
    })
}

fn identifier(
    text: &Spanned<String>,
    origin: &Origin,
    review: &mut Review<'_>,
) -> Option<WorkloadIdentifier> {
    match text.get_ref().parse::<WorkloadIdentifier>() {
        Ok(identifier) if origin.contains(&identifier) => return Some(identifier),
        Ok(_) => {
            let message = format!("{:?} is not of the trust domain {origin}", text.get_ref());
            let fix = "an identity server issues to the workloads of its own trust domain only";
            review.refuse("config.value", text.span(), message, fix);
        }
        Err(error) => {
            let message = format!("{:?} is not a Workload Identifier: {error}", text.get_ref());
            let fix =
                "write it whole, such as wimse://example.com/billing; \"wimse id check ID\" shows every rule";
            review.refuse(error.code(), text.span(), message, fix);
        }
    }
    None
}

fn hash(token: &JoinToken, seen: &mut Seen, review: &mut Review<'_>) -> Option<TokenHash> {
    const FIX: &str = "write the line that \"wimse dev-server token\" prints";
    let sha256 = unhex(token.sha256.get_ref());
    if sha256.is_none() {
        review.refuse("config.value", token.sha256.span(), "it is not 64 hexadecimal digits", FIX);
    }
    if sha256.is_some_and(|sha256| !seen.hashes.insert(sha256)) {
        let fix = "make a token for each workload: wimse dev-server token";
        review.refuse("config.value", token.sha256.span(), "this token is there twice", fix);
    }
    let expires = moment::parse(token.expires.get_ref());
    let expires = expires.map_err(|error| review.refuse("config.value", token.expires.span(), error, FIX));
    Some(TokenHash { sha256: sha256?, expires: expires.ok()? })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        digits.chunks(2).map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()).collect();
    bytes?.try_into().ok()
}

fn check_account(account: &Spanned<String>, seen: &mut Seen, review: &mut Review<'_>) {
    let parts: Vec<&str> = account.get_ref().split(':').collect();
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
    };
    if !matches!(&parts[..], ["system", "serviceaccount", space, name] if is_name(space) && is_name(name)) {
        let message = format!("{:?} is not a service account", account.get_ref());
        let fix = "write it as it stands in \"sub\": system:serviceaccount:NAMESPACE:NAME";
        review.refuse("config.value", account.span(), message, fix);
    }
    if !seen.accounts.insert(account.get_ref().clone()) {
        let fix = "a service account is one workload: give the other one of its own";
        review.refuse("config.value", account.span(), "this service account is there twice", fix);
    }
}
