using System;
using System.Linq;
using System.Management.Automation.Host;

namespace GraphInvalidate.PowerShell;

/// <summary>Whether somebody can be in front of this session, to read a code and enter it elsewhere.</summary>
internal static class Person
{
    private const int Shortest = 4;

    internal static bool CanBeThere(PSHost host) =>
        host.UI is not null
        && Environment.UserInteractive
        && !(Console.IsInputRedirected && Console.IsOutputRedirected && Console.IsErrorRedirected)
        && !Environment.GetCommandLineArgs().Skip(1).Any(IsOfAnUnattendedSession);

    /// <summary>-NonInteractive, which may be abbreviated; and -s, by which Start-Job starts its process.</summary>
    private static bool IsOfAnUnattendedSession(string argument) =>
        argument.Equals("-s", StringComparison.Ordinal)
        || argument.Equals("-ServerMode", StringComparison.OrdinalIgnoreCase)
        || (argument.Length >= Shortest && "-NonInteractive".StartsWith(argument.Replace("--", "-").Replace('/', '-'), StringComparison.OrdinalIgnoreCase));
}
