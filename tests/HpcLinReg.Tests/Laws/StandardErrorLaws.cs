using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Standard errors beside exact ones: they have the digits asked for, at most 12, or the certificate states how many.</summary>
public class StandardErrorLaws
{
    private readonly Skips _skips = new();

    [Law(MaxTest = 1000)]
    public void Standard_errors_have_the_digits_asked_for(bool max, Seed seed)
    {
        DataSet set = Families.Draw(seed);
        Fit fit = set.Fit(new FitOptions { Digits = max ? FitOptions.MaxDigits : 10 });
        ExactLeastSquares exact = set.Exact(fit.Aliased.Select(alias => alias.Column));
        if (!_skips.When(fit.ResidualDegreesOfFreedom < 1 || IsNotGiven(fit, exact), most: 0.3))
        {
            AssertRight(set, fit, exact, max ? 12 : 10);
        }
    }

    /// <summary>From penalties that nothing notices to those beside which the design is nothing, where the design itself is well conditioned.</summary>
    [Law(MaxTest = 1000)]
    public void Standard_errors_with_ridge_have_the_digits_asked_for(byte power, bool max, Seed seed)
    {
        DataSet set = Families.Draw(seed);
        double ridge = Math.ScaleB(1, (power % 120) - 60);
        Fit fit = set.Fit(new FitOptions { Ridge = ridge, Digits = max ? FitOptions.MaxDigits : 10 });
        ExactLeastSquares exact = set.Exact(ridge: ridge);
        bool isWellConditioned = set.Fit() is { Aliased.Length: 0, ReciprocalCondition: > 0.02 };
        if (!_skips.When(fit.ResidualDegreesOfFreedom < 1 || IsNotGiven(fit, exact) || !isWellConditioned, most: 0.7))
        {
            AssertRight(set, fit, exact, max ? 12 : 10);
        }
    }

    [Fact]
    public void That_they_have_fewer_digits_than_asked_for_is_stated()
    {
        // Equal columns but for 2⁻⁴⁰: κ² is some 10²⁵, and entries in double-double have about 29 digits.
        double[] x = [.. Enumerable.Range(0, 60).SelectMany(i => (double[])[i % 7, (i % 7) + Math.ScaleB(i % 3, -40)])];
        double[] y = [.. Enumerable.Range(0, 60).Select(i => (i % 7) + (i % 5))];
        Assert.InRange(LinearRegression.Fit<double>(new MatrixSpan<double>(x, 2), y).Certificate.StandardErrorDigits, 2, 9);
        Fit plain = LinearRegression.Fit<double>(new MatrixSpan<double>(x.AsSpan(0, 60), 1), y);
        Assert.Equal((10, StandardErrorState.Given), (plain.Certificate.StandardErrorDigits, plain.Certificate.StandardErrors));
        Assert.DoesNotContain("standard errors", plain.Certificate.Describe(), StringComparison.Ordinal);
    }

    /// <summary>Residuals of less than 1e-14 of the target are about its rounding; then standard errors need not be given, but the reason has to say so.</summary>
    private static bool IsNotGiven(Fit fit, ExactLeastSquares exact) =>
        double.IsNaN(fit.ResidualStandardError) && exact.ResidualSumOfSquares.ToDouble() <= 1e-28 * exact.TotalSumOfSquares.ToDouble()
        && fit.Certificate.StandardErrors == StandardErrorState.ResidualsBelowRounding;

    private static void AssertRight(DataSet set, Fit fit, ExactLeastSquares exact, int asked)
    {
        Assert.True(fit.Certificate.StandardErrorDigits <= asked);
        double allowed = Math.Pow(10, -fit.Certificate.StandardErrorDigits);
        for (int j = 0; j < set.Columns; j++)
        {
            double error = fit.Aliased.Any(alias => alias.Column == j) ? 0 : exact.SquaredStandardError(j, exact.DegreesOfFreedom(fit)).RelativeErrorOfRoot(fit.StandardErrors[j]);
            Assert.True(error <= allowed, $"{set}, rung {fit.Certificate.Rung}, κ {1 / fit.ReciprocalCondition:E1}: standard error {j} is {fit.StandardErrors[j]:R}, wrong by {error:E1}");
        }

        double interceptError = set.Intercept ? exact.SquaredInterceptStandardError(exact.DegreesOfFreedom(fit)).RelativeErrorOfRoot(fit.InterceptStandardError) : 0;
        Assert.True(interceptError <= allowed, $"{set}, rung {fit.Certificate.Rung}: the intercept's standard error is wrong by {interceptError:E1}");
    }
}
