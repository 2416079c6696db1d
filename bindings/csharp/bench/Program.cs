// What cargo xtask bench csharp measures. The endpoint is the second argument, the access token is the first line of
// input.

using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using GraphInvalidate;

string token = Console.ReadLine() ?? string.Empty;
switch (args[0])
{
    case "first":
        First(args[1], token);
        break;
    case "http":
        await HttpAsync(args[1], token);
        break;
    case "warm":
        Warm(args[1], token, int.Parse(args[2], CultureInfo.InvariantCulture));
        break;
    case "many":
        Many(args[1], token, int.Parse(args[2], CultureInfo.InvariantCulture));
        break;
    case "awaited":
        await AwaitedAsync(args[1], token, int.Parse(args[2], CultureInfo.InvariantCulture));
        break;
    case "awaited-http":
        await AwaitedHttpAsync(args[1], token, int.Parse(args[2], CultureInfo.InvariantCulture));
        break;
    case "run":
        Run(args[1], token, args[2]);
        break;
    default:
        return 2;
}

return 0;

// One call, from start to exit.
[MethodImpl(MethodImplOptions.NoInlining)]
static void First(string endpoint, string token)
{
    using GraphInvalidateClient client = new(new() { Endpoint = endpoint, AccessToken = token });
    client.Invalidate();
}

// The same request by the framework's own client, and nothing else: no retry, no judging of the answer.
[MethodImpl(MethodImplOptions.NoInlining)]
static async Task HttpAsync(string endpoint, string token)
{
    using HttpClient client = new();
    client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    using HttpResponseMessage answer = await client.PostAsync(new Uri(endpoint + "/beta/me/invalidateAllRefreshTokens"), content: null);
    answer.EnsureSuccessStatusCode();
    await answer.Content.ReadAsStringAsync();
}

// So many calls for each line that is read, and how many seconds they took.
[MethodImpl(MethodImplOptions.NoInlining)]
static void Warm(string endpoint, string token, int count)
{
    using GraphInvalidateClient client = new(new() { Endpoint = endpoint, AccessToken = token });
    while (Console.ReadLine() is not null)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int call = 0; call < count; call++)
        {
            client.Invalidate();
        }

        Console.WriteLine(Stopwatch.GetElapsedTime(begin).TotalSeconds.ToString(CultureInfo.InvariantCulture));
    }
}

// What is held after the first calls, when everything is compiled and warm, and after so many more: the managed heap
// and the resident memory.
[MethodImpl(MethodImplOptions.NoInlining)]
static void Many(string endpoint, string token, int count)
{
    using GraphInvalidateClient client = new(new() { Endpoint = endpoint, AccessToken = token });
    for (int call = -30_000; call <= count; call++)
    {
        client.Invalidate();
        if (call % 5_000 == 0)
        {
            GC.Collect(); // What only waits to be collected is not held.
        }

        if (call == 0 || call == count)
        {
            long managed = GC.GetTotalMemory(forceFullCollection: true);
            using Process self = Process.GetCurrentProcess();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{managed}\n{self.WorkingSet64}"));
        }
    }
}

// So many awaited calls at once for each line that is read: the seconds they took, the most memory that the process
// ever held, in bytes, and the most threads that it had beyond those it had before.
static async Task AwaitedAsync(string endpoint, string token, int count)
{
    using GraphInvalidateClient client = new(new() { Endpoint = endpoint, AccessToken = token });
    await MeasureAsync(count, _ => client.InvalidateAsync());
}

// The same by the framework's own client.
static async Task AwaitedHttpAsync(string endpoint, string token, int count)
{
    using HttpClient client = new();
    client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    Uri address = new(endpoint + "/beta/me/invalidateAllRefreshTokens");
    await MeasureAsync(count, async _ =>
    {
        using HttpResponseMessage answer = await client.PostAsync(address, content: null);
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsStringAsync();
    });
}

static async Task MeasureAsync(int count, Func<int, Task> callAsync)
{
    await callAsync(0);
    while (Console.ReadLine() is not null)
    {
        int before = Directory.GetDirectories("/proc/self/task").Length, most = before;
        long begin = Stopwatch.GetTimestamp();
        Task all = Task.WhenAll(Enumerable.Range(0, count).Select(callAsync));
        while (await Task.WhenAny(all, Task.Delay(20)) != all)
        {
            most = Math.Max(most, Directory.GetDirectories("/proc/self/task").Length);
        }

        await all;
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{seconds}\n{self.PeakWorkingSet64}\n{most - before}"));
    }
}

// One run over the users of a list for each line that is read, and how many seconds it took.
[MethodImpl(MethodImplOptions.NoInlining)]
static void Run(string endpoint, string token, string list)
{
    using GraphInvalidateClient client = new(new() { Endpoint = endpoint, AccessToken = token });
    while (Console.ReadLine() is not null)
    {
        long begin = Stopwatch.GetTimestamp();
        foreach (InvalidateOutcome outcome in client.Run(File.ReadLines(list), new() { Rate = double.PositiveInfinity }))
        {
            if (outcome.Status != "accepted")
            {
                throw new InvalidOperationException(outcome.ToString());
            }
        }

        Console.WriteLine(Stopwatch.GetElapsedTime(begin).TotalSeconds.ToString(CultureInfo.InvariantCulture));
    }
}
