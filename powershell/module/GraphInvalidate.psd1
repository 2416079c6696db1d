@{
    RootModule             = 'GraphInvalidate.PowerShell.dll'
    ModuleVersion          = '0.1.0'
    GUID                   = 'b4f7b6c2-2a0d-4c5e-9f0e-7d4f2f6a1c35'
    Author                 = 'The graph-invalidate authors'
    CompanyName            = 'The graph-invalidate authors'
    Copyright              = '(c) The graph-invalidate authors. MIT or Apache-2.0.'
    Description            = 'Signs Microsoft Entra users out everywhere, and proves it: Invoke-MgBetaInvalidateAllUserRefreshToken in one small module, with users from the pipeline and errors that say what to do.'
    PowerShellVersion      = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions   = @('Desktop', 'Core')
    TypesToProcess         = @('GraphInvalidate.Types.ps1xml')
    FormatsToProcess       = @('GraphInvalidate.Format.ps1xml')
    CmdletsToExport        = @(
        'Confirm-GraphInvalidateOutcome'
        'Connect-GraphInvalidate'
        'Disconnect-GraphInvalidate'
        'Get-GraphInvalidateContext'
        'Invoke-GraphInvalidateRun'
        'Invoke-MgBetaInvalidateAllUserRefreshToken'
        'Test-GraphInvalidateAccess'
    )
    FunctionsToExport      = @()
    AliasesToExport        = @()
    VariablesToExport      = @()
    PrivateData            = @{
        PSData = @{
            LicenseUri   = 'https://licenses.nuget.org/MIT%20OR%20Apache-2.0'
            ReleaseNotes = 'The first release. CHANGELOG.md of the project lists what is in it.'
            Tags         = @('MicrosoftGraph', 'Entra', 'EntraID', 'Security', 'IncidentResponse', 'RefreshToken', 'PSEdition_Desktop', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
        }
    }
}
