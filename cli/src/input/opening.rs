//! Opening a list: what kind of file it is, said by its name and its first line.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use super::columns;
use super::delimited::Delimited;
use super::encoding::{Decoder, Encoding};
use super::json_lines::JsonLines;
use super::lines::{Lines, is_comment};
use super::{Fault, LONGEST_LINE, List, Named};

/// The path that means standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Whether a list can be read but once: standard input, a pipe.
pub(crate) fn is_read_once(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
        || std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

/// Opens a list. `column` is the column or field that holds the users, where it is not to be guessed.
pub(crate) fn open(path: &Path, column: Option<&str>) -> Result<List, Fault> {
    let is_standard = path == Path::new(STANDARD_INPUT);
    let name = match is_standard {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    };
    let mut source: Box<dyn Read + Send> = match is_standard {
        true => Box::new(std::io::stdin()),
        false => Box::new(open_file(path, &name)?),
    };
    let head = first_line(&mut source, &name)?;
    refuse_other_files(&head, &name)?;
    let (encoding, mark) = Encoding::of(&head);
    let raw = Cursor::new(head).chain(source);
    let mut text = BufReader::with_capacity(1 << 16, Decoder::new(skip(raw, mark), encoding));
    let named = Named { name, encoding };
    let head = first_line(&mut text, &named.name)?;
    if head.contains(&0) {
        return Err(binary(&named.name));
    }
    let (preamble, head) = split_preamble(head);
    let source = Cursor::new(head.text).chain(text);
    let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
    let ending = ending.as_deref().and_then(std::ffi::OsStr::to_str);
    match format(&head.first, ending, column, preamble.delimiter) {
        Format::Array => Err(Fault::new(format!(
            "{} is one JSON array. Make it an object a line, for example with: jq -c '.[]'",
            named.name
        ))),
        Format::Lines => Ok(List {
            guessed: (encoding != Encoding::Utf8)
                .then(|| format!("{} is read as lines in {}.", named.name, encoding.name())),
            entries: Box::new(Lines::new(source, named, preamble.lines)),
        }),
        Format::JsonLines => {
            let guessed = format!("{} is read as JSON Lines.", named.name);
            let lines = Lines::new(source, named.clone(), preamble.lines);
            Ok(List {
                entries: Box::new(JsonLines::new(lines, named, column)),
                guessed: Some(guessed),
            })
        }
        Format::Delimited(delimiter) => {
            let name = named.name.clone();
            let (table, found) = Delimited::new(source, named, delimiter, preamble.lines, column)?;
            let delimiter = match delimiter {
                b';' => "semicolons",
                b'\t' => "tabs",
                _ => "commas",
            };
            Ok(List {
                entries: Box::new(table),
                guessed: Some(format!(
                    "{name} is read as CSV with {delimiter} in {}, {found}.",
                    encoding.name()
                )),
            })
        }
    }
}

fn open_file(path: &Path, name: &str) -> Result<File, Fault> {
    if path.is_dir() {
        return Err(Fault::new(format!(
            "{name} is a directory. Name a file with one user a line, CSV or JSON Lines."
        )));
    }
    File::open(path).map_err(|error| {
        Fault::new(format!(
            "{name} cannot be read: {error}. Check the path, and who may read the file."
        ))
    })
}

/// What comes first, as far as the end of a line that says something: of a pipe no more is awaited than that.
fn first_line(source: &mut impl Read, name: &str) -> Result<Vec<u8>, Fault> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = source
            .read(&mut buffer)
            .map_err(|error| Fault::new(format!("{name} cannot be read: {error}.")))?;
        head.extend_from_slice(&buffer[..count]);
        let last_line_feed = head.iter().rposition(|byte| *byte == b'\n');
        let says_something = last_line_feed.is_some_and(|end| {
            head[..end]
                .split(|byte| *byte == b'\n')
                .any(|line| !is_preamble(&String::from_utf8_lossy(line)))
        });
        if count == 0 || says_something || head.len() as u64 > LONGEST_LINE {
            return Ok(head);
        }
    }
}

/// Skips a byte order mark.
fn skip(mut source: impl Read, count: usize) -> impl Read {
    let mut mark = [0; 3];
    // What was read already cannot fail.
    let _ = source.read_exact(&mut mark[..count]);
    source
}

fn refuse_other_files(head: &[u8], name: &str) -> Result<(), Fault> {
    let is_workbook = head.starts_with(b"PK\x03\x04") || head.starts_with(b"\xD0\xCF\x11\xE0");
    if is_workbook {
        return Err(Fault::new(format!(
            "{name} is a workbook or an archive, not a text. Save the sheet as \"CSV UTF-8\" and give that file."
        )));
    }
    match head.starts_with(&[0xFF, 0xFE, 0, 0]) || head.starts_with(b"%PDF") {
        true => Err(binary(name)),
        false => Ok(()),
    }
}

fn binary(name: &str) -> Fault {
    Fault::new(format!(
        "{name} is no text: its beginning holds zero bytes or the mark of another kind of file. Give a file with one user a line, CSV or JSON Lines."
    ))
}

/// What stands before the list: blank lines, comments, and what Excel and PowerShell write above a table.
struct Preamble {
    lines: u64,
    delimiter: Option<u8>,
}

/// The beginning of the list itself.
struct Head {
    text: Vec<u8>,
    first: String,
}

fn is_preamble(line: &str) -> bool {
    let line = line.trim().trim_matches('"');
    line.is_empty() || is_comment(line) || line.starts_with("#TYPE ") || separator(line).is_some()
}

/// Excel's `sep=;`.
fn separator(line: &str) -> Option<u8> {
    match line.trim().strip_prefix("sep=")?.as_bytes() {
        [separator] => Some(*separator),
        _ => None,
    }
}

fn split_preamble(head: Vec<u8>) -> (Preamble, Head) {
    let mut preamble = Preamble {
        lines: 0,
        delimiter: None,
    };
    let mut begin = 0;
    while let Some(end) = head[begin..].iter().position(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(&head[begin..begin + end]);
        if !is_preamble(&line) {
            break;
        }
        preamble.delimiter = preamble.delimiter.or(separator(&line));
        preamble.lines += 1;
        begin += end + 1;
    }
    let first = head[begin..].split(|byte| *byte == b'\n').next();
    let first = String::from_utf8_lossy(first.unwrap_or_default())
        .trim()
        .to_owned();
    let text = head[begin..].to_vec();
    (preamble, Head { text, first })
}

#[derive(Debug, PartialEq, Eq)]
enum Format {
    Lines,
    Delimited(u8),
    JsonLines,
    Array,
}

fn format(
    first: &str,
    ending: Option<&str>,
    column: Option<&str>,
    delimiter: Option<u8>,
) -> Format {
    match (first.chars().next(), ending) {
        (Some('['), _) => return Format::Array,
        (Some('{'), _) | (_, Some("jsonl" | "ndjson" | "json")) => return Format::JsonLines,
        _ => {}
    }
    let most = most_frequent_delimiter(first);
    let is_table = column.is_some()
        || delimiter.is_some()
        || most.is_some()
        || matches!(ending, Some("csv" | "tsv"))
        || first.starts_with('"')
        || columns::is_known(first);
    match is_table {
        true => Format::Delimited(delimiter.or(most).unwrap_or(b',')),
        false => Format::Lines,
    }
}

/// The delimiter that parts the first line most often, outside of quotation marks.
fn most_frequent_delimiter(line: &str) -> Option<u8> {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        if let Some(entry) = counts.iter_mut().find(|entry| entry.0 == byte && !quoted) {
            entry.1 += 1;
        }
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (most.1 > 0).then_some(most.0)
}
