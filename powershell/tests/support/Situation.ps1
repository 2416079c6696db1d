# All that the documents' lines sign in with, in a folder: needs Emulator.ps1 and SignIn.ps1.

function New-Situation([string] $Folder) {
    $global:clientSecretCredential = New-SecretCredential
    $global:password = ConvertTo-Secure emulated-password
    $global:identityId = 'aaaaaaaa-0000-4000-8000-000000000011'
    $pfx = "$Certificates/client.pfx"
    [System.IO.File]::Copy($pfx, "$Folder/client.pfx", $true)
    $global:certificate = [System.Security.Cryptography.X509Certificates.X509Certificate2]::new($pfx, 'emulated-password', 'Exportable')
    $global:thumbprint = $certificate.Thumbprint
    [System.IO.File]::WriteAllText("$Folder/token.jwt", (Send-Control federated_tokens @{ subject = 'repo:contoso/incidents:ref:refs/heads/main' }).token)
    $global:customerId = 'c0575000-0000-4000-8000-000000000001'
    $job = "_apis/distributedtask/hubs/build/plans/1/jobs/2"
    Set-SignInVariable @{
        AZURE_TENANT_ID = $TenantId; AZURE_CLIENT_ID = $ClientId; AZURE_CLIENT_SECRET = 'emulated-secret'; AZURE_POD_IDENTITY_AUTHORITY_HOST = $EmulatorAddress
        ACTIONS_ID_TOKEN_REQUEST_URL = "$EmulatorAddress/github-actions/$job/idtoken?api-version=2.0"; ACTIONS_ID_TOKEN_REQUEST_TOKEN = 'emulated-request-token'
        SYSTEM_OIDCREQUESTURI = "$EmulatorAddress/azure-pipelines/$job/oidctoken"; SYSTEM_ACCESSTOKEN = 'emulated-access-token'
        AZURESUBSCRIPTION_SERVICE_CONNECTION_ID = '5eed0000-0000-4000-8000-000000000001'
    }
    $null = Send-Control approve @{ user = $Admin }

    # What the Azure CLI would say.
    $expires = [DateTimeOffset]::UtcNow.AddHours(1).ToUnixTimeSeconds()
    [System.IO.File]::WriteAllText("$Folder/az", "#!/bin/sh`necho '{`"accessToken`": `"$(New-Token)`", `"expires_on`": $expires}'`n")
    chmod +x "$Folder/az"
}

# For an engine whose home is not the user's own.
function Add-StoredCertificate {
    $store = [System.Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
    $store.Open('ReadWrite')
    $store.Add($certificate)
    $store.Dispose()
}
