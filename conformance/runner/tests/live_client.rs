//! Live mode attends to clients: careful ones, one that does not look at what it gets, and one that does wrong what it is told
//! to. The program of this test is the client, too, when it is told to be.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    thread,
    time::Duration,
};

use wimse::creds::key::Algorithm;
use wimse_conformance::{
    baseline::Baseline,
    live::{Attend, Binding, Folder, attend},
    load::Suite,
    report::Report,
    requirements_dir, vectors_dir,
};

#[path = "../examples/lax_client.rs"]
mod lax_client;
#[path = "../examples/live_client.rs"]
mod live_client;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["call", ref rest @ ..] => match live_client::call(rest) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        ["lax", ref rest @ ..] => match lax_client::call(rest) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        // Who wants to know which tests there are: none that could be chosen.
        ["--list", ..] => ExitCode::SUCCESS,
        _ => {
            for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
                careful_clients_pass(algorithm).unwrap();
            }
            what_is_not_looked_at_is_named().unwrap();
            of_a_lax_client_what_it_does_wrong_is_named().unwrap();
            ExitCode::SUCCESS
        }
    }
}

/// A folder that is gone with the test.
struct Temporary(PathBuf);

impl Temporary {
    fn prepared(name: &str, algorithm: Algorithm) -> Result<Self, Box<dyn Error>> {
        let folder = env::temp_dir().join(format!("wimse-live-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        let temporary = Self(folder);
        Folder::prepare(&temporary.0, "http://127.0.0.1:1/", algorithm)?;
        Ok(temporary)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn suite() -> Result<Suite, Box<dyn Error>> {
    Ok(Suite::load(&requirements_dir(), &vectors_dir())?)
}

fn careful_clients_pass(algorithm: Algorithm) -> Result<(), Box<dyn Error>> {
    let temporary = Temporary::prepared("careful", algorithm)?;
    for binding in [Binding::Wpt, Binding::Httpsig] {
        let report = attended(&temporary.0, &suite()?, binding, " {wit}")?;
        let draft = binding.draft();
        let of_binding = || report.cases.iter().filter(|case| case.draft == draft);
        assert!(report.clean, "{}", report.terminal(false));
        let skipped: Vec<_> =
            of_binding().filter(|case| case.verdict != "pass").map(|case| case.id.as_str()).collect();
        // To whom signed responses matter, 503 of a proxy is no answer at all, and no reason to try again.
        let expected = ["live-client-httpsig-retry-busy"];
        let expected = if binding == Binding::Httpsig { &expected[..] } else { &[] };
        assert_eq!(skipped, expected, "{}", report.terminal(false));
        assert!(of_binding().count() > 20);
    }
    Ok(())
}

fn what_is_not_looked_at_is_named() -> Result<(), Box<dyn Error>> {
    let temporary = Temporary::prepared("careless", Algorithm::Es256)?;
    let (folder, suite) = (&temporary.0, suite()?);
    let careless = attended(folder, &suite, Binding::Httpsig, " careless")?;
    // A client that does nothing.
    let nothing = format!("'{}' --list {{url}}", env::current_exe()?.display());
    let nothing = run(folder, &suite, Binding::Wpt, &nothing)?;
    // It takes whatever looks like a success; it does not go elsewhere.
    let wrong: BTreeSet<&str> = careless.unexpected().map(|case| case.id.as_str()).collect();
    let fine = ["proxy-doubles", "proxy-error", "proxy-redirect"];
    let bad = |id: &&str| !fine.iter().any(|fine| id.ends_with(fine));
    let lessons =
        careless.cases.iter().filter(|case| case.importance == "critical" && case.verdict != "skip");
    let expected: BTreeSet<&str> = lessons.map(|case| case.id.as_str()).filter(bad).collect();
    assert!(expected.len() > 20);
    assert_eq!(wrong, expected, "{}", careless.terminal(false));
    let asked = nothing.cases.iter().filter(|case| case.verdict != "skip");
    assert!(asked.clone().count() > 20);
    for case in asked {
        assert_eq!(case.reason.as_deref(), Some("the client has sent nothing"), "{}", case.id);
    }
    Ok(())
}

/// Lessons that look at whole requests: what a server refuses, because of the proxy.
const REFUSED: [&str; 6] = [
    "proxy-doubles",
    "proxy-path",
    "proxy-proof-dropped",
    "proxy-proof-twice",
    "proxy-wit-dropped",
    "proxy-wit-twice",
];

/// Which of these are wrong, beside what is named.
#[derive(Clone, Copy, PartialEq)]
enum Whole {
    None,
    /// Those that come after the first.
    Refused,
    /// With the good one.
    All,
}

/// The word, which whole requests are wrong, what else is, and one of the requirements.
const WRONG: [(&str, Whole, &[&str], &str); 17] = [
    ("alg", Whole::All, &["alg"], "WPT-2-2"),
    ("audience", Whole::All, &["audience"], "WPT-2-4"),
    ("bearer", Whole::All, &["field"], "WPT-2.2-1"),
    ("claims", Whole::None, &["claims"], "WPT-2.3-1"),
    ("expired", Whole::None, &["own-expired"], "WPT-3.2-3"),
    ("fallback", Whole::Refused, &[], "WIT-5.1-10"),
    ("jti", Whole::Refused, &["retry-busy", "retry-reset", "twice"], "WPT-2-7"),
    ("key", Whole::All, &["key"], "WIT-5.1-10"),
    ("lifetime", Whole::All, &["lifetime"], "WPT-2-6"),
    ("log", Whole::None, &["log"], "WPT-3.1.5-1"),
    ("no-audience", Whole::All, &["audience", "audience-present"], "WPT-2-5"),
    ("redirect", Whole::None, &["redirect", "redirect-wit"], "WIT-9.6-1"),
    ("retry", Whole::None, &["retry-busy", "retry-reset"], "WPT-2-7"),
    ("status", Whole::Refused, &[], "WIT-5.1-10"),
    ("two-wits", Whole::All, &["wit-field"], "WIT-5.1.1-1"),
    ("typ", Whole::All, &["typ"], "WPT-2-3"),
    ("wth", Whole::All, &["wth"], "WPT-2-8"),
];

fn of_a_lax_client_what_it_does_wrong_is_named() -> Result<(), Box<dyn Error>> {
    let temporary = Temporary::prepared("lax", Algorithm::Es256)?;
    let (suite, program) = (suite()?, env::current_exe()?);
    let lax = |words: &str| {
        let client = format!("'{}' lax {{wit}} {{key}} {{url}} {words}", program.display());
        run(&temporary.0, &suite, Binding::Wpt, &client)
    };
    let good = lax("")?;
    assert!(good.clean, "{}", good.terminal(false));
    let told: Vec<_> = lax_client::WORDS.iter().map(|(word, _)| *word).collect();
    assert_eq!(told, WRONG.map(|(word, ..)| word));
    let names = |(word, whole, lessons, requirement): (&str, Whole, &[&str], &str)| {
        let report = lax(word).unwrap();
        let found: BTreeSet<_> =
            report.unexpected().filter_map(|case| case.id.strip_prefix("live-client-wpt-")).collect();
        let mut expected: BTreeSet<_> = lessons.iter().copied().collect();
        if whole != Whole::None {
            expected.extend(REFUSED);
        }
        if whole == Whole::All {
            expected.insert("good");
        }
        assert_eq!(found, expected, "{word}: {}", report.terminal(false));
        let fails = |id: &str| report.requirements.iter().any(|row| row.id == id && row.state() == "fail");
        assert!(fails(requirement), "{word}: {}", report.terminal(false));
    };
    // Clients are programs that are mostly waited for.
    thread::scope(|scope| {
        for part in WRONG.chunks(WRONG.len().div_ceil(4)) {
            scope.spawn(move || part.iter().copied().for_each(names));
        }
    });
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
