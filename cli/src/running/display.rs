//! How far a run is, for the person who waits: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use graph_invalidate::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::Common;
use crate::terminal::{note, number, spoken};

/// How often a line is written where nothing can be drawn.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// How often a bar is drawn.
const BETWEEN_DRAWINGS: Duration = Duration::from_millis(100);

pub(crate) struct Display {
    kind: Kind,
    next: Instant,
    /// How many users the list has, where it could be counted.
    total: Option<u64>,
}

enum Kind {
    Bar(ProgressBar),
    Lines,
    Silent,
}

impl Display {
    pub(crate) fn new(common: &Common, total: Option<u64>) -> Display {
        let now = Instant::now();
        // What --verbose says would tear the bar.
        let (kind, next) = if common.quiet {
            (Kind::Silent, now)
        } else if std::io::stderr().is_terminal() && !common.verbose {
            (Kind::Bar(bar(total)), now)
        } else {
            (Kind::Lines, now + BETWEEN_LINES)
        };
        Display { kind, next, total }
    }

    /// Shows the progress, if it is time to.
    pub(crate) fn show(&mut self, progress: impl FnOnce() -> Progress) {
        let now = Instant::now();
        if now < self.next {
            return;
        }
        match &self.kind {
            Kind::Silent => {}
            Kind::Lines => {
                self.next = now + BETWEEN_LINES;
                note(&sentence(&progress(), self.total));
            }
            Kind::Bar(bar) => {
                self.next = now + BETWEEN_DRAWINGS;
                let progress = progress();
                bar.set_position(done(&progress));
                bar.set_message(sentence(&progress, self.total));
                bar.tick();
            }
        }
    }

    /// Writes something that would otherwise run into the bar.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.kind {
            Kind::Bar(bar) => bar.suspend(write),
            _ => write(),
        }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Kind::Bar(bar) = &self.kind {
            bar.finish_and_clear();
        }
    }
}

fn bar(total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => "[{bar:24}] {wide_msg}",
        None => "{spinner} {wide_msg}",
    };
    let style = ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ");
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    bar.set_style(style);
    bar
}

/// How many users are through, whatever became of them.
fn done(progress: &Progress) -> u64 {
    let open = progress.waiting + progress.in_flight + progress.verifying;
    progress.added.saturating_sub(open)
}

/// The progress in one line.
fn sentence(progress: &Progress, total: Option<u64>) -> String {
    let mut text = number(done(progress));
    if let Some(total) = total {
        text.push_str(&format!(" of {}", number(total)));
    }
    text.push_str(" users done");
    if progress.failed > 0 {
        text.push_str(&format!(", {} failed", number(progress.failed)));
    }
    if progress.unverified > 0 {
        text.push_str(&format!(", {} not verified", number(progress.unverified)));
    }
    if progress.verifying > 0 {
        text.push_str(&format!(", {} to verify", number(progress.verifying)));
    }
    if progress.rate >= 0.05 {
        let digits = usize::from(progress.rate < 100.0);
        text.push_str(&format!(", {:.digits$} a second", progress.rate));
    }
    if !progress.pause.is_zero() {
        let why = match progress.unanswered {
            0 => "the service asked for it",
            _ => "the service does not respond",
        };
        text.push_str(&format!("; waiting {}: {why}", spoken(progress.pause)));
        return text;
    }
    let left = time_left(progress, total);
    if left >= Duration::from_secs(1) {
        text.push_str(&format!(", {} left under the quota", spoken(left)));
    }
    text
}

/// How long everyone will take whom the run knows, and those whom it has not been given yet.
fn time_left(progress: &Progress, total: Option<u64>) -> Duration {
    let beyond = total.unwrap_or_default().saturating_sub(progress.added);
    let beyond = Duration::try_from_secs_f64(beyond as f64 / progress.pace).unwrap_or_default();
    progress.time_left.saturating_add(beyond)
}
