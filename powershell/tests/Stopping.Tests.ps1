BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    # Starts a text in a shell of its own, connected to the emulator, and waits until its request has arrived.
    function Start-Stalled([string] $Text) {
        Reset-Emulator
        Add-Fault @{ kind = 'stall'; times = 99 }
        $shell = New-Shell
        $null = $shell.AddScript("param(`$token, `$address) Connect-GraphInvalidate -AccessToken `$token -Endpoint `$address; $Text").
            AddArgument((ConvertTo-Secure (New-Token))).AddArgument($EmulatorAddress)
        $running = $shell.BeginInvoke()
        while ((Get-RequestCount) -eq 0) { [System.Threading.Thread]::Sleep(20) }
        @{ Shell = $shell; Running = $running }
    }

    function Measure-Stop($Stalled) {
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        $Stalled.Shell.Stop()
        $watch.ElapsedMilliseconds
    }
}

Describe 'Ctrl+C' {
    It 'ends a stalled <what> at once' -TestCases @(
        @{ what = 'call'; text = "Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example" }
        @{ what = 'pipeline'; text = "1..9 | ForEach-Object { 'adele.vance@contoso.example' } | Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorAction SilentlyContinue" }
        @{ what = 'proof'; text = "Confirm-GraphInvalidateOutcome -UserId adele.vance@contoso.example -NotBefore '2020-01-01'" }
    ) {
        $stalled = Start-Stalled $text
        $stalled.Running.IsCompleted | Should -BeFalse
        # The library ends a call within 100 ms; the rest is the engine's, on a machine that may be busy.
        Measure-Stop $stalled | Should -BeLessThan 1000
        "$($stalled.Shell.InvocationStateInfo.State)" | Should -Be 'Stopped'
        Get-RequestCount | Should -Be 1
    }

    It 'leaves the runspace in order' {
        $stalled = Start-Stalled "Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele"
        $null = Measure-Stop $stalled
        $null = $Control.DeleteAsync("$EmulatorAddress/__emulator/faults").GetAwaiter().GetResult()
        $stalled.Shell.Commands.Clear()
        $stalled.Shell.AddScript("Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele").Invoke() | Should -Be $true
    }

    It 'ends a wait for a script block that gives the token' {
        Reset-Emulator
        $asked = [System.Threading.ManualResetEventSlim]::new()
        $shell = New-Shell
        $null = $shell.AddScript("param(`$asked) Connect-GraphInvalidate -AccessTokenProvider { `$asked.Set(); while (`$true) { } }; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele").AddArgument($asked)
        $null = $shell.BeginInvoke()
        $asked.Wait(10000) | Should -BeTrue
        Measure-Stop @{ Shell = $shell } | Should -BeLessThan 1000
    }
}
