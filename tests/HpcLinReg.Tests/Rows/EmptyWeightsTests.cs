using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Rows;

/// <summary>One rule for every method that takes weights of rows: none mean that every row counts once.</summary>
public class EmptyWeightsTests
{
    [Fact]
    public void Without_weights_every_row_counts_once()
    {
        using var problem = new Problem(50, 1, seed: 3);
        double[] x = [.. problem.X.Cast<double>()], y = problem.Targets;
        double[] ones = [.. Enumerable.Repeat(1.0, 50)];
        AssertSame(LinearRegression.Fit(problem.Design, y).Model, LinearRegression.Fit(problem.Design, y, (ReadOnlySpan<double>)[]).Model);
        AssertSame(LinearRegression.FitPolynomial<double>(x, y, 3).BasisFit.Model, LinearRegression.FitPolynomial<double>(x, y, [], 3).BasisFit.Model);
        AssertSame(GradientDescent.Fit(problem.Design, y).Model, GradientDescent.Fit(problem.Design, y, [], null).Model);
        AssertSame(ConjugateGradient.Fit(problem.Design, y).Model, ConjugateGradient.Fit(problem.Design, y, [], null).Model);
        AssertSame(Sum(ones, MomentsPrecision.DoubleDouble), Sum([], MomentsPrecision.DoubleDouble));
        Assert.Equal(Sum([], MomentsPrecision.DoubleDouble).Weights[0], Sum([], MomentsPrecision.Plain).Weights[0], 1e-12);

        LinearModel Sum(double[] weights, MomentsPrecision precision)
        {
            var accumulator = new MomentsAccumulator(2, 0, precision);
            accumulator.Add(new MatrixSpan<double>(x, 1), new MatrixSpan<double>(y, 1), weights);
            return accumulator.ToMoments().Solve(1).Model;
        }
    }

    [Fact]
    public void Fewer_weights_than_rows_are_refused()
    {
        double[] x = [1, 2, 3], y = [1, 3, 2], weights = [1, 1];
        Action[] methods =
        [
            () => LinearRegression.Fit(new MatrixSpan<double>(x, 1), y, weights, new FitOptions()),
            () => LinearRegression.FitPolynomial<double>(x, y, weights, 1),
            () => GradientDescent.Fit(new MatrixSpan<double>(x, 1), y, weights, null),
            () => StochasticGradientDescent.Fit(new MatrixSpan<double>(x, 1), y, weights, null),
            () => ConjugateGradient.Fit(new MatrixSpan<double>(x, 1), y, weights, null),
            () => new MomentsAccumulator(2, 0, MomentsPrecision.DoubleDouble).Add(new MatrixSpan<double>(x, 1), new MatrixSpan<double>(y, 1), weights),
        ];
        Assert.All(methods, method => Assert.Contains("3 rows but rowWeights has 2", Assert.Throws<ArgumentException>(method).Message, StringComparison.Ordinal));
    }

    private static void AssertSame(LinearModel expected, LinearModel actual)
    {
        Assert.Equal(expected.Weights.ToArray(), actual.Weights.ToArray());
        Assert.Equal(expected.Intercept, actual.Intercept);
    }
}
