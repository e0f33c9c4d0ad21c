using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>What <see cref="OnlineRegression"/> promises, against the exact fit of the rows that remain, on random sequences.</summary>
public class OnlineLaws(ITestOutputHelper output)
{
    [Fact]
    public void Digits_are_kept_on_random_sequences_and_say_something()
    {
        var random = new Random();
        int cases = Cases.Times(500);
        (int promises, int close, int kept, int without, int refused, int removed) = (0, 0, 0, 0, 0, 0);
        var broken = new List<string>();
        for (int i = 0; i < cases; i++)
        {
            var sequence = new OnlineSequence(random.Next());
            for (int row = 0; row < sequence.Length && !sequence.HasRefused; row++)
            {
                sequence.Step();
                if (row == sequence.Length - 1 || random.Next(sequence.Length) < 2)
                {
                    double digits = sequence.Online.Digits;
                    if (double.IsNegativeInfinity(digits))
                    {
                        // Nothing is promised, and weights may exceed the range of double.
                        continue;
                    }

                    double truth = sequence.Exact.Digits(sequence.Online.Weights, sequence.Online.Intercept);
                    promises++;
                    close += Math.Min(truth, 15.95) - digits <= 3 ? 1 : 0;
                    if (!(truth >= digits))
                    {
                        broken.Add($"{sequence}: after row {row} digits {digits:F2}, in truth {truth:F2}");
                    }
                }
            }

            refused += sequence.Refused;
            removed += sequence.Removed;
            without += sequence.Removes ? 0 : 1;
            kept += sequence.Removes || sequence.Online.NeedsRebuild ? 0 : 1;
        }

        output.WriteLine($"{cases} sequences, {promises} promises, {broken.Count} broken; {100.0 * close / promises:F1} % within 3 digits of the truth; "
            + $"{100.0 * kept / without:F1} % of {without} sequences without removals need no rebuild; {refused} of {removed} removals refused.");
        Assert.True(broken.Count == 0, string.Join('\n', broken));
        Assert.InRange(close, 0.8 * promises, promises);
        Assert.InRange(kept, 0.85 * without, without);

        // Rows of a weight beside which nothing of the others is left in double-double are refused, after a long pause.
        Assert.InRange(refused, 0, 0.002 * removed);
    }

    [Fact]
    public void A_sliding_window_over_ordinary_data_needs_no_rebuild_for_ten_windows()
    {
        var random = new Random();
        int windows = Cases.Times(20), kept = 0;
        var lost = new List<string>();
        for (int i = 0; i < windows; i++)
        {
            int seed = random.Next(), window = (int)Math.Pow(10, 2 + (Cases.AreMultiplied ? 2 : 1) * random.NextDouble());
            double digits = Slide(seed, window);
            kept += digits >= 8 ? 1 : 0;
            if (digits < 8)
            {
                lost.Add($"seed {seed}, window {window}: {digits:F2}");
            }
        }

        output.WriteLine($"{kept} of {windows} windows");
        Assert.True(kept >= 0.8 * windows, string.Join('\n', lost));
    }

    /// <summary>The least digits of a window that slides by ten times its length: offsets, trends, walks, correlated columns, flags and heavy tails.</summary>
    private static double Slide(int seed, int window)
    {
        var random = new Random(seed);
        int d = 1 + random.Next(6);
        double[] offsets = [.. Enumerable.Range(0, d).Select(_ => Math.Pow(10, random.Next(7)) * random.NextDouble())];
        int[] kinds = [.. Enumerable.Range(0, d).Select(_ => random.Next(5))];
        double[] walks = new double[d];
        var online = new OnlineRegression(d);
        double[] rows = new double[window * (d + 1)];
        double least = double.PositiveInfinity;
        for (int row = 0; row < 11 * window; row++)
        {
            Span<double> cells = rows.AsSpan(row % window * (d + 1), d + 1);
            if (row >= window)
            {
                Assert.True(online.Remove<double>(cells[..d], cells[d]), $"seed {seed}: row {row - window} was refused");
            }

            cells[d] = Families.Normal(random);
            for (int j = 0; j < d; j++)
            {
                double normal = Families.Normal(random);
                walks[j] += normal;
                cells[j] = offsets[j] + kinds[j] switch
                {
                    0 => walks[j],
                    1 when j == 0 => row * 0.01,
                    2 when j > 0 => cells[j - 1] + (0.1 * normal),
                    3 => random.Next(4) == 0 ? 1 : 0,
                    _ => normal * Math.Exp(normal),
                };
                cells[d] += cells[j];
            }

            online.Add<double>(cells[..d], cells[d]);
            least = row >= window && row % (window / 4) == 0 ? Math.Min(least, online.Digits) : least;
        }

        return least;
    }
}
