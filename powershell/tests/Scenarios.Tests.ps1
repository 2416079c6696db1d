# The scenarios that every language runs, through the cmdlets.

BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    $fields = @{
        ''      = 'says', 'call', 'user', 'token', 'options', 'faults', 'quota', 'not_before', 'expect'
        options = 'api', 'cloud', 'endpoint', 'timeout_ms'
        expect  = 'status', 'http_status', 'code', 'user', 'message_contains', 'hint_contains', 'attempts', 'requests', 'path'
    }

    # A field that this runner does not know is a failure of the runner.
    function Confirm-Field($Object, [string[]] $Known) {
        $Object.PSObject.Properties.Name | Where-Object { $_ -notin $Known } | Should -BeNullOrEmpty
    }

    # The part of a scenario as it stands, for the emulator.
    function Get-RawText([System.Text.Json.JsonElement] $Scenario, [string] $Name) {
        $part = [System.Text.Json.JsonElement]::new()
        if ($Scenario.TryGetProperty($Name, [ref] $part)) { $part.GetRawText() }
    }

    function Get-ScenarioToken($Scenario, [string] $Raw) {
        if ($Scenario.token.none) { return $null }
        if ($null -ne $Scenario.token.text) { return $Scenario.token.text }
        (Send-Control tokens $(if ($Raw) { $Raw } else { '{}' })).access_token
    }

    # Without a token there is nothing to connect with; whatever fails says what a user sees.
    function Connect-Scenario($Scenario, [string] $Token) {
        $options = @{ ClientTimeout = $(if ($Scenario.options.timeout_ms) { $Scenario.options.timeout_ms / 1000 } else { 20 }) }
        $endpoint = if ($Scenario.options.endpoint) { $Scenario.options.endpoint } else { $EmulatorAddress }
        if ($Scenario.options.cloud) { $options.Environment = $Scenario.options.cloud }
        elseif ($endpoint -ne 'none') { $options.Endpoint = $endpoint.Replace('{emulator}', ([uri] $EmulatorAddress).Authority) }
        if ($Scenario.options.api) { $options.Api = $Scenario.options.api }
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure $Token) @options -ErrorAction Stop
    }

    function Invoke-Scenario($Scenario) {
        if ($Scenario.call -ne 'verify') { return Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Scenario.user -PassThru -ErrorAction Stop }
        $notBefore = $Scenario.not_before
        if ($notBefore -eq 'accepted') { $notBefore = (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Scenario.user -PassThru -ErrorAction Stop).ServerDate }
        Confirm-GraphInvalidateOutcome -UserId $Scenario.user -NotBefore $notBefore -ErrorAction Stop
    }
}

Describe 'A scenario' {
    $files = [System.IO.Directory]::GetFiles([System.IO.Path]::GetFullPath("$PSScriptRoot/../../tests/scenarios"), '*.json')
    [Array]::Sort($files, [StringComparer]::Ordinal)
    # The schema is no scenario. A time that is none cannot be given: -NotBefore takes a time, and the engine refuses anything else;
    # nor can none at all, since the parameter is mandatory.
    $scenarios = $files | ForEach-Object { @{ name = [System.IO.Path]::GetFileNameWithoutExtension($_); path = $_ } } |
        Where-Object { $_.name -notin 'schema', 'verify-nonsense-time', 'shown' }

    It 'ends as it says: <name>' -TestCases $scenarios {
        $document = [System.Text.Json.JsonDocument]::Parse([System.IO.File]::ReadAllText($path)).RootElement
        $scenario = ConvertFrom-JsonElement $document
        Confirm-Field $scenario $fields['']
        Confirm-Field $scenario.expect $fields.expect
        if ($scenario.options) { Confirm-Field $scenario.options $fields.options }

        $null = Send-Control reset
        Disconnect-GraphInvalidate
        $token = Get-ScenarioToken $scenario (Get-RawText $document token)
        if ($scenario.faults) { $null = Send-Control faults (Get-RawText $document faults) }
        if ($scenario.quota) { $null = Send-Control quota (Get-RawText $document quota) }
        try {
            if ($null -ne $token) { Connect-Scenario $scenario $token }
            $shown = $outcome = Invoke-Scenario $scenario
        }
        catch [GraphInvalidate.GraphInvalidateException] {
            $outcome = $_.Exception.Outcome
            $shown = "$_ $($_.Exception) $($_.ErrorDetails.RecommendedAction)"
        }

        $expect = $scenario.expect
        $outcome.Status | Should -BeExactly $expect.status -Because $scenario.says
        if ($expect.http_status) { $outcome.HttpStatus | Should -Be $expect.http_status }
        if ($null -ne $expect.attempts) { $outcome.Attempts | Should -Be $expect.attempts }
        if ($expect.user) { $outcome.User | Should -BeExactly $expect.user }
        if ($expect.code) { $outcome.Code | Should -BeExactly $expect.code }
        if ($expect.message_contains) { "$($outcome.Message)".Contains($expect.message_contains) | Should -BeTrue -Because $outcome.Message }
        if ($expect.hint_contains) { "$($outcome.Hint)".Contains($expect.hint_contains) | Should -BeTrue -Because $outcome.Hint }
        $requests = @((Get-EmulatorReport).requests)
        if ($null -ne $expect.requests) { $requests.Count | Should -Be $expect.requests }
        if ($expect.path) { $requests[-1].path | Should -BeExactly $expect.path }
        if ($token -and $token.Length -gt 10) { "$shown".Contains($token) | Should -BeFalse }
    }
}
