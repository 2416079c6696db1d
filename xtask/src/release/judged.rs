//! What can be read from the files that were built, and tried of them on a machine that is another one.

use std::path::Path;
use std::process::Command;

use crate::bench::emulator::RunningEmulator;
use crate::cross::{Built, System};
use crate::workspace::has_program;

/// The newest symbols of glibc that may be asked for.
const GLIBC: (u32, u32) = (2, 17);

/// The most that the module's package may weigh.
const LARGEST_MODULE: u64 = 15 * 1024 * 1024;

/// Judges what was built for one platform; gives what is wrong.
pub(super) fn judge(built: &Built, emulator: &RunningEmulator) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    let rid = built.platform.rid;
    for file in [built.shared_library(), built.command()] {
        if built.platform.system == System::Glibc
            && let Some(version) = newest_glibc(&file)?
            && version > GLIBC
        {
            faults.push(format!(
                "{} needs glibc {}.{}",
                file.display(),
                version.0,
                version.1
            ));
        }
        let content =
            std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let here = crate::workspace::root();
        let path = here.as_os_str().as_encoded_bytes();
        if content.windows(path.len()).any(|part| part == path) {
            faults.push(format!("{} says where it was built", file.display()));
        }
    }
    match runner(rid) {
        Some(words) if has_program(words[0]) => {
            if let Err(reason) = signs_out(&words, &built.command(), emulator) {
                faults.push(format!("{rid}: {reason}"));
            }
        }
        Some(words) => faults.push(format!("{rid}: not run: needs {}", words[0])),
        None => {}
    }
    Ok(faults)
}

/// The module's package is small.
pub(super) fn weigh(module: &Path) -> Vec<String> {
    let size = std::fs::metadata(module).map_or(u64::MAX, |metadata| metadata.len());
    if size > LARGEST_MODULE {
        vec![format!("{} has {size} bytes", module.display())]
    } else {
        Vec::new()
    }
}

/// What runs a platform's programs on Linux x64; nothing for those of Windows, which `cargo xtask windows` runs in
/// Wine.
fn runner(rid: &str) -> Option<Vec<&'static str>> {
    match rid {
        "linux-x64" | "linux-musl-x64" => Some(vec!["env"]),
        "linux-arm64" => Some(vec![qemu(), "-L", "/usr/aarch64-linux-gnu"]),
        "linux-musl-arm64" => Some(vec![qemu()]),
        _ => None,
    }
}

/// Debian has it under two names.
fn qemu() -> &'static str {
    let linked = "qemu-aarch64-static";
    if has_program(linked) {
        linked
    } else {
        "qemu-aarch64"
    }
}

fn signs_out(words: &[&str], command: &Path, emulator: &RunningEmulator) -> Result<(), String> {
    emulator.control("POST", "reset", "")?;
    let output = Command::new(words[0])
        .args(&words[1..])
        .arg(command)
        .args(["users", "adele.vance@contoso.example", "--verify"])
        .env("GRAPH_INVALIDATE_ENDPOINT", &emulator.url)
        .env("GRAPH_INVALIDATE_TOKEN", emulator.token()?)
        .output()
        .map_err(|error| format!("{} cannot be run: {error}", words[0]))?;
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    if output.status.success() && said.contains("verified") {
        Ok(())
    } else {
        Err(format!("{}: {said}", output.status))
    }
}

/// The newest version of glibc whose symbols a file asks for.
fn newest_glibc(file: &Path) -> Result<Option<(u32, u32)>, String> {
    let output = Command::new("readelf")
        .args(["--dyn-syms", "--wide"])
        .arg(file)
        .output()
        .map_err(|error| format!("readelf cannot be run: {error}"))?;
    Ok(newest(&String::from_utf8_lossy(&output.stdout)))
}

fn newest(symbols: &str) -> Option<(u32, u32)> {
    symbols
        .split("@GLIBC_")
        .skip(1)
        .filter_map(|rest| {
            let version = rest.split_whitespace().next()?;
            let mut parts = version.split('.').map(|part| part.parse().ok());
            Some((parts.next()??, parts.next()??))
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_newest_glibc_is_read_by_its_numbers() {
        assert_eq!(
            newest("a@GLIBC_2.9 (2)\nb@GLIBC_2.17 (3)\nc@GLIBC_2.2.5\n"),
            Some((2, 17))
        );
        assert_eq!(newest("nothing"), None);
    }
}
