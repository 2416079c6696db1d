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
        { Connect-GraphInvalidate -AccessToken 'plain' } | Should -Throw -ExpectedMessage '*AccessToken*SecureString*'
    }

    It 'takes the cloud by the name <name>' -TestCases @(@{ name = 'Environment' }, @{ name = 'EnvironmentName' }, @{ name = 'NationalCloud' }) {
        $cloud = @{ $name = 'USGovDoD' }
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure opaque) @cloud
        (Get-GraphInvalidateContext).Environment | Should -Be 'USGovDoD'
    }

    It 'refuses <what> with a sentence, and keeps the connection that was there' -TestCases @(
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
        (Get-GraphInvalidateContext).Endpoint | Should -Be $EmulatorAddress
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

    It 'do not lose their connection when another removes the module' {
        Reset-Emulator
        $other = New-Shell
        $null = $other.AddScript('Remove-Module GraphInvalidate').Invoke()
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
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
