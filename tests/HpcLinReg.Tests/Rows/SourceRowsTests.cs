using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Rows;

/// <summary>What is refused of a source of rows.</summary>
public class SourceRowsTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Another_number_of_rows_in_a_later_reading_is_refused(int change)
    {
        double[] rows = [.. Enumerable.Range(0, 5000).SelectMany(i => (double[])[i, i + Math.ScaleB(i % 3, -20), (3 * i) + (i % 5)])];
        foreach (SolverRungs rung in (SolverRungs[])[SolverRungs.Refinement, SolverRungs.DoubleDouble])
        {
            InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() =>
                LinearRegression.Fit(Changing(rows, change), new FitOptions { Digits = FitOptions.MaxDigits, Rungs = rung }, TestContext.Current.CancellationToken));
            Assert.Contains($"5000 rows in its first reading and {5000 + change}", refused.Message, StringComparison.Ordinal);
        }

        Assert.Throws<InvalidOperationException>(() => LinearRegression.FitPolynomial(Changing(rows, change), [2, 1]));
        Assert.Throws<InvalidOperationException>(() => LinearRegression.FitPolynomial(Changing(rows, change, hasWeights: true), [2]));
    }

    /// <summary>One cell of one row differs by its last bit in the second reading, or two rows exchange a cell.</summary>
    [Fact]
    public void Other_values_in_a_later_reading_are_refused_and_another_order_is_not()
    {
        double[] rows = [.. Enumerable.Range(0, 5000).SelectMany(i => (double[])[i, i + Math.ScaleB(i % 3, -20), (3 * i) + (i % 5)])];
        double[] bit = [.. rows], exchanged = [.. rows], turned = [.. rows.Chunk(3).Reverse().SelectMany(row => row)];
        bit[7001] = Math.BitIncrement(bit[7001]);
        (exchanged[3001], exchanged[6001]) = (exchanged[6001], exchanged[3001]);
        var exact = new FitOptions { Digits = FitOptions.MaxDigits };
        foreach (double[] later in (double[][])[bit, exchanged])
        {
            foreach (SolverRungs rung in (SolverRungs[])[SolverRungs.All, SolverRungs.Refinement, SolverRungs.DoubleDouble])
            {
                InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => LinearRegression.Fit(Changing(rows, later), exact with { Rungs = rung }, TestContext.Current.CancellationToken));
                Assert.Contains("other values in a later reading", refused.Message, StringComparison.Ordinal);
            }

            Assert.Throws<InvalidOperationException>(() => LinearRegression.FitPolynomial(Changing(rows, later), [2, 1]));
        }

        Assert.Equal(LinearRegression.Fit(new ArrayRows(rows, 3, 1000), exact, TestContext.Current.CancellationToken).Model.Weights.ToArray(), LinearRegression.Fit(Changing(rows, turned), exact, TestContext.Current.CancellationToken).Model.Weights.ToArray());
    }

    [Fact]
    public void A_source_without_a_target_is_refused()
    {
        Assert.Contains("has 0 joint columns", Refused(() => LinearRegression.Fit(new ArrayRows([], 0))), StringComparison.Ordinal);
        Assert.Contains("a target and a column of weights", Refused(() => LinearRegression.Fit(new ArrayRows([1, 2], 1) { HasWeights = true })), StringComparison.Ordinal);
        Assert.Contains("has -1 joint columns", Refused(() => LinearRegression.FitPolynomial(new ArrayRows([], -1), [])), StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_whose_sum_leaves_the_range_are_blamed_and_not_the_column()
    {
        foreach (double weight in (double[])[1e308, 1e-300])
        {
            OverflowException refused = Assert.Throws<OverflowException>(() => LinearRegression.Fit<double>(new MatrixSpan<double>([1, 2, 3, 4], 1), [1, 2, 3, 5], (double[])[weight, weight, weight, weight]));
            Assert.Contains("The weights of the rows add up to", refused.Message, StringComparison.Ordinal);
        }
    }

    private static string Refused(Func<object> fit) => Assert.Throws<ArgumentException>(fit).Message;

    /// <summary>From its second reading on the source has some rows more or fewer, the last one again if need be.</summary>
    private static ArrayRows Changing(double[] rows, int change, bool hasWeights = false)
    {
        return Changing(rows, change < 0 ? rows[..(rows.Length + (3 * change))] : [.. rows, .. rows[^(3 * change)..]], hasWeights);
    }

    private static ArrayRows Changing(double[] rows, double[] later, bool hasWeights = false)
    {
        var source = new ArrayRows(rows, 3, 1000) { HasWeights = hasWeights };
        source.OnRead = () => source.Rows = later;
        return source;
    }
}
