//! A harness that misbehaves gets a result of its own, the other cases theirs, and the run an end.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::PathBuf, process, time::Duration};

use support::has;
use wimse_conformance::{
    harness::{Failure, Pool},
    judge::{Judgement, Measure, Verdict},
    load::{Selected, Suite},
    requirements_dir,
    run::{Implementation, run},
    vectors_dir,
};

mod support;

/// A script that is removed again.
struct Script(PathBuf);

impl Script {
    fn of(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wimse-conformance-{}-{name}.py", process::id()));
        fs::write(&path, format!("{BEFORE}{text}\n")).unwrap();
        Self(path)
    }

    fn pool(&self) -> Pool {
        Pool {
            command: format!("python3 '{}'", self.0.display()).parse().unwrap(),
            jobs: 1,
            timeout: Duration::from_secs(60),
            restarts: 10,
            vectors: None,
        }
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

const BEFORE: &str = r#"
import json, os, sys, time

def hear():
    line = sys.stdin.readline()
    if not line:
        sys.exit(0)
    return json.loads(line)

def say(message):
    print(json.dumps(message), flush=True)

def hello(**more):
    hear()
    say({"type": "hello", "protocol": 1, "name": "test", "version": "1", "language": "Python",
         "operations": ["identifier.parse"], **more})

def accept(message):
    say({"type": "result", "seq": message["seq"], "result": "accept"})

"#;

/// Runs three accepted cases: numbers 0, 1 and 2.
fn ran(pool: Pool) -> Result<Vec<Judgement>, Failure> {
    let suite = Suite::load(&requirements_dir(), &vectors_dir()).unwrap();
    let accepted =
        |case: &Selected<'_>| case.vector.operation == "identifier.parse" && case.vector.is_accepted();
    let selected: Vec<_> = suite.selected().filter(accepted).take(3).collect();
    run(&Implementation::Harness(pool), &selected, Measure::GIVEN, &|_| ()).map(|(_, judgements)| judgements)
}

fn verdicts(judgements: &[Judgement]) -> Vec<Verdict> {
    judgements.iter().map(|judgement| judgement.verdict).collect()
}

/// What the script does when it has read case 1; the other cases are accepted.
fn with_case_1(name: &str, what: &str) -> Vec<Judgement> {
    let text = format!(
        "hello()\nwhile True:\n    case = hear()\n    if case['seq'] == 1:\n        {}\n    else:\n        accept(case)",
        what.replace('\n', "\n        ")
    );
    ran(Script::of(name, &text).pool()).unwrap()
}

#[test]
fn what_is_not_the_protocol_costs_the_case_and_no_other() {
    if !has("python3", &["--version"]) {
        return;
    }
    for (name, what, reason) in [
        ("flood", "while True: print('x')", "expected value"),
        (
            "long",
            "sys.stdout.write('x' * 5_000_000); sys.stdout.flush(); time.sleep(60)",
            "a line of more than",
        ),
        ("empty", "print(flush=True)", "EOF"),
        ("bytes", "sys.stdout.buffer.write(b'\\xff\\x1b[2J\\n'); sys.stdout.buffer.flush()", "\\u{1b}[2J"),
        (
            "deep",
            r#"print('{"type":"result","seq":1,"result":"accept","outputs":{"a":' + '[' * 100_000, flush=True)"#,
            "recursion limit",
        ),
        ("word", "say({'type': 'result', 'seq': 1, 'result': 'perhaps'})", "perhaps"),
        ("seq", "say({'type': 'result', 'seq': 7, 'result': 'accept'})", "has the seq 7, the case had 1"),
        ("none", "say({'type': 'result', 'result': 'accept'})", "seq"),
        (
            "greet",
            "say({'type': 'hello', 'protocol': 1, 'name': '', 'version': '', 'language': '', 'operations': []})",
            "a second hello",
        ),
    ] {
        let judgements = with_case_1(name, what);
        assert_eq!(
            verdicts(&judgements),
            [Verdict::Pass, Verdict::Protocol, Verdict::Pass],
            "{name}: {judgements:?}"
        );
        let said = judgements[1].reason.as_deref().unwrap();
        assert!(said.contains(reason) && said.len() < 3000, "{name}: {said}");
    }
}

#[test]
fn a_second_answer_costs_the_case_that_has_two() {
    if !has("python3", &["--version"]) {
        return;
    }
    let middle = with_case_1("twice", "accept(case); accept(case)");
    assert_eq!(verdicts(&middle), [Verdict::Pass, Verdict::Protocol, Verdict::Pass], "{middle:?}");
    assert_eq!(middle[1].reason.as_deref(), Some("more than one answer to the case"));
    let text =
        "hello()\nwhile True:\n    case = hear()\n    accept(case)\n    if case['seq'] == 2: accept(case)";
    let last = ran(Script::of("last", text).pool()).unwrap();
    assert_eq!(verdicts(&last), [Verdict::Pass, Verdict::Pass, Verdict::Protocol], "{last:?}");
}

#[test]
fn a_crash_is_the_result_of_its_case() {
    if !has("python3", &["--version"]) {
        return;
    }
    for (name, what, reasons) in [
        (
            "exit",
            "print('out of \\x1b[31mcheese', file=sys.stderr); sys.exit(3)",
            ["exit status: 3", "out of \\u{1b}[31mcheese"],
        ),
        ("abort", "os.abort()", ["it ended with", "signal"]),
        ("close", "os.close(1); time.sleep(60)", ["it closed its output"; 2]),
    ] {
        let judgements = with_case_1(name, what);
        assert_eq!(
            verdicts(&judgements),
            [Verdict::Pass, Verdict::Crash, Verdict::Pass],
            "{name}: {judgements:?}"
        );
        let said = judgements[1].reason.as_deref().unwrap();
        assert!(reasons.iter().all(|reason| said.contains(reason)), "{name}: {said}");
    }
}

#[test]
fn a_harness_that_does_not_answer_is_not_waited_for_for_ever() {
    if !has("python3", &["--version"]) {
        return;
    }
    // It neither reads nor writes, and does not end with its input.
    let script = Script::of("never", "hello()\ntime.sleep(3600)");
    let pool = Pool { timeout: Duration::from_secs(4), restarts: 1, ..script.pool() };
    let judgements = ran(pool).unwrap();
    assert_eq!(
        verdicts(&judgements),
        [Verdict::Timeout, Verdict::Timeout, Verdict::NotRun],
        "{judgements:?}"
    );
    assert_eq!(judgements[0].reason.as_deref(), Some("no answer in 4 seconds"));
}

#[test]
fn a_harness_that_does_not_end_is_ended() {
    if !has("python3", &["--version"]) {
        return;
    }
    let text = "hello()\nfor _ in range(3): accept(hear())\ntime.sleep(3600)";
    assert_eq!(verdicts(&ran(Script::of("stay", text).pool()).unwrap()), [Verdict::Pass; 3]);
}

#[test]
fn restarts_are_counted() {
    if !has("python3", &["--version"]) {
        return;
    }
    let script = Script::of("always", "hello()\nhear()\nsys.exit(1)");
    let judgements = ran(Pool { restarts: 1, ..script.pool() }).unwrap();
    assert_eq!(verdicts(&judgements), [Verdict::Crash, Verdict::Crash, Verdict::NotRun]);
    assert!(judgements[2].reason.as_deref().unwrap().contains("more than 1 times"), "{judgements:?}");
    let judgements = ran(Pool { restarts: 2, ..script.pool() }).unwrap();
    assert_eq!(verdicts(&judgements), [Verdict::Crash; 3]);
}

#[test]
fn a_harness_that_becomes_another_is_not_asked() {
    if !has("python3", &["--version"]) {
        return;
    }
    let script = Script::of("other", "hello(version=str(os.getpid()))\nhear()\nsys.exit(1)");
    let judgements = ran(script.pool()).unwrap();
    assert_eq!(verdicts(&judgements), [Verdict::Crash, Verdict::NotRun, Verdict::NotRun]);
    assert!(judgements[1].reason.as_deref().unwrap().contains("another hello"), "{judgements:?}");
}

#[test]
fn without_a_hello_nothing_is_run() {
    if !has("python3", &["--version"]) {
        return;
    }
    let failure = |name: &str, text: &str| ran(Script::of(name, text).pool()).unwrap_err();
    assert!(matches!(failure("gone", "sys.exit(5)"), Failure::Crash(why) if why.contains("exit status: 5")));
    assert!(
        matches!(failure("two", "hello(protocol=2)"), Failure::Protocol(why) if why.contains("version 2"))
    );
    assert!(matches!(failure("result", "accept({'seq': 0})"), Failure::Protocol(_)));
    assert!(matches!(failure("flat", "say('hello')"), Failure::Protocol(_)));
    let none = Pool { command: "/no/such/program".parse().unwrap(), ..Script::of("no", "").pool() };
    assert!(matches!(ran(none), Err(Failure::Start(_))));
}

#[test]
fn what_is_not_offered_is_not_asked_and_what_is_declined_is_skipped() {
    if !has("python3", &["--version"]) {
        return;
    }
    let nothing = ran(Script::of("nothing", "hello(operations=[])\nhear()\nsys.exit(1)").pool()).unwrap();
    assert_eq!(verdicts(&nothing), [Verdict::Skip; 3]);
    let declined =
        with_case_1("declined", "say({'type': 'result', 'seq': 1, 'result': 'skip', 'detail': 'no\\x1b'})");
    assert_eq!(verdicts(&declined), [Verdict::Pass, Verdict::Skip, Verdict::Pass]);
    assert_eq!(declined[1].reason.as_deref(), Some("no\\u{1b}"));
    let error = with_case_1("error", "say({'type': 'result', 'seq': 1, 'result': 'error'})");
    assert_eq!(verdicts(&error), [Verdict::Pass, Verdict::Error, Verdict::Pass]);
}
