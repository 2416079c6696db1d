//! How much of a binding is written by hand: the six jobs that are worth reading (loading, handles, calls,
//! cancellation, token providers, iteration), counted without blank lines, comments and documentation.

use std::fs;

use crate::workspace::root;

/// What the six jobs of a language should not exceed.
const AIM: usize = 600;

/// A language: the folder of its sources, the files of the six jobs, and how many lines these may have. More than the
/// aim where they serve callers that block and callers that await in the same classes, or load in several ways.
struct Language {
    name: &'static str,
    folder: &'static str,
    files: &'static [&'static str],
    most: usize,
}

const LANGUAGES: &[Language] = &[
    Language {
        name: "Python",
        folder: "bindings/python/src/graph_invalidate",
        files: &[
            "_library.py",
            "_handle.py",
            "_client.py",
            "_connection.py",
            "_cancellation.py",
            "_token.py",
            "_asking.py",
            "_run.py",
        ],
        most: AIM,
    },
    Language {
        name: "JavaScript",
        folder: "bindings/node/src",
        files: &[
            "native.ts",
            "platform.ts",
            "connection.ts",
            "client.ts",
            "signals.ts",
            "token.ts",
            "run.ts",
        ],
        most: 660,
    },
    Language {
        name: "PHP",
        folder: "bindings/php/src",
        files: &[
            "Library.php",
            "Native/Handle.php",
            "Client.php",
            "Native/Calls.php",
            "Cancellation.php",
            "Native/Provider.php",
            "Run.php",
        ],
        most: 700,
    },
    Language {
        name: "Go",
        folder: "bindings/go",
        files: &[
            "library.go",
            "handle.go",
            "client.go",
            "token.go",
            "cancellation.go",
            "run.go",
        ],
        most: 680,
    },
    Language {
        name: "Java",
        folder: "bindings/java/src/main/java/graphinvalidate",
        files: &[
            "Library.java",
            "Handle.java",
            "GraphInvalidateClient.java",
            "Call.java",
            "Signal.java",
            "Asking.java",
            "InvalidateRun.java",
        ],
        most: 1_030,
    },
    Language {
        name: ".NET",
        folder: "bindings/csharp/src/GraphInvalidate",
        files: &[
            "GraphInvalidateLibrary.cs",
            "NativeLoader.cs",
            "Borrowed.cs",
            "GraphInvalidateClient.cs",
            "GraphInvalidateClient.Run.cs",
            "NativeCancellation.cs",
            "AccessTokenSource.cs",
            "GraphInvalidateRun.cs",
            "RunEnumeration.cs",
        ],
        most: 1_140,
    },
];

/// Prints the lines of each language.
pub(crate) fn print() -> Result<bool, String> {
    for language in LANGUAGES {
        println!("{:<12} {:>5}", language.name, lines_of(language)?);
    }
    Ok(true)
}

/// The languages of which more is written by hand than should be.
pub(crate) fn faults() -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for language in LANGUAGES {
        let lines = lines_of(language)?;
        if lines > language.most {
            found.push(format!(
                "{} has {lines} lines for loading, handles, calls, cancellation, token providers and iteration, above {}: \
                 move what is a table into the description, and what others decide alike into the library",
                language.name, language.most
            ));
        }
    }
    Ok(found)
}

fn lines_of(language: &Language) -> Result<usize, String> {
    let mut lines = 0;
    for file in language.files {
        let path = root().join(language.folder).join(file);
        let source = fs::read_to_string(&path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        lines += lines_of_code(&source);
    }
    Ok(lines)
}

/// Lines that are neither blank nor comments nor documentation.
fn lines_of_code(source: &str) -> usize {
    let mut ending: Option<&str> = None;
    let mut count = 0;
    for line in source.lines().map(str::trim) {
        if let Some(end) = ending {
            if line.contains(end) {
                ending = None;
            }
            continue;
        }
        let opened = [("/*", "*/"), ("\"\"\"", "\"\"\"")];
        if let Some((begin, end)) = opened.iter().find(|(begin, _)| line.starts_with(begin)) {
            if !line[begin.len()..].contains(end) {
                ending = Some(end);
            }
            continue;
        }
        if !(line.is_empty() || line.starts_with("//") || line.starts_with("# ")) {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::lines_of_code;

    #[test]
    fn blank_lines_comments_and_documentation_do_not_count() {
        for (source, lines) in [
            ("", 0),
            ("a\n\n  // b\n/// c\nd", 2),
            ("/** a */\nb\n/*\n * c\n */\nd", 2),
            ("\"\"\"a\"\"\"\nb\n\"\"\"c\n\nd\n\"\"\"\ne\n# f", 2),
            ("#if NET\na\n#endif", 3),
        ] {
            assert_eq!(lines_of_code(source), lines, "{source:?}");
        }
    }
}
