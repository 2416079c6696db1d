# The driver of the scenarios: reads situations as JSON lines, and answers each with what the cmdlets showed. The judge
# is tests/conformance.rs; tests/scenarios/README.md describes the protocol.
param(
    # The folder of the module.
    [Parameter(Mandatory, Position = 0)] [string] $Module
)

$ErrorActionPreference = 'Stop'
. "$PSScriptRoot/support/Options.ps1"
Import-Module $Module

# What each kind of credential is called here: the switches of Connect-GraphInvalidate.
$switches = @{
    'workload-identity' = 'WorkloadIdentity'; 'managed-identity' = 'Identity'; 'managed-identity-federated' = 'FederatedIdentity'; 'device-code' = 'UseDeviceCode'; 'environment' = 'EnvironmentVariable'
    'azure-cli' = 'AzureCli'; 'chain' = 'Chain'
}

function ConvertTo-Secure([string] $text) { [System.Net.NetworkCredential]::new('', $text).SecurePassword }

# Exactly the variables of the situation, of all that the library reads.
function Set-Variables($given) {
    foreach ($name in @([Environment]::GetEnvironmentVariables().Keys) -match '^(AZURE_|IDENTITY_|MSI_|GRAPH_INVALIDATE_|ACTIONS_|SYSTEM_)') { Remove-Item "env:$name" }
    if ($given) { $given.PSObject.Properties | ForEach-Object { [Environment]::SetEnvironmentVariable($_.Name, $_.Value) } }
}

# Options under the names of parameters; those that are null are not given.
function Get-Parameter($options, [hashtable] $names) {
    $parameters = @{}
    foreach ($option in $options.PSObject.Properties | Where-Object { $null -ne $_.Value -and $names.ContainsKey($_.Name) }) {
        $parameters[$names[$option.Name]] = switch ($option.Name) {
            'timeout_ms' { $option.Value / 1000 }
            { $_ -in 'wait_ms', 'deadline_ms', 'resume_within_ms' } {
                if ($option.Value -eq 'infinite') { throw [System.NotSupportedException] 'A time without end is one that is not given.' }
                [TimeSpan]::FromTicks([long] ($option.Value * [TimeSpan]::TicksPerMillisecond))
            }
            'rate' { if ($option.Value -eq 'unlimited') { [double]::PositiveInfinity } else { $option.Value } }
            { $_ -in 'certificate_password', 'token' } { ConvertTo-Secure $option.Value }
            'certificate' { [System.Security.Cryptography.X509Certificates.X509Certificate2]::new([Convert]::FromBase64String($option.Value), $options.certificate_password, 'Exportable') }
            'headers' { $headers = @{}; $option.Value.PSObject.Properties | ForEach-Object { $headers[$_.Name] = $_.Value }; $headers }
            'scopes' { $option.Value -split ' ' }
            default { $option.Value }
        }
    }
    $parameters
}

# What Connect-GraphInvalidate is given; nothing where there is nothing to connect with.
function Get-ConnectParameter($client, [switch] $TokensAreAsked) {
    Disconnect-GraphInvalidate
    $credential = $client.credential
    Set-Variables $(if ($credential) { $credential.environment } else { $client.environment })
    $parameters = Get-Parameter $client $clientOptions
    if (-not $credential) {
        # The endpoint is the environment's then.
        if ($null -eq $client.token -and -not $TokensAreAsked) { if ($client.endpoint) { $env:GRAPH_INVALIDATE_ENDPOINT = $client.endpoint }; return }
    }
    else {
        $own = Get-Parameter $credential $credentialOptions
        if ($credential.kind -eq 'client-secret') {
            # A credential object has a secret: without one it is the environment's.
            if ($null -eq $credential.client_secret) { $own.EnvironmentVariable = $true }
            else { $own.ClientSecretCredential = [pscredential]::new($credential.client_id, (ConvertTo-Secure $credential.client_secret)) }
            $own.Remove('ClientId')
        }
        elseif ($switches[$credential.kind]) { $own[$switches[$credential.kind]] = $true }
        # A certificate in memory was opened already.
        if ($own.Certificate) { $own.Remove('CertificatePassword') }
        $own.Keys | ForEach-Object { $parameters[$_] = $own[$_] }
    }
    $parameters
}

# Signs a person in, who may not be there: in a shell of its own, for as many steps as were asked for.
function Connect-Person([hashtable] $parameters, [int] $steps) {
    $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
    $null = $shell.AddScript('param($module, $parameters) $ErrorActionPreference = ''Stop''; Import-Module $module; Connect-GraphInvalidate @parameters -PassThru -Verbose').AddArgument($Module).AddArgument($parameters)
    $running = $shell.BeginInvoke()
    while ($shell.Streams.Information.Count -eq 0 -and -not $running.IsCompleted) { [System.Threading.Thread]::Sleep(5) }
    $text = "$(@($shell.Streams.Information.ReadAll())[0])"
    if (-not $running.IsCompleted -and ($steps -lt 2 -or -not $running.AsyncWaitHandle.WaitOne([int]($parameters.ClientTimeout * 1200)))) {
        $shell.Stop()
        return @{ Pending = $text }
    }
    # The shell keeps the runspace open that the connection was made in.
    try { @{ Connection = $shell.EndInvoke($running)[0]; Said = "$($shell.Streams.Verbose.ReadAll())" } } catch { throw $_.Exception.InnerException.ErrorRecord }
}

# Makes the calls one after another, until one fails; answers with the last outcome.
function Get-CallAnswer($situation) {
    $kind, $calls = $situation.client.credential.kind, @($situation.calls)
    if ($kind -eq 'device-code' -and $calls[0].call -ne 'sign_in') { return @{ inexpressible = 'Connect-GraphInvalidate signs in: no call comes before' } }
    $said = $shown = ''
    try {
        $parameters = Get-ConnectParameter $situation.client
        $with = @{}
        if ($kind -eq 'device-code') {
            $person = Connect-Person $parameters @($calls.call -eq 'sign_in').Count
            if ($person.Pending) { return @{ outcome = @{ status = 'sign_in_pending'; message = $person.Pending }; shown = $person.Pending } }
            $with.Connection, $said = $person.Connection, $person.Said
        }
        elseif ($parameters) { $said = "$(Connect-GraphInvalidate @parameters -Verbose 4>&1)" }
        $outcome = [pscustomobject]@{ Status = 'signed_in'; Message = $said }
        foreach ($call in $calls | Where-Object call -ne 'sign_in') {
            $outcome = if ($call.call -eq 'invalidate') { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $call.user -PassThru @with }
            elseif ($call.call -eq 'show') { Confirm-GraphInvalidateOutcome -UserId $call.user @with }
            else {
                $time = if ($null -ne $call.not_before) { $call.not_before } else { $outcome.ServerDate }
                Confirm-GraphInvalidateOutcome -UserId $call.user -NotBefore $time @with
            }
        }
        $shown = @("$outcome", $said) + @(Get-GraphInvalidateContext | ForEach-Object { $_.PSObject.Properties.Value })
    }
    catch [GraphInvalidate.GraphInvalidateException] {
        $outcome = $_.Exception.Outcome
        $shown = "$_ $($_.Exception) $($_.ErrorDetails) $($_.ErrorDetails.RecommendedAction) $($_.ScriptStackTrace) $($_.InvocationInfo.Line)"
    }
    catch [System.Management.Automation.ParameterBindingException] {
        # Parameters of different sets, and a time that is none, never come as far as the library.
        if ($_.FullyQualifiedErrorId -match '^AmbiguousParameterSet' -or $_.Exception.ParameterName -eq 'NotBefore') { return @{ inexpressible = "$_" } }
        throw
    }
    @{ outcome = Get-Outcome $outcome; shown = "$shown" }
}

# Runs to the end; answers with all that was seen. A script block gives the tokens: the first at once, another whenever
# it is asked again.
function Get-RunAnswer($situation) {
    $global:tokens = @(@($situation.client.token) + @($situation.tokens_when_needed) | Where-Object { $_ })
    $global:asked = 0
    $hadToken = [bool] $situation.client.token
    if ($hadToken) { $situation.client.token = $null }
    $parameters = Get-ConnectParameter $situation.client -TokensAreAsked:($tokens.Count -gt 0)
    # A token that is asked for once more counts as another one, even where it is minted within the same second.
    if ($tokens) {
        Connect-GraphInvalidate @parameters -AccessTokenProvider {
            $number = [Math]::Min($asked, $tokens.Count - 1)
            $global:asked++
            "$(if ($number % 2) { 'Bearer ' })$($tokens[$number])"
        }
    }
    $run = Get-Parameter $situation.run $runOptions
    if (-not $run.VerifyJournal) { $run.UserId = @($situation.users) }
    $outcomes = [System.Collections.Generic.List[object]]::new()
    foreach ($once in 1) {
        Invoke-GraphInvalidateRun @run -Confirm:$false -ErrorVariable failures -ErrorAction SilentlyContinue -WarningVariable notices -WarningAction SilentlyContinue -InformationVariable information |
            ForEach-Object { $outcomes.Add(@($_.User, $_.Status)); if ($outcomes.Count -eq $situation.cancel_after) { break } }
    }
    $answer = @{ outcomes = $outcomes; notice = "$notices"; tokens_needed = 1; progress = @{} }
    if ($tokens) { $answer.tokens_needed = $asked - [int] $hadToken }
    $failure = @($failures | ForEach-Object { $_.Exception.Outcome } | Where-Object { $_ })[0]
    # Where nobody has another token the run ends with the sentence that asks for one: that is how it is cancelled here.
    $isCancelled = (-not $tokens -or $asked -gt $tokens.Count) -and $failure.Status -like 'token_*'
    if ($failure -and -not $isCancelled) { $answer.failure = Get-Outcome $failure; $answer.shown = "$failures" }
    if ($information) {
        foreach ($number in $information[-1].MessageData.PSObject.Properties | Where-Object { $_.Value -is [ValueType] -and $_.Value -isnot [TimeSpan] -and $_.Value -isnot [double] }) {
            $answer.progress[($number.Name -creplace '(?<!^)([A-Z])', '_$1').ToLowerInvariant()] = [long] $number.Value
        }
    }
    $answer
}

# All identities in one process, at once: a connection belongs to its runspace, and a script block that gives tokens to
# the connection.
function Get-IdentitiesAnswer($situation) {
    if ($situation.by -eq 'tasks') { return @{ inexpressible = 'a cmdlet is never awaited' } }
    Set-Variables $situation.client.environment
    $script = {
        param($module, $endpoint, $one, $inRuns)
        $ErrorActionPreference = 'Stop'
        Import-Module $module
        Connect-GraphInvalidate -Endpoint $endpoint -AccessTokenProvider { [System.Threading.Thread]::Sleep(2); $one.token }
        foreach ($call in 1..$one.calls) {
            try {
                if ($inRuns) { (Invoke-GraphInvalidateRun -UserId $one.user -Confirm:$false -WarningAction SilentlyContinue).Status }
                else { (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $one.user -PassThru).Status }
            }
            catch { $_.Exception.Outcome.Status }
        }
    }
    $shells = foreach ($one in $situation.identities) {
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        $null = $shell.AddScript($script).AddArgument($Module).AddArgument($situation.client.endpoint).AddArgument($one).AddArgument($situation.in_runs)
        @{ Shell = $shell; Running = $shell.BeginInvoke() }
    }
    $statuses = [System.Collections.Generic.List[object]]::new()
    foreach ($each in $shells) {
        $statuses.Add(@($each.Shell.EndInvoke($each.Running) | ForEach-Object { "$_" }))
        $each.Shell.Dispose()
    }
    @{ identities = $statuses }
}

function Get-Outcome($outcome) {
    [ordered]@{
        status = $outcome.Status; http_status = $outcome.HttpStatus; attempts = $outcome.Attempts; user = $outcome.User; code = $outcome.Code
        message = $outcome.Message; hint = $outcome.Hint
        sessions_valid_from = if ($outcome.SessionsValidFrom) { $outcome.SessionsValidFrom.ToString('o') }
    }
}

while ($null -ne ($line = [Console]::In.ReadLine())) {
    $situation = $line | ConvertFrom-Json -DateKind String
    $answer = if ($situation.identities) { Get-IdentitiesAnswer $situation }
    elseif ($situation.run) {
        try { Get-RunAnswer $situation }
        catch [System.NotSupportedException] { @{ inexpressible = "$_" } }
        catch { if ($_.Exception -isnot [ArgumentException] -and $_.Exception -isnot [System.Management.Automation.ParameterBindingException]) { throw }; @{ refused = "$_" } }
    }
    else { Get-CallAnswer $situation }
    [Console]::Out.WriteLine((ConvertTo-Json $answer -Depth 20 -Compress))
}
