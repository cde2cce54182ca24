//! Reads the catalogue and the vectors, and checks what no single file can promise.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use serde::de::DeserializeOwned;
use wimse_harness::Case;

use crate::{
    requirement::{Catalogue, Requirement},
    vector::{Expectation, Step, Vector, VectorFile},
};

/// A case, and the file that it is in.
#[derive(Clone, Copy, Debug)]
pub struct Selected<'a> {
    /// Its file.
    pub file: &'a VectorFile,
    /// The case.
    pub vector: &'a Vector,
}

impl Selected<'_> {
    /// What an implementation is given of it.
    #[must_use]
    pub fn case(&self) -> Case {
        self.vector.case(&self.file.draft, &self.file.revision)
    }
}

/// The catalogue and all vectors.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// One catalogue per draft, ordered by file name.
    pub catalogues: Vec<Catalogue>,
    /// The vector files, ordered by path.
    pub files: Vec<VectorFile>,
}

impl Suite {
    /// Reads both folders and refuses a suite with [`problems`](Self::problems).
    ///
    /// # Errors
    ///
    /// When a file cannot be read or is not of its shape, or when the files contradict each other.
    pub fn load(requirements: &Path, vectors: &Path) -> Result<Self, LoadError> {
        let suite = Self::read(requirements, vectors)?;
        match suite.problems() {
            problems if problems.is_empty() => Ok(suite),
            problems => Err(LoadError::Inconsistent(problems)),
        }
    }

    /// Reads both folders without comparing the files with each other.
    ///
    /// # Errors
    ///
    /// When a file cannot be read or is not of its shape.
    pub fn read(requirements: &Path, vectors: &Path) -> Result<Self, LoadError> {
        Ok(Self { catalogues: read_folder(requirements)?, files: read_folder(vectors)? })
    }

    /// All cases, in file order.
    pub fn vectors(&self) -> impl Iterator<Item = &Vector> {
        self.files.iter().flat_map(|file| &file.vectors)
    }

    /// All cases with their files, in file order.
    pub fn selected(&self) -> impl Iterator<Item = Selected<'_>> {
        self.files.iter().flat_map(|file| file.vectors.iter().map(move |vector| Selected { file, vector }))
    }

    /// The case of that id.
    #[must_use]
    pub fn vector(&self, id: &str) -> Option<&Vector> {
        self.vectors().find(|vector| vector.id == id)
    }

    /// All requirements, in file order.
    pub fn requirements(&self) -> impl Iterator<Item = &Requirement> {
        self.catalogues.iter().flat_map(|catalogue| &catalogue.requirements)
    }

    /// What is wrong across files; empty when nothing is.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.catalogue_problems();
        let known: BTreeSet<&str> = self.requirements().map(|requirement| requirement.id.as_str()).collect();
        let mut by_id: BTreeMap<&str, &Vector> = BTreeMap::new();
        for vector in self.vectors() {
            if by_id.insert(&vector.id, vector).is_some() {
                problems.push(Problem::DuplicateVector(vector.id.clone()));
            }
        }
        for vector in self.vectors() {
            let unknown = vector.requirements.iter().filter(|id| !known.contains(id.as_str()));
            problems.extend(unknown.map(|id| Problem::UnknownRequirement(vector.id.clone(), id.clone())));
            problems.extend(twin_problem(vector, &by_id));
            problems.extend(sequence_problem(vector));
        }
        problems
    }

    fn catalogue_problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        for requirement in self.requirements() {
            if !seen.insert(&requirement.id) {
                problems.push(Problem::DuplicateRequirement(requirement.id.clone()));
            }
        }
        problems.extend(self.superseded_problems());
        let described = |file: &VectorFile| {
            let same =
                |catalogue: &Catalogue| catalogue.draft == file.draft && catalogue.revision == file.revision;
            self.catalogues.iter().any(same)
        };
        let strangers = self.files.iter().filter(|file| !described(file));
        problems
            .extend(strangers.map(|file| Problem::UnknownDraft(file.draft.clone(), file.revision.clone())));
        problems
    }
}

impl Suite {
    /// What is superseded is a row of another revision of the same draft.
    fn superseded_problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for catalogue in &self.catalogues {
            let earlier = self
                .catalogues
                .iter()
                .filter(|other| other.draft == catalogue.draft && other.revision != catalogue.revision);
            let earlier: BTreeSet<&str> =
                earlier.flat_map(|other| &other.requirements).map(|row| row.id.as_str()).collect();
            for row in &catalogue.requirements {
                let unknown = row.supersedes.iter().filter(|id| !earlier.contains(id.as_str()));
                problems.extend(unknown.map(|id| Problem::UnknownSuperseded(row.id.clone(), id.clone())));
            }
        }
        problems
    }
}

fn twin_problem(vector: &Vector, by_id: &BTreeMap<&str, &Vector>) -> Option<Problem> {
    let id = vector.id.clone();
    let Vector { twin, differs, mutation, .. } = vector;
    if vector.is_accepted() {
        let of_refused = [twin, differs, mutation].iter().any(|member| member.is_some());
        return of_refused.then_some(Problem::TwinOfAccepted(id));
    }
    if vector.expect.codes().is_empty() {
        return Some(Problem::NoCodes(id));
    }
    let Some(twin) = twin else { return Some(Problem::NoTwin(id)) };
    if differs.is_none() || mutation.is_none() {
        return Some(Problem::NoDifference(id));
    }
    match by_id.get(twin.as_str()) {
        None => Some(Problem::UnknownTwin(id, twin.clone())),
        Some(twin) if !twin.is_accepted() => Some(Problem::RefusedTwin(id, twin.id.clone())),
        Some(twin) if twin.operation != vector.operation => {
            Some(Problem::OtherOperation(id, twin.id.clone()))
        }
        Some(twin) if vector.differences(twin).is_empty() => Some(Problem::SameAsTwin(id)),
        Some(_) => None,
    }
}

/// Steps are expected of a sequence, one outcome for each, and of nothing else.
fn sequence_problem(vector: &Vector) -> Option<Problem> {
    let id = || vector.id.clone();
    let steps = match (&vector.expect, vector.operation == SEQUENCE) {
        (Expectation::Steps { steps }, true) => steps,
        (_, false) if !matches!(vector.expect, Expectation::Steps { .. }) => return None,
        _ => return Some(Problem::NoSequence(id())),
    };
    let given: Vec<Step> = match vector.input.get("steps").cloned().map(serde_json::from_value) {
        Some(Ok(given)) => given,
        _ => return Some(Problem::StepShape(id())),
    };
    let nested = given.iter().any(|step| step.operation == SEQUENCE)
        || steps.iter().any(|expected| matches!(expected, Expectation::Steps { .. }));
    let unequal = steps.is_empty() || steps.len() != given.len();
    (nested || unequal).then(|| Problem::StepShape(id()))
}

/// The operation that has steps.
const SEQUENCE: &str = "sequence";

pub(crate) fn read_folder<T: DeserializeOwned>(folder: &Path) -> Result<Vec<T>, LoadError> {
    json_files(folder)?.iter().map(|path| read_file(path)).collect()
}

fn read_file<T: DeserializeOwned>(path: &Path) -> Result<T, LoadError> {
    let text = fs::read_to_string(path).map_err(|source| LoadError::Io { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| LoadError::Json { path: path.to_owned(), source })
}

/// The JSON files of a folder and of its folders, sorted.
///
/// # Errors
///
/// When a folder cannot be read.
pub fn json_files(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |source| LoadError::Io { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            files.extend(json_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// Why a suite could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not JSON of the expected shape.
    #[error("{} is not of its shape", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// The files contradict each other.
    #[error("{} problem(s), the first: {}", .0.len(), .0.first().map(ToString::to_string).unwrap_or_default())]
    Inconsistent(Vec<Problem>),
}

/// Something wrong across files.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// An id is used by two requirements.
    #[error("requirement {0} occurs twice")]
    DuplicateRequirement(String),
    /// What a requirement supersedes is in no other revision of its draft.
    #[error("requirement {0} supersedes {1}, which no other revision has")]
    UnknownSuperseded(String, String),
    /// A vector file names a draft and revision without a catalogue.
    #[error("no catalogue for {0} revision {1}")]
    UnknownDraft(String, String),
    /// An id is used by two vectors.
    #[error("vector {0} occurs twice")]
    DuplicateVector(String),
    /// A vector names a requirement that is in no catalogue.
    #[error("vector {0} names the unknown requirement {1}")]
    UnknownRequirement(String, String),
    /// A refused vector permits no error code.
    #[error("refused vector {0} permits no code")]
    NoCodes(String),
    /// A refused vector has no twin.
    #[error("refused vector {0} has no twin")]
    NoTwin(String),
    /// A refused vector does not say what differs from its twin, or does not name it.
    #[error("refused vector {0} does not say what differs, or has no mutation")]
    NoDifference(String),
    /// An accepted vector has a twin, a difference or a mutation.
    #[error("accepted vector {0} has a twin, a difference or a mutation")]
    TwinOfAccepted(String),
    /// The twin does not exist.
    #[error("vector {0} has the unknown twin {1}")]
    UnknownTwin(String, String),
    /// The twin is itself refused.
    #[error("vector {0} has the twin {1}, which is refused as well")]
    RefusedTwin(String, String),
    /// The twin is about another operation.
    #[error("vector {0} has another operation than its twin {1}")]
    OtherOperation(String, String),
    /// Steps are expected of something else than a sequence, or something else of a sequence.
    #[error("vector {0} is a sequence by its operation or by what is expected, not by both")]
    NoSequence(String),
    /// The steps of a sequence are not of their shape, are sequences themselves, or are not as many as their outcomes.
    #[error("vector {0} has no steps, wrong ones, or not as many outcomes")]
    StepShape(String),
    /// Nothing differs from the twin.
    #[error("refused vector {0} has the same input and configuration as its twin")]
    SameAsTwin(String),
}
