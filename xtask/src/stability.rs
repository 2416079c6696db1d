//! What others rely on stays: the C ABI is held against a committed description of it, and so are the public names of
//! the packages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::workspace::{has_program, root, succeed};

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
    NotCompared(&'static str),
}

/// Compares with the last release.
pub(crate) fn compare() -> Result<Stability, String> {
    if !has_program("abidiff") || !has_program("cc") {
        return Ok(Stability::NotCompared("install abigail-tools and gcc"));
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

/// Functions, fields and constants of C, and what the packages of the languages show.
fn names() -> Result<Names, String> {
    let mut names = c_names()?;
    names.extend(csharp_names()?);
    names.extend(python_names()?);
    names.extend(powershell_names()?);
    Ok(names)
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(root().join(file)).map_err(|error| format!("{file} cannot be read: {error}"))
}

fn c_names() -> Result<Names, String> {
    let description: Value = serde_json::from_str(&read("include/graph_invalidate.json")?)
        .map_err(|error| format!("include/graph_invalidate.json cannot be read: {error}"))?;
    let list = |of: &Value, field: &str| of[field].as_array().cloned().unwrap_or_default();
    let text = |of: &Value, field: &str| of[field].as_str().unwrap_or_default().to_owned();
    let mut names = Names::new();
    let mut add = |word: String, more: String| names.insert(format!("C: {word}{more}"), word);
    for constant in list(&description, "constants") {
        add(text(&constant, "name"), format!(" = {}", constant["value"]));
    }
    for status in list(&description, "statuses") {
        add(
            text(&status, "constant"),
            format!(" = {}", status["number"]),
        );
    }
    for structure in list(&description, "structures") {
        // With its place and type: a structure grows at its end alone.
        for (place, field) in list(&structure, "fields").iter().enumerate() {
            let more = format!(
                " of {}, {place}: {}",
                text(&structure, "name"),
                text(field, "type")
            );
            add(text(field, "name"), more);
        }
    }
    for function in list(&description, "functions") {
        add(text(&function, "name"), String::new());
    }
    Ok(names)
}

/// The analyzer of the build keeps these lists exact.
fn csharp_names() -> Result<Names, String> {
    let mut names = Names::new();
    for folder in ["", "net10.0/"] {
        for list in ["Shipped", "Unshipped"] {
            let file = format!("bindings/csharp/src/GraphInvalidate/{folder}PublicAPI.{list}.txt");
            let text = read(&file)?;
            let lines = text.trim_start_matches('\u{feff}').lines();
            for line in lines.filter(|line| !line.starts_with('#') && !line.is_empty()) {
                let member = line.split(['(', ' ']).next().unwrap_or(line);
                let member = [".get", ".set", ".init"]
                    .iter()
                    .fold(member, |member, part| member.trim_end_matches(part));
                let word = member.rsplit('.').next().unwrap_or(member);
                names.insert(format!(".NET: {line}"), word.to_owned());
            }
        }
    }
    Ok(names)
}

/// What the package itself says is public.
fn python_names() -> Result<Names, String> {
    let script = root().join("xtask/python/public_names.py");
    let output = output(
        Command::new(crate::python::PYTHON)
            .arg(script)
            .arg(root().join("bindings/python/src/graph_invalidate")),
    )?;
    if !output.status.success() {
        return Err(format!(
            "the names of the Python package cannot be listed: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(text
        .lines()
        .map(|line| {
            let (member, parameter) = line.split_once('(').unwrap_or((line, ""));
            let word = if parameter.is_empty() {
                member
            } else {
                parameter
            };
            let word = word.split(['=', ')']).next().unwrap_or(word);
            let word = word.rsplit(['.', ' ']).next().unwrap_or(word);
            (format!("Python: {line}"), word.to_owned())
        })
        .collect())
}

/// The cmdlets.
fn powershell_names() -> Result<Names, String> {
    let manifest = read("powershell/module/GraphInvalidate.psd1")?;
    let cmdlets = manifest
        .split_once("CmdletsToExport")
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(list, _)| list)
        .ok_or("the module's manifest lists no cmdlets")?;
    Ok(cmdlets
        .split('\'')
        .skip(1)
        .step_by(2)
        .map(|cmdlet| (format!("PowerShell: {cmdlet}"), cmdlet.to_owned()))
        .collect())
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
