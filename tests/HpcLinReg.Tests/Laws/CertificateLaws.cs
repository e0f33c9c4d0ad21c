using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>What a certificate says, held against exact rationals: a promise that is kept, and not much less than could be promised.</summary>
public class CertificateLaws
{
    private readonly Skips _skips = new();

    private static readonly FitOptions Most = new() { Digits = FitOptions.MaxDigits };

    [Law(MaxTest = 600)]
    public void Digits_and_bounds_are_kept_with_the_defaults(Seed seed) => AssertKept(Families.Draw(seed), new FitOptions());

    [Law(MaxTest = 600)]
    public void Digits_and_bounds_are_kept_when_all_are_asked_for(Seed seed) => AssertKept(Families.Draw(seed), Most);

    [Law(MaxTest = 300)]
    public void Digits_and_bounds_are_kept_with_ridge(byte power, Seed seed)
    {
        double ridge = Math.ScaleB(1, (power % 40) - 20);
        AssertKept(Families.Draw(seed), new FitOptions { Ridge = ridge });
        AssertKept(Families.Draw(seed), Most with { Ridge = ridge });
    }

    [Law(MaxTest = 300)]
    public void Digits_and_bounds_are_kept_beside_dependent_columns(Seed seed)
    {
        var random = new Random(seed);
        DataSet set = (random.Next(2) == 0 ? Families.OneHot(random) : Families.Duplicates(random)) with { RowWeights = null };
        AssertKept(set with { Name = $"seed {seed}: {set.Name}" }, random.Next(2) == 0 ? Most : new FitOptions());
    }

    [Law(MaxTest = 300)]
    public void Digits_and_bounds_are_kept_on_every_rung(byte rungs, Seed seed)
    {
        // Any choice of rungs but none; rank is always reported.
        var allowed = (SolverRungs)(1 + (rungs % 7));
        DataSet set = Families.Draw(seed);
        AssertKept(set, new FitOptions { Rungs = allowed });
    }

    /// <summary>A gate that promises little is no gate: 90 of 100 promises are within three digits of the truth.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(16)]
    public void Promises_are_within_three_digits_of_the_truth_nine_times_in_ten(int digits)
    {
        const int Cases = 1000;
        int near = 0, refused = 0;
        List<string> far = [];
        for (int seed = 0; seed < Cases; seed++)
        {
            DataSet set = Families.Draw(seed);
            Fit fit = set.Fit(new FitOptions { Digits = digits });
            double truth = Math.Min(Accuracy.OfOneRounding, Accuracy.Digits(set, fit, Exact(set, fit)));
            bool isNear = truth - fit.Certificate.Digits <= 3;
            near += isNear ? 1 : 0;
            refused += fit.Certificate.Digits > 0 ? 0 : 1;
            if (!isNear)
            {
                far.Add($"{set}: {fit.Certificate.Digits:F1} promised on rung {fit.Certificate.Rung}, {truth:F1} true");
            }
        }

        Assert.True(near >= 0.9 * Cases, $"{near} of {Cases} are near:\n{string.Join('\n', far)}");

        // Designs of κ near 1e15, of which the third rung knows no digit for certain.
        Assert.InRange(refused, 0, Cases / 50);
    }

    [Law(MaxTest = 300)]
    public void The_certificate_agrees_with_the_fit_and_with_itself(Seed seed)
    {
        DataSet set = Families.Draw(seed);
        Fit fit = set.Fit();
        Certificate certificate = fit.Certificate;
        Assert.Equal(fit.Rank, certificate.Rank);
        Assert.Equal(fit.ReciprocalCondition, certificate.ReciprocalCondition);
        Assert.True(Enum.IsDefined(certificate.Rung) && Enum.IsDefined(certificate.Cause) && certificate.Cause != CertificateCause.NotStated);
        Assert.Equal(certificate.Rung == SolverRung.RankDeficient, fit.Aliased.Length > 0);
        Assert.NotEmpty(certificate.Describe());
        Assert.True(certificate.RefinementSteps >= 0 && (certificate.Rung != SolverRung.Refinement || certificate.RefinementSteps > 0), $"{set}: {certificate}");
        Assert.Equal(set.Columns, certificate.WeightErrorBounds.Length);

        // digits is what the bounds say, by the formula with its floors, to the roundings of the floors.
        double stated = Accuracy.Digits(set, fit.Model.Weights.ToArray(), fit.Model.Intercept, [.. certificate.WeightErrorBounds], certificate.InterceptErrorBound);
        Assert.True(certificate.Digits == stated || Math.Abs(certificate.Digits - Math.Min(stated, Accuracy.OfOneRounding)) <= 0.05, $"{set}: {certificate.Digits} and {stated}");
    }

    private void AssertKept(DataSet set, FitOptions options)
    {
        Fit fit = set.Fit(options);
        _skips.When(fit.Certificate.Digits <= 0, most: 0.1);
        AssertKept(set, fit);
    }

    /// <summary>Bounds and digits beside the exact solution for the columns that were kept; nothing finite is promised where no digit is.</summary>
    internal static void AssertKept(DataSet set, Fit fit)
    {
        ExactLeastSquares exact = Exact(set, fit, fit.Ridge);
        Certificate certificate = fit.Certificate;
        string where = $"{set}, rung {certificate.Rung}, κ {1 / fit.ReciprocalCondition:E1}";
        for (int j = 0; j < set.Columns; j++)
        {
            if (fit.Aliased.All(alias => alias.Column != j))
            {
                double error = Accuracy.Error(exact.Coefficients[j], fit.Model.Weights[j]);
                Assert.True(error <= certificate.WeightErrorBounds[j], $"{where}: weight {j} = {fit.Model.Weights[j]:R} is wrong by {error:E2}, bound {certificate.WeightErrorBounds[j]:E2}");
            }
        }

        double interceptError = Accuracy.Error(exact.Intercept, fit.Model.Intercept);
        Assert.True(interceptError <= certificate.InterceptErrorBound, $"{where}: the intercept {fit.Model.Intercept:R} is wrong by {interceptError:E2}, bound {certificate.InterceptErrorBound:E2}");
        double truth = Accuracy.Digits(set, fit, exact);
        Assert.True(certificate.Digits <= truth, $"{where}: {certificate.Digits:F2} digits promised, {truth:F2} true");
        if (!(certificate.Digits > 0))
        {
            Assert.DoesNotContain(certificate.WeightErrorBounds, double.IsFinite);
        }
    }

    /// <summary>The exact answer for the columns that the engine kept.</summary>
    internal static ExactLeastSquares Exact(DataSet set, Fit fit, double ridge = 0) => set.Exact(fit.Aliased.Select(alias => alias.Column), ridge);
}
