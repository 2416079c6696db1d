# An application of the emulator's tenant, and what signing in leaves behind.

$global:TenantId = 'c0ffee00-1111-4222-8333-444455556666'
$global:OtherTenantId = '11111111-2222-4333-8444-555555555555'
$global:ClientId = 'aaaaaaaa-0000-4000-8000-000000000003'
$global:Certificates = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../../tests/certificates")

# What no error, context, stream or record may show.
$global:Hushed = 'hush', 'emulated-secret', 'emulated-password', 'emulated-identity-header', 'PRIVATE KEY'

function New-SecretCredential([string] $Secret = 'emulated-secret', [string] $Id = $ClientId) { [pscredential]::new($Id, (ConvertTo-Secure $Secret)) }

# Exactly these of the variables that signing in reads.
function Set-SignInVariable([hashtable] $Variables = @{}) {
    foreach ($name in @([Environment]::GetEnvironmentVariables().Keys) -match '^(AZURE_|AZURESUBSCRIPTION_|ACTIONS_ID_TOKEN_|SYSTEM_OIDC|SYSTEM_ACCESSTOKEN|IDENTITY_|MSI_|GRAPH_INVALIDATE_EXPECT)') { Remove-Item "env:$name" }
    foreach ($name in $Variables.Keys) { [Environment]::SetEnvironmentVariable($name, $Variables[$name]) }
}

# The requests to the sign-in service since the last reset.
function Get-SignIn { @((Get-EmulatorReport).requests) | Where-Object { $null -ne $_.asked } }

# All that a record and whatever hangs on it show.
function Get-Shown($Record) {
    "$Record $($Record.Exception) $($Record.ErrorDetails) $($Record.ErrorDetails.RecommendedAction) $($Record.ScriptStackTrace) $($Record.InvocationInfo.Line)"
    $Record.Exception.Outcome | ForEach-Object { $_.PSObject.Properties.Value }
}

function Confirm-NothingSecret([string] $Shown) { foreach ($secret in $Hushed) { $Shown.Contains($secret) | Should -BeFalse -Because "$secret is in it" } }
