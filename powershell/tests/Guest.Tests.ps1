BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    # A service that does what balancers do to connections that rest: one answer, the end of its half, and a reset.
    $listener = [System.Net.Sockets.TcpListener]::new([ipaddress]::Loopback, 0)
    $listener.Start()
    $balancer = [powershell]::Create().AddScript({
            param($listener)
            $answer = [System.Text.Encoding]::ASCII.GetBytes("HTTP/1.1 200 OK`r`ncontent-type: application/json`r`ncontent-length: 14`r`n`r`n{`"value`":true}")
            $request = [byte[]]::new(65536)
            while ($listener.Server.IsBound) {
                try {
                    $socket = $listener.AcceptSocket()
                    if ($socket.Receive($request)) {
                        $null = $socket.Send($answer)
                        $socket.Shutdown('Send')
                        $socket.LingerState = [System.Net.Sockets.LingerOption]::new($true, 0)
                    }
                    $socket.Close()
                }
                catch { }
            }
        }).AddArgument($listener)
    $null = $balancer.BeginInvoke()

    # Runs the text in an engine that this program starts; gives what it wrote to the file "said" of its folder.
    function Invoke-Started([string[]] $Start, [string] $Text) {
        $folder = [System.IO.Directory]::CreateTempSubdirectory('guest-').FullName
        $process = [System.Diagnostics.ProcessStartInfo]::new($Start[0])
        $Start[1..99] | ForEach-Object { $process.ArgumentList.Add($_) }
        $process.ArgumentList.Add([Environment]::ProcessPath)
        if ([System.IO.Path]::GetFileNameWithoutExtension([Environment]::ProcessPath) -eq 'dotnet') { $process.ArgumentList.Add([Environment]::GetCommandLineArgs()[0]) }
        '-NoProfile', '-NonInteractive', '-Command', $Text | ForEach-Object { $process.ArgumentList.Add($_) }
        $process.WorkingDirectory = $folder
        $process.Environment['GRAPH_INVALIDATE_TOKEN'] = New-Token
        $process.Environment['BALANCER'] = "http://$($listener.LocalEndpoint)"
        $process.Environment['EMULATOR'] = $EmulatorAddress
        $started = [System.Diagnostics.Process]::Start($process)
        $started.WaitForExit()
        $said = if ([System.IO.File]::Exists("$folder/said")) { [System.IO.File]::ReadAllText("$folder/said") } else { "it ended with $($started.ExitCode)" }
        $journal = if ([System.IO.File]::Exists("$folder/journal.jsonl")) { [System.IO.File]::ReadAllLines("$folder/journal.jsonl") }
        [System.IO.Directory]::Delete($folder, $true)
        @{ Said = $said; Journal = @($journal) }
    }
}

AfterAll {
    $listener.Stop()
    $balancer.Dispose()
}

Describe 'What is the program''s stays the program''s' {
    BeforeEach { Reset-Emulator }

    # Signals that wait for ever, with children whose end nobody is told of; and standard streams whose numbers a
    # journal or a connection must not get.
    It 'where it was started with <what>' -TestCases @(
        @{ what = 'blocked signals and SIGCHLD ignored'; start = 'env', '--ignore-signal=CHLD', '--block-signal=HUP,PIPE,TERM,USR1,USR2' }
        @{ what = 'standard streams closed'; start = 'sh', '-c', 'exec "$@" <&- >&- 2>&-', 'sh' }
    ) {
        $shown = Invoke-Started $start @"
Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'
function Get-Signals { [System.IO.File]::ReadAllLines('/proc/thread-self/status') -match '^Sig(Blk|Ign|Cgt)' -join ' ' }
`$before = Get-Signals
`$env:GRAPH_INVALIDATE_ENDPOINT = `$env:BALANCER
`$answers = foreach (`$number in 1..30) { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele; [System.Threading.Thread]::Sleep(10 * (`$number % 3)) }
`$env:GRAPH_INVALIDATE_ENDPOINT = `$env:EMULATOR
`$outcomes = '$Adele', '$Admin' | Invoke-GraphInvalidateRun -Journal journal.jsonl -Confirm:`$false
`$signals = if (`$before -eq (Get-Signals)) { 'as before' } else { "`$before, `$(Get-Signals)" }
[System.IO.File]::WriteAllText([System.IO.Path]::Combine(`$PWD, 'said'), "`$(@(`$answers -eq `$true).Count) of 30, `$(`$outcomes.Status), signals `$signals")
"@
        $shown.Said | Should -BeExactly '30 of 30, accepted accepted, signals as before'
        @($shown.Journal -notmatch '^\{') | Should -HaveCount 0
        @($shown.Journal).Count | Should -BeGreaterThan 2
    }
}
