// Signs a user out, proves it, and says what to do when that fails: dotnet run -- adele@contoso.com

using System;
using System.Threading;
using GraphInvalidate;

using CancellationTokenSource interruption = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interruption.Cancel();
};

try
{
    using GraphInvalidateClient client = new(new() { AccessToken = Environment.GetEnvironmentVariable("GRAPH_INVALIDATE_TOKEN") });
    InvalidateOutcome accepted = client.Invalidate(args.Length > 0 ? args[0] : "me", interruption.Token);
    Console.WriteLine(accepted);
    Console.WriteLine(client.Verify(accepted.User ?? "me", accepted.ServerDate ?? accepted.Time, interruption.Token));
    return 0;
}
catch (OperationCanceledException cancelled)
{
    Console.Error.WriteLine(cancelled.Message);
    return 130;
}
catch (GraphInvalidateException failure)
{
    Console.Error.WriteLine($"{failure.Status}: {failure.Message}\n  {failure.Hint}\n  request-id {failure.RequestId}");
    return 1;
}
