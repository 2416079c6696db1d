BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    # A proxy on this machine that answers one request with a refusal, and tells what it was asked.
    function Get-AskedProxy([scriptblock] $Call) {
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $accepting = $listener.AcceptTcpClientAsync()
        $shell = New-Shell
        $null = $shell.AddScript('param($token, $proxy, $call) Connect-GraphInvalidate -AccessToken $token -Endpoint https://graph.invalid -ClientTimeout 10; & ([scriptblock]::Create($call)) $proxy').
            AddArgument((ConvertTo-Secure opaque)).AddArgument("http://$($listener.LocalEndpoint)").AddArgument("$Call")
        $running = $shell.BeginInvoke()
        try {
            if (-not $accepting.Wait(8000)) { throw "Nobody came: $($shell.Streams.Error)" }
            $reader = [System.IO.StreamReader]::new($accepting.Result.GetStream())
            $asked = while ($line = $reader.ReadLine()) { $line }
            $answer = [System.Text.Encoding]::ASCII.GetBytes("HTTP/1.1 407 Proxy Authentication Required`r`nContent-Length: 0`r`n`r`n")
            $accepting.Result.GetStream().Write($answer, 0, $answer.Length)
            $accepting.Result.Dispose()
        }
        finally { $listener.Stop() }
        $null = $shell.EndInvoke($running)
        @{ Asked = $asked; Errors = $shell.Streams.Error; Warnings = $shell.Streams.Warning }
    }
}

Describe '-Proxy' {
    It 'is where the call goes, and its refusal is an error of its own' {
        $seen = Get-AskedProxy { param($proxy) Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example -Proxy $proxy }
        $seen.Asked[0] | Should -BeLike 'CONNECT graph.invalid:443 *'
        $seen.Asked -like 'Proxy-Authorization:*' | Should -BeNullOrEmpty
        $seen.Errors[0].FullyQualifiedErrorId | Should -BeLike 'proxy_failed,*'
    }

    It 'is given the -ProxyCredential, whatever characters it has' {
        $seen = Get-AskedProxy {
            param($proxy)
            $credential = [pscredential]::new('domain\user', [System.Net.NetworkCredential]::new('', 'p@ss:w/rd%').SecurePassword)
            Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example -Proxy $proxy -ProxyCredential $credential
        }
        $sent = @($seen.Asked -like 'Proxy-Authorization:*')[0] -replace '^.*Basic '
        [System.Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($sent)) | Should -BeExactly 'domain\user:p@ss:w/rd%'
        "$($seen.Errors)" | Should -Not -Match 'p@ss'
    }

    It 'is used with -ProxyUseDefaultCredentials, which says what it cannot do' {
        $seen = Get-AskedProxy { param($proxy) Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example -Proxy $proxy -ProxyUseDefaultCredentials }
        $seen.Asked[0] | Should -BeLike 'CONNECT *'
        "$($seen.Warnings)" | Should -BeLike '*-ProxyCredential*'
    }

    It 'is refused where it is none' {
        Reset-Emulator
        (Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -Proxy 'ftp://proxy' 2>&1).FullyQualifiedErrorId | Should -BeLike 'invalid_proxy,*'
        Get-RequestCount | Should -Be 0
    }

    It 'is missed where only its credentials are given' -TestCases @(
        @{ more = @{ ProxyUseDefaultCredentials = $true } }
        @{ more = @{ ProxyCredential = [pscredential]::new('user', [System.Net.NetworkCredential]::new('', 'password').SecurePassword) } }
    ) {
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele @more } | Should -Throw -ExpectedMessage '*give -Proxy*'
    }
}
