//! Opening a list: what kind of file it is, said by its name and its first lines.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};
use std::path::Path;

use graph_invalidate::UserColumns;

use super::console::{self, Console};
use super::delimited::Delimited;
use super::encoding::{Decoder, Encoding};
use super::json_items::JsonItems;
use super::line_ends::LineEnds;
use super::lines::{Lines, is_comment};
use super::objects::{self, Items, Objects};
use super::table::{self, Layout, Records, Table};
use super::{Asked, Entries, Fault, LONGEST_LINE, List, Named};

/// The path that means standard input.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Whether a list can be read but once: standard input, a pipe.
pub(crate) fn is_read_once(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
        || std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

/// Opens a list. Of a file all rows are read first, so that all of them choose the column.
pub(crate) fn open(path: &Path, asked: Asked<'_>) -> Result<List, Fault> {
    let asked = Asked {
        is_stream: is_read_once(path),
        ..asked
    };
    let opened = Opened::new(path, &asked)?;
    let reopened = || match asked.is_stream {
        true => Ok(None),
        false => Opened::new(path, &asked).map(Some),
    };
    let Opened {
        content,
        named,
        kind,
        has_rule,
    } = opened;
    // What stands above a rule is a heading, whatever it says.
    let asked = Asked {
        must_be_certain: asked.must_be_certain && !has_rule,
        ..asked
    };
    match content {
        Content::Lines(entries) => Ok(List {
            guessed: (named.encoding != Encoding::Utf8)
                .then(|| format!("{} is read as {kind}.", named.name)),
            entries,
        }),
        Content::Json(mut items) => {
            let (field, read) = objects::survey(&mut items, &asked, &named)?;
            if let Some(Content::Json(again)) = reopened()?.map(|opened| opened.content) {
                items = again;
            }
            let found = field.as_ref().map_or_else(String::new, |field| {
                format!(", users from the field {field:?}")
            });
            Ok(List {
                guessed: Some(format!("{} is read as {kind}{found}.", named.name)),
                entries: Box::new(Objects::new(items, read, field, asked.option, named)),
            })
        }
        Content::Table(mut records, is_template) => {
            let (layout, read) = table::survey(&mut records, &asked, is_template, &named)?;
            if let Some(Content::Table(again, _)) = reopened()?.map(|opened| opened.content) {
                records = again;
            }
            let found = layout
                .as_ref()
                .map_or_else(|| "an empty table".to_owned(), Layout::in_words);
            Ok(List {
                guessed: Some(format!("{} is read as {kind}, {found}.", named.name)),
                entries: Box::new(Table::new(records, read, layout, named)),
            })
        }
    }
}

/// A file at its beginning, and what kind of list it is.
struct Opened {
    content: Content,
    named: Named,
    /// In words.
    kind: String,
    /// A line of dashes parts the heading from the rows.
    has_rule: bool,
}

enum Content {
    Lines(Entries),
    /// Rows, and whether they are those of the portal's template.
    Table(Records, bool),
    Json(Items),
}

impl Opened {
    fn new(path: &Path, asked: &Asked<'_>) -> Result<Opened, Fault> {
        let is_standard = path == Path::new(STANDARD_INPUT);
        let name = match is_standard {
            true => "standard input".to_owned(),
            false => path.display().to_string(),
        };
        let mut source: Box<dyn Read + Send> = match is_standard {
            true => Box::new(std::io::stdin()),
            false => Box::new(open_file(path, &name)?),
        };
        let head = first_lines(&mut source, &name)?;
        refuse_other_files(&head, &name)?;
        let (encoding, mark) = Encoding::of(&head);
        let raw = Cursor::new(head).chain(source);
        let text = LineEnds::new(Decoder::new(skip(raw, mark), encoding));
        let mut text = BufReader::with_capacity(1 << 16, text);
        let named = Named { name, encoding };
        let head = first_lines(&mut text, &named.name)?;
        if head.contains(&0) {
            return Err(binary(&named.name));
        }
        let (preamble, head) = split_preamble(head);
        let source = Cursor::new(head.text).chain(text);
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        let ending = ending.as_deref().and_then(std::ffi::OsStr::to_str);
        let format = format(&head.first, &head.second, ending, asked.column, &preamble);
        let before = preamble.lines;
        let has_rule = matches!(format, Format::Console(_));
        let (content, kind) = match format {
            Format::Properties => {
                return Err(Fault::new(format!(
                    "{} is a list of properties as Format-List prints it. Export the users with Export-Csv, or with Select-Object -ExpandProperty UserPrincipalName, and give that file.",
                    named.name
                )));
            }
            Format::Lines => {
                let lines = Lines::new(source, named.clone(), before);
                (Content::Lines(Box::new(lines)), "lines".to_owned())
            }
            Format::Json => {
                let items = JsonItems::new(source, named.clone(), before);
                (Content::Json(Box::new(items)), "JSON".to_owned())
            }
            Format::Console(begins) => {
                let lines = Lines::new(source, named.clone(), before).keeping_spaces();
                let console = Console::new(lines, begins, named.clone());
                let kind = "a table printed by a console".to_owned();
                (Content::Table(Box::new(console), false), kind)
            }
            Format::Delimited(delimiter) => {
                let table = Delimited::new(source, named.clone(), delimiter, before);
                let delimiter = match delimiter {
                    b',' => "commas".to_owned(),
                    b';' => "semicolons".to_owned(),
                    b'\t' => "tabs".to_owned(),
                    other => format!("{:?} between the columns", char::from(other)),
                };
                let kind = match preamble.is_template {
                    true => {
                        format!("the portal's bulk template with {delimiter}, without its example,")
                    }
                    false => format!("CSV with {delimiter}"),
                };
                (Content::Table(Box::new(table), preamble.is_template), kind)
            }
        };
        let kind = format!("{kind} in {}", encoding.name());
        Ok(Opened {
            content,
            named,
            kind,
            has_rule,
        })
    }
}

fn open_file(path: &Path, name: &str) -> Result<File, Fault> {
    if path.is_dir() {
        return Err(Fault::new(format!(
            "{name} is a directory. Name a file with one user per line, CSV or JSON."
        )));
    }
    File::open(path).map_err(|error| {
        Fault::new(format!(
            "{name} cannot be read: {error}. Check the path, and who may read the file."
        ))
    })
}

/// What comes first, as far as the end of a line that says something, and of the line after it where that is a heading:
/// of a pipe no more is awaited than that.
fn first_lines(source: &mut impl Read, name: &str) -> Result<Vec<u8>, Fault> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = source
            .read(&mut buffer)
            .map_err(|error| Fault::new(format!("{name} cannot be read: {error}.")))?;
        head.extend_from_slice(&buffer[..count]);
        if count > 0 && !buffer[..count].contains(&b'\n') && head.len() as u64 <= LONGEST_LINE {
            continue;
        }
        let last_line_feed = head.iter().rposition(|byte| *byte == b'\n');
        let says_enough = last_line_feed.is_some_and(|end| {
            let lines = head[..end].split(|byte| *byte == b'\n');
            let mut said = lines
                .map(String::from_utf8_lossy)
                .filter(|line| !is_preamble(line));
            let first = said.next();
            first.is_some_and(|first| first.contains(['@', '{', '[']) || said.next().is_some())
        });
        if count == 0 || says_enough || head.len() as u64 > LONGEST_LINE {
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
            "{name} is a workbook or an archive, not text. Save the sheet as \"CSV UTF-8\" and give that file."
        )));
    }
    match head.starts_with(&[0xFF, 0xFE, 0, 0]) || head.starts_with(b"%PDF") {
        true => Err(binary(name)),
        false => Ok(()),
    }
}

fn binary(name: &str) -> Fault {
    Fault::new(format!(
        "{name} is not text: it begins with zero bytes or the signature of another file type. Give a file with one user per line, CSV or JSON."
    ))
}

/// What stands before the list: blank lines, comments, and what Excel, PowerShell and the portal write above a table.
struct Preamble {
    lines: u64,
    delimiter: Option<u8>,
    is_template: bool,
}

/// The beginning of the list itself.
struct Head {
    text: Vec<u8>,
    first: String,
    second: String,
}

fn is_preamble(line: &str) -> bool {
    let text = line.trim().trim_matches('"');
    text.is_empty()
        || is_comment(text)
        || text.starts_with("#TYPE ")
        || is_version(text)
        || separator(line).is_some()
}

/// The first line of the portal's templates, with what a spreadsheet adds to it.
fn is_version(line: &str) -> bool {
    let line = line.trim_end_matches([',', ';', '\t', '"']);
    line.strip_prefix("version:v")
        .is_some_and(|version| version.chars().all(|it| it.is_ascii_digit() || it == '.'))
}

/// Excel's `sep=;`, in quotation marks or not, with what a spreadsheet adds to it: the separator that it names, if it
/// names one.
fn separator(line: &str) -> Option<Option<u8>> {
    let line = line
        .trim_start_matches(['\u{feff}', ' ', '"'])
        .trim_end_matches(['\r', '\n', '"']);
    let (name, rest) = line.split_at_checked("sep=".len())?;
    if !name.eq_ignore_ascii_case("sep=") {
        return None;
    }
    let mut rest = rest.chars().filter(|character| *character != '"');
    let first = rest.next();
    // What follows are the empty cells of its row.
    let is_all = rest.all(|character| matches!(character, ',' | ';' | '\t' | ' ' | '|'));
    is_all.then(|| first.and_then(|it| u8::try_from(it).ok().filter(u8::is_ascii)))
}

fn split_preamble(head: Vec<u8>) -> (Preamble, Head) {
    let mut preamble = Preamble {
        lines: 0,
        delimiter: None,
        is_template: false,
    };
    let mut begin = 0;
    while let Some(end) = head[begin..].iter().position(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(&head[begin..begin + end]);
        if !is_preamble(&line) {
            break;
        }
        preamble.delimiter = preamble.delimiter.or(separator(&line).flatten());
        preamble.is_template |= is_version(line.trim().trim_matches('"'));
        preamble.lines += 1;
        begin += end + 1;
    }
    let text = head[begin..].to_vec();
    let lines = text.split(|byte| *byte == b'\n').map(|line| {
        let line = String::from_utf8_lossy(line);
        line.trim_matches('\u{feff}').trim_end().to_owned()
    });
    let mut lines = lines.filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let second = lines.next().unwrap_or_default();
    drop(lines);
    let head = Head {
        text,
        first,
        second,
    };
    (preamble, head)
}

#[derive(Debug, PartialEq, Eq)]
enum Format {
    Lines,
    Delimited(u8),
    /// A console's table, with the places where its columns begin.
    Console(Vec<usize>),
    Json,
    /// A property a line, as Format-List prints them.
    Properties,
}

fn format(
    first: &str,
    second: &str,
    ending: Option<&str>,
    column: Option<&str>,
    preamble: &Preamble,
) -> Format {
    let is_json = first.trim_start().starts_with(['{', '[']);
    if is_json || matches!(ending, Some("jsonl" | "ndjson" | "json")) {
        return Format::Json;
    }
    if let Some(begins) = console::columns_of(second).filter(|_| second.contains("--")) {
        return Format::Console(begins);
    }
    let is_property = |line: &str| {
        line.split_once(" : ")
            .is_some_and(|(name, _)| UserColumns::is_known(name))
    };
    if is_property(first) || first.contains(" : ") && is_property(second) {
        return Format::Properties;
    }
    let most = most_frequent_delimiter(first);
    let is_table = column.is_some()
        || preamble.delimiter.is_some()
        || preamble.is_template
        || most.is_some()
        || matches!(ending, Some("csv" | "tsv"))
        || first.starts_with('"')
        || UserColumns::is_known(first);
    if !is_table {
        return Format::Lines;
    }
    // What a file says of itself need not be so any more, when it was saved again.
    let named = preamble.delimiter;
    let is_there = |delimiter: &u8| first.bytes().any(|byte| byte == *delimiter);
    Format::Delimited(named.filter(is_there).or(most).or(named).unwrap_or(b','))
}

/// The delimiter that parts the first line most often, outside of quotation marks.
fn most_frequent_delimiter(line: &str) -> Option<u8> {
    let mut counts = [(b'|', 0), (b',', 0), (b';', 0), (b'\t', 0)];
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
