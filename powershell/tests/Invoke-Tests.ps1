# Runs the script tests of this folder under Pester. Below target/ nothing is made; `cargo xtask test powershell` builds
# first.
#Requires -Version 7.5
#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.5.0' }
param(
    # Which files, by a part of their name.
    [string] $Name = '*'
)

. "$PSScriptRoot/support/Emulator.ps1"
$configuration = New-PesterConfiguration
$configuration.Run.Path = @(Get-ChildItem $PSScriptRoot -Filter "$Name.Tests.ps1").FullName
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$configuration.Output.RenderMode = 'Plaintext'
try { $result = Invoke-Pester -Configuration $configuration }
finally { Stop-Emulator }

# Pester passes where there is no test, and does not count blocks or files that break off: this line does.
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
"`n$($result.PassedCount) passed, $failed failed"
exit [int]($failed -gt 0 -or $result.PassedCount -eq 0)
