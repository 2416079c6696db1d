BeforeAll {
    . "$PSScriptRoot/support/Emulator.ps1"
    Start-Emulator
    $command = Get-Command Connect-GraphInvalidate

    # What Connect-MgGraph has, as its documentation lists it: set, parameter, type, mandatory or not, position; then
    # its aliases. Secrets are declared as objects, so that the engine shows none that is of another type, in a proxy
    # function neither.
    $theirs = @{
        UserParameterSet                = 'Scopes string[] - 1', 'TenantId string - 4', 'ClientId string - named', 'ContextScope ContextScope - named', 'UseDeviceCode switch - named'
        AppCertificateParameterSet      = 'ClientId string mandatory 1', 'CertificateSubjectName string - 2', 'CertificateThumbprint string - 3', 'SendCertificateChain bool - named',
            'Certificate X509Certificate2 - named', 'TenantId string - named', 'ContextScope ContextScope - named'
        IdentityParameterSet            = 'Identity switch - 1', 'ClientId string - named', 'ContextScope ContextScope - named'
        AppSecretCredentialParameterSet = 'ClientSecretCredential object - named', 'TenantId string - named', 'ContextScope ContextScope - named'
        AccessTokenParameterSet         = , 'AccessToken object mandatory 1'
        EnvironmentVariableParameterSet = 'EnvironmentVariable switch - named', 'ContextScope ContextScope - named'
    }
    $everywhere = 'Environment string - named', 'ClientTimeout double - named', 'NoWelcome switch - named', 'Break switch - named'
    $aliases = @{
        ClientId               = 'AppId', 'ApplicationId'
        TenantId               = 'Audience', 'Tenant'
        CertificateSubjectName = 'CertificateSubject', 'CertificateName'
        Identity               = 'ManagedIdentity', 'ManagedServiceIdentity', 'MSI'
        ClientSecretCredential = 'SecretCredential', 'Credential'
        UseDeviceCode          = 'UseDeviceAuthentication', 'DeviceCode', 'DeviceAuth', 'Device'
        Environment            = 'EnvironmentName', 'NationalCloud'
    }

    # Ours, beyond it: in every set, and by set.
    $oursEverywhere = 'PassThru', 'ExpectTenant', 'Endpoint', 'Api', 'CaFile', 'Headers', 'Proxy', 'ProxyCredential', 'ProxyUseDefaultCredentials'
    $ours = @{
        UserParameterSet                = , 'Authority'
        AppCertificateParameterSet      = , 'Authority'
        IdentityParameterSet            = 'ObjectId', 'ResourceId'
        AppSecretCredentialParameterSet = , 'Authority'
        EnvironmentVariableParameterSet = , 'Authority'
    }
    $types = @{ 'string[]' = [string[]]; string = [string]; switch = [switch]; bool = [bool]; double = [double]; object = [object]
        X509Certificate2 = [System.Security.Cryptography.X509Certificates.X509Certificate2]; ContextScope = [GraphInvalidate.PowerShell.ContextScope] }
    $common = [System.Management.Automation.Cmdlet]::CommonParameters
}

Describe 'Connect-GraphInvalidate' {
    $sets = 'UserParameterSet', 'AppCertificateParameterSet', 'IdentityParameterSet', 'AppSecretCredentialParameterSet', 'AccessTokenParameterSet', 'EnvironmentVariableParameterSet'

    It 'has what Connect-MgGraph has in <set>, and nothing that is not written here' -TestCases ($sets | ForEach-Object { @{ set = $_ } }) {
        $parameters = @{}
        ($command.ParameterSets | Where-Object Name -eq $set).Parameters | Where-Object { $_.Name -notin $common } | ForEach-Object { $parameters[$_.Name] = $_ }
        foreach ($row in $theirs[$set] + $everywhere) {
            $name, $type, $mandatory, $position = -split $row
            $parameter = $parameters[$name]
            $parameter.ParameterType.FullName | Should -BeExactly $types[$type].FullName -Because $name
            "$($parameter.Position)" | Should -BeExactly $(if ($position -eq 'named') { [int]::MinValue } else { $position }) -Because $name
            # What names a set of its own is mandatory here, so that the engine can tell the sets apart.
            if ($mandatory -ne '-' -or $name -notin 'Identity', 'ClientSecretCredential', 'EnvironmentVariable') { $parameter.IsMandatory | Should -Be ($mandatory -eq 'mandatory') -Because $name }
            $aliases[$name] | Where-Object { $_ -and $_ -notin $parameter.Aliases } | Should -BeNullOrEmpty
            $parameters.Remove($name)
        }
        $parameters.Keys | Sort-ByName | Should -Be @($oursEverywhere + $ours[$set] | Where-Object { $_ } | Sort-ByName)
    }

    It 'has six sets beyond it, and the same default' {
        $command.ParameterSets.Name | Where-Object { $_ -notin $theirs.Keys } | Sort-ByName |
            Should -Be @('AccessTokenProviderParameterSet', 'AppCertificateFileParameterSet', 'AzureCliParameterSet', 'ChainParameterSet', 'FederatedIdentityParameterSet', 'WorkloadIdentityParameterSet')
        $command.DefaultParameterSet | Should -BeExactly 'UserParameterSet'
    }

    It 'can refuse another tenant in every set' {
        $command.ParameterSets | Where-Object { $_.Parameters.Name -notcontains 'ExpectTenant' } | Should -BeNullOrEmpty
    }
}
