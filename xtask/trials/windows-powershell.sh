# The module's package in the engine of PowerShell for Windows.
# needs=win-x64,wine,unzip,windows-pwsh
mkdir -p Modules/GraphInvalidate
unzip -q "GraphInvalidate.$VERSION.nupkg" -d "Modules/GraphInvalidate/$VERSION"
cat >one.ps1 <<'END'
$ErrorActionPreference = 'Stop'
if (-not $IsWindows) { throw 'this is no Windows' }
Invoke-MgBetaInvalidateAllUserRefreshToken -UserId adele.vance@contoso.example
'adele.vance@contoso.example', 'megan.bowen@contoso.example' | Invoke-GraphInvalidateRun -Confirm:$false | ForEach-Object Status
END
said=$(PSModulePath="Z:$PWD/Modules" windows-pwsh -File "Z:$PWD/one.ps1" | tr -d '\r' | xargs)
[ "$said" = "True accepted accepted" ] || { echo "$said"; exit 1; }
