//! Pages and comments that can be read where they are written: lines of prose have a width, and the map of the source
//! names every file.

use std::path::Path;

use crate::workspace::{files_with_ending, root};

/// How wide a line of prose may be.
const WIDTH: usize = 120;

/// The endings of sources, each with what a line of a comment begins with.
const COMMENTS: &[(&str, &[&str])] = &[
    (".rs", &["//"]),
    (".cs", &["//"]),
    (".go", &["//"]),
    (".c", &["/*", "*"]),
    (".h", &["/*", "*"]),
    (".java", &["//", "/*", "*"]),
    (".ts", &["//", "/*", "*"]),
    (".js", &["//", "/*", "*"]),
    (".php", &["//", "/*", "*"]),
    (".py", &["#"]),
    (".ps1", &["#"]),
    (".toml", &["#"]),
];

pub(crate) fn faults() -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    for path in files_with_ending(".md")? {
        let text = read(&path)?;
        let shown = path.strip_prefix(root()).unwrap_or(&path).display();
        for number in too_wide(&text) {
            faults.push(format!("{shown}:{number} is wider than {WIDTH} columns"));
        }
    }
    for ending in [".md", ".py"] {
        for path in files_with_ending(ending)? {
            let shown = path.strip_prefix(root()).unwrap_or(&path).display();
            for (number, line) in read(&path)?.lines().enumerate() {
                if is_another_build(line) {
                    let number = number + 1;
                    faults.push(format!(
                        "{shown}:{number}: cargo xtask builds the library, so that all get the same"
                    ));
                }
            }
        }
    }
    for (ending, leads) in COMMENTS {
        for path in files_with_ending(ending)? {
            let shown = path.strip_prefix(root()).unwrap_or(&path).display();
            for (number, line) in read(&path)?.lines().enumerate() {
                if is_wide_comment(line, leads) {
                    let number = number + 1;
                    faults.push(format!(
                        "{shown}:{number} is a comment wider than {WIDTH} columns"
                    ));
                }
            }
        }
    }
    let map = read(&root().join("docs/architecture.md"))?;
    let source = root().join("src");
    for path in files_with_ending(".rs")? {
        if let Ok(file) = path.strip_prefix(&source)
            && !is_named(&map, file)
        {
            faults.push(format!(
                "src/{} is not on the map, docs/architecture.md",
                file.display()
            ));
        }
    }
    Ok(faults)
}

/// The numbers of the lines that are too wide. Code, tables and addresses cannot be broken.
fn too_wide(text: &str) -> Vec<usize> {
    let mut is_code = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let begin = line.trim_start();
        if begin.starts_with("```") {
            is_code = !is_code;
        }
        let is_prose = !is_code && !begin.starts_with('|') && !line.contains("](http");
        if is_prose && line.chars().count() > WIDTH {
            found.push(number + 1);
        }
    }
    found
}

/// Whether a line tells to build the library in another way than the packages and the installation are built: what is
/// built along decides how it is optimised.
fn is_another_build(line: &str) -> bool {
    ["cargo build", "cargo rustc"]
        .iter()
        .any(|build| line.contains(build))
        && !line.contains("--package graph-invalidate-cli")
}

/// Whether this is a line of a comment that is too wide. Code in it and addresses cannot be broken.
fn is_wide_comment(line: &str, leads: &[&str]) -> bool {
    let begin = line.trim_start();
    let cannot_be_broken = ["<code>", "<pre>", "http://", "https://"];
    line.chars().count() > WIDTH
        && leads.iter().any(|lead| begin.starts_with(lead))
        && !cannot_be_broken.iter().any(|part| line.contains(part))
}

/// Whether a page names a file, by its path or the end of it. A folder's own file and its tests go by the folder.
fn is_named(page: &str, file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default();
    if ["mod.rs", "lib.rs", "tests.rs"]
        .iter()
        .any(|own| name == *own)
    {
        return true;
    }
    let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
    (0..parts.len()).any(|from| page.contains(&format!("`{}`", parts[from..].join("/"))))
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{} cannot be read: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_a_width_and_code_and_tables_have_none() {
        let wide = "a ".repeat(61);
        let page = format!(
            "{wide}\n```\n{wide}\n```\n| {wide} |\nä{}\n",
            "ä".repeat(119)
        );
        assert_eq!(too_wide(&page), [1]);
    }

    #[test]
    fn comments_have_a_width_and_the_code_in_them_has_none() {
        let wide = "a ".repeat(61);
        assert!(is_wide_comment(&format!("    // {wide}"), &["//"]));
        assert!(!is_wide_comment(&format!("    {wide}"), &["//"]));
        assert!(!is_wide_comment(
            &format!("/// <code>{wide}</code>"),
            &["//"]
        ));
        assert!(!is_wide_comment("// short", &["//"]));
    }

    #[test]
    fn there_is_one_way_to_build_the_library() {
        assert!(is_another_build("$ cargo build --release"));
        assert!(is_another_build("cargo rustc --lib --crate-type cdylib"));
        assert!(!is_another_build(
            "$ cargo build --release --package graph-invalidate-cli"
        ));
        assert!(!is_another_build("$ cargo xtask package python"));
    }

    #[test]
    fn a_file_is_named_by_the_end_of_its_path() {
        let page = "| `options.rs`, `run/feed.rs` | ideas |";
        assert!(is_named(page, Path::new("options.rs")));
        assert!(is_named(page, Path::new("run/feed.rs")));
        assert!(is_named(page, Path::new("run/mod.rs")));
        assert!(!is_named(page, Path::new("feed.rs")));
        assert!(!is_named(page, Path::new("run/queue.rs")));
    }
}
