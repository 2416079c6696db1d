BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator
    $nobody = 'nobody@contoso.example'
    function Get-Failure([string] $User = $nobody) {
        $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $User -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures[0]
    }
}

Describe 'A user who fails' {
    BeforeEach { Reset-Emulator }

    It 'leaves one error, and the others go on' {
        $accepted = $Adele, $nobody, 'nobody.else@contoso.example', $AdeleId |
            Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorVariable failures -ErrorAction SilentlyContinue
        $accepted | Should -Be @($true, $true)
        $failures | Should -HaveCount 2
        $failures.TargetObject | Should -Be @($nobody, 'nobody.else@contoso.example')
    }

    It 'can be tried again from the errors' {
        Add-Fault @{ kind = 'status'; status = 400; times = 1 }
        $null = $Adele, $AdeleId | Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.TargetObject | Invoke-MgBetaInvalidateAllUserRefreshToken | Should -Be $true
    }

    It 'has an error id that begins with Graph''s code' {
        (Get-Failure).FullyQualifiedErrorId | Should -BeLike 'Request_ResourceNotFound,*InvokeMgBetaInvalidateAllUserRefreshToken*'
    }

    It 'has an error id that begins with the status where Graph gave no code' {
        (Get-Failure 'two words').FullyQualifiedErrorId | Should -BeLike 'invalid_user,*'
    }

    It 'shows the block of text that scripts read' {
        $lines = "$(Get-Failure)" -split '\r?\n'
        $lines[0] | Should -BeLike "Resource '$nobody' does not exist*"
        $lines[1] | Should -BeExactly ''
        $lines[2] | Should -BeExactly 'Status: 404 (NotFound)'
        $lines[3] | Should -BeExactly 'ErrorCode: Request_ResourceNotFound'
        $lines[4] | Should -Match '^Date: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$'
        $lines[5] | Should -Match '^request-id: [0-9a-f-]{36}$'
        $lines | Should -HaveCount 6
        (Get-Failure).Exception.Outcome.Headers.Key | Should -Contain 'x-ms-ags-diagnostic'
    }

    It 'shows the status and the code as <status>' -TestCases @(
        @{ status = 'Status: 403 (Forbidden)'; code = 'ErrorCode: Authorization_RequestDenied'; fault = @{ kind = 'status'; status = 403; code = 'Authorization_RequestDenied' } }
        @{ status = 'Status: 429 (TooManyRequests)'; code = 'ErrorCode: TooManyRequests'; fault = @{ kind = 'status'; status = 429; code = 'TooManyRequests'; headers = @(, @('Retry-After', '1000')) } }
    ) {
        Add-Fault $fault
        "$(Get-Failure $Adele)" | Should -BeLike "*$status*$code*"
    }

    It 'has no status line where there was no answer' {
        $text = "$(Get-Failure 'a/b')"
        $text | Should -Match 'ErrorCode: invalid_user'
        $text | Should -Not -Match 'Status:'
    }

    It 'says what to do next' {
        $failure = Get-Failure
        $failure.ErrorDetails.RecommendedAction | Should -BeExactly $failure.Exception.Hint
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*user key*'
    }

    It 'is of the category <category> where <what>' -TestCases @(
        @{ category = 'InvalidOperation'; what = 'the service refused'; user = 'nobody@contoso.example' }
        @{ category = 'NotSpecified'; what = 'there was no answer'; user = 'a/b' }
    ) {
        "$((Get-Failure $user).CategoryInfo.Category)" | Should -Be $category
    }

    It 'has an exception of its kind, with all that is known' {
        $exception = (Get-Failure).Exception
        $exception | Should -BeOfType ([GraphInvalidate.UserException])
        $exception.Outcome.Status | Should -Be 'user_not_found'
        $exception.HttpStatus | Should -Be 404
        $exception.RequestId | Should -Match '^[0-9a-f-]{36}$'
        $exception.Message | Should -BeLike "Resource '$nobody' does not exist*"
    }
}

Describe 'The shell''s own words for errors' {
    BeforeEach { Reset-Emulator; $Error.Clear() }

    It 'work: -ErrorAction Stop and try' {
        $caught = try { $nobody, $Adele | Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorAction Stop } catch { $_ }
        $caught.TargetObject | Should -Be $nobody
        Get-RequestCount | Should -Be 1
    }

    It 'work: catch by type' {
        $kind = try { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $nobody -ErrorAction Stop }
        catch [GraphInvalidate.PermissionDeniedException] { 'permission' }
        catch [GraphInvalidate.UserException] { 'user' }
        $kind | Should -Be 'user'
    }

    It 'work: $ErrorActionPreference' {
        $ErrorActionPreference = 'Stop'
        $thrown = { Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $nobody } | Should -Throw -PassThru
        "$thrown" | Should -BeLike '*Status: 404 (NotFound)*'
    }

    It 'work: $Error and $?' {
        $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $nobody 2>$null
        $? | Should -BeFalse
        $Error[0].TargetObject | Should -Be $nobody
        $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $nobody -ErrorAction Ignore
        $Error | Should -HaveCount 1
    }

    It 'work: 2>&1' {
        $all = $nobody, $Adele | Invoke-MgBetaInvalidateAllUserRefreshToken 2>&1
        $all[0] | Should -BeOfType ([System.Management.Automation.ErrorRecord])
        $all[1] | Should -Be $true
    }

    It 'work: without them an error is shown, and does not stop the script' {
        $text = "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $nobody; 'went on'"
        $shown = (Invoke-Engine $text @{ GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }) -join "`n"
        $shown | Should -BeLike '*went on*'
        $shown | Should -BeLike '*Status: 404 (NotFound)*ErrorCode: Request_ResourceNotFound*'
    }
}
