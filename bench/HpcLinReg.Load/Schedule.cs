namespace HpcLinReg.Load;

/// <summary>When requests are meant to start, in stopwatch ticks from the beginning: whatever the server does, the schedule does not wait for it.</summary>
internal static class Schedule
{
    /// <summary>One request every 1/rate seconds.</summary>
    internal static long[] Constant(int requests, double rate, long frequency) => [.. Enumerable.Range(0, requests).Select(i => (long)(i * (frequency / rate)))];

    /// <summary>Independent callers: exponential gaps with a mean of 1/rate seconds.</summary>
    internal static long[] Poisson(int requests, double rate, long frequency, int seed)
    {
        var random = new Random(seed);
        long[] starts = new long[requests];
        double time = 0;
        for (int i = 0; i < requests; i++)
        {
            starts[i] = (long)time;
            time -= Math.Log(1 - random.NextDouble()) * frequency / rate;
        }

        return starts;
    }
}
