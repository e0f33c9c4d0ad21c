using System.Diagnostics;

namespace HpcLinReg.Benchmarks.Compare;

/// <summary>One task done by the engine and by a peer on the same data.</summary>
/// <param name="Task">What is done.</param>
/// <param name="Shape">Rows × columns.</param>
/// <param name="Peer">Who else does it, and how.</param>
/// <param name="Own">The engine's way.</param>
/// <param name="Other">The peer's way.</param>
/// <param name="Disagreement">The largest relative difference of the two results, after both have run.</param>
/// <param name="Tolerance">How much they may differ: the looser one's error bound.</param>
internal sealed record Contest(string Task, string Shape, string Peer, Action Own, Action Other, Func<double> Disagreement, double Tolerance)
{
    private const int FewestPairs = 5;

    /// <summary>Pairs of a microsecond's work need this many before their median stands still.</summary>
    private const int MostPairs = 1000;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Checks that both answer alike, then times them in turn, pair by pair, and takes the ratio of each pair: a change of
    /// the machine's speed meets both.
    /// </summary>
    internal ContestResult Run() => Run(Budget);

    /// <summary>As <see cref="Run()"/>, with so much time for the pairs.</summary>
    internal ContestResult Run(TimeSpan budget)
    {
        Own();
        Other();
        double disagreement = Disagreement();
        if (!(disagreement <= Tolerance))
        {
            throw new InvalidOperationException($"{Task} {Shape}: the engine and {Peer} differ by {disagreement:E1}; nothing is measured before they agree.");
        }

        Settle();
        int ownRepetitions = Repetitions(Own);
        int otherRepetitions = Repetitions(Other);
        List<double> own = [];
        List<double> other = [];
        long start = Stopwatch.GetTimestamp();
        while (own.Count < FewestPairs || (Stopwatch.GetElapsedTime(start) < budget && own.Count < MostPairs))
        {
            // In turn also in who begins, for the first of a pair may find other data in the caches.
            bool otherBegins = own.Count % 2 == 1;
            double first = otherBegins ? Seconds(Other, otherRepetitions) : Seconds(Own, ownRepetitions);
            double second = otherBegins ? Seconds(Own, ownRepetitions) : Seconds(Other, otherRepetitions);
            own.Add(otherBegins ? second : first);
            other.Add(otherBegins ? first : second);
        }

        double[] ratios = [.. own.Zip(other, (a, b) => b / a).Order()];
        return new ContestResult(
            Task, Shape, Peer, 1e3 * Median(own), 1e3 * Median(other), ratios[ratios.Length / 2], ratios[ratios.Length / 4], ratios[ratios.Length * 3 / 4], ratios.Length);
    }

    /// <summary>
    /// Runs both until the runtime has compiled everything at its last tier: thirty calls make a method a candidate, and compilation
    /// waits for 100 ms without new methods. Half a second is enough for long tasks, whose loops are compiled while they run.
    /// </summary>
    private void Settle()
    {
        for (int round = 0; round < 3; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < 40 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(0.5); call++)
            {
                Own();
                Other();
            }

            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(2))
            {
                return;
            }

            Thread.Sleep(150);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>As many as last a fifth of a millisecond, after enough calls for the runtime to have compiled everything well.</summary>
    private static int Repetitions(Action action)
    {
        int repetitions = 1;
        while (Seconds(action, repetitions) * repetitions < 2e-4)
        {
            repetitions *= 2;
        }

        return repetitions;
    }

    private static double Seconds(Action action, int repetitions)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / repetitions;
    }
}

/// <summary>Medians in milliseconds, and how many times as long the peer took: median and quartiles of the pairs.</summary>
internal sealed record ContestResult(
    string Task, string Shape, string Peer, double OwnMilliseconds, double PeerMilliseconds, double Ratio, double LowerQuartile, double UpperQuartile, int Pairs);
