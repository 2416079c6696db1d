BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator
    function Show([string] $Text) {
        $variables = @{ GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }
        Invoke-Engine "Import-Module '$env:GRAPH_INVALIDATE_TEST_MODULE'; $Text" $variables
    }
}

Describe '-WhatIf' {
    BeforeEach { Reset-Emulator }

    It 'names every user, and sends nothing' {
        $lines = Show "'$Adele', '$AdeleId' | Invoke-MgBetaInvalidateAllUserRefreshToken -WhatIf"
        $lines | Should -HaveCount 2
        $lines[0] | Should -BeLike "What if: *Invalidate all refresh tokens*`"$Adele`"*"
        $lines[1] | Should -BeLike "What if: *Invalidate all refresh tokens*`"$AdeleId`"*"
        Get-RequestCount | Should -Be 0
    }

    It 'gives nothing back' { Invoke-MgBetaInvalidateAllUserRefreshToken -InputObject @{ UserId = $Adele } -wi | Should -BeNullOrEmpty }

    It 'follows $WhatIfPreference' {
        Show "`$WhatIfPreference = `$true; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele" | Should -BeLike "What if: *$Adele*"
        Get-RequestCount | Should -Be 0
    }
}

Describe '-Confirm' {
    BeforeEach { Reset-Emulator }

    It 'has an impact of Medium: nobody is asked by default' {
        $attribute = [GraphInvalidate.PowerShell.InvokeMgBetaInvalidateAllUserRefreshTokenCommand].GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
        "$($attribute.ConfirmImpact)" | Should -Be 'Medium'
        Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele | Should -BeTrue
    }

    It 'asks, and nothing is sent before there is an answer' -TestCases @(
        @{ line = 'Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example -Confirm' }
        @{ line = '$ConfirmPreference = "Medium"; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example' }
    ) {
        $shown = (Show $line) -join "`n"
        $shown | Should -BeLike '*There is nobody to ask*-Confirm:$false*'
        Get-RequestCount | Should -Be 0
    }
}
