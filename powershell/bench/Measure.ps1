# What cargo xtask bench powershell measures, in milliseconds. Token and endpoint come from the environment.
param(
    # import: importing the module, and its first call where there is a user. warm: one call of many.
    [string] $What,
    [string] $Module,
    [string] $User,
    [int] $Count
)

$watch = [System.Diagnostics.Stopwatch]::StartNew()
Import-Module $Module
if ($What -eq 'import') {
    if ($User) { $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $User -ErrorAction Stop }
    return $watch.Elapsed.TotalMilliseconds
}

$times = [double[]]::new($Count)
for ($call = -1000; $call -lt $Count; $call++) {
    $watch.Restart()
    $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $User -ErrorAction Stop
    if ($call -ge 0) { $times[$call] = $watch.Elapsed.TotalMilliseconds }
}
[Array]::Sort($times)
$times[[int]($Count / 2)]

# The same users down one pipeline.
$users = [string[]]::new($Count)
[Array]::Fill($users, $User)
$watch.Restart()
$null = $users | Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorAction Stop
$watch.Elapsed.TotalMilliseconds / $Count
