BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator
}

AfterAll { $env:GRAPH_INVALIDATE_TOKEN = $null }

Describe 'Connect-GraphInvalidate' {
    BeforeEach { Reset-Emulator; Disconnect-GraphInvalidate }

    It 'takes a SecureString, and shows and sends nothing' {
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure (New-Token)) -Endpoint $EmulatorAddress -NoWelcome | Should -BeNullOrEmpty
        Get-RequestCount | Should -Be 0
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
    }

    It 'does not need the SecureString any more afterwards' {
        $token = ConvertTo-Secure (New-Token)
        Connect-GraphInvalidate $token -Endpoint $EmulatorAddress
        $token.Dispose()
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Headers @{ 'x-case' = '1' } | Should -BeTrue
    }

    It 'takes no plain text, as Microsoft''s does not' {
        { Connect-GraphInvalidate -AccessToken 'plain' } | Should -Throw -ExpectedMessage '*AccessToken*takes a SecureString*String was given*'
    }

    It 'takes the cloud by the name <name>' -TestCases @(@{ name = 'Environment' }, @{ name = 'EnvironmentName' }, @{ name = 'NationalCloud' }) {
        $cloud = @{ $name = 'USGovDoD' }
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure opaque) @cloud
        (Get-GraphInvalidateContext).Environment | Should -Be 'USGovDoD'
    }

    It 'refuses <what> with a sentence, and nothing acts by the connection before' -TestCases @(
        @{ what = 'a cloud that is none'; options = @{ Environment = 'Mars' }; sentence = '*Mars*' }
        @{ what = 'an endpoint that is none'; options = @{ Endpoint = 'ftp://graph' }; sentence = '*' }
        @{ what = 'plain HTTP to another machine'; options = @{ Endpoint = 'http://graph.example' }; sentence = '*' }
        @{ what = 'an action that is none'; options = @{ Api = 'v2' }; sentence = '*v2*' }
        @{ what = 'a file that is not there'; options = @{ CaFile = 'none.pem' }; sentence = '*none.pem*' }
        @{ what = 'a token of nothing'; options = @{ AccessToken = [securestring]::new() }; sentence = '*empty*' }
    ) {
        Connect-Emulator
        $all = @{ AccessToken = ConvertTo-Secure opaque } + @{}
        foreach ($key in $options.Keys) { $all[$key] = $options[$key] }
        { Connect-GraphInvalidate @all } | Should -Throw -ExpectedMessage $sentence
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1).FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        Get-RequestCount | Should -Be 0
    }

    It 'chooses the action' {
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure (New-Token)) -Endpoint $EmulatorAddress -Api v1.0
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
        (Get-EmulatorReport).requests[0].path | Should -BeLike '/v1.0/*/revokeSignInSessions'
    }

    It 'limits each call by -ClientTimeout' {
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure (New-Token)) -Endpoint $EmulatorAddress -ClientTimeout 0.3
        Add-Fault @{ kind = 'stall'; times = 9 }
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1).FullyQualifiedErrorId | Should -BeLike 'deadline_exceeded,*'
    }
}

Describe '-AccessTokenProvider' {
    BeforeEach { Reset-Emulator; Disconnect-GraphInvalidate }

    It 'is asked before each call, and may give <what>' -TestCases @(
        @{ what = 'text'; give = { param($token) $token } }
        @{ what = 'a SecureString'; give = { param($token) ConvertTo-Secure $token } }
    ) {
        $global:asked = 0
        $global:give = $give
        $global:token = New-Token
        Connect-GraphInvalidate -AccessTokenProvider { $global:asked++; & $global:give $global:token } -Endpoint $EmulatorAddress
        $global:asked | Should -Be 0
        $Adele, $AdeleId | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -Be @($true, $true)
        $global:asked | Should -Be 2
        "$((Get-GraphInvalidateContext).TokenSource)" | Should -Be 'AccessTokenProvider'
    }

    It 'is asked once more where a token had expired' {
        $global:tokens = [System.Collections.Generic.Queue[string]]::new([string[]]((New-Token @{ user = $Admin; expires_in = -3600 }), (New-Token)))
        Connect-GraphInvalidate -AccessTokenProvider { $global:tokens.Dequeue() } -Endpoint $EmulatorAddress
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
        $global:tokens.Count | Should -Be 0
    }

    It 'leaves an error for each user where it <what>' -TestCases @(
        @{ what = 'throws'; provider = { throw 'the vault is shut' }; sentence = 'the vault is shut' }
        @{ what = 'gives nothing'; provider = { }; sentence = '*gave no access token*' }
        @{ what = 'says why'; provider = { function Get-It { [CmdletBinding()] param() $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([Exception]::new('Run Connect-AzAccount to login.'), 'x', 'NotSpecified', $null)) } Get-It }; sentence = '*gave no access token*Run Connect-AzAccount to login.' }
        @{ what = 'gives a number'; provider = { 5 }; sentence = '*gave no access token*' }
        @{ what = 'gives an empty text'; provider = { '' }; sentence = '*empty*' }
    ) {
        Connect-GraphInvalidate -AccessTokenProvider $provider -Endpoint $EmulatorAddress
        $null = $Adele, $AdeleId | Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] -and "$_" -like $sentence } | Should -Not -BeNullOrEmpty
        Get-RequestCount | Should -Be 0
    }
}

Describe 'Without a connection' {
    BeforeAll {
        # In an engine of its own, which is started with these variables.
        function Show([string] $Text, [string] $Token) {
            Invoke-Engine "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; $Text" @{ GRAPH_INVALIDATE_TOKEN = $Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }
        }
    }
    BeforeEach { Reset-Emulator; Disconnect-GraphInvalidate }

    It 'the environment''s token is used' {
        $shown = Show "Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele; (Get-GraphInvalidateContext).TokenSource" (New-Token)
        $shown | Should -Be @('True', 'EnvironmentVariable')
    }

    It 'a token that is set later is used from then on' {
        $text = "Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele; `$env:GRAPH_INVALIDATE_TOKEN = '$(New-Token @{ user = $Adele })'; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId me"
        Show $text (New-Token) | Should -Be @('True', 'True')
        Get-Accepted | ForEach-Object { $_.count } | Should -Be 2
    }

    It 'an endpoint that the session sets is used from then on, and never a foreign one' {
        $elsewhere = New-EmulatorProcess
        try {
            $env:GRAPH_INVALIDATE_TOKEN = New-Token
            $env:GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress
            Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
            $env:GRAPH_INVALIDATE_ENDPOINT = 'https://gateway.contoso.example'
            (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1).FullyQualifiedErrorId | Should -BeLike 'host_refused,*'
            Get-RequestCount | Should -Be 1
            $env:GRAPH_INVALIDATE_ENDPOINT = $elsewhere.Address
            $env:GRAPH_INVALIDATE_TOKEN = (Send-Control tokens @{} $elsewhere.Address).access_token
            Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
            Get-RequestCount | Should -Be 1
        }
        finally {
            $env:GRAPH_INVALIDATE_ENDPOINT = $null
            $elsewhere.Process.Kill()
        }
    }

    It 'a token that is none is an error of each call, until there is another' {
        $env:GRAPH_INVALIDATE_TOKEN = 'two words'
        (Get-GraphInvalidateContext 2>&1).FullyQualifiedErrorId | Should -BeLike 'token_malformed,*'
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1).FullyQualifiedErrorId | Should -BeLike 'token_malformed,*'
        $env:GRAPH_INVALIDATE_TOKEN = $null
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1).FullyQualifiedErrorId | Should -BeLike 'token_missing,*'
    }

    It 'a connection goes first' {
        $env:GRAPH_INVALIDATE_TOKEN = 'rubbish'
        Connect-Emulator
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
    }

    It 'nothing is sent without a token, and the error says how to connect' {
        $failure = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1
        $failure.FullyQualifiedErrorId | Should -BeLike 'token_missing,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Connect-GraphInvalidate*'
        Get-RequestCount | Should -Be 0
    }
}

Describe 'Get-GraphInvalidateContext and Disconnect-GraphInvalidate' {
    BeforeEach { Reset-Emulator; Disconnect-GraphInvalidate }

    It 'show nothing where there is nothing' { Get-GraphInvalidateContext | Should -BeNullOrEmpty }

    It 'show where calls go' {
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure opaque) -Endpoint $EmulatorAddress -ClientTimeout 30 -Api v1.0
        $context = Get-GraphInvalidateContext
        $context.Endpoint | Should -Be $EmulatorAddress
        $context.ClientTimeout.TotalSeconds | Should -Be 30
        $context.Api | Should -Be 'v1.0'
        "$($context.TokenSource)" | Should -Be 'AccessToken'
    }

    It 'forget the token' {
        Connect-Emulator
        Disconnect-GraphInvalidate | Should -BeNullOrEmpty
        Get-GraphInvalidateContext | Should -BeNullOrEmpty
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele 2>&1).FullyQualifiedErrorId | Should -BeLike 'token_missing,*'
        Disconnect-GraphInvalidate
    }
}

Describe 'Two runspaces' {
    It 'do not share a connection, and can call at once' {
        Reset-Emulator
        $shells = 1..2 | ForEach-Object { New-Shell }
        $users = $Adele, $Admin
        foreach ($index in 0, 1) {
            $null = $shells[$index].AddScript('param($token, $address) Get-GraphInvalidateContext; Connect-GraphInvalidate -AccessToken $token -Endpoint $address; 1..50 | ForEach-Object { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId me -PassThru }').
                AddArgument((ConvertTo-Secure (New-Token @{ user = $users[$index] }))).AddArgument($EmulatorAddress)
        }
        $running = $shells | ForEach-Object { $_.BeginInvoke() }
        foreach ($index in 0, 1) {
            $outcomes = $shells[$index].EndInvoke($running[$index])
            $outcomes.Count | Should -Be 50
            $outcomes | Where-Object Status -ne accepted | Should -BeNullOrEmpty
        }
        Get-Accepted | ForEach-Object { $_.count } | Should -Be @(50, 50)
    }

    It 'do not share the environment''s token where one of them is connected: calls are refused until Connect or Disconnect' {
        Reset-Emulator
        $env:GRAPH_INVALIDATE_TOKEN = New-Token
        $env:GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress
        try {
            $shell = New-Shell
            $refused = $shell.AddScript("Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele").Invoke()
            $refused | Should -BeNullOrEmpty
            "$($shell.Streams.Error)" | Should -BeLike '*Another runspace of this process is connected*-Connection*'
            Get-RequestCount | Should -Be 0
            $shell.Commands.Clear()
            $shell.AddScript("Disconnect-GraphInvalidate; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele").Invoke() | Should -Be $true
        }
        finally { $env:GRAPH_INVALIDATE_TOKEN = $env:GRAPH_INVALIDATE_ENDPOINT = $null }
    }

    It 'can share one that is passed, with its guard and its script block' {
        Reset-Emulator
        $global:token = New-Token
        $text = "param(`$connection) Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Connection `$connection 2>&1"
        $guarded = Connect-GraphInvalidate -AccessToken (ConvertTo-Secure $token) -Endpoint $EmulatorAddress -ExpectTenant 99999999-9999-4999-8999-999999999999 -PassThru
        (New-Shell).AddScript($text).AddArgument($guarded).Invoke().FullyQualifiedErrorId | Should -BeLike 'token_wrong_tenant,*'
        Get-RequestCount | Should -Be 0
        # The block is asked in the runspace that calls: a script block of this one would wait for it.
        $env:TEST_TOKEN = $token
        $asking = Connect-GraphInvalidate -AccessTokenProvider { $env:TEST_TOKEN } -Endpoint $EmulatorAddress -PassThru
        (New-Shell).AddScript($text).AddArgument($asking).Invoke() | Should -Be $true
        $env:TEST_TOKEN = $null
        # What is held is still there when this runspace has another connection; what is ended is not.
        Connect-Emulator
        (Test-GraphInvalidateAccess -Connection $guarded).Status | Should -BeExactly 'token_wrong_tenant'
        $held = Connect-GraphInvalidate -AccessToken (ConvertTo-Secure $token) -Endpoint $EmulatorAddress -PassThru
        'me' | Invoke-GraphInvalidateRun -Connection $held -Confirm:$false | ForEach-Object Status | Should -Be 'accepted'
        Disconnect-GraphInvalidate
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Connection $held 2>&1).FullyQualifiedErrorId | Should -BeLike 'ConnectionEnded,*'
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Connection $misspelt } | Should -Throw -ExpectedMessage "*'Connection'*`$null*"
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Connection 'text' } | Should -Throw -ExpectedMessage '*takes a GraphInvalidateContext*String*'
    }

    It 'do not lose their connection when another removes the module' {
        Reset-Emulator
        $other = New-Shell
        $null = $other.AddScript('Remove-Module GraphInvalidate').Invoke()
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
    }
}

Describe 'A connection that was not ended' {
    BeforeEach { Reset-Emulator }

    It 'is not replaced by the environment''s token: <what>' -TestCases @(
        @{ what = 'Import-Module -Force'; text = 'Import-Module $env:GRAPH_INVALIDATE_TEST_MODULE -Force' }
        @{ what = 'Remove-Module'; text = 'Remove-Module GraphInvalidate; Import-Module $env:GRAPH_INVALIDATE_TEST_MODULE' }
        @{ what = 'a sign-in that fails'; text = 'try { Connect-GraphInvalidate -AccessToken ([securestring]::new()) } catch { }' }
        @{ what = 'a parameter that the engine refuses'; text = 'try { Connect-GraphInvalidate -ClientTimeout never } catch { }' }
        @{ what = 'a guard that is nothing'; text = 'try { Connect-GraphInvalidate -Identity -ExpectTenant $misspelt } catch { }' }
        @{ what = 'a parameter that is missing'; text = 'try { Connect-GraphInvalidate -Identity -Chain } catch { }' }
    ) {
        $shell = New-Shell
        $connect = 'param($token, $address) $env:GRAPH_INVALIDATE_TOKEN = [System.Net.NetworkCredential]::new("", $token).Password; $env:GRAPH_INVALIDATE_ENDPOINT = $address; Connect-GraphInvalidate -AccessToken $token -Endpoint $address'
        try {
            $null = $shell.AddScript($connect).AddArgument((ConvertTo-Secure (New-Token))).AddArgument($EmulatorAddress).Invoke()
            $shell.Commands.Clear()
            $said = $shell.AddScript("$text; Get-GraphInvalidateContext -WarningAction SilentlyContinue; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele; 'me' | Invoke-GraphInvalidateRun -Confirm:`$false; Test-GraphInvalidateAccess").Invoke()
            $said | Should -BeNullOrEmpty
            @($shell.Streams.Error.ReadAll() | Where-Object FullyQualifiedErrorId -like 'NotConnected,*') | Should -HaveCount 3
            Get-RequestCount | Should -Be 0
            $shell.Commands.Clear()
            $shell.AddScript("Disconnect-GraphInvalidate; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele").Invoke() | Should -Be $true
        }
        finally { $env:GRAPH_INVALIDATE_TOKEN = $env:GRAPH_INVALIDATE_ENDPOINT = $null }
    }
}

Describe 'The token' {
    It 'is shown nowhere' {
        Reset-Emulator
        $token = New-Token
        $text = @"
            `$VerbosePreference = `$DebugPreference = 'Continue'; `$ConfirmPreference = 'None'; `$ErrorView = 'DetailedView'
            Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'
            Connect-GraphInvalidate -AccessToken ([System.Net.NetworkCredential]::new('', `$env:THE_TOKEN).SecurePassword) -Endpoint $EmulatorAddress -Verbose
            `$context = Get-GraphInvalidateContext; `$context; `$context.PSObject.Properties | ForEach-Object { "`$(`$_.Name) `$(`$_.Value)" }
            'me', '$Adele', 'nobody', 'a/b' | Invoke-MgBetaInvalidateAllUserRefreshToken -PassThru -Confirm:`$false | Out-Default
            `$Error | ForEach-Object { `$_.Exception.ToString(); `$_.Exception.Outcome; `$_.ErrorDetails.Message; `$_.InvocationInfo.Line }
            Invoke-MgBetaInvalidateAllUserRefreshToken -UserId me -Headers @{ Authorization = `$env:THE_TOKEN }
"@
        $shown = (Invoke-Engine $text @{ THE_TOKEN = $token }) -join ''
        $shown | Should -BeLike "*accepted*"
        $shown | Should -BeLike '*Request_ResourceNotFound*'
        foreach ($part in $token, $token.Split('.')[1], $token.Split('.')[2]) { $shown.Contains($part) | Should -BeFalse }
    }
}
