//! The JSON Schemas, and what in the files is not as they say.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use jsonschema::{Registry, Validator};
use serde_json::Value;
use wimse_harness::execute::steps;

use crate::{
    load::{LoadError, Selected, Suite, json_files},
    text::clean,
};

/// The compiled schemas of vector files, requirement files and operations.
#[derive(Debug)]
pub struct Schemas {
    vectors: Validator,
    requirements: Validator,
    operations: BTreeMap<String, Validator>,
}

impl Schemas {
    /// Reads them from their folder.
    ///
    /// # Errors
    ///
    /// When one cannot be read or is no schema.
    pub fn load(folder: &Path) -> Result<Self, SchemaError> {
        let parts = read(&folder.join("parts.schema.json"))?;
        let id = parts.get("$id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let unusable = |path: &Path, error: &dyn fmt::Display| SchemaError::Unusable {
            path: path.to_owned(),
            detail: error.to_string(),
        };
        let registry = Registry::new().add(id, parts).and_then(|registry| registry.prepare());
        let registry = registry.map_err(|error| unusable(folder, &error))?;
        let compile = |path: &Path| {
            let options = jsonschema::draft202012::options().with_registry(&registry);
            options.build(&read(path)?).map_err(|error| unusable(path, &error))
        };
        let mut operations = BTreeMap::new();
        for path in json_files(&folder.join("operations"))? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let name = name.strip_suffix(".schema.json").unwrap_or(name).to_owned();
            operations.insert(name, compile(&path)?);
        }
        Ok(Self {
            vectors: compile(&folder.join("vector.schema.json"))?,
            requirements: compile(&folder.join("requirement.schema.json"))?,
            operations,
        })
    }

    /// What is wrong with the files of both folders, each by itself: one line for each thing.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, or is no JSON.
    pub fn problems_of_files(&self, requirements: &Path, vectors: &Path) -> Result<Vec<String>, SchemaError> {
        let mut problems = Vec::new();
        for (folder, schema) in [(requirements, &self.requirements), (vectors, &self.vectors)] {
            for path in json_files(folder)? {
                let errors = errors(schema, &read(&path)?);
                problems.extend(errors.into_iter().map(|error| format!("{}: {error}", path.display())));
            }
        }
        Ok(problems)
    }

    /// What is wrong with the input and configuration of the cases; of a sequence, of each step.
    #[must_use]
    pub fn problems_of_cases(&self, suite: &Suite) -> Vec<String> {
        suite.selected().flat_map(|selected| self.problems_of_case(&selected)).collect()
    }

    fn problems_of_case(&self, selected: &Selected<'_>) -> Vec<String> {
        let case = selected.case();
        let mut cases = vec![case.clone()];
        // What is no sequence has no steps; a wrong one is found by its schema.
        if case.operation == "sequence" {
            cases.extend(steps(&case).unwrap_or_default());
        }
        let problems = cases.iter().flat_map(|case| match self.operations.get(&case.operation) {
            None => vec![format!("the operation {} has no schema", clean(&case.operation))],
            Some(schema) => serde_json::to_value(case)
                .map_or_else(|error| vec![error.to_string()], |case| errors(schema, &case)),
        });
        problems.map(|problem| format!("vector {}: {problem}", selected.vector.id)).collect()
    }

    /// The operations that have a schema.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }
}

/// At most a few: one mistake can have many.
fn errors(schema: &Validator, value: &Value) -> Vec<String> {
    let errors = schema.iter_errors(value).take(5);
    errors.map(|error| format!("{}: {}", error.instance_path(), clean(&error.to_string()))).collect()
}

fn read(path: &Path) -> Result<Value, SchemaError> {
    let text = fs::read_to_string(path);
    let text = text.map_err(|source| SchemaError::Io { path: path.to_owned(), source })?;
    serde_json::from_str(&text).map_err(|source| SchemaError::Json { path: path.to_owned(), source })
}

/// Why nothing can be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// A file cannot be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is no JSON.
    #[error("{} is no JSON", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: serde_json::Error,
    },
    /// A folder cannot be read.
    #[error(transparent)]
    Folder(#[from] LoadError),
    /// A schema is none.
    #[error("{} is no usable schema: {detail}", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        detail: String,
    },
}
