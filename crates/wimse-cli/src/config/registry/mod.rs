//! The registry of `wimse dev-server`: which workloads there are, and what each is let in by.

mod cluster;
mod lifetimes;
mod schema;
#[cfg(test)]
mod tests;
mod workload;

pub(crate) use cluster::Cluster;
pub(crate) use lifetimes::Lifetimes;
pub(crate) use workload::{RegisteredWorkload, TokenHash};

use super::problem::{Problem, Review};
use super::shape;
use super::source::Source;
use crate::exit::Failure;
use schema::Document;
use std::path::{Path, PathBuf};
use toml::Spanned;
use wimse::creds::key::Algorithm;
use wimse::identifier::Origin;

/// What an identity server issues, to whom, and for how long.
#[derive(Debug)]
pub(crate) struct Registry {
    pub(crate) origin: Origin,
    /// `iss` of WITs; the URL of the server, if it is not given.
    pub(crate) issuer: Option<String>,
    /// Of the keys that sign.
    pub(crate) algorithm: Algorithm,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) cluster: Option<Cluster>,
    pub(crate) workloads: Vec<RegisteredWorkload>,
}

/// A key that signs WITs and certificates alike: what X.509 has names for in every build.
const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::Ed25519];

/// Where help on the format is.
const MANUAL: &str = "\"wimse dev-server --help\" has a whole example";

impl Registry {
    /// A registry without workloads, with the usual lifetimes.
    pub(crate) fn of(origin: Origin) -> Self {
        Self {
            origin,
            issuer: None,
            algorithm: Algorithm::Es256,
            lifetimes: Lifetimes::default(),
            cluster: None,
            workloads: Vec::new(),
        }
    }

    /// Reads and judges a registry. One that is wrong is wrong usage, and its first problem is told.
    pub(crate) fn load(path: PathBuf) -> Result<Self, Failure> {
        let source = Source::read(path)?.map_err(|problem| problem.into_failure(0))?;
        Self::read(&source).map_err(|problems| match problems.into_iter().next() {
            Some(first) => first.into_failure(0),
            None => Failure::usage("the registry cannot be used").next(MANUAL),
        })
    }

    /// Judges the text and the files that it names. The problems are in the order of the file, and at least one.
    fn read(source: &Source) -> Result<Self, Vec<Problem>> {
        let document: Document = shape::read_as(source, MANUAL).map_err(|problem| vec![*problem])?;
        let mut review = Review::new(source);
        let folder = source.path().parent().unwrap_or(Path::new(""));
        let registry = Self::judge(&document, folder, &mut review);
        review.sort();
        match registry {
            Some(registry) if review.problems.is_empty() => Ok(registry),
            _ => Err(review.problems),
        }
    }

    fn judge(document: &Document, folder: &Path, review: &mut Review<'_>) -> Option<Self> {
        let origin = origin(&document.trust_domain, review);
        let issuer = document.issuer.as_ref().map(|issuer| {
            check_issuer(issuer, review);
            issuer.get_ref().clone()
        });
        let algorithm = document.algorithm.as_ref();
        let algorithm = algorithm.map_or(Some(Algorithm::Es256), |name| self::algorithm(name, review));
        let lifetimes = Lifetimes::read(&document.lifetimes, review);
        let cluster = document.kubernetes.as_ref();
        let cluster = cluster.and_then(|cluster| Cluster::read(cluster.get_ref(), folder, review));
        let origin = origin?;
        let workloads = workload::read_all(document, &origin, folder, review);
        Some(Self { origin, issuer, algorithm: algorithm?, lifetimes, cluster, workloads })
    }
}

fn origin(text: &Spanned<String>, review: &mut Review<'_>) -> Option<Origin> {
    let parsed = Origin::parse(text.get_ref());
    let refuse = |error: wimse::identifier::IdentifierError| {
        let message = format!("{:?} is not a trust domain: {error}", text.get_ref());
        review.refuse(
            error.code(),
            text.span(),
            message,
            "write scheme and trust domain, such as wimse://example.com",
        );
    };
    parsed.map_err(refuse).ok()
}

fn check_issuer(issuer: &Spanned<String>, review: &mut Review<'_>) {
    let is_url = |scheme: &str| issuer.get_ref().strip_prefix(scheme).is_some_and(|rest| !rest.is_empty());
    let is_plain = issuer.get_ref().bytes().all(|byte| byte.is_ascii_graphic());
    if !is_plain || issuer.get_ref().len() > 1024 || !(is_url("https://") || is_url("http://")) {
        let message = format!("{:?} is not a URL", issuer.get_ref());
        let fix =
            "write the URL by which others know this issuer, such as https://id.example.com, or leave it out";
        review.refuse("config.value", issuer.span(), message, fix);
    }
}

fn algorithm(name: &Spanned<String>, review: &mut Review<'_>) -> Option<Algorithm> {
    let found = ALGORITHMS.into_iter().find(|known| known.name() == name.get_ref());
    if found.is_none() {
        let known: Vec<&str> = ALGORITHMS.iter().map(|known| known.name()).collect();
        let message = format!("{:?} is no algorithm for an issuer here", name.get_ref());
        review.refuse("config.value", name.span(), message, format!("write one of {}", known.join(", ")));
    }
    found
}
