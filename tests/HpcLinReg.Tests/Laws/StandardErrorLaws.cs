using FsCheck.Xunit;
using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>Standard errors beside exact ones; those of noise-free targets have only what the residual sum has.</summary>
public class StandardErrorLaws
{
    [Property(MaxTest = 400)]
    public void Standard_errors_have_the_digits_asked_for(bool max, int seed)
    {
        DataSet set = Families.Draw(seed);
        Fit fit = set.Fit(new FitOptions { Digits = max ? FitOptions.MaxDigits : 10 });
        ExactLeastSquares exact = set.Exact(fit.Aliased.Select(alias => alias.Column));
        if (fit.ResidualDegreesOfFreedom < 1 || fit.ReciprocalCondition < 1e-12 || exact.ResidualSumOfSquares.ToDouble() < 1e-9 * exact.TotalSumOfSquares.ToDouble())
        {
            return;
        }

        // Above κ of about 1e9 the Gram matrix itself decides: its entries are wrong by some 2⁻¹⁰⁰ in double-double, times κ².
        double condition = 1 / fit.ReciprocalCondition;
        double allowed = Math.Max(max ? 1e-12 : 1e-10, Math.ScaleB(condition * condition, -100));
        for (int j = 0; j < set.Columns; j++)
        {
            double error = fit.Aliased.Any(alias => alias.Column == j) ? 0 : exact.SquaredStandardError(j, (int)fit.ResidualDegreesOfFreedom).RelativeErrorOfRoot(fit.StandardErrors[j]);
            Assert.True(error <= allowed, $"{set}, rung {fit.Certificate.Rung}, κ {1 / fit.ReciprocalCondition:E1}: standard error {j} is {fit.StandardErrors[j]:R}, wrong by {error:E1}");
        }

        double interceptError = set.Intercept ? exact.SquaredInterceptStandardError((int)fit.ResidualDegreesOfFreedom).RelativeErrorOfRoot(fit.InterceptStandardError) : 0;
        Assert.True(interceptError <= allowed, $"{set}, rung {fit.Certificate.Rung}: the intercept's standard error is wrong by {interceptError:E1}");
    }
}
