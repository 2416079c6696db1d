//! The time line of a run as a picture, and as numbers for whoever does not see it.

use std::fmt::Write as _;

use super::super::activity::{Activity, Step, merged};
use super::super::gather::Recording;
use crate::terminal::{count_of, number, spoken};

/// The size of the picture: the steps lie above the base line, what was refused below it.
const WIDTH: f64 = 1_000.0;
const BASE: f64 = 150.0;

/// How many rows of numbers stand below a picture at most.
const ROWS: usize = 24;

pub(super) struct Chart {
    pub(super) caption: String,
    pub(super) in_words: String,
    /// The height of the picture, in users a minute.
    pub(super) top: String,
    pub(super) begin: String,
    pub(super) end: String,
    pub(super) step: String,
    pub(super) accepted: String,
    pub(super) verified: String,
    pub(super) refusals: Vec<Mark>,
    pub(super) waits: Vec<Mark>,
    pub(super) numbers: Vec<Numbers>,
}

/// A stretch of time.
pub(super) struct Mark {
    pub(super) x: String,
    pub(super) width: String,
    pub(super) name: String,
}

pub(super) struct Numbers {
    pub(super) from: String,
    pub(super) accepted: String,
    pub(super) verified: String,
    pub(super) refused: String,
    pub(super) failed: String,
    pub(super) waited: String,
}

/// The time line of one run; `None` where it recorded nothing.
pub(super) fn of(run: &Recording) -> Option<Chart> {
    let activity = &run.activity;
    let steps = &activity.steps;
    let mut all = Step::default();
    steps.iter().for_each(|step| all.add(step));
    if steps.is_empty() {
        return None;
    }
    let a_minute = |users: u64| users as f64 * 60_000.0 / activity.length as f64;
    let most = steps
        .iter()
        .map(|step| step.accepted.max(step.verified))
        .max()?;
    let top = round_up(a_minute(most));
    let heights = |of: fn(&Step) -> u64| -> Vec<f64> {
        steps
            .iter()
            .map(|step| a_minute(of(step)) / top * BASE)
            .collect()
    };
    let moment = |step: usize, form: &str| {
        activity
            .beginning_of(step)
            .map(|it| it.strftime(form).to_string())
            .unwrap_or_default()
    };
    let said = words(&all);
    Some(Chart {
        caption: format!("Run {} of {}: {said}", run.begin.run, moment(0, "%Y-%m-%d")),
        in_words: format!(
            "From {} to {} UTC: {said}. At most {} users a minute.",
            moment(0, "%H:%M:%S"),
            moment(steps.len(), "%H:%M:%S"),
            number(a_minute(most).round() as u64)
        ),
        top: number(top as u64),
        begin: moment(0, "%H:%M:%S"),
        end: moment(steps.len(), "%H:%M:%S"),
        step: spoken(milliseconds(activity.length)),
        accepted: outline(&heights(|step| step.accepted)),
        verified: outline(&heights(|step| step.verified)),
        refusals: marks(steps, |step| {
            (step.refused > 0).then(|| {
                format!(
                    "{} refused for the moment",
                    count_of(step.refused, "request", "requests")
                )
            })
        }),
        waits: marks(steps, |step| {
            (step.waited * 2 > activity.length).then(String::new)
        }),
        numbers: numbers(activity),
    })
}

fn words(all: &Step) -> String {
    let mut words = vec![format!("{} accepted", number(all.accepted))];
    let mut add = |count: u64, what: &str| {
        if count > 0 {
            words.push(format!("{} {what}", number(count)));
        }
    };
    add(all.verified, "verified");
    add(all.refused, "refused for the moment");
    add(all.failed, "failed");
    if all.waited > 0 {
        words.push(format!("{} of waiting", spoken(milliseconds(all.waited))));
    }
    words.join(", ")
}

/// The outline of steps of these heights, from the base line up and down to it again.
fn outline(heights: &[f64]) -> String {
    let width = WIDTH / heights.len().max(1) as f64;
    let mut path = format!("M0 {BASE}");
    for (number, height) in heights.iter().enumerate() {
        let end = width * (number + 1) as f64;
        let _ = write!(path, "V{:.1}H{end:.1}", BASE - height);
    }
    path.push_str(&format!("V{BASE}"));
    path
}

/// The steps for which there is a name; neighbours of one name are one mark.
fn marks(steps: &[Step], name: impl Fn(&Step) -> Option<String>) -> Vec<Mark> {
    let width = WIDTH / steps.len().max(1) as f64;
    let names: Vec<Option<String>> = steps.iter().map(name).collect();
    let mut marks = Vec::new();
    let mut begin = 0;
    for same in names.chunk_by(|one, next| one == next) {
        if let Some(Some(name)) = same.first() {
            marks.push(Mark {
                x: format!("{:.1}", width * begin as f64),
                width: format!("{:.1}", width * same.len() as f64),
                name: name.clone(),
            });
        }
        begin += same.len();
    }
    marks
}

fn numbers(activity: &Activity) -> Vec<Numbers> {
    let each = activity.steps.len().div_ceil(ROWS);
    let row = |(number_of, step): (usize, &Step)| Numbers {
        from: activity
            .beginning_of(number_of * each)
            .map(|it| it.strftime("%H:%M:%S").to_string())
            .unwrap_or_default(),
        accepted: number(step.accepted),
        verified: number(step.verified),
        refused: number(step.refused),
        failed: number(step.failed),
        waited: spoken(milliseconds(step.waited)),
    };
    merged(&activity.steps, each)
        .iter()
        .enumerate()
        .map(row)
        .collect()
}

/// The next of 1, 2, 5, 10, 20, 50 and so on.
fn round_up(value: f64) -> f64 {
    let mut power = 1.0;
    while power * 10.0 < value {
        power *= 10.0;
    }
    let of = [1.0, 2.0, 5.0, 10.0].into_iter().map(|step| step * power);
    of.into_iter().find(|step| *step >= value).unwrap_or(value)
}

fn milliseconds(of: i64) -> std::time::Duration {
    std::time::Duration::from_millis(u64::try_from(of).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_a_round_number() {
        assert_eq!(
            [0.0, 1.0, 3.0, 60.0, 61_000.0].map(round_up),
            [1.0, 1.0, 5.0, 100.0, 100_000.0]
        );
    }

    #[test]
    fn an_outline_begins_and_ends_on_the_base_line() {
        assert_eq!(outline(&[150.0, 0.0]), "M0 150V0.0H500.0V150.0H1000.0V150");
    }
}
