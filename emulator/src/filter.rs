//! `$filter`: the forms that the directory knows, those of them that take an advanced query, and what the others get
//! (<https://learn.microsoft.com/graph/aad-advanced-queries>).

use serde_json::Value;

use crate::reply::Reply;

/// More terms than these an ordinary query does not take.
const MOST_TERMS: usize = 15;

/// Properties that are not in the directory's own index, whatever the operator.
const ADVANCED_PROPERTIES: &[&str] = &["companyName", "officeLocation", "employeeType"];

/// What `endsWith` is for.
const ENDS_WITH: &[&str] = &["mail", "userPrincipalName"];

/// A filter, understood.
#[derive(Debug)]
pub(crate) enum Filter {
    Or(Vec<Filter>),
    And(Vec<Filter>),
    Not(Box<Filter>),
    Term {
        property: String,
        operator: Operator,
        values: Vec<Value>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    AtLeast,
    AtMost,
    StartsWith,
    EndsWith,
}

/// Why a filter is refused.
#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    Syntax(usize),
    Property(String),
    /// It would be answered as an advanced query.
    Advanced(String),
    TooManyTerms(usize),
}

impl Refusal {
    pub(crate) fn reply(&self, kind: &str) -> Reply {
        match self {
            Refusal::Syntax(position) => Reply::error(
                400,
                "Request_BadRequest",
                &format!(
                    "Invalid filter clause: Syntax error at position {position} in '$filter'."
                ),
            ),
            Refusal::Property(name) => Reply::error(
                400,
                "BadRequest",
                &format!(
                    "Could not find a property named '{name}' on type 'microsoft.graph.{kind}'."
                ),
            ),
            Refusal::Advanced(message) => Reply::error(400, "Request_UnsupportedQuery", message),
            Refusal::TooManyTerms(terms) => Reply::error(
                400,
                "Request_UnsupportedQuery",
                &format!(
                    "Too many child clauses specified in search filter expression containing 'OR' operators: {terms}. Max allowed: {MOST_TERMS}."
                ),
            ),
        }
    }
}

impl Filter {
    /// Reads a filter over objects with these properties.
    pub(crate) fn read(text: &str, properties: &[&str], advanced: bool) -> Result<Filter, Refusal> {
        let mut reader = Reader { text, at: 0 };
        let filter = reader.any_of(properties)?;
        reader.skip_space();
        if reader.at < text.len() {
            return Err(Refusal::Syntax(reader.at));
        }
        if !advanced {
            filter.check_ordinary()?;
        }
        Ok(filter)
    }

    fn check_ordinary(&self) -> Result<(), Refusal> {
        match self {
            Filter::Or(parts) => {
                let terms: usize = parts.iter().map(Filter::terms).sum();
                if terms > MOST_TERMS {
                    return Err(Refusal::TooManyTerms(terms));
                }
                parts.iter().try_for_each(Filter::check_ordinary)
            }
            Filter::And(parts) => parts.iter().try_for_each(Filter::check_ordinary),
            Filter::Not(_) => Err(Refusal::Advanced("Unsupported Query.".to_owned())),
            Filter::Term {
                property,
                operator,
                values,
            } => {
                if values.len() > MOST_TERMS {
                    return Err(Refusal::TooManyTerms(values.len()));
                }
                let message = match operator {
                    Operator::NotEqual => {
                        "Filter operator 'NotEqualsMatch' is not supported.".to_owned()
                    }
                    Operator::EndsWith => "Unsupported Query.".to_owned(),
                    _ if values.contains(&Value::Null)
                        || ADVANCED_PROPERTIES.contains(&property.as_str()) =>
                    {
                        format!(
                            "Unsupported or invalid query filter clause specified for property '{property}' of resource 'User'."
                        )
                    }
                    _ => return Ok(()),
                };
                Err(Refusal::Advanced(message))
            }
        }
    }

    fn terms(&self) -> usize {
        match self {
            Filter::Or(parts) | Filter::And(parts) => parts.iter().map(Filter::terms).sum(),
            Filter::Not(part) => part.terms(),
            Filter::Term { values, .. } => values.len(),
        }
    }

    pub(crate) fn holds(&self, object: &Value) -> bool {
        match self {
            Filter::Or(parts) => parts.iter().any(|part| part.holds(object)),
            Filter::And(parts) => parts.iter().all(|part| part.holds(object)),
            Filter::Not(part) => !part.holds(object),
            Filter::Term {
                property,
                operator,
                values,
            } => {
                let held = &object[property.as_str()];
                values.iter().any(|value| operator.compare(held, value))
            }
        }
    }
}

impl Operator {
    fn compare(self, held: &Value, value: &Value) -> bool {
        let folded = |value: &Value| value.as_str().map(str::to_lowercase);
        let (a, b) = (folded(held), folded(value));
        let texts = || Some((a.as_deref()?, b.as_deref()?));
        let is_equal = match (&a, &b) {
            (Some(a), Some(b)) => a == b,
            _ => held == value,
        };
        match self {
            Operator::Equal => is_equal,
            Operator::NotEqual => !is_equal,
            Operator::AtLeast => texts().is_some_and(|(a, b)| a >= b),
            Operator::AtMost => texts().is_some_and(|(a, b)| a <= b),
            Operator::StartsWith => texts().is_some_and(|(a, b)| a.starts_with(b)),
            Operator::EndsWith => texts().is_some_and(|(a, b)| a.ends_with(b)),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn any_of(&mut self, properties: &[&str]) -> Result<Filter, Refusal> {
        let mut parts = vec![self.all_of(properties)?];
        while self.takes_word("or") {
            parts.push(self.all_of(properties)?);
        }
        Ok(match parts.len() {
            1 => parts.swap_remove(0),
            _ => Filter::Or(parts),
        })
    }

    fn all_of(&mut self, properties: &[&str]) -> Result<Filter, Refusal> {
        let mut parts = vec![self.term(properties)?];
        while self.takes_word("and") {
            parts.push(self.term(properties)?);
        }
        Ok(match parts.len() {
            1 => parts.swap_remove(0),
            _ => Filter::And(parts),
        })
    }

    fn term(&mut self, properties: &[&str]) -> Result<Filter, Refusal> {
        if self.takes_word("not") {
            return Ok(Filter::Not(Box::new(self.term(properties)?)));
        }
        if self.takes("(") {
            let inner = self.any_of(properties)?;
            self.must_take(")")?;
            return Ok(inner);
        }
        let word = self.word()?;
        let function = [
            ("startswith", Operator::StartsWith),
            ("endswith", Operator::EndsWith),
        ]
        .into_iter()
        .find(|(name, _)| word.eq_ignore_ascii_case(name));
        if let Some((_, operator)) = function {
            self.must_take("(")?;
            let property = self.property(properties)?;
            if operator == Operator::EndsWith && !ENDS_WITH.contains(&property.as_str()) {
                return Err(Refusal::Advanced("Unsupported Query.".to_owned()));
            }
            self.must_take(",")?;
            let values = vec![self.literal()?];
            self.must_take(")")?;
            return Ok(Filter::Term {
                property,
                operator,
                values,
            });
        }
        let property = known(&word, properties)?;
        if self.takes_word("in") {
            self.must_take("(")?;
            let mut values = vec![self.literal()?];
            while self.takes(",") {
                values.push(self.literal()?);
            }
            self.must_take(")")?;
            return Ok(Filter::Term {
                property,
                operator: Operator::Equal,
                values,
            });
        }
        let begin = self.at;
        let operator = match self.word()?.as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "ge" => Operator::AtLeast,
            "le" => Operator::AtMost,
            _ => return Err(Refusal::Syntax(begin)),
        };
        Ok(Filter::Term {
            property,
            operator,
            values: vec![self.literal()?],
        })
    }

    fn property(&mut self, properties: &[&str]) -> Result<String, Refusal> {
        known(&self.word()?, properties)
    }

    fn rest(&mut self) -> &str {
        self.skip_space();
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn takes(&mut self, mark: &str) -> bool {
        let found = self.rest().starts_with(mark);
        self.at += if found { mark.len() } else { 0 };
        found
    }

    fn must_take(&mut self, mark: &str) -> Result<(), Refusal> {
        match self.takes(mark) {
            true => Ok(()),
            false => Err(Refusal::Syntax(self.at)),
        }
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let rest = self.rest();
        let found = rest.starts_with(word)
            && rest[word.len()..].starts_with(|next: char| next.is_whitespace() || next == '(');
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn word(&mut self) -> Result<String, Refusal> {
        let rest = self.rest();
        let is_end = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '/' | '-' | ':' | '.'));
        let word = rest[..rest.find(is_end).unwrap_or(rest.len())].to_owned();
        if word.is_empty() {
            return Err(Refusal::Syntax(self.at));
        }
        self.at += word.len();
        Ok(word)
    }

    fn literal(&mut self) -> Result<Value, Refusal> {
        if !self.takes("'") {
            let begin = self.at;
            return Ok(match self.word()?.as_str() {
                "true" => true.into(),
                "false" => false.into(),
                "null" => Value::Null,
                // Times and numbers stand without quotation marks.
                word if word.starts_with(|c: char| c.is_ascii_digit()) => word.into(),
                _ => return Err(Refusal::Syntax(begin)),
            });
        }
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let end = rest.find('\'').ok_or(Refusal::Syntax(self.text.len()))?;
            text.push_str(&rest[..end]);
            self.at += end + 1;
            if !self.text[self.at..].starts_with('\'') {
                return Ok(text.into());
            }
            // Two of them are one.
            text.push('\'');
            self.at += 1;
        }
    }
}

fn known(word: &str, properties: &[&str]) -> Result<String, Refusal> {
    let found = properties.iter().find(|name| **name == word);
    let name = found.ok_or_else(|| Refusal::Property(word.to_owned()))?;
    Ok((*name).to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    const PROPERTIES: &[&str] = &[
        "accountEnabled",
        "companyName",
        "department",
        "displayName",
        "userPrincipalName",
    ];

    fn read(text: &str, advanced: bool) -> Result<Filter, Refusal> {
        Filter::read(text, PROPERTIES, advanced)
    }

    #[test]
    fn a_filter_holds_for_whom_it_says() {
        let user = json!({"accountEnabled": false, "department": "R&D", "displayName": "Orla O'Brien",
            "userPrincipalName": "orla@contoso.example", "companyName": null});
        for (text, holds) in [
            ("accountEnabled eq false", true),
            ("accountEnabled eq true", false),
            ("department eq 'r&d'", true),
            ("displayName eq 'Orla O''Brien'", true),
            (
                "startsWith(displayName,'orla') and department eq 'R&D'",
                true,
            ),
            ("department in ('Sales', 'R&D')", true),
            (
                "not(department eq 'R&D') or endsWith(userPrincipalName,'@contoso.example')",
                true,
            ),
            ("department ne 'R&D'", false),
            ("companyName eq null", true),
        ] {
            assert_eq!(read(text, true).unwrap().holds(&user), holds, "{text}");
        }
    }

    #[test]
    fn what_takes_an_advanced_query_is_refused_without_one() {
        for text in [
            "department ne 'x'",
            "not(department eq 'x')",
            "department eq null",
            "companyName eq 'x'",
            "endsWith(userPrincipalName,'x')",
        ] {
            assert!(
                matches!(read(text, false), Err(Refusal::Advanced(_))),
                "{text}"
            );
            assert!(read(text, true).is_ok(), "{text}");
        }
        let many = |count: usize| {
            let terms: Vec<String> = (0..count).map(|n| format!("department eq '{n}'")).collect();
            read(&terms.join(" or "), false)
        };
        assert!(many(15).is_ok());
        assert!(matches!(many(16), Err(Refusal::TooManyTerms(16))));
    }

    #[test]
    fn nonsense_is_named() {
        for text in [
            "department",
            "department eq",
            "department eq x",
            "eq 'x'",
            "(department eq 'x'",
            "department eq 'x",
        ] {
            let refusal = read(text, true).unwrap_err();
            assert!(
                matches!(refusal, Refusal::Syntax(_) | Refusal::Property(_)),
                "{text}: {refusal:?}"
            );
        }
        assert!(
            matches!(read("departmnet eq 'x'", true), Err(Refusal::Property(name)) if name == "departmnet")
        );
    }
}
