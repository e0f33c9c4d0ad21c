using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Solver;

/// <summary>Which rung answers, after how many steps, and the reason that is given for it.</summary>
public class LadderTests
{
    private const string Plain = "the normal equations have the digits asked for";
    private const string Refined = "the normal equations promised too few digits of coefficients or standard errors, and were refined by residuals in double-double";
    private const string Free = "the moments were summed in double-double, so refining costs nothing";
    private const string Climbed = "refining the normal equations promised too few digits of coefficients or standard errors";
    private const string Uncertain = "double precision could not decide whether others determine a column, so it was decided in double-double";
    private const string Unconverged = "Gram matrix and factor in double-double, but their refinement does not converge";
    private const string RowsAreGone = "the rows cannot be read again; moments summed in double-double would promise more digits";
    private const string NotAllowed = "the rungs that promise more digits were not allowed";
    private const string OnlyRefining = "the normal equations were not allowed without refining";
    private const string OnlyRung = "no other rung was allowed";
    private const string RankOpen = "; rank not certain: column 1 of x (counted from 0) was dropped on a double-precision test";
    private const string MomentsRankOpen = "; rank not certain: column 'x2' was dropped on a double-precision test";
    private const string MomentsRankOpenInBoth = "; rank not certain: column 'x2' was dropped on a double-double test";
    private const string RankOpenInBoth = "; rank not certain: column 1 of x (counted from 0) was dropped on a double-double test";

    private const SolverRungs PlainOrRefined = SolverRungs.NormalEquations | SolverRungs.Refinement;
    private const SolverRungs PlainOrDoubleDouble = SolverRungs.NormalEquations | SolverRungs.DoubleDouble;
    private const SolverRungs RefinedOrDoubleDouble = SolverRungs.Refinement | SolverRungs.DoubleDouble;

    [Theory]
    [InlineData(1, 10, SolverRungs.All, 1, 0, Plain)]
    [InlineData(1, 16, SolverRungs.All, 2, 1, Refined)]
    [InlineData(0.01, 10, SolverRungs.All, 2, 1, Refined)]
    [InlineData(0.01, 16, SolverRungs.All, 3, 1, Climbed)] // for twelve digits of the standard errors
    [InlineData(1e-3, 10, SolverRungs.All, 3, 1, Climbed)]
    [InlineData(1e-7, 10, SolverRungs.All, 3, 1, Climbed)]
    [InlineData(1e-9, 10, SolverRungs.All, 3, 1, Uncertain)]
    [InlineData(1e-9, 16, SolverRungs.All, 3, 1, Uncertain + "; standard errors have about 10 digits")]
    [InlineData(1e-13, 10, SolverRungs.All, 3, 6, Uncertain + "; standard errors have about 2 digits")]
    [InlineData(1e-14, 10, SolverRungs.All, 4, 1, Uncertain + RankOpenInBoth)]
    [InlineData(1, 10, SolverRungs.NormalEquations, 1, 0, Plain)]
    [InlineData(0.01, 10, SolverRungs.NormalEquations, 1, 0, NotAllowed)]
    [InlineData(1e-6, 10, SolverRungs.NormalEquations, 1, 0, NotAllowed + "; standard errors have about 2 digits")]
    [InlineData(1e-7, 10, SolverRungs.NormalEquations, 1, 0, NotAllowed + "; standard errors have about 0 digits")]
    [InlineData(1e-9, 10, SolverRungs.NormalEquations, 4, 0, Plain + RankOpen)]
    [InlineData(1, 10, SolverRungs.Refinement, 2, 1, OnlyRefining)]
    [InlineData(0.01, 10, SolverRungs.Refinement, 2, 1, Refined)]
    [InlineData(1e-6, 10, SolverRungs.Refinement, 2, 3, Refined + "; standard errors have about 2 digits")]
    [InlineData(1e-7, 10, SolverRungs.Refinement, 1, 0, NotAllowed + "; standard errors have about 0 digits")]
    [InlineData(1e-9, 10, SolverRungs.Refinement, 4, 1, OnlyRefining + RankOpen)]
    [InlineData(1, 10, SolverRungs.DoubleDouble, 3, 1, OnlyRung)]
    [InlineData(1e-9, 10, SolverRungs.DoubleDouble, 3, 1, OnlyRung)]
    [InlineData(1e-14, 10, SolverRungs.DoubleDouble, 4, 1, OnlyRung + RankOpenInBoth)]
    [InlineData(1, 10, PlainOrRefined, 1, 0, Plain)]
    [InlineData(1e-5, 10, PlainOrRefined, 2, 2, Refined + "; standard errors have about 4 digits")]
    [InlineData(1e-7, 10, PlainOrRefined, 1, 0, NotAllowed + "; standard errors have about 0 digits")]
    [InlineData(1, 10, PlainOrDoubleDouble, 1, 0, Plain)]
    [InlineData(0.01, 10, PlainOrDoubleDouble, 3, 1, Climbed)]
    [InlineData(1e-9, 10, PlainOrDoubleDouble, 3, 1, Uncertain)]
    [InlineData(1, 10, RefinedOrDoubleDouble, 2, 1, OnlyRefining)]
    [InlineData(0.01, 10, RefinedOrDoubleDouble, 2, 1, Refined)]
    [InlineData(1e-3, 10, RefinedOrDoubleDouble, 3, 1, Climbed)]
    public void Rows_in_memory_are_answered_by_the_first_rung_that_is_allowed_and_good(double difference, int digits, SolverRungs rungs, int rung, int steps, string reason) =>
        AssertAnswer(rung, steps, reason, Design(difference).Fit(new FitOptions { Digits = digits, Rungs = rungs }));

    [Theory]
    [InlineData(1, MomentsPrecision.Plain, SolverRungs.All, 1, 0, Plain)]
    [InlineData(0.01, MomentsPrecision.Plain, SolverRungs.All, 1, 0, RowsAreGone)]
    [InlineData(1e-6, MomentsPrecision.Plain, SolverRungs.All, 1, 0, RowsAreGone + "; standard errors have about 2 digits")]
    [InlineData(1e-6, MomentsPrecision.Plain, PlainOrRefined, 1, 0, NotAllowed + "; standard errors have about 2 digits")]
    [InlineData(1e-9, MomentsPrecision.Plain, SolverRungs.All, 4, 0, Plain + MomentsRankOpen)]
    [InlineData(1, MomentsPrecision.DoubleDouble, SolverRungs.All, 2, 1, Free)]
    [InlineData(1, MomentsPrecision.DoubleDouble, SolverRungs.NormalEquations, 1, 0, Plain)]
    [InlineData(1, MomentsPrecision.DoubleDouble, PlainOrDoubleDouble, 1, 0, Plain)]
    [InlineData(1, MomentsPrecision.DoubleDouble, SolverRungs.DoubleDouble, 3, 1, OnlyRung)]
    [InlineData(1, MomentsPrecision.DoubleDouble, SolverRungs.Refinement, 2, 1, Free)]
    [InlineData(0.01, MomentsPrecision.DoubleDouble, SolverRungs.NormalEquations, 1, 0, NotAllowed)]
    [InlineData(0.01, MomentsPrecision.DoubleDouble, PlainOrRefined, 2, 1, Refined)]
    [InlineData(0.01, MomentsPrecision.DoubleDouble, SolverRungs.All, 2, 1, Refined)]
    [InlineData(1e-3, MomentsPrecision.DoubleDouble, SolverRungs.All, 3, 1, Climbed)]
    [InlineData(1e-9, MomentsPrecision.DoubleDouble, SolverRungs.All, 3, 1, Uncertain)]
    [InlineData(1e-13, MomentsPrecision.DoubleDouble, SolverRungs.All, 3, 3, Unconverged + "; standard errors have about 2 digits")]
    [InlineData(1e-14, MomentsPrecision.DoubleDouble, SolverRungs.All, 4, 1, Uncertain + MomentsRankOpenInBoth)]
    public void Moments_alone_are_answered_as_far_as_they_were_summed(double difference, MomentsPrecision precision, SolverRungs rungs, int rung, int steps, string reason)
    {
        DataSet set = Design(difference);
        AssertAnswer(rung, steps, reason, MomentsOf(set, precision).Solve(set.Columns, new FitOptions { Rungs = rungs }));
    }

    [Fact]
    public void That_columns_beyond_the_rows_are_determined_is_certain_in_double()
    {
        using var problem = new Problem(4, 5, seed: 3);
        Fit fit = LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Rungs = SolverRungs.NormalEquations, Digits = 5 });
        Assert.Equal(4, fit.Rank);
        Assert.DoesNotContain("rank not certain", fit.Certificate.Describe(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_refining_did_not_reach_is_answered_as_if_it_had_not_been_tried()
    {
        DataSet set = Design(1e-7);
        Fit plain = set.Fit(new FitOptions { Rungs = SolverRungs.NormalEquations });
        Fit tried = set.Fit(new FitOptions { Rungs = PlainOrRefined });
        Assert.Equal(plain.Model.Weights, tried.Model.Weights);
        Assert.Equal(plain.Model.Intercept, tried.Model.Intercept);
        Assert.Equal(plain.ResidualSumOfSquares, tried.ResidualSumOfSquares);
        Assert.Equal(plain.Certificate.WeightErrorBounds, tried.Certificate.WeightErrorBounds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e-2)]
    [InlineData(1e-3)]
    [InlineData(1e-9)]
    public void Without_a_certificate_the_answer_is_the_same(double difference)
    {
        foreach (int columns in new[] { 2, 40 })
        {
            DataSet set = Design(difference, columns);
            var workspace = new FitWorkspace(columns);
            double[] weights = new double[columns];
            foreach (SolverRungs rungs in Enumerable.Range(1, 7).Select(choice => (SolverRungs)choice))
            {
                foreach (int digits in new[] { 4, 10, 16 })
                {
                    var options = new FitOptions { Digits = digits, Rungs = rungs };
                    Fit certified = set.Fit(options);
                    FitSummary summary = workspace.Fit<double>(set.Design, set.Y, weights, options);
                    Assert.Equal(certified.Model.Weights, weights);
                    Assert.Equal((certified.Model.Intercept, certified.Rank, certified.ResidualSumOfSquares), (summary.Intercept, summary.Rank, summary.ResidualSumOfSquares));
                }
            }
        }
    }

    /// <summary>Of weights that grow as their columns come near each other, whose products cancel in the residual sum of squares.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1e-2)]
    [InlineData(1e-4)]
    [InlineData(1e-6)]
    [InlineData(1e-8)]
    [InlineData(1e-10)]
    public void Standard_errors_have_the_digits_that_are_stated_or_are_not_given(double difference)
    {
        var random = new Random(7);
        int some = 0, none = 0;
        foreach (double noise in new[] { 1, 1e-3, 1e-6, 1e-9 })
        {
            double[,] parts = DataSet.Matrix(60, 3, (_, _) => random.NextDouble());
            double[,] x = DataSet.Matrix(60, 2, (i, j) => parts[i, 0] + (j * difference * parts[i, 1]));
            var set = new DataSet($"noise {noise}", x, [.. Enumerable.Range(0, 60).Select(i => 1 + (3 * parts[i, 1]) + (noise * parts[i, 2]))]);
            ExactLeastSquares exact = set.Exact();
            double variance = exact.ResidualSumOfSquares.ToDouble() / (60 - exact.Rank);
            IEnumerable<Fit> fits = Enumerable.Range(1, 7).Select(rungs => set.Fit(new FitOptions { Rungs = (SolverRungs)rungs })).Concat(
                new[] { MomentsPrecision.Plain, MomentsPrecision.DoubleDouble }.Select(precision => MomentsOf(set, precision).Solve(set.Columns)));
            foreach (Fit fit in fits.Where(fit => fit.Aliased.IsEmpty))
            {
                Certificate certificate = fit.Certificate;
                double digits = certificate.StandardErrorDigits;
                bool given = certificate.StandardErrors == StandardErrorState.Given;
                Assert.Equal(given, !double.IsNaN(digits));
                for (int j = 0; j < 2; j++)
                {
                    double error = Math.Abs((fit.StandardErrors[j] / Math.Sqrt(variance * exact.VarianceFactors[j].ToDouble())) - 1);
                    Assert.True(given ? error <= Math.Pow(10, -digits) : double.IsNaN(error), $"{set.Name}, {difference} apart: off by {error:E1} with \"{certificate.Describe()}\"");
                }

                some += given ? 1 : 0;
                none += given ? 0 : 1;
            }
        }

        Assert.True(some > 0 && (none > 0 || difference > 1e-5), $"{some} given, {none} not");
    }

    private static Moments MomentsOf(DataSet set, MomentsPrecision precision)
    {
        var moments = new MomentsAccumulator(set.Columns + 1, 0, precision);
        moments.Add(set.Design, set.Y);
        return moments.ToMoments();
    }

    [Fact]
    public void Coefficients_beyond_the_range_of_double_are_refused()
    {
        // The difference of the columns, 1e-160 and less, carries a target of 1e152.
        DataSet set = Design(1e-8);
        DataSet extreme = set with { X = DataSet.Matrix(set.Rows, 2, (i, j) => 1e-152 * set.X[i, j]), Y = [.. set.Y.Select(y => 1e152 * y)] };
        Assert.Contains("range of double", Assert.Throws<OverflowException>(() => extreme.Fit()).Message, StringComparison.Ordinal);
        double[] weights = new double[2];
        Assert.Throws<OverflowException>(() => new FitWorkspace(2).Fit<double>(extreme.Design, extreme.Y, weights));
    }

    /// <summary>Columns of which the last differs from the first by so much, and a target of all of them with noise.</summary>
    private static DataSet Design(double difference, int columns = 2)
    {
        var random = new Random(23);
        double[,] x = new double[300, columns];
        double[] y = new double[300];
        for (int i = 0; i < 300; i++)
        {
            for (int j = 0; j < columns - 1; j++)
            {
                x[i, j] = random.NextDouble();
                y[i] += 2 * x[i, j];
            }

            x[i, columns - 1] = x[i, 0] + (difference * (random.NextDouble() - 0.5));
            y[i] += 1 + (3 * x[i, columns - 1]) + random.NextDouble();
        }

        return new DataSet($"columns that differ by {difference}", x, y);
    }

    private static void AssertAnswer(int rung, int steps, string reason, Fit fit) =>
        Assert.Equal((rung, steps, reason), ((int)fit.Certificate.Rung, fit.Certificate.RefinementSteps, fit.Certificate.Describe()));
}
