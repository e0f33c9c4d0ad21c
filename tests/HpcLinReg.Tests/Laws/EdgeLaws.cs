using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>The promises of a certificate where they are hardest to keep, against exact rationals.</summary>
public class EdgeLaws
{
    /// <summary>s is right to a hundredth, or not given, where the certificate states no digits of its own for standard errors.</summary>
    private const double Hundredth = 0.01;

    private readonly Skips _refused = new();

    [Law(MaxTest = 300)]
    public void Rank_of_whole_numbers_is_that_of_the_rule_on_every_rung_and_from_moments(byte way, Seed seed)
    {
        DataSet set = Named(Edges.WholeTriples(new Random(seed)), seed);
        Fit fit = (way % 4) switch
        {
            0 => set.Fit(),
            1 => set.Fit(new FitOptions { Digits = FitOptions.MaxDigits }),
            2 => set.Fit(new FitOptions { Rungs = SolverRungs.DoubleDouble }),
            _ => Moments(set, 0, set.Rows).Solve(set.Columns, new FitOptions { Intercept = set.Intercept }),
        };
        // Where moments in double-double cannot tell, the reason says so; RankLaws holds how far they can.
        string aliased = string.Join(", ", fit.Aliased.Select(alias => alias.Column)), byTheRule = string.Join(", ", RankLaws.AliasedByTheRule(set));
        Assert.True(byTheRule == aliased || !fit.Certificate.IsRankCertain, $"{set}, rung {fit.Certificate.Rung}: dropped {aliased}, by the rule {byTheRule}");
        CertificateLaws.AssertKept(set, fit);
    }

    [Law(MaxTest = 100)]
    public void Bounds_hold_wherever_values_repeat(bool plain, Seed seed)
    {
        DataSet set = Named(Edges.VariedThenLevels(new Random(seed)), seed);
        CertificateLaws.AssertKept(set, set.Fit(new FitOptions { Rungs = plain ? SolverRungs.NormalEquations : SolverRungs.All }));
    }

    [Law(MaxTest = 500)]
    public void Bounds_and_standard_errors_hold_for_weights_of_any_range(bool max, Seed seed)
    {
        DataSet set = Named(Edges.HeavyRows(new Random(seed)), seed);
        AssertKeptWithStandardErrors(set, set.FitWeighted(WeightKind.Precision, new FitOptions { Digits = max ? FitOptions.MaxDigits : 10 }));
    }

    [Law(MaxTest = 500)]
    public void Merged_moments_keep_their_bounds_whatever_the_means(byte parts, Seed seed)
    {
        DataSet set = Named(Edges.FarMeans(new Random(seed)), seed);
        int count = Math.Min(2 + (parts % 5), set.Rows);
        Moments moments = Moments(set, 0, set.Rows / count);
        for (int part = 1; part < count; part++)
        {
            moments = moments.Merge(Moments(set, set.Rows * part / count, set.Rows * (part + 1) / count));
        }

        CertificateLaws.AssertKept(set, moments.Solve(set.Columns));
    }

    [Law(MaxTest = 300)]
    public void Bounds_and_standard_errors_hold_for_any_penalty(bool max, byte rungs, Seed seed)
    {
        var random = new Random(seed);
        DataSet set = Named(Families.Draw(random.Next()), seed);
        double size = Enumerable.Range(0, set.Rows).Max(i => Math.Abs(set.X[i, 0]));
        double ridge = Math.ScaleB(random.Next(2) == 0 ? 1 : size * size, random.Next(-120, 120));
        FitOptions options = new() { Ridge = ridge, Digits = max ? FitOptions.MaxDigits : 10, Rungs = rungs % 2 == 0 ? SolverRungs.All : (SolverRungs)(1 + (rungs % 7)) };
        AssertKeptWithStandardErrors(set, set.Fit(options));
    }

    [Law(MaxTest = 500)]
    public void Standard_errors_of_data_almost_without_noise_are_right_or_not_given(byte digits, byte rungs, Seed seed)
    {
        DataSet set = Named(Edges.LittleNoise(new Random(seed)), seed);
        FitOptions options = new() { Digits = 2 + (digits % 15), Rungs = rungs % 2 == 0 ? SolverRungs.All : (SolverRungs)(1 + (rungs % 7)) };
        AssertKeptWithStandardErrors(set, set.Fit(options));
    }

    [Law(MaxTest = 300)]
    public void Standard_errors_have_the_digits_stated_beside_any_penalty(sbyte exponent, bool max, byte rungs, Seed seed)
    {
        DataSet set = Named(Edges.NearlyEqualColumns(new Random(seed)), seed);
        Fit fit = set.Fit(Options(max, rungs) with { Ridge = Math.ScaleB(1, exponent / 2) });
        CertificateLaws.AssertKept(set, fit);
        AssertStatedDigits(set, fit);
    }

    [Law(MaxTest = 300)]
    public void Bounds_and_standard_errors_hold_in_units_whose_squares_end_below_the_range(bool max, byte rungs, Seed seed)
    {
        DataSet set = Named(Edges.SmallUnits(new Random(seed)), seed);
        Fit? fit = null;
        try
        {
            fit = set.Fit(Options(max, rungs));
        }
        catch (OverflowException refused)
        {
            Assert.Contains("range of double", refused.Message, StringComparison.Ordinal);
        }

        if (!_refused.When(fit is null, most: 0.2))
        {
            CertificateLaws.AssertKept(set, fit!);
            AssertStatedDigits(set, fit!);
        }
    }

    private static FitOptions Options(bool max, byte rungs) =>
        new() { Digits = max ? FitOptions.MaxDigits : 10, Rungs = rungs % 2 == 0 ? SolverRungs.All : (SolverRungs)(1 + (rungs % 7)) };

    /// <summary>Standard errors are right to the digits asked for, at most twelve, or to those that the reason states; three units of the last one, and a tenth where it states none.</summary>
    private static void AssertStatedDigits(DataSet set, Fit fit)
    {
        if (fit.ResidualDegreesOfFreedom <= 0 || double.IsNaN(fit.ResidualStandardError))
        {
            return;
        }

        double digits = fit.Certificate.StandardErrorDigits;
        double tolerance = digits == 0 ? 0.1 : 3 * Math.Pow(10, -digits);
        ExactLeastSquares exact = CertificateLaws.Exact(set, fit, fit.Ridge);
        Rational degreesOfFreedom = exact.DegreesOfFreedom(fit);
        double ofDeviation = (exact.ResidualSumOfSquares / degreesOfFreedom).RelativeErrorOfRoot(fit.ResidualStandardError);
        Assert.True(ofDeviation <= tolerance, $"{set}: s = {fit.ResidualStandardError:R}, wrong by {ofDeviation:E1}; {fit.Certificate.Describe()}");
        for (int j = 0; j < set.Columns; j++)
        {
            double error = double.IsNaN(fit.StandardErrors[j]) ? 0 : exact.SquaredStandardError(j, degreesOfFreedom).RelativeErrorOfRoot(fit.StandardErrors[j]);
            Assert.True(error <= tolerance, $"{set}: standard error {j} is {fit.StandardErrors[j]:R}, wrong by {error:E1}; {fit.Certificate.Describe()}");
        }
    }

    private static void AssertKeptWithStandardErrors(DataSet set, Fit fit)
    {
        CertificateLaws.AssertKept(set, fit);
        if (fit.ResidualDegreesOfFreedom <= 0 || double.IsNaN(fit.ResidualStandardError))
        {
            Assert.True(fit.ResidualDegreesOfFreedom <= 0 || fit.Certificate.StandardErrors is not (StandardErrorState.Given or StandardErrorState.NoDegreesOfFreedom), $"{set}: s is not given, and no reason is");
            return;
        }

        // Fewer digits than asked for are stated in the reason: StandardErrorLaws has those.
        if (fit.Certificate.StandardErrorDigits >= 10)
        {
            ExactLeastSquares exact = CertificateLaws.Exact(set, fit, fit.Ridge);
            Rational degreesOfFreedom = exact.DegreesOfFreedom(fit);
            Assert.True((exact.ResidualSumOfSquares / degreesOfFreedom).RelativeErrorOfRoot(fit.ResidualStandardError) <= Hundredth, $"{set}: s = {fit.ResidualStandardError:R}, {fit.Certificate.Describe()}");
            for (int j = 0; j < set.Columns; j++)
            {
                double error = double.IsNaN(fit.StandardErrors[j]) ? 0 : exact.SquaredStandardError(j, degreesOfFreedom).RelativeErrorOfRoot(fit.StandardErrors[j]);
                Assert.True(error <= Hundredth, $"{set}: standard error {j} is {fit.StandardErrors[j]:R}, wrong by {error:E1}; {fit.Certificate.Describe()}");
            }
        }
    }

    private static DataSet Named(DataSet set, Seed seed) => set with { Name = $"seed {seed}: {set.Name}" };

    private static Moments Moments(DataSet set, int start, int end)
    {
        var moments = new MomentsAccumulator(set.Columns + 1, start, MomentsPrecision.DoubleDouble);
        moments.Add(set.Design.SliceRows(start, end - start), set.Y.AsSpan(start, end - start));
        return moments.ToMoments();
    }
}
