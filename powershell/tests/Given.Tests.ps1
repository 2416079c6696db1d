# What is given as nothing, and what must not be shown.

BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/SignIn.ps1"
    Start-Emulator
    Reset-Emulator
    $nothing = @{ '$null' = $null; 'an empty text' = ''; 'blanks' = '  '; 'an empty list' = @() }
}

AfterAll { Disconnect-GraphInvalidate }

Describe 'A parameter that protects, or says where things go' {
    It 'is refused where it is nothing: Connect-GraphInvalidate -<name>' -TestCases (
        'ExpectTenant', 'Endpoint', 'Authority', 'TenantId', 'ClientId', 'Environment', 'Api', 'CaFile', 'Proxy', 'Scopes' | ForEach-Object { @{ name = $_ } }
    ) {
        foreach ($what in $nothing.Keys) {
            $with = @{ $name = $nothing[$what] }
            { Connect-GraphInvalidate -UseDeviceCode @with } | Should -Throw -ExpectedMessage "*'$name'*" -Because $what
        }
        Get-RequestCount | Should -Be 0
    }

    It 'is refused where it is nothing: -<name> of another way to sign in' -TestCases @(
        @{ name = 'CertificateFile'; beside = @{ ClientId = 'x' } }, @{ name = 'CertificateThumbprint'; beside = @{ ClientId = 'x' } }
        @{ name = 'CertificateSubjectName'; beside = @{ ClientId = 'x' } }, @{ name = 'Certificate'; beside = @{ ClientId = 'x' } }
        @{ name = 'CertificatePassword'; beside = @{ ClientId = 'x'; CertificateFile = 'x' } }, @{ name = 'FederatedTokenFile'; beside = @{ WorkloadIdentity = $true } }
        @{ name = 'ObjectId'; beside = @{ Identity = $true } }, @{ name = 'ResourceId'; beside = @{ Identity = $true } }
        @{ name = 'ClientSecretCredential'; beside = @{} }, @{ name = 'AccessToken'; beside = @{} }, @{ name = 'AccessTokenProvider'; beside = @{} }
        @{ name = 'ProxyCredential'; beside = @{ Proxy = 'http://127.0.0.1:1' } }
    ) {
        $with = $beside + @{ $name = $null }
        { Connect-GraphInvalidate @with } | Should -Throw -ExpectedMessage "*'$name'*"
    }

    It 'is refused where it is nothing: Invoke-GraphInvalidateRun -<name>' -TestCases ('Exclude', 'Journal', 'ThrottlePriority', 'Connection' | ForEach-Object { @{ name = $_ } }) {
        Reset-Emulator
        foreach ($what in $nothing.Keys) {
            $with = @{ $name = $nothing[$what] }
            { $Adele | Invoke-GraphInvalidateRun @with -Confirm:$false } | Should -Throw -ExpectedMessage "*'$name'*" -Because $what
            { $Adele | Invoke-GraphInvalidateRun @with -WhatIf } | Should -Throw -ExpectedMessage "*'$name'*" -Because $what
        }
        Get-RequestCount | Should -Be 0
    }

    It 'is refused where one of several exclusions names nobody: <what>' -TestCases @(
        @{ what = 'an empty cell'; one = [pscustomobject]@{ UserPrincipalName = ''; Department = 'Sales' } }
        @{ what = 'a misspelt variable'; one = $null }, @{ what = 'an empty text'; one = '' }, @{ what = 'another object'; one = [pscustomobject]@{ Name = 'Sales' } }
    ) {
        { $Adele | Invoke-GraphInvalidateRun -Exclude $Admin, $one -Confirm:$false } | Should -Throw -ExpectedMessage "*'Exclude'*Number 2 of 2*"
        Get-RequestCount | Should -Be 0
    }

    It 'is refused where its default is nothing: <key>' -TestCases @(
        @{ key = 'Invoke-GraphInvalidateRun:Exclude' }, @{ key = 'Invoke-GraphInvalidateRun:Journal' }, @{ key = 'invoke-graph*:exclude' }
    ) {
        # The engine warns of a default that cannot be bound, and goes on without the parameter.
        Reset-Emulator
        foreach ($what in $nothing.Keys) {
            $PSDefaultParameterValues = @{ $key = $nothing[$what] }
            { $Adele | Invoke-GraphInvalidateRun -Confirm:$false -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'DefaultIsNothing*' -Because $what
        }
        Get-RequestCount | Should -Be 0
        $PSDefaultParameterValues = @{ $key = $null; Disabled = $true; 'Get-Date:Year' = $null }
        { $Adele | Invoke-GraphInvalidateRun -DryRun -Exclude $Admin -Journal (Join-Path $TestDrive 'journal.jsonl') } | Should -Not -Throw
    }

    It 'leaves no connection where the default of a guard is nothing' {
        $PSDefaultParameterValues = @{ 'Connect-GraphInvalidate:ExpectTenant' = $null }
        { Connect-GraphInvalidate -AccessToken (ConvertTo-Secure (New-Token)) -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'DefaultIsNothing*'
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -ErrorAction Stop } | Should -Throw -ErrorId 'NotConnected*'
        Disconnect-GraphInvalidate
    }

    It 'takes no object by its text' {
        { Connect-GraphInvalidate -UseDeviceCode -TenantId ([pscustomobject]@{ Id = $TenantId }) } | Should -Throw -ExpectedMessage '*takes text*PSCustomObject*'
        { Connect-GraphInvalidate -UseDeviceCode -TenantId "$([pscustomobject]@{ Id = $TenantId })" } | Should -Throw -ExpectedMessage '*text of a whole object*'
    }
}

Describe 'What is given in the place of a secret' {
    It 'is named by its type, and never shown: -<name>' -TestCases @(
        @{ name = 'AccessToken'; beside = @{} }, @{ name = 'AccessTokenProvider'; beside = @{} }, @{ name = 'ClientSecretCredential'; beside = @{} }
        @{ name = 'CertificatePassword'; beside = @{ ClientId = 'x'; CertificateFile = 'x' } }, @{ name = 'Certificate'; beside = @{ ClientId = 'x' } }
        @{ name = 'ProxyCredential'; beside = @{ Proxy = 'http://127.0.0.1:1' } }, @{ name = 'Scopes'; beside = @{} }
    ) {
        $secret = "eyJ-hush-$([guid]::NewGuid())"
        foreach ($value in $secret, [pscustomobject]@{ access_token = $secret }, @{ access_token = $secret }, @($secret, $secret), [System.Text.StringBuilder]::new($secret)) {
            $with = $beside + @{ $name = $value }
            $Error.Clear()
            $record = try { Connect-GraphInvalidate @with; 'connected' } catch { $_ }
            $record | Should -BeOfType ([System.Management.Automation.ErrorRecord])
            $shown = "$record $($record.Exception) $($record.TargetObject) $($record.ErrorDetails)"
            $shown.Contains($secret) | Should -BeFalse -Because $shown.Replace($secret, '***')
            if ($name -ne 'Scopes') { "$record".Contains("an object of type $($value.GetType().Name) was given") | Should -BeTrue -Because "$record" }
        }
    }

    It 'is not shown where it is headers, or an address' {
        $record = try { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers 'Authorization: hush' } catch { $_ }
        "$record" | Should -BeLike '*takes a IDictionary*String*'
        "$record $($record.Exception)" | Should -Not -Match 'hush'
        $record = try { Connect-GraphInvalidate -Identity -Proxy ([pscustomobject]@{ Address = 'http://user:hush@proxy' }) } catch { $_ }
        "$record $($record.Exception)" | Should -Not -Match 'hush'
    }
}

Describe 'A file' {
    It 'is not looked for, or made, where the location has none' {
        $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName
        $before, [Environment]::CurrentDirectory = [Environment]::CurrentDirectory, $folder
        $path = $ExecutionContext.SessionState.Path
        $path.PushCurrentLocation('given')
        $null = $path.SetLocation('Env:')
        try {
            Reset-Emulator
            { $Adele | Invoke-GraphInvalidateRun -Journal run.jsonl -Confirm:$false } | Should -Throw -ExpectedMessage "*'run.jsonl' is not in the file system*whole path*"
            { Connect-GraphInvalidate -ClientId x -CertificateFile x.pem } | Should -Throw -ExpectedMessage "*'x.pem' is not in the file system*"
            [System.IO.Directory]::GetFiles($folder) | Should -BeNullOrEmpty
        }
        finally { $null = $path.PopLocation('given'); [Environment]::CurrentDirectory = $before }
        Get-RequestCount | Should -Be 0
    }
}

Describe 'The values of a parameter' {
    It 'are offered: <line>' -TestCases @(
        @{ line = 'Connect-GraphInvalidate -Environment us'; values = 'USGov', 'USGovDoD' }
        @{ line = 'Connect-GraphInvalidate -Api '; values = 'beta', 'v1.0' }
        @{ line = 'Connect-GraphInvalidate -ContextScope '; values = 'CurrentUser', 'Process' }
        @{ line = 'Invoke-GraphInvalidateRun -ThrottlePriority '; values = 'low', 'normal', 'high' }
    ) {
        Reset-Emulator
        $offered = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null, [powershell]::Create('CurrentRunspace'))
        $offered.CompletionMatches.CompletionText | Should -Be $values
        # Looking at a line is not running it.
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
    }
}
