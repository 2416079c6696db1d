BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/Missing.ps1"
    . "$PSScriptRoot/support/SignIn.ps1"
    . "$PSScriptRoot/support/Situation.ps1"
    Start-Emulator
    $common = [System.Management.Automation.Cmdlet]::CommonParameters
}

AfterAll { Set-SignInVariable }

Describe 'Get-Help' {
    $names = 'Confirm-GraphInvalidateOutcome', 'Connect-GraphInvalidate', 'Disconnect-GraphInvalidate', 'Get-GraphInvalidateContext',
        'Invoke-GraphInvalidateRun', 'Invoke-MgBetaInvalidateAllUserRefreshToken', 'Test-GraphInvalidateAccess'
    $cases = $names | ForEach-Object { @{ name = $_ } }

    It 'is there for every cmdlet' -TestCases @{ names = $names } {
        (Get-Module GraphInvalidate).ExportedCmdlets.Keys | Sort-ByName | Should -Be $names
    }

    It 'says what <name> does' -TestCases $cases {
        $help = Get-Help $name -Full
        $help.Synopsis | Should -Match '^[A-Z].*\.$'
        $help.description.Text | Should -Not -BeNullOrEmpty
        $help.PSTypeNames | Should -Contain 'MamlCommandHelpInfo'
    }

    It 'describes every parameter of <name>' -TestCases $cases {
        $parameters = (Get-Command $name).Parameters.Keys | Where-Object { $_ -notin $common }
        foreach ($parameter in $parameters) {
            (Get-Help $name -Parameter $parameter).description.Text | Should -Match '^[A-Z].*\.$' -Because "-$parameter"
        }
        @((Get-Help $name -Full).parameters.parameter.name) | Where-Object { $_ } | Sort-ByName | Should -Be @($parameters | Sort-ByName)
    }

    It 'has the syntax of <name>' -TestCases $cases {
        $shown = @((Get-Help $name -Full).syntax.syntaxItem)
        $sets = (Get-Command $name).ParameterSets
        $shown | Should -HaveCount $sets.Count
        for ($index = 0; $index -lt $shown.Count; $index++) {
            $wanted = $sets[$index].Parameters | Where-Object { $_.Name -notin $common }
            "$($shown[$index].parameter.name)" | Should -BeExactly "$($wanted.Name)"
            "$($shown[$index].parameter.required)" | Should -Be "$($wanted.IsMandatory)"
        }
    }

    It 'has examples of <name>, each of which runs' -TestCases $cases {
        Reset-Emulator
        # Groups are read with a permission of their own.
        Connect-Emulator (New-Token @{ user = $Admin; permissions = 'User.RevokeSessions.All', 'User.Read.All', 'GroupMember.Read.All' })
        $global:userId = $Adele
        $global:token = New-Token
        $global:secureToken = ConvertTo-Secure opaque
        $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName
        New-Situation $folder
        # Whoever connects means the emulator; what is shown to a person is not for the test's own output.
        $PSDefaultParameterValues = @{ 'Connect-GraphInvalidate:Endpoint' = $EmulatorAddress }
        [System.IO.File]::WriteAllLines("$folder/users.csv", [string[]]('Department,UserPrincipalName', "Sales,$Adele", "Sales,a+b@contoso.example"))
        $location = $ExecutionContext.SessionState.Path
        $location.PushCurrentLocation('tests')
        $null = $location.SetLocation($folder)
        try {
            $examples = @((Get-Help $name -Examples).examples.example)
            $examples.Count | Should -BeGreaterThan 0
            foreach ($example in $examples) {
                $example.remarks[0].Text | Should -Match '\.$'
                $failures = @()
                $null = & ([scriptblock]::Create($example.code)) -ErrorVariable failures 2>&1 6> $null | ForEach-Object { if ($_ -is [System.Management.Automation.ErrorRecord]) { throw $_ } }
            }
        }
        finally { $null = $location.PopLocation('tests') }
    }
}

Describe 'about_GraphInvalidate' {
    It 'is found by Get-Help' { "$(Get-Help about_GraphInvalidate)" | Should -Match 'Signs Microsoft Entra users out everywhere' }

    It 'names every cmdlet that it points to as it is' {
        $text = "$(Get-Help about_GraphInvalidate)"
        $named = [regex]::Matches($text, '(?m)\b[A-Z][a-z]+-(Mg|GraphInvalidate)\w+').Value
        $named | Where-Object { -not (Get-Command $_ -ErrorAction Ignore) } | Where-Object { $_ -notin 'Get-MgUser', 'Connect-MgGraph' } | Should -BeNullOrEmpty
    }
}
