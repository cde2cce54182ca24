//! Programs of others: started, waited for with a limit, and always stopped.

use std::fs::{self, File};
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

/// What has not come by then does not come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A running program. Its output is shown if the test fails.
pub(crate) struct Program {
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts a program with both outputs in a file of the folder.
    pub(crate) fn start(mut command: Command, folder: &Path) -> Self {
        let log = folder.join("log");
        let output = File::create(&log).unwrap();
        command.stdin(Stdio::piped()).stdout(output.try_clone().unwrap()).stderr(output);
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child, log }
    }

    /// Starts a server on a free port, and waits until it listens there.
    pub(crate) fn serve(folder: &Path, command: impl Fn(SocketAddr) -> Command) -> (Self, SocketAddr) {
        // Between the look at a port and its use, a program of another test may take it.
        for _ in 0..5 {
            let address = free_address();
            let mut program = Self::start(command(address), folder);
            if program.is_ready(address) {
                return (program, address);
            }
        }
        panic!("the server has not started: {}", fs::read_to_string(folder.join("log")).unwrap());
    }

    /// Writes to its input, which stays open, and waits for its end; its output and whether it succeeded.
    pub(crate) fn finish(mut self, input: &str) -> (String, bool) {
        // Who has given up already reads nothing.
        let _ = self.child.stdin.as_mut().unwrap().write_all(input.as_bytes());
        let status = self.wait();
        let success = status.unwrap_or_else(|| panic!("it does not end")).success();
        (self.output(), success)
    }

    /// Sends it a signal, such as `STOP`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    fn wait(&mut self) -> Option<ExitStatus> {
        poll(|| self.child.try_wait().unwrap())
    }

    /// Waits until it listens there; not if it ends before.
    pub(crate) fn is_ready(&mut self, address: SocketAddr) -> bool {
        let ready = poll(|| match self.child.try_wait().unwrap() {
            Some(_) => Some(false),
            None => TcpStream::connect(address).is_ok().then_some(true),
        });
        ready == Some(true)
    }

    fn output(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap()).into_owned()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let _ = writeln!(std::io::stderr(), "--- {}\n{}---", self.log.display(), self.output());
        }
    }
}

/// Where a program is installed. One that is not is named, or fails the test where it is required.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    required(name, which(name))
}

/// The same of a file that a program loads.
pub(crate) fn find_file(path: &str, name: &str) -> Option<PathBuf> {
    required(name, Some(PathBuf::from(path)).filter(|path| path.is_file()))
}

fn required(name: &str, found: Option<PathBuf>) -> Option<PathBuf> {
    if found.is_none() {
        let required = std::env::var("WIMSE_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|word| word == "peers"), "{name} is required and not there");
        let _ = writeln!(std::io::stderr(), "skipped: {name}");
    }
    found
}

/// Servers are where only the PATH of an administrator looks.
fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// TLS of Node, as a program.
pub(crate) fn node_script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance/adapters/node/tls.mjs")
}

/// An address of loopback that no other process of these tests uses, where all of 127.0.0.0/8 is there.
pub(crate) fn host() -> IpAddr {
    static HOST: OnceLock<IpAddr> = OnceLock::new();
    *HOST.get_or_init(|| {
        let [_, a, b, c] = (std::process::id() & 0x00ff_ffff).to_be_bytes();
        let own = IpAddr::from([127, a, b, c]);
        if TcpListener::bind((own, 0)).is_ok() { own } else { Ipv4Addr::LOCALHOST.into() }
    })
}

/// Ports below those that systems give to clients, and to servers that name none. Processes begin at different ones, since
/// a program may listen on all addresses.
fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 100).unwrap() * 100;
    let ports = (0..1000).map(|_| 10_000 + (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000);
    let mut free = ports.filter(|port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port)).is_ok());
    SocketAddr::from((host(), free.next().unwrap()))
}

/// Asks again and again, with a limit.
fn poll<T>(mut ask: impl FnMut() -> Option<T>) -> Option<T> {
    let start = Instant::now();
    loop {
        let answer = ask();
        if answer.is_some() || start.elapsed() > PATIENCE {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
