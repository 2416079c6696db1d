//! Everything that can be judged without running the product.

use crate::advisories::Advisories;
use crate::dotnet::dotnet;
use crate::stability::Stability;
use crate::workspace::{cargo, files_with_ending, has_program, root};
use crate::{abi, advisories, by_hand, dependencies, header, pages, stability, version};

/// Runs every check, one line each; true when all are in order.
pub(crate) fn run() -> Result<bool, String> {
    let mut faults = 0;
    let mut report = |name: &str, found: Vec<String>| {
        println!(
            "{name:<14} {}",
            if found.is_empty() { "ok" } else { "FAILED" }
        );
        for fault in &found {
            println!("               {fault}");
        }
        faults += found.len();
    };
    report("header", header::drift()?.into_iter().collect());
    report("bindings", abi::drift()?);
    report("by hand", by_hand::faults()?);
    report("dependencies", dependencies::faults()?);
    match advisories::look_up()? {
        Advisories::Checked(found) => report("advisories", found),
        Advisories::NotChecked(why) => println!("{:<14} not checked: {why}", "advisories"),
    }
    report("version", version::faults()?);
    match stability::compare()? {
        Stability::Compared(found) => report("stability", found),
        Stability::NotCompared(why) => println!("{:<14} not compared: {why}", "stability"),
    }
    report("unsafe", unsafe_outside_ffi()?);
    report("pages", pages::faults()?);
    report(
        "formatting",
        succeeds(&["fmt", "--all", "--check"], "run cargo fmt --all")?,
    );
    report("lints", lints(&["--workspace", "--all-targets"])?);
    // The library alone: everything else wants its credentials.
    let without = [
        "--package",
        "graph-invalidate",
        "--lib",
        "--no-default-features",
    ];
    report("no credentials", lints(&without)?);
    report("documentation", documentation()?);
    if has_program("dotnet") {
        report("C# formatting", csharp_formatting()?);
    } else {
        println!("C# formatting  not run: install the .NET SDK 10");
    }
    Ok(faults == 0)
}

fn lints(what: &[&str]) -> Result<Vec<String>, String> {
    let mut arguments = vec!["clippy", "--locked", "--quiet"];
    arguments.extend(what);
    arguments.extend(["--", "--deny", "warnings"]);
    succeeds(&arguments, "see above")
}

fn succeeds(arguments: &[&str], mend: &str) -> Result<Vec<String>, String> {
    let status = cargo()
        .args(arguments)
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    Ok(if status.success() {
        Vec::new()
    } else {
        vec![mend.to_owned()]
    })
}

fn csharp_formatting() -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for solution in [
        "bindings/csharp/GraphInvalidate.slnx",
        "powershell/GraphInvalidate.PowerShell.slnx",
    ] {
        let status = dotnet(&["format", solution, "--verify-no-changes"])
            .status()
            .map_err(|error| format!("dotnet cannot be run: {error}"))?;
        if !status.success() {
            found.push(format!("run dotnet format {solution}"));
        }
    }
    Ok(found)
}

fn documentation() -> Result<Vec<String>, String> {
    let status = cargo()
        .env("RUSTDOCFLAGS", "--deny warnings")
        .args(["doc", "--locked", "--workspace", "--no-deps", "--quiet"])
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    Ok(if status.success() {
        Vec::new()
    } else {
        vec!["see above".to_owned()]
    })
}

/// `unsafe` belongs to src/ffi/ alone; lines that only speak of it are comments or lint settings.
fn unsafe_outside_ffi() -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    let ffi = root().join("src/ffi");
    for path in files_with_ending(".rs")? {
        if path.starts_with(&ffi) || path.ends_with("xtask/src/check.rs") {
            continue;
        }
        let source = std::fs::read_to_string(&path)
            .map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        for (number, line) in source.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains("unsafe ") || code.contains("allow(unsafe_code") {
                faults.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    Ok(faults)
}
