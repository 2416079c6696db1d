BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    # Nothing is answered any more.
    function Stop-Answers { $null = Send-Control reset; Add-Fault @{ kind = 'stall'; times = 99 } }

    # A shell of its own that is connected to the emulator.
    function New-ConnectedShell {
        Reset-Emulator
        $shell = New-Shell
        $null = $shell.AddScript('param($token, $address) Connect-GraphInvalidate -AccessToken $token -Endpoint $address').
            AddArgument((ConvertTo-Secure (New-Token))).AddArgument($EmulatorAddress).Invoke()
        $shell
    }

    # Starts a text in it; what calls has sent its request then, and waits.
    function Start-Text($Shell, [string] $Text, [switch] $Calls) {
        $Shell.Commands.Clear()
        $running = $Shell.AddScript($Text).BeginInvoke()
        if ($Calls) { while ((Get-RequestCount) -eq 0) { [System.Threading.Thread]::Sleep(5) } } else { [System.Threading.Thread]::Sleep(20) }
        $running.IsCompleted | Should -BeFalse
    }

    function Measure-Stop($Shell) {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $Shell.Stop()
        $time = $watch.Elapsed.TotalMilliseconds
        "$($Shell.InvocationStateInfo.State)" | Should -Be 'Stopped'
        $time
    }

    function Get-Median([double[]] $Times) { [Array]::Sort($Times); $Times[$Times.Count / 2] }
}

Describe 'Ctrl+C' {
    # What the engine takes to stop a loop of its own is the engine's and the machine's, in the same run and the same
    # shell; the rest is ours.
    It 'ends a stalled <what> within 100 ms of what the engine takes to stop anything' -TestCases @(
        @{ what = 'call'; text = "Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example" }
        @{ what = 'pipeline'; text = "1..9 | ForEach-Object { 'adele.vance@contoso.example' } | Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorAction SilentlyContinue" }
        @{ what = 'proof'; text = "Confirm-GraphInvalidateOutcome -UserId adele.vance@contoso.example -NotBefore '2020-01-01T00:00:00Z'" }
        @{ what = 'reading of the directory'; text = 'Test-GraphInvalidateAccess -Online' }
    ) {
        $shell = New-ConnectedShell
        $ours = foreach ($time in 1..5) {
            Stop-Answers
            Start-Text $shell $text -Calls
            Measure-Stop $shell
            Get-RequestCount | Should -Be 1
        }
        $engines = foreach ($time in 1..5) { Start-Text $shell 'while ($true) { }'; Measure-Stop $shell }
        (Get-Median $ours) - (Get-Median $engines) | Should -BeLessThan 100 -Because "ours: $ours, the engine's: $engines"
        $shell.Dispose()
    }

    It 'leaves the runspace in order' {
        $shell = New-ConnectedShell
        Stop-Answers
        Start-Text $shell "Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele" -Calls
        $null = Measure-Stop $shell
        $null = $Control.DeleteAsync("$EmulatorAddress/__emulator/faults").GetAwaiter().GetResult()
        $shell.Commands.Clear()
        $shell.AddScript("Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele").Invoke() | Should -Be $true
    }

    It 'ends a wait for a script block that gives the token' {
        Reset-Emulator
        $asked = [System.Threading.ManualResetEventSlim]::new()
        $shell = New-Shell
        $null = $shell.AddScript("param(`$asked) Connect-GraphInvalidate -AccessTokenProvider { `$asked.Set(); while (`$true) { } }; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele").AddArgument($asked)
        $null = $shell.BeginInvoke()
        $asked.Wait(10000) | Should -BeTrue
        $shell.BeginStop($null, $null).AsyncWaitHandle.WaitOne(10000) | Should -BeTrue
        "$($shell.InvocationStateInfo.State)" | Should -Be 'Stopped'
    }
}
