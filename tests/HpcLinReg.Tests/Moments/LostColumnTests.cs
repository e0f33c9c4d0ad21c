using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests;

/// <summary>Columns of which moments know nothing any more, or never could: nothing finite is promised, or they are refused.</summary>
public class LostColumnTests
{
    [Theory]
    [InlineData(MomentsPrecision.Plain, 1e8, 1)]
    [InlineData(MomentsPrecision.DoubleDouble, 1e16, 1)]
    [InlineData(MomentsPrecision.Plain, 1e9, 1e3)]
    public void A_penalty_on_a_lost_feature_promises_nothing(MomentsPrecision precision, double outlier, double ridge)
    {
        Moments left = Of(precision, [1, 2, 3, 4, 5], [2, 1, 4, 3, 5]);
        Moments came = Of(precision, [outlier, -outlier, 0.37 * outlier], [1, 2, 3]);
        Fit fit = left.Merge(came).Remove(came).Solve(1, new FitOptions { Ridge = ridge });
        Assert.True(fit.Certificate.Digits <= 0);
        Assert.Equal(double.PositiveInfinity, fit.Certificate.WeightErrorBounds[0]);
        Assert.Contains("only rounding errors are left", fit.Certificate.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MomentsPrecision.Plain, 1e-162)]
    [InlineData(MomentsPrecision.DoubleDouble, 1e-165)]
    [InlineData(MomentsPrecision.DoubleDouble, 1e-170)]
    public void Rows_merged_one_by_one_whose_squares_underflow_are_refused(MomentsPrecision precision, double unit)
    {
        double[] x = [1, 2, 4, 3], y = [1, 2.5, 3, 2];
        Moments? moments = null;
        for (int i = 0; i < 4; i++)
        {
            var row = new MomentsAccumulator(3, i, precision);
            row.Add(new MatrixSpan<double>([x[i], i % 2 == 0 ? unit : -unit, y[i]], 3));
            moments = moments is null ? row.ToMoments() : moments.Merge(row.ToMoments());
        }

        Assert.Contains("'x2'", Assert.Throws<OverflowException>(() => moments!.Solve(2)).Message, StringComparison.Ordinal);
    }

    /// <summary>A part of 2.6e-9 in a combination is far above what the cells' rounding explains, and the minimum norm needs it.</summary>
    [Fact]
    public void Small_parts_of_a_combination_share_in_the_minimum_norm()
    {
        double[] x = [-0.625, 0, -0.625, 0.4375, 1, 0.4375, -0.046875, 2, -0.046875 - Math.ScaleB(1, -28)], y = [1.75, 0.25, 1.5];
        Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, 3), y, new FitOptions { RankDeficient = RankDeficiency.MinimumNorm });
        double[,] cells = DataSet.Matrix(3, 3, (i, j) => x[(3 * i) + j]);
        (Rational[] exact, _) = new ExactLeastSquares(cells, y, intercept: true).MinimumNorm();
        for (int j = 0; j < 3; j++)
        {
            Assert.InRange(Accuracy.Error(exact[j], fit.Model.Weights[j]), 0, fit.Certificate.WeightErrorBounds[j]);
        }
    }

    [Fact]
    public void Weights_that_hide_the_rows_of_a_polynomial_promise_nothing()
    {
        double[] x = [1, 2, 3, 4, 5, 6, 7, 8], y = [1, 3, 2, 5, 4, 7, 6, 8], weights = [1e30, 1, 1e-20, 1e10, 1e-10, 1, 1e20, 1];
        PolynomialFit fit = LinearRegression.FitPolynomial<double>(x, y, weights, 3);
        Assert.Equal(double.NegativeInfinity, fit.BasisFit.Certificate.Digits);
        Assert.Contains("the weights span more", fit.BasisFit.Certificate.Describe(), StringComparison.Ordinal);
        Assert.True(LinearRegression.FitPolynomial<double>(x, y, [1e10, 1, 1, 1, 1e-10, 1, 1, 1], 3).BasisFit.Certificate.Digits > 10);
    }

    private static Moments Of(MomentsPrecision precision, double[] x, double[] y)
    {
        var moments = new MomentsAccumulator(2, 0, precision);
        moments.Add(new MatrixSpan<double>(x, 1), y);
        return moments.ToMoments();
    }
}
