BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator
    $module = $env:GRAPH_INVALIDATE_TEST_MODULE
    $name = 'Invoke-MgBetaInvalidateAllUserRefreshToken'

    function Show([string] $Text) {
        Invoke-Engine $Text @{ GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress }
    }

    # A module with the name of Microsoft's that has the cmdlet, as a function.
    $other = "New-Module Microsoft.Graph.Beta.Users.Actions { function $name { 'theirs' } } | Import-Module;"
}

Describe 'Importing' {
    BeforeEach { Reset-Emulator }

    It 'says nothing where there is nothing to say' { Show "Import-Module '$module'" | Should -BeExactly '' }

    It 'says once that another module has the cmdlet, and which is meant by the bare name' {
        $shown = Show "$other Import-Module '$module'; Import-Module '$module'; $name"
        $warnings = @($shown -like 'WARNING:*')
        $warnings | Should -HaveCount 1
        $warnings[0] | Should -BeLike "*Microsoft.Graph.Beta.Users.Actions is loaded*still that of Microsoft.Graph.Beta.Users.Actions*GraphInvalidate\$name*"
        $shown[-1] | Should -BeExactly 'theirs'
    }

    It 'leaves both within reach by their full names' {
        Show "`$WarningPreference = 'SilentlyContinue'; $other Import-Module '$module'; GraphInvalidate\$name -UserId $Adele; Microsoft.Graph.Beta.Users.Actions\$name" | Should -Be @('True', 'theirs')
    }

    It 'wins over a cmdlet of the other module, as it says' {
        # A binary module under the other name, with the cmdlet: our own assembly does as well as any.
        $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName + '/Microsoft.Graph.Beta.Users.Actions'
        $null = [System.IO.Directory]::CreateDirectory($folder)
        [System.IO.File]::Copy("$module/GraphInvalidate.PowerShell.dll", "$folder/Actions.dll")
        [System.IO.File]::WriteAllText("$folder/Microsoft.Graph.Beta.Users.Actions.psd1", "@{ RootModule = 'Actions.dll'; ModuleVersion = '1.0'; CmdletsToExport = '$name' }")
        $shown = Show "Import-Module '$folder'; Import-Module '$module'; (Get-Command $name).ModuleName"
        $shown[0] | Should -BeLike '*Microsoft.Graph.Beta.Users.Actions is loaded*now that of GraphInvalidate*'
        $shown[1] | Should -BeExactly 'GraphInvalidate'
    }

    It 'gives the bare name to a cmdlet of another maker that comes <when>, and keeps its own by the full name' -TestCases @(
        @{ when = 'before'; winner = 'GraphInvalidate' }
        @{ when = 'after'; winner = 'Contoso.SignOut' }
    ) {
        $folder = [System.IO.Directory]::CreateTempSubdirectory().FullName + '/Contoso.SignOut'
        $null = [System.IO.Directory]::CreateDirectory($folder)
        Add-Type -OutputAssembly "$folder/Contoso.SignOut.dll" -TypeDefinition @'
            using System.Management.Automation;
            [Cmdlet(VerbsLifecycle.Invoke, "MgBetaInvalidateAllUserRefreshToken")]
            public class Theirs : Cmdlet { protected override void ProcessRecord() { WriteObject("theirs"); } }
'@
        [System.IO.File]::WriteAllText("$folder/Contoso.SignOut.psd1", "@{ RootModule = 'Contoso.SignOut.dll'; ModuleVersion = '1.0'; CmdletsToExport = '$name' }")
        $both = if ($when -eq 'before') { "Import-Module '$folder'; Import-Module '$module'" } else { "Import-Module '$module'; Import-Module '$folder'" }
        $shown = Show "$both; (Get-Command $name).ModuleName; GraphInvalidate\$name -UserId $Adele; Contoso.SignOut\$name"
        @($shown -like 'WARNING:*Contoso.SignOut is loaded*') | Should -HaveCount ([int]($when -eq 'before'))
        @($shown -notlike 'WARNING:*') | Should -Be @($winner, 'True', 'theirs')
        Remove-Item ([System.IO.Path]::GetDirectoryName($folder)) -Recurse -Force
    }

    It 'keeps quiet where warnings are not wanted' {
        Show "`$WarningPreference = 'SilentlyContinue'; $other Import-Module '$module'" | Should -BeExactly ''
    }

    It 'works again after Remove-Module' {
        Show "Import-Module '$module'; Remove-Module GraphInvalidate; Import-Module '$module'; $name -UserId $Adele" | Should -BeExactly 'True'
    }

    It 'works in a constrained language, and while scripts are not taken at all' {
        foreach ($mode in 'ConstrainedLanguage', 'NoLanguage') {
            $state = [initialsessionstate]::CreateDefault2()
            $state.LanguageMode = $mode
            $shell = [powershell]::Create($state)
            $null = $shell.AddCommand('Import-Module').AddArgument($env:GRAPH_INVALIDATE_TEST_MODULE).Invoke()
            "$($shell.Streams.Error)" | Should -BeExactly '' -Because $mode
            $shell.Commands.Clear()
            $null = $shell.AddCommand('Connect-GraphInvalidate').AddParameter('AccessToken', (ConvertTo-Secure (New-Token))).AddParameter('Endpoint', $EmulatorAddress).Invoke()
            $shell.Commands.Clear()
            $shell.AddCommand($name).AddParameter('UserId', $Adele).Invoke() | Should -Be $true -Because "$mode $($shell.Streams.Error)"
        }
    }

    It 'works by name from a module path' {
        $folder = [System.IO.Path]::GetDirectoryName($module)
        Invoke-Engine "$name -UserId $Adele" @{ PSModulePath = $folder; GRAPH_INVALIDATE_TOKEN = New-Token; GRAPH_INVALIDATE_ENDPOINT = $EmulatorAddress } | Should -BeExactly 'True'
    }
}

Describe 'Beside Azure.Core, Microsoft.Identity.Client and another System.Text.Json' {
    BeforeAll {
        $neighbours = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../target/powershell/bin/Neighbours/release")
        $load = "foreach (`$name in 'Azure.Core', 'Azure.Identity', 'Microsoft.Identity.Client', 'System.ClientModel') { `$null = [System.Reflection.Assembly]::LoadFrom('$neighbours/' + `$name + '.dll') };"
        $load += "`$null = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([System.Reflection.AssemblyName]::new('System.Text.Json, Version=4.0.1.0'), 'Run');"
        $use = "[Azure.Identity.ClientSecretCredential]::new('tenant', 'client', 'secret').GetType().Assembly.GetName().Version.ToString();"
    }

    It 'the module works, whichever came first' -TestCases @(@{ ours = 'first' }, @{ ours = 'last' }) {
        $import = "Import-Module '$module';"
        $shown = Show "$(if ($ours -eq 'first') { "$import $load" } else { "$load $import" }) $use $name -UserId $Adele"
        $shown | Should -Be @('1.53.0.0', 'True')
    }

    It 'the module loads no assembly but its own' {
        $text = "`$before = [AppDomain]::CurrentDomain.GetAssemblies().Location; Import-Module '$module'; `$null = $name -UserId $Adele; Invoke-MgBetaInvalidateAllUserRefreshToken -UserId nobody 2>`$null
            [AppDomain]::CurrentDomain.GetAssemblies().Location | Where-Object { `$_ -and `$_ -notin `$before -and `$_ -notlike ([System.IO.Path]::GetDirectoryName([object].Assembly.Location) + '*') }"
        Show $text | Should -Be "$module/GraphInvalidate.PowerShell.dll"
    }

    It 'the module needs none of them' {
        Show "$load Import-Module '$module'; [GraphInvalidate.GraphInvalidateClient].Assembly.GetReferencedAssemblies().Name" | Should -Not -Match 'Azure|Identity|Json'
    }
}
