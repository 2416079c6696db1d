# What cargo xtask bench powershell measures. The first line of input is the access token; the endpoint comes from the
# environment.
param(
    # import: how many milliseconds it takes to import a module, and to sign the user out once where there is one.
    # warm, pipeline: for each line of input, how many seconds so many calls take, one by one or down one pipeline.
    # run: for each line of input, how many seconds a run over the users of a list takes.
    [string] $What,
    [string] $Module,
    # The user of every call; for a run, the file with its users.
    [string] $User,
    [int] $Count
)

$env:GRAPH_INVALIDATE_TOKEN = [Console]::In.ReadLine()
$watch = [System.Diagnostics.Stopwatch]::StartNew()
Import-Module $Module
if ($What -eq 'import') {
    if ($User) { $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $User -ErrorAction Stop }
    return $watch.Elapsed.TotalMilliseconds
}

# Connected, as a script that calls often is.
Connect-GraphInvalidate -AccessToken ([System.Net.NetworkCredential]::new('', $env:GRAPH_INVALIDATE_TOKEN).SecurePassword) -ErrorAction Stop
if ($What -eq 'run') {
    while ($null -ne [Console]::In.ReadLine()) {
        $watch.Restart()
        [System.IO.File]::ReadLines($User) |
            Invoke-GraphInvalidateRun -Rate ([double]::PositiveInfinity) -Confirm:$false -ErrorAction Stop |
            ForEach-Object { if ($_.Status -ne 'accepted') { throw $_ } }
        [Console]::Out.WriteLine($watch.Elapsed.TotalSeconds)
    }
    return
}

$users = [string[]]::new($Count)
[Array]::Fill($users, $User)
while ($null -ne [Console]::In.ReadLine()) {
    $watch.Restart()
    if ($What -eq 'pipeline') { $null = $users | Invoke-MgBetaInvalidateAllUserRefreshToken -ErrorAction Stop }
    else { foreach ($one in $users) { $null = Invoke-MgBetaInvalidateAllUserRefreshToken -UserId $one -ErrorAction Stop } }
    [Console]::Out.WriteLine($watch.Elapsed.TotalSeconds)
}
