//! What live mode says of a server.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use wimse::creds::key::Algorithm;
use wimse_conformance::{
    baseline::Baseline,
    judge::Verdict,
    live::{Binding, Drive, Folder, drive, files},
    load::Suite,
    report::Report,
    requirements_dir,
    vector::Expectation,
};

use crate::lax_server::Server;

/// A folder that is gone with the test.
pub(crate) struct Temporary(PathBuf);

impl Temporary {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wimse-live-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn suite() -> Suite {
    Suite::load(&requirements_dir(), &wimse_conformance::vectors_dir()).unwrap()
}

/// Drives a server that leaves this out.
fn driven(
    name: &str,
    skip: &[&str],
    bindings: &[Binding],
    messages: bool,
) -> (Report, BTreeMap<String, String>) {
    let temporary = Temporary::new(name);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/conformance", listener.local_addr().unwrap());
    let folder = Folder::prepare(&temporary.0, &url, Algorithm::Es256).unwrap();
    let server = Server::new(&folder, skip).unwrap();
    thread::spawn(move || server.serve(&listener));
    let written = temporary.0.join("messages");
    let options = Drive {
        folder,
        name: "under test".to_owned(),
        audience: url.clone(),
        url,
        mtls_url: None,
        ca: None,
        algorithms: Vec::new(),
        bindings: bindings.to_vec(),
        lenient: false,
        timeout: Duration::from_secs(30),
        messages: messages.then(|| written.clone()),
    };
    let report = drive(options, &suite(), &Baseline::default()).unwrap();
    let reasons = if messages { reasons(&written) } else { BTreeMap::new() };
    (report, reasons)
}

/// Why the server has refused, by the id of the check.
fn reasons(folder: &Path) -> BTreeMap<String, String> {
    let mut reasons = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let Some(id) = name.strip_suffix(".request.http") else { continue };
        let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
        if let Some((_, reason)) = text.split_once("x-refused-with: ") {
            reasons.insert(id.to_owned(), reason.lines().next().unwrap().to_owned());
        }
    }
    reasons
}

#[test]
fn a_strict_server_passes_and_refuses_for_the_reason_that_is_meant() {
    let (report, reasons) = driven("strict", &[], &Binding::ALL, true);
    assert!(report.clean, "{}", report.terminal(false));
    let skipped = report.cases.iter().filter(|case| case.draft == "mutual-tls").count();
    assert_eq!(report.count(Verdict::Pass) + skipped, report.cases.len(), "{}", report.terminal(false));
    let schema = include_str!("../../../schema/report.schema.json");
    let schema = jsonschema::draft202012::new(&serde_json::from_str(schema).unwrap()).unwrap();
    assert!(schema.is_valid(&serde_json::to_value(&report).unwrap()));
    let expected: BTreeMap<&str, &str> =
        include_str!("reasons.txt").lines().filter_map(|line| line.split_once(' ')).collect();
    // They are the same with keys of either algorithm.
    let of = |end: &str| -> BTreeMap<&str, &str> {
        let of_end = reasons.iter().filter(|(id, _)| id.ends_with("-eddsa") != end.is_empty());
        of_end.map(|(id, reason)| (id.strip_suffix(end).unwrap_or(id), reason.as_str())).collect()
    };
    let (found, eddsa) = (of(""), of("-eddsa"));
    assert_eq!(eddsa, found);
    let shown: String = found.iter().map(|(id, reason)| format!("{id} {reason}\n")).collect();
    assert_eq!(found, expected, "{shown}");
}

#[test]
fn of_a_lax_server_exactly_what_it_skips_is_named() {
    let (report, _) = driven("lax", &["replay", "audience"], &Binding::ALL, false);
    assert!(!report.clean);
    let wrong: BTreeSet<&str> = report.unexpected().map(|case| case.id.as_str()).collect();
    let expected = [
        "live-httpsig-aud-by-host",
        "live-httpsig-aud-host",
        "live-httpsig-aud-spelling",
        "live-httpsig-replay",
        "live-httpsig-replay-at-once",
        "live-httpsig-replay-more-fields",
        "live-wpt-aud-by-forwarded-host",
        "live-wpt-aud-by-host",
        "live-wpt-aud-host",
        "live-wpt-replay",
        "live-wpt-replay-at-once",
        "live-wpt-replay-other-query",
    ];
    let eddsa = expected.map(|id| format!("{id}-eddsa"));
    let expected = expected.into_iter().chain(eddsa.iter().map(String::as_str)).collect::<BTreeSet<_>>();
    assert_eq!(wrong, expected, "{}", report.terminal(false));
    let failing: BTreeSet<&str> =
        report.requirements.iter().filter(|row| row.state() == "fail").map(|row| row.id.as_str()).collect();
    let expected = [
        "SIG-3-37",
        "SIG-3.2-2",
        "SIG-5.1-6",
        "SIG-6.4-1",
        "SIG8-3.2-1",
        "SIG8-3.2-2",
        "WPT-2-19",
        "WPT-2-23",
        "WPT-3.1.4-1",
        "WPT-3.1.7-1",
        "WPT-3.1.7-2",
        "WPT-3.1.7-3",
        "WPT-3.1.7-4",
    ];
    assert_eq!(failing, BTreeSet::from(expected));
    // They are named where a person reads.
    assert!(report.terminal(false).contains("shows WPT-2-23, WPT-3.1.4-1"), "{}", report.terminal(false));
}

#[test]
fn a_binding_that_the_server_does_not_have_is_skipped_with_the_reason() {
    let (report, _) = driven("wpt", &[], &[Binding::Wpt], false);
    assert!(report.clean, "{}", report.terminal(false));
    let skipped: Vec<_> = report.cases.iter().filter(|case| case.draft == "http-signature").collect();
    assert!(!skipped.is_empty());
    assert!(skipped.iter().all(|case| case.reason.as_deref() == Some("the server is without httpsig")));
}

#[test]
fn an_algorithm_that_the_server_does_not_have_is_skipped_with_the_reason_unless_it_is_asked_for() {
    let driven = |name: &str, algorithms: &[Algorithm]| {
        let temporary = Temporary::new(name);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/conformance", listener.local_addr().unwrap());
        let folder = Folder::prepare(temporary.path(), &url, Algorithm::Es256).unwrap();
        let keys = temporary.path().join("issuer.jwks.json");
        let all: serde_json::Value = serde_json::from_str(&fs::read_to_string(&keys).unwrap()).unwrap();
        // It trusts the first issuer alone.
        fs::write(&keys, serde_json::json!({"keys": [all["keys"][0]]}).to_string()).unwrap();
        let server = Server::new(&folder, &[]).unwrap();
        fs::write(&keys, all.to_string()).unwrap();
        thread::spawn(move || server.serve(&listener));
        let options = Drive {
            folder,
            name: "under test".to_owned(),
            url: url.clone(),
            mtls_url: None,
            audience: url,
            ca: None,
            bindings: vec![Binding::Wpt],
            algorithms: algorithms.to_vec(),
            lenient: false,
            timeout: Duration::from_secs(30),
            messages: None,
        };
        drive(options, &suite(), &Baseline::default()).unwrap()
    };
    let tried = driven("tried", &[]);
    assert!(tried.clean, "{}", tried.terminal(false));
    let eddsa = || tried.cases.iter().filter(|case| case.id.ends_with("-eddsa") && case.draft == "wpt");
    assert!(eddsa().count() > 50);
    assert!(eddsa().all(|case| case.reason.as_deref() == Some("the server is without EdDSA (401)")));
    let asked = driven("asked", &[Algorithm::Es256, Algorithm::EdDsa]);
    let wrong: Vec<_> = asked.unexpected().map(|case| case.id.as_str()).collect();
    assert!(
        wrong.contains(&"live-wpt-get-eddsa") && wrong.iter().all(|id| id.ends_with("-eddsa")),
        "{wrong:?}"
    );
}

#[test]
fn a_server_that_is_not_there_passes_nothing() {
    let temporary = Temporary::new("absent");
    let url = {
        // Nobody listens there any more.
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let folder = Folder::prepare(&temporary.0, &url, Algorithm::Es256).unwrap();
    assert!(Folder::prepare(&temporary.0, &url, Algorithm::Es256).is_err(), "nothing is written over");
    let options = Drive {
        folder,
        name: "under test".to_owned(),
        audience: url.clone(),
        url,
        mtls_url: None,
        ca: None,
        algorithms: Vec::new(),
        bindings: Binding::ALL.to_vec(),
        lenient: false,
        timeout: Duration::from_secs(30),
        messages: None,
    };
    let report = drive(options, &suite(), &Baseline::default()).unwrap();
    assert!(!report.clean);
    assert_eq!(report.count(Verdict::Pass), 0, "{}", report.terminal(false));
}

#[test]
fn every_check_shows_requirements_of_the_catalogue_and_differs_from_one_that_is_accepted() {
    let suite = suite();
    let known: BTreeSet<&str> = suite.requirements().map(|requirement| requirement.id.as_str()).collect();
    let mut ids: BTreeSet<String> = suite.vectors().map(|vector| vector.id.clone()).collect();
    for file in files() {
        let accepted: BTreeSet<&str> = file
            .vectors
            .iter()
            .filter(|vector| vector.is_accepted())
            .map(|vector| vector.id.as_str())
            .collect();
        for vector in &file.vectors {
            assert!(ids.insert(vector.id.clone()), "{} is there twice", vector.id);
            assert!(!vector.requirements.is_empty(), "{} shows nothing", vector.id);
            let unknown = vector.requirements.iter().find(|id| !known.contains(id.as_str()));
            assert_eq!(unknown, None, "{}", vector.id);
            if let Expectation::Reject { .. } = vector.expect {
                let twin = vector.twin.as_deref().unwrap();
                assert!(accepted.contains(twin), "{} has no twin {twin}", vector.id);
            }
        }
    }
}
