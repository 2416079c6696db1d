//! Users out of JSON values: strings are users, and of objects one field holds them.

use std::collections::VecDeque;

use graph_invalidate::UserColumns;
use serde_json::Value;

use super::json_items::Item;
use super::{Asked, Entry, Fault, Named, STREAM_SURVEY};

pub(super) type Items = Box<dyn Iterator<Item = Result<Item, Fault>> + Send>;

/// Deeper no user's own field lies.
const DEEPEST: usize = 4;

/// Reads the objects as far as their field needs it: all of a file, which is opened again, and of a stream some, which
/// it hands back. No field where no object came.
pub(super) fn survey(
    items: &mut Items,
    asked: &Asked<'_>,
    named: &Named,
) -> Result<(Option<String>, VecDeque<Item>), Fault> {
    let mut read = VecDeque::new();
    if let Some(wanted) = asked.column {
        return Ok((Some(wanted.to_owned()), read));
    }
    let mut columns = UserColumns::default();
    let mut first_line = None;
    while !(asked.is_stream && (columns.is_settled() || read.len() as u64 >= STREAM_SURVEY)) {
        let Some(item) = items.next().transpose()? else {
            break;
        };
        if item.value.is_object() {
            first_line.get_or_insert(item.line);
            flatten(String::new(), &item.value, 0, &mut |name, value| {
                columns.see(name, value);
            });
        }
        let is_a_user = item.value.is_string();
        if asked.is_stream {
            read.push_back(item);
            if is_a_user {
                // Where strings come, strings are awaited: each is a user by itself.
                break;
            }
        }
    }
    let Some(line) = first_line else {
        return Ok((None, read));
    };
    let field = columns
        .best()
        .and_then(|index| columns.names().nth(index).map(str::to_owned));
    match field {
        Some(field) => Ok((Some(field), read)),
        None => Err(Fault::new(format!(
            "Line {line} of {} does not show which field holds the user; its fields are {}. Name the field with {}, one within another with a dot between them.",
            named.name,
            UserColumns::listed(columns.names()),
            asked.option
        ))),
    }
}

/// Every value of an object, with the names that lead to it.
fn flatten(path: String, value: &Value, depth: usize, see: &mut impl FnMut(&str, &str)) {
    let within = |name: &str| match path.is_empty() {
        true => name.to_owned(),
        false => format!("{path}.{name}"),
    };
    match value {
        Value::Object(fields) if depth < DEEPEST => {
            for (name, value) in fields {
                flatten(within(name), value, depth + 1, see);
            }
        }
        Value::Array(values) if depth < DEEPEST => {
            for (index, value) in values
                .iter()
                .enumerate()
                .filter(|(_, it)| it.is_object())
                .take(3)
            {
                flatten(within(&index.to_string()), value, depth + 1, see);
            }
        }
        Value::Object(_) | Value::Array(_) => {}
        Value::Null => see(&path, ""),
        Value::String(text) => see(&path, text),
        other => see(&path, &other.to_string()),
    }
}

/// The users of JSON values.
pub(super) struct Objects {
    items: Items,
    read: VecDeque<Item>,
    field: Option<String>,
    option: &'static str,
    named: Named,
    ended: bool,
}

impl Objects {
    pub(super) fn new(
        items: Items,
        read: VecDeque<Item>,
        field: Option<String>,
        option: &'static str,
        named: Named,
    ) -> Objects {
        Objects {
            items,
            read,
            field,
            option,
            named,
            ended: false,
        }
    }

    fn entry(&mut self, item: Item) -> Result<Entry, Fault> {
        let Item { value, line } = item;
        let key = match &value {
            Value::String(key) => key.clone(),
            Value::Object(fields) => {
                if self.field.is_none() {
                    // A stream began with strings: its objects show their field when they come.
                    let mut columns = UserColumns::default();
                    flatten(String::new(), &value, 0, &mut |name, text| {
                        columns.see(name, text)
                    });
                    let best = columns.best();
                    self.field =
                        best.and_then(|index| columns.names().nth(index).map(str::to_owned));
                }
                let field = self.field.as_deref().unwrap_or_default();
                let Some(found) = field_of(&value, field) else {
                    return Err(Fault::new(format!(
                        "Line {line} of {} has no field {field:?}; its fields are {}. Name the field with {}.",
                        self.named.name,
                        UserColumns::listed(
                            fields
                                .keys()
                                .map(String::as_str)
                                .collect::<Vec<_>>()
                                .into_iter()
                        ),
                        self.option
                    )));
                };
                match found {
                    Value::String(key) => key.trim().to_owned(),
                    Value::Null => String::new(),
                    // A number or a list is no user, and says so as one.
                    other => other.to_string(),
                }
            }
            _ => {
                return Err(Fault::new(format!(
                    "Line {line} of {} is neither a JSON object nor a string. Give one of them for each user.",
                    self.named.name
                )));
            }
        };
        Ok(Entry { key, line })
    }
}

/// The value of a field, or of one within another: `properties.userPrincipalName`, `targetResources.0.id`.
fn field_of<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    match value {
        Value::Object(fields) => {
            let names = fields.keys().map(String::as_str);
            if let Some(index) = super::named(names, path) {
                return fields.values().nth(index);
            }
            // A name may hold dots itself.
            path.match_indices('.').find_map(|(position, _)| {
                let names = fields.keys().map(String::as_str);
                let index = super::named(names, &path[..position])?;
                field_of(fields.values().nth(index)?, &path[position + 1..])
            })
        }
        Value::Array(values) => {
            let (index, rest) = path.split_once('.').unwrap_or((path, ""));
            let value = values.get(index.parse::<usize>().ok()?)?;
            match rest.is_empty() {
                true => Some(value),
                false => field_of(value, rest),
            }
        }
        _ => None,
    }
}

impl Iterator for Objects {
    type Item = Result<Entry, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let next = self.read.pop_front().map(Ok);
        let item = next.or_else(|| self.items.next())?;
        let read = item.and_then(|item| self.entry(item));
        self.ended = read.is_err();
        Some(read)
    }
}
