# What somebody at a console sees and types, in tmux, since pwsh asks its terminal where the cursor is.

BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/Crowd.ps1"
    Start-Crowd

    # Every console is a session of a tmux server of its own.
    function Invoke-Tmux { & tmux -L "graph-invalidate-$PID" -f /dev/null @args }

    # Starts a text in a pwsh of its own, at a console that stays when it has ended; gives the console's name.
    function Start-Console([string] $Text) {
        $name = [guid]::NewGuid().ToString('N')
        $text = "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; $Text"
        $encoded = [Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes($text))
        Invoke-Tmux new-session -d -s $name -x 120 -y 50 -e "GRAPH_INVALIDATE_TOKEN=$(New-Token)" -e "GRAPH_INVALIDATE_ENDPOINT=$EmulatorAddress" `
            "exec '$([Environment]::ProcessPath)' -NoProfile -NoLogo -EncodedCommand $encoded" `; set-option -g remain-on-exit on
        $name
    }

    # What the console shows, a wrapped line as one.
    function Get-Shown([string] $Console) { (Invoke-Tmux capture-pane -p -J -S - -t $Console) -join "`n" }

    function Wait-Shown([string] $Console, [string] $Pattern) {
        $deadline = [DateTime]::UtcNow.AddSeconds(60)
        while (($shown = Get-Shown $Console) -notlike "*$Pattern*") {
            if ([DateTime]::UtcNow -gt $deadline) { throw "The console never showed <$Pattern>, but:`n$shown" }
            [System.Threading.Thread]::Sleep(50)
        }
    }

    function Wait-Ended([string] $Console) {
        $deadline = [DateTime]::UtcNow.AddSeconds(60)
        while ((Invoke-Tmux display-message -p -t $Console '#{pane_dead}') -ne '1') {
            if ([DateTime]::UtcNow -gt $deadline) { throw "The console did not end, but shows:`n$(Get-Shown $Console)" }
            [System.Threading.Thread]::Sleep(20)
        }
    }

    function Wait-Request([int] $Count) { while ((Get-RequestCount) -lt $Count) { [System.Threading.Thread]::Sleep(20) } }

    function Send-Key([string] $Console) { Invoke-Tmux send-keys -t $Console @args }
}

AfterAll {
    Stop-Crowd
    Invoke-Tmux kill-server
}

Describe 'At a console' {
    BeforeEach { Reset-Emulator }

    It 'the answer to -Confirm decides: <answer>' -TestCases @(
        @{ answer = 'y'; accepted = 1 }, @{ answer = 'n'; accepted = 0 }, @{ answer = 'a'; accepted = 2 }, @{ answer = 'l'; accepted = 0 }
    ) {
        $console = Start-Console "'user000001@contoso.example', 'user000002@contoso.example' | Invoke-MgBetaInvalidateAllUserRefreshToken -Confirm; 'the ' + 'end'"
        Wait-Shown $console 'target "user000001@contoso.example"*default is "Y"'
        Get-AcceptedUserCount | Should -Be 0
        Send-Key $console $answer Enter
        if ($answer -in 'y', 'n') {
            Wait-Shown $console 'target "user000002@contoso.example"*default is "Y"'
            Send-Key $console n Enter
        }
        Wait-Shown $console 'the end'
        Get-AcceptedUserCount | Should -Be $accepted
    }

    It 'a run asks once for all, and says how many' {
        $console = Start-Console "1..150 | ForEach-Object { 'user{0:d6}@contoso.example' -f `$_ } | Invoke-GraphInvalidateRun | Group-Object Status -NoElement | ForEach-Object { `"`$(`$_.Count) `$(`$_.Name)`" }; 'the ' + 'end'"
        Wait-Shown $console '150 users*default is "Y"'
        Get-AcceptedUserCount | Should -Be 0
        Send-Key $console y Enter
        Wait-Shown $console 'the end'
        Get-Shown $console | Should -BeLike '*150 accepted*'
        Get-AcceptedUserCount | Should -Be 150
    }

    It 'Ctrl+C ends a stalled <what>' -TestCases @(
        @{ what = 'call'; text = 'Invoke-MgBetaInvalidateAllUserRefreshToken -UserId user000001@contoso.example' }
        @{ what = 'run'; text = '1..50 | ForEach-Object { ''user{0:d6}@contoso.example'' -f $_ } | Invoke-GraphInvalidateRun -Confirm:$false' }
    ) {
        Add-Fault @{ kind = 'stall'; times = 99 }
        $console = Start-Console "$text; 'and ' + 'goes on'"
        Wait-Request 1
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        Send-Key $console C-c
        Wait-Ended $console
        Get-Shown $console | Should -Not -BeLike '*and goes on*'
        # A stalled answer takes as long as the timeout, 100 s.
        $watch.Elapsed.TotalSeconds | Should -BeLessThan 20
        Get-AcceptedUserCount | Should -Be 0
    }

    It 'Ctrl+C in a run with a journal says how many are done, and how to go on' {
        $journal = New-JournalPath
        Add-Fault @{ kind = 'delay'; milliseconds = 1 }
        Add-Fault @{ kind = 'stall'; times = 99 }
        $console = Start-Console "1..100 | ForEach-Object { 'user{0:d6}@contoso.example' -f `$_ } | Invoke-GraphInvalidateRun -Confirm:`$false -Journal '$journal' -Concurrency 1"
        Wait-Request 2
        Send-Key $console C-c
        Wait-Shown $console '-Resume'
    }

    It 'a failure is a few lines: what happened, its status, code, date and request-id, and what to do' {
        $console = Start-Console "Invoke-MgBetaInvalidateAllUserRefreshToken -UserId nobody@contoso.example; 'the ' + 'end'"
        Wait-Shown $console 'the end'
        $shown = (Get-Shown $console) -replace '\s*\n[\s|]*', ' '
        $shown | Should -BeLike '*does not exist*Status: 404 (NotFound)*ErrorCode: Request_ResourceNotFound*Date: *request-id: *Recommendation: Check the user key*'
        $shown | Should -Not -BeLike '*content-type*'
    }

    It 'progress shows how far a run is, without a total that nobody knows' {
        Add-Fault @{ kind = 'delay'; milliseconds = 200; times = 99 }
        $console = Start-Console "1..400 | ForEach-Object { 'user{0:d6}@contoso.example' -f `$_ } | Invoke-GraphInvalidateRun -Confirm:`$false -Concurrency 1 | Out-Null; 'the ' + 'end'"
        Wait-Shown $console '0 done, and more to come, 0 failed'
        Wait-Shown $console 'the end'
        Get-AcceptedUserCount | Should -Be 400
    }
}

Describe 'What is kept of a session' {
    BeforeEach { Reset-Emulator }

    It 'a transcript holds no token' {
        $path = (New-JournalPath) + '.txt'
        $token = New-Token
        $null = Invoke-Engine "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; `$null = Start-Transcript '$path'
            Connect-GraphInvalidate -AccessToken `$env:THE_TOKEN -Endpoint '$EmulatorAddress' -Verbose
            Get-GraphInvalidateContext | Format-List
            Invoke-MgBetaInvalidateAllUserRefreshToken -UserId user000001@contoso.example -Verbose -Debug
            Invoke-MgBetaInvalidateAllUserRefreshToken -UserId nobody@contoso.example
            Stop-Transcript" @{ THE_TOKEN = $token }
        $kept = [System.IO.File]::ReadAllText($path)
        $kept | Should -BeLike '*nobody@contoso.example*'
        $token -split '\.' | ForEach-Object { $kept.Contains($_) | Should -BeFalse }
    }

    It 'outcomes come back from a job as they were, and are users again' {
        $text = "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; 'user000001@contoso.example', 'nobody@contoso.example' | Invoke-GraphInvalidateRun -Confirm:`$false"
        $env:GRAPH_INVALIDATE_TOKEN = New-Token
        $env:GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress
        try { $outcomes = Start-Job ([scriptblock]::Create($text)) | Receive-Job -Wait -AutoRemoveJob }
        finally { $env:GRAPH_INVALIDATE_TOKEN = $env:GRAPH_INVALIDATE_ENDPOINT = $null }
        $outcomes.Status | Sort-ByName | Should -Be @('accepted', 'user_not_found')
        $again = $outcomes | Where-Object Status -ne accepted | Invoke-GraphInvalidateRun -Confirm:$false
        $again.User | Should -Be 'nobody@contoso.example'
    }
}
