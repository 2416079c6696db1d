//! The public names of C and of the packages, each read with its language's own means.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::node;
use crate::package::java;
use crate::workspace::root;

use super::{Names, output};

/// Functions, fields and constants of C, and what the packages of the languages show.
pub(super) fn names() -> Result<Names, String> {
    let mut names = c_names()?;
    names.extend(super::rust::names(&root().join("src"))?);
    names.extend(csharp_names()?);
    names.extend(python_names()?);
    names.extend(powershell_names()?);
    names.extend(go_names()?);
    names.extend(java_names()?);
    names.extend(php_names()?);
    names.extend(node_names()?);
    Ok(names)
}

/// The tools that read the packages' names, each with what brings it.
pub(super) const TOOLS: &[(&str, &str)] = &[
    ("go", "Go 1.25 or later"),
    ("php", "php-cli"),
    ("node", "nodejs 20.19 or later"),
    ("npm", "npm"),
];

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
    let text = listed(
        Command::new(crate::python::PYTHON)
            .arg(script("python.py"))
            .arg(root().join("bindings/python/src/graph_invalidate")),
    )?;
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

/// By Go's own parser.
fn go_names() -> Result<Names, String> {
    told(
        "Go",
        Command::new("go")
            .arg("run")
            .arg(script("go.go"))
            .arg(root().join("bindings/go")),
    )
}

/// By the compiler's parser: what needs a newer Java shows nothing.
fn java_names() -> Result<Names, String> {
    told(
        "Java",
        Command::new(java::jdk()?.join("bin/java"))
            .arg(script("PublicNames.java"))
            .arg(root().join("bindings/java/src/main/java/graphinvalidate")),
    )
}

/// By reflection.
fn php_names() -> Result<Names, String> {
    told(
        "PHP",
        Command::new("php")
            .arg(script("php.php"))
            .arg(root().join("bindings/php/src"))
            .arg("GraphInvalidate"),
    )
}

/// From the declarations that the TypeScript compiler makes.
fn node_names() -> Result<Names, String> {
    node::build_javascript()?;
    told(
        "Node",
        Command::new("node")
            .arg(script("node.mjs"))
            .arg(node::folder().join("dist/index.d.ts")),
    )
}

fn script(name: &str) -> PathBuf {
    root().join("xtask/public_names").join(name)
}

/// What a script prints.
fn listed(command: &mut Command) -> Result<String, String> {
    let output = output(command)?;
    if output.status.success() && !output.stdout.is_empty() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(format!(
        "{command:?} lists no names: {}",
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// The lines of a script that tells the word of each.
fn told(language: &str, command: &mut Command) -> Result<Names, String> {
    let text = listed(command)?;
    Ok(text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(word, line)| (format!("{language}: {line}"), word.to_owned()))
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
