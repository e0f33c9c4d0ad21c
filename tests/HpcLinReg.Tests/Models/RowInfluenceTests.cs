namespace HpcLinReg.Tests.Models;

public class RowInfluenceTests
{
    private static readonly double[] X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
    private static readonly double[] Y = [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73];

    /// <summary>R: lm(y3 ~ x3, anscombe); hatvalues, rstandard and cooks.distance of the third row, to the digits printed.</summary>
    [Fact]
    public void Anscombes_outlier_has_Rs_numbers()
    {
        RowInfluence influence = Of(X, Y, 2);
        Assert.Equal(0.2363636, influence.Leverage, 1e-7);
        Assert.Equal(2.999992, influence.Standardized, 1e-6);
        Assert.Equal(1.392849, influence.CookDistance, 1e-6);
        Assert.False(influence.IsDecisive);
    }

    /// <summary>The contour is the inverse of the distance.</summary>
    [Fact]
    public void A_contour_goes_through_the_rows_of_its_distance()
    {
        for (int i = 0; i < X.Length; i++)
        {
            RowInfluence influence = Of(X, Y, i);
            Assert.Equal(Math.Abs(influence.Standardized), RowInfluence.StandardizedAt(influence.CookDistance, influence.Leverage, 2), 1e-12);
        }
    }

    [Fact]
    public void A_row_of_leverage_1_has_no_distance()
    {
        RowInfluence influence = Of([8, 8, 8, 8, 19], [6.5, 5.8, 7.7, 8.8, 12.5], 4);
        Assert.True(influence.IsDecisive);
        Assert.True(double.IsNaN(influence.Standardized) && double.IsNaN(influence.CookDistance));
    }

    private static RowInfluence Of(double[] x, double[] y, int row)
    {
        var model = RegressionModel.Fit(new ColumnTable { ["x"] = x, ["y"] = y }, "y", ["x"]);
        double[] q = new double[model.Basis!.Order];
        double residual = y[row] - model.Basis.Predict([x[row]], q);
        return RowInfluence.Of(model, residual, q.Sum(coordinate => coordinate * coordinate));
    }
}
