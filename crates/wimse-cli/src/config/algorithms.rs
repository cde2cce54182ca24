//! Lists of algorithms by name.

use super::problem::Review;
use serde::{Serialize as _, Serializer};
use toml::Spanned;
use wimse::creds::key::{Algorithm, AlgorithmError};

/// Reads a list; `None` if something is wrong with it.
pub(super) fn read(names: &Spanned<Vec<Spanned<String>>>, review: &mut Review<'_>) -> Option<Vec<Algorithm>> {
    if names.get_ref().is_empty() {
        let fix = "name the algorithms that are accepted, or leave the key out";
        review.refuse("config.value", names.span(), "an empty list of algorithms accepts nothing", fix);
        return None;
    }
    let read = names.get_ref().iter().map(|name| match name.get_ref().parse::<Algorithm>() {
        Ok(algorithm) => Some(algorithm),
        Err(error) => {
            let message = match error {
                AlgorithmError::Unsupported => format!("the algorithm {:?} is not supported", name.get_ref()),
                _ => format!("{:?} cannot be used: {error}", name.get_ref()),
            };
            let known: Vec<&str> = Algorithm::all().map(Algorithm::name).collect();
            let is_meant = |known: &&&str| known.eq_ignore_ascii_case(name.get_ref());
            let fix = match known.iter().find(is_meant) {
                Some(known) => format!("write {known}: names of algorithms are case-sensitive"),
                None => format!("known here: {}", known.join(", ")),
            };
            review.refuse(error.code(), name.span(), message, fix);
            None
        }
    });
    // All of them first, so that each wrong name is reported.
    let read: Vec<Option<Algorithm>> = read.collect();
    read.into_iter().collect()
}

/// The names, or null.
pub(super) fn serialize<S: Serializer>(
    algorithms: &Option<Vec<Algorithm>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let names: Option<Vec<&str>> =
        algorithms.as_ref().map(|list| list.iter().map(|one| one.name()).collect());
    names.serialize(serializer)
}
