//! Throughput by size of input: where work is linear, the throughput of a shape stays the same.
#![forbid(unsafe_code)]

use criterion::{BenchmarkId, Criterion, Throughput};
use std::time::Duration;
use wimse_benches::{Error, linear};

fn main() -> Result<(), Error> {
    let mut criterion = Criterion::default()
        .without_plots()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    for case in linear::all()? {
        let mut group = criterion.benchmark_group(case.name);
        for size in case.sizes.iter().copied().filter(|size| *size <= LARGEST).step_by(2) {
            let mut input = case.input(size)?;
            group.throughput(Throughput::Bytes(u64::try_from(input.bytes)?));
            group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
                bencher.iter(|| assert!(input.parse(), "an unexpected result"));
            });
        }
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}

/// The report goes on to 16 MiB.
const LARGEST: usize = 1024 * 1024;
