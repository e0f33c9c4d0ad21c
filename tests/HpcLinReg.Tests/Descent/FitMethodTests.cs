using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Descent;

public class FitMethodTests
{
    private static readonly FitOptions Conjugate = new() { Method = FitMethod.ConjugateGradient };

    [Fact]
    public void The_closed_form_is_taken_while_its_matrix_fits()
    {
        using var problem = new Problem(80, 9, seed: 4);

        // 20 bytes a pair of columns: 1620 bytes.
        Fit within = LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Method = FitMethod.Auto, ClosedFormMemory = 1620 });
        Fit beyond = LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { Method = FitMethod.Auto, ClosedFormMemory = 1619 });
        Assert.Equal((FitMethod.ClosedForm, FitMethod.ConjugateGradient), (within.Method, beyond.Method));
        Assert.Equal(DescentData.ClosedForm(problem).Model.Weights.ToArray(), within.Model.Weights.ToArray());
        Assert.InRange(DescentData.Difference(within.Model, beyond.Model), 0, 1e-9);
        Assert.Contains("9 columns", beyond.Certificate.Describe(), StringComparison.Ordinal);
        Assert.Equal(FitMethod.ClosedForm, LinearRegression.Fit(problem.Design, problem.Y, new FitOptions { ClosedFormMemory = 0 }).Method);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 3)]
    [InlineData(true, 3)]
    public void Sums_of_squares_are_those_of_the_closed_form(bool intercept, double ridge)
    {
        using var problem = new Problem(80, 5, seed: 6);
        double[] weights = [.. Enumerable.Range(0, 80).Select(i => (i % 5) / 2.0)];
        var options = new FitOptions { Intercept = intercept, Ridge = ridge, Digits = 12 };
        foreach (double[] rowWeights in new double[][] { [], weights })
        {
            Fit expected = LinearRegression.Fit(problem.Design, problem.Y, rowWeights, options);
            Fit actual = LinearRegression.Fit(problem.Design, problem.Y, rowWeights, options with { Method = FitMethod.ConjugateGradient });
            Assert.InRange(DescentData.Difference(expected.Model, actual.Model), 0, 1e-10);
            Assert.Equal(expected.ResidualSumOfSquares, actual.ResidualSumOfSquares, 1e-10 * expected.ResidualSumOfSquares);
            Assert.Equal(expected.TotalSumOfSquares, actual.TotalSumOfSquares, 1e-12 * expected.TotalSumOfSquares);
            Assert.Equal((expected.RowCount, expected.Rank, expected.Ridge, expected.HasIntercept), (actual.RowCount, actual.Rank, actual.Ridge, actual.HasIntercept));
            Assert.Equal(expected.FeatureMeans.Length, actual.FeatureMeans.Length);
            Assert.Equal(expected.RSquared, actual.RSquared, 1e-10);
        }
    }

    [Fact]
    public void What_needs_a_factor_is_not_given_and_says_so()
    {
        using var problem = new Problem(80, 3, seed: 4);
        Fit fit = LinearRegression.Fit(problem.Design, problem.Y, Conjugate);
        Assert.Equal(FitMethod.ConjugateGradient, fit.Method);
        Assert.True(fit.Factor.IsEmpty && fit.Aliased.IsEmpty);
        Assert.All([.. fit.StandardErrors, fit.InterceptStandardError, fit.ResidualStandardError, fit.ResidualDegreesOfFreedom, fit.ReciprocalCondition], value => Assert.Equal(double.NaN, value));
        Certificate certificate = fit.Certificate;
        Assert.Equal((SolverRung.None, CertificateCause.ConjugateGradientsConverged, false), (certificate.Rung, certificate.Cause, certificate.IsRankCertain));
        Assert.Equal((StandardErrorState.NoFactor, double.NegativeInfinity, double.PositiveInfinity), (certificate.StandardErrors, certificate.Digits, certificate.InterceptErrorBound));
        Assert.All(certificate.WeightErrorBounds, bound => Assert.Equal(double.PositiveInfinity, bound));
        Assert.Contains("converged", certificate.ToString(), StringComparison.Ordinal);
        Assert.Contains("3 features", fit.ToString(), StringComparison.Ordinal);
        Assert.Contains("conjugate gradients", Assert.Throws<ArgumentException>(() => OnlineRegression.FromFit(fit, 80)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_that_others_determine_end_without_a_promise()
    {
        double[,] x = { { 1, 2 }, { 2, 4 }, { 3, 6 }, { 5, 10 } };
        Fit fit = LinearRegression.Fit(x, [1, 2, 2, 4], Conjugate);
        Assert.Equal(CertificateCause.ConjugateGradientsStopped, fit.Certificate.Cause);
        Assert.Contains("before they converged", fit.Certificate.Describe(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FitMethod.ClosedForm)]
    [InlineData(FitMethod.ConjugateGradient)]
    public void Rows_of_a_source_are_fitted_by_the_same_method_to_the_same_bits(FitMethod method)
    {
        using var problem = new Problem(80, 9, seed: 4);
        double[] joint = ArrayRows.Join(problem.X, problem.Targets);
        var options = new FitOptions { Method = FitMethod.Auto, ClosedFormMemory = method == FitMethod.ClosedForm ? 1620 : 1619 };
        Fit inMemory = LinearRegression.Fit(problem.Design, problem.Y, options);
        Fit streamed = LinearRegression.Fit(new ArrayRows(joint, 10, 7), options, TestContext.Current.CancellationToken);
        Assert.Equal((method, method), (inMemory.Method, streamed.Method));
        Assert.Equal(inMemory.Model.Weights.ToArray(), streamed.Model.Weights.ToArray());
        Assert.Equal((inMemory.Model.Intercept, inMemory.ResidualSumOfSquares), (streamed.Model.Intercept, streamed.ResidualSumOfSquares));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => LinearRegression.Fit(new ArrayRows(joint, 10), options, cancelled.Token));
    }

    public static TheoryData<string, FitOptions> Refused => new()
    {
        { "minimum norm", Conjugate with { RankDeficient = RankDeficiency.MinimumNorm } },
        { "rungs", Conjugate with { Rungs = SolverRungs.Refinement } },
        { "standardized", Conjugate with { Ridge = 1, StandardizeRidge = true } },
        { "13 digits", Conjugate with { Digits = 13 } },
        { "allowed", new FitOptions { Method = FitMethod.Auto, ClosedFormMemory = 0, Digits = 16 } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_option_that_cannot_be_honoured_is_refused_with_the_remedy(string named, FitOptions options)
    {
        using var problem = new Problem(20, 2, seed: 4);
        string message = Assert.Throws<ArgumentException>(() => LinearRegression.Fit(problem.Design, problem.Y, options)).Message;
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.Contains("FitMethod.ClosedForm", message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_the_closed_form_only_says_so()
    {
        using var problem = new Problem(20, 1, seed: 4);
        double[] x = [.. problem.X.Cast<double>()], y = problem.Targets, ones = [.. y.Select(_ => 1.0)];
        var accumulator = new MomentsAccumulator(2);
        accumulator.Add(new MatrixSpan<double>(x, 1), y);
        var moments = accumulator.ToMoments();
        Action<FitOptions>[] methods =
        [
            options => new FitWorkspace(1).Fit(new MatrixSpan<double>(x, 1), y, new double[1], options),
            options => LinearRegression.Fit(new MatrixSpan<double>(x, 1), new MatrixSpan<double>(y, 1), options),
            options => LinearRegression.FitPolynomial<double>(x, y, 2, options),
            options => LinearRegression.FitPolynomial(new ArrayRows(ArrayRows.Join(problem.X, y), 2), [2], options),
            options => moments.Solve(1, options),
        ];
        foreach (Action<FitOptions> method in methods)
        {
            Assert.Contains("closed form only", Assert.Throws<ArgumentException>(() => method(Conjugate)).Message, StringComparison.Ordinal);
            method(new FitOptions { Method = FitMethod.Auto, ClosedFormMemory = 0 });
        }

        Assert.Contains("frequencies", Assert.Throws<ArgumentException>(() => LinearRegression.Fit(new MatrixSpan<double>(x, 1), y, ones, Conjugate with { RowWeights = WeightKind.Frequency })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearRegression.Fit(problem.Design, y, new FitOptions { Method = (FitMethod)9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearRegression.Fit(problem.Design, y, new FitOptions { ClosedFormMemory = -1 }));
    }

    [Fact]
    public void A_model_of_columns_predicts_without_limits()
    {
        var table = new ColumnTable { ["x"] = (double[])[1, 2, 3, 5], ["y"] = (double[])[1, 2, 2, 4] };
        RegressionModel closed = RegressionModel.Fit(table, "y", ["x"]), model = RegressionModel.Fit(table, "y", ["x"], Conjugate);
        var loaded = RegressionModel.FromJson(model.ToJson());
        Assert.Equal(closed.Predict([4.0]).Value, loaded.Predict([4.0]).Value, 1e-9);
        Assert.Equal(double.NaN, loaded.PredictWithUncertainty([4.0]).StandardError);
        Assert.NotNull(loaded.UncertaintyNote);
    }
}
