//! One process of a harness: started, asked, and ended.

use std::{
    io::{self, Write},
    process::{Child, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use wimse_harness::{
    Case,
    protocol::{Answer, Hello, MAX_LINE, ToHarness, ToRunner, VERSION},
};

use super::{
    HarnessCommand,
    lines::{Line, Tail, lines},
};
use crate::text::{clean, clean_bytes};

/// A harness that runs. It is killed when this is dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// Lines for its stdin, which somebody else writes: a harness that does not read must not stop the runner.
    to: Sender<Vec<u8>>,
    from: Receiver<Line>,
    complaints: Tail,
    timeout: Duration,
    last: Option<u64>,
}

impl Process {
    /// Starts it and exchanges hellos. `vectors` is their version, if they have one; `timeout` is for each answer.
    ///
    /// # Errors
    ///
    /// When it cannot be started, or does not say hello as the protocol demands.
    pub fn start(
        command: &HarnessCommand,
        vectors: Option<&str>,
        timeout: Duration,
    ) -> Result<(Self, Hello), Failure> {
        let mut spawned = command.command();
        spawned.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = spawned.spawn().map_err(Failure::Start)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(Failure::Start(io::ErrorKind::BrokenPipe.into()));
        };
        let (to, orders) = mpsc::channel::<Vec<u8>>();
        thread::spawn(move || {
            // It may have gone away, which its stdout tells.
            while let Ok(()) =
                orders.recv().map_err(drop).and_then(|line| stdin.write_all(&line).map_err(drop))
            {
            }
        });
        let (from, complaints) = (lines(stdout), Tail::of(stderr));
        let mut process = Self { child, to, from, complaints, timeout, last: None };
        let hello = ToHarness::Hello {
            protocol: VERSION,
            runner: RUNNER.to_owned(),
            vectors: vectors.map(str::to_owned),
        };
        process.say(&hello)?;
        match process.hear()? {
            ToRunner::Hello(hello) => Ok((process, checked(hello)?)),
            ToRunner::Result { .. } => Err(Failure::Protocol("a result instead of a hello".to_owned())),
        }
    }

    /// Has a case run.
    ///
    /// # Errors
    ///
    /// When no proper answer comes in time. The process is of no use then.
    pub fn ask(&mut self, seq: u64, case: &Case) -> Result<Answer, Failure> {
        self.say(&ToHarness::Case { seq, case: case.clone() })?;
        match self.hear()? {
            ToRunner::Result { seq: answered, answer } if answered == seq => {
                self.last = Some(seq);
                Ok(answer)
            }
            ToRunner::Result { seq: answered, .. } if self.last == Some(answered) => {
                Err(Failure::AnsweredTwice)
            }
            ToRunner::Result { seq: answered, .. } => {
                Err(Failure::Protocol(format!("the result has the seq {answered}, the case had {seq}")))
            }
            ToRunner::Hello(_) => Err(Failure::Protocol("a second hello".to_owned())),
        }
    }

    /// Ends its input and waits until it ends, but not for long.
    ///
    /// # Errors
    ///
    /// When it says something more.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.to = mpsc::channel().0;
        match self.from.recv_timeout(self.timeout.min(Duration::from_secs(2))) {
            Ok(_) => Err(Failure::AnsweredTwice),
            Err(_) => Ok(()),
        }
    }

    fn say(&self, message: &ToHarness) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(message).map_err(|error| Failure::Start(error.into()))?;
        line.push(b'\n');
        // If nobody writes any more, the process has gone away, which its stdout tells.
        let _ = self.to.send(line);
        Ok(())
    }

    fn hear(&mut self) -> Result<ToRunner, Failure> {
        match self.from.recv_timeout(self.timeout) {
            Ok(Line::Text(line)) => serde_json::from_slice(&line).map_err(|error| {
                Failure::Protocol(format!("{}: {}", clean(&error.to_string()), clean_bytes(&line)))
            }),
            Ok(Line::TooLong) => Err(Failure::Protocol(format!("a line of more than {MAX_LINE} bytes"))),
            Err(RecvTimeoutError::Timeout) => Err(Failure::Timeout(self.timeout)),
            Err(RecvTimeoutError::Disconnected) => Err(Failure::Crash(self.epitaph())),
        }
    }

    /// How it ended, and the last that it complained about.
    fn epitaph(&mut self) -> String {
        let end = Instant::now() + Duration::from_secs(1);
        let status = loop {
            match self.child.try_wait() {
                Ok(Some(status)) => break format!("it ended with {status}"),
                Ok(None) if Instant::now() < end => thread::sleep(Duration::from_millis(5)),
                _ => {
                    let _ = self.child.kill();
                    break "it closed its output".to_owned();
                }
            }
        };
        match self.complaints.text() {
            text if text.is_empty() => status,
            text => format!("{status}: {}", clean(&text)),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A hello of the version that is spoken here, with its texts made harmless.
fn checked(mut hello: Hello) -> Result<Hello, Failure> {
    if hello.protocol != VERSION {
        let detail = format!("it speaks version {} of the protocol, not {VERSION}", hello.protocol);
        return Err(Failure::Protocol(detail));
    }
    for text in [&mut hello.name, &mut hello.version, &mut hello.language] {
        *text = clean(text);
    }
    Ok(hello)
}

const RUNNER: &str = concat!("wimse-conformance ", env!("CARGO_PKG_VERSION"));

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// It cannot be started.
    #[error("the harness cannot be started: {0}")]
    Start(#[source] io::Error),
    /// It ended instead.
    #[error("the harness crashed: {0}")]
    Crash(String),
    /// Nothing came in time.
    #[error("no answer in {} seconds", .0.as_secs_f64())]
    Timeout(Duration),
    /// Something else came.
    #[error("not the protocol: {0}")]
    Protocol(String),
    /// The case before was answered a second time.
    #[error("not the protocol: more than one answer")]
    AnsweredTwice,
}
