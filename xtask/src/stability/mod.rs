//! What others rely on stays: the C ABI is held against a committed description of it, and so are the public names of
//! the packages.

mod names;
mod rust;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::workspace::{has_program, root, succeed};

use names::names;

/// The C ABI as of the last release: functions, structures, types.
const ABI: &str = "include/graph_invalidate.abi";

/// The constants and the public names of the packages, as of the last release, one a line.
const NAMES: &str = "include/public_names.txt";

/// Lines that tell the public names, each with the word that a person would write of it.
type Names = BTreeMap<String, String>;

/// What differs from the last release and must not, or must be said.
pub(crate) enum Stability {
    /// Compared; these were found.
    Compared(Vec<String>),
    /// Not compared, and why.
    NotCompared(String),
}

/// Compares with the last release.
pub(crate) fn compare() -> Result<Stability, String> {
    if !has_program("abidiff") || !has_program("cc") {
        return Ok(Stability::NotCompared(
            "install abigail-tools and gcc".to_owned(),
        ));
    }
    let missing: Vec<&str> = names::TOOLS
        .iter()
        .filter(|(program, _)| !has_program(program))
        .map(|(_, brings)| *brings)
        .collect();
    if !missing.is_empty() {
        return Ok(Stability::NotCompared(format!(
            "install {}",
            missing.join(", ")
        )));
    }
    let library = library()?;
    let baseline = root().join(ABI);
    let mut faults = Vec::new();
    let kept = difference(&baseline, &library)?;
    if !kept.status.success() {
        faults.push("the C ABI is not what it was:".to_owned());
        let text = String::from_utf8_lossy(&kept.stdout).into_owned();
        faults.extend(text.lines().map(str::to_owned));
    }
    let before = fs::read_to_string(root().join(NAMES))
        .map_err(|error| format!("{NAMES} cannot be read: {error}"))?;
    let before: BTreeSet<String> = before.lines().map(str::to_owned).collect();
    let changes = fs::read_to_string(root().join("CHANGELOG.md"))
        .map_err(|error| format!("CHANGELOG.md cannot be read: {error}"))?;
    faults.extend(judged(&before, &names()?, &changes));
    Ok(Stability::Compared(faults))
}

/// Takes what is there now for what the next release must keep.
pub(crate) fn accept() -> Result<bool, String> {
    let library = library()?;
    succeed(
        Command::new("abidw")
            .args(["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs"])
            .args(["--type-id-style", "hash", "--out-file"])
            .arg(root().join(ABI))
            .arg(&library),
    )?;
    let names: Vec<String> = names()?.into_keys().collect();
    fs::write(root().join(NAMES), names.join("\n") + "\n")
        .map_err(|error| format!("{NAMES} cannot be written: {error}"))?;
    Ok(true)
}

/// What is gone, and what came without a word in the changelog.
fn judged(before: &BTreeSet<String>, now: &Names, changes: &str) -> Vec<String> {
    let gone = before
        .iter()
        .filter(|line| !now.contains_key(*line))
        .map(|line| format!("{line} is gone, or another: whoever uses it would break"));
    let unsaid = now
        .iter()
        .filter(|(line, word)| !before.contains(*line) && !changes.contains(word.as_str()))
        .map(|(line, word)| format!("{line} is new: CHANGELOG.md wants a line that names {word}"));
    gone.chain(unsaid).collect()
}

/// A library with the header's functions and nothing in them: a description of the header, in the form that the tools
/// compare.
fn library() -> Result<PathBuf, String> {
    let header = root().join("include/graph_invalidate.h");
    let output = output(Command::new("cc").args(["-E", "-P"]).arg(&header))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let folder = root().join("target/abi");
    fs::create_dir_all(&folder)
        .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    let source = folder.join("abi.c");
    fs::write(&source, defined(&text))
        .map_err(|error| format!("{} cannot be written: {error}", source.display()))?;
    let library = folder.join("libgraph_invalidate.so");
    succeed(
        Command::new("cc")
            .args(["-g", "-shared", "-fPIC", "-w", "-o"])
            .arg(&library)
            // By its name alone: where it lies would stand in the description.
            .arg("abi.c")
            .current_dir(&folder),
    )?;
    Ok(library)
}

/// Gives every function that is declared a body.
fn defined(header: &str) -> String {
    let mut depth = 0;
    let mut statement = String::new();
    let mut whole = String::new();
    for character in header.chars() {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if character == ';' && depth == 0 {
            let function = statement.contains("graph_")
                && statement.ends_with(')')
                && !statement.trim_start().starts_with("typedef");
            statement += if function {
                " { __builtin_trap(); }"
            } else {
                ";"
            };
            whole += &statement;
            statement.clear();
        } else {
            statement.push(character);
        }
    }
    whole + &statement
}

/// What is gone or another, by the tool that knows C.
fn difference(baseline: &Path, library: &Path) -> Result<Output, String> {
    output(
        Command::new("abidiff")
            // Fields that were appended are no harm, and the list of names has them all, with places and types.
            .args(["--no-added-syms", "--suppressions"])
            .arg(root().join("include/graph_invalidate.abignore"))
            .arg(baseline)
            .arg(library),
    )
}

fn output(command: &mut Command) -> Result<Output, String> {
    command
        .output()
        .map_err(|error| format!("{command:?} cannot be run: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{Names, defined, judged};

    #[test]
    fn every_function_of_a_header_gets_a_body_and_nothing_else_does() {
        let header = "typedef struct { int a; } graph_a;\nint graph_b(graph_a *a,\n int b);\nextern int c(void);";
        let expected = "typedef struct { int a; } graph_a;\nint graph_b(graph_a *a,\n int b) { __builtin_trap(); }\nextern int c(void);";
        assert_eq!(defined(header), expected);
    }

    #[test]
    fn what_is_gone_is_a_fault_and_what_is_new_wants_a_word() {
        let before = ["C: graph_a", "C: GRAPH_B = 1"].map(str::to_owned).into();
        let now = |lines: &[(&str, &str)]| {
            let owned = |(line, word): &(&str, &str)| ((*line).to_owned(), (*word).to_owned());
            lines.iter().map(owned).collect::<Names>()
        };
        let same = now(&[("C: graph_a", "graph_a"), ("C: GRAPH_B = 1", "GRAPH_B")]);
        assert!(judged(&before, &same, "").is_empty());
        let other = now(&[
            ("C: GRAPH_B = 2", "GRAPH_B"),
            ("C: size of graph_c, 0: size_t", "size"),
        ]);
        let faults = judged(&before, &other, "- `GRAPH_B` has another number");
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[2].contains("graph_c, 0: size_t is new"));
        assert_eq!(judged(&before, &other, "`GRAPH_B` and `size`").len(), 2);
    }
}
