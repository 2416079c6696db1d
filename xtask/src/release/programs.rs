//! Programs for the trials: compilers for every platform, and what runs their programs here.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cross::{self, Platform};
use crate::python;
use crate::windows::Wine;
use crate::workspace::{has_program, root};

/// A folder of programs, and what they need while they are used.
pub(super) struct Programs {
    pub(super) folder: PathBuf,
    _wine: Option<Wine>,
}

/// Makes `cc-RID` for each platform, `arm64`, which runs programs for it, `uv`, and `wine`, as far as their tools are
/// there.
///
/// WINDOWS_RUNTIMES may name a folder with .NET's runtime for Windows (`dotnet/`) and PowerShell's engine for Windows
/// with a host that needs no console and takes -File and -Command (`powershell/pwsh-host.exe`): then there are
/// `windows-dotnet`, which tells where the runtime lies, and `windows-pwsh`, too.
pub(super) fn make(platforms: &[&'static Platform]) -> Result<Programs, String> {
    let folder = root().join("target/release-test/programs");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)
        .map_err(|error| format!("{} cannot be made: {error}", folder.display()))?;
    for platform in platforms {
        if let Ok(compiler) = cross::c_compiler(platform) {
            write(&folder.join(format!("cc-{}", platform.rid)), &compiler)?;
        }
    }
    for emulator in ["qemu-aarch64", "qemu-aarch64-static"] {
        if has_program(emulator) {
            write(&folder.join("arm64"), &Command::new(emulator))?;
        }
    }
    let uv =
        python::programs_of("target/python/trials", "xtask/trials/requirements.txt")?.join("uv");
    write(&folder.join("uv"), &Command::new(uv))?;
    let wine = Wine::start().ok();
    if let Some(wine) = &wine {
        write(&folder.join("wine"), &wine.command("wine64"))?;
        if let Some(runtimes) = std::env::var_os("WINDOWS_RUNTIMES") {
            let runtimes = PathBuf::from(runtimes);
            let dotnet = format!("Z:{}", runtimes.join("dotnet").display()).replace('/', "\\");
            write(
                &folder.join("windows-dotnet"),
                Command::new("echo").arg(&dotnet),
            )?;
            write(
                &folder.join("windows-pwsh"),
                wine.command("wine64")
                    .arg(runtimes.join("powershell/pwsh-host.exe"))
                    .env("DOTNET_ROOT", &dotnet),
            )?;
        }
    }
    Ok(Programs {
        folder,
        _wine: wine,
    })
}

/// Writes a command down as a program that hands on what it is given.
fn write(place: &Path, command: &Command) -> Result<(), String> {
    let mut text = "#!/bin/sh\n".to_owned();
    for (name, value) in command.get_envs() {
        // The search path is that of whoever runs it.
        if name == "PATH" {
            continue;
        }
        let name = name.to_string_lossy();
        text += &match value {
            Some(value) => format!("export {name}={}\n", quoted(value)),
            None => format!("unset {name}\n"),
        };
    }
    text += &format!("exec {}", quoted(command.get_program()));
    for argument in command.get_args() {
        text += &format!(" {}", quoted(argument));
    }
    text += " \"$@\"\n";
    fs::write(place, text)
        .and_then(|()| fs::set_permissions(place, fs::Permissions::from_mode(0o755)))
        .map_err(|error| format!("{} cannot be written: {error}", place.display()))
}

fn quoted(text: &OsStr) -> String {
    format!("'{}'", text.to_string_lossy().replace('\'', "'\\''"))
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use std::process::Command;

    #[test]
    fn a_command_that_is_written_down_runs_as_it_stands() {
        let place = std::env::temp_dir().join(format!("written-down-{}", std::process::id()));
        let mut command = Command::new("sh");
        command
            .args(["-c", "echo \"$1|$2|$NAMED\"", "it's"])
            .env("NAMED", "a 'b'");
        super::write(&place, &command).expect("it is written");
        let output = Command::new(&place).args(["one two", "3"]).output();
        std::fs::remove_file(&place).expect("it is gone");
        let output = output.expect("it runs");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "one two|3|a 'b'\n");
    }
}
