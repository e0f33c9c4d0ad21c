using System.Diagnostics;
using HpcLinReg.Hosting;

namespace HpcLinReg.Load;

/// <summary>A prediction through the snapshot beside the model's own, in turn, with ten swaps a second going on: nanoseconds and bytes.</summary>
internal static class InProcess
{
    private const int Calls = 2_000_000;

    internal static void Run()
    {
        RegressionModel[] models = [LoadServer.Model(1), LoadServer.Model(2)];
        var served = new ServedModel("wide", models[0]);
        double[] row = [.. Enumerable.Range(0, LoadServer.Columns).Select(j => j / 32.0)];
        using var stop = new CancellationTokenSource();
        var swapping = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                served.Publish(models[i % 2]);
                await Task.Delay(100, CancellationToken.None).ConfigureAwait(false);
            }
        });
        List<double> own = [], through = [];
        long bytes = 0;
        for (int round = 0; round < 31; round++)
        {
            double one = Time(() => Own(models[0], row)), other = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            other = Time(() => Through(served, row));
            // The two closures and nothing else.
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            if (round > 0)
            {
                own.Add(one);
                through.Add(other);
            }
        }

        stop.Cancel();
        swapping.Wait();
        double[] differences = [.. own.Zip(through, (a, b) => b - a).Order()];
        Console.WriteLine(FormattableString.Invariant(
            $"one prediction of {LoadServer.Columns} columns, 10 swaps a second: the model's own {Median(own):F2} ns, through the snapshot {Median(through):F2} ns, difference {differences[differences.Length / 2]:F2} ns (quartiles {differences[differences.Length / 4]:F2} to {differences[3 * differences.Length / 4]:F2}); {bytes / (double)Calls:F4} bytes a call"));
    }

    private static double Own(RegressionModel model, double[] row)
    {
        double sum = 0;
        for (int i = 0; i < Calls; i++)
        {
            sum += model.Predict(row).Value;
        }

        return sum;
    }

    private static double Through(ServedModel served, double[] row)
    {
        double sum = 0;
        for (int i = 0; i < Calls; i++)
        {
            sum += served.Current.Predict(row).Value;
        }

        return sum;
    }

    private static double Time(Func<double> run)
    {
        long start = Stopwatch.GetTimestamp();
        double sum = run();
        double time = Stopwatch.GetElapsedTime(start).TotalNanoseconds / Calls;
        return double.IsNaN(sum) ? double.NaN : time;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
