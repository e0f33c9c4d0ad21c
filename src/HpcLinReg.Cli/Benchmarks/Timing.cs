using System.Diagnostics;

namespace HpcLinReg.Cli.Benchmarks;

/// <summary>
/// The best of repeated runs inside a time budget. The best, because everything that disturbs a run on a shared machine makes
/// it longer, never shorter.
/// </summary>
internal static class Timing
{
    /// <summary>A run shorter than this is repeated within one measurement, so that the clock's resolution does not show.</summary>
    private static readonly TimeSpan ShortestRun = TimeSpan.FromMicroseconds(200);

    private const int FewestRuns = 3;

    internal static double BestSeconds(Action run, TimeSpan budget) => BestSeconds(run, static () => { }, budget).Run;

    /// <summary>Two things in turn, so that a change of the machine's speed meets both.</summary>
    internal static (double Run, double Yardstick) BestSeconds(Action run, Action yardstick, TimeSpan budget)
    {
        long start = Stopwatch.GetTimestamp();
        int repetitions = 1;
        while (Time(run, repetitions) < ShortestRun.TotalSeconds && repetitions < 1 << 24)
        {
            repetitions *= 2;
        }

        (double Run, double Yardstick) best = (double.PositiveInfinity, double.PositiveInfinity);
        for (int runs = 0; runs < FewestRuns || Stopwatch.GetElapsedTime(start) < budget; runs++)
        {
            Interruption.Token.ThrowIfCancellationRequested();
            best.Run = Math.Min(best.Run, Time(run, repetitions) / repetitions);
            best.Yardstick = Math.Min(best.Yardstick, Time(yardstick, 1));
        }

        return best;
    }

    /// <summary>
    /// Runs until the runtime has compiled everything at its last tier: thirty calls make a method a candidate, and
    /// compilation waits for 100 ms without new methods.
    /// </summary>
    internal static void Settle(params ReadOnlySpan<Action> runs)
    {
        for (int round = 0; round < 3; round++)
        {
            foreach (Action run in runs)
            {
                for (int call = 0; call < 40; call++)
                {
                    run();
                }
            }

            Thread.Sleep(150);
        }
    }

    private static double Time(Action run, int repetitions)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
        {
            run();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
