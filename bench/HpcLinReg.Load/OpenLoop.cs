using System.Diagnostics;
using HdrHistogram;

namespace HpcLinReg.Load;

/// <summary>
/// Sends requests at the times of a schedule, on as many connections as are needed. A latency counts from the intended start: a request that had to wait because the
/// server stood still is as slow as its caller saw it.
/// </summary>
internal static class OpenLoop
{
    /// <summary>Below this a sleep is not exact enough, and the generator turns instead.</summary>
    private static readonly long SpinTicks = Stopwatch.Frequency / 500;

    internal static async Task<LoadResult> RunAsync(long[] starts, Func<int, Task<bool>> send)
    {
        LoadResult result = new();
        Lock recording = new();
        var running = new Task[starts.Length];
        long begin = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 20);
        await Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < starts.Length; i++)
                {
                    Wait(begin + starts[i]);
                    int number = i;
                    running[i] = OneAsync(number, begin + starts[number]);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
        result.Elapsed = Stopwatch.GetElapsedTime(begin);
        return result;

        async Task OneAsync(int number, long intended)
        {
            long sent = Stopwatch.GetTimestamp();
            bool isGood = await send(number).ConfigureAwait(false);
            long ended = Stopwatch.GetTimestamp();
            lock (recording)
            {
                Record(result.FromIntended, intended, ended);
                Record(result.FromSend, sent, ended);
                Record(result.Lag, intended, sent);
                result.Failures += isGood ? 0 : 1;
            }
        }
    }

    private static void Record(LongHistogram histogram, long from, long to) => histogram.RecordValue(Math.Max(0, (to - from) * 1_000_000 / Stopwatch.Frequency));

    private static void Wait(long until)
    {
        for (long left = until - Stopwatch.GetTimestamp(); left > 0; left = until - Stopwatch.GetTimestamp())
        {
            if (left > SpinTicks)
            {
                Thread.Sleep(1);
            }
            else
            {
                Thread.SpinWait(20);
            }
        }
    }
}
