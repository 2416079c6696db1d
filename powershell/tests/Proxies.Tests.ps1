# Proxy functions, as JEA makes them of a cmdlet whose parameters are restricted, and Pester's mocks: both are made of
# what a cmdlet declares, and have the engine convert what they are given.
BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    # A function of the cmdlet's name before a user, with these parameters alone.
    function New-ProxyFunction([string] $Name, [string[]] $Parameter) {
        $metadata = [System.Management.Automation.CommandMetadata]::new((Get-Command $Name -CommandType Cmdlet))
        @($metadata.Parameters.Keys) | Where-Object { $_ -notin $Parameter } | ForEach-Object { $null = $metadata.Parameters.Remove($_) }
        [scriptblock]::Create([System.Management.Automation.ProxyCommand]::Create($metadata))
    }
}

Describe 'A proxy function' {
    BeforeEach {
        $null = Send-Control reset
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure (New-Token)) -Endpoint $EmulatorAddress -ClientTimeout 20
        ${function:global:Revoke-One} = New-ProxyFunction Invoke-MgBetaInvalidateAllUserRefreshToken UserId, PassThru
        ${function:global:Start-Run} = New-ProxyFunction Invoke-GraphInvalidateRun UserId, Exclude, Journal, DryRun
        ${function:global:Confirm-One} = New-ProxyFunction Confirm-GraphInvalidateOutcome UserId, NotBefore
        ${function:global:Connect-Here} = New-ProxyFunction Connect-GraphInvalidate AccessToken, Endpoint, ExpectTenant, ClientSecretCredential, TenantId, AccessTokenProvider
    }

    It 'signs out whom a row names' {
        [pscustomobject]@{ DisplayName = 'Adele'; UserPrincipalName = $Adele } | Revoke-One | Should -BeTrue
        Revoke-One -UserId $Adele | Should -BeTrue
        (Start-Run -UserId $Adele -Confirm:$false).Status | Should -Be 'accepted'
    }

    It 'makes no key of an object: <what>' -TestCases @(
        @{ what = 'a row'; user = { [pscustomobject]@{ UserPrincipalName = $Adele } } }
        @{ what = 'a hashtable'; user = { @{ UserPrincipalName = $Adele } } }
        @{ what = 'an object of another module'; user = { [System.Collections.ArrayList]::new() } }
        @{ what = 'a list of users'; user = { , [System.Collections.Generic.List[object]]::new([object[]] ([pscustomobject]@{ Id = 1 })) } }
    ) {
        $given = & $user
        { Revoke-One -UserId $given -ErrorAction Stop } | Should -Throw
        Get-RequestCount | Should -Be 0
    }

    It 'refuses what protects and is nothing' {
        { Start-Run -UserId $Adele -Exclude $misspelt -Confirm:$false -ErrorAction Stop } | Should -Throw
        { Start-Run -UserId $Adele -Exclude @() -Confirm:$false -ErrorAction Stop } | Should -Throw
        { Start-Run -UserId $Adele -Journal $misspelt -Confirm:$false -ErrorAction Stop } | Should -Throw
        { Connect-Here -AccessToken (ConvertTo-Secure (New-Token)) -ExpectTenant $misspelt -ErrorAction Stop } | Should -Throw
        { Revoke-One -UserId $misspelt -ErrorAction Stop } | Should -Throw
        { Start-Run -UserId $misspelt -Confirm:$false -ErrorAction Stop } | Should -Throw
        Get-RequestCount | Should -Be 0
    }

    It 'takes text for a time only as ISO 8601' {
        $accepted = Revoke-One -UserId $Adele -PassThru
        (Confirm-One -UserId $Adele -NotBefore $accepted.ServerDate).Status | Should -Be 'verified'
        (Confirm-One -UserId $Adele -NotBefore $accepted.ServerDate.ToString('o')).Status | Should -Be 'verified'
        { Confirm-One -UserId $Adele -NotBefore '05.12.2020 09:00:00 +00:00' -ErrorAction Stop } | Should -Throw -ExpectedMessage '*ISO 8601*'
        { Confirm-One -UserId $Adele -NotBefore '05/12/2020 09:00' -ErrorAction Stop } | Should -Throw -ExpectedMessage '*ISO 8601*'
        { Confirm-One -UserId $Adele -NotBefore $misspelt -ErrorAction Stop } | Should -Throw
    }

    It 'shows no secret that is of another type' {
        $failures = @(
            try { Connect-Here -AccessToken 'hush-1.e30.s' } catch { $_ }
            try { Connect-Here -TenantId contoso.example -ClientSecretCredential 'hush-2' } catch { $_ }
            try { Connect-Here -AccessTokenProvider 'hush-3' } catch { $_ }
            try { Connect-Here -AccessToken ([pscustomobject]@{ access_token = 'hush-4' }) } catch { $_ }
        )
        $failures | Should -HaveCount 4
        "$failures $($failures.Exception) $($failures.ErrorDetails)" | Should -Not -Match 'hush'
    }
}

Describe 'A mock' {
    It 'can be made of every cmdlet, and is given users as they are' {
        Mock Invoke-MgBetaInvalidateAllUserRefreshToken { "mocked $UserId" }
        Mock Invoke-GraphInvalidateRun { $UserId }
        Mock Confirm-GraphInvalidateOutcome { "$UserId $NotBefore" }
        Mock Connect-GraphInvalidate { "connected with $($AccessToken.GetType().Name)" }
        Mock Test-GraphInvalidateAccess { 'tested' }
        Mock Get-GraphInvalidateContext { 'shown' }
        Mock Disconnect-GraphInvalidate { 'gone' }
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -Be "mocked $Adele"
        (Invoke-GraphInvalidateRun -UserId ([pscustomobject]@{ UserPrincipalName = $Adele })).UserPrincipalName | Should -Be $Adele
        Confirm-GraphInvalidateOutcome -UserId $Adele -NotBefore '05.12.2027' | Should -Be "$Adele 05.12.2027"
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure 'hush') | Should -Be 'connected with SecureString'
        Test-GraphInvalidateAccess | Should -Be 'tested'
        Should -Invoke Invoke-MgBetaInvalidateAllUserRefreshToken -Times 1 -Exactly -ParameterFilter { $UserId -eq $Adele }
    }

    It 'may go on to the cmdlet, whose conversions hold: <what>' -TestCases @(
        @{ what = 'a row'; user = { [pscustomobject]@{ UserPrincipalName = $Adele } } }
        @{ what = 'a list of another module'; user = { , [System.Collections.ArrayList]::new() } }
    ) {
        $cmdlet = Get-Command Invoke-MgBetaInvalidateAllUserRefreshToken -CommandType Cmdlet
        Reset-Emulator
        Mock Invoke-MgBetaInvalidateAllUserRefreshToken { & $cmdlet -UserId $UserId -ErrorAction Stop }
        $given = & $user
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $given } | Should -Throw
        Get-RequestCount | Should -Be 0
    }
}
