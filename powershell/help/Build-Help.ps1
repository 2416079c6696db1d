# Makes Get-Help's file from the cmdlets and their documentation comments, so that neither says what the other does not.
[CmdletBinding()]
param(
    # The module's assembly; its documentation file lies beside it.
    [Parameter(Mandatory, Position = 0)] [string] $Assembly,
    # The file to write.
    [Parameter(Mandatory, Position = 1)] [string] $Destination
)

$ErrorActionPreference = 'Stop'
$documentation = [xml][System.IO.File]::ReadAllText([System.IO.Path]::ChangeExtension($Assembly, '.xml'))
$module = Import-Module $Assembly -PassThru
$common = [System.Management.Automation.Cmdlet]::CommonParameters
$stated = @{
    WhatIf  = 'Shows what would happen, and does nothing.'
    Confirm = 'Asks before each user.'
}

function Get-Text([System.Xml.XmlNode] $node) {
    ($node.InnerText -replace '\s+', ' ').Trim()
}

function Get-Comment([string] $member) {
    $comment = $documentation.SelectSingleNode("//member[@name='$member']")
    if (-not $comment) { throw "$member has no documentation comment." }
    $comment
}

function New-Element([string] $name, $content, [string] $attributes) {
    "<$name$(if ($attributes) { " $attributes" })>$($content -join '')</$name>"
}

function New-TextElement([string] $name, [string] $text) {
    New-Element $name ([System.Security.SecurityElement]::Escape($text))
}

function New-Description([string[]] $paragraphs) {
    New-Element 'maml:description' ($paragraphs | ForEach-Object { New-TextElement 'maml:para' $_ })
}

function Get-ParameterText($command, $parameter) {
    if ($stated.ContainsKey($parameter.Name)) { return $stated[$parameter.Name] }
    # What several cmdlets share is described where it is declared.
    $declaring = $command.ImplementingType.GetProperty($parameter.Name).DeclaringType.FullName
    Get-Text (Get-Comment "P:$declaring.$($parameter.Name)").SelectSingleNode('summary')
}

function New-Parameter($command, $parameter) {
    $pipeline = @(
        if ($parameter.ValueFromPipeline) { 'ByValue' }
        if ($parameter.ValueFromPipelineByPropertyName) { 'ByPropertyName' }
    )
    $position = if ($parameter.Position -ge 0) { "$($parameter.Position)" } else { 'named' }
    $aliases = if ($parameter.Aliases) { $parameter.Aliases -join ', ' } else { 'none' }
    $taken = if ($pipeline) { "True ($($pipeline -join ', '))" } else { 'False' }
    $attributes = "required=`"$("$($parameter.IsMandatory)".ToLowerInvariant())`" globbing=`"false`" pipelineInput=`"$taken`" position=`"$position`" aliases=`"$aliases`""
    # What is declared to take anything has a conversion of ours, which tells what it takes.
    $taken_type = @($parameter.Attributes.Taken | Where-Object { $_ }) + $parameter.ParameterType
    $type = $taken_type[0].Name -replace '^SwitchParameter$', 'switch'
    New-Element 'command:parameter' -attributes $attributes -content @(
        New-TextElement 'maml:name' $parameter.Name
        New-Description (Get-ParameterText $command $parameter)
        if ($type -ne 'switch') { "<command:parameterValue required=`"true`" variableLength=`"false`">$type</command:parameterValue>" }
        New-Element 'dev:type' (New-TextElement 'maml:name' $taken_type[0].FullName)
        New-TextElement 'dev:defaultValue' $(if ($type -eq 'switch') { 'False' } else { 'None' })
    )
}

function Get-ParameterOf($set) {
    $set.Parameters | Where-Object { $_.Name -notin $common }
}

function New-Example($comment, [int] $number) {
    New-Element 'command:example' @(
        New-TextElement 'maml:title' "---------- Example $number ----------"
        New-TextElement 'dev:code' (Get-Text $comment.SelectSingleNode('code'))
        New-Element 'dev:remarks' ($comment.SelectNodes('para') | ForEach-Object { New-TextElement 'maml:para' (Get-Text $_) })
    )
}

function New-Command($command) {
    $comment = Get-Comment "T:$($command.ImplementingType.FullName)"
    $number = 0
    $every = [ordered]@{}
    $command.ParameterSets | ForEach-Object { Get-ParameterOf $_ } | ForEach-Object { $every[$_.Name] = $_ }
    New-Element 'command:command' @(
        New-Element 'command:details' @(
            New-TextElement 'command:name' $command.Name
            New-TextElement 'command:verb' $command.Verb
            New-TextElement 'command:noun' $command.Noun
            New-Description (Get-Text $comment.SelectSingleNode('summary'))
        )
        New-Description ($comment.SelectNodes('remarks/para') | ForEach-Object { Get-Text $_ })
        New-Element 'command:syntax' ($command.ParameterSets | ForEach-Object {
                $set = $_
                New-Element 'command:syntaxItem' @(
                    New-TextElement 'maml:name' $command.Name
                    Get-ParameterOf $set | ForEach-Object { New-Parameter $command $_ }
                )
            })
        New-Element 'command:parameters' ($every.Values | ForEach-Object { New-Parameter $command $_ })
        New-Element 'command:inputTypes' ($every.Values | Where-Object { $_.ValueFromPipeline } | ForEach-Object {
                New-Element 'command:inputType' (New-Element 'dev:type' (New-TextElement 'maml:name' $_.ParameterType.FullName))
            })
        New-Element 'command:returnValues' ($command.OutputType | ForEach-Object {
                New-Element 'command:returnValue' (New-Element 'dev:type' (New-TextElement 'maml:name' $_.Name))
            })
        New-Element 'command:examples' ($comment.SelectNodes('example') | ForEach-Object { New-Example $_ (++$number) })
        New-Element 'command:relatedLinks' (New-Element 'maml:navigationLink' (New-TextElement 'maml:linkText' 'about_GraphInvalidate'))
    )
}

$commands = $module.ExportedCmdlets.Values | ForEach-Object { New-Command $_ }
$maml = '<?xml version="1.0" encoding="utf-8"?><helpItems schema="maml" xmlns="http://msh" xmlns:maml="http://schemas.microsoft.com/maml/2004/10"' +
    ' xmlns:command="http://schemas.microsoft.com/maml/dev/command/2004/10" xmlns:dev="http://schemas.microsoft.com/maml/dev/2004/10">' +
    ($commands -join '') + '</helpItems>'
# Without the spaces of indented lines, which are a sixth of it.
[System.IO.File]::WriteAllText($Destination, ([xml] $maml).OuterXml)
