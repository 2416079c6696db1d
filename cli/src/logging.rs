//! `--verbose`: what the library says it does, on standard error.

use log::{LevelFilter, Log, Metadata, Record};

use crate::terminal::{harmless, note};

struct ToStandardError;

impl Log for ToStandardError {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("graph_invalidate")
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            note(&format!("  {}", harmless(&record.args().to_string())));
        }
    }

    fn flush(&self) {}
}

pub(crate) fn start() {
    if log::set_logger(&ToStandardError).is_ok() {
        log::set_max_level(LevelFilter::Debug);
    }
}
