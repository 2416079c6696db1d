using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace GraphInvalidate.Tests;

/// <summary>
/// What is the program's stays the program's, whatever it was started with, under .NET and under mono.
/// </summary>
public sealed class GuestTests(Emulator emulator) : IClassFixture<Driver>
{
    private static readonly byte[] Answer = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 14\r\n\r\n{\"value\":true}");

    public static TheoryData<string, string[]> Starts
    {
        get
        {
            TheoryData<string, string[]> starts = [];
            foreach (string runtime in new[] { "dotnet", "mono" })
            {
                // Signals that wait for ever, and children whose end nobody is told of.
                starts.Add(runtime, ["env", "--ignore-signal=CHLD", "--block-signal=HUP,PIPE,TERM,USR1,USR2"]);
                // A journal or a connection there would be what the program's output goes to.
                starts.Add(runtime, ["sh", "-c", "exec \"$@\" <&- >&- 2>&-", "sh"]);
            }

            return starts;
        }
    }

    [Theory]
    [MemberData(nameof(Starts))]
    public async Task Calls_and_runs_end_well_and_signals_stay_as_they_are(string runtime, string[] start)
    {
        await emulator.ResetAsync();
        string folder = Directory.CreateTempSubdirectory("guest-").FullName;
        using TcpListener balancer = new(IPAddress.Loopback, 0);
        balancer.Start();
        Task serving = ServeAsync(balancer);
        try
        {
            Dictionary<string, string?> environment = new() { ["TOKEN"] = await emulator.TokenAsync() };
            string said = await Driver.RunAsync(
                runtime, ["guest", Project.Library, $"http://{balancer.LocalEndpoint}", emulator.Address, folder], environment: environment, start: start);

            Assert.Empty(said);
            Assert.Equal("accepted, signals as before", await File.ReadAllTextAsync(Path.Combine(folder, "said")));
            string[] journal = await File.ReadAllLinesAsync(Path.Combine(folder, "journal.jsonl"));
            Assert.NotEmpty(journal);
            Assert.All(journal, line => Assert.StartsWith("{", line, StringComparison.Ordinal));
        }
        finally
        {
            balancer.Stop();
            await serving;
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>As a balancer does to connections that rest: one answer, the end of its half, and a reset.</summary>
    private static async Task ServeAsync(TcpListener listener)
    {
        byte[] request = new byte[65536];
        while (true)
        {
            try
            {
                using Socket socket = await listener.AcceptSocketAsync();
                if (await socket.ReceiveAsync(request) > 0)
                {
                    await socket.SendAsync(Answer);
                    socket.Shutdown(SocketShutdown.Send);
                    socket.LingerState = new LingerOption(true, 0);
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                if (!listener.Server.IsBound)
                {
                    return;
                }
            }
        }
    }
}
