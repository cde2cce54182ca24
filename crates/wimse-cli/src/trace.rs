//! `--trace`: the spans and events of the libraries, as lines on standard error.

use crate::exit::Failure;
use crate::output::Output;
use crate::serve::log::Log;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Without the option there is no subscriber, and nobody makes spans.
#[derive(Debug, clap::Args)]
pub(crate) struct Trace {
    #[arg(
        long,
        value_name = "LEVEL",
        value_parser = targets,
        help = "Write spans and events to standard error, such as info or info,h2=off"
    )]
    trace: Option<Targets>,
}

impl Trace {
    /// Writes to this log from now on, as text or as JSON, a line for each event and for each span that ends.
    pub(crate) fn start(&self, output: &Output, log: &Log) -> Result<(), Failure> {
        let Some(targets) = &self.trace else { return Ok(()) };
        let lines = fmt::layer::<Registry>().with_ansi(false).with_span_events(FmtSpan::CLOSE);
        let to_log = log.lines();
        let lines = lines.with_writer(move || to_log.clone());
        let lines = if output.is_json() { lines.json().boxed() } else { lines.boxed() };
        let subscriber = tracing_subscriber::registry().with(lines.with_filter(targets.clone()));
        subscriber.try_init().map_err(Failure::step("spans cannot be written"))
    }

    /// For a command that has no log: the lines are written while it works.
    pub(crate) fn during<T>(
        &self,
        output: &Output,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if self.trace.is_none() {
            return work();
        }
        let log = Log::start().map_err(Failure::environment("the log cannot be started"))?;
        self.start(output, &log)?;
        let worked = work();
        log.end();
        worked
    }
}

/// Levels, for everything or for one target. A word that is no level would be a target to [`Targets`]: here it is a mistake.
fn targets(text: &str) -> Result<Targets, String> {
    let mut targets = Targets::new();
    for part in text.split(',') {
        let (target, level) = match part.split_once('=') {
            Some((target, level)) => (Some(target), level),
            None => (None, part),
        };
        let level = match level {
            "off" => LevelFilter::OFF,
            "error" => LevelFilter::ERROR,
            "warn" => LevelFilter::WARN,
            "info" => LevelFilter::INFO,
            "debug" => LevelFilter::DEBUG,
            "trace" => LevelFilter::TRACE,
            _ => {
                return Err(format!(
                    "{level:?} is no level: expected off, error, warn, info, debug or trace"
                ));
            }
        };
        let is_name =
            |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_:".contains(&byte));
        targets = match target {
            None => targets.with_default(level),
            Some(target) if !target.is_empty() && is_name(target) => targets.with_target(target, level),
            Some(target) => {
                return Err(format!("{target:?} is no target: expected a name such as wimse_tower"));
            }
        };
    }
    Ok(targets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn levels_for_all_and_for_targets() {
        let given = targets("info,wimse_replay=trace,h2::codec=off").unwrap();
        for (target, level, is_shown) in [
            ("wimse_tower", Level::INFO, true),
            ("wimse_tower", Level::DEBUG, false),
            ("wimse_replay", Level::TRACE, true),
            ("h2::codec::framed_read", Level::ERROR, false),
            ("h2::proto", Level::INFO, true),
        ] {
            assert_eq!(given.would_enable(target, &level), is_shown, "{target} {level}");
        }
        assert!(!targets("h2=trace").unwrap().would_enable("wimse_tower", &Level::ERROR));
    }

    #[test]
    fn what_is_no_level_is_told() {
        for text in
            ["", "loud", "INFO", "info,", "wimse_tower", "wimse_tower=", "=info", "a b=info", "[span]=info"]
        {
            assert!(targets(text).is_err(), "{text}");
        }
    }
}
