BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator
    function Get-Verdict($Access, [string] $Job) { ($Access.Findings | Where-Object Job -eq $Job).Verdict }
}

Describe 'Test-GraphInvalidateAccess' {
    BeforeEach { Reset-Emulator }

    It 'tells whose token it is and what it may do, and sends nothing' {
        $access = Test-GraphInvalidateAccess
        $access.Status | Should -BeExactly 'accepted'
        $access.Kind | Should -BeExactly 'delegated'
        $access.User | Should -BeExactly $Admin
        $access.Cloud | Should -BeExactly 'global'
        $access.Endpoint | Should -BeExactly $EmulatorAddress
        $access.Expires | Should -BeGreaterThan ([DateTimeOffset]::UtcNow)
        $access.Permissions | Should -Contain 'User.RevokeSessions.All'
        $access.DirectoryRoles | Should -Be 'User Administrator'
        $access.Findings.Job | Should -Be @('me', 'others', 'administrators', 'verification')
        Get-Verdict $access others | Should -Be 'allowed'
        Get-RequestCount | Should -Be 0
    }

    It 'tells what an application cannot do' {
        Connect-Emulator (New-Token @{ application = $true })
        $access = Test-GraphInvalidateAccess
        $access.Kind | Should -BeExactly 'application'
        Get-Verdict $access me | Should -Be 'refused'
        Get-Verdict $access others | Should -Be 'allowed'
    }

    It 'tells what to ask for where a permission is missing' {
        Connect-Emulator (New-Token @{ user = $Admin; permissions = @('User.Read') })
        $others = (Test-GraphInvalidateAccess).Findings | Where-Object Job -eq others
        $others.Verdict | Should -Be 'refused'
        $others.Hint | Should -BeLike '*User.RevokeSessions.All*'
    }

    It 'says what is wrong with a token, without an error: <what>' -TestCases @(
        @{ what = 'expired'; token = { New-Token @{ user = $Admin; expires_in = -4000 } }; status = 'token_expired' }
        @{ what = 'for something else'; token = { New-Token @{ user = $Admin; audience = 'https://management.azure.com' } }; status = 'token_wrong_audience' }
    ) {
        Connect-Emulator (& $token)
        $access = Test-GraphInvalidateAccess -ErrorAction Stop
        $access.Status | Should -BeExactly $status
        $access.Message | Should -Not -BeNullOrEmpty
        $access.Hint | Should -Not -BeNullOrEmpty
    }

    It 'says that there is no token' {
        Disconnect-GraphInvalidate
        (Test-GraphInvalidateAccess).Status | Should -BeExactly 'token_missing'
    }

    It 'asks a script block for the token' {
        $global:token = New-Token
        Connect-GraphInvalidate -AccessTokenProvider { $global:token } -Endpoint $EmulatorAddress
        (Test-GraphInvalidateAccess).User | Should -BeExactly $Admin
        Connect-GraphInvalidate -AccessTokenProvider { throw 'the vault is shut' } -Endpoint $EmulatorAddress
        "$(Test-GraphInvalidateAccess 2>&1)" | Should -BeExactly 'the vault is shut'
    }

    It 'asks the directory with -Online, by reads alone, whether this user can be signed out' {
        $access = Test-GraphInvalidateAccess -Online -UserId ([pscustomobject]@{ Id = $AdeleId })
        Get-Verdict $access target | Should -Be 'allowed'
        $access.DirectoryRoles | Should -Be 'User Administrator'
        (Get-EmulatorReport).requests.method | Where-Object { $_ -ne 'GET' } | Should -BeNullOrEmpty
        Get-RequestCount | Should -BeGreaterThan 0
        Get-Accepted | Should -BeNullOrEmpty
        Get-Verdict (Test-GraphInvalidateAccess -Online -UserId nobody@contoso.example) target | Should -Be 'refused'
        (Test-GraphInvalidateAccess -Online).Findings.Job | Should -Not -Contain 'target'
        { Test-GraphInvalidateAccess -UserId $Adele } | Should -Throw
    }

    It 'leaves an error for a user key that is none, and says what could not be read' {
        (Test-GraphInvalidateAccess -Online -UserId 'a/b' 2>&1).FullyQualifiedErrorId | Should -BeLike 'invalid_user,*'
        Connect-GraphInvalidate -AccessToken (ConvertTo-Secure (New-Token)) -Endpoint $EmulatorAddress -ClientTimeout 0.3
        Add-Fault @{ kind = 'stall'; times = 9 }
        (Test-GraphInvalidateAccess -Online -ErrorAction Stop).Message | Should -BeLike '*could not be read*0.3 s*'
    }

    It 'is a list that a person can read, without the token' {
        $token = New-Token
        $shown = Invoke-Engine "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; Test-GraphInvalidateAccess" @{ GRAPH_INVALIDATE_TOKEN = $token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }
        $shown -match "^User +: $Admin" | Should -HaveCount 1
        $shown -match 'others: allowed' | Should -HaveCount 1
        ($shown -join '').Contains($token.Split('.')[1].Substring(0, 40)) | Should -BeFalse
    }
}
