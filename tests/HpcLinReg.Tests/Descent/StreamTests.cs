using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

/// <summary>The same rows give the same bits, in memory or streamed, however they are cut.</summary>
public class StreamTests
{
    private static readonly int[][] Cuts = [[], [1], [2048], [1, 700, 3], [5000]];

    [Theory]
    [InlineData(50, 3)]
    [InlineData(2048, 9)]
    [InlineData(5000, 4)]
    [InlineData(6145, 17)]
    public void Every_method_gives_the_bits_of_memory(int rows, int columns)
    {
        using var problem = new Problem(rows, columns, seed: 31);
        double[] weights = [.. Enumerable.Range(0, rows).Select(i => i % 5 * 0.5)];
        double[] joint = ArrayRows.Join(problem.X, problem.Targets);
        double[] jointWeighted = ArrayRows.Join(problem.X, problem.Targets, weights);
        var batches = new StochasticGradientDescentOptions { BatchSize = 7, Epochs = 2, Seed = 5, ShuffleWindow = 1500, Tolerance = 0 };
        var steps = new GradientDescentOptions { Steps = 12 };
        CancellationToken token = TestContext.Current.CancellationToken;
        foreach (int[] cuts in Cuts)
        {
            var stream = new ArrayRows(joint, columns + 1, cuts);
            var weighted = new ArrayRows(jointWeighted, columns + 2, cuts) { HasWeights = true };
            DescentData.AssertSameBits(GradientDescent.Fit(problem.Design, problem.Y, steps, token), GradientDescent.Fit(stream, steps, token));
            DescentData.AssertSameBits(ConjugateGradient.Fit(problem.Design, problem.Y, steps, token), ConjugateGradient.Fit(stream, steps, token));
            DescentData.AssertSameBits(StochasticGradientDescent.Fit(problem.Design, problem.Y, batches, token), StochasticGradientDescent.Fit(stream, batches, token));
            DescentData.AssertSameBits(GradientDescent.Fit(problem.Design, problem.Y, weights, steps, token), GradientDescent.Fit(weighted, steps, token));
            DescentData.AssertSameBits(StochasticGradientDescent.Fit(problem.Design, problem.Y, weights, batches, token), StochasticGradientDescent.Fit(weighted, batches, token));
        }
    }

    [Fact]
    public void A_seed_decides_the_bits_and_another_gives_others()
    {
        using var problem = new Problem(3000, 4, seed: 8);
        DescentResult Run(int seed, int? window = null) => StochasticGradientDescent.Fit(
            problem.Design, problem.Y, new StochasticGradientDescentOptions { Seed = seed, Epochs = 1, ShuffleWindow = window }, TestContext.Current.CancellationToken);
        DescentData.AssertSameBits(Run(1), Run(1));
        Assert.NotEqual(Run(1).Model.Weights.ToArray(), Run(2).Model.Weights.ToArray());
        Assert.NotEqual(Run(1).Model.Weights.ToArray(), Run(1, window: 100).Model.Weights.ToArray());

        // A window of one mini-batch: the same rows in each, whatever the seed; only sums within differ by rounding.
        Assert.InRange(DescentData.Difference(Run(1, window: 1).Model, Run(2, window: 1).Model), 0, 1e-12);
    }

    [Fact]
    public void An_epoch_uses_every_row_once()
    {
        // With a rate too small to move, the losses of an epoch's mini-batches average to the loss of all rows.
        using var problem = new Problem(1003, 3, seed: 2);
        DescentResult result = StochasticGradientDescent.Fit(
            problem.Design,
            problem.Y,
            new StochasticGradientDescentOptions { BatchSize = 17, Epochs = 2, Rate = 1e-18, ShuffleWindow = 100, Start = new LinearModel(problem.Weights, 0) },
            TestContext.Current.CancellationToken);
        Assert.Equal(118, result.Steps);
        double all = LinearRegression.MeanSquaredError(problem.Design, problem.Y, problem.Weights, 0);

        // 1003 = 59 · 17.
        double[] losses = [.. result.History.MiniBatches.Select(point => point.Loss)];
        Assert.Equal(118, losses.Length);
        Assert.All([losses[..59], losses[59..]], epoch => Assert.Equal(all, epoch.Average(), 1e-12 * all));
        Assert.Equal([0L, 59, 118], result.History.Points.Select(point => point.Step));
        Assert.All(result.History.Points, point => Assert.Equal(all, point.Loss, 1e-12 * all));
    }

    [Fact]
    public void A_source_that_changes_is_named()
    {
        using var problem = new Problem(100, 2, seed: 1);
        double[] joint = ArrayRows.Join(problem.X, problem.Targets);
        var source = new ArrayRows(joint, 3);
        source.OnRead = () => source.Rows = source.Readings > 2 ? joint[..150] : joint;
        Assert.Contains("100", Assert.Throws<InvalidOperationException>(() => GradientDescent.Fit(source, null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("joint columns", Assert.Throws<ArgumentException>(() => GradientDescent.Fit(new ArrayRows([1, 2], 1) { HasWeights = true }, null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Contains("whole number of rows", Assert.Throws<ArgumentException>(() => GradientDescent.Fit(new BrokenRows(), null, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_reads_the_rows_once()
    {
        using var problem = new Problem(3000, 4, seed: 8);
        var source = new ArrayRows(ArrayRows.Join(problem.X, problem.Targets), 5, 1000);
        List<int> readings = [];
        GradientDescent.Fit(
            source, new GradientDescentOptions { Steps = 12, Rate = 0.01, OnStep = (in _) => readings.Add(source.Readings) }, TestContext.Current.CancellationToken);
        Assert.Equal(13, readings.Count);
        Assert.Equal(12, readings[^1] - readings[0]);
    }

    [Fact]
    public void A_whole_descent_gives_the_bits_of_memory()
    {
        using var problem = new Problem(5000, 4, seed: 31);
        double[] weights = [.. Enumerable.Range(0, 5000).Select(i => i % 5 * 0.5)];
        var stream = new ArrayRows(ArrayRows.Join(problem.X, problem.Targets), 5, 1, 700, 3);
        var weighted = new ArrayRows(ArrayRows.Join(problem.X, problem.Targets, weights), 6, 999) { HasWeights = true };
        CancellationToken token = TestContext.Current.CancellationToken;
        DescentResult whole = GradientDescent.Fit(problem.Design, problem.Y, null, token);
        Assert.Equal(StopReason.Converged, whole.Stop);
        DescentData.AssertSameBits(whole, GradientDescent.Fit(stream, null, token));
        DescentData.AssertSameBits(ConjugateGradient.Fit(problem.Design, problem.Y, null, token), ConjugateGradient.Fit(stream, null, token));
        DescentData.AssertSameBits(ConjugateGradient.Fit(problem.Design, problem.Y, weights, null, token), ConjugateGradient.Fit(weighted, null, token));
    }

    [Theory]
    [InlineData(100, 150)]
    [InlineData(100, 50)]
    [InlineData(4096, 6144)]
    [InlineData(4096, 4097)]
    [InlineData(4096, 2048)]
    public void Rows_that_come_or_go_between_readings_end_every_method(int before, int after)
    {
        foreach (Action<ArrayRows> descend in Methods())
        {
            for (int change = 1; change <= 3; change++)
            {
                using var problem = new Problem(Math.Max(before, after), 2, seed: 1);
                double[] joint = ArrayRows.Join(problem.X, problem.Targets);
                var source = new ArrayRows(joint[..(3 * before)], 3);
                int changed = change;
                source.OnRead = () => source.Rows = source.Readings < changed ? joint[..(3 * before)] : joint[..(3 * after)];
                Assert.Contains($"{before} rows in its first reading", Assert.Throws<InvalidOperationException>(() => descend(source)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_cell_that_changes_between_readings_ends_every_method_and_another_order_does_not()
    {
        using var problem = new Problem(4096, 2, seed: 1);
        double[] joint = ArrayRows.Join(problem.X, problem.Targets);
        double[] changed = [.. joint], reversed = [.. Enumerable.Range(0, 4096).SelectMany(i => joint[((4095 - i) * 3)..((4096 - i) * 3)])];
        changed[777] = Math.BitIncrement(changed[777]);
        foreach (Action<ArrayRows> descend in Methods())
        {
            var source = new ArrayRows(joint, 3);
            source.OnRead = () => source.Rows = source.Readings < 2 ? joint : changed;
            Assert.Contains("other values", Assert.Throws<InvalidOperationException>(() => descend(source)).Message, StringComparison.Ordinal);
            var unordered = new ArrayRows(joint, 3);
            unordered.OnRead = () => unordered.Rows = unordered.Readings % 2 == 0 ? joint : reversed;
            descend(unordered);
        }
    }

    private static Action<ArrayRows>[] Methods() =>
    [
        source => GradientDescent.Fit(source, new GradientDescentOptions { Steps = 20 }, TestContext.Current.CancellationToken),
        source => ConjugateGradient.Fit(source, new DescentOptions { Steps = 20 }, TestContext.Current.CancellationToken),
        source => StochasticGradientDescent.Fit(source, new StochasticGradientDescentOptions { Epochs = 4 }, TestContext.Current.CancellationToken),
    ];

    /// <summary>Hands out half a row.</summary>
    private sealed class BrokenRows : IRowSource, IRowReader
    {
        public int Columns => 2;

        public IRowReader Open() => this;

        public ReadOnlySpan<double> ReadRows() => new double[3];

        public void Dispose()
        {
        }
    }
}
