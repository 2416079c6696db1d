BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/SignIn.ps1"
    Start-Emulator
    $connect = 'GraphInvalidate.PowerShell.ConnectGraphInvalidateCommand'

    function Connect-Secret { Connect-GraphInvalidate -TenantId $TenantId -ClientSecretCredential (New-SecretCredential) -Endpoint $EmulatorAddress -ErrorAction Stop @args }

    # Waits until a person has been shown what to do, and gives the code.
    function Wait-Code($Shell) {
        while ($Shell.Streams.Information.Count -eq 0) {
            "$($Shell.InvocationStateInfo.State)" | Should -BeExactly 'Running' -Because "$($Shell.InvocationStateInfo.Reason)"
            [System.Threading.Thread]::Sleep(5)
        }
        (Get-SignIn)[-1].path | Should -BeLike '*/devicecode'
        [regex]::Match("$($Shell.Streams.Information[0])", 'enter the code (\S+)').Groups[1].Value
    }
}

AfterAll { Set-SignInVariable; $env:GRAPH_INVALIDATE_TOKEN = $null }

Describe 'Signing in' {
    BeforeEach { Reset-Emulator; Disconnect-GraphInvalidate; Set-SignInVariable }

    It 'happens when connecting, and lasts' {
        Connect-Secret | Should -BeNullOrEmpty
        @(Get-SignIn) | Should -HaveCount 1
        $Adele, $AdeleId | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -Be @($true, $true)
        @(Get-SignIn) | Should -HaveCount 1
    }

    It 'that fails leaves no connection: nothing acts by the one before' {
        Connect-Emulator
        { Connect-GraphInvalidate -TenantId $TenantId -ClientSecretCredential (New-SecretCredential wrong) -Endpoint $EmulatorAddress } | Should -Throw -ErrorId "AADSTS7000215,$connect"
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        "$(Get-GraphInvalidateContext 3>&1)" | Should -BeLike '*last Connect-GraphInvalidate failed*'
    }

    It 'serves calls with headers of their own as well' {
        Connect-Secret
        1..2 | ForEach-Object { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers @{ 'x-case' = '1' } | Should -BeTrue }
        Get-SentHeader 'x-case' | Should -Be '1'
        @(Get-SignIn) | Should -HaveCount 2
    }

    It 'needs none of what it was given any more' {
        $secret = New-SecretCredential
        Connect-GraphInvalidate -TenantId $TenantId -ClientSecretCredential $secret -Endpoint $EmulatorAddress
        $secret.Password.Dispose()
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers @{ 'x-case' = '1' } | Should -BeTrue
    }

    It 'reads the environment as it is in the session' {
        $env:AZURE_TENANT_ID, $env:AZURE_CLIENT_ID, $env:AZURE_CLIENT_SECRET = $TenantId, $ClientId, 'emulated-secret'
        Connect-GraphInvalidate -EnvironmentVariable -Endpoint $EmulatorAddress
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
        $env:AZURE_CLIENT_SECRET = 'hush'
        { Connect-GraphInvalidate -EnvironmentVariable -Endpoint $EmulatorAddress } | Should -Throw -ErrorId "AADSTS7000215,$connect"
    }

    It 'takes a file with a certificate from the folder that the session is in' {
        $path = $ExecutionContext.SessionState.Path
        $path.PushCurrentLocation('sign-in')
        $null = $path.SetLocation($Certificates)
        try { Connect-GraphInvalidate -TenantId $TenantId -ClientId $ClientId -CertificateFile client.pfx -CertificatePassword (ConvertTo-Secure emulated-password) -Endpoint $EmulatorAddress }
        finally { $null = $path.PopLocation('sign-in') }
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
    }

    It 'renews the token in the middle of a run, without anybody''s hand' {
        Connect-Secret
        Add-Fault @{ kind = 'tokens_expire'; after = 1 }
        $users = $Adele, 'o''brien@contoso.example', 'a+b@contoso.example'
        $outcomes = $users | Invoke-GraphInvalidateRun -BatchSize 1 -Concurrency 1 -Confirm:$false
        $outcomes.Status | Should -Be @('accepted', 'accepted', 'accepted')
        @(Get-SignIn) | Should -HaveCount 2
    }

    It 'is shown by Get-GraphInvalidateContext: who acts, where and until when' {
        Connect-Secret
        $context = Get-GraphInvalidateContext
        "$($context.AuthType) $($context.TokenCredentialType) $($context.TokenSource)" | Should -BeExactly 'AppOnly ClientSecret SignIn'
        "$($context.TenantId) $($context.ClientId) $($context.AppName) $($context.Environment)" | Should -BeExactly "$TenantId $ClientId Incident Automation global"
        $context.Scopes | Should -Be @('User.RevokeSessions.All', 'User.Read.All')
        $context.Expires | Should -BeGreaterThan ([DateTimeOffset]::UtcNow)
        $context.Account | Should -BeNullOrEmpty
        Connect-Emulator
        $context = Get-GraphInvalidateContext
        "$($context.AuthType) $($context.TokenCredentialType) $($context.TokenSource)" | Should -BeExactly 'UserProvidedAccessToken UserProvidedAccessToken AccessToken'
        "$($context.TenantId) $($context.Account)" | Should -BeExactly "$TenantId $Admin"
        $global:asked = 0
        Connect-GraphInvalidate -AccessTokenProvider { $global:asked++; 'opaque' } -Endpoint $EmulatorAddress
        "$((Get-GraphInvalidateContext).AuthType) $($global:asked)" | Should -BeExactly 'UserProvidedAccessToken 0'
    }

    It 'is told by -Verbose, and nothing else' { "$(Connect-Secret -Verbose 4>&1)" | Should -BeLike "Signed in as * in $TenantId, until *, by client-secret." }

    It 'warns where it is to last longer than the session' {
        Connect-Secret -ContextScope Process 3>&1 | Should -BeNullOrEmpty
        "$(Connect-Secret -ContextScope CurrentUser 3>&1)" | Should -BeLike '*in memory alone*'
    }
}

Describe 'A person' {
    BeforeEach { Reset-Emulator; Disconnect-GraphInvalidate; Set-SignInVariable; $shell = New-Shell }
    AfterEach { $shell.Dispose() }

    It 'is shown a page and a code, once, and is waited for' {
        $running = $shell.AddScript('Connect-GraphInvalidate -UseDeviceCode -ClientTimeout 1 -Endpoint $args[0]; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $args[1]; Get-GraphInvalidateContext').
            AddArgument($EmulatorAddress).AddArgument($Adele).BeginInvoke()
        $code = Wait-Code $shell
        $running.AsyncWaitHandle.WaitOne(1200) | Should -BeFalse -Because 'a person needs longer than a call may take'
        $null = Send-Control approve @{ user_code = $code; user = $Admin }
        $said = $shell.EndInvoke($running)
        $accepted, $context = $said[0], $said[1]
        $accepted | Should -BeTrue -Because "$($shell.Streams.Error.ReadAll()) $($said.Count)"
        $context.Account | Should -BeExactly $Admin
        "$($context.AuthType) $($context.TokenCredentialType)" | Should -BeExactly 'Delegated DeviceCode'
        # A stream of a shell is never at its end: what reads on to there waits for ever.
        $told = $shell.Streams.Information.ReadAll()
        "$told" | Should -BeLike "*https://microsoft.com/devicelogin*$code*"
        @($told) | Should -HaveCount 1
    }

    It 'sees that also where the output is captured' {
        $null = Send-Control approve @{ user = $Admin }
        $shown = Invoke-Engine "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; `$captured = Connect-GraphInvalidate -UseDeviceCode -Endpoint $EmulatorAddress; `"captured: <`$captured>`"; (Get-GraphInvalidateContext).Account"
        $shown[0] | Should -BeLike '*https://microsoft.com/devicelogin*'
        $shown[1..2] | Should -Be @('captured: <>', $Admin)
    }

    It 'is asked for what was given' {
        $null = Send-Control approve @{ user = $Admin }
        Connect-GraphInvalidate 'User.RevokeSessions.All', 'User.Read.All' -UseDeviceCode -TenantId contoso.example -Endpoint $EmulatorAddress 6> $null
        $asked = (Get-SignIn)[0]
        $asked.path | Should -BeExactly '/contoso.example/oauth2/v2.0/devicecode'
        $asked.asked.scope | Should -BeLike '*/User.RevokeSessions.All *User.Read.All *'
    }

    It 'need not be waited for: Ctrl+C ends it, and nothing acts by the connection before' {
        $null = $shell.AddScript('param($token, $address) Connect-GraphInvalidate -AccessToken $token -Endpoint $address').AddArgument((ConvertTo-Secure (New-Token))).AddArgument($EmulatorAddress).Invoke()
        $shell.Commands.Clear()
        $null = $shell.AddScript('Connect-GraphInvalidate -UseDeviceCode -Endpoint $args[0]').AddArgument($EmulatorAddress).BeginInvoke()
        $null = Wait-Code $shell
        $shell.Stop()
        "$($shell.InvocationStateInfo.State)" | Should -Be 'Stopped'
        $shell.Commands.Clear()
        $shell.AddScript('(Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $args[0] 2>&1).FullyQualifiedErrorId').AddArgument($Adele).Invoke() | Should -BeLike 'NotConnected,*'
    }

    It 'is told to connect again where the sign-in is over, as after signing out oneself' {
        $null = Send-Control approve @{ user = $Admin }
        Connect-GraphInvalidate -UseDeviceCode -Endpoint $EmulatorAddress 6> $null
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId me | Should -BeTrue
        Add-Fault @{ kind = 'tokens_expire' }
        $failures = 1..2 | ForEach-Object { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1 }
        $failures.Exception.Status | Should -Be @('sign_in_interaction_required', 'sign_in_interaction_required')
        $failures.ErrorDetails.RecommendedAction | Should -Be @('The sign-in is over: run Connect-GraphInvalidate again.', 'The sign-in is over: run Connect-GraphInvalidate again.')
    }

    It 'is not waited for where a splat is misspelt' {
        { Connect-GraphInvalidate @misspelt -UseDeviceCode -Endpoint $EmulatorAddress } | Should -Throw -ExpectedMessage '*value is $null*'
        Get-RequestCount | Should -Be 0
    }

    It 'is not waited for where nobody can be: in a service, in a job' {
        $shown = Invoke-Engine "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; Connect-GraphInvalidate -Endpoint $EmulatorAddress" -NoInput
        "$shown" | Should -BeLike '*Nobody can be asked to sign in in this session*-ClientSecretCredential*-UseDeviceCode*'
        Get-RequestCount | Should -Be 0
    }

    It 'is not asked again for a call with headers of its own: that is refused with a sentence' {
        $null = Send-Control approve @{ user = $Admin }
        Connect-GraphInvalidate -UseDeviceCode -Endpoint $EmulatorAddress 6> $null
        "$(Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers @{ 'x-case' = '1' } 2>&1)" | Should -BeLike '*person has signed in*'
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
    }
}

Describe 'A chain' {
    BeforeEach {
        Reset-Emulator
        Disconnect-GraphInvalidate
        Set-SignInVariable @{
            AZURE_TENANT_ID = $TenantId; AZURE_CLIENT_ID = $ClientId; AZURE_CLIENT_SECRET = 'emulated-secret'
            ACTIONS_ID_TOKEN_REQUEST_URL = "$EmulatorAddress/github-actions/_apis/distributedtask/hubs/build/plans/1/jobs/2/idtoken?api-version=2.0"
            ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'emulated-request-token'
        }
    }

    It 'says who acts, in what Test-GraphInvalidateAccess shows and in the journal of a run: <acts>' -TestCases @(
        @{ allowed = ''; acts = 'environment' }
        @{ allowed = 'WorkloadIdentityCredential'; acts = 'workload-identity (github-actions)' }
    ) {
        $env:AZURE_TOKEN_CREDENTIALS = $allowed
        Connect-GraphInvalidate -Chain -Endpoint $EmulatorAddress
        (Test-GraphInvalidateAccess).Credential | Should -BeExactly $acts
        $journal = [System.IO.Directory]::CreateTempSubdirectory().FullName + '/run.jsonl'
        ($Adele | Invoke-GraphInvalidateRun -Journal $journal -Confirm:$false).Status | Should -BeExactly 'accepted'
        ([System.IO.File]::ReadAllLines($journal)[0] | ConvertFrom-Json).credential | Should -BeExactly $acts
        Confirm-NothingSecret ([System.IO.File]::ReadAllText($journal))
    }

    It 'obeys AZURE_TOKEN_CREDENTIALS, and whoever is named wins over it and says so' {
        $env:AZURE_TOKEN_CREDENTIALS = 'ManagedIdentityCredential'
        $env:AZURE_POD_IDENTITY_AUTHORITY_HOST = 'http://127.0.0.1:9'
        { Connect-GraphInvalidate -Chain -Endpoint $EmulatorAddress } | Should -Throw -ErrorId "credential_unavailable,$connect" -ExpectedMessage '*leaves out environment, workload-identity, azure-cli, device-code*'
        Get-RequestCount | Should -Be 0
        $said = Connect-GraphInvalidate -WorkloadIdentity -Endpoint $EmulatorAddress -Verbose 4>&1
        "$said" | Should -BeLike '*workload-identity was given, so AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential is ignored*'
    }
}

Describe 'Another tenant than the expected one' {
    BeforeEach { Reset-Emulator; Disconnect-GraphInvalidate; Set-SignInVariable }

    It 'is refused when signing in, and nothing acts by the connection before' {
        Connect-Emulator
        { Connect-Secret -ExpectTenant $OtherTenantId } | Should -Throw -ErrorId "token_wrong_tenant,$connect" -ExpectedMessage "*$TenantId*$OtherTenantId*"
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        @((Get-EmulatorReport).requests).Count | Should -Be 1
    }

    It 'is refused before a call with <what>' -TestCases @(
        @{ what = 'a token'; more = { @{ AccessToken = ConvertTo-Secure (New-Token) } } }
        @{ what = 'a script block''s token'; more = { $global:token = New-Token; @{ AccessTokenProvider = { $global:token } } } }
    ) {
        $with = & $more
        Connect-GraphInvalidate @with -Endpoint $EmulatorAddress -ExpectTenant $OtherTenantId
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1).FullyQualifiedErrorId | Should -BeLike 'token_wrong_tenant,*'
        (Test-GraphInvalidateAccess).Status | Should -BeExactly 'token_wrong_tenant'
        (Get-GraphInvalidateContext).ExpectTenant | Should -BeExactly $OtherTenantId
        Connect-GraphInvalidate @with -Endpoint $EmulatorAddress -ExpectTenant $TenantId
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
        Get-RequestCount | Should -Be 1
    }

    It 'is refused by the variable, as it is in the session' {
        $env:GRAPH_INVALIDATE_EXPECT_TENANT = $OtherTenantId
        { Connect-Secret } | Should -Throw -ErrorId "token_wrong_tenant,$connect"
        Connect-Secret -ExpectTenant $TenantId
        $text = "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; `$env:GRAPH_INVALIDATE_EXPECT_TENANT = '$OtherTenantId'; (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId me 2>&1).FullyQualifiedErrorId
            `$env:GRAPH_INVALIDATE_EXPECT_TENANT = `$null; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId me"
        $env:GRAPH_INVALIDATE_EXPECT_TENANT = $null
        $shown = Invoke-Engine $text @{ GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }
        $shown[0] | Should -BeLike 'token_wrong_tenant,*'
        $shown[1] | Should -BeExactly 'True'
    }

    It 'has to be named by its id' { { Connect-Secret -ExpectTenant contoso.example } | Should -Throw -ErrorId "invalid_option,$connect" -ExpectedMessage '*id*' }
}

Describe 'The clouds' {
    BeforeAll {
        # An emulator that is a proxy: CONNECT to a cloud's own hosts leads back to it, over TLS in their names.
        $authority = [System.IO.Directory]::CreateTempSubdirectory().FullName + '/ca.pem'
        $proxy = New-EmulatorProcess '--as-proxy', '--write-ca', $authority
    }
    AfterAll { $proxy.Process.Kill() }

    It 'are signed in to and acted in under their own names: <cloud>' -TestCases @(
        @{ cloud = 'Global'; login = 'login.microsoftonline.com'; graph = 'graph.microsoft.com' }
        @{ cloud = 'USGov'; login = 'login.microsoftonline.us'; graph = 'graph.microsoft.us' }
        @{ cloud = 'USGovDoD'; login = 'login.microsoftonline.us'; graph = 'dod-graph.microsoft.us' }
        @{ cloud = 'China'; login = 'login.chinacloudapi.cn'; graph = 'microsoftgraph.chinacloudapi.cn' }
    ) {
        Set-SignInVariable
        $null = Send-Control reset -Address $proxy.Address
        Connect-GraphInvalidate -TenantId contoso.example -ClientSecretCredential (New-SecretCredential) -Environment $cloud -Proxy ($proxy.Address -replace '^https', 'http') -CaFile $authority
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
        (Get-GraphInvalidateContext).Environment | Should -BeExactly $cloud
        $requests = ($Control.GetStringAsync("$($proxy.Address)/__emulator/requests").GetAwaiter().GetResult() | ConvertFrom-Json -DateKind String).requests
        $requests.server_name | Should -Be @($login, $graph)
        $requests.headers.host | Should -Be @($login, $graph)
        $requests[0].asked.scope | Should -BeExactly "https://$graph/.default"
    }

    It 'are reached through the proxy''s credentials, which are shown nowhere' {
        $null = Send-Control reset -Address $proxy.Address
        $null = Send-Control proxy @{ user = 'user'; password = 'hush' } $proxy.Address
        $address = $proxy.Address -replace '^https', 'http'
        $with = @{ TenantId = $TenantId; ClientSecretCredential = New-SecretCredential; Environment = 'Global'; CaFile = $authority; Proxy = $address }
        { Connect-GraphInvalidate @with } | Should -Throw -ErrorId "proxy_failed,$connect"
        $credential = [pscredential]::new('user', (ConvertTo-Secure hush))
        Connect-GraphInvalidate @with -ProxyCredential $credential
        $credential.Password.Dispose()
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers @{ 'x-case' = '1' } | Should -BeTrue
        Confirm-NothingSecret "$(Get-GraphInvalidateContext | ForEach-Object { $_.PSObject.Properties.Value })"
        { Connect-GraphInvalidate -Identity -ProxyUseDefaultCredentials } | Should -Throw -ExpectedMessage '*give -Proxy*'
    }
}

Describe 'What makes no sense' {
    BeforeEach { Reset-Emulator; Set-SignInVariable }

    It 'is refused by the engine: <what>' -TestCases @(
        @{ what = 'a secret and a certificate'; with = { @{ ClientSecretCredential = New-SecretCredential; CertificateFile = 'client.pem' } } }
        @{ what = 'a managed identity and a secret'; with = { @{ Identity = $true; ClientSecretCredential = New-SecretCredential } } }
        @{ what = 'a tenant beside a token, which has one'; with = { @{ AccessToken = ConvertTo-Secure opaque; TenantId = $TenantId } } }
        @{ what = 'a password without its file'; with = { @{ ClientId = $ClientId; CertificatePassword = ConvertTo-Secure hush; CertificateThumbprint = '00' } } }
        @{ what = 'a secret in plain text'; with = { @{ ClientSecretCredential = 42 } } }
    ) {
        $given = & $with
        { Connect-GraphInvalidate @given } | Should -Throw
        Get-RequestCount | Should -Be 0
    }

    It 'is refused with a sentence: two certificates' {
        { Connect-GraphInvalidate -ClientId $ClientId -CertificateThumbprint 00 -CertificateName 'CN=x' } | Should -Throw -ErrorId "CertificateUnclear,$connect" -ExpectedMessage '*-CertificateFile*'
    }

    It 'is refused with a sentence: a token as the first argument, before it is sent anywhere' {
        $token = New-Token
        try { Connect-GraphInvalidate $token -Endpoint $EmulatorAddress; throw 'connected' }
        catch { "$_ $($_.Exception)".Contains($token) | Should -BeFalse; "$_" | Should -BeLike '*-AccessToken*' }
        Get-RequestCount | Should -Be 0
    }
}

Describe 'Secrets' {
    It 'are shown nowhere' {
        Reset-Emulator
        $text = @"
            `$VerbosePreference = `$DebugPreference = 'Continue'; `$ConfirmPreference = 'None'; `$ErrorView = 'DetailedView'
            Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'
            function Secure(`$text) { [System.Net.NetworkCredential]::new('', `$text).SecurePassword }
            `$right, `$wrong = `$env:RIGHT, `$env:WRONG | ForEach-Object { [pscredential]::new('$ClientId', (Secure `$_)) }
            `$file = @{ TenantId = '$TenantId'; ClientId = '$ClientId'; CertificateFile = '$Certificates/client.pfx'; Endpoint = '$EmulatorAddress' }
            Connect-GraphInvalidate -TenantId $TenantId -ClientSecretCredential `$wrong -Endpoint $EmulatorAddress
            Connect-GraphInvalidate @file -CertificatePassword (Secure `$env:WRONG)
            Connect-GraphInvalidate @file -CertificatePassword (Secure `$env:PASSWORD)
            Connect-GraphInvalidate -TenantId $TenantId -ClientSecretCredential `$right -Endpoint $EmulatorAddress
            `$context = Get-GraphInvalidateContext; `$context; `$context.PSObject.Properties | ForEach-Object { "`$(`$_.Name) `$(`$_.Value)" }
            'me', '$Adele', 'nobody' | Invoke-MgBetaInvalidateAllUserRefreshToken -WhatIf
            'me', '$Adele', 'nobody' | Invoke-MgBetaInvalidateAllUserRefreshToken -PassThru -Confirm:`$false | Out-Default
            `$Error | ForEach-Object { `$_.Exception.ToString(); `$_.Exception.Outcome; `$_.ErrorDetails.Message; `$_.InvocationInfo.Line }
            Get-History | ForEach-Object { `$_.CommandLine }
"@
        $shown = (Invoke-Engine $text @{ RIGHT = 'emulated-secret'; WRONG = 'hush-hush'; PASSWORD = 'emulated-password' }) -join ''
        $shown | Should -BeLike '*Signed in as*accepted*AADSTS7000215*'
        Confirm-NothingSecret $shown
    }
}
