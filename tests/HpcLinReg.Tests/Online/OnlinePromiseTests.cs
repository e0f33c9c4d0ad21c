using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Online;

/// <summary>Cases in which <see cref="OnlineRegression.Digits"/> was promised and not kept, or nothing was promised although the model was right.</summary>
public class OnlinePromiseTests
{
    [Theory]
    [InlineData(1e20)]
    [InlineData(1e28)]
    [InlineData(1e30)]
    [InlineData(1e33)]
    [InlineData(1e50)]
    public void A_combination_that_is_rounded_in_one_row_is_not_taken_for_exact(double unit)
    {
        (OnlineRegression online, ExactOnline exact) = Start(3, intercept: false);
        foreach (double b in (double[])[2, 3.5, 1, 4, 2.25])
        {
            Add(online, exact, [0, b, b], 0.55 * b);
        }

        Add(online, exact, [3 * unit, 1.5, 1.5 - (3 * unit)], 7);
        Add(online, exact, [unit, 2.75, 2.75 - unit], 1);
        AssertKept(online, exact);
    }

    [Theory]
    [InlineData(1e3, 1e14)]
    [InlineData(1e9, 1e8)]
    [InlineData(1e12, 0)]
    [InlineData(1e12, 1e14)]
    [InlineData(1e14, 1e12)]
    public void A_column_that_a_last_large_row_hides_may_explain_an_early_target(double large, double outlier)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            (OnlineRegression online, ExactOnline exact) = Start(2);
            for (int i = 0; i < 13; i++)
            {
                double a = i == 12 ? large : Families.Normal(random);
                double other = i == 12 ? a : a * (1 + (Math.ScaleB(1, -52) * random.Next(-1, 2)));
                Add(online, exact, [a, other], i == 1 ? outlier : -0.4 * a);
            }

            AssertKept(online, exact);
        }
    }

    [Theory]
    [InlineData(1e-7)]
    [InlineData(1e-9)]
    [InlineData(1e-11)]
    public void A_fit_of_nearly_equal_columns_goes_on_within_its_digits(double difference)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            int n = 5 + random.Next(20);
            double offset = seed % 2 == 0 ? 0 : Math.Pow(10, random.Next(0, 9));
            double[] x = new double[2 * n], y = new double[n];
            var exact = new ExactOnline(2);
            for (int i = 0; i < n; i++)
            {
                x[2 * i] = offset + Families.Normal(random);
                x[(2 * i) + 1] = x[2 * i] * (1 + (difference * Families.Normal(random)));
                y[i] = offset + Families.Normal(random);
                exact.Add(x[(2 * i)..((2 * i) + 2)], y[i]);
            }

            Fit fit = LinearRegression.Fit(new MatrixSpan<double>(x, 2), y, new FitOptions { Digits = seed % 4 < 2 ? 10 : 16 });
            if (fit.Rank < 3)
            {
                continue;
            }

            var online = OnlineRegression.FromFit(fit, n);
            for (int step = 0; step < 3; step++)
            {
                AssertKept(online, exact);
                Add(online, exact, [offset + Families.Normal(random), offset + Families.Normal(random)], offset + Families.Normal(random));
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Columns_that_are_exact_combinations_cost_no_digits_but_those_of_a_prediction(bool fades)
    {
        var random = new Random(5);
        (OnlineRegression online, ExactOnline exact) = Start(6);
        for (int i = 0; i < 60; i++)
        {
            if (fades)
            {
                online.Decay(0.875);
                exact.Decay(0.875);
            }

            // A start and an end since 1970 in milliseconds, the duration between them; minutes, hours of 60 and steps of 35 minutes; a constant.
            double start = 1.7e12 + Math.Floor(1e9 * random.NextDouble()), duration = Math.Floor(1e4 * random.NextDouble());
            double steps = random.Next(1, 100);
            Add(online, exact, [start, start + duration, duration, 420 * steps, 7 * steps, 12 * steps], duration + (100 * Families.Normal(random)));
        }

        AssertKept(online, exact);
        Assert.Equal(4, online.Rank);

        // A prediction adds 1.7e12 to -1.7e12 in double, which costs 2⁻⁵³ of that beside targets of some 6000.
        Assert.InRange(online.Digits, 7, 8);

        // A row that breaks a combination makes its column count.
        Add(online, exact, [1.7e12, 1.7e12 + 5, 5, 840, 14, 25], 5);
        Assert.Equal(5, online.Rank);
        AssertKept(online, exact);
    }

    [Fact]
    public void A_residual_standard_error_near_rounding_is_not_given()
    {
        // A plane without noise, and an outlier in x: what is left is rounding of the cells, and of double-double beside the outlier.
        (OnlineRegression online, ExactOnline exact) = Start(3);
        double[] x = [-0.2478783401062688, 1.5343622984863423, -0.3393640486891204, -0.41052058591888607, -0.6656690139354161, 0.04686980967129491, -0.3205763499912656, -2.0977230996034297, 1.220259743055886, 1e12, -0.4382733041989993, 1.6603487595548354];
        for (int i = 0; i < 6; i++)
        {
            Add(online, exact, [1, x[2 * i], x[(2 * i) + 1]], 1.32 + (1.17 * x[2 * i]) + (0.95 * x[(2 * i) + 1]));
        }

        Assert.Equal(double.NaN, online.ResidualStandardError);
        Assert.All(online.StandardErrors, error => Assert.Equal(double.NaN, error));
    }

    [Theory]
    [InlineData(7.5)]
    [InlineData(0.002)]
    public void Residual_standard_errors_of_weighted_rows_are_those_of_their_fit(double unit)
    {
        using var problem = new Problem(50, 2, seed: 9);
        var random = new Random(2);
        double[] weights = [.. Enumerable.Range(0, 50).Select(_ => unit * (0.5 + random.NextDouble()))];
        var sums = new MomentsAccumulator(columns: 3, firstRow: 0, MomentsPrecision.DoubleDouble);
        sums.Add(problem.Design, new MatrixSpan<double>(problem.Y, 1), weights);
        var moments = sums.ToMoments();
        Fit fit = moments.Solve(2);
        foreach (OnlineRegression online in (OnlineRegression[])[OnlineRegression.FromMoments(moments, 2), OnlineRegression.FromFit(fit, weights.Sum())])
        {
            Assert.Equal(fit.ResidualStandardError, online.ResidualStandardError, 1e-9 * fit.ResidualStandardError);
            Assert.Equal(fit.StandardErrors[1], online.StandardErrors[1], 1e-9 * fit.StandardErrors[1]);
            Assert.Equal(fit.InterceptStandardError, online.InterceptStandardError, 1e-9 * fit.InterceptStandardError);
            online.Decay(0.5);
            Assert.Equal(fit.ResidualStandardError, online.ResidualStandardError, 1e-9 * fit.ResidualStandardError);
        }
    }

    private static (OnlineRegression Online, ExactOnline Exact) Start(int features, bool intercept = true) =>
        (new OnlineRegression(features, new OnlineOptions { Intercept = intercept }), new ExactOnline(features, intercept));

    private static void Add(OnlineRegression online, ExactOnline exact, double[] x, double y)
    {
        online.Add<double>(x, y);
        exact.Add(x, y);
    }

    private static void AssertKept(OnlineRegression online, ExactOnline exact)
    {
        double truth = exact.Digits(online.Weights, online.Intercept);
        Assert.True(online.Digits <= truth, $"{online.Digits:F2} digits are promised, {truth:F2} are true");
    }
}
