//! The source of the vector files: each file is the output of one function here.
//!
//! To add a topic, write a function that makes its cases in a file of its own and name it in the `TOPICS` of its
//! draft; a new draft is named in `DRAFTS`. The cases are written with the methods of `builder.rs`: an accepted case
//! first, then each refused one as that case with one thing changed. What a case needs is told by its members
//! (`features.rs`), and how much it matters by the levels of its requirements (`rating.rs`), which are read from the
//! catalogue. The output depends on nothing else, so that [`stale`] can tell whether file and source agree.

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use crate::vector::{Expectation, Vector, VectorFile};

mod authorities;
mod builder;
mod canonical;
mod certificate_cases;
pub(crate) mod certificates;
mod der;
mod features;
mod http_signature;
mod identifier;
mod keys;
mod mutual_tls;
mod rating;
mod rsa;
mod sequences;
mod shared;
mod tokens;
mod workload_creds;
mod wpt;

/// All vector files.
///
/// # Errors
///
/// When a source cannot make its cases.
pub fn files() -> Result<Vec<Generated>, Box<dyn Error>> {
    let mut files = DRAFTS.iter().copied().flatten().map(Topic::file).collect::<Result<Vec<_>, _>>()?;
    features::complete(&mut files);
    let levels = rating::Levels::read()?;
    for vector in files.iter_mut().flat_map(|file| &mut file.file.vectors) {
        levels.rate(vector);
        shared::complete(vector);
    }
    Ok(files)
}

/// Writes all files below the folder.
///
/// # Errors
///
/// When a source cannot make its cases or a file cannot be written.
pub fn write(folder: &Path) -> Result<(), Box<dyn Error>> {
    for generated in files()? {
        let path = folder.join(&generated.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, generated.render()?)?;
    }
    Ok(())
}

/// The files below the folder that differ from their source or are not there.
///
/// # Errors
///
/// When a source cannot make its cases, or a file is there and cannot be read.
pub fn stale(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut stale = Vec::new();
    for generated in files()? {
        let same = match fs::read_to_string(folder.join(&generated.path)) {
            Ok(text) => text == generated.render()?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error.into()),
        };
        if !same {
            stale.push(generated.path);
        }
    }
    Ok(stale)
}

/// A vector file and its place.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Path below the folder of the vectors.
    pub path: PathBuf,
    /// The content.
    pub file: VectorFile,
}

impl Generated {
    /// The JSON text: members in a fixed order, one final newline.
    ///
    /// # Errors
    ///
    /// None that a vector can cause; `serde_json` has an error in its signature.
    pub fn render(&self) -> Result<String, serde_json::Error> {
        let mut file = self.file.clone();
        file.vectors.iter_mut().for_each(sort_members);
        Ok(serde_json::to_string_pretty(&file)? + "\n")
    }
}

/// Independent of whether `serde_json` keeps the order of insertion, a feature that any dependency can turn on.
fn sort_members(vector: &mut Vector) {
    let Vector { input, config, expect, .. } = vector;
    sort(input);
    sort(config);
    sort_outputs(expect);
}

fn sort_outputs(expect: &mut Expectation) {
    match expect {
        Expectation::Accept { outputs } => sort(outputs),
        Expectation::Reject { .. } => (),
        Expectation::Steps { steps } => steps.iter_mut().for_each(sort_outputs),
    }
}

fn sort(map: &mut Map<String, Value>) {
    map.sort_keys();
    map.values_mut().for_each(Value::sort_all_objects);
}

/// One file to be: its place and the function that makes its cases.
struct Topic {
    draft: &'static str,
    revision: &'static str,
    name: &'static str,
    vectors: fn() -> Cases,
}

/// The cases of one topic; making tokens can fail where making identifiers cannot.
type Cases = Result<Vec<Vector>, Box<dyn Error>>;

impl Topic {
    fn file(&self) -> Result<Generated, Box<dyn Error>> {
        Ok(Generated {
            path: Path::new(self.draft).join(self.name).with_extension("json"),
            file: VectorFile {
                draft: self.draft.to_owned(),
                revision: self.revision.to_owned(),
                vectors: (self.vectors)()?,
            },
        })
    }
}

const DRAFTS: &[&[Topic]] = &[
    identifier::TOPICS,
    canonical::TOPICS,
    workload_creds::TOPICS,
    wpt::TOPICS,
    http_signature::TOPICS,
    mutual_tls::TOPICS,
];
