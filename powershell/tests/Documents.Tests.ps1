# Every line of PowerShell in the documents, as it stands.

BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/SignIn.ps1"
    Start-Emulator

    # Runs it in an engine of its own, in a folder with a list of users, beside stand-ins for other people's modules.
    function Show([string] $Code) {
        $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName
        [System.IO.File]::WriteAllLines("$folder/users.csv", [string[]]('Department,UserPrincipalName', "Sales,$Adele", 'Sales,nobody@contoso.example'))
        $packages = [System.IO.Path]::GetDirectoryName($env:GRAPH_INVALIDATE_TEST_MODULE)
        $text = @"
            . '$PSScriptRoot/support/Emulator.ps1'
            . '$PSScriptRoot/support/Missing.ps1'
            . '$PSScriptRoot/support/SignIn.ps1'
            . '$PSScriptRoot/support/Situation.ps1'
            `$global:EmulatorAddress = `$env:GRAPH_INVALIDATE_ENDPOINT
            `$userId = `$Adele
            `$token = ConvertTo-Secure `$env:GRAPH_INVALIDATE_TOKEN
            New-Situation '$folder'
            Add-StoredCertificate
            `$null = `$ExecutionContext.SessionState.Path.SetLocation('$folder')
            `$ErrorActionPreference = 'Stop'
            $($Code -replace '\./target/package/powershell', $packages)
            'reached the end'
"@
        Invoke-Engine $text @{ PSModulePath = $packages; HOME = $folder; PATH = "$folder`:$env:PATH"; GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }
    }
}

Describe 'docs/migrate.md' {
    $page = [System.IO.File]::ReadAllText([System.IO.Path]::GetFullPath("$PSScriptRoot/../../docs/migrate.md"))
    $section = ($page -split '(?m)^## ' | Where-Object { $_ -match '^PowerShell' })
    $rows = [regex]::Matches($section, '(?m)^\| `(.+?)`[^|]*(?<!\\)\| `(.+?)` \| .+ \|\r?$') | ForEach-Object { @{ theirs = $_.Groups[1].Value; line = $_.Groups[2].Value -replace '\\\|', '|' } }

    It 'has a row for every line of its table' -TestCases @{ rows = $rows; lines = ([regex]::Matches($section, '(?m)^\| `')).Count } {
        $rows.Count | Should -Be $lines
        $rows.Count | Should -BeGreaterThan 25
    }

    # These in one engine, which takes a second to start: each signs in, and what it signs in with signs a user out.
    $connecting = @($rows | Where-Object { $_.line -match '^Connect-GraphInvalidate [^;]*$' })

    It 'connects in every way' -TestCases @{ lines = @($connecting | ForEach-Object { $_.line }) } {
        $null = Send-Control reset
        $act = "; `$context = Get-GraphInvalidateContext; `$done = if (`$context.TokenSource -eq 'SignIn') { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId `$userId }; `"`$(`$context.TokenCredentialType) `$done`"; Disconnect-GraphInvalidate"
        # Somebody at a console would be waited for; here nobody can be, unless that is said.
        $attended = $lines -replace '(?= -(Scopes|ContextScope))', ' -UseDeviceCode'
        $shown = @(Show (($attended | ForEach-Object { "`$null = Send-Control approve @{ user = `$Admin }; $_ 6> `$null$act" }) -join "`n"))
        $shown[-1] | Should -BeExactly 'reached the end' -Because ($shown -join "`n")
        $shown[0..($shown.Count - 2)] | Should -Be @(
            'DeviceCode True', 'DeviceCode True', 'DeviceCode True', 'ClientCertificate True', 'ClientCertificate True', 'ClientCertificate True', 'ClientCertificate True'
            'ManagedIdentity True', 'ManagedIdentity True', 'ClientSecret True', 'UserProvidedAccessToken ', 'EnvironmentVariable True'
            'WorkloadIdentity True', 'WorkloadIdentity True', 'WorkloadIdentity True', 'ManagedIdentityFederated True', 'AzureCli True', 'Chain True'
        )
    }

    It 'is right: <line>' -TestCases @($rows | Where-Object { $_.line -notin $connecting.line }) {
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
        $shown = @(Show ($block -replace 'adele@contoso.com', $Adele))
        $shown[0] | Should -BeLike '*https://microsoft.com/devicelogin*'
        $shown[1..2] | Should -Be @('True', 'reached the end')
    }
}

Describe 'The README' {
    $page = [System.IO.File]::ReadAllText([System.IO.Path]::GetFullPath("$PSScriptRoot/../README.md"))
    $blocks = [regex]::Matches($page, '(?s)```powershell\r?\n(.+?)```') | ForEach-Object { @{ block = $_.Groups[1].Value.Trim() } }

    It 'has code' -TestCases @{ blocks = $blocks } { $blocks.Count | Should -Be 10 }

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
        if ($block -match 'UseDeviceCode') {
            $shown[0] | Should -BeLike '*https://microsoft.com/devicelogin*'
            $shown[1] | Should -BeExactly 'True'
        }
        if ($block -match '^try') { $shown[0] | Should -BeExactly 'No such user: nobody@contoso.example' }
    }
}
