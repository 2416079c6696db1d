# Runs the script tests of this folder in the engine that runs this file. Below target/ nothing is made; `cargo xtask test powershell` builds first.
param(
    # Which files, by a part of their name.
    [string] $Name = '*'
)

. "$PSScriptRoot/support/Specification.ps1"
. "$PSScriptRoot/support/Emulator.ps1"
try {
    [System.IO.Directory]::GetFiles($PSScriptRoot, "$Name.Tests.ps1") | Sort-ByName | ForEach-Object { Invoke-Specification $_ }
}
finally {
    Stop-Emulator
}

"`n$($Specification.Passed) passed, $($Specification.Failed) failed"
exit [int]($Specification.Failed -gt 0 -or $Specification.Passed -eq 0)
