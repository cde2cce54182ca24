//! Every operation, its floor and its peers, as one criterion group each. `BACKEND` in the environment names the backend.
#![forbid(unsafe_code)]

use criterion::Criterion;
use std::time::Duration;
use wimse_benches::Error;
use wimse_benches::library::Library;
use wimse_benches::operations::{self, Side};

fn main() -> Result<(), Error> {
    let mut criterion =
        Criterion::default().without_plots().measurement_time(Duration::from_secs(2)).configure_from_args();
    let library = match std::env::var("BACKEND") {
        Ok(name) => name.parse()?,
        Err(_) => Library::Fastest,
    };
    for planned in operations::all(library)?.into_iter().chain(operations::plain()?) {
        let name = planned.name();
        let operation = planned.make()?;
        let mut group = criterion.benchmark_group(format!("{}/{name}", operation.group));
        let sides = [("ours".to_owned(), operation.ours), ("floor".to_owned(), operation.floor)];
        let peers = operation.peers.into_iter().map(|peer| (peer.name, peer.side));
        for (name, mut side) in sides.into_iter().chain(peers) {
            group.bench_function(name, |bencher| {
                bencher.iter_custom(|calls| elapsed(&mut side, calls));
            });
        }
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}

/// In pieces, so that what prepares the calls needs little memory.
fn elapsed(side: &mut Side, calls: u64) -> Duration {
    let mut rest = usize::try_from(calls).unwrap_or(usize::MAX);
    let mut elapsed = Duration::ZERO;
    while rest > 0 {
        let piece = rest.min(4096);
        let (time, done) = side.run(piece);
        assert!(done, "a call was refused");
        elapsed += time;
        rest -= piece;
    }
    elapsed
}
