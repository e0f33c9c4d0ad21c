using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace HpcLinReg.Benchmarks.Compare;

/// <summary>
/// <c>-- serve</c>: the engine's side of <c>bench/peers/peers.py</c>. Lines on standard input: <c>load n d file</c> (n·d doubles of X row by
/// row, then n of y), <c>fit</c>, <c>gradient</c> (at w = 1/d, b = 0.5), <c>descend k</c> (k steps at rate 0.01 from 0, columns as they are),
/// <c>epoch</c> (one by mini-batches of 32 at rate 0.01), each answered by one line: seconds of the call itself, then
/// what it computed.
/// </summary>
internal static class PeerServer
{
    internal static int Run()
    {
        double[] x = [];
        double[] y = [];
        double[] weights = [];
        double[] gradient = [];
        while (Console.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            long start = Stopwatch.GetTimestamp();
            switch (words[0])
            {
                case "load":
                    int n = int.Parse(words[1], CultureInfo.InvariantCulture);
                    int d = int.Parse(words[2], CultureInfo.InvariantCulture);
                    (x, y) = (new double[n * d], new double[n]);
                    using (FileStream file = File.OpenRead(words[3]))
                    {
                        file.ReadExactly(MemoryMarshal.AsBytes(x.AsSpan()));
                        file.ReadExactly(MemoryMarshal.AsBytes(y.AsSpan()));
                    }

                    weights = new double[d];
                    Array.Fill(weights, 1.0 / d);
                    gradient = new double[d];
                    Answer(0, []);
                    break;
                case "fit":
                    Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, weights.Length), y);
                    Answer(Stopwatch.GetElapsedTime(start).TotalSeconds, [.. fit.Model.Weights, fit.Model.Intercept]);
                    break;
                case "gradient":
                    LinearRegression.Gradient(new MatrixSpan<double>(x, weights.Length), y, weights, 0.5, gradient);
                    Answer(Stopwatch.GetElapsedTime(start).TotalSeconds, gradient);
                    break;
                case "descend":
                    Descend(x, y, weights.Length, int.Parse(words[1], CultureInfo.InvariantCulture));
                    break;
                case "epoch":
                    DescentResult epoch = StochasticGradientDescent.Fit(
                        new MatrixSpan<double>(x, weights.Length), y, new StochasticGradientDescentOptions { Epochs = 1, Rate = 0.01, Schedule = RateSchedule.Constant, Standardize = false });
                    Answer(Stopwatch.GetElapsedTime(start).TotalSeconds, [.. epoch.Model.Weights, epoch.Model.Intercept]);
                    break;
                default:
                    Console.Error.WriteLine($"'{words[0]}' is none of load, fit, gradient, descend, epoch.");
                    return 2;
            }
        }

        return 0;
    }

    /// <summary>The steps alone are timed, from the first callback to the last: the passes before them are made once, whatever the steps.</summary>
    private static void Descend(double[] x, double[] y, int columns, int steps)
    {
        long first = 0;
        long last = 0;
        DescentResult result = GradientDescent.Fit(new MatrixSpan<double>(x, columns), y, new GradientDescentOptions
        {
            Standardize = false,
            Rate = 0.01,
            Steps = steps,
            Tolerance = 0,
            OnStep = (in step) =>
            {
                last = Stopwatch.GetTimestamp();
                first = step.Point.Step == 0 ? last : first;
            },
        });
        Answer(Stopwatch.GetElapsedTime(first, last).TotalSeconds, [.. result.Model.Weights, result.Model.Intercept]);
    }

    private static void Answer(double seconds, ReadOnlySpan<double> values)
    {
        Console.Out.Write(seconds.ToString("R", CultureInfo.InvariantCulture));
        foreach (double value in values)
        {
            Console.Out.Write(' ');
            Console.Out.Write(value.ToString("R", CultureInfo.InvariantCulture));
        }

        Console.Out.WriteLine();
        Console.Out.Flush();
    }
}
