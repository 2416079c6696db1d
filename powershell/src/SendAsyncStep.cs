namespace GraphInvalidate.PowerShell;

/// <summary>
/// What -HttpPipelineAppend and -HttpPipelinePrepend take in Microsoft's module; a script block converts to it.
/// </summary>
/// <param name="request">The request.</param>
/// <param name="callback">A listener to events.</param>
/// <param name="next">The next step.</param>
/// <returns>The response.</returns>
public delegate object SendAsyncStep(object request, object callback, object next);
