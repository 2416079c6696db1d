BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/Crowd.ps1"
    Start-Crowd

    # Runs a text in an engine of its own, as at a prompt.
    function Show([string] $Text) {
        $variables = @{ GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }
        Invoke-Engine "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; $Text" $variables
    }

    # Starts a text in a shell of its own, connected to the emulator.
    function Start-Shell([string] $Text) {
        $shell = New-Shell
        $null = $shell.AddScript("param(`$token, `$address) Connect-GraphInvalidate -AccessToken `$token -Endpoint `$address; $Text").
            AddArgument((ConvertTo-Secure (New-Token))).AddArgument($EmulatorAddress)
        @{ Shell = $shell; Running = $shell.BeginInvoke() }
    }
}

AfterAll { Stop-Crowd }

Describe 'Users of a run' {
    BeforeEach { Reset-Emulator }

    It 'come down the pipeline as text, rows and lists, each with an outcome' {
        $rows = 'UserId', 'Id', 'UserPrincipalName' | ForEach-Object { $number = 2 } { $row = @{ Department = 'Sales' }; $row[$_] = (Get-CrowdUser $number)[-1]; [pscustomobject] $row; $number++ }
        $outcomes = @((Get-CrowdUser 1)) + $rows | Invoke-GraphInvalidateRun -Confirm:$false
        $outcomes.User | Sort-ByName | Should -Be (Get-CrowdUser 4)
        $outcomes | ForEach-Object { $_ | Should -BeOfType GraphInvalidate.InvalidateOutcome; $_.Status | Should -BeExactly 'accepted' }
        @(Invoke-GraphInvalidateRun -UserId (@($rows[0]) + (Get-CrowdUser 1)) -Confirm:$false).User | Sort-ByName | Should -Be (Get-CrowdUser 2)
    }

    It 'who fail are outcomes, and no errors' {
        $outcomes = 'nobody@contoso.example', 'not a user', "nul$([char]0)inside", "half$([char]0xD83D)pair", (Get-CrowdUser 1) | Invoke-GraphInvalidateRun -Confirm:$false -ErrorVariable failures
        $outcomes.Status | Sort-ByName | Should -Be @('accepted', 'invalid_user', 'invalid_utf8', 'invalid_utf8', 'user_not_found')
        ($outcomes | Where-Object Status -eq 'invalid_utf8').Message | Sort-ByName | Should -BeLike 'user holds *(U+*) at byte [34].'
        $failures | Should -BeNullOrEmpty
    }

    It 'that name nobody leave an error each, which says the row and its columns, and the others go on' {
        $rows = [pscustomobject]@{ Department = 'Sales' }, [pscustomobject]@{ Id = (Get-CrowdUser 1) }, $null
        $outcomes = $rows | Invoke-GraphInvalidateRun -Confirm:$false -ErrorVariable failures -ErrorAction SilentlyContinue
        @($outcomes) | Should -HaveCount 1
        $failures | Should -HaveCount 2
        $failures[0] | Should -BeLike 'Number 1 of the list is left out.*Department*'
        $failures[1] | Should -BeLike 'Number 3 of the list is left out.*$null*'
        $null = $rows | Invoke-GraphInvalidateRun -WhatIf -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | Should -HaveCount 2
    }

    It 'are outcomes of an earlier run: those that failed are tried again, however they were carried' {
        Add-Fault @{ kind = 'status'; status = 400; times = 1 }
        $failed = Get-CrowdUser 1 | Invoke-GraphInvalidateRun -BatchSize 1 -Confirm:$false
        $failed.Status | Should -Not -Be 'accepted'
        ($failed | Invoke-GraphInvalidateRun -Confirm:$false).Status | Should -Be 'accepted'
        $failed | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -Be $true
        # As Import-Csv, Import-Clixml and Select-Object give them.
        $carried = [pscustomobject]@{ User = "$($failed.User)"; Id = ''; Status = $failed.Status; Message = $failed.Message }
        ($carried | Invoke-GraphInvalidateRun -Confirm:$false).User | Should -Be (Get-CrowdUser 1)
        $deserialized = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($failed))
        $deserialized | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -Be $true
    }

    It 'who are nobody at all get a warning, and no question' {
        "$(@() | Invoke-GraphInvalidateRun -Confirm:$false 3>&1)" | Should -BeLike 'The list is empty*'
        "$(@() | Invoke-GraphInvalidateRun -Confirm 3>&1)" | Should -BeLike 'The list is empty*'
        Get-RequestCount | Should -Be 0
    }

    It 'have their outcomes while others are still to come' {
        $global:seen = 0
        1..200 | ForEach-Object {
            # The last one waits for the first outcome; whoever comes meanwhile gives the cmdlet its turn.
            for ($turn = 0; $_ -eq 200 -and $seen -eq 0 -and $turn -lt 500; $turn++) { [System.Threading.Thread]::Sleep(10); $Adele }
            if ($_ -eq 200) { $global:seenBeforeTheLast = $seen }
            'user{0:d6}@contoso.example' -f $_
        } | Invoke-GraphInvalidateRun -Confirm:$false | ForEach-Object { $global:seen++ }
        $seenBeforeTheLast | Should -BeGreaterThan 0
        $seen | Should -BeGreaterThan 199
    }

    It 'are counted in a summary of the information stream' {
        $null = Get-CrowdUser 5 | Invoke-GraphInvalidateRun -DryRun -InformationVariable summary
        $summary[-1].Tags | Should -Contain 'GraphInvalidateRun'
        $summary[-1].MessageData.Planned | Should -Be 5
        Get-AcceptedUserCount | Should -Be 0
    }
}

Describe 'A run that cannot go on' {
    BeforeEach { Reset-Emulator }

    It 'leaves one error, which -ErrorAction governs' {
        $journal = New-JournalPath
        $null = Get-CrowdUser 2 | Invoke-GraphInvalidateRun -Journal $journal -Confirm:$false
        $null = Get-CrowdUser 2 | Invoke-GraphInvalidateRun -Journal $journal -Confirm:$false -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'journal_exists,*'
        { Get-CrowdUser 2 | Invoke-GraphInvalidateRun -Journal $journal -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'journal_exists,GraphInvalidate.PowerShell.InvokeGraphInvalidateRunCommand'
        @(Get-CrowdUser 3 | Invoke-GraphInvalidateRun -Journal $journal -Resume -Confirm:$false -WarningAction SilentlyContinue) | Should -HaveCount 1
    }

    It 'is refused for a time that is a bare number' {
        { Get-CrowdUser 1 | Invoke-GraphInvalidateRun -Deadline 30 -Confirm:$false } | Should -Throw -ExpectedMessage '*A bare number counts ticks.'
        { Get-CrowdUser 1 | Invoke-GraphInvalidateRun -BatchSize 21 -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'invalid_option,GraphInvalidate.PowerShell.InvokeGraphInvalidateRunCommand'
        Get-RequestCount | Should -Be 0
    }
}

Describe 'A question before a run' {
    BeforeEach { Reset-Emulator }

    It 'is put once for the whole list, and nothing is sent without an answer' {
        $shown = (Show "'a@contoso.example', 'b@contoso.example' | Invoke-GraphInvalidateRun") -join "`n"
        $shown | Should -BeLike '*There is nobody to ask*-Confirm:$false*'
        Get-RequestCount | Should -Be 0
    }

    It 'is not put where -Confirm:$false or $ConfirmPreference says so' {
        Show "'$((Get-CrowdUser 1))' | Invoke-GraphInvalidateRun -Confirm:`$false; `$ConfirmPreference = 'None'; '$((Get-CrowdUser 1))' | Invoke-GraphInvalidateRun" | Where-Object { $_ -match 'accepted' } | Should -HaveCount 2
    }

    It 'is only told by -WhatIf, with the count and every name' {
        (Show "'$Adele' | Invoke-GraphInvalidateRun -WhatIf")[0] | Should -BeLike '*"1 user"*'
        $lines = Show "'$Adele', '$AdeleId' | Invoke-GraphInvalidateRun -Exclude '$Admin' -WhatIf"
        $lines | Should -HaveCount 3
        $lines[0] | Should -BeLike 'What if: *Invalidate all refresh tokens*"2 users, without the 1 excluded"*'
        $lines[1] | Should -BeLike "What if: *`"$Adele`"*"
        $lines[2] | Should -BeLike "What if: *`"$AdeleId`"*"
        Get-RequestCount | Should -Be 0
    }
}

Describe 'Progress of a run' {
    It 'tells what is done, and why it waits' {
        Reset-Emulator
        Add-Fault @{ kind = 'status'; status = 429; path_contains = '$batch'; after = 1; headers = @(, @('Retry-After', '2')) }
        $started = Start-Shell "1..80 | ForEach-Object { 'user{0:d6}@contoso.example' -f `$_ } | Invoke-GraphInvalidateRun -Confirm:`$false"
        $started.Shell.EndInvoke($started.Running) | Should -HaveCount 80
        $records = @($started.Shell.Streams.Progress)
        $shown = "$($records.StatusDescription)|$($records.CurrentOperation)"
        $records[0].Activity | Should -BeLike 'Invalidate all refresh tokens*'
        $records.StatusDescription | Where-Object { $_ -match '^\d+ of 80, 0 failed, [\d.]+ a second$' } | Should -Not -BeNullOrEmpty -Because $shown
        $records.CurrentOperation | Where-Object { $_ -match '^waiting \d+ s: the service asked for it$' } | Should -Not -BeNullOrEmpty -Because $shown
        "$($records[-1].RecordType)" | Should -Be 'Completed'
    }
}

Describe 'Ctrl+C in a run' {
    It 'ends it at once, and leaves a journal from which the rest is done' {
        Reset-Emulator
        $journal = New-JournalPath
        $text = "1..100 | ForEach-Object { 'user{0:d6}@contoso.example' -f `$_ } | Invoke-GraphInvalidateRun -Journal '$journal'"
        $started = Start-Shell "$text -Rate 20 -BatchSize 5 -Confirm:`$false"
        while ((Get-AcceptedUserCount) -lt 10) { [System.Threading.Thread]::Sleep(20) }
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $started.Shell.Stop()
        $watch.ElapsedMilliseconds | Should -BeLessThan 1000
        "$($started.Shell.InvocationStateInfo.State)" | Should -Be 'Stopped'
        Get-AcceptedUserCount | Should -BeLessThan 100

        $started.Shell.Commands.Clear()
        $rest = $started.Shell.AddScript("$text -Resume -Confirm:`$false -WarningVariable said -WarningAction SilentlyContinue; `$said").Invoke()
        "$($rest[-1])" | Should -Match 'accepted users'
        Get-AcceptedUserCount | Should -Be 100
    }
}

Describe 'The token of a run' {
    It 'that is missing leaves nobody who was on the way without an outcome' {
        Reset-Emulator
        Add-Fault @{ kind = 'delay'; milliseconds = 500; times = 2; path_contains = '$batch' }
        Add-Fault @{ kind = 'tokens_expire'; after = 2; path_contains = '$batch' }
        Connect-Tokens (New-Token)
        $users = Get-CrowdUser 60
        $outcomes = @($users | Invoke-GraphInvalidateRun -BatchSize 10 -Concurrency 3 -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failures)
        $failures | Should -HaveCount 1
        $outcomes.Count | Should -BeGreaterOrEqual 20
        $users | Where-Object { $_ -notin $outcomes.User -and (Get-AcceptedCount $_) -gt 0 } | Should -BeNullOrEmpty
    }

    It 'is asked for again when it expires midway' {
        Reset-Emulator
        Add-Fault @{ kind = 'status'; status = 401; code = 'InvalidAuthenticationToken'; message = 'Lifetime validation failed, the token is expired.'; times = 1 }
        Connect-Tokens (New-Token), (New-Token)
        @(Get-CrowdUser 40 | Invoke-GraphInvalidateRun -Confirm:$false).Status | Where-Object { $_ -ceq 'accepted' } | Should -HaveCount 40
        $TokensAsked | Should -Be 2
    }

    It 'ends the run where there is no other' {
        Reset-Emulator
        Add-Fault @{ kind = 'status'; status = 401; code = 'InvalidAuthenticationToken'; message = 'Lifetime validation failed, the token is expired.'; times = 9 }
        { Get-CrowdUser 40 | Invoke-GraphInvalidateRun -Confirm:$false -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidAuthenticationToken,GraphInvalidate.PowerShell.InvokeGraphInvalidateRunCommand'
    }
}
