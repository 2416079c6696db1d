//! The record of .NET's public names, as far as they are rendered: the properties of options and of values.

use std::collections::BTreeSet;

/// The record with these lines, and without other properties of the same classes than it had by hand.
///
/// The analyzer of the build compares the record with what is public, so nothing here can hide a change: what is gone
/// from the description is then missing in the record, and shown as such by a comparison.
pub(super) fn with(record: &str, rendered: &str) -> String {
    let classes: BTreeSet<&str> = rendered.lines().filter_map(class).collect();
    let by_hand = record
        .lines()
        .filter(|line| !class(line).is_some_and(|class| classes.contains(class)) || is_own(line));
    let mut lines: Vec<&str> = by_hand.chain(rendered.lines()).collect();
    // As the compiler's own fix would put them.
    lines.sort_by_key(|line| (!line.starts_with('#'), line.to_lowercase()));
    lines.join("\n") + "\n"
}

/// The class of a property's line.
fn class(line: &str) -> Option<&str> {
    let (member, _) = line.split_once(" -> ")?;
    let (property, accessor) = member.rsplit_once('.')?;
    let (class, _) = property.rsplit_once('.')?;
    (["get", "set", "init"].contains(&accessor) && class.starts_with("GraphInvalidate."))
        .then_some(class)
}

/// What an exception has besides the properties of its outcome, and a client's options besides those of every language.
fn is_own(line: &str) -> bool {
    line.starts_with("GraphInvalidate.GraphInvalidateException.Outcome.")
        || line.starts_with("GraphInvalidate.GraphInvalidateClientOptions.AccessTokenProvider.")
}

#[cfg(test)]
mod tests {
    use super::with;

    #[test]
    fn rendered_properties_take_the_place_of_those_of_the_same_class_and_all_else_stays() {
        let record = "#nullable enable\nGraphInvalidate.A\nGraphInvalidate.A.Old.get -> int\nGraphInvalidate.A.A() -> void\nGraphInvalidate.B.Kept.get -> int\n";
        let rendered = "GraphInvalidate.A.New.get -> int\nGraphInvalidate.A.New.set -> void\n";
        let expected = "#nullable enable\nGraphInvalidate.A\nGraphInvalidate.A.A() -> void\nGraphInvalidate.A.New.get -> int\nGraphInvalidate.A.New.set -> void\nGraphInvalidate.B.Kept.get -> int\n";
        assert_eq!(with(record, rendered), expected);
        assert_eq!(with(expected, rendered), expected);
    }
}
