//! Live mode attends to clients: one that looks at what it gets, and one that does not. The program of this test is the
//! client, too, when it is told to be.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{collections::BTreeSet, env, error::Error, fs, path::Path, process::ExitCode, time::Duration};

use wimse::creds::key::Algorithm;
use wimse_conformance::{
    baseline::Baseline,
    judge::Verdict,
    live::{Attend, Binding, Folder, attend},
    load::Suite,
    report::Report,
    requirements_dir, vectors_dir,
};

#[path = "../examples/live_client.rs"]
mod live_client;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["call", ref rest @ ..] => match live_client::call(rest) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        // Who wants to know which tests there are: none that could be chosen.
        ["--list", ..] => ExitCode::SUCCESS,
        _ => {
            all().unwrap();
            ExitCode::SUCCESS
        }
    }
}

fn all() -> Result<(), Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("wimse-live-client-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    Folder::prepare(&folder, "http://127.0.0.1:1/", Algorithm::Es256)?;
    let suite = Suite::load(&requirements_dir(), &vectors_dir())?;
    let careful: Vec<Report> = Binding::ALL
        .into_iter()
        .map(|binding| attended(&folder, &suite, binding, ""))
        .collect::<Result<_, _>>()?;
    let careless = attended(&folder, &suite, Binding::Httpsig, " careless")?;
    let nothing = {
        // A client that does nothing.
        let client = format!("'{}' --list {{url}}", env::current_exe()?.display());
        run(&folder, &suite, Binding::Wpt, &client)?
    };
    fs::remove_dir_all(&folder)?;
    for report in &careful {
        assert!(report.clean, "{}", report.terminal(false));
        let passed = report.count(Verdict::Pass);
        assert_eq!(passed + report.count(Verdict::Skip), report.cases.len(), "{}", report.terminal(false));
    }
    // It takes whatever looks like a success; it does not go elsewhere.
    let wrong: BTreeSet<&str> = careless.unexpected().map(|case| case.id.as_str()).collect();
    let bad = |id: &&str| !["proxy-error", "proxy-redirect"].iter().any(|fine| id.ends_with(fine));
    let lessons =
        careless.cases.iter().filter(|case| case.importance == "critical" && case.verdict != "skip");
    let expected: BTreeSet<&str> = lessons.map(|case| case.id.as_str()).filter(bad).collect();
    assert!(expected.len() > 20);
    assert_eq!(wrong, expected, "{}", careless.terminal(false));
    let silent: Vec<_> = nothing.unexpected().filter_map(|case| case.reason.as_deref()).collect();
    assert_eq!(silent, ["the client has sent nothing"; 3]);
    Ok(())
}

fn attended(folder: &Path, suite: &Suite, binding: Binding, more: &str) -> Result<Report, Box<dyn Error>> {
    let program = env::current_exe()?;
    let client = format!("'{}' call {binding} '{}' {{url}}{more}", program.display(), folder.display());
    run(folder, suite, binding, &client)
}

fn run(folder: &Path, suite: &Suite, binding: Binding, client: &str) -> Result<Report, Box<dyn Error>> {
    let options = Attend {
        folder: Folder::read(folder)?,
        name: "under test".to_owned(),
        listen: "127.0.0.1:0".parse()?,
        client: client.parse()?,
        bindings: vec![binding],
        lenient: false,
        timeout: Duration::from_secs(30),
    };
    Ok(attend(&options, suite, &Baseline::default())?)
}
