# An emulator of its own with a tenant of thousands, for tests of runs; what is there for the other tests comes back
# afterwards.

function Start-Crowd {
    $global:CrowdBefore = $global:EmulatorAddress, $global:EmulatorProcess
    $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Needed 'GRAPH_INVALIDATE_TEST_COMMAND'), 'emulator --users 5000')
    $start.RedirectStandardOutput = $true
    $global:EmulatorProcess = [System.Diagnostics.Process]::Start($start)
    $global:EmulatorAddress = $EmulatorProcess.StandardOutput.ReadLine() -replace '^listening on '
    Start-Emulator
}

function Stop-Crowd {
    Stop-Emulator
    $global:EmulatorAddress, $global:EmulatorProcess = $global:CrowdBefore
}

function Get-CrowdUser([int] $Count) { if ($Count) { 1..$Count | ForEach-Object { 'user{0:d6}@contoso.example' -f $_ } } }

function Get-AcceptedUserCount { (Get-EmulatorReport).users }

# How often the service has accepted a user.
function Get-AcceptedCount([string] $User) {
    $line = $Control.GetStringAsync("$EmulatorAddress/__emulator/accepted?user=$User").GetAwaiter().GetResult()
    if ($line.Trim()) { (($line -split "`n")[0] | ConvertFrom-Json).count } else { 0 }
}

# A token that is asked for once more counts as another one, even where it is minted within the same second.
function Connect-Tokens([string[]] $Tokens) {
    $global:Tokens = $Tokens
    $global:TokensAsked = 0
    $global:TokensUsedUp = $false
    Connect-GraphInvalidate -Endpoint $EmulatorAddress @args -ErrorAction Stop -AccessTokenProvider {
        $number = [Math]::Min($TokensAsked, $Tokens.Count - 1)
        $global:TokensUsedUp = $TokensAsked -ge $Tokens.Count
        $global:TokensAsked++
        "$(if ($number % 2) { 'Bearer ' })$($Tokens[$number])"
    }
}

function New-JournalPath { [System.IO.Path]::Combine([System.IO.Directory]::CreateTempSubdirectory().FullName, 'run.jsonl') }
