//! JSON Lines: an object, or a string, a line.

use std::io::BufRead;

use serde_json::{Map, Value};

use super::columns;
use super::lines::Lines;
use super::{Entry, Fault, Named};

pub(super) struct JsonLines<R> {
    lines: Lines<R>,
    named: Named,
    field: Option<String>,
    ended: bool,
}

impl<R: BufRead> JsonLines<R> {
    /// `field` is the one that holds the users; otherwise the first object's names decide.
    pub(super) fn new(lines: Lines<R>, named: Named, field: Option<&str>) -> JsonLines<R> {
        JsonLines {
            lines,
            named,
            field: field.map(str::to_owned),
            ended: false,
        }
    }

    fn read(&mut self, entry: Entry) -> Result<Entry, Fault> {
        let Entry { key: text, line } = entry;
        let key = match serde_json::from_str(&text) {
            Ok(Value::String(key)) => key,
            Ok(Value::Object(object)) => self.key_of(&object, line)?,
            Ok(_) => {
                return Err(Fault::new(format!(
                    "Line {line} of {} is neither a JSON object nor a string. Write one of them a line.",
                    self.named.name
                )));
            }
            Err(error) => {
                return Err(Fault::new(format!(
                    "Line {line} of {} is not JSON (column {}). JSON Lines has one whole object in each line.",
                    self.named.name,
                    error.column()
                )));
            }
        };
        Ok(Entry { key, line })
    }

    fn key_of(&mut self, object: &Map<String, Value>, line: u64) -> Result<String, Fault> {
        let names: Vec<String> = object.keys().cloned().collect();
        let index = match &self.field {
            Some(field) => columns::named(&names, field),
            None => {
                let values: Vec<String> = object.values().map(text_of).collect();
                columns::guess(&names, &values)
            }
        };
        let Some(name) = index.and_then(|index| names.get(index)) else {
            let which = match &self.field {
                Some(field) => format!("has no field {field:?}"),
                None => "does not show which field holds the user".to_owned(),
            };
            return Err(Fault::new(format!(
                "Line {line} of {} {which}; its fields are {}. Name the field with --column.",
                self.named.name,
                columns::listed(&names)
            )));
        };
        let name = self.field.get_or_insert_with(|| name.clone());
        let index = columns::named(&names, name);
        let value = index.and_then(|index| object.values().nth(index));
        Ok(value.map(text_of).unwrap_or_default())
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = Result<Entry, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = self.lines.next()?.and_then(|entry| self.read(entry));
        self.ended = read.is_err();
        Some(read)
    }
}
