using System.Diagnostics;
using System.Globalization;
using HpcLinReg.Load;

// dotnet run -c Release --project bench/HpcLinReg.Load -- prove | process | tail [--requests N] [--rate R] [--runs K] | peak [--seconds S]
const string Usage = "prove (the generator shows a planted stall), process (a prediction through the snapshot), tail (latencies idle, and during swaps and updates), peak (requests a second beside a constant).";
string mode = args.FirstOrDefault() ?? "";
int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

switch (mode)
{
    case "server":
        return await LoadServer.RunAsync(double.Parse(args[1], CultureInfo.InvariantCulture), args[2]).ConfigureAwait(false);
    case "prove":
        return await ProveAsync().ConfigureAwait(false);
    case "process":
        InProcess.Run();
        return 0;
    case "tail":
        return await TailAsync().ConfigureAwait(false);
    case "peak":
        return await PeakAsync().ConfigureAwait(false);
    default:
        await Console.Error.WriteLineAsync(Usage).ConfigureAwait(false);
        return 2;
}

// 100 ms of standing still every 10 s at 1000 requests a second delay one request in a hundred by up to 100 ms: a tenth of those, the slowest in a thousand, by 90 ms or more.
async Task<int> ProveAsync()
{
    await using LoadTarget server = await LoadTarget.StartAsync(0).ConfigureAwait(false);
    int requests = Option("--requests", 30_000);
    // Compiling and connecting would be a stall of their own.
    await OpenLoop.RunAsync(Schedule.Constant(3000, 1000, Stopwatch.Frequency), _ => server.PostAsync("stalling", LoadTarget.Row)).ConfigureAwait(false);
    LoadResult result = await OpenLoop.RunAsync(Schedule.Constant(requests, 1000, Stopwatch.Frequency), _ => server.PostAsync("stalling", LoadTarget.Row)).ConfigureAwait(false);
    Console.WriteLine(LoadResult.Header);
    Console.WriteLine(result.Describe("planted stall, 1000/s"));
    bool shows = result.P(99.9) is >= 85 and <= 115;
    Console.WriteLine(shows ? "The generator shows the stall." : "The generator does NOT show the stall (or the machine is too busy): its other figures say nothing.");
    return shows && result.Failures == 0 ? 0 : 1;
}

async Task<int> TailAsync()
{
    int requests = Option("--requests", 100_000), rate = Option("--rate", 1000), runs = Option("--runs", 5);
    Console.WriteLine(LoadResult.Header);
    foreach ((string name, double swaps, int updates) in ((string, double, int)[])[("idle", 0, 0), ("10 swaps and 100 durable updates a second", 10, 100)])
    {
        List<double> tails = [];
        for (int run = 0; run < runs; run++)
        {
            await using LoadTarget server = await LoadTarget.StartAsync(swaps).ConfigureAwait(false);
            await OpenLoop.RunAsync(Schedule.Constant(Math.Min(requests, 3000), rate, Stopwatch.Frequency), _ => server.PostAsync("v2/models/wide/infer", LoadTarget.Row)).ConfigureAwait(false);
            Task<LoadResult> updating = updates == 0 ? Task.FromResult(new LoadResult())
                : OpenLoop.RunAsync(Schedule.Constant((int)((long)requests * updates / rate), updates, Stopwatch.Frequency), number => server.LearnAsync(number));
            LoadResult result = await OpenLoop.RunAsync(Schedule.Poisson(requests, rate, Stopwatch.Frequency, run), _ => server.PostAsync("v2/models/wide/infer", LoadTarget.Row)).ConfigureAwait(false);
            LoadResult learned = await updating.ConfigureAwait(false);
            Console.WriteLine(result.Describe($"HTTP, {name}, run {run + 1}"));
            Console.WriteLine($"{await server.EndAsync().ConfigureAwait(false)}{(updates == 0 ? "" : $"; updates: {learned.FromIntended.TotalCount} acknowledged, p99.9 {learned.P(99.9):F3} ms, {learned.Failures} failed")}");
            tails.Add(result.P(99.9));
        }

        tails.Sort();
        Console.WriteLine(FormattableString.Invariant($"{name}: p99.9 median {tails[tails.Count / 2]:F3} ms, {tails[0]:F3} to {tails[^1]:F3}"));
    }

    return 0;
}

// A closed loop of 8 callers: good for requests a second, and for nothing else.
async Task<int> PeakAsync()
{
    await using LoadTarget server = await LoadTarget.StartAsync(0).ConfigureAwait(false);
    double seconds = Option("--seconds", 5);
    foreach (int round in Enumerable.Range(0, 4))
    {
        double constant = await RateAsync("constant").ConfigureAwait(false), model = await RateAsync("v2/models/wide/infer").ConfigureAwait(false);
        Console.WriteLine(FormattableString.Invariant($"{(round == 0 ? "warm-up: " : "")}constant {constant:F0}/s, model {model:F0}/s, ratio {model / constant:F3}"));
    }

    Console.WriteLine(await server.EndAsync().ConfigureAwait(false));
    return 0;

    async Task<double> RateAsync(string path)
    {
        long begin = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            int count = 0;
            while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
            {
                count += await server.PostAsync(path, LoadTarget.Row).ConfigureAwait(false) ? 1 : 0;
            }

            return count;
        }))).ConfigureAwait(false);
        return counts.Sum() / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
