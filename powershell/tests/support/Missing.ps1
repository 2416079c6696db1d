# What examples use of other modules, where it is missing: the engine alone has neither these nor anybody's vault.

function Get-AzAccessToken { [CmdletBinding()] param($ResourceTypeName, [switch] $AsSecureString) @{ Token = ConvertTo-Secure (New-Token) } }

if (-not (Get-Command ConvertTo-SecureString -ErrorAction Ignore)) {
    function ConvertTo-SecureString { [CmdletBinding()] param([Parameter(Position = 0)] [string] $String, [switch] $AsPlainText, [switch] $Force) ConvertTo-Secure $String }
}

if (-not (Get-Command Import-Csv -ErrorAction Ignore)) {
    function Import-Csv([string] $Path) {
        $names, $lines = (Get-TextLine $Path).ForEach({ , ($_ -split ',') })
        foreach ($line in $lines) {
            $row = [ordered]@{}
            for ($index = 0; $index -lt $names.Count; $index++) { $row[$names[$index]] = $line[$index] }
            [pscustomobject] $row
        }
    }
}

function Get-TextLine([string] $Path) { [System.IO.File]::ReadAllLines($ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)) }

# As Microsoft.Graph.Users gives them.
function Get-MgUser { [CmdletBinding()] param([switch] $All) [pscustomobject]@{ Id = $AdeleId; UserPrincipalName = $Adele } }
