# The scenarios of runs that every language runs, through Invoke-GraphInvalidateRun.

BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/Crowd.ps1"
    Start-Crowd

    $fields = @{
        ''      = 'says', 'token', 'runs'
        run     = 'users', 'generated', 'options', 'faults', 'quota', 'tokens_when_needed', 'cancel_after', 'tear', 'append', 'expect'
        options = 'api', 'timeout_ms', 'journal', 'resume', 'verify', 'dry_run', 'verify_journal', 'allow_unresolved_exclusions', 'exclude',
            'batch_size', 'concurrency', 'rate', 'wait_ms', 'deadline_ms', 'resume_within_ms', 'ahead'
        expect  = 'outcomes', 'any_outcomes', 'users', 'last', 'failure', 'failure_contains', 'notice_contains', 'tokens_needed', 'progress',
            'most_attempts', 'accepted_users', 'accepted'
    }

    # A field that this runner does not know is a failure of the runner.
    function Confirm-Field($Object, [string[]] $Known) {
        if ($Object) { $Object.PSObject.Properties.Name | Where-Object { $_ -notin $Known } | Should -BeNullOrEmpty }
    }

    function Get-Raw([System.Text.Json.JsonElement] $Element, [string] $Name) {
        $part = [System.Text.Json.JsonElement]::new()
        if ($Element.TryGetProperty($Name, [ref] $part)) { $part.GetRawText() }
    }

    function New-ScenarioToken([string] $Raw) {
        if (-not $Raw) { return New-Token @{} }
        $wanted = ConvertFrom-JsonText $Raw
        if ($wanted.none) { return }
        if ($null -ne $wanted.text) { return $wanted.text }
        (Send-Control tokens $Raw).access_token
    }

    function Get-Parameter($Step, [string] $Journal) {
        $said = $Step.options
        $parameters = @{ Confirm = $false }
        if ($said.verify_journal) { $parameters.VerifyJournal = $true }
        else {
            $parameters.UserId = [string[]] @(@($Step.users | Where-Object { $null -ne $_ }) + @(Get-CrowdUser $Step.generated))
            'Resume', 'Verify' | Where-Object { $said.$_ } | ForEach-Object { $parameters[$_] = $true }
            if ($said.dry_run) { $parameters.DryRun = $true }
            if ($said.allow_unresolved_exclusions) { $parameters.AllowUnresolvedExclusions = $true }
            if ($said.exclude) { $parameters.Exclude = $said.exclude }
        }
        if ($said.journal -or $said.resume -or $said.verify_journal) { $parameters.Journal = $Journal }
        if ($said.batch_size) { $parameters.BatchSize = $said.batch_size }
        if ($said.concurrency) { $parameters.Concurrency = $said.concurrency }
        if ($null -ne $said.rate) { $parameters.Rate = if ($said.rate) { $said.rate } else { [double]::PositiveInfinity } }
        if ($said.wait_ms) { $parameters.Wait = [TimeSpan]::FromMilliseconds($said.wait_ms) }
        if ($said.deadline_ms) { $parameters.Deadline = [TimeSpan]::FromMilliseconds($said.deadline_ms) }
        if ($said.resume_within_ms) { $parameters.ResumeWithin = [TimeSpan]::FromMilliseconds($said.resume_within_ms) }
        if ($said.ahead) { $parameters.Ahead = $said.ahead }
        $parameters
    }

    function Set-Journal($Step, [string] $Journal) {
        if (-not $Step.tear -and -not $Step.append) { return }
        $file = [System.IO.File]::Open($Journal, 'Open')
        $file.SetLength($file.Length - [int] $Step.tear)
        $null = $file.Seek(0, 'End')
        $file.Write([System.Text.Encoding]::UTF8.GetBytes("$($Step.append)"))
        $file.Dispose()
    }

    # What the cmdlet showed: outcomes, a failure, a notice, how often a token was needed, and the summary.
    function Invoke-Step($Step, [string] $Journal, [string] $Token, [string[]] $Needed) {
        $connection = @{ ClientTimeout = $(if ($Step.options.timeout_ms) { $Step.options.timeout_ms / 1000 } else { 20 }) }
        if ($Step.options.api) { $connection.Api = $Step.options.api }
        [string[]] $tokens = @($Token) + @($Needed) | Where-Object { $_ }
        Disconnect-GraphInvalidate
        if ($tokens) { Connect-Tokens $tokens @connection }
        $parameters = Get-Parameter $Step $Journal
        $outcomes = [System.Collections.Generic.List[object]]::new()
        foreach ($once in 1) {
            Invoke-GraphInvalidateRun @parameters -ErrorVariable failures -ErrorAction SilentlyContinue -WarningVariable notices -WarningAction SilentlyContinue -InformationVariable information |
                ForEach-Object { $outcomes.Add($_); if ($outcomes.Count -eq $Step.cancel_after) { break } }
        }
        $asked = if ($tokens) { $TokensAsked - [int] [bool] $Token } else { 1 }
        $failure = if ($failures) { $failures[0].Exception.Outcome }
        # Where nobody has another token the run ends with the sentence that asks for one: here that is how it was cancelled.
        if (-not $tokens -or $TokensUsedUp) { $failure.Status | Should -BeLike 'token_*'; $failure = $null }
        @{ Outcomes = $outcomes; Failure = $failure; Notice = "$notices"; TokensNeeded = $asked; Progress = $(if ($information) { $information[-1].MessageData }) }
    }

    function Confirm-Step($Expect, $Seen, [string] $Because) {
        if (-not $Expect.any_outcomes) {
            $counts = @{}
            $Seen.Outcomes | ForEach-Object { $counts[$_.Status]++ }
            $shown = $counts.Keys | ForEach-Object { "$_ $($counts[$_])" } | Sort-ByName
            $wanted = if ($Expect.outcomes) { $Expect.outcomes.PSObject.Properties | ForEach-Object { "$($_.Name) $($_.Value)" } | Sort-ByName }
            "$shown" | Should -BeExactly "$wanted" -Because $Because
        }
        if ($Expect.users) {
            foreach ($user in $Expect.users.PSObject.Properties) {
                @($Seen.Outcomes | Where-Object { $_.User -ceq $user.Name })[0].Status | Should -BeExactly $user.Value -Because "$($user.Name): $Because"
            }
        }
        if ($Expect.last) { $Seen.Outcomes[$Seen.Outcomes.Count - 1].User | Should -BeExactly $Expect.last }
        "$($Seen.Failure.Status)" | Should -BeExactly "$($Expect.failure)" -Because "$Because $($Seen.Failure)"
        if ($Expect.failure_contains) { $Seen.Failure.Message.Contains($Expect.failure_contains) | Should -BeTrue -Because $Seen.Failure.Message }
        if ($Expect.notice_contains) { $Seen.Notice.Contains($Expect.notice_contains) | Should -BeTrue -Because $Seen.Notice }
        $Seen.TokensNeeded | Should -Be ([int] $Expect.tokens_needed) -Because $Because
        if ($Expect.progress) {
            foreach ($field in $Expect.progress.PSObject.Properties) { $Seen.Progress.($field.Name -replace '_') | Should -Be $field.Value -Because "$($field.Name): $Because" }
        }
        if ($Expect.most_attempts) { $Seen.Progress.Attempts -le $Expect.most_attempts | Should -BeTrue }
        if ($null -ne $Expect.accepted_users) { Get-AcceptedUserCount | Should -Be $Expect.accepted_users }
        if ($Expect.accepted) {
            foreach ($user in $Expect.accepted.PSObject.Properties) { Get-AcceptedCount $user.Name | Should -Be $user.Value -Because "$($user.Name): $Because" }
        }
    }
}

AfterAll { Stop-Crowd }

Describe 'A scenario of runs' {
    $files = [System.IO.Directory]::GetFiles([System.IO.Path]::GetFullPath("$PSScriptRoot/../../tests/scenarios/runs"), '*.json')
    [Array]::Sort($files, [StringComparer]::Ordinal)
    $scenarios = $files | ForEach-Object { @{ name = [System.IO.Path]::GetFileNameWithoutExtension($_); path = $_ } } | Where-Object { $_.name -ne 'schema' }

    It 'is one of many' -TestCases @{ count = $scenarios.Count } { $count | Should -BeGreaterThan 29 }

    It 'ends as it says: <name>' -TestCases $scenarios {
        $document = [System.Text.Json.JsonDocument]::Parse([System.IO.File]::ReadAllText($path)).RootElement
        $scenario = ConvertFrom-JsonElement $document
        Confirm-Field $scenario $fields['']
        $journal = New-JournalPath
        $null = Send-Control reset
        $token = New-ScenarioToken (Get-Raw $document token)
        $raw = @($document.GetProperty('runs').EnumerateArray())
        for ($index = 0; $index -lt $raw.Count; $index++) {
            $step = $scenario.runs[$index]
            Confirm-Field $step $fields.run
            Confirm-Field $step.options $fields.options
            Confirm-Field $step.expect $fields.expect
            if ($step.faults) { $null = Send-Control faults (Get-Raw $raw[$index] faults) }
            if ($step.quota) { $null = Send-Control quota (Get-Raw $raw[$index] quota) }
            Set-Journal $step $journal
            $needed = if ($step.tokens_when_needed) { $raw[$index].GetProperty('tokens_when_needed').EnumerateArray() | ForEach-Object { New-ScenarioToken $_.GetRawText() } }
            $seen = Invoke-Step $step $journal $token $needed
            Confirm-Step $step.expect $seen "$($scenario.says) Run $($index + 1)."
            if ($token -and [System.IO.File]::Exists($journal)) { [System.IO.File]::ReadAllText($journal).Contains($token) | Should -BeFalse }
        }
    }
}
