//! A recorder of metrics that writes down each series that is made: its kind, name and labels.

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Mutex;

struct Written<W> {
    known: Mutex<BTreeSet<String>>,
    writer: Mutex<W>,
}

/// All series go to this writer, a line each, once.
pub(crate) fn install(writer: impl Write + Send + 'static) {
    let written = Written { known: Mutex::default(), writer: Mutex::new(writer) };
    metrics::set_global_recorder(written).map_err(|_| "there is one").unwrap();
}

impl<W: Write> Written<W> {
    fn series(&self, kind: &str, key: &Key) {
        let labels: Vec<_> =
            key.labels().map(|label| format!("{}={:?}", label.key(), label.value())).collect();
        let line = format!("{kind} {} {{{}}}\n", key.name(), labels.join(","));
        if self.known.lock().unwrap().insert(line.clone()) {
            self.writer.lock().unwrap().write_all(line.as_bytes()).unwrap();
        }
    }

    fn described(&self, kind: &str, name: &KeyName, unit: Option<Unit>, description: &SharedString) {
        let unit = unit.map_or("", |unit| unit.as_str());
        let line = format!("describe {kind} {} {unit} {description}\n", name.as_str());
        self.writer.lock().unwrap().write_all(line.as_bytes()).unwrap();
    }
}

impl<W: Write + Send> Recorder for Written<W> {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, description: SharedString) {
        self.described("counter", &name, unit, &description);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, description: SharedString) {
        self.described("gauge", &name, unit, &description);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, description: SharedString) {
        self.described("histogram", &name, unit, &description);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.series("counter", key);
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        self.series("gauge", key);
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.series("histogram", key);
        Histogram::noop()
    }
}
