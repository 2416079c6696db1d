using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace GraphInvalidate.PowerShell;

/// <summary>Offers the values that a parameter is documented to take; others are the library's to refuse.</summary>
/// <param name="values">The values.</param>
internal abstract class Completer(params string[] values) : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) => values
        .Where(value => value.StartsWith(wordToComplete?.Trim('\'', '"') ?? string.Empty, StringComparison.OrdinalIgnoreCase))
        .Select(value => new CompletionResult(value));
}

internal sealed class CloudCompleter() : Completer("Global", "USGov", "USGovDoD", "China");

internal sealed class ApiCompleter() : Completer("beta", "v1.0");

internal sealed class PriorityCompleter() : Completer("low", "normal", "high");

internal sealed class AssertionCompleter() : Completer("file", "github-actions", "azure-pipelines");
