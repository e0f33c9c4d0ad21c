using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Cli;

/// <summary>The service as a user starts it, stops it and kills it.</summary>
public class ServeCommandTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_file_the_built_in_model_answers_until_it_is_asked_to_stop()
    {
        await using ServiceProcess service = await ServiceProcess.StartAsync();
        JsonElement model = await service.Client.GetFromJsonAsync<JsonElement>("models/longley", Stop);
        Assert.Equal("y", model.GetProperty("target").GetString());
        const string Row = """[{"x1":83,"x2":234289,"x3":2356,"x4":1590,"x5":107608,"x6":1947}]""";
        // The first row of the data; fitted value by R 4.2.2: 60055.66.
        Assert.Equal(60055.66, await service.PredictAsync(Row), 0.005);
        using HttpResponseMessage tensors = await service.Client.PostAsync(new Uri("v2/models/longley/infer", UriKind.Relative), new StringContent("""{"inputs":[{"name":"x","shape":[1,6],"datatype":"FP64","data":[83,234289,2356,1590,107608,1947]}]}"""), Stop);
        JsonElement answer = await tensors.Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal(await service.PredictAsync(Row), answer.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble());
        if (InterruptSignal.Exists)
        {
            Assert.Equal(0, await service.EndAsync("TERM"));
        }
    }

    [Fact]
    public async Task A_model_is_served_by_the_name_of_its_file_or_another_and_read_again_when_it_changes()
    {
        using var folder = new TemporaryFiles();
        string path = folder["fare.json"];
        RegressionModel Fit(double slope) => RegressionModel.Fit(new ColumnTable { ["x"] = new double[] { 1, 2, 3, 4 }, ["y"] = new double[] { slope, 2 * slope, 3 * slope, (4 * slope) + 1 } }, "y", ["x"]);
        Fit(1).Save(path);
        await using ServiceProcess service = await ServiceProcess.StartAsync(path, $"other={path}");
        JsonElement models = await service.Client.GetFromJsonAsync<JsonElement>("models", Stop);
        Assert.Equal(["fare", "other"], models.EnumerateArray().Select(model => model.GetProperty("name").GetString()));
        Fit(2).Save(path);
        while ((await service.Client.GetFromJsonAsync<JsonElement>("models/fare", Stop)).GetProperty("version").GetInt32() == 1)
        {
            await Task.Delay(100, Stop);
        }

        Assert.Equal(Fit(2).Fingerprint, (await service.Client.GetFromJsonAsync<JsonElement>("models/fare", Stop)).GetProperty("fingerprint").GetString());
    }

    [Fact]
    public async Task A_model_is_learned_from_nothing()
    {
        using var folder = new TemporaryFiles();
        await using ServiceProcess service = await ServiceProcess.StartAsync("--learn", folder["state.db"], "--target", "fare", "--features", "km, minutes, km*minutes");
        using HttpResponseMessage early = await service.Client.PostAsync(new Uri("models/fare/predict", UriKind.Relative), new StringContent("""[{"km":3,"minutes":7}]"""), Stop);
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, early.StatusCode);
        string rows = string.Join(',', Enumerable.Range(0, 20).Select(i => $$"""{"km":{{i % 5}},"minutes":{{i % 7}},"fare":{{2 + (3 * (i % 5)) + (i % 7) + ((i % 5) * (i % 7))}}}"""));
        Assert.Equal("1 2 20 0", await service.LearnAsync("k1", $"[{rows}]", "fare"));
        Assert.Equal(2 + 9 + 7 + 21, await service.PredictAsync("""[{"km":3,"minutes":7}]""", "fare"), 1e-7);
    }

    [Fact]
    public void What_cannot_be_served_ends_with_a_message()
    {
        using var folder = new TemporaryFiles();
        File.WriteAllText(folder["bad.json"], "{}");
        File.WriteAllText(folder["keys.txt"], "predict secret\n");
        CommandLine.AssertFails(1, ["no model file"], "serve", folder["missing.json"]);
        CommandLine.AssertFails(1, ["bad.json"], "serve", folder["bad.json"]);
        CommandLine.AssertFails(2, ["--keys", "--insecure"], "serve", "--host", "0.0.0.0");
        CommandLine.AssertFails(2, ["no address"], "serve", "--host", "everywhere");
        CommandLine.AssertFails(2, ["0 to 65535"], "serve", "--port", "70000");
        CommandLine.AssertFails(2, ["--rate"], "serve", "--rate", "0");
        CommandLine.AssertFails(2, ["--features and --learn"], "serve", "--target", "y");
        CommandLine.AssertFails(2, ["'a +' is no expression"], "serve", "--target", "y", "--features", "a +, b", "--learn", folder["state.db"]);
        CommandLine.AssertFails(2, ["named 'bad'"], "serve", folder["bad.json"], folder["bad.json"]);
        CommandLine.AssertFails(1, ["cannot be read"], "serve", "--keys", folder["none.txt"]);
        Outcome keys = CommandLine.Run("serve", "--keys", folder["keys.txt"]);
        Assert.Equal(2, keys.ExitCode);
        Assert.Contains("line 1", keys.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", keys.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// The process is killed while clients send batches: whatever was acknowledged is there after the restart, at its place, and nothing counts twice. 10 kills;
    /// HPCLINREG_CASES=20 makes them 200.
    /// </summary>
    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_counted_twice_when_the_process_is_killed()
    {
        Assert.SkipUnless(InterruptSignal.Exists, "There is no SIGKILL here.");
        using var folder = new TemporaryFiles();
        var random = new Random(24);
        var acknowledged = new Dictionary<string, string>();
        int batch = 0, kills = Cases.Times(10);
        for (int kill = 0; kill < kills; kill++)
        {
            await using ServiceProcess service = await ServiceProcess.StartAsync("--learn", folder["state.db"]);
            await CheckAsync(service, acknowledged);
            int most = random.Next(5, 60), first = batch;
            using var stopped = new CancellationTokenSource();
            Task<List<(string Key, string Answer)>>[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                List<(string, string)> own = [];
                try
                {
                    while (!stopped.IsCancellationRequested)
                    {
                        int number = Interlocked.Increment(ref batch);
                        string answer = await service.LearnAsync($"k{number}", RowsOf(number));
                        own.Add(($"k{number}", answer));
                        if (number - first >= most)
                        {
                            return own;
                        }
                    }
                }
                catch (HttpRequestException)
                {
                    // Killed meanwhile: this batch was not acknowledged.
                }

                return own;
            }))];
            await Task.WhenAny(clients);
            service.Kill();
            await stopped.CancelAsync();
            foreach ((string key, string answer) in (await Task.WhenAll(clients)).SelectMany(own => own))
            {
                acknowledged.Add(key, answer);
            }
        }

        const string Row = """[{"x1":83,"x2":234289,"x3":2356,"x4":1590,"x5":107608,"x6":1947}]""";
        await using ServiceProcess last = await ServiceProcess.StartAsync("--learn", folder["state.db"]);
        await CheckAsync(last, acknowledged);
        double before = await last.PredictAsync(Row);
        last.Kill();
        await using ServiceProcess replayed = await ServiceProcess.StartAsync("--learn", folder["state.db"]);
        Assert.Equal(BitConverter.DoubleToInt64Bits(before), BitConverter.DoubleToInt64Bits(await replayed.PredictAsync(Row)));
        CommandLine.AssertFails(1, ["another process"], "serve", "--port", "0", "--learn", folder["state.db"]);
    }

    /// <summary>Every acknowledged batch is at its place, and the rows are those of the log's length.</summary>
    private static async Task CheckAsync(ServiceProcess service, Dictionary<string, string> acknowledged)
    {
        JsonElement status = await service.Client.GetFromJsonAsync<JsonElement>("models/longley/learning", Stop);
        long sequence = status.GetProperty("sequence").GetInt64();
        Assert.Equal(16 + (2 * sequence), status.GetProperty("rows").GetInt64());
        Assert.True(sequence >= acknowledged.Count);
        foreach ((string key, string answer) in acknowledged)
        {
            Assert.Equal(answer, await service.LearnAsync(key, RowsOf(int.Parse(key[1..], CultureInfo.InvariantCulture))));
        }

        // Asking again has added nothing.
        Assert.Equal(sequence, (await service.Client.GetFromJsonAsync<JsonElement>("models/longley/learning", Stop)).GetProperty("sequence").GetInt64());
    }

    private static string RowsOf(int number)
    {
        var random = new Random(number);
        string Row() => FormattableString.Invariant($$"""{"x1":{{80 + random.Next(40)}},"x2":{{230_000 + random.Next(300_000)}},"x3":{{1900 + random.Next(3000)}},"x4":{{1500 + random.Next(2000)}},"x5":{{107_000 + random.Next(23_000)}},"x6":{{1947 + random.Next(16)}},"y":{{60_000 + random.Next(10_000)}}}""");
        return $"[{Row()},{Row()}]";
    }

    /// <summary>A folder that goes when the test ends.</summary>
    private sealed class TemporaryFiles : IDisposable
    {
        private readonly string _path = Directory.CreateTempSubdirectory("hpclinreg-serve-").FullName;

        internal string this[string name] => Path.Combine(_path, name);

        public void Dispose() => Directory.Delete(_path, recursive: true);
    }

    /// <summary><c>hpclinreg serve</c> on free ports.</summary>
    private sealed class ServiceProcess : IAsyncDisposable
    {
        private readonly Process _process;

        private ServiceProcess(Process process, string address) => (_process, Client) = (process, new HttpClient { BaseAddress = new Uri(address) });

        internal HttpClient Client { get; }

        internal static async Task<ServiceProcess> StartAsync(params string[] arguments)
        {
            ProcessStartInfo start = CommandLine.StartInfo(["serve", "--port", "0", .. arguments]);
            Process process = Process.Start(start)!;
            _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
            var lines = new StringBuilder();
            while (await process.StandardOutput.ReadLineAsync(Stop) is { } line)
            {
                lines.AppendLine(line);
                int at = line.IndexOf("served at http", StringComparison.Ordinal);
                if (at >= 0)
                {
                    return new ServiceProcess(process, $"{line[(at + "served at ".Length)..].Split(' ')[0]}/");
                }
            }

            throw new InvalidOperationException($"hpclinreg serve printed no address: {lines}");
        }

        internal async Task<string> LearnAsync(string key, string rows, string model = "longley")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"models/{model}/rows") { Content = new StringContent(rows) };
            request.Headers.Add("Idempotency-Key", key);
            using HttpResponseMessage response = await Client.SendAsync(request, CancellationToken.None);
            string text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            Assert.True(response.IsSuccessStatusCode, text);
            // The version that is current now may be a later one.
            JsonElement answer = JsonDocument.Parse(text).RootElement;
            return string.Join(' ', ((string[])["sequence", "version", "rows", "skipped"]).Select(name => answer.GetProperty(name).GetInt64()));
        }

        internal async Task<double> PredictAsync(string rows, string model = "longley")
        {
            using HttpResponseMessage response = await Client.PostAsync(new Uri($"models/{model}/predict", UriKind.Relative), new StringContent(rows), Stop);
            return (await response.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("predictions")[0].GetProperty("prediction").GetDouble();
        }

        internal void Kill() => InterruptSignal.Send(_process, "KILL");

        internal async Task<int> EndAsync(string signal)
        {
            InterruptSignal.Send(_process, signal);
            await _process.WaitForExitAsync(Stop);
            return _process.ExitCode;
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }
    }
}
