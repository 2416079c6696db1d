BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator
    $command = Get-Command Invoke-MgBetaInvalidateAllUserRefreshToken
    $both = 'Invalidate', 'InvalidateViaIdentity'

    # What Microsoft's cmdlet has, as its documentation lists it; types of its own assembly are replaced by ours.
    # What is beyond it stands behind a plus sign.
    $table = @{
        UserId                     = @{ Type = [string]; Sets = 'Invalidate'; Mandatory = $true; Pipeline = , '+ByValue'; Aliases = '+Id', '+UserPrincipalName' }
        InputObject                = @{ Type = [GraphInvalidate.PowerShell.UsersActionsIdentity]; Sets = 'InvalidateViaIdentity'; Mandatory = $true; Pipeline = 'ByValue' }
        Headers                    = @{ Type = [System.Collections.IDictionary]; Sets = $both; Pipeline = 'ByValue' }
        ResponseHeadersVariable    = @{ Type = [string]; Sets = $both; Aliases = 'RHV' }
        Break                      = @{ Type = [switch]; Sets = $both }
        HttpPipelineAppend         = @{ Type = [GraphInvalidate.PowerShell.SendAsyncStep[]]; Sets = $both }
        HttpPipelinePrepend        = @{ Type = [GraphInvalidate.PowerShell.SendAsyncStep[]]; Sets = $both }
        Proxy                      = @{ Type = [uri]; Sets = $both }
        ProxyCredential            = @{ Type = [pscredential]; Sets = $both }
        ProxyUseDefaultCredentials = @{ Type = [switch]; Sets = $both }
        WhatIf                     = @{ Type = [switch]; Sets = $both; Aliases = 'wi' }
        Confirm                    = @{ Type = [switch]; Sets = $both; Aliases = 'cf' }
        '+PassThru'                = @{ Type = [switch]; Sets = $both }
        '+Connection'              = @{ Type = [GraphInvalidate.PowerShell.GraphInvalidateContext]; Sets = $both }
    }

    function Get-Parameter([string] $Name, [string] $Set) {
        ($command.ParameterSets | Where-Object Name -eq $Set).Parameters | Where-Object Name -eq $Name
    }
}

Describe 'Invoke-MgBetaInvalidateAllUserRefreshToken' {
    $names = 'UserId', 'InputObject', 'Headers', 'ResponseHeadersVariable', 'Break', 'HttpPipelineAppend', 'HttpPipelinePrepend',
        'Proxy', 'ProxyCredential', 'ProxyUseDefaultCredentials', 'WhatIf', 'Confirm', '+PassThru', '+Connection'

    It 'has <name> as documented' -TestCases ($names | ForEach-Object { @{ name = $_ } }) {
        $row = $table[$name]
        $bare = $name.TrimStart('+')
        $sets = $command.ParameterSets | Where-Object { $_.Parameters.Name -contains $bare } | ForEach-Object Name
        $sets | Should -Be @($row.Sets)
        foreach ($set in $sets) {
            $parameter = Get-Parameter $bare $set
            $parameter.ParameterType.FullName | Should -BeExactly $row.Type.FullName
            $parameter.IsMandatory | Should -Be ([bool] $row.Mandatory)
            $parameter.ValueFromPipeline | Should -Be ([bool]($row.Pipeline -match 'ByValue'))
            $parameter.ValueFromPipelineByPropertyName | Should -Be ([bool]($row.Pipeline -match 'ByPropertyName'))
            $parameter.Position | Should -BeLessThan 0
            $parameter.Aliases -join ' ' | Should -BeExactly ($row.Aliases -replace '\+' -join ' ')
        }
    }

    It 'has no other parameter' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        $command.Parameters.Keys | Where-Object { $_ -notin $common -and $_ -notin ($table.Keys -replace '\+') } | Should -BeNullOrEmpty
        $table.Count | Should -Be 14
    }

    It 'has the two parameter sets, of which Invalidate is the default' {
        $command.ParameterSets.Name | Should -Be $both
        $command.DefaultParameterSet | Should -BeExactly 'Invalidate'
    }

    It 'puts out a Boolean' { $command.OutputType.Name | Should -Contain 'System.Boolean' }

    It 'hides from completion what Microsoft''s hides' {
        $hidden = ($command.ParameterSets[0].Parameters | Where-Object { $command.Parameters[$_.Name].Attributes.DontShow }).Name
        $hidden | Sort-ByName | Should -Be @('Break', 'HttpPipelineAppend', 'HttpPipelinePrepend', 'Proxy', 'ProxyCredential', 'ProxyUseDefaultCredentials')
    }

    It 'understands the abbreviation <text>' -TestCases @(
        @{ text = '-U' }, @{ text = '-User' }, @{ text = '-useri' }
    ) {
        Reset-Emulator
        & ([scriptblock]::Create("Invoke-MgBetaInvalidateAllUserRefreshToken $text $Adele")) | Should -BeTrue
    }

    It 'understands -v as -Verbose' {
        Reset-Emulator
        "$(Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $Adele -v 4>&1)" | Should -BeLike "*$Adele`: accepted*"
    }
}
