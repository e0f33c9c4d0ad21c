using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>A descent gives the same bits on any number of threads.</summary>
public class ThreadTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(300_001, 3, 0.0)]
    [InlineData(100_000, 16, 0.0)]
    [InlineData(100_000, 11, 1e4)]
    public void Any_number_of_threads_gives_the_same_bits(int rows, int columns, double offset)
    {
        using var problem = new Problem(rows, columns, seed: columns);
        double[] cells = [.. Enumerable.Range(0, rows * columns).Select(k => offset + problem.Design[k / columns][k % columns])];
        double[] weights = [.. Enumerable.Range(0, rows).Select(i => i % 5 * 0.5)];
        float[] narrow = [.. cells.Select(cell => (float)cell)], narrowTargets = [.. problem.Targets.Select(target => (float)target)];

        // Up to the minimum, so that passes in double-double take part.
        AssertSame(threads => ConjugateGradient.Fit(new MatrixSpan<double>(cells, columns), problem.Y, weights, new DescentOptions { Threads = threads }, Token));
        AssertSame(threads => ConjugateGradient.Fit(new MatrixSpan<double>(cells, columns), problem.Y, new DescentOptions { Threads = threads, Ridge = 3 }, Token));
        AssertSame(threads => GradientDescent.Fit(
            new MatrixSpan<float>(narrow, columns), narrowTargets, new GradientDescentOptions { Threads = threads, Steps = 5, Standardize = offset > 0 }, Token));
        AssertSame(threads => StochasticGradientDescent.Fit(
            new MatrixSpan<double>(cells, columns), problem.Y, new StochasticGradientDescentOptions { Threads = threads, Epochs = 1 }, Token));
    }

    [Fact]
    public void A_stream_takes_one_thread_and_gives_the_same_bits()
    {
        using var problem = new Problem(70_000, 8, seed: 3);
        var options = new DescentOptions { Threads = 4 };
        DescentData.AssertSameBits(
            ConjugateGradient.Fit(problem.Design, problem.Y, options, Token),
            ConjugateGradient.Fit(new ArrayRows(ArrayRows.Join(problem.X, problem.Targets), 9, [700]), options, Token));
    }

    [Fact]
    public void No_threads_are_refused()
    {
        Assert.Contains("At least one thread", Assert.Throws<ArgumentOutOfRangeException>(() =>
            GradientDescent.Fit(new MatrixSpan<double>([1, 2, 3], 1), [2, 4, 6], new GradientDescentOptions { Threads = 0 }, Token)).Message, StringComparison.Ordinal);
    }

    private static void AssertSame(Func<int, DescentResult> fit)
    {
        DescentResult one = fit(1);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            DescentData.AssertSameBits(one, fit(threads));
        }
    }
}
