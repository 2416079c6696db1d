namespace GraphInvalidate.PowerShell;

/// <summary>How long Connect-MgGraph is to keep a sign-in.</summary>
public enum ContextScope
{
    /// <summary>As long as the process.</summary>
    Process,

    /// <summary>For all sessions of the user, which is not done here.</summary>
    CurrentUser,
}
