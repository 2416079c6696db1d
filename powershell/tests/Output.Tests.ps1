BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/Crowd.ps1"
    Start-Emulator
}

Describe 'What comes back' {
    BeforeEach { Reset-Emulator }

    It 'is a Boolean to one half of the scripts, and has a Value for the other' {
        $result = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele
        $result | Should -BeOfType ([bool])
        $result.GetType().FullName | Should -BeExactly 'System.Boolean'
        $result -eq $true | Should -BeTrue
        $true -eq $result | Should -BeTrue
        $(if ($result) { 'yes' } else { 'no' }) | Should -Be 'yes'
        [bool] $result | Should -BeTrue
        -not $result | Should -BeFalse
        "$result" | Should -BeExactly 'True'
        $result.Value | Should -Be $true
        @($result) -contains $true | Should -BeTrue
        ($result | Where-Object { $_.Value } | ForEach-Object Value) | Should -Be $true
    }

    It 'is seen as True' {
        $text = "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele"
        Invoke-Engine $text @{ GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress } | Should -BeExactly 'True'
    }

    It 'is the outcome with -PassThru' {
        $outcome = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId " $AdeleId " -PassThru
        $outcome | Should -BeOfType ([GraphInvalidate.InvalidateOutcome])
        $outcome.Status | Should -BeExactly 'accepted'
        $outcome.User | Should -BeExactly $AdeleId
        $outcome.HttpStatus | Should -Be 200
        $outcome.Attempts | Should -Be 1
        $outcome.RequestId | Should -Match '^[0-9a-f-]{36}$'
        $outcome.ServerDate | Should -BeOfType ([DateTimeOffset])
    }

    It 'is a table with -PassThru' {
        $text = "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -PassThru"
        $shown = (Invoke-Engine $text @{ GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }) -join "`n"
        $shown | Should -Match 'User +Status +Http Tries Message'
        $shown | Should -Match 'adele\.vance@contoso\.example +accepted +200 +1'
    }

    It 'is nothing where a user failed' {
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId nobody@contoso.example -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        Add-Fault @{ kind = 'value_false' }
        $failure = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1
        $failure.FullyQualifiedErrorId | Should -BeLike 'unconfirmed,*'
    }
}

Describe 'A time' {
    BeforeEach { Reset-Emulator }
    BeforeAll { $script:culture = [cultureinfo]::CurrentCulture }
    AfterEach { [cultureinfo]::CurrentCulture = $script:culture }

    It 'is ISO 8601 in what Export-Csv writes, and is read back with another culture: <name>' -ForEach @(
        @{ name = 'de-DE'; other = 'en-US' }, @{ name = 'en-US'; other = 'de-DE' }, @{ name = 'ar-SA'; other = 'th-TH' }
        @{ name = 'th-TH'; other = 'fa-IR' }, @{ name = 'fa-IR'; other = 'ar-SA' }
    ) {
        [cultureinfo]::CurrentCulture = [cultureinfo]::new($name)
        $file = New-JournalPath
        $outcomes = @(
            Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -PassThru
            $Admin | Invoke-GraphInvalidateRun -Verify -Confirm:$false
        )
        $outcomes | Export-Csv $file -UseCulture
        $rows = Import-Csv $file -UseCulture
        for ($n = 0; $n -lt 2; $n++) {
            foreach ($time in 'Time', 'ServerDate') {
                $rows[$n].$time | Should -BeExactly $outcomes[$n].$time.UtcDateTime.ToString('yyyy-MM-ddTHH:mm:ss.fffffff+00:00', [cultureinfo]::InvariantCulture)
            }
        }
        $rows[1].SessionsValidFrom | Should -Match '^\d{4}-\d\d-\d\dT'
        [cultureinfo]::CurrentCulture = [cultureinfo]::new($other)
        $rows | Confirm-GraphInvalidateOutcome | ForEach-Object Status | Should -Be 'verified', 'verified'
        (Get-GraphInvalidateContext | ConvertTo-Csv | ConvertFrom-Csv).Expires | Should -Match '^\d{4}-\d\d-\d\dT'
        (Test-GraphInvalidateAccess | ConvertTo-Csv | ConvertFrom-Csv).Expires | Should -Match '^\d{4}-\d\d-\d\dT'
    }

    It 'is a DateTimeOffset all the same, with its own formats, in JSON and when it is compared' {
        $outcome = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -PassThru
        $date = $outcome.ServerDate
        $date | Should -BeOfType ([DateTimeOffset])
        $date.AddHours(1) -gt $date | Should -BeTrue
        $date.ToString('yyyy', [cultureinfo]::InvariantCulture) | Should -Match '^\d{4}$'
        $date.ToString('o') | Should -BeExactly ($outcome | ConvertTo-Csv | ConvertFrom-Csv).ServerDate
        ($outcome | ConvertTo-Json | ConvertFrom-Json -DateKind Offset).ServerDate | Should -Be $date
        [datetime]$date.UtcDateTime | Should -BeOfType ([datetime])
        $outcome.SessionsValidFrom | Should -BeNullOrEmpty
    }
}

Describe '-ResponseHeadersVariable' {
    BeforeEach { Reset-Emulator }

    It 'fills a variable with the answer''s headers' {
        $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -ResponseHeadersVariable headers
        $headers['Request-Id'] | Should -Match '^[0-9a-f-]{36}$'
        $headers.Keys | Should -Contain 'x-ms-ags-diagnostic'
    }

    It 'goes by RHV, and is filled by a failure too' {
        $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId nobody@contoso.example -RHV headers -ErrorVariable failure -ErrorAction SilentlyContinue
        $headers['request-id'] | Should -BeExactly $failure[0].Exception.RequestId
    }

    It 'fills a variable of the function that calls, not of everybody' {
        function Get-Diagnostic { $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -RHV ofTheFunction; $ofTheFunction.Count }
        Get-Diagnostic | Should -BeGreaterThan 3
        $ofTheFunction | Should -BeNullOrEmpty
    }
}

Describe '-Headers' {
    BeforeEach { Reset-Emulator }

    It 'are sent, with the client''s own, and not with the next call' {
        $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers @{ 'x-ms-throttle-priority' = 'high' }
        Get-SentHeader 'x-ms-throttle-priority' | Should -Be 'high'
        Get-SentHeader 'client-request-id' | Should -Match '^[0-9a-f-]{36}$'
        $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele
        Get-SentHeader 'x-ms-throttle-priority' | Should -BeNullOrEmpty
    }

    It 'of the connection go with every call and run, and a call''s own before them' {
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure (New-Token)) -Endpoint $EmulatorAddress -Headers @{ 'x-case' = 4711; 'x-desk' = 'a', 'b' }
        $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers @{ 'X-Case' = '4712' }
        (Get-SentHeader 'x-case'), (Get-SentHeader 'x-desk') | Should -Be '4712', 'a, b'
        $null = Invoke-GraphInvalidateRun -UserId $Adele -Confirm:$false
        (Get-SentHeader 'x-case'), (Get-SentHeader 'x-desk') | Should -Be '4711', 'a, b'
    }

    It 'that belong to the library are refused' {
        $failure = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers @{ Authorization = 'Bearer other' } 2>&1
        $failure.FullyQualifiedErrorId | Should -BeLike 'invalid_header,*'
        "$failure" | Should -Not -Match 'Bearer other'
        Get-RequestCount | Should -Be 0
    }
}

Describe '-HttpPipelineAppend and -HttpPipelinePrepend' {
    It 'are refused with a sentence, and nothing is sent: <name>' -TestCases @(@{ name = 'HttpPipelineAppend' }, @{ name = 'HttpPipelinePrepend' }) {
        Reset-Emulator
        $step = @{ $name = { param($request, $callback, $next) $next.SendAsync($request, $callback) } }
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele @step } | Should -Throw -ExpectedMessage '*no script block can take part*-Headers*'
        Get-RequestCount | Should -Be 0
    }
}

Describe '-Break' {
    It 'waits for a debugger, says so, and can be stopped' {
        Reset-Emulator
        $shell = (New-Shell).AddScript("Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Break")
        $running = $shell.BeginInvoke()
        while ($shell.Streams.Warning.Count -eq 0 -and -not $running.IsCompleted) { [System.Threading.Thread]::Sleep(20) }
        "$($shell.Streams.Warning)" | Should -Match "debugger to attach to process $PID"
        $running.IsCompleted | Should -BeFalse
        $shell.Stop()
        Get-RequestCount | Should -Be 0
    }
}

Describe 'Confirm-GraphInvalidateOutcome' {
    BeforeEach { Reset-Emulator }

    It 'proves what went before in the pipeline' {
        $proven = $AdeleId, "o'brien@contoso.example" | Invoke-MgBetaInvalidateAllUserRefreshToken -PassThru | Confirm-GraphInvalidateOutcome
        $proven.Status | Should -Be @('verified', 'verified')
        $proven.User | Should -Be @($AdeleId, "o'brien@contoso.example")
    }

    It 'says what was not proven, one error a user' {
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure (New-Token)) -Endpoint $EmulatorAddress -ClientTimeout 0.5
        $failure = Confirm-GraphInvalidateOutcome -UserId $Adele -NotBefore ([DateTimeOffset]::UtcNow.AddHours(1)) 2>&1
        $failure.FullyQualifiedErrorId | Should -BeLike 'not_verified,*'
        $failure.TargetObject | Should -Be $Adele
    }

    It 'refuses a text that is no time on every machine: <text>' -TestCases @(
        @{ text = 'yesterday' }, @{ text = '05.12.2026 09:00:00 +00:00' }, @{ text = '12/05/2026 09:00' }, @{ text = '2026-12-05' }, @{ text = '2026-12-05T09:00:00' }, @{ text = '' }
    ) {
        { Confirm-GraphInvalidateOutcome -UserId $Adele -NotBefore $text } | Should -Throw -ExpectedMessage '*NotBefore*'
        [pscustomobject]@{ User = $Adele; ServerDate = $text } | Confirm-GraphInvalidateOutcome -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failures | Should -HaveCount 1
        Get-RequestCount | Should -Be 0
    }

    It 'shows the cut-off where no time is given, and calls nobody verified' {
        ($Adele | Confirm-GraphInvalidateOutcome).Status | Should -Be 'shown'
        { Confirm-GraphInvalidateOutcome -UserId $Adele -NotBefore $misspelt } | Should -Throw -ExpectedMessage '*NotBefore*no time in it*'
    }

    It 'takes times of outcomes that were carried as text or as an object' {
        $outcome = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -PassThru
        [pscustomobject]@{ User = $Adele; ServerDate = $outcome.ServerDate.ToString('o') } | Confirm-GraphInvalidateOutcome | ForEach-Object Status | Should -Be 'verified'
        $carried = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($outcome))
        ($carried | Confirm-GraphInvalidateOutcome).Status | Should -Be 'verified'
    }
}
