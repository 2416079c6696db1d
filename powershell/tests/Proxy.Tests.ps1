BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    # Another emulator, which is a proxy: CONNECT to a cloud's own hosts leads back to it, over TLS in their names.
    $authority = [System.IO.Directory]::CreateTempSubdirectory().FullName + '/ca.pem'
    $proxy = New-EmulatorProcess '--as-proxy', '--write-ca', $authority
    $address = $proxy.Address -replace '^https', 'http'

    function New-Credential([string] $User, [string] $Password) { [pscredential]::new($User, (ConvertTo-Secure $Password)) }
    function Get-TunnelCount { ($Control.GetStringAsync("$($proxy.Address)/__emulator/requests").GetAwaiter().GetResult() | ConvertFrom-Json -DateKind String).tunnels }
}

AfterAll { $proxy.Process.Kill() }

Describe '-Proxy' {
    BeforeEach {
        $null = Send-Control reset -Address $proxy.Address
        $null = Send-Control proxy @{} $proxy.Address
        $token = (Send-Control tokens @{ user = $Admin } $proxy.Address).access_token
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure $token) -CaFile $authority -ClientTimeout 20
    }

    It 'is where the call goes: the service is reached through it alone' {
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Proxy $address | Should -BeTrue
        Get-TunnelCount | Should -Be 1
    }

    It 'is kept for the next call, and may have headers beside it' {
        $outcomes = 1..3 | ForEach-Object { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Proxy $address -Headers @{ 'x-case' = '1' } -PassThru }
        $outcomes.Status | Should -Be @('accepted', 'accepted', 'accepted')
        Get-TunnelCount | Should -Be 1
    }

    It 'is given the -ProxyCredential, whatever characters it has' {
        $null = Send-Control proxy @{ user = 'domain\user'; password = 'p@ss:w/rd%' } $proxy.Address
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Proxy $address -ProxyCredential (New-Credential 'domain\user' 'p@ss:w/rd%') | Should -BeTrue
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Proxy ($address -replace '//', '//other:words@') -ProxyCredential (New-Credential 'domain\user' 'p@ss:w/rd%') | Should -BeTrue
    }

    It 'that refuses is an error of its own, which shows no password' {
        $null = Send-Control proxy @{ user = 'user'; password = 'right' } $proxy.Address
        $failure = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Proxy $address -ProxyCredential (New-Credential 'user' 'h0rse-battery') 2>&1
        $failure.FullyQualifiedErrorId | Should -BeLike 'proxy_failed,*'
        "$failure $($failure.Exception) $($failure.ErrorDetails.RecommendedAction)" | Should -Not -Match 'h0rse-battery'
    }

    It 'is used with -ProxyUseDefaultCredentials, which says what it cannot do' {
        $result = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Proxy $address -ProxyUseDefaultCredentials -WarningVariable warnings -WarningAction SilentlyContinue
        $result | Should -BeTrue
        "$warnings" | Should -BeLike '*-ProxyCredential*'
    }

    It 'is refused where it is none' {
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Proxy 'ftp://proxy' 2>&1).FullyQualifiedErrorId | Should -BeLike 'invalid_proxy,*'
        Get-TunnelCount | Should -Be 0
    }

    It 'is missed where only its credentials are given' -TestCases @(
        @{ more = { @{ ProxyUseDefaultCredentials = $true } } }
        @{ more = { @{ ProxyCredential = New-Credential 'user' 'password' } } }
    ) {
        $given = & $more
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele @given } | Should -Throw -ExpectedMessage '*give -Proxy*'
    }
}
