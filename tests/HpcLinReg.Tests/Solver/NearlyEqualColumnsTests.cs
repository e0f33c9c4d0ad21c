using HpcLinReg.Tests.Reference;

namespace HpcLinReg.Tests.Solver;

/// <summary>
/// Bounds where double-double has least to spare: columns that differ from each other by one part in 1e4 to 1e14, with means
/// about where they begin to be taken off, against exact rationals.
/// </summary>
public class NearlyEqualColumnsTests
{
    private const int Seeds = 200;

    private static readonly double[] Offsets = [0, 0.5, 0.9, 1.2, 1.7, 4.5, 100, 1e6];

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(128)]
    public void Bounds_are_kept(int rows)
    {
        List<string> broken = [];
        int certified = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            (double[,] x, double[] y, double condition) = Draw(rows, new Random((rows * 1000) + seed));
            var moments = new MomentsAccumulator(x.GetLength(1) + 1, 0, MomentsPrecision.DoubleDouble);
            moments.Add(new MatrixSpan<double>(x), y);
            var options = new FitOptions { Digits = FitOptions.MaxDigits };
            var exact = new ExactLeastSquares(x, y);
            foreach (Fit fit in (Fit[])[LinearRegression.Fit(new MatrixSpan<double>(x), y, options), moments.ToMoments().Solve(x.GetLength(1), options)])
            {
                if (fit.Aliased.Length == 0)
                {
                    certified++;
                    broken.AddRange(Broken(fit, exact).Select(what => $"seed {seed}, κ {condition:E1}, rung {fit.Certificate.Rung}, {fit.Certificate.Digits:F1} digits: {what}"));
                }
            }
        }

        Assert.True(broken.Count == 0, $"{broken.Count} bounds are broken:\n{string.Join('\n', broken)}");
        Assert.True(certified > Seeds, $"only {certified} fits have all their columns");
    }

    private static (double[,] X, double[] Y, double Condition) Draw(int rows, Random random)
    {
        int columns = 2 + random.Next(3);
        double offset = Offsets[random.Next(Offsets.Length)];
        int shape = random.Next(4);
        double condition = Math.Pow(10, 4 + (10 * random.NextDouble()));
        double[,] x = new double[rows, columns];
        double[] y = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            x[i, 0] = offset + shape switch
            {
                0 => (4 * random.NextDouble()) - 2,
                1 => (1.37 * random.Next(2)) - 0.6,
                2 => Math.Exp(3 * random.NextDouble()),
                _ => 3.0 * i / rows,
            };
            for (int j = 1; j < columns; j++)
            {
                x[i, j] = x[i, j - 1] + (((4 * random.NextDouble()) - 2) / condition);
            }

            y[i] = random.Next(2) * (random.NextDouble() - 0.5);
            for (int j = 0; j < columns; j++)
            {
                y[i] += (j + 1) * x[i, j];
            }
        }

        return (x, y, condition);
    }

    private static IEnumerable<string> Broken(Fit fit, ExactLeastSquares exact)
    {
        for (int j = 0; j < fit.Model.Features; j++)
        {
            double error = Accuracy.Error(exact.Coefficients[j], fit.Model.Weights[j]), bound = fit.Certificate.WeightErrorBounds[j];
            if (!(error <= bound))
            {
                yield return $"weight {j} = {fit.Model.Weights[j]:R} is wrong by {error:E2}, {error / bound:F1} times its bound";
            }
        }

        double interceptError = Accuracy.Error(exact.Intercept, fit.Model.Intercept);
        if (!(interceptError <= fit.Certificate.InterceptErrorBound))
        {
            yield return $"the intercept {fit.Model.Intercept:R} is wrong by {interceptError:E2}, bound {fit.Certificate.InterceptErrorBound:E2}";
        }
    }
}
