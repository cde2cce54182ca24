//! `wimse-conformance`: runs the vectors, shows them, and reports coverage.
#![forbid(unsafe_code)]

use std::{
    error::Error,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use wimse_conformance::{
    coverage::Coverage,
    generate,
    load::{Selected, Suite},
    manifest::Manifest,
    report::list,
    requirements_dir,
    schema::Schemas,
    schema_dir,
    select::Selection,
    show, vectors_dir,
};

mod html;
mod live;
mod reports;
mod run;

/// Runs the WIMSE conformance vectors and reports requirement coverage.
///
/// Exit status: 0 when all is as expected, 1 when it is not, 2 when the command cannot be carried out.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// Folder of the requirement catalogue [default: the one beside this crate]
    #[arg(long, global = true, value_name = "DIR")]
    requirements: Option<PathBuf>,
    /// Folder of the vectors [default: the one beside this crate]
    #[arg(long, global = true, value_name = "DIR")]
    vectors: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the cases and judge their outcomes
    Run(run::Run),
    /// Drive a running server with good and hostile requests
    Live(live::Live),
    /// Write reports as one page: requirement by implementation, with every case
    Html(html::Html),
    /// Show which requirements have enough cases; fails when one has not
    Coverage {
        /// Print the rows as JSON
        #[arg(long)]
        json: bool,
    },
    /// List the cases, after version and licence: id, operation, expectation, requirements
    List {
        #[command(flatten)]
        selection: Selection,
    },
    /// Show one case with its values decoded
    Show {
        /// The id of the case
        id: String,
    },
    /// Check the files by their JSON Schemas, each case by that of its operation, and what holds across files
    Check,
    /// Write the vector files that are generated
    Generate {
        /// Write nothing; fail when a file differs from what would be written
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            complain(error.as_ref());
            ExitCode::from(2)
        }
    }
}

/// Carries the command out; whether all is as expected.
fn run(cli: Cli) -> Result<bool, Box<dyn Error>> {
    let requirements = cli.requirements.unwrap_or_else(requirements_dir);
    let vectors = cli.vectors.unwrap_or_else(vectors_dir);
    let suite = || Suite::load(&requirements, &vectors);
    match cli.command {
        Command::Run(run) => run.carry_out(&suite()?, Manifest::read(&vectors)?),
        Command::Live(live) => live.carry_out(&suite()?),
        Command::Html(html) => html.carry_out(suite()?, Manifest::read(&vectors)?.as_ref()).map(|()| true),
        Command::Coverage { json } => {
            let coverage = Coverage::of(&suite()?);
            print(&if json { serde_json::to_string_pretty(&coverage)? } else { coverage.to_string() })?;
            Ok(coverage.is_enough())
        }
        Command::List { selection } => {
            let suite = suite()?;
            let cases = list(selected(&selection, &suite)?.iter().map(|selected| selected.vector));
            print(&match Manifest::read(&vectors)? {
                Some(manifest) => format!("# {manifest}\n{cases}"),
                None => cases,
            })?;
            Ok(true)
        }
        Command::Show { id } => {
            let suite = suite()?;
            let vector = suite.vector(&id).ok_or_else(|| format!("no case has the id {id}"))?;
            print(&show::show(vector, &suite))?;
            Ok(true)
        }
        Command::Check => {
            let schemas = Schemas::load(&schema_dir())?;
            let mut problems = schemas.problems_of_files(&requirements, &vectors)?;
            let mut counted = String::new();
            if problems.is_empty() {
                let suite = Suite::read(&requirements, &vectors)?;
                problems.extend(suite.problems().iter().map(ToString::to_string));
                problems.extend(schemas.problems_of_cases(&suite));
                let (cases, rows) = (suite.vectors().count(), suite.requirements().count());
                counted = format!("{cases} cases and {rows} requirements are well formed");
            }
            problems.iter().try_for_each(|problem| print(problem))?;
            if problems.is_empty() {
                print(&counted)?;
            }
            Ok(problems.is_empty())
        }
        Command::Generate { check: true } => {
            let stale = generate::stale(&vectors)?;
            for path in &stale {
                print(&format!("{} differs from its source", path.display()))?;
            }
            Ok(stale.is_empty())
        }
        Command::Generate { check: false } => {
            generate::write(&vectors)?;
            Ok(true)
        }
    }
}

/// None at all is a mistake of the caller, not a success.
fn selected<'a>(selection: &Selection, suite: &'a Suite) -> Result<Vec<Selected<'a>>, Box<dyn Error>> {
    match selection.of(suite) {
        none if none.is_empty() => Err("no case is selected".into()),
        selected => Ok(selected),
    }
}

/// Prints to stdout with a final newline; a reader that has gone away (`| head`) is not an error.
fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{}", text.trim_end()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Prints the error and its causes to stderr; there is nowhere to report a failure of that.
fn complain(error: &dyn Error) {
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "wimse-conformance: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = writeln!(stderr, "  because: {error}");
        cause = error.source();
    }
}
