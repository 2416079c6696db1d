//! The report as one web page that needs nothing else: no script, no font, no picture from anywhere.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use graph_invalidate::rfc3339;
use jiff::Timestamp;

use super::gather::{Fate, Gathered, Lines};
use super::text::{caller_of, hint_of, protected, totals, unknown};
use crate::terminal::{count_of, harmless, number};

const HEAD: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Sessions invalidated</title>
<style>
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1b1b; background: #fff; margin: 2em auto; max-width: 72em; padding: 0 1em }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3em .8em .3em 0; border-bottom: 1px solid #ddd; overflow-wrap: anywhere }
th { font-weight: 600 } td.number { text-align: right; font-variant-numeric: tabular-nums }
.totals { width: auto } .good { color: #0a6b2d } .bad { color: #a3140f }
.verdict { font-size: 1.1em; font-weight: 600 } .note { color: #555 }
@media print { body { margin: 0; max-width: none } tr { break-inside: avoid } }
</style>
</head>
<body>
"#;

pub(super) fn write(file: File, gathered: &Gathered) -> io::Result<()> {
    let mut page = BufWriter::new(file);
    page.write_all(HEAD.as_bytes())?;
    writeln!(page, "<h1>Sessions invalidated</h1>")?;
    write_verdict(&mut page, gathered)?;
    write_runs(&mut page, gathered)?;
    let mut lines = gathered.lines().map_err(io::Error::other)?;
    for (reason, users) in gathered.by_reason() {
        write_reason(&mut page, gathered, reason, users, &mut lines)?;
    }
    write_everyone(&mut page, gathered, &mut lines)?;
    write_exclusions(&mut page, gathered)?;
    writeln!(
        page,
        "<p class=\"note\">Made by graph-invalidate {} at {}. Accepted: the service took the request. Verified: it shows that sessions are valid only from then on. Access tokens already issued live up to an hour; guests sign in at their home tenant.</p>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION"),
        rfc3339(Timestamp::now())
    )?;
    page.into_inner()?.sync_all()
}

fn write_verdict(page: &mut impl Write, gathered: &Gathered) -> io::Result<()> {
    let (class, verdict) = match (gathered.is_complete(), gathered.verifies()) {
        (true, true) => ("good", "Every user was accepted and verified."),
        (true, false) => ("good", "Every user was accepted. Nobody was verified."),
        (false, _) => (
            "bad",
            "Not everyone is signed out, or not everyone is proved to be.",
        ),
    };
    writeln!(
        page,
        "<p class=\"verdict {class}\">{verdict}</p>\n<table class=\"totals\">"
    )?;
    for (name, users) in totals(gathered) {
        writeln!(
            page,
            "<tr><th>{name}</th><td class=\"number\">{}</td></tr>",
            number(users)
        )?;
    }
    writeln!(page, "</table>")?;
    for sentence in gathered.journals.iter().flat_map(unknown) {
        writeln!(page, "<p class=\"bad\">{}</p>", escaped(&sentence))?;
    }
    Ok(())
}

fn write_runs(page: &mut impl Write, gathered: &Gathered) -> io::Result<()> {
    writeln!(page, "<h2>By whom, when and where</h2>")?;
    head(page, &["Journal", "From", "To", "By", "Service", "End"])?;
    for journal in &gathered.journals {
        for run in &journal.runs {
            let end = match &run.end {
                None => "killed, or not at its end yet",
                Some(end) if end.complete => "complete",
                Some(end) => &end.reason,
            };
            let service = format!("{} at {}", run.begin.api, run.begin.endpoint);
            let path = journal.path.display().to_string();
            row(
                page,
                &[
                    &path,
                    &run.begin.time,
                    &run.last,
                    &caller_of(run),
                    &service,
                    end,
                ],
            )?;
        }
    }
    writeln!(page, "</table>")
}

fn write_reason(
    page: &mut impl Write,
    gathered: &Gathered,
    reason: &str,
    users: u64,
    lines: &mut Lines,
) -> io::Result<()> {
    writeln!(
        page,
        "<h2 class=\"bad\">{}: {}</h2>",
        escaped(reason),
        count_of(users, "user", "users")
    )?;
    if let Some(hint) = hint_of(gathered, reason, lines)? {
        writeln!(page, "<p>{}</p>", escaped(&hint))?;
    }
    head(
        page,
        &["User", "When", "What the service said", "Request id"],
    )?;
    for person in gathered.open_for(reason) {
        let line = lines.wrong(person).map_err(io::Error::other)?;
        let said = line.message.as_deref().unwrap_or_default();
        let id = line.request_id.as_deref().unwrap_or_default();
        row(page, &[&line.user, &line.time, said, id])?;
    }
    writeln!(page, "</table>")
}

fn write_everyone(page: &mut impl Write, gathered: &Gathered, lines: &mut Lines) -> io::Result<()> {
    writeln!(page, "<h2>Everyone</h2>")?;
    head(
        page,
        &["User", "Object id", "Status", "Accepted at", "Request id"],
    )?;
    for person in gathered.persons() {
        let class = match person.fate {
            Fate::NotAccepted => "bad",
            Fate::Accepted if person.is_open() => "bad",
            _ => "good",
        };
        let line = lines.of(person).map_err(io::Error::other)?;
        let accepted_at = lines.accepted_at(person).map_err(io::Error::other)?;
        writeln!(
            page,
            "<tr><td>{}</td><td>{}</td><td class=\"{class}\">{}</td><td>{}</td><td>{}</td></tr>",
            escaped(&line.user),
            escaped(line.id.as_deref().unwrap_or_default()),
            escaped(&line.status),
            escaped(accepted_at.as_deref().unwrap_or_default()),
            escaped(line.request_id.as_deref().unwrap_or_default())
        )?;
    }
    writeln!(page, "</table>")
}

fn write_exclusions(page: &mut impl Write, gathered: &Gathered) -> io::Result<()> {
    if !gathered.excluded.is_empty() {
        writeln!(page, "<h2>Excluded</h2>")?;
        head(page, &["User", "When", "Exclusion"])?;
        for line in &gathered.excluded {
            row(page, &[&line.user, &line.time, &line.exclusion])?;
        }
        writeln!(page, "</table>")?;
    }
    if !gathered.exclusions.is_empty() {
        writeln!(page, "<h2>Never to be signed out</h2>\n<ul>")?;
        for line in &gathered.exclusions {
            writeln!(page, "<li>{}</li>", escaped(&protected(line)))?;
        }
        writeln!(page, "</ul>")?;
    }
    Ok(())
}

fn head(page: &mut impl Write, names: &[&str]) -> io::Result<()> {
    write!(page, "<table>\n<tr>")?;
    for name in names {
        write!(page, "<th>{name}</th>")?;
    }
    writeln!(page, "</tr>")
}

fn row(page: &mut impl Write, values: &[&str]) -> io::Result<()> {
    write!(page, "<tr>")?;
    for value in values {
        write!(page, "<td>{}</td>", escaped(value))?;
    }
    writeln!(page, "</tr>")
}

/// Text from outside as text: nothing in it is markup, and nothing turns the reading direction.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in harmless(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_from_outside_is_markup() {
        assert_eq!(
            escaped("<script>\"o'b\" & \u{202e}x"),
            "&lt;script&gt;&quot;o&#39;b&quot; &amp; \\u{202e}x"
        );
    }
}
