# The emulator as a process of its own, its control interface, and the module as it is packaged.

$global:Adele = 'adele.vance@contoso.example'
$global:AdeleId = '87d349ed-44d7-43e1-9a83-5f2406dee5bd'
$global:Admin = 'admin@contoso.example'
$global:Control = [System.Net.Http.HttpClient]::new()

function Get-Needed([string] $Variable) {
    $value = [Environment]::GetEnvironmentVariable($Variable)
    if (-not $value) { throw "$Variable is not set: run cargo xtask test powershell." }
    $value
}

function New-EmulatorProcess([string[]] $Arguments = @()) {
    $start = [System.Diagnostics.ProcessStartInfo]::new((Get-Needed 'GRAPH_INVALIDATE_TEST_COMMAND'))
    , 'emulator' + $Arguments | ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardOutput = $true
    $process = [System.Diagnostics.Process]::Start($start)
    @{ Process = $process; Address = $process.StandardOutput.ReadLine() -replace '^listening on ' }
}

# Starts the emulator where it is not running, and imports the module.
function Start-Emulator {
    if (-not $global:EmulatorAddress) {
        $started = New-EmulatorProcess
        $global:EmulatorProcess = $started.Process
        $global:EmulatorAddress = $started.Address
    }
    Import-Module (Get-Needed 'GRAPH_INVALIDATE_TEST_MODULE') -Global
}

function Stop-Emulator {
    if ($global:EmulatorProcess) { $EmulatorProcess.Kill(); $EmulatorProcess.WaitForExit() }
}

# Forgets everything but the tenant, and connects this runspace as its administrator.
function Reset-Emulator {
    $null = Send-Control reset
    $env:GRAPH_INVALIDATE_TOKEN = $null
    Connect-Emulator
}

function Connect-Emulator([string] $Token = (New-Token)) {
    Connect-GraphInvalidate -AccessToken (ConvertTo-Secure $Token) -Endpoint $EmulatorAddress -ErrorAction Stop
}

function ConvertTo-Secure([string] $Text) { [System.Net.NetworkCredential]::new('', $Text).SecurePassword }

function New-Token([hashtable] $Claims = @{ user = $Admin }) { (Send-Control tokens $Claims).access_token }

function Add-Fault([hashtable] $Fault) { $null = Send-Control faults @(, $Fault) }

function Get-EmulatorReport { $Control.GetStringAsync("$EmulatorAddress/__emulator/requests").GetAwaiter().GetResult() | ConvertFrom-Json -DateKind String }

# A header of the last request.
function Get-SentHeader([string] $Name) { @((Get-EmulatorReport).requests)[-1].headers.$Name }

function Get-RequestCount { @((Get-EmulatorReport).requests).Count }

# How often each user was signed out, in the order of their ids.
function Get-Accepted {
    $lines = $Control.GetStringAsync("$EmulatorAddress/__emulator/accepted").GetAwaiter().GetResult()
    $lines -split "`n" | Where-Object { $_ } | ConvertFrom-Json -DateKind String
}

# Posts to the control interface; text goes as it is.
function Send-Control([string] $What, $Body = @{}, [string] $Address = $EmulatorAddress) {
    $text = if ($Body -is [string]) { $Body } else { ConvertTo-Json -InputObject $Body -Depth 20 -Compress }
    $answer = $Control.PostAsync("$Address/__emulator/$What", [System.Net.Http.StringContent]::new($text)).GetAwaiter().GetResult()
    $said = $answer.Content.ReadAsStringAsync().GetAwaiter().GetResult()
    if (-not $answer.IsSuccessStatusCode) { throw "The emulator refused $What $text`: $said" }
    if ($said) { $said | ConvertFrom-Json -DateKind String }
}

# A shell with a runspace of its own, which has imported the module.
function New-Shell {
    $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $null = $shell.AddCommand('Import-Module').AddArgument($env:GRAPH_INVALIDATE_TEST_MODULE).Invoke()
    $shell.Commands.Clear()
    $shell
}

# Runs a text in an engine of its own; what it shows comes back as lines.
function Invoke-Engine([string] $Text, [hashtable] $Variables = @{}, [switch] $NoInput) {
    $start = [System.Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
    # A small host, as where pwsh does not start, has no profile and no switch for it.
    if ($Host.Name -eq 'ConsoleHost') { $start.ArgumentList.Add('-NoProfile') }
    '-Command', $Text | ForEach-Object { $start.ArgumentList.Add($_) }
    foreach ($name in $Variables.Keys) { $start.Environment[$name] = $Variables[$name] }
    $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $start.RedirectStandardInput = $NoInput
    $process = [System.Diagnostics.Process]::Start($start)
    if ($NoInput) { $process.StandardInput.Close() }
    $complaints = $process.StandardError.ReadToEndAsync()
    $said = $process.StandardOutput.ReadToEnd()
    $process.WaitForExit()
    ("$said`n$($complaints.Result)" -replace '\x1b\[[0-9;]*m').Trim() -split '\r?\n'
}

function Sort-ByName { [string[]] $names = @($input); [Array]::Sort($names, [StringComparer]::Ordinal); $names }
