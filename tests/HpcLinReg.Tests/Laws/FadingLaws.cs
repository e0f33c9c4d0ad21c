using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>What is said of noise after rows have faded: standard errors against the formula in plain loops, and how often intervals cover the truth.</summary>
public class FadingLaws
{
    [Law(MaxTest = 200)]
    public void Standard_errors_are_those_of_rows_as_noisy_as_they_were(bool intercept, bool weighted, bool frequency, bool ridge, Seed seed)
    {
        var random = new Random(seed);
        int d = 1 + random.Next(4), blocks = 6 + random.Next(10), size = 20 + random.Next(20);
        double lambda = ridge ? 3 : 0;
        List<double[]> rows = [];
        List<double> faded = [], weights = [];
        Moments? moments = null;
        for (int block = 0; block < blocks; block++)
        {
            double factor = block == 0 ? 1 : 0.9 + (0.1 * random.NextDouble());
            double[][] fresh = [.. Enumerable.Range(0, size).Select(_ => (double[])[.. Enumerable.Range(0, d + 1).Select(j => (j * block / 3.0) + Families.Normal(random))])];
            double[] w = [.. Enumerable.Range(0, size).Select(_ => !weighted ? 1 : frequency ? 1.0 + random.Next(3) : 0.2 + random.NextDouble())];
            Moments next = Of(fresh, w);
            moments = moments is null ? next : random.Next(2) == 0 ? moments.Decay(factor).Merge(next) : next.Merge(moments.Decay(factor));
            faded = [.. faded.Select(v => v * factor), .. Enumerable.Repeat(1.0, size)];
            weights.AddRange(w);
            rows.AddRange(fresh);
            if (block == 4)
            {
                // The first block leaves, faded as it has.
                moments = moments.Remove(Of([.. rows[..size]], [.. weights[..size]]).Decay(faded[0]));
                (rows, faded, weights) = (rows[size..], faded[size..], weights[size..]);
            }
        }

        var options = new FitOptions { Intercept = intercept, Ridge = lambda, RowWeights = frequency && weighted ? WeightKind.Frequency : WeightKind.Precision };
        Fit fit = moments!.Solve(d, options);
        (double s, double[] errors, double divisor, double effective) = Expected(rows, faded, weights, fit, options);
        Assert.Equal(rows.Count, moments.Count);
        Assert.Equal(faded.Sum(), moments.FadedCount, 1e-9 * rows.Count);
        Assert.Equal(effective, fit.RowCount, 1e-9 * effective);
        Assert.Equal(divisor * effective / (options.RowWeights == WeightKind.Frequency ? faded.Zip(weights, (v, w) => v * w).Sum() : faded.Sum()), fit.ResidualDegreesOfFreedom, 1e-8 * effective);
        Assert.Equal(s, fit.ResidualStandardError, 1e-8 * s);
        for (int j = 0; j < d; j++)
        {
            Assert.Equal(errors[j], fit.StandardErrors[j], 1e-8 * errors[j]);
        }

        double constant = intercept ? errors[d] : double.NaN;
        Assert.Equal(constant, fit.InterceptStandardError, intercept ? 1e-8 * constant : 1);
    }

    /// <summary>Intervals of 95 % by Student's t, features that walk away.</summary>
    [Theory]
    [InlineData(0.95, 1, 3)]
    [InlineData(0.9, 10, 4)]
    [InlineData(0.98, 2, 2)]
    public void Intervals_cover_what_they_say(double factor, int size, int d)
    {
        int cases = Cases.Times(200);
        int steps = (int)(6 / (1 - factor)), covered = 0;
        for (int trial = 0; trial < cases; trial++)
        {
            var random = new Random((trial * 7919) + 13);
            double[] truth = [.. Enumerable.Range(0, d + 1).Select(_ => Families.Normal(random))], level = new double[d];
            Moments? moments = null;
            for (int step = 0; step < steps; step++)
            {
                double[][] rows = new double[size][];
                for (int i = 0; i < size; i++)
                {
                    rows[i] = [.. Enumerable.Range(0, d).Select(j => (level[j] += 0.3 * Families.Normal(random)) + Families.Normal(random)), 0];
                    rows[i][d] = truth[d] + rows[i].Zip(truth).Take(d).Sum(pair => pair.First * pair.Second) + (2 * Families.Normal(random));
                }

                Moments next = Of(rows, null);
                moments = moments is null ? next : moments.Decay(factor).Merge(next);
            }

            Fit fit = moments!.Solve(d);
            double reach = StudentsT(fit.ResidualDegreesOfFreedom);
            Assert.True(fit.RowCount - fit.Rank >= 30);
            covered += Enumerable.Range(0, d).Count(j => Math.Abs(fit.Model.Weights[j] - truth[j]) <= reach * fit.StandardErrors[j]);
            covered += Math.Abs(fit.Model.Intercept - truth[d]) <= reach * fit.InterceptStandardError ? 1 : 0;
        }

        // 1.5 points, and four standard deviations of a share of this many fits; the coefficients of one fit may all agree.
        double share = covered / (double)(cases * (d + 1));
        TestContext.Current.TestOutputHelper?.WriteLine($"factor {factor}, {size} rows a step, {d} features: {share:P2} of {cases * (d + 1)}");
        Assert.InRange(share, 0.935 - (4 * Math.Sqrt(0.95 * 0.05 / cases)), 0.965 + (4 * Math.Sqrt(0.95 * 0.05 / cases)));
    }

    [Fact]
    public void Too_few_effective_rows_have_no_standard_errors_and_the_reason_says_so()
    {
        var random = new Random(3);
        Moments moments = Of(Draw(random, 1), null);
        for (int step = 0; step < 300; step++)
        {
            moments = moments.Decay(0.9).Merge(Of(Draw(random, 1), null));
        }

        Fit fit = moments.Solve(1);
        Assert.Equal(301, moments.Count);
        Assert.Equal(19, moments.EffectiveCount, 1e-6);
        Assert.Equal(19, fit.RowCount, 1e-6);
        Assert.True(double.IsNaN(fit.ResidualStandardError) && double.IsNaN(fit.StandardErrors[0]) && double.IsNaN(fit.InterceptStandardError));
        Assert.Contains("19.0 effective ones, fewer than 30 beyond the 2 coefficients", fit.Certificate.Describe(), StringComparison.Ordinal);
        Assert.InRange(fit.Certificate.Digits, 10, 16);
    }

    [Fact]
    public void Fading_that_makes_no_sense_is_refused()
    {
        var random = new Random(4);
        Moments rows = Of(Draw(random, 40), null), old = Of(Draw(random, 10), null);
        Moments faded = rows.Merge(old).Decay(0.25);
        Assert.Contains("rows that were merged in", Assert.Throws<ArgumentException>(() => faded.Remove(old)).Message, StringComparison.Ordinal);
        Assert.Equal(40, faded.Remove(old.Decay(0.25)).Count);
        Assert.Same(rows, rows.Decay(1));
        Assert.Null(rows.SquaredWeights);
        Assert.Equal((40, 40), (rows.EffectiveCount, rows.FadedCount));
        Moments gone = rows;
        Assert.Contains("add up to", Assert.Throws<OverflowException>(() =>
        {
            for (int step = 0; step < 1000; step++)
            {
                gone = gone.Decay(0.5);
            }
        }).Message, StringComparison.Ordinal);
    }

    private static double[][] Draw(Random random, int rows) => [.. Enumerable.Range(0, rows).Select(_ => (double[])[Families.Normal(random), Families.Normal(random)])];

    private static Moments Of(double[][] rows, double[]? weights)
    {
        int p = rows[0].Length;
        var accumulator = new MomentsAccumulator(p, 0, MomentsPrecision.DoubleDouble);
        var cells = new MatrixSpan<double>([.. rows.SelectMany(row => row)], p);
        if (weights is null)
        {
            accumulator.Add(cells);
        }
        else
        {
            accumulator.Add(cells.SliceColumns(0, p - 1), cells.SliceColumns(p - 1, 1), weights);
        }

        return accumulator.ToMoments();
    }

    /// <summary>
    /// s² = RSS / (Σv − tr(H⁻¹XᵀV²WX)) and covariances s²H⁻¹XᵀV²WXH⁻¹, H = XᵀVWX + λI, by Gauss and Jordan, the constant as a column; frequencies count their rows.
    /// </summary>
    private static (double S, double[] Errors, double Divisor, double Effective) Expected(List<double[]> rows, List<double> faded, List<double> weights, Fit fit, FitOptions options)
    {
        int d = rows[0].Length - 1, p = d + (options.Intercept ? 1 : 0);
        double[,] h = new double[p, 2 * p], middle = new double[p, p];
        double rss = 0, weight = 0, squared = 0, remaining = 0;
        for (int i = 0; i < rows.Count; i++)
        {
            double[] x = [.. rows[i][..d], .. options.Intercept ? (double[])[1] : []];
            (double v, double w) = (faded[i], weights[i]);
            double residual = rows[i][d] - fit.Model.Intercept - Enumerable.Range(0, d).Sum(j => fit.Model.Weights[j] * rows[i][j]);
            rss += v * w * residual * residual;
            weight += v * w;
            squared += v * v * w;
            remaining += options.RowWeights == WeightKind.Frequency ? v * w : v;
            for (int a = 0; a < p; a++)
            {
                for (int b = 0; b < p; b++)
                {
                    h[a, b] += v * w * x[a] * x[b];
                    middle[a, b] += v * v * w * x[a] * x[b];
                }
            }
        }

        for (int a = 0; a < p; a++)
        {
            h[a, a] += a < d ? options.Ridge : 0;
            h[a, p + a] = 1;
        }

        for (int k = 0; k < p; k++)
        {
            double pivot = h[k, k];
            for (int b = 0; b < 2 * p; b++)
            {
                h[k, b] /= pivot;
            }

            for (int a = 0; a < p; a++)
            {
                double factor = a == k ? 0 : h[a, k];
                for (int b = 0; b < 2 * p && factor != 0; b++)
                {
                    h[a, b] -= factor * h[k, b];
                }
            }
        }

        double Inverse(int a, int b) => h[a, p + b];
        double trace = 0;
        double[] variances = new double[p];
        for (int a = 0; a < p; a++)
        {
            for (int b = 0; b < p; b++)
            {
                trace += Inverse(a, b) * middle[b, a];
                for (int c = 0; c < p; c++)
                {
                    variances[a] += Inverse(a, b) * middle[b, c] * Inverse(c, a);
                }
            }
        }

        double s = Math.Sqrt(rss / (remaining - trace));
        return (s, [.. variances.Select(variance => s * Math.Sqrt(variance))], remaining - trace, remaining * weight / squared);
    }

    /// <summary>The 0.975 quantile of Student's t from 30 degrees of freedom on (Abramowitz, Stegun 26.7.5), to six digits.</summary>
    private static double StudentsT(double degrees)
    {
        const double Z = 1.959963984540054;
        return Z + (((Z * Z * Z) + Z) / (4 * degrees)) + (((5 * Math.Pow(Z, 5)) + (16 * Z * Z * Z) + (3 * Z)) / (96 * degrees * degrees));
    }
}
