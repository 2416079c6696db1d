# The scenarios of signing in that every language runs, through Connect-GraphInvalidate.

BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/SignIn.ps1"
    Start-Emulator

    $fields = @{
        ''         = 'says', 'credential', 'calls', 'options', 'federated_token', 'approve', 'faults', 'expect'
        credential = 'kind', 'tenant', 'client_id', 'client_secret', 'certificate_password', 'certificate_file', 'token_file', 'object_id', 'resource_id', 'scopes',
            'authority', 'send_certificate_chain', 'environment', 'assertion_from', 'audience', 'service_connection_id', 'token_proxy', 'identity_client_id'
        options    = 'timeout_ms', 'cloud', 'endpoint'
        expect     = 'status', 'http_status', 'code', 'attempts', 'message_contains', 'hint_contains', 'requests', 'asked'
    }
    $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName

    # A field that this runner does not know is a failure of the runner.
    function Confirm-Field($Object, [string[]] $Known) {
        if ($Object) { $Object.PSObject.Properties.Name | Where-Object { $_ -notin $Known } | Should -BeNullOrEmpty }
    }

    function Get-Filled([string] $Text) { $Text.Replace('{emulator}', $EmulatorAddress).Replace('{certificates}', $Certificates).Replace('{federated_token_file}', "$folder/token") }

    # What somebody types who has such a credential.
    function Get-SignInParameter($Credential, [bool] $HasToken) {
        $parameters = @{}
        switch ($Credential.kind) {
            'client-secret' {
                # There is no such thing as a credential object without a secret: it comes from the environment then.
                if ($null -eq $Credential.client_secret) { $parameters.EnvironmentVariable = $true }
                else { $parameters.ClientSecretCredential = New-SecretCredential $Credential.client_secret $Credential.client_id }
            }
            'workload-identity' {
                $parameters.WorkloadIdentity = $true
                if ($HasToken -and -not $Credential.environment) { $parameters.FederatedTokenFile = "$folder/token" }
            }
            'managed-identity' { $parameters.Identity = $true }
            'managed-identity-federated' { $parameters.FederatedIdentity = $true }
            'device-code' { $parameters.UseDeviceCode = $true }
            'environment' { $parameters.EnvironmentVariable = $true }
            'chain' { $parameters.Chain = $true }
        }
        if ($Credential.client_id -and $Credential.kind -ne 'client-secret') { $parameters.ClientId = $Credential.client_id }
        if ($Credential.tenant) { $parameters.TenantId = $Credential.tenant }
        if ($Credential.token_file) { $parameters.FederatedTokenFile = $Credential.token_file }
        if ($Credential.certificate_file) { $parameters.CertificateFile = "$Certificates/$($Credential.certificate_file)" }
        if ($Credential.certificate_password) { $parameters.CertificatePassword = ConvertTo-Secure $Credential.certificate_password }
        if ($Credential.send_certificate_chain) { $parameters.SendCertificateChain = $true }
        if ($Credential.assertion_from) { $parameters.AssertionFrom = $Credential.assertion_from }
        if ($Credential.audience) { $parameters.AssertionAudience = $Credential.audience }
        if ($Credential.service_connection_id) { $parameters.ServiceConnectionId = $Credential.service_connection_id }
        if ($Credential.token_proxy) { $parameters.TokenProxy = $true }
        if ($Credential.identity_client_id) { $parameters.IdentityClientId = $Credential.identity_client_id }
        if ($Credential.object_id) { $parameters.ObjectId = $Credential.object_id }
        if ($Credential.resource_id) { $parameters.ResourceId = $Credential.resource_id }
        if ($Credential.scopes) { $parameters.Scopes = $Credential.scopes -split ' ' }
        if ($Credential.authority) { $parameters.Authority = $Credential.authority }
        $parameters
    }

    # Connects, calls as often as that is wanted, and gives the last outcome with all that was shown.
    $connectAndCall = {
        param($parameters, $user, $times)
        $shown = $outcome = $null
        try {
            $message = Connect-GraphInvalidate @parameters -Verbose -ErrorAction Stop 4>&1
            $outcome = [pscustomobject]@{ Status = 'signed_in'; Message = "$message"; Attempts = $null }
            $shown = "$message", (Get-GraphInvalidateContext | ForEach-Object { $_.PSObject.Properties.Value })
            for (; $times -gt 0; $times--) { $outcome = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $user -PassThru -ErrorAction Stop }
        }
        catch [GraphInvalidate.GraphInvalidateException] { $outcome = $_.Exception.Outcome; $shown = $_ }
        @{ Outcome = $outcome; Shown = $shown }
    }

    # A person's sign-in, in a shell of its own, since it may wait for them; what still waits has shown what to do.
    $shell = New-Shell
    function Invoke-Personally([hashtable] $Parameters, [int] $Times, [bool] $IsWaiting, [int] $Patience) {
        $shell.Commands.Clear()
        $shell.Streams.ClearStreams()
        $running = $shell.AddScript("$connectAndCall").AddArgument($Parameters).AddArgument($Adele).AddArgument($Times).BeginInvoke()
        if (-not $IsWaiting) { return $shell.EndInvoke($running) }
        while ($shell.Streams.Information.Count -eq 0) {
            $running.IsCompleted | Should -BeFalse -Because 'a person is to be shown something'
            [System.Threading.Thread]::Sleep(5)
        }
        $text = "$($shell.Streams.Information[0])"
        if ($Patience) { $running.AsyncWaitHandle.WaitOne($Patience) | Should -BeFalse -Because 'who has not entered the code is waited for again' }
        $seen = @{ Outcome = [pscustomobject]@{ Status = 'sign_in_pending'; Message = $text }; Shown = $text; Report = Get-EmulatorReport }
        $shell.Stop()
        $seen
    }
}

AfterAll { Set-SignInVariable; $shell.Dispose() }

Describe 'A scenario of signing in' {
    $files = [System.IO.Directory]::GetFiles([System.IO.Path]::GetFullPath("$PSScriptRoot/../../tests/scenarios/sign-in"), '*.json')
    [Array]::Sort($files, [StringComparer]::Ordinal)
    # The schema is no scenario. Connecting signs in, so a call before that cannot be; and an option of another kind is of another
    # parameter set, which the engine refuses: see SignIn.Tests.ps1.
    $scenarios = $files | ForEach-Object { @{ name = [System.IO.Path]::GetFileNameWithoutExtension($_); path = $_ } } |
        Where-Object { $_.name -notin 'schema', 'device-code-not-begun', 'option-of-another-kind' }

    It 'is one of many' -TestCases @{ count = $scenarios.Count } { $count | Should -BeGreaterThan 82 }

    It 'ends as it says: <name>' -TestCases $scenarios {
        $document = [System.Text.Json.JsonDocument]::Parse([System.IO.File]::ReadAllText($path)).RootElement
        $scenario = ConvertFrom-JsonElement $document
        Confirm-Field $scenario $fields['']
        'credential', 'options', 'expect' | ForEach-Object { Confirm-Field $scenario.$_ $fields.$_ }

        $null = Send-Control reset
        Disconnect-GraphInvalidate
        $variables = @{}
        if ($scenario.credential.environment) { $scenario.credential.environment.PSObject.Properties | ForEach-Object { $variables[$_.Name] = Get-Filled $_.Value } }
        Set-SignInVariable $variables
        if ($scenario.federated_token) { [System.IO.File]::WriteAllText("$folder/token", (Send-Control federated_tokens ($document.GetProperty('federated_token').GetRawText())).token) }
        if ($scenario.faults) { $null = Send-Control faults ($document.GetProperty('faults').GetRawText()) }
        if ($scenario.approve) { $null = Send-Control approve ($document.GetProperty('approve').GetRawText()) }

        $parameters = Get-SignInParameter $scenario.credential ($null -ne $scenario.federated_token)
        $parameters.ClientTimeout = if ($scenario.options.timeout_ms) { $scenario.options.timeout_ms / 1000 } else { 20 }
        if ($scenario.options.cloud) { $parameters.Environment = $scenario.options.cloud }
        if ($scenario.options.endpoint -ne $false) { $parameters.Endpoint = $EmulatorAddress }
        $calls = if ($scenario.calls) { $scenario.calls } else { , 'invalidate' }
        $times = @($calls -eq 'invalidate').Count

        $expect = $scenario.expect
        $seen = if ($scenario.credential.kind -eq 'device-code') {
            $patience = if ($calls.Count -gt 1) { $scenario.options.timeout_ms * 1.2 }
            Invoke-Personally $parameters $times ($expect.status -eq 'sign_in_pending') $patience
        }
        else { & $connectAndCall $parameters $Adele $times }
        $outcome = $seen.Outcome
        $outcome.Status | Should -BeExactly $expect.status -Because "$($scenario.says) $($outcome.Message)"
        if ($expect.http_status) { $outcome.HttpStatus | Should -Be $expect.http_status }
        if ($expect.code) { $outcome.Code | Should -BeExactly $expect.code }
        if ($null -ne $expect.attempts) { $outcome.Attempts | Should -Be $expect.attempts }
        if ($expect.message_contains) { "$($outcome.Message)".Contains($expect.message_contains) | Should -BeTrue -Because $outcome.Message }
        if ($expect.hint_contains) { "$($outcome.Hint)".Contains($expect.hint_contains) | Should -BeTrue -Because $outcome.Hint }
        $requests = @($(if ($seen.Report) { $seen.Report } else { Get-EmulatorReport }).requests)
        if ($null -ne $expect.requests) { $requests.Count | Should -Be $expect.requests }
        if ($expect.asked) {
            $asked = @($requests | Where-Object { $null -ne $_.asked })[-1].asked
            foreach ($field in $expect.asked.PSObject.Properties) { $asked.($field.Name) | Should -BeExactly $field.Value }
        }
        Confirm-NothingSecret "$(if ($seen.Shown -is [System.Management.Automation.ErrorRecord]) { Get-Shown $seen.Shown } else { $seen.Shown })"
    }
}
