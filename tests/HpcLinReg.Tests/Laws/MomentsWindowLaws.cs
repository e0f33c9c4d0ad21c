using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Laws;

/// <summary>
/// Windows of rows that come and leave as moments: outliers, jumps of level, rare flags, constant stretches, in all units. What moments and certificates promise of
/// the rows that stay is compared with exact fractions.
/// </summary>
public class MomentsWindowLaws
{
    [Law(MaxTest = 250)]
    public void Windows_keep_what_they_promise(Seed seed) => Assert.Equal("", Window.Run(seed).Broken);

    [Fact]
    public void Many_windows_keep_what_they_promise()
    {
        int cases = Cases.Times(100);
        int broken = 0, lost = 0, unbounded = 0, ordinary = 0;
        for (int seed = 0; seed < cases; seed++)
        {
            var window = Window.Run(seed);
            broken += window.Broken.Length > 0 ? 1 : 0;
            lost += double.IsNegativeInfinity(window.Digits) ? 1 : 0;
            unbounded += window.IsUnbounded ? 1 : 0;
            ordinary += window.Digits > 6 && !window.IsUnbounded ? 1 : 0;
            Assert.Equal("", window.Broken);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{cases} windows: {broken} broken, {lost} with a column lost, {unbounded} without bounds, {ordinary} with more than six digits and with bounds");
        Assert.InRange(ordinary, 0.3 * cases, cases);
    }

    /// <summary>The issue's case: an outlier that came alone and left takes no digits; one among other rows takes all that it hides.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Digits_fall_as_an_outlier_that_left_was_larger(bool twofold)
    {
        double before = double.PositiveInfinity;
        for (int power = 0; power <= 150; power++)
        {
            var random = new Random(5);
            double[] cells = [.. Enumerable.Range(0, 60).Select(_ => Families.Normal(random))];
            cells[29] = Math.Pow(10, power);
            Moments all = Of(cells, 2, 0, 30, twofold);
            Moments rest = all.Remove(Of(cells, 2, 14, 15, twofold));
            Assert.True(rest.Digits <= before, $"1e{power}: {rest.Digits} digits after {before}");
            before = rest.Digits;
            Fit fit = rest.Solve(1);
            if (double.IsNegativeInfinity(rest.Digits))
            {
                Assert.Contains("only rounding errors are left", fit.Certificate.Describe(), StringComparison.Ordinal);
                Assert.True(fit.Certificate.Digits <= 0 && double.IsNaN(fit.ResidualStandardError), $"1e{power}: {fit.Certificate.Digits} digits");
            }
        }

        Assert.True(double.IsNegativeInfinity(before));
    }

    [Theory]
    [InlineData(1e8)]
    [InlineData(1e30)]
    public void An_outlier_that_came_alone_takes_no_digits_with_it(double outlier)
    {
        var random = new Random(6);
        double[] cells = [.. Enumerable.Range(0, 100).Select(_ => Families.Normal(random)), 0, outlier];
        Moments rows = Of(cells, 2, 0, 50, twofold: false), one = Of(cells, 2, 50, 51, twofold: false);
        Moments rest = rows.Merge(one).Remove(one);
        Assert.InRange(rest.Digits, outlier < 1e10 ? rows.Digits - 1 : double.NegativeInfinity, rows.Digits);
        Assert.InRange(rest.CrossProducts[3], outlier < 1e10 ? rows.CrossProducts[3] * (1 - 1e-12) : 0, rows.CrossProducts[3] * (1 + 1e-12));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_flag_that_left_is_dropped_with_the_reason(bool twofold)
    {
        var random = new Random(7);
        double[] cells = [.. Enumerable.Range(0, 400).SelectMany(i => (double[])[i is > 20 and < 25 ? 1 : 0, Families.Normal(random), Families.Normal(random)])];
        Moments window = Named(cells, 0, 100);
        for (int start = 0; start < 300; start += 10)
        {
            window = window.Merge(Named(cells, start + 100, start + 110)).Remove(Named(cells, start, start + 10));
        }

        Fit fit = window.Solve("y");
        Assert.Equal(0, Assert.Single(fit.Aliased).Column);
        Assert.Contains("of column 'flag' only rounding errors are left", fit.Certificate.Describe(), StringComparison.Ordinal);
        Assert.InRange(fit.Certificate.Digits, 8, 16);
        Assert.Equal(Named(cells, 300, 400).Solve(["x"], "y").Model.Weights[0], fit.Model.Weights[1], 1e-9);

        Moments Named(double[] all, int from, int to)
        {
            var accumulator = new MomentsAccumulator(["flag", "x", "y"], 0, twofold ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain);
            accumulator.Add(new MatrixSpan<double>(all, 3).SliceRows(from, to - from));
            return accumulator.ToMoments();
        }
    }

    internal static Moments Of(double[] cells, int columns, int from, int to, bool twofold)
    {
        var accumulator = new MomentsAccumulator(columns, 0, twofold ? MomentsPrecision.DoubleDouble : MomentsPrecision.Plain);
        accumulator.Add(new MatrixSpan<double>(cells, columns).SliceRows(from, to - from));
        return accumulator.ToMoments();
    }

    /// <summary>One window: what was promised of it, and what of that was broken.</summary>
    internal sealed record Window(string Broken, double Digits, bool IsUnbounded)
    {
        internal static Window Run(int seed)
        {
            var random = new Random(unchecked((seed * 486187739) ^ 0x5bd1e995));
            bool twofold = random.Next(2) == 0, intercept = random.Next(4) != 0;
            int p = 2 + random.Next(3), rows = 40 + random.Next(160);
            double[][] columns = [.. Enumerable.Range(0, p).Select(_ => Column(random, rows))];
            double[] cells = [.. Enumerable.Range(0, rows).SelectMany(i => columns.Select(column => column[i]))];
            Moments Part(int from, int to) => Of(cells, p, from, to, twofold);

            // Rows come in parts of any size, and leave in others; now and then the last ones leave at once.
            int first = 0, next = 1 + random.Next(30), most = 3 + random.Next(40);
            Moments window = Part(0, next);
            while (next < rows)
            {
                int step = Math.Min(rows - next, random.Next(3) == 0 ? 1 : 1 + random.Next(25));
                window = random.Next(2) == 0 ? window.Merge(Part(next, next + step)) : Part(next, next + step).Merge(window);
                if (random.Next(8) == 0)
                {
                    window = window.Remove(Part(next, next + step));
                    window = window.Merge(Part(next, next + step));
                }

                next += step;
                while (next - first > most)
                {
                    int leave = Math.Min(next - first - 2, 1 + random.Next(20));
                    window = window.Remove(Part(first, first + leave));
                    first += leave;
                }
            }

            return Judge($"seed {seed}, {(twofold ? "double-double" : "double")}, rows {first} to {next} of {rows} × {p}{(intercept ? "" : ", no intercept")}", window, columns, first, next, intercept);
        }

        private static Window Judge(string what, Moments window, double[][] columns, int first, int next, bool intercept)
        {
            int p = columns.Length, n = next - first;
            string broken = window.Count == n ? "" : $"{what}: {window.Count} rows. ";
            Rational[][] exact = [.. columns.Select(column => column[first..next].Select(Rational.From).ToArray())];
            Rational[] means = [.. exact.Select(column => column.Aggregate(Rational.Zero, (sum, cell) => sum + cell) / n)];
            double share = Math.Pow(10, -window.Digits);
            for (int i = 0; i < p; i++)
            {
                double meanError = Accuracy.Error(means[i] - Rational.From(window.MeanRemainders[i]), window.Means[i]);
                broken += meanError <= window.MeanErrorBounds[i] ? "" : $"{what}: mean {i} is wrong by {meanError:E2}, bound {window.MeanErrorBounds[i]:E2}. ";
                for (int j = i; j < p && share < 1e300; j++)
                {
                    Rational product = exact[i].Zip(exact[j], (a, b) => (a - means[i]) * (b - means[j])).Aggregate(Rational.Zero, (sum, term) => sum + term);
                    double error = Accuracy.Error(product, window.CrossProducts[(i * p) + j]);
                    double bound = share * Math.Sqrt(window.CrossProducts[(i * p) + i]) * Math.Sqrt(window.CrossProducts[(j * p) + j]);
                    double stated = Math.Sqrt(window.SquareErrorBounds[i]) * Math.Sqrt(window.SquareErrorBounds[j]);

                    // What is shown is rounded to double.
                    double rounding = Naive.Roundoff * Math.Abs(window.CrossProducts[(i * p) + j]);
                    broken += error <= bound + rounding && error <= stated + rounding ? "" : $"{what}: product {i}, {j} is wrong by {error:E2}, bounds {bound:E2} and {stated:E2}, {window.Digits:F1} digits. ";
                }
            }

            Fit fit;
            try
            {
                fit = window.Solve(p - 1, new FitOptions { Intercept = intercept });
            }
            catch (OverflowException)
            {
                return new Window(broken, window.Digits, IsUnbounded: true);
            }

            var left = new DataSet(what, DataSet.Matrix(n, p - 1, (i, j) => columns[j][first + i]), columns[^1][first..next]) { Intercept = intercept };
            ExactLeastSquares answer = left.Exact(fit.Aliased.Select(alias => alias.Column));
            for (int j = 0; j < p - 1; j++)
            {
                double error = Accuracy.Error(answer.Coefficients[j], fit.Model.Weights[j]), bound = fit.Certificate.WeightErrorBounds[j];
                broken += fit.Aliased.Any(alias => alias.Column == j) || error <= bound ? "" : $"{what}: weight {j} is wrong by {error:E2}, bound {bound:E2}, {fit.Certificate.Digits:F1} digits, {window.Digits:F1} of the window; {fit.Certificate.Describe()}. ";
            }

            double interceptError = Accuracy.Error(answer.Intercept, fit.Model.Intercept);
            broken += interceptError <= fit.Certificate.InterceptErrorBound ? "" : $"{what}: the intercept is wrong by {interceptError:E2}, bound {fit.Certificate.InterceptErrorBound:E2}, {fit.Certificate.Digits:F1} digits. ";
            return new Window(broken, window.Digits, !(fit.Certificate.Digits > 0));
        }

        private static double[] Column(Random random, int rows)
        {
            int unit = random.Next(3) == 0 ? random.Next(-100, 101) : 0;
            double offset = random.Next(3) == 0 ? Families.Power(random, 0, 9) : 0;
            double[] column = [.. Enumerable.Range(0, rows).Select(_ => offset + Families.Normal(random))];
            int from = random.Next(rows), to = Math.Min(rows, from + 1 + random.Next(rows));
            double size = Families.Power(random, 0, random.Next(4) == 0 ? 30 : 10);
            switch (random.Next(12))
            {
                case 0:
                    column[from] += size;
                    break;
                case 1:
                    for (int i = from; i < to; i++)
                    {
                        column[i] += size;
                    }

                    break;
                case 2:
                    Array.Fill(column, column[from], from, to - from);
                    break;
                case 3:
                    double rare = 1.0 / (1 + random.Next(60));
                    column = [.. column.Select(_ => random.NextDouble() < rare ? 1.0 : 0)];
                    break;
                case 4:
                    Array.Clear(column);
                    Array.Fill(column, size, from, Math.Min(3, to - from));
                    break;
            }

            return [.. column.Select(cell => cell * Math.Pow(10, unit))];
        }
    }
}
