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

# Its own variables have names that no test has: what is to throw sees them.
function Should {
    [CmdletBinding()]
    param(
        [Parameter(ValueFromPipeline)] $ActualValue,
        [switch] $Not, $Be, $BeExactly, $BeLike, $Match, $BeOfType, $Contain, $HaveCount, $BeLessThan, $BeGreaterThan,
        [switch] $BeTrue, [switch] $BeFalse, [switch] $BeNullOrEmpty,
        [switch] $Throw, [string] $ExpectedMessage, [string] $ErrorId, [string] $Because
    )
    begin { $ShouldAll = [System.Collections.Generic.List[object]]::new() }
    process { $ShouldAll.Add($ActualValue) }
    end {
        $ShouldActual = if ($ShouldAll.Count -eq 1) { $ShouldAll[0] } else { $ShouldAll.ToArray() }
        $ShouldName = $PSBoundParameters.Keys | Where-Object { $_ -notin 'ActualValue', 'Not', 'ExpectedMessage', 'ErrorId', 'Because' }
        $ShouldWanted = $PSBoundParameters[$ShouldName]
        $ShouldShown = "$ShouldActual"
        $ShouldHolds = switch ($ShouldName) {
            'Be' { $ShouldAll.Count -eq @($ShouldWanted).Count -and @(for ($ShouldIndex = 0; $ShouldIndex -lt $ShouldAll.Count; $ShouldIndex++) { if ($ShouldAll[$ShouldIndex] -ne @($ShouldWanted)[$ShouldIndex]) { $ShouldIndex } }).Count -eq 0 }
            'BeExactly' { $ShouldActual -ceq $ShouldWanted }
            'BeLike' { $ShouldActual -like $ShouldWanted }
            'Match' { $ShouldActual -match $ShouldWanted }
            'BeOfType' { $ShouldActual -is $ShouldWanted }
            'Contain' { $ShouldAll -contains $ShouldWanted }
            'HaveCount' { $ShouldShown = "$($ShouldAll.Count)"; $ShouldAll.Count -eq $ShouldWanted }
            'BeLessThan' { $ShouldActual -lt $ShouldWanted }
            'BeGreaterThan' { $ShouldActual -gt $ShouldWanted }
            'BeTrue' { [bool] $ShouldActual }
            'BeFalse' { -not $ShouldActual }
            'BeNullOrEmpty' { $null -eq $ShouldActual -or $ShouldActual.Count -eq 0 -or $ShouldActual -eq '' }
            'Throw' {
                $ShouldShown = 'nothing thrown'
                try { $null = & $ShouldActual; $false }
                catch {
                    $ShouldShown = "$($_.FullyQualifiedErrorId): $_"
                    (-not $ExpectedMessage -or "$_" -like $ExpectedMessage) -and (-not $ErrorId -or $_.FullyQualifiedErrorId -eq $ErrorId)
                }
            }
        }
        if ([bool] $ShouldHolds -eq [bool] $Not) {
            throw "Expected$(if ($Not) { ' not' }) $ShouldName <$ShouldWanted$ExpectedMessage$ErrorId>, got <$ShouldShown>$(if ($Because) { ", because $Because" })."
        }
    }
}
