BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator

    # As Get-MgUser gives them: a class of its own with many properties.
    class GraphUser {
        [string] $Id
        [string] $UserPrincipalName
        [string] $DisplayName
    }

    function Get-User([int] $First = 2) {
        $users = [GraphUser]@{ Id = $AdeleId; UserPrincipalName = $Adele }, [GraphUser]@{ Id = '0a1b2c3d-0000-4000-8000-000000000005'; UserPrincipalName = "o'brien@contoso.example" }
        $users[0..($First - 1)]
    }

    function Get-AskedUser {
        (Get-EmulatorReport).requests | ForEach-Object { [uri]::UnescapeDataString(($_.path -split '/')[3]) }
    }
}

Describe 'Users from the pipeline' {
    BeforeEach { Reset-Emulator }

    It 'come as text' {
        $AdeleId, $Adele | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -Be @($true, $true)
        Get-AskedUser | Should -Be @($AdeleId, $Adele)
    }

    It 'come as the objects of Get-MgUser, by their principal names' {
        Get-User | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -Be @($true, $true)
        Get-AskedUser | Should -Be @($Adele, "o'brien@contoso.example")
    }

    It 'come as rows with a column <column>' -TestCases @(@{ column = 'UserId' }, @{ column = 'Id' }, @{ column = 'UserPrincipalName' }, @{ column = 'userprincipalname' }) {
        [pscustomobject]@{ Department = 'Sales'; $column = $Adele } | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -BeTrue
        Get-AskedUser | Should -Be $Adele
    }

    It 'are found by what the values are, and names set the order: <what>' -TestCases @(
        @{ what = 'a principal name before an id'; row = { @{ Id = '0a1b2c3d-0000-4000-8000-000000000005'; UserPrincipalName = $Adele } } }
        @{ what = 'Get-EXOMailbox'; row = { @{ Id = 'Adele Vance'; Guid = [guid]::NewGuid(); ExternalDirectoryObjectId = $AdeleId } } }
        @{ what = 'the portal''s sign-ins'; row = { @{ 'Request ID' = [guid]::NewGuid(); 'User ID' = $AdeleId; User = 'Adele Vance' } } }
        @{ what = 'Defender XDR'; row = { @{ AccountUpn = $Adele; AccountDisplayName = 'Adele Vance' } } }
        @{ what = 'a field inside another'; row = { @{ properties = [pscustomobject]@{ userPrincipalName = $Adele } } } }
    ) {
        [pscustomobject] (& $row) | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -BeTrue
        $Adele, $AdeleId | Should -Contain "$(Get-AskedUser)"
    }

    It 'are never the text of an object, as a proxy or a mock makes it' {
        $text = "$([pscustomobject]@{ Id = $AdeleId })"
        $text | Should -BeLike '@{*'
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $text -ErrorAction Stop } | Should -Throw -ExpectedMessage '*text of a whole object*'
        $text | Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorVariable failures -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'invalid_user,*'
        ($text | Invoke-GraphInvalidateRun -Confirm:$false).Status | Should -Be 'invalid_user'
        { $Adele | Invoke-GraphInvalidateRun -Exclude $text -Confirm:$false -ErrorAction Stop } | Should -Throw -ExpectedMessage '*text of a whole object*'
        Get-RequestCount | Should -Be 0
    }

    It 'are taken from the next column where one is empty' {
        [pscustomobject]@{ Id = ''; UserPrincipalName = $Adele } | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -BeTrue
        [pscustomobject]@{ Id = $null; UserPrincipalName = $Adele } | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -BeTrue
    }

    It 'come as GUIDs' { [guid] $AdeleId | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -BeTrue }

    It 'come as a hashtable with a UserId, which is not sent as headers' {
        @{ UserId = $Adele } | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -BeTrue
        [ordered]@{ userid = $Adele } | Invoke-MgBetaInvalidateAllUserRefreshToken -Headers @{ 'x-case' = '7' } | Should -BeTrue
        Get-AskedUser | Should -Be @($Adele, $Adele)
        (Get-EmulatorReport).requests[0].headers.PSObject.Properties.Name | Should -Not -Contain 'userid'
        Get-SentHeader 'x-case' | Should -Be '7'
    }

    It 'leave a hashtable to be the headers where -UserId names the user' {
        @{ 'x-case' = '8' } | Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
        Get-SentHeader 'x-case' | Should -Be '8'
    }

    It 'are not looked for in a hashtable that names none' {
        $errors = $(@{ ConsistencyLevel = 'eventual' } | Invoke-MgBetaInvalidateAllUserRefreshToken) 2>&1
        "$errors" | Should -BeLike '*ConsistencyLevel*'
        Get-RequestCount | Should -Be 0
    }

    It 'are refused where <what> stands for one, and the others go on' -TestCases @(
        @{ what = 'a number'; value = 5 }
        @{ what = 'an object with a numeric Id'; value = [pscustomobject]@{ Id = 5 } }
        @{ what = 'an object without a name'; value = [pscustomobject]@{ DisplayName = 'Adele Vance' } }
        @{ what = 'nothing'; value = $null }
        @{ what = 'an empty text'; value = '' }
    ) {
        $accepted = $value, $Adele | Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorVariable failures -ErrorAction SilentlyContinue
        $accepted | Should -Be $true
        $failures | Should -HaveCount 1
        Get-AskedUser | Should -Be $Adele
    }

    It 'may share headers' {
        $AdeleId, $Adele | Invoke-MgBetaInvalidateAllUserRefreshToken -Headers @{ 'x-case' = 9; 'x-list' = 'a', 'b' } | Should -Be @($true, $true)
        Get-SentHeader 'x-case' | Should -Be '9'
        Get-SentHeader 'x-list' | Should -Be 'a, b'
    }

    It 'stop being sent when somebody downstream has enough' {
        1..5 | ForEach-Object { $Adele } | Invoke-MgBetaInvalidateAllUserRefreshToken | ForEach-Object { return } | Should -BeNullOrEmpty
        { $AdeleId, $Adele | Invoke-MgBetaInvalidateAllUserRefreshToken | ForEach-Object { throw 'enough' } } | Should -Throw
        Get-RequestCount | Should -Be 6
    }
}

Describe 'A user on the command line' {
    BeforeEach { Reset-Emulator }

    It 'is text' { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue }

    It 'is me' {
        Connect-Emulator (New-Token @{ user = $Adele })
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId me | Should -BeTrue
        (Get-EmulatorReport).requests[0].path | Should -Be '/beta/me/invalidateAllRefreshTokens'
    }

    It 'is an -InputObject: <what>' -TestCases @(
        @{ what = 'a hashtable'; value = { @{ UserId = $Adele } } }
        @{ what = 'a row'; value = { [pscustomobject]@{ UserId = $Adele } } }
        @{ what = 'a user object'; value = { Get-User -First 1 } }
        @{ what = 'an identity'; value = { [GraphInvalidate.PowerShell.UsersActionsIdentity]@{ UserId = $Adele } } }
    ) {
        Invoke-MgBetaInvalidateAllUserRefreshToken -InputObject (& $value) | Should -BeTrue
        (Get-EmulatorReport).requests[0].path | Should -BeLike '/beta/users/*/invalidateAllRefreshTokens'
    }

    It 'is refused where an -InputObject names nobody, and is never taken for the signed-in user' {
        $failure = Invoke-MgBetaInvalidateAllUserRefreshToken -InputObject @{ Mail = 'x' } 2>&1
        $failure.FullyQualifiedErrorId | Should -BeLike 'UserNotNamed,*'
        "$failure" | Should -BeLike '*Mail*'
        $failure = Invoke-MgBetaInvalidateAllUserRefreshToken -InputObject ([GraphInvalidate.PowerShell.UsersActionsIdentity]::new()) 2>&1
        $failure.FullyQualifiedErrorId | Should -BeLike 'empty_argument,*'
        Get-RequestCount | Should -Be 0
    }

    It 'is one: several are refused with a word about the pipeline' {
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId 'a', 'b' } | Should -Throw -ExpectedMessage '*send several down the pipeline*'
    }

    It 'must be named: nothing is taken by position' {
        { Invoke-MgBetaInvalidateAllUserRefreshToken $Adele } | Should -Throw -ErrorId 'PositionalParameterNotFound,GraphInvalidate.PowerShell.InvokeMgBetaInvalidateAllUserRefreshTokenCommand'
    }

    It 'cannot stand beside an -InputObject' {
        { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -InputObject @{ UserId = $Adele } } | Should -Throw
        Get-RequestCount | Should -Be 0
    }
}
