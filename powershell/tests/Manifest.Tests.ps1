BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator
    $folder = $env:GRAPH_INVALIDATE_TEST_MODULE
    $manifest = Test-ModuleManifest "$folder/GraphInvalidate.psd1" -ErrorAction Stop
}

Describe 'The packaged module' {
    It 'has a manifest that the engine finds in order' {
        $manifest.Name | Should -BeExactly 'GraphInvalidate'
        $manifest.RootModule | Should -BeExactly 'GraphInvalidate.PowerShell.dll'
        (Get-Module GraphInvalidate).ModuleType | Should -Be 'Binary'
    }

    It 'is for Windows PowerShell 5.1 and for PowerShell 7' {
        $manifest.CompatiblePSEditions | Should -Be @('Desktop', 'Core')
        $manifest.PowerShellVersion | Should -Be '5.1'
    }

    It 'has the version of the native library' {
        $manifest.Version | Should -Be ([version][GraphInvalidate.GraphInvalidateLibrary]::Version)
    }

    It 'exports by name what it says, and nothing else' {
        $exported = (Get-Module GraphInvalidate).ExportedCommands.Keys
        $named = [System.Management.Automation.Language.Parser]::ParseFile("$folder/GraphInvalidate.psd1", [ref] $null, [ref] $null).Find(
            { $args[0] -is [System.Management.Automation.Language.HashtableAst] }, $true).SafeGetValue().CmdletsToExport
        $exported | Sort-ByName | Should -Be @($named)
        $named | Where-Object { $_ -match '\*' } | Should -BeNullOrEmpty
        (Get-Module GraphInvalidate).ExportedAliases.Count | Should -Be 0
    }

    It 'has one assembly, which needs none but the engine and .NET itself' {
        [System.IO.Directory]::GetFiles($folder, '*.dll', 'AllDirectories') | Where-Object { $_ -notlike '*native*' } | Should -HaveCount 1
        [GraphInvalidate.GraphInvalidateClient].Assembly.GetReferencedAssemblies().Name | Sort-ByName | Should -Be @('System.Management.Automation', 'netstandard')
    }

    It 'has an assembly that Windows PowerShell 5.1 can load' {
        # The version of its own engine; a later one is refused there.
        $engine = [GraphInvalidate.GraphInvalidateClient].Assembly.GetReferencedAssemblies() | Where-Object Name -eq System.Management.Automation
        $engine.Version | Should -Be '3.0.0.0'
    }

    It 'takes its native library from beside itself' {
        [GraphInvalidate.GraphInvalidateLibrary]::FilePath | Should -BeLike "$folder*runtimes*native*"
    }

    It 'carries its licences' {
        'LICENSE-APACHE', 'LICENSE-MIT' | Where-Object { -not [System.IO.File]::Exists("$folder/$_") } | Should -BeNullOrEmpty
    }

    It 'takes at most 4 MB for a platform' {
        $size = 0
        [System.IO.Directory]::GetFiles($folder, '*', 'AllDirectories') | Where-Object { $_ -notmatch '.runtimes.' -or $_ -eq [GraphInvalidate.GraphInvalidateLibrary]::FilePath } | ForEach-Object { $size += [System.IO.FileInfo]::new($_).Length }
        $size | Should -BeGreaterThan 1MB
        $size | Should -BeLessThan 4MB
    }
}
