# What examples use of other people's modules.

function Get-AzAccessToken { [CmdletBinding()] param($ResourceTypeName, [switch] $AsSecureString) @{ Token = ConvertTo-Secure (New-Token) } }

# As Microsoft.Graph.Users gives them.
function Get-MgUser { [CmdletBinding()] param([switch] $All) [pscustomobject]@{ Id = $AdeleId; UserPrincipalName = $Adele } }
