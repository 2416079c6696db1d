# Every line of PowerShell in the documents, as it stands.

BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    # Runs it in an engine of its own, in a folder with a list of users, beside stand-ins for other people's modules.
    function Show([string] $Code) {
        $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName
        [System.IO.File]::WriteAllLines("$folder/users.csv", [string[]]('Department,UserPrincipalName', "Sales,$Adele", 'Sales,nobody@contoso.example'))
        $packages = [System.IO.Path]::GetDirectoryName($env:GRAPH_INVALIDATE_TEST_MODULE)
        $text = @"
            . '$PSScriptRoot/support/Emulator.ps1'
            . '$PSScriptRoot/support/Missing.ps1'
            `$global:EmulatorAddress = `$env:GRAPH_INVALIDATE_ENDPOINT
            `$userId = `$Adele
            `$token = ConvertTo-Secure `$env:GRAPH_INVALIDATE_TOKEN
            `$null = `$ExecutionContext.SessionState.Path.SetLocation('$folder')
            `$ErrorActionPreference = 'Stop'
            $($Code -replace '\./target/package/powershell', $packages)
            'reached the end'
"@
        Invoke-Engine $text @{ PSModulePath = $packages; GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }
    }
}

Describe 'docs/migrate.md' {
    $page = [System.IO.File]::ReadAllText([System.IO.Path]::GetFullPath("$PSScriptRoot/../../docs/migrate.md"))
    $section = ($page -split '(?m)^## ' | Where-Object { $_ -match '^PowerShell' })
    $rows = [regex]::Matches($section, '(?m)^\| `(.+?)`[^|]*(?<!\\)\| `(.+?)` \| .+ \|\r?$') | ForEach-Object { @{ theirs = $_.Groups[1].Value; line = $_.Groups[2].Value -replace '\\\|', '|' } }

    It 'has a row for every line of its table' -TestCases @{ rows = $rows; lines = ([regex]::Matches($section, '(?m)^\| `')).Count } {
        $rows.Count | Should -Be $lines
        $rows.Count | Should -BeGreaterThan 8
    }

    It 'is right: <line>' -TestCases $rows {
        $null = Send-Control reset
        $shown = @(Show $line)
        $shown[-1] | Should -BeExactly 'reached the end' -Because ($shown -join "`n")
        if ($line -match '^Invoke' -and $line -notmatch 'Confirm') { $shown[0] | Should -BeExactly 'True' }
        if ($line -match 'Invoke') { (Get-RequestCount) | Should -BeGreaterThan 0 }
    }
}

Describe 'The front page' {
    $page = [System.IO.File]::ReadAllText([System.IO.Path]::GetFullPath("$PSScriptRoot/../../README.md"))
    $blocks = @([regex]::Matches($page, '(?s)```powershell\r?\n(.+?)```') | ForEach-Object { @{ block = $_.Groups[1].Value.Trim() } })

    It 'has code' -TestCases @{ blocks = $blocks } { $blocks.Count | Should -Be 1 }

    It 'is right: <block>' -TestCases $blocks {
        $null = Send-Control reset
        @(Show ($block -replace 'adele@contoso.com', $Adele)) | Should -Be @('True', 'reached the end')
    }
}

Describe 'The README' {
    $page = [System.IO.File]::ReadAllText([System.IO.Path]::GetFullPath("$PSScriptRoot/../README.md"))
    $blocks = [regex]::Matches($page, '(?s)```powershell\r?\n(.+?)```') | ForEach-Object { @{ block = $_.Groups[1].Value.Trim() } }

    It 'has code' -TestCases @{ blocks = $blocks } { $blocks.Count | Should -Be 8 }

    It 'is right: <block>' -TestCases $blocks {
        $null = Send-Control reset
        $shown = @(Show $block)
        $shown[-1] | Should -BeExactly 'reached the end' -Because ($shown -join "`n")
        if ($block -match 'TargetObject   ') {
            $shown | Where-Object { $_ -like 'What if:*' } | Should -HaveCount 2
            $shown | Should -Contain 'nobody@contoso.example'
        }
        if ($block -match 'Journal') {
            ($shown -match '^What if:').Count | Should -Be 3
            $shown -match 'user_not_found' | Should -Not -BeNullOrEmpty
        }
        if ($block -match '^try') { $shown[0] | Should -BeExactly 'No such user: nobody@contoso.example' }
    }
}
