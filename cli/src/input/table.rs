//! A table of any kind: which column holds the users, and which rows are none of users.

use std::collections::VecDeque;

use graph_invalidate::UserColumns;

use super::lines::is_comment;
use super::{Asked, Entry, Fault, Named, STREAM_SURVEY};

/// A row: its cells, and the line in which it begins.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) cells: Vec<Vec<u8>>,
    pub(super) line: u64,
}

pub(super) type Records = Box<dyn Iterator<Item = Result<Record, Fault>> + Send>;

/// Where the users of a table are.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    column: usize,
    /// The names above the columns, where there are any.
    names: Option<Vec<String>>,
    /// The portal's template, which has an example in its first row.
    is_template: bool,
}

/// Reads the rows as far as the column needs it: all of a file, which is opened again, and of a stream some, which it
/// hands back.
pub(super) fn survey(
    records: &mut Records,
    asked: &Asked<'_>,
    is_template: bool,
    named: &Named,
) -> Result<(Option<Layout>, VecDeque<Record>), Fault> {
    let mut read = VecDeque::new();
    let Some(first) = records.next().transpose()? else {
        return Ok((None, read));
    };
    let first_texts = texts(&first);
    // No name is a user, and no user is a name.
    let has_names = is_template || !first_texts.iter().any(|text| UserColumns::is_user(text));
    let mut columns = UserColumns::default();
    for name in &first_texts {
        columns.add(if has_names { name } else { "" });
    }
    if !has_names {
        see(&mut columns, &first);
    }
    if asked.is_stream {
        read.push_back(first);
    }
    let mut rows = 0;
    let enough = match (asked.column, asked.is_stream) {
        (Some(_), _) => 0,
        (None, true) => STREAM_SURVEY,
        (None, false) => u64::MAX,
    };
    let mut may_be_example = is_template;
    while rows < enough && !(asked.is_stream && columns.is_settled()) {
        let Some(record) = records.next().transpose()? else {
            break;
        };
        let is_example = std::mem::take(&mut may_be_example) && is_an_example(&record);
        if !is_example {
            see(&mut columns, &record);
            rows += 1;
        }
        if asked.is_stream {
            read.push_back(record);
        }
    }
    let names = has_names.then_some(first_texts.clone());
    let column = match asked.column {
        Some(wanted) => Some(asked_for(wanted, &first_texts, asked, named)?),
        None if rows == 0 && has_names => columns.best().or(Some(0)),
        None => columns.best(),
    };
    let Some(column) = column else {
        return Err(Fault::new(format!(
            "{} does not show which column holds the users; its first line has {}. Name the column, or its number, with {}.",
            named.name,
            UserColumns::listed(first_texts.iter().map(String::as_str)),
            asked.option
        )));
    };
    let is_certain = asked.column.is_some()
        || is_template
        || first_texts.iter().any(|name| UserColumns::is_known(name));
    if asked.must_be_certain && has_names && !is_certain {
        return Err(Fault::new(format!(
            "{} begins with {}, which may be column names or a user. Write userPrincipalName or id above the users, or name the column with {}.",
            named.name,
            UserColumns::listed(first_texts.iter().map(String::as_str)),
            asked.option
        )));
    }
    let layout = Layout {
        column,
        names,
        is_template,
    };
    Ok((Some(layout), read))
}

fn see(columns: &mut UserColumns, record: &Record) {
    for (index, text) in texts(record).iter().enumerate() {
        columns.see_at(index, text);
    }
}

/// The column of this name, or of this number.
fn asked_for(
    wanted: &str,
    names: &[String],
    asked: &Asked<'_>,
    named: &Named,
) -> Result<usize, Fault> {
    let number = || {
        let number = wanted.trim().parse::<usize>().ok();
        number.filter(|number| (1..=names.len()).contains(number))
    };
    super::named(names.iter().map(String::as_str), wanted)
        .or_else(|| number().map(|number| number - 1))
        .ok_or_else(|| {
            Fault::new(format!(
                "{} has no column {wanted:?}; its first line has {}. Give one of these, or its number, with {}.",
                named.name,
                UserColumns::listed(names.iter().map(String::as_str)),
                asked.option
            ))
        })
}

impl Layout {
    /// What was found, in words.
    pub(super) fn in_words(&self) -> String {
        let name = self
            .names
            .as_ref()
            .map(|names| names.get(self.column).map_or("", String::as_str));
        let mut found = match name {
            Some(name) => format!("users from column {} ({name:?})", self.column + 1),
            None => format!("users from column {}, without a header", self.column + 1),
        };
        if name.is_some_and(UserColumns::is_mail) {
            found.push_str(
                ", whose addresses may differ from user principal names: check with a dry run",
            );
        }
        found
    }
}

/// The users of a table.
pub(super) struct Table {
    records: Records,
    /// Rows that were read to find the column.
    read: VecDeque<Record>,
    layout: Option<Layout>,
    named: Named,
    /// Rows that were given, or left out.
    passed: u64,
    ended: bool,
}

impl Table {
    pub(super) fn new(
        records: Records,
        read: VecDeque<Record>,
        layout: Option<Layout>,
        named: Named,
    ) -> Table {
        Table {
            records,
            read,
            layout,
            named,
            passed: 0,
            ended: false,
        }
    }

    fn read(&mut self) -> Result<Option<Entry>, Fault> {
        let Some(layout) = &self.layout else {
            return Ok(None);
        };
        loop {
            let next = self.read.pop_front().map(Ok);
            let Some(record) = next.or_else(|| self.records.next()).transpose()? else {
                return Ok(None);
            };
            self.passed += 1;
            if layout.passes_over(&record, self.passed) {
                continue;
            }
            // Other columns may hold what they like: a name in an old encoding harms nobody.
            let cell = record.cells.get(layout.column);
            let key = std::str::from_utf8(cell.map_or(&[], Vec::as_slice))
                .map_err(|_| self.named.bad_text(record.line))?;
            return Ok(Some(Entry {
                key: key.trim().to_owned(),
                line: record.line,
            }));
        }
    }
}

impl Layout {
    /// Whether a row holds no user: the names, once or again where files were joined, a rule below them, an example, a
    /// comment.
    fn passes_over(&self, record: &Record, number: u64) -> bool {
        let texts = texts(record);
        let is_heading = self.names.as_ref().is_some_and(|names| *names == texts);
        let is_rule = texts.iter().any(|text| text.contains("--"))
            && texts
                .iter()
                .all(|text| text.chars().all(|character| "-:+= ".contains(character)));
        let has_user = texts
            .get(self.column)
            .is_some_and(|text| UserColumns::is_user(text));
        let is_comment = !has_user && texts.first().is_some_and(|text| is_comment(text));
        is_heading
            || is_rule
            || is_comment
            || self.is_template && number == 2 && is_an_example(record)
    }
}

/// Whether a row of the portal's template is its example, in any language: `Example: chris@contoso.com`.
fn is_an_example(record: &Record) -> bool {
    let first = texts(record).into_iter().find(|text| !text.is_empty());
    first.is_some_and(|text| {
        text.split_once([':', '：']).is_some_and(|(word, _)| {
            !word.contains('@') && word.chars().count() <= 20 && !word.trim().is_empty()
        })
    })
}

/// The cells as text, without the mark of a file that was joined to another.
fn texts(record: &Record) -> Vec<String> {
    let texts = record.cells.iter().map(|cell| {
        let text = String::from_utf8_lossy(cell);
        text.trim_matches(|character: char| character.is_whitespace() || character == '\u{feff}')
            .to_owned()
    });
    texts.collect()
}

impl Iterator for Table {
    type Item = Result<Entry, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.read().transpose();
        self.ended = !matches!(read, Some(Ok(_)));
        read
    }
}
