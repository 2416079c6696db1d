# The module as people get it: published into a repository that is a folder, and installed from there.

BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator
    $root = [System.IO.Directory]::CreateTempSubdirectory().FullName
    'repository', 'home', 'newer' | ForEach-Object { $null = New-Item "$root/$_" -ItemType Directory }
    Copy-Item $env:GRAPH_INVALIDATE_TEST_MODULE "$root/newer/GraphInvalidate" -Recurse
    $manifest = "$root/newer/GraphInvalidate/GraphInvalidate.psd1"
    (Get-Content $manifest -Raw) -replace "ModuleVersion(\s*)= '[0-9.]+'", "ModuleVersion`$1= '99.0.0'" | Set-Content $manifest

    # Runs a text in a pwsh with a home of its own, where the repository is registered and trusted.
    function Show([string] $Text) {
        $text = "`$ErrorActionPreference = 'Stop'; `$ProgressPreference = 'SilentlyContinue'
            if (-not (Get-PSResourceRepository -Name Incident -ErrorAction Ignore)) { Register-PSResourceRepository Incident '$root/repository' -Trusted }
            $Text"
        Invoke-Engine $text @{ HOME = "$root/home"; PSModulePath = ''; GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }
    }
}

AfterAll { Remove-Item $root -Recurse -Force }

Describe 'A repository that is a folder' {
    BeforeEach { Reset-Emulator }

    It 'takes the module, installs it, updates it and uninstalls it while it is loaded' {
        Show "Publish-PSResource '$env:GRAPH_INVALIDATE_TEST_MODULE' -Repository Incident; 'published'" | Should -BeExactly 'published'
        @(Get-ChildItem "$root/repository" -Filter 'GraphInvalidate.*.nupkg') | Should -HaveCount 1

        Show "Install-PSResource GraphInvalidate; Import-Module GraphInvalidate; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele" | Should -BeExactly 'True'
        # By its name alone, in a new session.
        Show "Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele" | Should -BeExactly 'True'

        # What is loaded goes on while it is updated; the next session has the newer one.
        $call = "Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele"
        $version = '(Get-Module GraphInvalidate).Version.ToString()'
        $present = (Import-PowerShellDataFile "$env:GRAPH_INVALIDATE_TEST_MODULE/GraphInvalidate.psd1").ModuleVersion
        Show "$call; Publish-PSResource '$root/newer/GraphInvalidate' -Repository Incident; Update-PSResource GraphInvalidate; $call; $version" |
            Should -Be @('True', 'True', $present)
        Show "$call; $version" | Should -Be @('True', '99.0.0')

        Show "$call; Uninstall-PSResource GraphInvalidate -Version '*'; $call; `"left: `$(@(Get-InstalledPSResource GraphInvalidate -ErrorAction Ignore).Count)`"" |
            Should -Be @('True', 'True', 'left: 0')
        Show "`$null -eq (Get-Command Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorAction Ignore)" | Should -BeExactly 'True'
    }
}
