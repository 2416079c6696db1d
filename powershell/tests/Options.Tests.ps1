BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    . "$PSScriptRoot/support/Options.ps1"
    Start-Emulator
    $description = Get-Content "$PSScriptRoot/../../include/graph_invalidate.json" -Raw | ConvertFrom-Json
    $typed = @{
        graph_client_options     = @{ Command = 'Connect-GraphInvalidate'; Options = $clientOptions }
        graph_credential_options = @{ Command = 'Connect-GraphInvalidate'; Options = $credentialOptions }
        graph_run_options        = @{ Command = 'Invoke-GraphInvalidateRun'; Options = $runOptions }
    }
}

Describe 'The cmdlets' {
    $structures = 'graph_client_options', 'graph_credential_options', 'graph_run_options' | ForEach-Object { @{ structure = $_ } }

    It 'have every option of <structure>' -TestCases $structures {
        $fields = @(($description.structures | Where-Object name -eq $structure).fields | Where-Object { $_.public })
        $fields.Count | Should -BeGreaterThan 9
        $parameters = (Get-Command $typed[$structure].Command).Parameters
        foreach ($field in $fields | Where-Object { $_.public -notin $saidElsewhere[$structure] }) {
            $parameter = $typed[$structure].Options[$field.name]
            $parameter | Should -Not -BeNullOrEmpty -Because "$($field.name) of $structure has no parameter"
            $parameters.ContainsKey($parameter) | Should -BeTrue -Because "-$parameter of $($typed[$structure].Command)"
        }
        # No word here is of an option that is gone.
        @($typed[$structure].Options.Keys) + $saidElsewhere[$structure] | Where-Object { $_ -notin $fields.name } | Should -BeNullOrEmpty
    }

    It 'take a time where the library takes milliseconds' {
        foreach ($field in ($description.structures | Where-Object name -eq 'graph_run_options').fields | Where-Object kind -eq 'duration_ms') {
            (Get-Command Invoke-GraphInvalidateRun).Parameters[$runOptions[$field.name]].ParameterType | Should -Be ([TimeSpan]) -Because $field.name
        }
    }
}
