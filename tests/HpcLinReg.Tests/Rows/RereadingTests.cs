using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Rows;

public class RereadingTests
{
    private static readonly double[] Joint = [.. Enumerable.Range(0, 60).SelectMany(i => (double[])[1e6 + i, i % 7, (3 * i) - (i % 5)])];

    [Theory]
    [InlineData(Rereading.Costly)]
    [InlineData(Rereading.Impossible)]
    public void Rows_that_are_not_to_be_read_again_are_summed_in_double_double_by_one_reading(Rereading rereading)
    {
        var accumulator = new MomentsAccumulator(3, 0, MomentsPrecision.DoubleDouble);
        accumulator.Add(new MatrixSpan<double>(Joint, 3));
        var options = new FitOptions { Digits = FitOptions.MaxDigits };
        Fit expected = accumulator.ToMoments().Solve(2, options);
        var source = new ArrayRows(Joint, 3, 7, 1) { Rereading = rereading };
        Fit actual = LinearRegression.Fit(source, options, TestContext.Current.CancellationToken);
        Assert.Equal(1, source.Readings);
        Assert.Equal(expected.Model.Weights.ToArray(), actual.Model.Weights.ToArray());
        Assert.Equal((expected.Model.Intercept, expected.ResidualSumOfSquares), (actual.Model.Intercept, actual.ResidualSumOfSquares));
        Assert.Equal(expected.Certificate.ToString(), actual.Certificate.ToString());
    }

    [Fact]
    public void Methods_that_read_several_times_refuse_a_source_that_can_be_read_once_before_they_read()
    {
        var source = new ArrayRows(Joint, 3) { Rereading = Rereading.Impossible };
        Action[] methods =
        [
            () => LinearRegression.FitPolynomial(source, [2, 1]),
            () => GradientDescent.Fit(source),
            () => StochasticGradientDescent.Fit(source),
            () => ConjugateGradient.Fit(source),
        ];
        foreach (Action method in methods)
        {
            Assert.Contains("only once", Assert.Throws<InvalidOperationException>(method).Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, source.Readings);
    }

    [Fact]
    public void A_costly_source_is_read_as_often_as_a_method_needs()
    {
        var source = new ArrayRows(Joint, 3) { Rereading = Rereading.Costly };
        LinearRegression.FitPolynomial(source, [2, 1]);
        Assert.Equal(2, source.Readings);
        Assert.Equal(StopReason.Converged, ConjugateGradient.Fit(source).Stop);
    }

    [Theory]
    [InlineData(Rereading.Cheap)]
    [InlineData(Rereading.Impossible)]
    public void A_source_without_rows_is_refused_however_it_is_read(Rereading rereading) =>
        Assert.Contains("no rows", Assert.Throws<ArgumentException>(() => LinearRegression.Fit(new ArrayRows([], 2) { Rereading = rereading })).Message, StringComparison.Ordinal);

    [Fact]
    public void Messages_call_columns_by_the_names_of_their_source()
    {
        double[] joint = [1, 2, double.NaN, 4, 5, 6];
        var source = new ArrayRows(joint, 2) { Names = ["age", "pay"] };
        var weighted = new ArrayRows([1, 2, 1, double.NaN, 4, 1], 3) { Names = ["age", "pay"], HasWeights = true };
        Action[] methods =
        [
            () => LinearRegression.Fit(source),
            () => LinearRegression.Fit(weighted),
            () => LinearRegression.FitPolynomial(source, [2]),
            () => GradientDescent.Fit(source),
            () => ConjugateGradient.Fit(source),
        ];
        foreach (Action method in methods)
        {
            Assert.Contains("Row 1 (counted from 0)", Assert.Throws<ArgumentException>(method).Message, StringComparison.Ordinal);
            Assert.Contains("age", Assert.Throws<ArgumentException>(method).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_that_do_not_fit_the_columns_are_refused()
    {
        Assert.Contains("1 names for 2", Assert.Throws<ArgumentException>(() => LinearRegression.Fit(new ArrayRows([1, 2], 2) { Names = ["x"] })).Message, StringComparison.Ordinal);
        Assert.Contains("'x'", Assert.Throws<ArgumentException>(() => ConjugateGradient.Fit(new ArrayRows([1, 2], 2) { Names = ["x", "x"] })).Message, StringComparison.Ordinal);
        Assert.Contains("3 names for 2", Assert.Throws<ArgumentException>(() => LinearRegression.Fit(new ArrayRows([1, 2, 1], 3) { Names = ["x", "y", "v"], HasWeights = true })).Message, StringComparison.Ordinal);
    }
}
