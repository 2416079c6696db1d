//! Two independent readers of the same structures, cbindgen and safer-ffi, must lay them out alike.

#![cfg(feature = "ffi-check")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::path::Path;
use std::process::Command;

/// The name and the fields of every structure that the header shows.
fn structures(header: &str) -> Vec<(String, Vec<String>)> {
    header
        .split("typedef struct {")
        .skip(1)
        .map(|rest| {
            let (body, after) = rest.split_once("\n} ").unwrap();
            let fields = body
                .lines()
                .map(str::trim)
                .filter(|line| line.ends_with(';') && !line.starts_with('*'))
                .map(|line| {
                    line.trim_end_matches(';')
                        .rsplit([' ', '*'])
                        .next()
                        .unwrap()
                        .to_owned()
                })
                .collect();
            (after.split(';').next().unwrap().to_owned(), fields)
        })
        .collect()
}

/// Sizes and offsets, as a C compiler sees them through a header.
fn layout(
    folder: &Path,
    include: &str,
    structures: &[(String, Vec<String>)],
    suffix: &str,
) -> String {
    let mut program =
        format!("#include <stddef.h>\n#include <stdio.h>\n{include}\nint main(void) {{\n");
    for (name, fields) in structures {
        program += &format!("printf(\"{name} %zu\\n\", sizeof({name}{suffix}));\n");
        for field in fields {
            program +=
                &format!("printf(\"{name}.{field} %zu\\n\", offsetof({name}{suffix}, {field}));\n");
        }
    }
    program += "return 0;\n}\n";
    let (source, binary) = (folder.join("layout.c"), folder.join("layout"));
    std::fs::write(&source, program).unwrap();
    let compiled = Command::new("gcc")
        .arg(&source)
        .arg("-o")
        .arg(&binary)
        .output()
        .unwrap();
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    String::from_utf8(Command::new(&binary).output().unwrap().stdout).unwrap()
}

#[test]
fn both_headers_lay_every_structure_out_alike() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("include/graph_invalidate.h");
    let structures = structures(&std::fs::read_to_string(&path).unwrap());
    let names: Vec<&str> = structures.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "graph_access_finding",
            "graph_access",
            "graph_header",
            "graph_outcome",
            "graph_call_options",
            "graph_variable",
            "graph_credential_options",
            "graph_client_options",
            "graph_run_options",
            "graph_progress"
        ]
    );
    assert!(structures.iter().all(|(_, fields)| fields.len() >= 2));

    let folder = tempfile::tempdir().unwrap();
    let second = folder.path().join("second.h");
    std::fs::write(&second, graph_invalidate::second_header().unwrap()).unwrap();
    let ours = layout(
        folder.path(),
        &format!("#include {path:?}"),
        &structures,
        "",
    );
    let theirs = layout(
        folder.path(),
        &format!("#include {second:?}"),
        &structures,
        "_t",
    );
    assert!(ours.lines().count() > 25, "{ours}");
    assert_eq!(ours, theirs);
}
