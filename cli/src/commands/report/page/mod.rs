//! The report as one web page that needs nothing else: no font, no picture, no script from anywhere.

mod chart;
mod people;
mod share;
mod text;

use std::fs::File;
use std::io::{self, BufWriter, Write};

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use graph_invalidate::rfc3339;
use jiff::Timestamp;

use self::chart::Chart;
use self::people::{Reason, Row};
use self::share::Part;
use super::gather::Gathered;
use super::text::{caller_of, protected, unknown};
use crate::terminal::{count_of, number};

pub(crate) use self::text::Text;

const STYLE: &str = include_str!("../../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../../templates/report.js");

/// How many rows a table has at most: a page is for reading. Everybody is in the table for spreadsheets.
const WORTH: usize = 1_000;

/// How many runs have a time line of their own.
const CHARTS: usize = 12;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    title: &'static str,
    script_hash: String,
    verdict: &'static str,
    is_complete: bool,
    facts: Vec<Fact>,
    parts: Vec<Part>,
    share_in_words: String,
    unknown: Vec<String>,
    reasons: Vec<Reason>,
    runs: Vec<Run>,
    charts: Vec<Chart>,
    charts_left_out: Option<String>,
    people: Vec<Row>,
    people_left_out: Option<String>,
    excluded: Vec<Excluded<'a>>,
    excluded_left_out: Option<String>,
    exclusions: Vec<String>,
    exclusions_left_out: Option<String>,
    version: &'static str,
    made_at: String,
}

struct Fact {
    name: &'static str,
    text: String,
}

struct Run {
    journal: String,
    from: String,
    to: String,
    caller: String,
    service: String,
    end: String,
}

struct Excluded<'a> {
    user: &'a str,
    time: String,
    exclusion: &'a str,
}

pub(super) fn write(file: File, gathered: &Gathered) -> io::Result<()> {
    let mut output = BufWriter::new(file);
    page_of(gathered)?
        .write_into(&mut output)
        .map_err(io::Error::other)?;
    output.flush()?;
    output.into_inner()?.sync_all()
}

fn page_of(gathered: &Gathered) -> io::Result<Page<'_>> {
    let mut lines = gathered.lines().map_err(io::Error::other)?;
    let parts = share::parts(gathered);
    let recordings = || gathered.journals.iter().flat_map(|journal| &journal.runs);
    let charts: Vec<Chart> = recordings().filter_map(chart::of).collect();
    let excluded = gathered.excluded.iter().take(WORTH).map(|line| Excluded {
        user: &line.user,
        time: readable(&line.time),
        exclusion: &line.exclusion,
    });
    Ok(Page {
        title: "Sessions invalidated",
        script_hash: hash_of(SCRIPT),
        verdict: verdict(gathered),
        is_complete: gathered.is_complete(),
        facts: facts(gathered),
        share_in_words: share::in_words(&parts),
        parts,
        unknown: gathered.journals.iter().flat_map(unknown).collect(),
        reasons: people::by_reason(gathered, &mut lines)?,
        runs: runs(gathered),
        charts_left_out: left_out(charts.len(), CHARTS, "runs have a time line"),
        charts: charts.into_iter().rev().take(CHARTS).rev().collect(),
        people: people::everyone(gathered, &mut lines)?,
        people_left_out: rest_of(gathered.persons().count(), "users"),
        excluded: excluded.collect(),
        excluded_left_out: rest_of(gathered.excluded.len(), "users"),
        exclusions: gathered
            .exclusions
            .iter()
            .take(WORTH)
            .map(protected)
            .collect(),
        exclusions_left_out: rest_of(gathered.exclusions.len(), "exclusions"),
        version: env!("CARGO_PKG_VERSION"),
        made_at: readable(&rfc3339(Timestamp::now())),
    })
}

fn verdict(gathered: &Gathered) -> &'static str {
    match (gathered.is_complete(), gathered.verifies()) {
        (true, true) => "Every user was accepted and verified.",
        (true, false) => "Every user was accepted. Nobody was verified.",
        (false, _) => "Some users are not signed out, or not verified to be.",
    }
}

/// What the head of the page tells: who, when, in which tenant.
fn facts(gathered: &Gathered) -> Vec<Fact> {
    let runs = || gathered.journals.iter().flat_map(|journal| &journal.runs);
    let each = |of: &dyn Fn(&super::gather::Recording) -> Option<String>| {
        let mut found: Vec<String> = Vec::new();
        for text in runs().filter_map(of) {
            if !found.contains(&text) {
                found.push(text);
            }
        }
        match found.len() {
            0..=3 => found.join("; "),
            many => format!("{} of them: see the runs", number(many as u64)),
        }
    };
    let first = runs().map(|run| run.begin.time.as_str()).min();
    let last = runs().map(|run| run.last.as_str()).max();
    let mut facts = Vec::new();
    let mut add = |name, text: String| {
        if !text.is_empty() {
            facts.push(Fact { name, text });
        }
    };
    add("Tenant", each(&|run| run.begin.tenant.clone()));
    add("By", each(&|run| Some(caller_of(run))));
    if let (Some(first), Some(last)) = (first, last) {
        add("When", format!("{} to {}", readable(first), readable(last)));
    }
    add("Service", each(&|run| Some(service_of(run))));
    facts
}

fn service_of(run: &super::gather::Recording) -> String {
    format!("{} at {}", run.begin.api, run.begin.endpoint)
}

fn runs(gathered: &Gathered) -> Vec<Run> {
    let of = |journal: &super::gather::Recorded| {
        let path = journal.path.display().to_string();
        let run = |run: &super::gather::Recording| Run {
            journal: path.clone(),
            from: readable(&run.begin.time),
            to: readable(&run.last),
            caller: caller_of(run),
            service: service_of(run),
            end: match &run.end {
                None => "killed, or still running".to_owned(),
                Some(end) if end.complete => "complete".to_owned(),
                Some(end) => end.reason.clone(),
            },
        };
        journal.runs.iter().map(run).collect::<Vec<Run>>()
    };
    gathered.journals.iter().flat_map(of).collect()
}

/// Where the rest is, of a table that shows a page's worth.
fn rest_of(all: usize, what: &str) -> Option<String> {
    let shown = number(WORTH as u64);
    (all > WORTH).then(|| {
        format!(
            "{shown} of {} {what} are shown. `graph-invalidate report --csv FILE` and `--output json` have all of them.",
            number(all as u64)
        )
    })
}

fn left_out(all: usize, most: usize, what: &str) -> Option<String> {
    (all > most).then(|| format!("The last {most} of {all} {what}."))
}

/// A time as journals write it, as people read it. What is none stays as it is.
fn readable(time: &str) -> String {
    match time.parse::<Timestamp>() {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => time.to_owned(),
    }
}

/// What the page's policy names, so that no other script ever runs in it.
fn hash_of(script: &str) -> String {
    // The template ends the script with the line's end before the closing tag.
    let whole = format!("\n{script}");
    let digest = ring::digest::digest(&ring::digest::SHA256, whole.as_bytes());
    format!("sha256-{}", STANDARD.encode(digest))
}
