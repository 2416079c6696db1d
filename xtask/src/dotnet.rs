//! The .NET SDK's command, run so that it leaves no server behind.

use std::process::Command;

use crate::workspace::root;

/// `dotnet` with these arguments, in the project's root.
pub(crate) fn dotnet(arguments: &[&str]) -> Command {
    let mut command = Command::new("dotnet");
    command
        .current_dir(root())
        .args(arguments)
        .env("DOTNET_CLI_TELEMETRY_OPTOUT", "1")
        .env("DOTNET_NOLOGO", "1")
        .env("MSBUILDDISABLENODEREUSE", "1")
        .env("UseSharedCompilation", "false");
    command
}
