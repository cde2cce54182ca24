//! Rotation under load, over the wire: `wimse serve` takes its trust by URL from issuers that roll their keys every few
//! seconds, and callers renew their credentials.
//!
//! No valid call may fail, and none may be accepted by a key or CA that is no longer published, once the service has
//! refreshed. It runs where it is asked for by name, `cargo test -p wimse-cli --test rotation`, for a minute and a half: load
//! for a minute, or as many seconds as an argument says, and on until keys were removed.
#![allow(clippy::unwrap_used, reason = "it fails by a panic")]

mod authority;
mod calls;
mod certificates;
#[path = "../transcripts/fixture.rs"]
#[allow(dead_code, reason = "the other tests take the rest")]
mod fixture;
#[path = "../workshop/issuer.rs"]
mod issuer;
mod retired;
#[allow(dead_code, reason = "shared with the tests of live trust")]
#[path = "../../../wimse-trust/tests/support/server.rs"]
mod server;
#[allow(dead_code, reason = "the other tests take the rest")]
#[path = "../serve/service.rs"]
mod service;
mod source;
mod thief;
mod tokens;
mod wire;
#[path = "../workshop/mod.rs"]
mod workshop;

use std::io::Write as _;
use std::thread;
use std::time::Duration;

fn main() {
    let seconds: u64 = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(60);
    let load = Duration::from_secs(seconds.clamp(45, 3600));
    let played = thread::scope(|scope| {
        let scenes = [
            ("tokens", scope.spawn(move || tokens::play(load))),
            ("certificates", scope.spawn(move || certificates::play(load * 3 / 4))),
        ];
        scenes.map(|(name, scene)| (name, scene.join()))
    });
    let mut out = std::io::stdout();
    for (name, outcome) in played {
        let Ok(report) = outcome else { panic!("{name}: see above") };
        writeln!(out, "{name}: {report}").unwrap();
    }
}
