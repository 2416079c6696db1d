# Describe, Context, It, BeforeAll, BeforeEach, AfterEach, AfterAll and Should, as Pester has them, for where there is no Pester.
# To be dot-sourced: blocks see the variables of the blocks around them, and what one sets the next one does not see.

$global:Specification = @{ Passed = 0; Failed = 0 }

function New-SpecificationBlock([string] $Name) {
    @{ Name = $Name; BeforeAll = @(); BeforeEach = @(); AfterEach = @(); AfterAll = @(); Parts = [System.Collections.Generic.List[object]]::new() }
}

function BeforeAll([scriptblock] $Script) { $SpecificationBlock.BeforeAll += $Script }
function BeforeEach([scriptblock] $Script) { $SpecificationBlock.BeforeEach += $Script }
function AfterEach([scriptblock] $Script) { $SpecificationBlock.AfterEach += $Script }
function AfterAll([scriptblock] $Script) { $SpecificationBlock.AfterAll += $Script }

function Describe([string] $Name, [scriptblock] $Body) {
    $outer = $SpecificationBlock
    $SpecificationBlock = New-SpecificationBlock $Name
    $outer.Parts.Add($SpecificationBlock)
    $null = . $Body
}

function Context([string] $Name, [scriptblock] $Body) { Describe $Name $Body }

function It([string] $Name, [scriptblock] $Test, [object[]] $TestCases = @(@{})) {
    foreach ($case in $TestCases) {
        $shown = $Name
        foreach ($key in $case.Keys) { $shown = $shown.Replace("<$key>", "$($case[$key])") }
        $SpecificationBlock.Parts.Add(@{ Name = $shown; Test = $Test; Case = $case })
    }
}

# Collects a file's tests, and runs them.
function Invoke-Specification([string] $Path) {
    $SpecificationBlock = New-SpecificationBlock ([System.IO.Path]::GetFileName($Path))
    $null = . $Path
    Invoke-SpecificationBlock $SpecificationBlock 0 @() @()
}

function Invoke-SpecificationBlock($SpecificationBlock, [int] $SpecificationDepth, [object[]] $SpecificationBefore, [object[]] $SpecificationAfter) {
    "$('  ' * $SpecificationDepth)$($SpecificationBlock.Name)"
    $SpecificationBefore += $SpecificationBlock.BeforeEach
    $SpecificationAfter = @($SpecificationBlock.AfterEach) + $SpecificationAfter
    try {
        foreach ($SpecificationScript in $SpecificationBlock.BeforeAll) { $null = . $SpecificationScript }
        foreach ($SpecificationPart in $SpecificationBlock.Parts) {
            if ($SpecificationPart.ContainsKey('Test')) { Invoke-SpecificationTest $SpecificationPart $SpecificationDepth $SpecificationBefore $SpecificationAfter }
            else { Invoke-SpecificationBlock $SpecificationPart ($SpecificationDepth + 1) $SpecificationBefore $SpecificationAfter }
        }
    }
    catch { Write-SpecificationFailure $SpecificationBlock.Name $SpecificationDepth $_ }
    finally { foreach ($SpecificationScript in $SpecificationBlock.AfterAll) { $null = . $SpecificationScript } }
}

function Invoke-SpecificationTest($SpecificationTest, [int] $SpecificationDepth, [object[]] $SpecificationBefore, [object[]] $SpecificationAfter) {
    try {
        foreach ($SpecificationKey in $SpecificationTest.Case.Keys) { $ExecutionContext.SessionState.PSVariable.Set($SpecificationKey, $SpecificationTest.Case[$SpecificationKey]) }
        try {
            foreach ($SpecificationScript in $SpecificationBefore) { $null = . $SpecificationScript }
            $null = . $SpecificationTest.Test
        }
        finally { foreach ($SpecificationScript in $SpecificationAfter) { $null = . $SpecificationScript } }
        $global:Specification.Passed++
        "$('  ' * $SpecificationDepth)  [+] $($SpecificationTest.Name)"
    }
    catch { Write-SpecificationFailure $SpecificationTest.Name $SpecificationDepth $_ }
}

function Write-SpecificationFailure([string] $Name, [int] $Depth, $Failure) {
    $global:Specification.Failed++
    "$('  ' * $Depth)  [-] $Name"
    "$Failure" -split "`n" | ForEach-Object { "$('  ' * $Depth)      $_" }
    $Failure.ScriptStackTrace -split "`n" | Where-Object { $_ -like '*.Tests.ps1*' } | ForEach-Object { "$('  ' * $Depth)      $_" }
}

function Should {
    [CmdletBinding()]
    param(
        [Parameter(ValueFromPipeline)] $ActualValue,
        [switch] $Not, $Be, $BeExactly, $BeLike, $Match, $BeOfType, $Contain, $HaveCount, $BeLessThan, $BeGreaterThan,
        [switch] $BeTrue, [switch] $BeFalse, [switch] $BeNullOrEmpty,
        [switch] $Throw, [string] $ExpectedMessage, [string] $ErrorId, [string] $Because
    )
    begin { $all = [System.Collections.Generic.List[object]]::new() }
    process { $all.Add($ActualValue) }
    end {
        $actual = if ($all.Count -eq 1) { $all[0] } else { $all.ToArray() }
        $name = $PSBoundParameters.Keys | Where-Object { $_ -notin 'ActualValue', 'Not', 'ExpectedMessage', 'ErrorId', 'Because' }
        $wanted = $PSBoundParameters[$name]
        $shown = "$actual"
        $holds = switch ($name) {
            'Be' { ($all.Count -eq @($wanted).Count) -and -not (0..($all.Count - 1) | Where-Object { $all[$_] -ne @($wanted)[$_] }) }
            'BeExactly' { $actual -ceq $wanted }
            'BeLike' { $actual -like $wanted }
            'Match' { $actual -match $wanted }
            'BeOfType' { $actual -is $wanted }
            'Contain' { $all -contains $wanted }
            'HaveCount' { $shown = "$($all.Count)"; $all.Count -eq $wanted }
            'BeLessThan' { $actual -lt $wanted }
            'BeGreaterThan' { $actual -gt $wanted }
            'BeTrue' { [bool] $actual }
            'BeFalse' { -not $actual }
            'BeNullOrEmpty' { $null -eq $actual -or $actual.Count -eq 0 -or $actual -eq '' }
            'Throw' {
                $shown = 'nothing thrown'
                try { $null = & $actual; $false }
                catch {
                    $shown = "$($_.FullyQualifiedErrorId): $_"
                    (-not $ExpectedMessage -or "$_" -like $ExpectedMessage) -and (-not $ErrorId -or $_.FullyQualifiedErrorId -eq $ErrorId)
                }
            }
        }
        if ([bool] $holds -eq [bool] $Not) {
            throw "Expected$(if ($Not) { ' not' }) $name <$wanted$ExpectedMessage$ErrorId>, got <$shown>$(if ($Because) { ", because $Because" })."
        }
    }
}
